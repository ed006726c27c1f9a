"""A serving process follows the store: newer data versions, runs, freshness; and tells those who subscribed.

Fed by the store's own records and not by memory, so that what another process published is seen too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from hub.live import StoreLive
from hub.model import Change, Run
from hub.readmodel import ReadModels
from hub.store.errors import StoreError
from hub.store.records import Epoch
from hub.store.watched import Watched

log = logging.getLogger("hub.follower")
T = TypeVar("T")

POLL = 0.2
"""Seconds between two looks at the store: what another process published shows within two seconds."""

LISTENING_POLL = 5.0
"""Seconds between two looks while the store tells of its moves by itself."""

QUIET = 0.15
MAX_WAIT = 1.2
"""A read model waits until the store has been quiet for QUIET seconds, at most MAX_WAIT: many runs make one file."""

MOST_DOUBLINGS = 6
"""The pause after a failure is doubled so often at most: half a minute."""

BACKLOG = 1_000
"""Events that a slow subscriber may be behind before it is let go."""


class Broadcast(Generic[T]):
    """One stream for any number of listeners, each from the moment it began to listen."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[T | None]] = set()

    @property
    def listeners(self) -> int:
        return len(self._queues)

    def send(self, item: T) -> None:
        """Give an item to every listener; one that has fallen too far behind is let go."""
        for queue in list(self._queues):
            if queue.qsize() >= BACKLOG:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(item)

    def close(self) -> None:
        """End every stream."""
        for queue in self._queues:
            queue.put_nowait(None)

    def listen(self) -> AsyncIterator[T]:
        """The items from now on."""
        queue: asyncio.Queue[T | None] = asyncio.Queue()
        self._queues.add(queue)
        return self._drain(queue)

    async def _drain(self, queue: asyncio.Queue[T | None]) -> AsyncIterator[T]:
        try:
            while (item := await queue.get()) is not None:
                yield item
        finally:
            self._queues.discard(queue)


class Follower:
    """Keeps a serving process at the store's newest version. It is also the `schema.events.EventSource`."""

    def __init__(
        self,
        store: Watched,
        models: ReadModels,
        live: StoreLive,
        build: Callable[[], Awaitable[None]],
        *,
        poll: float = POLL,
        listening_poll: float = LISTENING_POLL,
    ) -> None:
        self._store = store
        self._models = models
        self._live = live
        self._build = build
        self._poll = poll
        self._listening_poll = listening_poll
        self._listener = store.listener()
        self._changes: Broadcast[Change] = Broadcast()
        self._runs: Broadcast[Run] = Broadcast()
        self._seen = Epoch(-1, -1)
        self._seq = 0
        self._told: dict[str, Run] = {}

    def changes(self) -> AsyncIterator[Change]:
        """Every change published from now on, in order."""
        return self._changes.listen()

    def runs(self) -> AsyncIterator[Run]:
        """Every step of every run from now on."""
        return self._runs.listen()

    async def catch_up(self) -> None:
        """Serve the newest version there is, building its file if nobody has."""
        await self._build()
        self._models.refresh()
        await self._live.refresh()
        self._seen = self._served(self._live.epoch)
        self._seq = await self._last_seq()
        self._told = dict(await self._store.last_runs())

    async def follow(self) -> None:
        """Follow until cancelled. Trouble is waited for, ever longer: what is served stays."""
        listening = asyncio.create_task(self._listener.run()) if self._listener else None
        failures = 0
        try:
            while True:
                await self._pause(failures)
                try:
                    await self.look()
                    failures = 0
                except StoreError as error:
                    failures += 1
                    log.warning("the store does not answer: %s", error)
                except Exception as error:
                    failures += 1
                    log.error("the newest version cannot be served (%s: %s)", type(error).__name__, error)
        finally:
            self._changes.close()
            self._runs.close()
            if listening:
                await stop(listening)

    async def _pause(self, failures: int) -> None:
        """Until it is worth looking: the store told of a move, or nobody has looked for long enough."""
        listener = self._listener
        if listener is None or failures:
            await asyncio.sleep(self._poll * 2 ** min(failures, MOST_DOUBLINGS))
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._listening_poll if listener.connected else self._poll):
                await listener.moved.wait()
        listener.moved.clear()

    async def look(self) -> bool:
        """Look once; True if something had moved."""
        epoch = await self._store.epoch()
        if epoch == self._seen:
            return False
        if epoch.data_version != self._seen.data_version:
            epoch = await self._settled(epoch)
            await self._build()
            self._models.refresh()
        await self._live.refresh()
        await self._tell_runs()
        await self._tell_changes()
        self._seen = self._served(epoch)
        return True

    def _served(self, epoch: Epoch) -> Epoch:
        """What of an epoch has been seen: a version that came in between, or whose file could not be opened, has not."""
        served = self._models.current.data_version if self._models.ready else -1
        return Epoch(min(served, epoch.data_version), epoch.live)

    async def _settled(self, epoch: Epoch) -> Epoch:
        waited = 0.0
        while waited < MAX_WAIT:
            await asyncio.sleep(QUIET)
            waited += QUIET
            now = await self._store.epoch()
            if now == epoch:
                break
            epoch = now
        return epoch

    async def _tell_changes(self) -> None:
        if not self._changes.listeners:
            self._seq = await self._last_seq()
            return
        async for batch in self._store.export_changes(self._seq):
            for change in batch:
                if self._models.ready and change.data_version > self._models.current.data_version:
                    return
                self._changes.send(change)
                self._seq = change.seq

    async def _last_seq(self) -> int:
        return await self._store.last_change_seq()

    async def _tell_runs(self) -> None:
        for run in (await self._store.last_runs()).values():
            if self._told.get(run.source) != run:
                self._told[run.source] = run
                self._runs.send(run)


async def stop(*tasks: asyncio.Task[None]) -> None:
    """Cancel background tasks and wait for them."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
