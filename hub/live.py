"""What moves without a data version, as the API sees it: a snapshot of the store that is at most a moment old."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.model import Issue, Run, RunVerdict, SourceState, UnmatchedValue
from hub.store.errors import OUT_OF_REACH
from hub.store.records import PROVE_WITHIN, Epoch, SourceRecord
from hub.store.watched import Watched
from schema.errors import ErrorCode, HubError
from schema.live import LiveSource, RunPage

log = logging.getLogger(__name__)

RETRY_AFTER = 30
"""Seconds after which a client that met the store out of reach may ask again."""

NEVER_READ = frozenset({SourceState.PENDING, SourceState.REJECTED, SourceState.LAPSED})
"""States in which nobody expects a source to be fresh: a stranger's registration makes nothing stale."""

HEALTHY = frozenset({RunVerdict.PUBLISHED, RunVerdict.UNCHANGED})


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def store_in_reach() -> Iterator[None]:
    """What only the store knows is refused while it is out of reach, with words for the client; why stands in the log.

    Raises:
        HubError: INTERNAL, with `extensions.retryAfter` in seconds.
    """
    try:
        yield
    except OUT_OF_REACH as error:
        log.warning("The store is out of reach: %s", error)
        told = HubError(
            ErrorCode.INTERNAL,
            "The hub's store is out of reach for the moment. Try again later; what does not hang on sources and runs is"
            " still served.",
        )
        told.extensions = {**(told.extensions or {}), "retryAfter": RETRY_AFTER}
        raise told from error


def is_stale(record: SourceRecord, now: datetime, stale_after: timedelta) -> bool:
    """Whether a source should have been read with success by now and was not.

    A source that is never due (`schedule = "never"`) is stale only while it has never been read.
    """
    if not record.enabled or record.state is not SourceState.ACTIVE:
        return record.last_fetched_at is None or now - record.last_fetched_at > stale_after
    if record.last_fetched_at is None:
        return True
    return record.schedule != "never" and now - record.last_fetched_at > stale_after


def is_healthy(record: SourceRecord, run: Run | None) -> bool:
    """Whether the last finished run left the source healthy."""
    if run is None:
        return False
    return run.verdict in HEALTHY or (run.verdict is RunVerdict.EMPTY and record.floor == 0)


def _came_to_nothing(record: SourceRecord, now: datetime) -> bool:
    """Whether a registration was never proved while it could be: nobody's word, so the public is not shown it."""
    if record.state is not SourceState.PENDING or record.verified_at is not None or record.created_at is None:
        return False
    return record.origin == "registered" and record.changed_at is None and now - record.created_at > PROVE_WITHIN


def is_shown(record: SourceRecord, now: datetime) -> bool:
    """Whether the public is shown a source."""
    return (record.configured or record.changed_at is not None) and not _came_to_nothing(record, now)


def live_source(
    record: SourceRecord, last: Run | None, ended: Run | None, now: datetime, stale_after: timedelta
) -> LiveSource:
    """A source as the public sees it at a moment.

    Args:
        last: its newest run.
        ended: its newest run that has ended.
        stale_after: age of the last good reading after which it is stale.
    """
    return LiveSource(
        key=record.key,
        title=record.title,
        connector=record.connector,
        url=record.url,
        state=record.state if record.enabled else SourceState.PAUSED,
        jurisdiction=record.jurisdiction,
        schedule=record.schedule,
        license=record.license,
        fetched_at=record.last_fetched_at,
        changed_at=record.changed_at,
        reason=record.reason,
        stale=record.enabled and record.state not in NEVER_READ and is_stale(record, now, stale_after),
        healthy=is_healthy(record, ended),
        last_run=last,
    )


