"""A whole hub over the local web, but for its clock, which moves only when told to, and its sleeps, which are not slept."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import Registry
from hub.config import HarvestSettings
from hub.fetch import Archive, Clock, Fetcher, FetchSettings
from hub.harvest.environment import Environment
from hub.harvest.harvester import Harvester
from hub.harvest.outcome import Outcome, Step
from hub.model import Commitment, Run
from hub.normalise import lookups
from hub.normalise.lookups import Lookups
from hub.store import Store
from hub.store.records import RobotsEntry, SourceRecord
from tests.sites import Sites

FIELDS = {
    "number": "No.",
    "title": "Compromiso",
    "ods": "ODS",
    "status": "Estatus",
    "progress": "Avance",
    "institution": "Dependencia responsable",
    "start": "Inicio",
    "end": "Término",
    "evidence": "Liga",
}
PUEBLA = "/puebla/compromisos.csv"


async def until(holds: Callable[[], bool]) -> None:
    """Give way to others until something holds: what is waited for is in another thread or task, and tells nobody."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@dataclass
class Time:
    """A clock that moves when somebody sleeps, or the test says so."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)  # no two moments are the same
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(now=self.now, monotonic=lambda: self.at.timestamp(), sleep=self.sleep)


class StoredRobots:
    """robots.txt remembered in the store, as in the real hub."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, host: str) -> RobotsEntry | None:
        return await self._store.robots(host)

    async def put(self, record: Any) -> None:
        entry = RobotsEntry(host=record.host, status=record.status, fetched_at=record.fetched_at, body=record.body)
        await self._store.set_robots(entry)


@dataclass
class World:
    """One hub: its store, its archive, its clock, the sites, and what it has told."""

    store: Store
    sites: Sites
    root: Path
    time: Time = field(default_factory=Time)
    registry: Registry = field(default_factory=Registry)
    steps: list[Step] = field(default_factory=list)
    lookups: Lookups = field(default_factory=Lookups)
    settings: dict[str, Any] = field(default_factory=dict)
    network: dict[str, Any] = field(default_factory=dict)
    made: list[Fetcher] = field(default_factory=list)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def archive(self) -> Archive:
        return Archive(self.root / "archive")

    def environment(self, **others: Any) -> Environment:
        chosen = {"allow": ("127.0.0.0/8",), "pace": 0.0, "timeout": 5.0, "attempts": 2} | self.network
        fetcher = Fetcher(
            FetchSettings(**chosen), self.archive, robots=StoredRobots(self.store), clock=self.time.clock(),
            tls=self.tls, rng=random.Random(7),
        )  # fmt: skip
        self.made.append(fetcher)
        given: dict[str, Any] = {
            "store": self.store, "fetcher": fetcher, "make": self.registry.make,
            "settings": HarvestSettings(**self.settings), "lookups": self._lookups, "files": self.root,
            "now": self.time.now, "on_step": self.steps.append, "wayback": self.sites.url("/wayback"),
        }  # fmt: skip
        return Environment(**given | others)

    def harvester(self, **others: Any) -> Harvester:
        return Harvester(self.environment(**others))

    async def _lookups(self) -> Lookups:
        return self.lookups

    def review(self, text: str) -> None:
        """Write lookups.toml anew."""
        self.lookups = lookups.loads(text)

    def source(self, path: str = PUEBLA, key: str = "puebla-csv", **values: Any) -> SourceRecord:
        """A source of the sites; `path` may also be a whole address."""
        url = self.sites.url(path) if path.startswith("/") else path
        given: dict[str, Any] = {
            "title": "Primer Plan de Acción Local de Puebla", "connector": "csv", "jurisdiction": "21",
            "fields": FIELDS, "schedule": "weekly",
        }  # fmt: skip
        return SourceRecord(key=key, url=url, **given | values)

    async def sync(self, *sources: SourceRecord) -> None:
        await self.store.sync_sources(sources, now=self.time.now())

    async def harvest(self, *keys: str, harvester: Harvester | None = None, **how: Any) -> dict[str, Outcome]:
        """Harvest the sources of these keys (default: all) as they are in the store."""
        known = {source.key: source for source in await self.store.sources()}
        chosen = [known[key] for key in keys or known]
        outcomes = await (harvester or self.harvester()).harvest(chosen, **how)
        return {outcome.source: outcome for outcome in outcomes}

    async def run(self, key: str = "puebla-csv", **how: Any) -> Outcome:
        """Harvest one source."""
        return (await self.harvest(key, **how))[key]

    async def public(self) -> dict[str, Any]:
        """All that the public sees: every current record, every version, every change, the data version."""
        records, versions = {}, []
        for kind in ("commitment", "plan", "exercise", "total", "event"):
            async for batch in self.store.export_records(kind):
                for found in batch:
                    records[kind, found.source, found.native_key] = (
                        found.code, found.body, found.missing_since, found.run,
                    )  # fmt: skip
            async for stood in self.store.export_versions(kind):
                versions += [(v.code, v.valid_from, v.valid_to, v.body) for v in stood]
        changes = [change async for batch in self.store.export_changes(0) for change in batch]
        return {
            "version": await self.store.data_version(),
            "records": records,
            "versions": versions,
            "changes": changes,
        }

    async def commitments(self) -> dict[str, Commitment]:
        """Code -> commitment, of the current view, as the sources publish them."""
        found: dict[str, Commitment] = {}
        async for batch in self.store.export_records("commitment"):
            for stored in batch:
                record = stored.decode()
                assert isinstance(record, Commitment)
                found[stored.code] = record
        return found

    async def last_run(self, key: str = "puebla-csv") -> Run:
        return (await self.store.runs(key, first=1))[0]

    def bodies(self) -> list[str]:
        """What the archive holds."""
        return sorted(path.name for path in (self.root / "archive").rglob("*.zst"))

    async def close(self) -> None:
        for fetcher in self.made:
            await fetcher.aclose()


@pytest.fixture(scope="session")
def authorities() -> ssl.SSLContext:
    """The usual ones; made once, since it takes its time."""
    return ssl.create_default_context()


@pytest.fixture
async def world(
    sqlite_store: Store, sites: Sites, tmp_path: Path, authorities: ssl.SSLContext, anyio_backend: str
) -> AsyncIterator[World]:
    """A hub on SQLite over the sites."""
    made = World(sqlite_store, sites, tmp_path, tls=authorities)
    yield made
    await made.close()
