"""The process beside a harvest, as the harvest sees it: started once there is much to read, ended with the last harvest.

One body at a time is read there, in the order in which sources ask. Until the process has loaded, sources read for themselves;
where it is lost, whatever the reason, they read again themselves, so that nothing depends on it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from connectors.base import Connector, Context, HarvestError, Snapshot
from hub.harvest.reader import LENGTH, packed
from hub.harvest.reading import Reading
from hub.normalise.lookups import Lookups

log = logging.getLogger("hub.harvest")

SMALLEST = 20_000
"""Bytes of bodies below which they are read at once where they are."""
LARGEST = 4_000_000
"""Bytes of bodies above which they are: they would be held twice."""
MUCH = 200_000
"""Bytes of such bodies in a harvest before there is a process for them: to load it takes as long as to read these."""
_COMMAND = (sys.executable, "-P", "-m", "hub.harvest.reader")
"""Without the working folder among the places of modules: it may be anybody's."""
_BUFFER = 1 << 20


class LostError(Exception):
    """The process did not read, or did not finish."""


class Beside:
    """The process that reads beside this one.

    Args:
        command: what starts it; tests bring their own.
        patience: seconds that a source waits for its turn before it reads for itself: a long body holds nobody up.

    Attributes:
        read: how many sources were read there, whole.
    """

    def __init__(self, command: Sequence[str] = _COMMAND, *, patience: float = 2.0) -> None:
        self._command = command
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._users = self._met = 0
        self.read = 0

    @property
    def running(self) -> bool:
        """Whether there is a process that has loaded."""
        return self._process is not None

    async def ready(self) -> None:
        """Start the process where there is none, and wait until it has loaded, or is known not to."""
        self._begin()
        assert self._starting is not None
        await asyncio.wait([self._starting])

    @asynccontextmanager
    async def at_hand(self) -> AsyncIterator[None]:
        """Let sources use the process; it ends when nobody does any more."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._met = 0
                await self.end()

    async def batches(
        self,
        connector: Connector,
        ctx: Context,
        snapshots: Sequence[Snapshot],
        lookups: Lookups,
        run: str,
        reading: Reading,
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """What `hub.harvest.reading.batches` gives.

        Raises:
            HarvestError: as it does.
            LostError: not all was read; what was given is the beginning.
        """
        size = _size(snapshots)
        if not self._users or not SMALLEST <= size <= LARGEST:
            raise LostError
        if self._process is None:
            self._met += size
            if self._met >= MUCH:
                self._begin()
            raise LostError
        bare = [replace(snapshot, headers=dict(snapshot.headers), opener=None) for snapshot in snapshots]
        try:
            job = packed((connector, ctx.source, ctx.options, ctx.notes, bare, lookups, run))
        except Exception:  # a connector that holds what cannot leave; each kind of thing says so in its own way
            raise LostError from None
        waiting: list[dict[str, Any]] | None = None
        async with self._in_turn():
            process, done = self._process, False
            if process is None:
                raise LostError
            try:
                _pipe(process.stdin).write(job)
                while True:
                    what, *told = await _receive(process)
                    if what != "rows":
                        break
                    if waiting is not None:
                        yield waiting
                    reading.measure.read, waiting = told
                done = True
            except (OSError, EOFError) as error:
                log.warning("the process that reads was lost: %r", error)
                raise LostError from None
            finally:
                if not done:  # what it still says is of this job
                    await self.end()
        if what == "failed":
            log.warning("the process that reads could not: %s", told[0])
            raise LostError
        if waiting is not None:  # the last ones, while the next body is read
            yield waiting
        self.read += 1
        reading.take_over(told[0])
        ctx.notes[:] = told[1]
        if what == "refused":
            refusal: HarvestError = told[2]
            raise refusal

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """One after another. Raises LostError where that takes too long."""
        try:
            await asyncio.wait_for(self._turn.acquire(), self._patience)
        except TimeoutError:
            raise LostError from None
        try:
            yield
        finally:
            self._turn.release()

    def _begin(self) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        """Start the process; it is there for sources once it has said that it is ready."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, limit=_BUFFER, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            log.warning("no process that reads: %s", error)
            return
        try:
            await _receive(process)
            self._process = process
        except BaseException as error:
            await _killed(process)
            if not isinstance(error, EOFError | OSError):
                raise
            log.warning("the process that reads did not start")

    async def end(self) -> None:
        """End the process, whatever it does; the next body starts another."""
        starting, self._starting = self._starting, None
        process, self._process = self._process, None
        if starting is not None and not starting.done():
            starting.cancel()
            with suppress(asyncio.CancelledError):
                await starting
        if process is not None:
            await _killed(process)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _size(snapshots: Sequence[Snapshot]) -> int:
    """Bytes of bodies that are in memory; 0 where one is not."""
    sizes = [len(snapshot.content) if snapshot.content is not None else 0 for snapshot in snapshots]
    return sum(sizes) if all(sizes) else 0


def _pipe(pipe: Any) -> Any:
    assert pipe is not None
    return pipe


async def _receive(process: asyncio.subprocess.Process) -> Any:
    """One message. Raises EOFError where there is no whole one, or none that can be read."""
    stream = _pipe(process.stdout)
    try:
        head = await stream.readexactly(LENGTH)
        text = await stream.readexactly(int.from_bytes(head, "little"))
    except asyncio.IncompleteReadError:
        raise EOFError from None
    try:
        return pickle.loads(text)  # noqa: S301  our own process
    except Exception as error:  # a connector's own errors need not survive the way
        raise EOFError(repr(error)) from None


async def _killed(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
