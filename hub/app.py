"""The composition root: what a configuration says, put together. Only this and the command line see everything."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from connectors.base import HarvestError
from connectors.mapping import Mapping
from connectors.registry import Registry
from hub import __version__
from hub.config import Config, ConfigError, SourceSettings
from hub.fetch import Archive, Clock, Fetcher, FetchSettings, RobotsRecord
from hub.harvest.beside import Beside, processors
from hub.harvest.environment import Environment
from hub.harvest.harvester import Harvester
from hub.harvest.outcome import OnStep, Step
from hub.mark import mark_of
from hub.normalise import lookups as lookup_tables
from hub.normalise import places
from hub.normalise.lookups import Lookups, LookupsError
from hub.registration.decided import with_decisions
from hub.registration.duplicates import DuplicateFinder
from hub.registration.ownership import Ownership
from hub.store import Store
from hub.store.records import RobotsEntry, SourceRecord

if TYPE_CHECKING:
    from hub.registration.office import Office

PATIENCE = 10.0
"""Seconds that an address a stranger names may take to answer."""


def _quiet(step: Step) -> None:
    """Nobody watches."""


class _RobotsInStore:
    """`hub.fetch.RobotsCache` over the store, so that robots.txt is asked for once a day, not once a process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, host: str) -> RobotsEntry | None:
        return await self._store.robots(host)

    async def put(self, record: RobotsRecord) -> None:
        await self._store.set_robots(
            RobotsEntry(host=record.host, status=record.status, fetched_at=record.fetched_at, body=record.body)
        )


class Hub:
    """Everything a configuration describes, opened and closed as one.

    Args:
        clock: of harvests, registration and what they leave; tests bring their own.

    async with Hub(config) as hub:
        await hub.prepare()
        await hub.harvester.harvest(await hub.harvester.due())
    """

    def __init__(self, config: Config, *, on_step: OnStep = _quiet, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or Clock()
        self._on_step = on_step
        self.registry = Registry(config.hub.connectors)
        self._strangers: Fetcher | None = None
        self._opened = False

    async def __aenter__(self) -> Self:
        config = self.config
        if config.store_file is not None:
            config.store_file.parent.mkdir(parents=True, exist_ok=True)
        self.store = await Store.open(config.store_url)
        self.archive = Archive(config.archive_path)
        self.fetcher = self._fetcher(fetch_settings(config))
        self.environment = Environment(
            store=self.store,
            fetcher=self.fetcher,
            make=self.registry.make,
            settings=config.harvest,
            lookups=self.lookups,
            files=config.base,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            on_step=self._on_step,
            now=self.clock.now,
            prove=Ownership(self.store, self.fetcher, self.clock.now).prove,
            beside=Beside() if processors() > 1 else None,
            wayback=config.network.wayback,
        )
        self.harvester = Harvester(self.environment, published=self._published)
        self._duplicates = DuplicateFinder(self.store)
        self._opened = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.fetcher.aclose()
        if self._strangers is not None:
            await self._strangers.aclose()
        await self.store.close()

    def office(self, moved: Callable[[], Awaitable[None]] | None = None) -> Office:
        """The registration of sources, on this store.

        Args:
            moved: called after something public moved.
        """
        from hub.registration.desk import Desk, nothing  # inspection is heavy: most commands need none of it
        from hub.registration.intake import Intake
        from hub.registration.office import Office
        from hub.registration.quota import Quota

        config = self.config
        settings = replace(fetch_settings(config), attempts=1, timeout=min(config.network.timeout, PATIENCE), pace=0.0)
        if self._strangers is None:
            self._strangers = self._fetcher(settings)
        desk = Desk(
            store=self.store,
            fetcher=self._strangers,
            harvester=self.harvester,
            intake=Intake(self.registry.make, tuple(config.network.allow)),
            quota=Quota(config.server.preview_rate_limit),
            lookups=self.lookups,
            clock=self.clock,
            moved=moved or nothing,
        )
        return Office(desk)

    def _fetcher(self, settings: FetchSettings) -> Fetcher:
        return Fetcher(settings, self.archive, robots=_RobotsInStore(self.store), clock=self.clock)

    async def prepare(self) -> None:
        """Migrate the store, take over the configured sources, close runs that died.

        Raises:
            ConfigError: a source names what does not exist.
        """
        records = [self._record(source) for source in self.config.sources.values()]
        await self.store.migrate()
        await self.store.sync_sources(records, now=self.clock.now(), mark=mark_of(self.config))
        await self.harvester.recover()
        await self.join()

    def misconfigured(self) -> list[str]:
        """What is wrong with the configured sources, a line each that names the key and the remedy; needs no store."""
        found = []
        for source in self.config.sources.values():
            try:
                self._record(source)
            except ConfigError as error:
                found.append(str(error))
        return found

    async def join(self) -> None:
        """Begin where the store stands; for one that is prepared already (`hub.store.glance.Glance.in_place`)."""
        await self._duplicates.begin()

    async def _published(self) -> None:
        await self.build_read_model()
        await self._duplicates.look(self.clock.now())

    async def build_read_model(self) -> None:
        """Write the file of the current data version, if it is not there."""
        from hub.readmodel.from_store import build_current

        await build_current(self.store, self.config.read_path)

    async def lookups(self) -> Lookups:
        """The reviewed tables of lookups.toml and what was decided in the queue, read anew. Raises ConfigError."""
        reviewed = await self._reviewed()
        return await with_decisions(self.store, reviewed) if self._opened else reviewed

    async def _reviewed(self) -> Lookups:
        path = self.config.lookups_path
        if not path.is_file():
            return Lookups()
        try:
            return lookup_tables.loads(await asyncio.to_thread(path.read_text, "utf-8-sig"), path.name)
        except (OSError, UnicodeDecodeError, LookupsError) as error:
            raise ConfigError(str(error)) from None

    def _record(self, source: SourceSettings) -> SourceRecord:
        where = f"{self.config.path}: sources.{source.key}"
        try:
            if source.enabled:
                self.registry.make(source.connector, source.options)
                Mapping.from_fields(source.fields)
        except HarvestError as error:
            raise ConfigError(f"{where}: {error.reason}") from None
        return SourceRecord(
            key=source.key,
            title=source.title,
            connector=source.connector,
            url=source.url,
            jurisdiction=_jurisdiction(where, source.state),
            schedule=source.schedule,
            floor=source.floor,
            max_drop=source.max_drop,
            license=source.license,
            contact=source.contact,
            options=source.options,
            fields=source.fields,
            fallback=source.fallback,
            fallback_after=source.fallback_after.total_seconds() if source.fallback else None,
            enabled=source.enabled,
            verify_tls=source.verify_tls,
            precedence=source.precedence,
        )


def _jurisdiction(where: str, state: str | None) -> str | None:
    if state is None:
        return None
    found = places.resolve_state(state)
    if found.value is None:
        hint = f'; did you mean "{found.suggestion}"?' if found.suggestion else ""
        raise ConfigError(f'{where}.state: "{state}" is no state{hint} (INEGI key, ISO code or name)')
    return found.value


def fetch_settings(config: Config) -> FetchSettings:
    """What the configuration says of fetching."""
    return FetchSettings(
        allow=tuple(config.network.allow),
        timeout=config.network.timeout,
        max_body=config.network.max_body,
        respect_robots=config.network.respect_robots,
        attempts=config.harvest.attempts,
        pace=config.harvest.pace,
        retry_after_max=config.harvest.retry_after_max,
        version=__version__,
        contact=config.hub.contact,
    )
