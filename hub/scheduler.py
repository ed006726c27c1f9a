"""The scheduler of `hub up`: harvests what is due, for as long as the server runs."""

from __future__ import annotations

import asyncio
import logging

from hub.harvest.harvester import Harvester, OnOutcome
from hub.store.errors import StoreError

log = logging.getLogger("hub.scheduler")

LOOK = 15.0
"""Seconds between two looks for sources that are due."""


class Scheduler:
    """Harvests due sources one batch after the other; a store in trouble is waited for."""

    def __init__(self, harvester: Harvester, *, on_outcome: OnOutcome | None = None, look: float = LOOK) -> None:
        self._harvester = harvester
        self._on_outcome = on_outcome
        self._look = look

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.once()
            except StoreError as error:
                log.warning("the store does not answer: %s", error)
            except Exception as error:  # whatever it is, the next look may do better
                log.error("a harvest could not be written (%s: %s)", type(error).__name__, error)
            await asyncio.sleep(self._look)

    async def once(self) -> int:
        """Harvest what is due now; how many sources that were."""
        await self._harvester.recover()
        due = await self._harvester.due()
        if due:
            await self._harvester.harvest(due, on_outcome=self._on_outcome)
        return len(due)