class StoreLive:
    """The `schema.live.LiveState` of a running hub.

    Args:
        stale_after: age of the last good reading after which a source is stale.
        max_age: seconds that a snapshot of the sources serves before the store is asked again.
    """

    def __init__(
        self,
        store: Watched,
        *,
        stale_after: timedelta,
        now: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
        max_age: float = 1.0,
    ) -> None:
        self._store = store
        self._stale_after = stale_after
        self._now = now
        self._monotonic = monotonic
        self._max_age = max_age
        self._read_at = -max_age
        self._taking = asyncio.Lock()
        self._sources: Mapping[str, LiveSource] = {}
        self._stale: list[str] = []
        self._taken_at = now()
        self._fresh_for: dict[str, timedelta] = {}
        """Source -> how long from the snapshot on it stays fresh, for those that time alone makes stale."""
        self._next = timedelta.max
        """The shortest of these."""
        self._aged = 0
        self.epoch = Epoch(0, 0)

    def now(self) -> datetime:
        return self._now()

    @property
    def stale_keys(self) -> list[str]:
        """Keys of the stale sources now, as far as the last snapshot knows when they were read."""
        self._age()
        return self._stale

    @property
    def version(self) -> int:
        """What an answer hangs on besides the data: more with each move of the store and each source that goes stale by time alone."""
        self._age()
        return self.epoch.live + self._aged

    def _age(self) -> None:
        """Take note of what time alone has made stale; where it has made nothing so, this is one look at the clock."""
        passed = self._now() - self._taken_at
        if passed <= self._next:
            return
        old = {key for key, left in self._fresh_for.items() if passed > left}
        sources = {key: replace(one, stale=True) if key in old else one for key, one in self._sources.items()}
        self._hold(sources, {key: left for key, left in self._fresh_for.items() if key not in old})

    def _hold(self, sources: Mapping[str, LiveSource], fresh_for: dict[str, timedelta]) -> None:
        stale = [key for key, source in sources.items() if source.stale]
        self._aged += stale != self._stale
        self._sources, self._stale = sources, stale
        self._fresh_for, self._next = fresh_for, min(fresh_for.values(), default=timedelta.max)

    def forget(self) -> None:
        """The next call asks the store."""
        self._read_at = -self._max_age

    async def refresh(self) -> None:
        """Take a new snapshot of the sources; one at a time, or an older one could take the place of a newer."""
        async with self._taking:
            await self._take()

    async def _take(self) -> None:
        epoch = await self._store.epoch()
        records = await self._store.sources()
        last = await self._store.last_runs()
        ended = {key: await self._last_ended(run) for key, run in last.items()}
        now = self._now()
        sources = {
            record.key: live_source(record, last.get(record.key), ended.get(record.key), now, self._stale_after)
            for record in records
            if is_shown(record, now)
        }
        self._taken_at = now
        self._hold(
            sources, {record.key: left for record in records if (left := self._left(record, sources)) is not None}
        )
        self._read_at = self._monotonic()
        self.epoch = epoch

    def _left(self, record: SourceRecord, sources: Mapping[str, LiveSource]) -> timedelta | None:
        """How long a fresh source stays so if nothing is read of it; None where time alone makes it not stale."""
        source = sources.get(record.key)
        if source is None or source.stale or record.last_fetched_at is None:
            return None
        if not record.enabled or record.state in NEVER_READ:
            return None
        if record.state is SourceState.ACTIVE and record.schedule == "never":
            return None
        return self._stale_after - (self._taken_at - record.last_fetched_at)

    async def _last_ended(self, run: Run) -> Run | None:
        """The newest run of a source that has ended: while one is under way, health is what the one before left."""
        if run.verdict is not RunVerdict.RUNNING:
            return run
        return next((r for r in await self._store.runs(run.source, first=5) if r.finished_at is not None), None)

    async def sources(self) -> Mapping[str, LiveSource]:
        if self._old:
            with store_in_reach():
                async with self._taking:
                    if self._old:  # who waited may have been served meanwhile
                        await self._take()
        return self._sources

    @property
    def _old(self) -> bool:
        return self._monotonic() - self._read_at >= self._max_age

    async def runs_by_id(self, ids: Sequence[str]) -> Mapping[str, Run]:
        with store_in_reach():
            found = [await self._store.run(run_id) for run_id in dict.fromkeys(ids)]
        return {run.id: run for run in found if run is not None}

    async def runs(self, source: str | None, first: int, after: tuple[datetime, str] | None) -> RunPage:
        with store_in_reach():
            runs = await self._store.runs(source, first=first + 1, after=after[1] if after else None)
            total = await self._store.count_runs(source)
        return RunPage(runs=runs[:first], total=total, has_next=len(runs) > first)

    async def run_issues(self, run: str, first: int) -> Sequence[Issue]:
        with store_in_reach():
            return await self._store.run_issues(run, first=first)

    async def unmatched(self, source: str) -> Sequence[UnmatchedValue]:
        with store_in_reach():
            values = await self._store.unmatched(source)
        return [
            UnmatchedValue(
                field=value.field,
                raw=value.raw,
                count=value.count,
                suggestion=value.suggestion,
                first_seen=value.first_seen,
            )
            for value in values
            if value.resolved_at is None
        ]
