"""One run of one source: lease, fetch, read, judge, publish, and a verdict whatever happens.

A run that fails leaves the last good data where they are. A killed one is closed by whoever comes next.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from connectors.base import Connector, Context, HarvestError, SourceInfo
from connectors.errors import ConfigError as ConnectorConfigError
from hub.config import ConfigError
from hub.harvest.attempts import in_a_row, next_attempt
from hub.harvest.environment import Environment
from hub.harvest.fingerprint import fingerprint_of
from hub.harvest.gather import Gathering
from hub.harvest.judge import Judgement, LastGood, Measure, Rules, judge
from hub.harvest.keeping import read_into
from hub.harvest.outcome import Outcome, Phase, Step
from hub.harvest.reading import Reading
from hub.harvest.verdicts import issue_of, verdict_of
from hub.model import Run, RunVerdict
from hub.store.errors import LeaseLost, StoreError
from hub.store.records import RunCounts, SourceRecord

log = logging.getLogger("hub.harvest")

GOOD = frozenset({RunVerdict.PUBLISHED, RunVerdict.UNCHANGED, RunVerdict.EMPTY})

BUSY = "Otra corrida de esta fuente está en curso; espere a que termine."
STOPPED = "La corrida se interrumpió; se retoma en la próxima."
TAKEN_OVER = "Otra corrida tomó el lugar de ésta."


@dataclass(frozen=True, slots=True)
class Mode:
    """How a run is to go."""

    dry_run: bool = False
    from_archive: bool = False


@dataclass(slots=True)
class _Work:
    """What one run has gathered so far."""

    source: SourceRecord
    run: Run
    mode: Mode
    began: float
    gathering: Gathering
    reading: Reading = field(default_factory=lambda: Reading(Measure()))
    fingerprint: str | None = None
    before: tuple[Run, dict[str, Any]] | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    retry_at: datetime | None = None
    lease_lost: bool = False
    duplicates: bool = False
    """Whether commitments of the source may lack the code that their number asks for."""


class SourceRun:
    """Runs one source at a time; holds no state between runs."""

    def __init__(self, environment: Environment) -> None:
        self._env = environment

    async def __call__(self, source: SourceRecord, *, dry_run: bool = False, from_archive: bool = False) -> Outcome:
        """Harvest one source and tell what became of it. Raises CancelledError and StoreError, nothing else.

        Args:
            dry_run: judge and show the difference, publish nothing, leave no trace.
            from_archive: read the bytes of the last fetch again, whatever is known of them; no network.
        """
        env = self._env
        began = time.monotonic()
        run = await env.store.start_run(source.key, now=env.now(), owner=env.owner, lease=env.settings.lease)
        if run is None:
            return Outcome(source.key, RunVerdict.RUNNING, BUSY, floor=source.floor)
        with _scratch(dry_run) as scratch:
            before = await env.store.before_run(source.key)
            source = before.source or source  # another run may have ended since it was listed
            gathering = Gathering(
                env, source, run.id, lambda n: self._step(source, "fetching", n), before.validators, scratch
            )
            mode = Mode(dry_run, from_archive)
            return await self._held(_Work(source, run, mode, began, gathering, before=before.last_good))

    async def _held(self, work: _Work) -> Outcome:
        """The run under its lease."""
        task = asyncio.current_task()
        beat = asyncio.create_task(self._keep_lease(work, task))
        try:
            judgement = await self._judged(work)
        except asyncio.CancelledError:
            if not work.lease_lost:
                await asyncio.shield(self._close(work, Judgement(RunVerdict.INTERRUPTED, STOPPED)))
                raise
            if task is not None:
                task.uncancel()
            judgement = Judgement(RunVerdict.INTERRUPTED, TAKEN_OVER)
        finally:
            work.reading.stop()
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
        return await self._close(work, judgement)

    async def _judged(self, work: _Work) -> Judgement:
        """Every way a run can end, as a judgement."""
        try:
            return await self._harvest(work)
        except HarvestError as error:
            work.reading.add(issue_of(error))
            work.retry_at = getattr(error, "retry_at", None)
            return verdict_of(error)
        except LeaseLost:
            work.lease_lost = True
            return Judgement(RunVerdict.INTERRUPTED, TAKEN_OVER)
        except StoreError:
            raise
        except ConfigError as error:
            return Judgement(RunVerdict.FAILED, f"La configuración no sirve: {error}")
        except Exception:
            trouble = uuid.uuid4().hex[:12]
            log.exception("run %s of %s failed (%s)", work.run.id, work.source.key, trouble)
            reason = f"Error interno del hub al leer esta fuente (referencia {trouble}); los datos anteriores siguen."
            return Judgement(RunVerdict.FAILED, reason)

    async def _harvest(self, work: _Work) -> Judgement:
        env, source, mode, gathering = self._env, work.source, work.mode, work.gathering
        connector = self._connector(source)
        if env.prove is not None and source.origin == "registered" and not mode.from_archive:
            await env.prove(source)
        fetch = await gathering.open(from_archive=mode.from_archive)
        info = SourceInfo(source.key, source.title, source.url, source.jurisdiction, source.fields)
        ctx = Context(info, connector_options(connector), fetch)
        self._step(source, "fetching")
        snapshots = await gathering.snapshots(connector, ctx)
        if mode == Mode():
            env.store.stage_fetches(work.run.id, source.key, gathering.fetched, gathering.validators)
        lookups = await env.lookups()
        tables = lookups.for_source(source.key)
        work.fingerprint = fingerprint_of(
            source, connector, snapshots, tables
        )  # of names and hashes, no bodies: at once
        if self._stands(work):
            return Judgement(RunVerdict.UNCHANGED)
        self._step(source, "reading")
        await read_into(env, work.run.id, source, connector, ctx, snapshots, lookups, work.reading)
        judgement = self._judge(work)
        if not judgement.publish:
            return judgement
        return await (self._show if mode.dry_run else self._publish)(work, judgement)

    def _connector(self, source: SourceRecord) -> Connector:
        try:
            return self._env.make(source.connector, source.options)
        except ConnectorConfigError as error:
            raise HarvestError(f"La configuración del conector no sirve: {error.reason}", code="CONFIG") from None

    def _stands(self, work: _Work) -> bool:
        """Whether the last reading was of the same bytes by the same rules, and was published: nothing need be read.

        A reading that was held is judged again; one from the archive is asked for to be read again.
        """
        return work.mode == Mode() and work.before is not None and work.source.fingerprint == work.fingerprint

    def _judge(self, work: _Work) -> Judgement:
        source, reading = work.source, work.reading
        measure = work.before[1] if work.before else None
        last = LastGood(measure["accepted"], measure["filled"]) if measure else None
        return judge(reading.measure, Rules(source.floor, source.max_drop), last, empty_reason=reading.empty_reason)

    async def _show(self, work: _Work, judgement: Judgement) -> Judgement:
        """The difference a publication would make, and no trace of it after."""
        diff = await self._env.store.diff(work.run.id, sample=100)
        work.changes = [msgspec.to_builtins(line) for line in diff.sample]
        work.reading.counts.update(added=diff.added, modified=diff.modified, removed=diff.removed)
        return _published(judgement, diff.changed)

    async def _publish(self, work: _Work, judgement: Judgement) -> Judgement:
        self._step(work.source, "publishing")
        env = self._env
        done = await env.store.publish(work.run.id, now=env.now(), grace=env.settings.grace)
        work.reading.counts.update(added=done.added, modified=done.modified, removed=done.removed)
        work.duplicates = done.duplicates
        return _published(judgement, done.changed)

    async def _close(self, work: _Work, judgement: Judgement) -> Outcome:
        """Write the verdict down and tell it."""
        source, counts = work.source, self._counts(work, judgement.verdict)
        await self._name_records(work, judgement.verdict)
        if work.mode.dry_run:
            await self._env.store.forget_run(work.run.id)
        elif work.lease_lost:  # whoever took the lease has closed this run
            await self._env.store.drop_staged(work.run.id)
        else:
            await self._finish(work, judgement, counts)
        self._step(source, "done")
        return Outcome(
            source.key, judgement.verdict, judgement.reason, **msgspec.structs.asdict(counts),
            seconds=time.monotonic() - work.began, issues=list(work.reading.issues), floor=source.floor,
            run=work.run.id, changes=work.changes,
        )  # fmt: skip

    async def _name_records(self, work: _Work, verdict: RunVerdict) -> None:
        """Give the run's issues the public codes of their commitments, and tell whose number another had."""
        store, reading, key = self._env.store, work.reading, work.source.key
        if work.lease_lost:
            return
        if reading.owners:
            reading.name_records(await store.codes_of(key, sorted(set(reading.owners.values()))))
        if verdict in GOOD and work.duplicates:
            for issue in await store.duplicates_of(key):
                reading.add(issue)

    def _counts(self, work: _Work, verdict: RunVerdict) -> RunCounts:
        measure, tally = work.reading.measure, work.gathering.tally
        read, rejected = measure.read, measure.rejected
        if verdict is RunVerdict.UNCHANGED and work.before is not None and not work.reading.complete:
            read, rejected = work.before[0].read, work.before[0].rejected  # the same bytes, the same rows
        return RunCounts(
            read=read, rejected=rejected, requests=tally.requests, bytes=tally.bytes, **work.reading.counts
        )

    async def _finish(self, work: _Work, judgement: Judgement, counts: RunCounts) -> None:
        env, reading = self._env, work.reading
        now, good = env.now(), judgement.verdict in GOOD
        read_now = good and reading.complete
        whole = read_now and work.gathering.since is None  # then nothing unmatched means that the queue is empty
        noted = (reading.unmatched or whole) and judgement.verdict is not RunVerdict.INTERRUPTED
        await env.store.finish_run(
            work.run.id, verdict=judgement.verdict, now=now, reason=judgement.reason, counts=counts,
            issues=reading.issues, next_due=await self._next_due(work, judgement.verdict, now),
            measure=_measure(work) if read_now else None, fingerprint=work.fingerprint if read_now else None,
            fetched_at=now if good and not work.mode.from_archive and work.gathering.since is None else None,
            unmatched=reading.unmatched_values() if noted else None,
        )  # fmt: skip

    async def _next_due(self, work: _Work, verdict: RunVerdict, now: datetime) -> datetime | None:
        source = work.source
        if work.mode.from_archive:
            return source.next_due_at
        failures = 0
        if verdict is RunVerdict.SOURCE_DOWN:
            failures = 1 + len(in_a_row(await self._env.store.runs(source.key, first=20), verdict))
        ever_read = source.last_fetched_at is not None or verdict in GOOD
        return next_attempt(
            source.schedule, verdict, now, failures=failures, retry_at=work.retry_at, ever_read=ever_read
        )

    async def _keep_lease(self, work: _Work, owner: asyncio.Task[Any] | None) -> None:
        """Say every third of the lease that this run lives; stop it when the lease is gone."""
        while True:
            await asyncio.sleep(self._env.settings.lease / 3)
            try:
                alive = await self._env.store.heartbeat(work.run.id, now=self._env.now())
            except StoreError as error:  # the run itself meets the trouble where it matters
                log.warning("no heartbeat of %s: %s", work.run.id, error)
                continue
            if not alive:
                work.lease_lost = True
                if owner is not None:
                    owner.cancel()
                return

    def _step(self, source: SourceRecord, phase: Phase, done: int = 0) -> None:
        self._env.on_step(Step(source.key, phase, done))


def connector_options(connector: Connector) -> Any:
    """The validated options a connector was made with."""
    return getattr(connector, "options", None)


@contextmanager
def _scratch(needed: bool) -> Iterator[Path | None]:
    """A folder for what a dry run fetches."""
    if not needed:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hub-dry-run-") as folder:
        yield Path(folder)


def _published(judgement: Judgement, changed: bool) -> Judgement:
    """PUBLISHED only where something changed."""
    unchanged = judgement.verdict is RunVerdict.PUBLISHED and not changed
    return Judgement(RunVerdict.UNCHANGED) if unchanged else judgement


def _measure(work: _Work) -> dict[str, Any]:
    """What the next run is judged against."""
    measure, since = work.reading.measure, work.gathering.since
    kept: dict[str, Any] = {"accepted": measure.accepted, "filled": measure.filled}
    return kept | {"down_since": since.isoformat()} if since else kept
