"""What moves without a data version, as it was at an earlier instant: runs and freshness then.

Nobody keeps how a source was described: its title, address, licence, schedule and state are those of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from hub.live import is_shown, live_source
from hub.model import Issue, Run, UnmatchedValue
from hub.store import Store
from hub.store.past import SourceRuns
from schema.live import LiveSource, RunPage

_NONE = SourceRuns(None, None, None, None)


class PastLive:
    """The `schema.live.LiveState` of a hub at an instant.

    Args:
        at: the instant.
        stale_after: age of the last good reading after which a source is stale.
    """

    def __init__(self, store: Store, at: datetime, *, stale_after: timedelta) -> None:
        self._store = store
        self._at = at
        self._stale_after = stale_after
        self._sources: Mapping[str, LiveSource] | None = None

    def now(self) -> datetime:
        return self._at

    async def sources(self) -> Mapping[str, LiveSource]:
        if self._sources is None:
            runs = await self._store.source_runs_at(self._at)
            found = {}
            for record in await self._store.sources():
                if record.created_at is not None and record.created_at > self._at:
                    continue
                told = runs.get(record.key, _NONE)
                then = msgspec.structs.replace(
                    record,
                    last_fetched_at=told.good.finished_at if told.good else None,
                    changed_at=told.published.finished_at if told.published else None,
                )
                if is_shown(then, self._at):
                    found[record.key] = live_source(then, told.last, told.ended, self._at, self._stale_after)
            self._sources = found
        return self._sources

    async def runs_by_id(self, ids: Sequence[str]) -> Mapping[str, Run]:
        found = [await self._store.run(run_id) for run_id in dict.fromkeys(ids)]
        return {run.id: run for run in found if run is not None and run.started_at <= self._at}

    async def runs(self, source: str | None, first: int, after: tuple[datetime, str] | None) -> RunPage:
        cursor = after[1] if after else None
        runs = await self._store.runs_at(self._at, source, first=first + 1, after=cursor)
        total = await self._store.count_runs_at(self._at, source)
        return RunPage(runs=runs[:first], total=total, has_next=len(runs) > first)

    async def run_issues(self, run: str, first: int) -> Sequence[Issue]:
        return await self._store.run_issues(run, first=first)

    async def unmatched(self, source: str) -> Sequence[UnmatchedValue]:
        return [
            UnmatchedValue(
                field=value.field, raw=value.raw, count=value.count, suggestion=value.suggestion,
                first_seen=value.first_seen,
            )
            for value in await self._store.unmatched(source, resolved=None)
            if value.first_seen <= self._at and (value.resolved_at is None or value.resolved_at > self._at)
        ]  # fmt: skip
