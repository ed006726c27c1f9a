"""Many sources: which are due, several at once, one after-word each.

The same harvester serves `hub harvest`, the scheduler of `hub up`, the worker and the mutation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from hub.harvest.environment import Environment
from hub.harvest.outcome import Outcome
from hub.harvest.run import SourceRun
from hub.model import SourceState
from hub.store.records import SourceRecord

log = logging.getLogger("hub.harvest")

OnOutcome = Callable[[Outcome], Awaitable[None] | None]


def is_runnable(source: SourceRecord) -> bool:
    """Whether a source may be harvested at all."""
    return source.enabled and source.configured and source.state is SourceState.ACTIVE


def is_due(source: SourceRecord, now: datetime) -> bool:
    """Whether a source should be harvested now: never read, or its next time has come."""
    if not is_runnable(source):
        return False
    if source.next_due_at is None:
        return source.last_fetched_at is None
    return source.next_due_at <= now


class Harvester:
    """Harvests sources, at most `settings.concurrency` at once.

    Args:
        published: called once after every batch, to build the read model of the data version if nobody has: also one
            that a killed process left behind.
    """

    def __init__(self, environment: Environment, *, published: Callable[[], Awaitable[None]] | None = None) -> None:
        self._env = environment
        self._run = SourceRun(environment)
        self._published = published
        self._slots = asyncio.Semaphore(environment.settings.concurrency)

    async def due(self) -> list[SourceRecord]:
        """The sources to harvest now, those that wait longest first."""
        now = self._env.now()
        sources = [source for source in await self._env.store.sources() if is_due(source, now)]
        return sorted(
            sources, key=lambda source: (source.next_due_at is not None, source.next_due_at or now, source.key)
        )

    async def recover(self) -> list[str]:
        """Close the runs that died, so that their sources are due again. Returns the sources' keys."""
        env = self._env
        runs = await env.store.take_interrupted(now=env.now(), lease=env.settings.lease)
        return [run.source for run in runs]

    async def harvest(
        self,
        sources: Sequence[SourceRecord],
        *,
        dry_run: bool = False,
        from_archive: bool = False,
        on_outcome: OnOutcome | None = None,
    ) -> list[Outcome]:
        """Harvest sources; their outcomes, in the order given. One that fails stops no other.

        Raises:
            StoreError: the store itself is in trouble, which no source can help.
        """

        async def one(source: SourceRecord) -> Outcome:
            async with self._slots:
                outcome = await self._run(source, dry_run=dry_run, from_archive=from_archive)
            if on_outcome is not None:
                told = on_outcome(outcome)
                if told is not None:
                    await told
            return outcome

        try:
            async with self._env.beside.at_hand() if self._env.beside is not None else nullcontext():
                outcomes = await _all(map(one, sources))
        finally:
            if not dry_run:
                await self._after()
        return outcomes

    async def _after(self) -> None:
        env = self._env
        await env.store.sweep(now=env.now(), grace=env.settings.grace)
        if self._published is not None:
            await self._published()


async def _all(runs: Iterable[Coroutine[Any, Any, Outcome]]) -> list[Outcome]:
    """What all came to; where one breaks, the others are stopped, and have stopped."""
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
