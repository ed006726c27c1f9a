"""Everything a run has to read: asked of the site, of its fallback or of the archive, each body looked at and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connectors.base import Connector, Context, HarvestError, Snapshot, SourceChanged, SourceDown, SourceRefused
from hub.fetch import Archive, FetchRecord, ScratchArchive, SourceFetch, SourcePolicy, Tally
from hub.harvest.environment import Environment
from hub.harvest.fallback import CaptureFetch, down_since, is_called_for, is_dead
from hub.harvest.notdata import HEAD, examine
from hub.harvest.replay import ArchiveFetch
from hub.store.records import FetchRecord as StoredFetch
from hub.store.records import SourceRecord, Validator

NEVER_ARCHIVED = "bundled:"
"""Addresses whose bytes come with the hub: they need no archive to be read again."""


@dataclass(slots=True)
class Gathering:
    """What one run fetches, in order, and what it learns for the next one's conditional requests.

    Attributes:
        known: what the last good answers said of themselves, by address.
        since: since when the site has been out of reach, where a capture was read instead of it.
    """

    env: Environment
    source: SourceRecord
    run: str
    on_fetch: Callable[[int], None]
    known: Mapping[str, Validator]
    scratch: Path | None = None
    fetched: list[StoredFetch] = field(default_factory=list)
    validators: dict[str, Validator] = field(default_factory=dict)
    since: datetime | None = None
    _fetch: SourceFetch | ArchiveFetch | None = None
    _archive: Archive | None = None

    @property
    def tally(self) -> Tally:
        """Requests and bytes so far."""
        return self._fetch.tally if self._fetch is not None else Tally()

    @property
    def archive(self) -> Archive:
        """Where this run keeps bodies: in a folder that is thrown away where it must leave no trace."""
        if self._archive is None:
            below = self.env.fetcher.archive
            self._archive = below if self.scratch is None else ScratchArchive(self.scratch, below)
        return self._archive

    async def open(self, *, from_archive: bool) -> SourceFetch | ArchiveFetch:
        """The run's way out, or the archive in its place.

        Raises:
            SourceDown: nothing was ever archived.
        """
        env, source = self.env, self.source
        if from_archive:
            records = await env.store.last_snapshots(source.key)
            if not records and not source.url.startswith(NEVER_ARCHIVED):
                raise SourceDown("El archivo no guarda todavía ninguna lectura de esta fuente.", code="NOT_ARCHIVED")
            self._fetch = ArchiveFetch(records, self.archive)
            return self._fetch
        policy = SourcePolicy(
            source.key, verify_tls=source.verify_tls, files=env.files if source.origin == "config" else None,
            stranger=source.origin != "config",
        )  # fmt: skip
        scratch = self.archive if isinstance(self.archive, ScratchArchive) else None
        self._fetch = env.fetcher.for_source(policy, self.known, self._record, scratch=scratch)
        return self._fetch

    async def snapshots(self, connector: Connector, ctx: Context) -> list[Snapshot]:
        """All there is to read; captures of it where the site has been gone for as long as its settings say.

        Raises:
            HarvestError: as the connector, the way out or the look at the body says.
        """
        try:
            return await self._walk(connector, ctx)
        except HarvestError as error:
            if isinstance(self._fetch, ArchiveFetch) or not is_dead(error):
                raise
            since = await self._down_since()
            if not is_called_for(self.source, since, self.env.now()):
                raise
            self.since = since
            return await self._captures(connector, ctx, error)

    async def _down_since(self) -> datetime | None:
        store, key = self.env.store, self.source.key
        good = await store.last_good_run(key)
        return down_since(await store.runs(key, first=500), good[1] if good else None)

    async def _captures(self, connector: Connector, ctx: Context, cause: HarvestError) -> list[Snapshot]:
        del self.fetched[:]
        way_out = ctx.fetch
        ctx.fetch = CaptureFetch(ctx, way_out, self.env.wayback, self._keep)
        try:
            return await self._walk(connector, ctx)
        except HarvestError as error:
            raise SourceDown(f"{cause.reason} Tampoco sirvió el Internet Archive: {error.reason}") from None
        finally:
            ctx.fetch = way_out

    async def _walk(self, connector: Connector, ctx: Context) -> list[Snapshot]:
        found: list[Snapshot] = []
        async for snapshot in connector.snapshots(ctx):
            await self._bring(snapshot)
            refuse_what_is_no_data(snapshot)
            found.append(snapshot)
        return found

    async def _bring(self, snapshot: Snapshot) -> None:
        """Keep what the connector brought itself (the bundled data); what was fetched is kept already."""
        if snapshot.content is not None and not self.archive.has(snapshot.sha256):
            await asyncio.to_thread(self.archive.put, snapshot.content)
        if not any(known.sha256 == snapshot.sha256 for known in self.fetched):
            self._keep(snapshot)

    def _keep(self, snapshot: Snapshot) -> None:
        self.fetched.append(
            StoredFetch(
                run=self.run, seq=len(self.fetched), url=snapshot.url, sha256=snapshot.sha256,
                fetched_at=snapshot.fetched_at, size=snapshot.size, status=snapshot.status,
                media_type=snapshot.media_type, charset=snapshot.charset, via=snapshot.via,
            )
        )  # fmt: skip

    async def _record(self, answer: FetchRecord) -> None:
        known = answer.validator
        assert known.fetched_at is not None
        self.fetched.append(
            StoredFetch(
                run=self.run, seq=len(self.fetched), url=answer.key, sha256=known.sha256, fetched_at=known.fetched_at,
                size=answer.size, status=answer.status, media_type=known.media_type, charset=known.charset,
                headers=dict(answer.headers), not_modified=answer.not_modified,
                via=answer.final_url if answer.final_url != answer.url else None,
            )
        )  # fmt: skip
        self.validators[answer.key] = Validator(
            sha256=known.sha256, fetched_at=known.fetched_at, etag=known.etag, last_modified=known.last_modified,
            media_type=known.media_type, charset=known.charset,
        )  # fmt: skip
        self.on_fetch(len(self.fetched))


def refuse_what_is_no_data(snapshot: Snapshot) -> None:
    """Raise for a bot wall, a login form or no bytes at all. Raises SourceRefused, SourceChanged."""
    with snapshot.open() as stream:
        found = examine(stream.read(HEAD), snapshot.size)
    if found is None:
        return
    if found.kind == "EMPTY_BODY":
        raise SourceChanged(found.reason, code=found.kind)
    raise SourceRefused(found.reason, code=found.kind)
