"""One run of one source: lease, fetch, read, judge, publish, and a verdict whatever happens.

A run that fails leaves the last good data where they are. A killed one is closed by whoever comes next.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from connectors.base import (
    Connector,
    Context,
    HarvestError,
    Snapshot,
    SourceChanged,
    SourceDown,
    SourceInfo,
    SourceRefused,
)
from connectors.errors import ConfigError as ConnectorConfigError
from hub.fetch import ArchiveError, FetchRecord, SourceFetch, SourcePolicy
from hub.harvest.environment import Environment
from hub.harvest.fingerprint import fingerprint_of
from hub.harvest.judge import Judgement, LastGood, Measure, Rules, judge
from hub.harvest.notdata import HEAD, examine
from hub.harvest.outcome import Outcome, Phase, Step
from hub.harvest.reading import Reading, read_into
from hub.harvest.replay import ArchiveFetch
from hub.model import Issue, IssueSeverity, Run, RunVerdict, SourceState
from hub.schedule import next_due
from hub.store.errors import LeaseLost, StoreError
from hub.store.records import FetchRecord as StoredFetch
from hub.store.records import Publication, RunCounts, SourceRecord, Validator

log = logging.getLogger("hub.harvest")

BLOCKED_CODES = frozenset({"CHALLENGE", "LOGIN", "FORBIDDEN"})
"""Refusals by the site itself; any other refusal is ours or its robots.txt's."""

MAX_ISSUES = 2_000
"""Issues kept of one run; the counts go on."""


