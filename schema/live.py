"""What moves without a data version: sources' states and freshness, runs, unmatched values.

The store answers this in production; a snapshot of it that is a second old is as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hub.model import Issue, Run, SourceState, UnmatchedValue


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A source as the system of record knows it now.

    Attributes:
        fetched_at: when its publisher was last read with success, changed or not.
        changed_at: when a run of it last published something.
        stale: whether it should have been read with success by now and was not.
        healthy: whether its last finished run left it healthy.
        reason: why it is in its state; public.
    """

    key: str
    title: str
    connector: str
    url: str
    state: SourceState
    jurisdiction: str | None = None
    schedule: str | None = None
    license: str | None = None
    fetched_at: datetime | None = None
    changed_at: datetime | None = None
    stale: bool = False
    healthy: bool = False
    last_run: Run | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """A slice of the runs, newest first."""

    runs: Sequence[Run]
    total: int
    has_next: bool


class LiveState(Protocol):
    """The narrow view of the store that the API needs."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        ...

    async def sources(self) -> Mapping[str, LiveSource]:
        """Every source by key, in key order."""
        ...

    async def runs_by_id(self, ids: Sequence[str]) -> Mapping[str, Run]:
        """Those of the runs that exist."""
        ...

    async def runs(self, source: str | None, first: int, after: tuple[datetime, str] | None) -> RunPage:
        """Runs by (started_at, id), newest first, strictly after that position."""
        ...

    async def run_issues(self, run: str, first: int) -> Sequence[Issue]:
        """The first issues that a run noted."""
        ...

    async def unmatched(self, source: str) -> Sequence[UnmatchedValue]:
        """Values of a source that no vocabulary knows, most frequent first."""
        ...


@dataclass(slots=True)
class Snapshot:
    """A LiveState held in memory: for a hub that serves a read-model file without a store, and for tests."""

    moment: datetime
    all_sources: Mapping[str, LiveSource] = field(default_factory=dict)
    all_runs: Sequence[Run] = ()
    issues: Mapping[str, Sequence[Issue]] = field(default_factory=dict)
    values: Mapping[str, Sequence[UnmatchedValue]] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.moment

    async def sources(self) -> Mapping[str, LiveSource]:
        return dict(sorted(self.all_sources.items()))

    async def runs_by_id(self, ids: Sequence[str]) -> Mapping[str, Run]:
        wanted = set(ids)
        return {run.id: run for run in self.all_runs if run.id in wanted}

    async def runs(self, source: str | None, first: int, after: tuple[datetime, str] | None) -> RunPage:
        mine = [run for run in self.all_runs if source is None or run.source == source]
        mine.sort(key=lambda run: (run.started_at, run.id), reverse=True)
        rest = [run for run in mine if after is None or (run.started_at, run.id) < after]
        return RunPage(runs=rest[:first], total=len(mine), has_next=len(rest) > first)

    async def run_issues(self, run: str, first: int) -> Sequence[Issue]:
        return list(self.issues.get(run, ()))[:first]

    async def unmatched(self, source: str) -> Sequence[UnmatchedValue]:
        return self.values.get(source, ())
