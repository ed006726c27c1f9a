"""What the builder is given: records with their codes resolved, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from hub.model import Change, Commitment, DeclaredTotal, Event, Exercise, JurisdictionLevel, Plan, Run, SourceState
from hub.readmodel.facts import Facts, of_record
from hub.store.records import KeptChange


class ReadModelError(Exception):
    """A read-model file cannot be built or read. The message says why and what mends it."""


def instant(moment: datetime) -> str:
    """A moment as the file holds it: UTC, microseconds, fixed width, so that text order is time order.

    Raises:
        ReadModelError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ReadModelError(f"{moment.isoformat()} has no zone: only moments in UTC can be published")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    pass


class JurisdictionEntry(_Entry, frozen=True):
    """A nation ("00"), state ("30") or municipality ("08019") by its INEGI key."""

    code: str
    level: JurisdictionLevel
    name: str
    official_name: str
    iso: str | None = None
    parent: str | None = None


class GoalEntry(_Entry, frozen=True):
    """An ODS goal, 1 to 17, its Spanish name and official colour (``#rrggbb``)."""

    number: int
    name: str
    color: str


class SourceEntry(_Entry, frozen=True):
    """A source as the public sees it. `rank`: 0 the publisher itself, 1 a national publisher, 2 bundled."""

    key: str
    title: str
    connector: str
    url: str
    jurisdiction: str | None = None
    state: SourceState = SourceState.ACTIVE
    schedule: str | None = None
    license: str | None = None
    rank: int = 1


class CommitmentEntry(_Entry, frozen=True):
    """A commitment that is public now.

    `is_primary`: the merged record under its code; False: a source's own record of a group. `sources`: every source
    that publishes it (for an own record, its own). `updated_at`: when this content became public.
    """

    record: Commitment
    source: str
    updated_at: datetime
    is_primary: bool = True
    sources: tuple[str, ...] = ()
    run: str | None = None
    changed_fields: tuple[str, ...] = ()
    missing_since: datetime | None = None


class VersionEntry(_Entry, frozen=True):
    """A superseded version of a merged commitment: public from `valid_from` until, not including, `valid_to`."""

    record: Commitment
    source: str
    valid_from: datetime
    valid_to: datetime
    sources: tuple[str, ...] = ()
    run: str | None = None
    changed_fields: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A commitment or a version of one as the builder takes it: its JSON beside what the columns say of it.

    `since` and `until` bound the time in which it was public; `until` is None of what is public now.
    """

    facts: Facts
    body: str
    source: str
    sources: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    is_primary: bool = True
    run: str | None = None
    changed_fields: tuple[str, ...] = ()
    missing_since: datetime | None = None


def row_of(entry: CommitmentEntry | VersionEntry) -> Row:
    """An entry whose record is still a record, as a row."""
    facts, body = of_record(entry.record)
    sources = entry.sources or (entry.source,)
    if isinstance(entry, VersionEntry):
        return Row(
            facts=facts, body=body, source=entry.source, sources=sources, since=entry.valid_from, until=entry.valid_to,
            run=entry.run, changed_fields=entry.changed_fields,
        )  # fmt: skip
    return Row(
        facts=facts, body=body, source=entry.source, sources=sources, since=entry.updated_at, is_primary=entry.is_primary,
        run=entry.run, changed_fields=entry.changed_fields, missing_since=entry.missing_since,
    )  # fmt: skip


class PlanEntry(_Entry, frozen=True):
    """A version of a merged plan; current where `valid_to` is None."""

    record: Plan
    source: str
    valid_from: datetime
    valid_to: datetime | None = None


class ExerciseEntry(_Entry, frozen=True):
    """A state's exercise, as the source nearest to it publishes it."""

    record: Exercise
    source: str


class TotalEntry(_Entry, frozen=True):
    """An official figure."""

    record: DeclaredTotal
    source: str


class EventEntry(_Entry, frozen=True):
    """An event."""

    record: Event
    source: str


class BuildInput(Protocol):
    """All that one read-model file holds, at one data version.

    `commitments` come in page order: by code (text order of code points), the merged record before the sources' own ones, those
    by the rank of their source, source key and native key. `past` comes by code and `valid_from`. The builder checks both.
    """

    @property
    def data_version(self) -> int: ...
    @property
    def published_at(self) -> datetime: ...
    def jurisdictions(self) -> Iterable[JurisdictionEntry]: ...
    def goals(self) -> Iterable[GoalEntry]: ...
    def sources(self) -> Iterable[SourceEntry]: ...
    def runs(self) -> Iterable[Run]: ...
    def plans(self) -> Iterable[PlanEntry]: ...
    def exercises(self) -> Iterable[ExerciseEntry]: ...
    def commitments(self) -> Iterable[CommitmentEntry | Row]: ...
    def past(self) -> Iterable[VersionEntry | Row]: ...
    def totals(self) -> Iterable[TotalEntry]: ...
    def events(self) -> Iterable[EventEntry]: ...
    def changes(self) -> Iterable[Change | KeptChange]: ...
    def aliases(self) -> Iterable[tuple[str, str]]: ...


class BuildReport(_Entry, frozen=True):
    """What was built: `seconds` of wall time, `bytes` of the file."""

    path: str
    data_version: int
    commitments: int
    versions: int
    seconds: float
    bytes: int
