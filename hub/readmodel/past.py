"""Read models of earlier moments: made from the store when somebody asks, one at a time, kept while there is room.

Days on which nothing was published share the file of the day before: there are never more files than publications, and
asking for many days makes no more of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
from bisect import bisect_right
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path

from hub.readmodel.entries import ReadModelError, instant
from hub.readmodel.files import SUFFIX, build_lock
from hub.readmodel.from_store import WAIT, gather, write
from hub.readmodel.reader import ReadModel, readable
from hub.store import Store

log = logging.getLogger("hub.readmodel")

KEEP = 12
"""Files that stay on disk, the least recently used out first."""
ROOM = 1 << 30
"""Bytes that they may take together; the newest stays whatever it takes."""
OPEN = 4
"""Files that a process holds open."""
PATIENCE = 8.0
"""Seconds that somebody waits for a file that is being made."""
_PLAIN = str.maketrans("", "", "-:.")
QUEUE = 3
"""Files that are made or wait to be made; who asks for another one is told to come back."""


class NotReady(Exception):
    """The file of that moment is being made, or others are before it: ask again in a moment."""


class PastModels:
    """The read models of earlier moments, over one store.

    Args:
        folder: where the files stand; no other files belong there.
        patience: seconds that a caller waits for a file.
    """

    def __init__(self, store: Store, folder: Path, *, patience: float = PATIENCE) -> None:
        self._store = store
        self._folder = folder
        self._patience = patience
        self._open: OrderedDict[str, ReadModel] = OrderedDict()
        self._making: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._version = -1
        self._moments: list[datetime] = []
        self._codes = ""

    async def at(self, at: datetime) -> ReadModel:
        """What was public at an instant; an empty one before the first publication.

        Raises:
            NotReady: it has to be made first, and that takes longer than anybody waits.
            OSError: no room, or not ours to write.
        """
        moment = await self._moment(at)
        name = _name(moment, self._codes)
        found = self._open.get(name)
        if found is None:
            found = await self._opened(name, moment)
            self._open[name] = found
            while len(self._open) > OPEN:
                self._open.popitem(last=False)  # whoever still reads it holds it
        self._open.move_to_end(name)
        with contextlib.suppress(OSError):
            os.utime(found.path)
        return found

    async def close(self) -> None:
        """Let what is being made come to its end: it reads from the store."""
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _moment(self, at: datetime) -> datetime | None:
        """The last instant, not later than `at`, at which what is public changed."""
        version = await self._store.data_version()
        if version != self._version:
            found = await self._store.moments(self._moments[-1] if self._moments else None)
            async with self._store.reading() as reading:
                told = repr(sorted(await reading.aliases()))
            self._codes = hashlib.blake2b(told.encode(), digest_size=6).hexdigest()
            self._moments = sorted({*self._moments, *found})
            self._version = version
        place = bisect_right(self._moments, at)
        return self._moments[place - 1] if place else None

    async def _opened(self, name: str, moment: datetime | None) -> ReadModel:
        path = self._folder / name
        try:
            return ReadModel.open(path)
        except ReadModelError:  # not there, or of another format
            task = self._making.get(name)
            if task is None:
                if len(self._making) >= QUEUE:
                    raise NotReady from None
                task = self._making[name] = asyncio.create_task(self._make(path, moment))
                task.add_done_callback(lambda done: self._made(name, done))
        try:
            await asyncio.wait_for(asyncio.shield(task), self._patience)
        except TimeoutError:
            raise NotReady from None
        return ReadModel.open(path)

    def _made(self, name: str, task: asyncio.Task[None]) -> None:
        self._making.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the read model %s cannot be made: %s", name, error)

    async def _make(self, path: Path, moment: datetime | None) -> None:
        """Make one file: one at a time in this process, and in all processes over the folder."""
        async with self._turn:
            while True:
                with build_lock(self._folder) as mine:
                    if mine:
                        if not readable(path):
                            await self._write(path, moment)
                        return
                await asyncio.sleep(WAIT)

    async def _write(self, path: Path, moment: datetime | None) -> None:
        at = moment or datetime.min.replace(tzinfo=UTC)
        async with self._store.reading_at(at) as reading:
            source = await gather(reading, moment)
            report = await write(path, source)
        log.info("read model %s: %s commitments in %.2f s", path.name, report.commitments, report.seconds)
        _make_room(self._folder, path)


def _name(moment: datetime | None, codes: str) -> str:
    """A file's name: its moment, and what tells the codes that records have had since; those of today are shown."""
    stamp = "0" if moment is None else instant(moment).translate(_PLAIN)
    return f"{stamp}-{codes}{SUFFIX}"


def _make_room(folder: Path, newest: Path) -> None:
    """Remove the least recently used files while there are too many of them or they take too much."""
    files = []
    for path in folder.glob(f"*{SUFFIX}"):
        with contextlib.suppress(FileNotFoundError):
            files.append((path != newest, -path.stat().st_mtime_ns, path.stat().st_size, path))
    used = 0
    for place, (other, _, size, path) in enumerate(sorted(files)):
        used += size
        if other and (place >= KEEP or used > ROOM):
            path.unlink(missing_ok=True)
