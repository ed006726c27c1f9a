"""Rows of the read model as the types take them."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.model import Commitment, Lineage, Members
from schema.live import LiveSource
from schema.scalars import DateTime


@dataclass(frozen=True, slots=True)
class JurisdictionRow:
    code: str
    iso: str | None
    level: str
    name: str
    official_name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class GoalRow:
    number: int
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it is now, and how many commitments the file holds of it."""

    live: LiveSource
    commitment_count: int


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    jurisdiction: str
    joined: str | None
    joined_year: int | None
    step: str | None
    secretariat_installed: str | None
    members: Members | None
    status_raw: str | None
    source: str
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class PlanRow:
    code: str
    title: str
    jurisdiction: str
    state: str
    program: str
    ordinal: int | None
    published: str | None
    start_date: str | None
    end_date: str | None
    declared_commitments: int | None
    status_raw: str | None
    url: str | None
    source: str
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """One record: the merged one under its code, a source's own, or a version of before.

    Attributes:
        id: its place in its family of tables.
        as_of: the instant that the reader asked for, handed on to what is reached from here; None: now.
    """

    id: int
    code: str
    is_primary: bool
    source: str
    native_key: str
    plan_code: str
    jurisdiction: str
    updated_at: str
    body: Commitment
    as_of: DateTime | None = None
    sort: tuple[object, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """What the id is made of: the code, and for a source's own record of a group its source."""
        return self.code if self.is_primary else f"{self.code}@{self.source}"


@dataclass(frozen=True, slots=True)
class VersionRow:
    valid_from: str
    valid_to: str | None
    changed_fields: tuple[str, ...]
    status: str
    progress: float | None
    run: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    key: str
    date: str
    end_date: str | None
    title: str
    place: str | None
    organiser: str | None
    kind: str | None
    jurisdiction: str | None
    url: str | None
    source: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    indicator: str
    value: float
    publisher: str
    date: str | None
    jurisdiction: str | None
    ods: int | None
    document: str | None


@dataclass(frozen=True, slots=True)
class FacetRow:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class StatusTally:
    status: str
    count: int


@dataclass(frozen=True, slots=True)
class OdsTally:
    goal: int
    count: int
    declared: int
    by_status: list[StatusTally]


@dataclass(frozen=True, slots=True)
class YearTally:
    year: int
    count: int


@dataclass(frozen=True, slots=True)
class StateTally:
    state: str
    commitments: int
    plans: int
    completed: int
    mean_progress: float | None


@dataclass(frozen=True, slots=True)
class FieldTally:
    field: str
    published: int
    total: int
