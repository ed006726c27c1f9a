"""The one model: what a commitment, a plan, an exercise is once its source's own shape is gone.

Records are immutable msgspec structs; their JSON is what the store keeps and the read model serves.
Partial dates are text: ``2022``, ``2022-12`` or ``2022-12-15``, as precise as published.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec


class JurisdictionLevel(StrEnum):
    NATION = "NATION"
    STATE = "STATE"
    MUNICIPALITY = "MUNICIPALITY"


class Program(StrEnum):
    COCREACION_LOCAL = "COCREACION_LOCAL"
    OGP_LOCAL = "OGP_LOCAL"
    NATIONAL_PLAN = "NATIONAL_PLAN"
    OTHER = "OTHER"


class CommitmentStatus(StrEnum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    SUBSTANTIAL = "SUBSTANTIAL"
    COMPLETED = "COMPLETED"
    UNFULFILLED = "UNFULFILLED"
    WITHDRAWN = "WITHDRAWN"
    UNKNOWN = "UNKNOWN"


class CommitmentKind(StrEnum):
    FOLLOW_THE_MONEY = "FOLLOW_THE_MONEY"
    AGA_AXIS = "AGA_AXIS"
    LOCAL_PROBLEM = "LOCAL_PROBLEM"
    PROACTIVE = "PROACTIVE"
    OTHER = "OTHER"


class PolicyAxis(StrEnum):
    CITIZEN_CENTRED_GOVERNMENT = "CITIZEN_CENTRED_GOVERNMENT"
    OPEN_BUDGET = "OPEN_BUDGET"
    OPEN_DATA = "OPEN_DATA"
    CITIZEN_EMPOWERMENT = "CITIZEN_EMPOWERMENT"
    NATURAL_RESOURCES = "NATURAL_RESOURCES"


class InstitutionRole(StrEnum):
    LEAD = "LEAD"
    COORDINATION = "COORDINATION"
    SUPPORT = "SUPPORT"
    SUPERVISION = "SUPERVISION"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"


class ExerciseStep(StrEnum):
    """The six steps of a local open-government exercise (IFAI, Co-creación desde lo local)."""

    STARTED = "STARTED"
    SECRETARIAT_INSTALLED = "SECRETARIAT_INSTALLED"
    WORKING_GROUPS = "WORKING_GROUPS"
    PLAN_PUBLISHED = "PLAN_PUBLISHED"
    IMPLEMENTATION = "IMPLEMENTATION"
    EVALUATION = "EVALUATION"


class SourceState(StrEnum):
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    FROZEN = "FROZEN"
    LAPSED = "LAPSED"


class RunVerdict(StrEnum):
    RUNNING = "RUNNING"
    PUBLISHED = "PUBLISHED"
    UNCHANGED = "UNCHANGED"
    EMPTY = "EMPTY"
    HELD = "HELD"
    BLOCKED = "BLOCKED"
    SOURCE_DOWN = "SOURCE_DOWN"
    SOURCE_CHANGED = "SOURCE_CHANGED"
    REFUSED = "REFUSED"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"


class IssueSeverity(StrEnum):
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class ChangeKind(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    REMOVED = "REMOVED"


class AlignmentBasis(StrEnum):
    DECLARED = "DECLARED"
    EDITORIAL = "EDITORIAL"
    INFERRED = "INFERRED"


class _Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Defaults are left out of the JSON: most cells of most sources are empty. No record can hold itself, so the garbage
    collector need not look through them."""


class Issue(_Record, frozen=True):
    """Something wrong or notable in what was published. `code` is one of the documented issue codes."""

    severity: IssueSeverity
    code: str
    message: str
    field: str | None = None
    raw: str | None = None
    record_code: str | None = None


class Lineage(_Record, frozen=True):
    """Where a record came from, down to the archived bytes. Not part of a record's content hash."""

    url: str
    fetched_at: datetime
    sha256: str
    media_type: str | None = None
    locator: str | None = None
    run: str | None = None


class Alignment(_Record, frozen=True):
    goal: int
    target: str | None = None
    basis: AlignmentBasis = AlignmentBasis.DECLARED
    reason: str | None = None


class Institution(_Record, frozen=True):
    name: str
    role: InstitutionRole = InstitutionRole.LEAD
    raw: str | None = None


class Evidence(_Record, frozen=True):
    url: str
    title: str | None = None


class ProgressReport(_Record, frozen=True):
    date: str | None = None
    progress: float | None = None
    status: CommitmentStatus = CommitmentStatus.UNKNOWN
    status_raw: str | None = None
    summary: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Milestone(_Record, frozen=True):
    title: str
    start_date: str | None = None
    end_date: str | None = None
    status: CommitmentStatus = CommitmentStatus.UNKNOWN
    progress: float | None = None
    indicator: str | None = None
    verification: str | None = None


