"""No host is asked faster than agreed, however many sources it serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import anyio

from hub.fetch.settings import Clock


@dataclass(slots=True)
class _Host:
    slots: anyio.Semaphore | None
    free_at: float = field(default=float("-inf"))


class Pace:
    """Spaces the starts of requests to one host, and bounds how many run at once.

    Args:
        gap: seconds between the starts of two requests to one host.
        concurrency: requests to one host at once; None: no limit.
    """

    def __init__(self, gap: float, concurrency: int | None, clock: Clock) -> None:
        self._gap = gap
        self._concurrency = concurrency
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def slot(self, host: str, gap: float | None = None) -> AsyncIterator[None]:
        """Wait for this host's turn, and hold a place while the request runs.

        Args:
            gap: seconds, where the host itself asks for more than the operator's pace (``Crawl-delay``).
        """
        state = self._hosts.get(host)
        if state is None:
            slots = anyio.Semaphore(self._concurrency) if self._concurrency else None
            state = self._hosts[host] = _Host(slots)
        async with AsyncExitStack() as held:
            if state.slots is not None:
                await held.enter_async_context(state.slots)
            await self._turn(state, max(self._gap, gap or 0.0))
            yield

    async def _turn(self, state: _Host, gap: float) -> None:
        now = self._clock.monotonic()
        start = max(now, state.free_at)
        state.free_at = start + gap
        if start > now:
            await self._clock.sleep(start - now)
