"""For a run that must leave no trace: what it fetches goes into a folder that is thrown away after it.

What the real archive and the real memory of robots.txt hold is read all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from hub.fetch.archive import Archive
from hub.fetch.robots import RobotsCache, RobotsLike, RobotsRecord


class ScratchArchive(Archive):
    """An archive over another one, which it only reads."""

    def __init__(self, root: Path, below: Archive) -> None:
        super().__init__(root)
        self._below = below

    def has(self, sha256: str) -> bool:
        return super().has(sha256) or self._below.has(sha256)

    def size(self, sha256: str) -> int:
        return super().size(sha256) if super().has(sha256) else self._below.size(sha256)

    def open(self, sha256: str) -> BinaryIO:
        return super().open(sha256) if super().has(sha256) else self._below.open(sha256)


class ForgetfulRobots:
    """A `RobotsCache` that knows what another one knows, and tells it nothing."""

    def __init__(self, below: RobotsCache) -> None:
        self._below = below

    async def get(self, host: str) -> RobotsLike | None:
        """What is known of a host."""
        return await self._below.get(host)

    async def put(self, record: RobotsRecord) -> None:
        """Nothing is kept."""