class PlanRef(_Record, frozen=True):
    """How a commitment names its plan: enough to find it among the plans of every source.

    `key` is the plan's key inside its source. The store resolves it to a public plan code at publication.
    """

    key: str
    jurisdiction: str
    program: Program
    ordinal: int | None = None
    published: str | None = None
    title: str | None = None


class Commitment(_Record, frozen=True):
    """A commitment as one source publishes it, normalised.

    `code` and `plan_code` are empty until publication, which gives them (see docs/codes.md). `own_code` is the publisher's
    own code. `series` is ``P`` for proactive commitments, which are numbered apart, ``C`` for all others.
    """

    native_key: str
    title: str
    plan: PlanRef
    jurisdiction: str
    code: str = ""
    plan_code: str = ""
    own_code: str | None = None
    series: Literal["C", "P"] = "C"
    number: int | None = None
    description: str | None = None
    kind: CommitmentKind | None = None
    axis: PolicyAxis | None = None
    themes: tuple[str, ...] = ()
    ods: tuple[Alignment, ...] = ()
    institutions: tuple[Institution, ...] = ()
    start_date: str | None = None
    end_date: str | None = None
    years: tuple[int, ...] = ()
    status: CommitmentStatus = CommitmentStatus.UNKNOWN
    status_raw: str | None = None
    progress: float | None = None
    progress_raw: str | None = None
    progress_reports: tuple[ProgressReport, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    url: str | None = None
    raw: dict[str, Any] = {}
    issues: tuple[Issue, ...] = ()
    lineage: Lineage | None = None


class Plan(_Record, frozen=True):
    """A local, OGP or national action plan. `own_code` is the publisher's; `code` is given at publication."""

    native_key: str
    title: str
    jurisdiction: str
    program: Program
    code: str = ""
    own_code: str | None = None
    ordinal: int | None = None
    published: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    declared_commitments: int | None = None
    status_raw: str | None = None
    url: str | None = None
    implied: bool = False
    """True where the source names no plan and gets one of its own."""
    raw: dict[str, Any] = {}
    issues: tuple[Issue, ...] = ()
    lineage: Lineage | None = None


class Members(_Record, frozen=True):
    government: int | None = None
    civil_society: int | None = None
    oversight_body: int | None = None
    academia: int | None = None
    autonomous_bodies: int | None = None


class Exercise(_Record, frozen=True):
    """A state's local exercise: how far it has come and who takes part. Its key is its jurisdiction."""

    native_key: str
    jurisdiction: str
    joined: str | None = None
    joined_year: int | None = None
    step: ExerciseStep | None = None
    secretariat_installed: str | None = None
    members: Members | None = None
    status_raw: str | None = None
    raw: dict[str, Any] = {}
    issues: tuple[Issue, ...] = ()
    lineage: Lineage | None = None


class DeclaredTotal(_Record, frozen=True):
    """An official figure ("cifra declarada"), kept beside what the hub holds."""

    native_key: str
    indicator: str
    value: float
    publisher: str
    date: str | None = None
    jurisdiction: str | None = None
    ods: int | None = None
    unit: str | None = None
    qualifier: str | None = None
    document: str | None = None
    url: str | None = None
    raw: dict[str, Any] = {}
    issues: tuple[Issue, ...] = ()
    lineage: Lineage | None = None


class Event(_Record, frozen=True):
    native_key: str
    title: str
    date: str | None = None
    end_date: str | None = None
    place: str | None = None
    organiser: str | None = None
    kind: str | None = None
    jurisdiction: str | None = None
    url: str | None = None
    raw: dict[str, Any] = {}
    issues: tuple[Issue, ...] = ()
    lineage: Lineage | None = None


Record = Commitment | Plan | Exercise | DeclaredTotal | Event
RecordKind = Literal["commitment", "plan", "exercise", "total", "event"]
RECORD_TYPES: dict[RecordKind, type[Record]] = {
    "commitment": Commitment,
    "plan": Plan,
    "exercise": Exercise,
    "total": DeclaredTotal,
    "event": Event,
}


class UnmatchedValue(_Record, frozen=True):
    """A published value that no vocabulary knows, waiting for a reviewed decision."""

    field: str
    raw: str
    count: int = 1
    suggestion: str | None = None
    first_seen: datetime | None = None


class Run(_Record, frozen=True):
    """One harvest of one source, and what became of it."""

    id: str
    source: str
    verdict: RunVerdict
    started_at: datetime
    reason: str | None = None
    finished_at: datetime | None = None
    read: int = 0
    added: int = 0
    modified: int = 0
    removed: int = 0
    rejected: int = 0
    requests: int = 0
    bytes: int = 0


class Change(_Record, frozen=True):
    """One published change to one commitment, whoever publishes it. `seq` never goes back."""

    seq: int
    kind: ChangeKind
    code: str
    at: datetime
    data_version: int
    run: str
    changed_fields: tuple[str, ...] = ()
