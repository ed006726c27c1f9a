"""What hangs on a commitment: institutions, progress reports, milestones, evidence, issues."""

from __future__ import annotations

from typing import Self

import strawberry

from hub import model
from schema.scalars import PartialDate
from schema.types.enums import CommitmentStatus, InstitutionRole, IssueSeverity


def partial(value: str | None) -> PartialDate | None:
    """A published date as the scalar it is served as."""
    return None if value is None else PartialDate(value)


@strawberry.type(description="A document, page or file that shows what was done.")
class Evidence:
    url: str = strawberry.field(description="Its address, as published.")
    title: str | None = strawberry.field(description="Its title, as published.")

    @classmethod
    def of(cls, evidence: model.Evidence) -> Self:
        return cls(url=evidence.url, title=evidence.title)


@strawberry.type(description="An institution or organisation that takes part in a commitment.")
class ResponsibleInstitution:
    name: str = strawberry.field(description="Normalised name.")
    role: InstitutionRole = strawberry.field(description="What it does.")
    raw: str | None = strawberry.field(description="Exactly what was published.")

    @classmethod
    def of(cls, institution: model.Institution) -> Self:
        return cls(name=institution.name, role=institution.role, raw=institution.raw)


@strawberry.type(description="One published report of progress.")
class ProgressReport:
    date: PartialDate | None = strawberry.field(description="The date that the report speaks of.")
    progress: float | None = strawberry.field(description="0 to 100; null where none is published.")
    status: CommitmentStatus | None = strawberry.field(description="The status that the report gives.")
    status_raw: str | None = strawberry.field(description="Exactly what was published as status.")
    summary: str | None = strawberry.field(description="What the report says.")
    evidence: list[Evidence] = strawberry.field(description="What the report points at.")

    @classmethod
    def of(cls, report: model.ProgressReport) -> Self:
        return cls(
            date=partial(report.date),
            progress=report.progress,
            status=report.status,
            status_raw=report.status_raw,
            summary=report.summary,
            evidence=[Evidence.of(item) for item in report.evidence],
        )


@strawberry.type(description="A step on the way of a commitment.")
class Milestone:
    title: str = strawberry.field(description="What is to be reached.")
    start_date: PartialDate | None = strawberry.field(description="When work on it begins.")
    end_date: PartialDate | None = strawberry.field(description="When it is to be reached.")
    status: CommitmentStatus | None = strawberry.field(description="How far it has come.")
    progress: float | None = strawberry.field(description="0 to 100; null where none is published.")
    indicator: str | None = strawberry.field(description="What is measured.")
    verification: str | None = strawberry.field(description="By what means it is verified.")

    @classmethod
    def of(cls, milestone: model.Milestone) -> Self:
        return cls(
            title=milestone.title,
            start_date=partial(milestone.start_date),
            end_date=partial(milestone.end_date),
            status=milestone.status,
            progress=milestone.progress,
            indicator=milestone.indicator,
            verification=milestone.verification,
        )


@strawberry.type(description="Something wrong or notable in what was published.")
class DataIssue:
    severity: IssueSeverity = strawberry.field(description="How much it matters.")
    code: str = strawberry.field(description="One of the documented issue codes, such as UNMATCHED_VALUE.")
    field: str | None = strawberry.field(description="The field of the model that it is about.")
    raw: str | None = strawberry.field(description="Exactly what was published.")
    message: str = strawberry.field(description="What is wrong and what would mend it.")
    record_code: str | None = strawberry.field(description="Code of the record that it is about.")

    @classmethod
    def of(cls, issue: model.Issue, record_code: str | None = None) -> Self:
        return cls(
            severity=issue.severity,
            code=issue.code,
            field=issue.field,
            raw=issue.raw,
            message=issue.message,
            record_code=issue.record_code or record_code,
        )
