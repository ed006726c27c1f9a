"""A fetcher that waits for nothing: its sleeps are written down, not slept."""

from __future__ import annotations

import functools
import random
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.fetch import Archive, Clock, Fetcher, FetchRecord, FetchSettings, RobotsRecord, SourcePolicy, Validator
from hub.fetch.robots import RobotsLike

LOOPBACK = ("127.0.0.0/8",)


@functools.cache
def _authorities() -> ssl.SSLContext:
    """The usual ones; made once, since it takes its time."""
    return ssl.create_default_context()


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, monotonic=lambda: self.at.timestamp(), sleep=self.sleep)


@dataclass
class Memory:
    """What a store remembers between two runs: validators, records and robots.txt."""

    validators: dict[str, Validator] = field(default_factory=dict)
    records: list[FetchRecord] = field(default_factory=list)
    robots: dict[str, RobotsLike] = field(default_factory=dict)

    async def record(self, record: FetchRecord) -> None:
        self.records.append(record)
        self.validators[record.key] = record.validator

    async def get(self, host: str) -> RobotsLike | None:
        return self.robots.get(host)

    async def put(self, record: RobotsRecord) -> None:
        self.robots[record.host] = record


@dataclass
class Lab:
    """Everything a fetch test needs. `run()` is one run of one source."""

    root: Path
    time: FakeTime
    memory: Memory
    made: list[Fetcher] = field(default_factory=list)

    def fetcher(
        self, *, archive: Archive | None = None, resolver: Any = None, tls: Any = None, **settings: Any
    ) -> Fetcher:
        chosen: dict[str, Any] = {"allow": LOOPBACK, "pace": 0.0, "timeout": 5.0, "respect_robots": False, **settings}
        fetcher = Fetcher(
            FetchSettings(**chosen),
            archive or Archive(self.root),
            robots=self.memory,
            clock=self.time.clock(),
            resolver=resolver,
            tls=tls or _authorities(),
            rng=random.Random(7),
        )
        self.made.append(fetcher)
        return fetcher

    def run(self, fetcher: Fetcher | None = None, **settings: Any) -> Any:
        chosen = fetcher or self.fetcher(**settings)
        return chosen.for_source(SourcePolicy("prueba"), self.memory.validators, self.memory.record)

    def bodies(self) -> list[Path]:
        """The archived bodies."""
        return sorted(self.root.rglob("*.zst"))

    def half_written(self) -> list[Path]:
        """What should never be left."""
        return list((self.root / "tmp").iterdir())


@pytest.fixture
async def lab(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Lab]:
    lab = Lab(tmp_path / "archive", FakeTime(), Memory())
    yield lab
    for fetcher in lab.made:
        await fetcher.aclose()
