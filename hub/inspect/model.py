"""What an inspection says: the one report object of page, mail, terminal and API, and the source it proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.base import HarvestError, Row, Snapshot
from hub.model import CommitmentStatus, Issue, IssueSeverity

ENOUGH = 0.3
"""Score under which a file is taken for something else and nothing of it is accepted (contract: ConformanceReport)."""

HIGH = 0.8
"""Confidence from which a column is mapped without asking."""

LOW = 0.5
"""Confidence under which a column is not proposed at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know or mend. `message`, `why` and `remedy` are in the language of the report.

    Attributes:
        code: stable word; the issue code of the API.
        field: model field, if it is about one.
        raw: the published value or column, as it stands.
        where: the first places it was found at (``row 14``), at most three.
        count: how many rows have it.
        suggestion: the nearest known value; never applied by itself.
    """

    severity: IssueSeverity
    code: str
    message: str
    why: str = ""
    remedy: str = ""
    field: str | None = None
    raw: str | None = None
    where: tuple[str, ...] = ()
    count: int = 1
    suggestion: str | None = None

    @property
    def text(self) -> str:
        """All of it as one paragraph."""
        return " ".join(part for part in (self.message, self.why, self.remedy) if part)

    def as_issue(self) -> Issue:
        """The API's form of it."""
        return Issue(severity=self.severity, code=self.code, message=self.text, field=self.field, raw=self.raw)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one published column is taken for. `field` is None where it feeds nothing.

    `confidence` and `runner_up_confidence` are 0 to 1; `profile` says in a word what its cells look like.
    """

    column: str
    field: str | None
    confidence: float
    runner_up: str | None = None
    runner_up_confidence: float = 0.0
    profile: str = ""
    sample: tuple[str, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether a person should be asked: something is proposed without being sure, or two fields are close."""
        if self.field is None:
            return False
        return self.confidence < HIGH or self.confidence - self.runner_up_confidence < 0.05


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """One commitment as it would be published. `code` is provisional where the publisher gives none."""

    code: str
    title: str
    status: CommitmentStatus
    progress: float | None
    ods: tuple[int, ...]
    locator: str
    institutions: tuple[str, ...] = ()
    start_date: str | None = None
    end_date: str | None = None
    plan: str | None = None

    def to_json(self) -> dict[str, Any]:
        """With the contract's names first."""
        return {
            "code": self.code, "title": self.title, "status": self.status.value, "progress": self.progress,
            "ods": list(self.ods), "locator": self.locator, "institutions": list(self.institutions),
            "startDate": self.start_date, "endDate": self.end_date, "plan": self.plan,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConformanceReport:
    """How far a file gives what the model needs. The first ten attributes are those of the contract."""

    connector: str
    media_type: str | None
    encoding: str | None
    rows: int
    accepted: int
    rejected: int
    score: float
    proposed_fields: Mapping[str, Any]
    unmapped_columns: Sequence[str]
    findings: Sequence[Finding]
    columns: Sequence[ColumnGuess] = ()
    platform: str | None = None
    place: str | None = None
    """Where in the file the rows stand: a sheet, a table, a path."""
    lang: str = "es"

    @property
    def issues(self) -> list[Issue]:
        """The findings as the API gives them."""
        return [finding.as_issue() for finding in self.findings]

    @property
    def errors(self) -> int:
        return sum(1 for finding in self.findings if finding.severity is IssueSeverity.ERROR)

    @property
    def accepted_as_commitments(self) -> bool:
        return self.score >= ENOUGH and self.accepted > 0


@dataclass(frozen=True, slots=True)
class ProposedSource:
    """The table of config.toml that would read this; `url` may differ from what was given (an export address)."""

    connector: str
    url: str
    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    state: str | None = None
    suggested_state: str | None = None
    """INEGI key of the one state that address or page name, where nobody said which."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything one inspection found. `failure` is set where the address or file could not be read at all."""

    report: ConformanceReport
    records: Sequence[PreviewRecord]
    source: ProposedSource
    failure: HarvestError | None = None

    def to_json(self) -> dict[str, Any]:
        """The document of `hub check --json`: the contract's ConformanceReport, and what we know besides."""
        report = self.report
        return {
            "connector": report.connector,
            "mediaType": report.media_type,
            "encoding": report.encoding,
            "rows": report.rows,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "score": report.score,
            "proposedFields": dict(report.proposed_fields),
            "unmappedColumns": list(report.unmapped_columns),
            "issues": [_issue_json(finding) for finding in report.findings],
            "platform": report.platform,
            "place": report.place,
            "options": dict(self.source.options),
            "url": self.source.url,
            "columns": [_column_json(guess) for guess in report.columns],
            "commitments": [record.to_json() for record in self.records],
        }


def _issue_json(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value, "code": finding.code, "field": finding.field, "raw": finding.raw,
        "message": finding.text, "recordCode": None, "count": finding.count, "where": list(finding.where),
        "suggestion": finding.suggestion,
    }  # fmt: skip


def _column_json(guess: ColumnGuess) -> dict[str, Any]:
    return {
        "column": guess.column, "field": guess.field, "confidence": round(guess.confidence, 2),
        "runnerUp": guess.runner_up, "runnerUpConfidence": round(guess.runner_up_confidence, 2),
        "profile": guess.profile,
    }  # fmt: skip


@dataclass(slots=True)
class Candidate:
    """One table or list that a file holds, as one connector would read it.

    Attributes:
        rows: the first rows, as a sample.
        context: the words around it: titles, sheet name, banner rows.
        ready: its rows are drafts already (a connector of one site), so there is nothing to map.
        pinned: options that are needed only if the connector would not find this very table by itself.
        title: the sheet's name, or the heading above the table.
    """

    connector: str
    columns: list[str]
    rows: list[Row]
    options: dict[str, Any] = field(default_factory=dict)
    context: str = ""
    place: str | None = None
    ready: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    pinned: dict[str, Any] = field(default_factory=dict)
    title: str = ""