class _Stop(Exception):  # noqa: N818 - a way out, not an error
    """A run ends here with this judgement."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.reason)
        self.judgement = judgement


@dataclass(slots=True)
class _Work:
    """What one run has gathered so far."""

    source: SourceRecord
    run: Run
    began: float
    fetch: SourceFetch | ArchiveFetch | None
    fetched: list[StoredFetch] = field(default_factory=list)
    validators: dict[str, Validator] = field(default_factory=dict)
    reading: Reading = field(default_factory=lambda: Reading(Measure()))
    fingerprint: str | None = None
    publication: Publication | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


class SourceRun:
    """Runs one source at a time; holds no state between runs."""

    def __init__(self, environment: Environment) -> None:
        self._env = environment

    async def __call__(self, source: SourceRecord, *, dry_run: bool = False, from_archive: bool = False) -> Outcome:
        """Harvest one source and tell what became of it. Raises CancelledError and StoreError, nothing else.

        Args:
            dry_run: judge and show the difference, publish nothing, leave no trace.
            from_archive: read the bytes of the last fetch again; no network.
        """
        env = self._env
        began = time.monotonic()
        run = await env.store.start_run(
            source.key, now=env.now(), owner=env.owner, lease=env.settings.lease
        )
        if run is None:
            reason = "Otra corrida de esta fuente está en curso; espere a que termine."
            return Outcome(source.key, RunVerdict.RUNNING, reason, floor=source.floor)
        work = _Work(source, run, began, fetch=None)
        beat = asyncio.create_task(self._keep_lease(run.id, asyncio.current_task()))
        try:
            judgement = await self._judged(work, dry_run=dry_run, from_archive=from_archive)
        except asyncio.CancelledError:
            await asyncio.shield(self._close(work, Judgement(RunVerdict.INTERRUPTED, "La corrida se interrumpió."), dry_run))
            raise
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
        return await self._close(work, judgement, dry_run)

    async def _judged(self, work: _Work, *, dry_run: bool, from_archive: bool) -> Judgement:
        """Every way a run can end, as a judgement."""
        try:
            return await self._harvest(work, dry_run=dry_run, from_archive=from_archive)
        except _Stop as stop:
            return stop.judgement
        except SourceDown as error:
            return Judgement(RunVerdict.SOURCE_DOWN, error.reason)
        except SourceChanged as error:
            return Judgement(RunVerdict.SOURCE_CHANGED, error.reason)
        except SourceRefused as error:
            verdict = RunVerdict.BLOCKED if error.code in BLOCKED_CODES else RunVerdict.REFUSED
            if verdict is RunVerdict.REFUSED:
                work.reading.add(Issue(severity=IssueSeverity.ERROR, code=error.code, message=error.reason))
            return Judgement(verdict, error.reason)
        except ArchiveError as error:
            return Judgement(RunVerdict.FAILED, error.reason)
        except HarvestError as error:
            return Judgement(RunVerdict.FAILED, error.reason)
        except LeaseLost:
            return Judgement(RunVerdict.INTERRUPTED, "Otra corrida tomó el lugar de ésta.")
        except StoreError:
            raise
        except Exception:
            trouble = uuid.uuid4().hex[:12]
            log.exception("run %s of %s failed (%s)", work.run.id, work.source.key, trouble)
            return Judgement(
                RunVerdict.FAILED, f"Error interno del hub al leer esta fuente (referencia {trouble}); los datos anteriores siguen."
            )

    async def _harvest(self, work: _Work, *, dry_run: bool, from_archive: bool) -> Judgement:
        env, source = self._env, work.source
        connector = self._connector(source)
        if env.prove is not None and source.origin == "registered" and not from_archive:
            await env.prove(source)
        work.fetch = await self._fetch(work, from_archive=from_archive)
        info = SourceInfo(source.key, source.title, source.url, source.jurisdiction, source.fields)
        ctx = Context(info, connector_options(connector), work.fetch)
        snapshots = await self._snapshots(work, connector, ctx)
        if not from_archive and not dry_run:
            await env.store.record_fetches(source.key, work.fetched, work.validators)
        lookups = await env.lookups()
        tables = lookups.for_source(source.key)
        work.fingerprint = fingerprint_of(source, connector, snapshots, tables)
        if source.fingerprint == work.fingerprint and not dry_run and await self._stands(source):
            return Judgement(RunVerdict.UNCHANGED)
        self._step(work, "reading")
        await read_into(env, work.run.id, source, connector, ctx, snapshots, lookups, work.reading)
        judgement = await self._judge(work)
        if not judgement.publish:
            return judgement
        if dry_run:
            return await self._show(work, judgement)
        return await self._publish(work, judgement)

    def _connector(self, source: SourceRecord) -> Connector:
        try:
            return self._env.make(source.connector, source.options)
        except ConnectorConfigError as error:
            raise _Stop(Judgement(RunVerdict.FAILED, f"La configuración del conector no sirve: {error.reason}")) from None

    async def _fetch(self, work: _Work, *, from_archive: bool) -> SourceFetch | ArchiveFetch:
        env, source = self._env, work.source
        if from_archive:
            records = await env.store.last_snapshots(source.key)
            if not records and not source.url.startswith("bundled:"):
                raise SourceDown("El archivo no guarda todavía ninguna lectura de esta fuente.", code="NOT_ARCHIVED")
            return ArchiveFetch(records, env.fetcher.archive)
        policy = SourcePolicy(
            source.key, verify_tls=source.verify_tls, files=env.files if source.origin == "config" else None
        )
        return env.fetcher.for_source(policy, await env.store.validators(source.key), self._recorder(work))

    def _recorder(self, work: _Work) -> Any:
        async def record(answer: FetchRecord) -> None:
            known = answer.validator
            assert known.fetched_at is not None
            work.fetched.append(
                StoredFetch(
                    run=work.run.id, seq=len(work.fetched), url=answer.key, sha256=known.sha256,
                    fetched_at=known.fetched_at, size=answer.size, status=answer.status, media_type=known.media_type,
                    charset=known.charset, headers=dict(answer.headers), not_modified=answer.not_modified,
                    via=answer.final_url if answer.final_url != answer.url else None,
                )
            )  # fmt: skip
            work.validators[answer.key] = Validator(
                sha256=known.sha256, fetched_at=known.fetched_at, etag=known.etag, last_modified=known.last_modified,
                media_type=known.media_type, charset=known.charset,
            )  # fmt: skip
            self._step(work, "fetching", len(work.fetched))

        return record

    async def _snapshots(self, work: _Work, connector: Connector, ctx: Context) -> list[Snapshot]:
        """Everything the connector gives to read, each archived, none of it a wall or a login form."""
        snapshots: list[Snapshot] = []
        self._step(work, "fetching")
        async for snapshot in connector.snapshots(ctx):
            if snapshot.content is not None and not self._env.fetcher.archive.has(snapshot.sha256):
                await asyncio.to_thread(self._env.fetcher.archive.put, snapshot.content)
            if not any(known.sha256 == snapshot.sha256 for known in work.fetched):
                work.fetched.append(_as_fetched(work.run.id, len(work.fetched), snapshot))
            with snapshot.open() as stream:
                found = examine(stream.read(HEAD), snapshot.size)
            if found is not None and found.kind == "EMPTY_BODY":
                raise SourceChanged(found.reason, code=found.kind)
            if found is not None:
                raise SourceRefused(found.reason, code=found.kind)
            snapshots.append(snapshot)
        return snapshots

    async def _stands(self, source: SourceRecord) -> bool:
        """Whether the last reading with this fingerprint was published (a held one is judged again)."""
        return await self._env.store.last_good_run(source.key) is not None

    async def _judge(self, work: _Work) -> Judgement:
        source, reading = work.source, work.reading
        before = await self._env.store.last_good_run(source.key)
        last = LastGood(before[1]["accepted"], before[1]["filled"]) if before else None
        return judge(
            reading.measure, Rules(source.floor, source.max_drop), last, empty_reason=reading.empty_reason
        )

    async def _show(self, work: _Work, judgement: Judgement) -> Judgement:
        """The difference a publication would make, and no trace of it after."""
        diff = await self._env.store.diff(work.run.id, sample=100)
        work.changes = [msgspec.to_builtins(line) for line in diff.sample]
        counts = {"added": diff.added, "modified": diff.modified, "removed": diff.removed}
        work.reading.counts.update(counts)
        return judgement if diff.changed else Judgement(RunVerdict.UNCHANGED)

    async def _publish(self, work: _Work, judgement: Judgement) -> Judgement:
        self._step(work, "publishing")
        env = self._env
        publication = await env.store.publish(work.run.id, now=env.now(), grace=env.settings.grace)
        work.publication = publication
        work.reading.counts.update(
            added=publication.added, modified=publication.modified, removed=publication.removed
        )
        if judgement.verdict is RunVerdict.PUBLISHED and not publication.changed:
            return Judgement(RunVerdict.UNCHANGED)
        return judgement

    async def _close(self, work: _Work, judgement: Judgement, dry_run: bool) -> Outcome:
        """Write the verdict down and tell it."""
        env, source, measure = self._env, work.source, work.reading.measure
        verdict, now = judgement.verdict, env.now()
        counts = RunCounts(
            read=measure.read, rejected=measure.rejected, requests=work.fetch.tally.requests if work.fetch else 0,
            bytes=work.fetch.tally.bytes if work.fetch else 0, **work.reading.counts,
        )  # fmt: skip
        good = verdict in (RunVerdict.PUBLISHED, RunVerdict.UNCHANGED, RunVerdict.EMPTY)
        read_now = good and work.reading.complete
        issues = [issue for issue in work.reading.issues[:MAX_ISSUES]]
        if dry_run:
            await env.store.forget_run(work.run.id)
        else:
            await env.store.finish_run(
                work.run.id, verdict=verdict, now=now, reason=judgement.reason, counts=counts, issues=issues,
                next_due=self._next_due(source, judgement, now),
                measure={"accepted": measure.accepted, "filled": measure.filled} if read_now else None,
                fingerprint=work.fingerprint if read_now else None,
                fetched_at=now if good else None,
            )  # fmt: skip
            if work.reading.unmatched and verdict is not RunVerdict.INTERRUPTED:
                await env.store.note_unmatched(source.key, work.reading.unmatched_values(), now=now)
        self._step(work, "done")
        return Outcome(
            source.key, verdict, judgement.reason, **msgspec.structs.asdict(counts),
            seconds=time.monotonic() - work.began, issues=issues, floor=source.floor, run=work.run.id,
            changes=work.changes,
        )  # fmt: skip

    def _next_due(self, source: SourceRecord, judgement: Judgement, now: datetime) -> datetime | None:
        if judgement.verdict is RunVerdict.INTERRUPTED:
            return now
        return next_due(source.schedule, now)

    async def _keep_lease(self, run_id: str, owner: asyncio.Task[Any] | None) -> None:
        """Say every third of the lease that this run lives; stop it when the lease is gone."""
        while True:
            await asyncio.sleep(self._env.settings.lease / 3)
            if not await self._env.store.heartbeat(run_id, now=self._env.now()):
                if owner is not None:
                    owner.cancel()
                return

    def _step(self, work: _Work, phase: Phase, done: int = 0) -> None:
        self._env.on_step(Step(work.source.key, phase, done))


def connector_options(connector: Connector) -> Any:
    """The validated options a connector was made with."""
    return getattr(connector, "options", None)


def _as_fetched(run: str, seq: int, snapshot: Snapshot) -> StoredFetch:
    """A snapshot that the connector brought itself (the bundled data), as a response of this run."""
    return StoredFetch(
        run=run, seq=seq, url=snapshot.url, sha256=snapshot.sha256, fetched_at=snapshot.fetched_at, size=snapshot.size,
        status=snapshot.status, media_type=snapshot.media_type, charset=snapshot.charset, via=snapshot.via,
    )  # fmt: skip


PAUSABLE = frozenset({SourceState.ACTIVE})
"""States whose sources are harvested."""
