"""A commitment: what a government said it would do, and how far it has come."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.read.rows import CommitmentRow, VersionRow
from schema.scalars import JSON, DateTime, PartialDate
from schema.types.enums import CommitmentKind, CommitmentStatus, PolicyAxis
from schema.types.jurisdiction import Jurisdiction
from schema.types.lazy import LazyCommitment, LazyPlan, LazyRun, LazySource
from schema.types.lineage import Lineage
from schema.types.node import Node
from schema.types.ods import OdsAlignment
from schema.types.parts import (
    DataIssue,
    Evidence,
    Milestone,
    ProgressReport,
    ResponsibleInstitution,
    partial,
)


@strawberry.type(description="A commitment as it was for a while.")
class CommitmentVersion:
    run_id: strawberry.Private[str | None]
    valid_from: DateTime = strawberry.field(description="When the hub published this version.")
    valid_to: DateTime | None = strawberry.field(
        description="When the next one took its place, or the commitment left; null for the current one."
    )
    changed_fields: list[str] = strawberry.field(
        description="The fields that differ from the version before; all that were published, on the first."
    )
    status: CommitmentStatus = strawberry.field(description="Its status then.")
    progress: float | None = strawberry.field(description="Its progress then, 0 to 100.")

    @strawberry.field(description="The run that published it.")
    async def run(self, info: Info) -> LazyRun:
        from schema.types.run import HarvestRun

        return HarvestRun.of(await info.context.loaders.known_run(self.run_id))

    @classmethod
    def of(cls, row: VersionRow) -> CommitmentVersion:
        return cls(
            run_id=row.run,
            valid_from=DateTime(row.valid_from),
            valid_to=DateTime(row.valid_to) if row.valid_to else None,
            changed_fields=list(row.changed_fields),
            status=CommitmentStatus(row.status),
            progress=row.progress,
        )


@strawberry.federation.type(
    keys=["id", "code"],
    description="One commitment of an action plan, merged from every source that publishes it.",
)
class Commitment(Node):
    row: strawberry.Private[CommitmentRow]
    code: str = strawberry.field(
        description=(
            'Public code: the publisher\'s own, else plan code + number: "JAL0008", "MX-VER-PAL-1-C3". The sources that '
            "publish one commitment share it."
        )
    )
    number: int | None = strawberry.field(description="Its number in the plan; proactive ones are numbered apart.")
    title: str = strawberry.field(description="Title.")
    description: str | None = strawberry.field(description="What it is about.")
    kind: CommitmentKind | None = strawberry.field(description="Its place in the programme's formula.")
    axis: PolicyAxis | None = strawberry.field(description="Its axis of the Alliance.")
    themes: list[str] = strawberry.field(description="Themes, as published.")
    start_date: PartialDate | None = strawberry.field(description="When work on it begins.")
    end_date: PartialDate | None = strawberry.field(description="When it is to be fulfilled.")
    years: list[int] = strawberry.field(description="Every calendar year that the commitment is in force.")
    status: CommitmentStatus = strawberry.field(description="How far it has come.")
    status_raw: str | None = strawberry.field(description="Exactly what was published.")
    progress: float | None = strawberry.field(description="0 to 100; null where none is published.")
    progress_raw: str | None = strawberry.field(description="Exactly what was published as progress.")
    url: str | None = strawberry.field(description="Where it is published.")
    updated_at: DateTime = strawberry.field(
        description="When its CONTENT last changed here, not when it was last fetched."
    )

    @strawberry.field(description="The plan that it is part of.")
    async def plan(self, info: Info) -> LazyPlan:
        from schema.types.plan import ActionPlan

        row = await info.context.loaders.known_plan(self.row.plan_code, self.row.as_of)
        return ActionPlan.of(row, self.row.as_of)

    @strawberry.field(description="Whose commitment it is.")
    async def jurisdiction(self, info: Info) -> Jurisdiction:
        row = await info.context.loaders.known_jurisdiction(self.row.jurisdiction)
        return Jurisdiction.of(row, self.row.as_of)

    @strawberry.field(description="The goals that it serves, each with the basis of that judgement.")
    def ods(self) -> list[OdsAlignment]:
        return [OdsAlignment.of(item, self.row.as_of) for item in self.row.body.ods]

    @strawberry.field(description="The institutions and organisations that take part.")
    def institutions(self) -> list[ResponsibleInstitution]:
        return [ResponsibleInstitution.of(item) for item in self.row.body.institutions]

    @strawberry.field(description="Published reports of progress, oldest first.")
    def progress_reports(self) -> list[ProgressReport]:
        reports = sorted(self.row.body.progress_reports, key=lambda report: report.date or "9999")
        return [ProgressReport.of(report) for report in reports]

    @strawberry.field(description="Its steps, as published.")
    def milestones(self) -> list[Milestone]:
        return [Milestone.of(item) for item in self.row.body.milestones]

    @strawberry.field(description="What shows that it was done.")
    def evidence(self) -> list[Evidence]:
        return [Evidence.of(item) for item in self.row.body.evidence]

    @strawberry.field(description="Every version that the hub has published, oldest first.")
    async def history(self, info: Info) -> list[CommitmentVersion]:
        return [CommitmentVersion.of(row) for row in await info.context.loaders.history(self.code)]

    @strawberry.field(description="The same commitment as other sources publish it.")
    async def also_published_by(self, info: Info) -> list[LazyCommitment]:
        rows = await info.context.loaders.own_records(self.code)
        return [Commitment.of(row) for row in rows if row.source != self.row.source]

    @strawberry.field(description="The source's own cells by column, exactly as published.")
    def raw(self) -> JSON:
        return JSON(self.row.body.raw)

    @strawberry.field(description="What is wrong or notable in what was published.")
    def issues(self) -> list[DataIssue]:
        return [DataIssue.of(issue, self.code) for issue in self.row.body.issues]

    @strawberry.field(description="The source nearest the publisher.")
    async def source(self, info: Info) -> LazySource:
        from schema.types.source import Source

        return Source.of(await info.context.loaders.known_source(self.row.source))

    @strawberry.field(description="Where it came from, down to the archived bytes.")
    def lineage(self) -> Lineage:
        if self.row.body.lineage is None:
            raise LookupError(f"commitment {self.code} was stored without its lineage")
        return Lineage.of(self.row.body.lineage)

    @classmethod
    def of(cls, row: CommitmentRow) -> Commitment:
        body = row.body
        return cls(
            id=global_id("Commitment", row.key),
            row=row,
            code=row.code,
            number=body.number,
            title=body.title,
            description=body.description,
            kind=body.kind,
            axis=body.axis,
            themes=list(body.themes),
            start_date=partial(body.start_date),
            end_date=partial(body.end_date),
            years=list(body.years),
            status=body.status,
            status_raw=body.status_raw,
            progress=body.progress,
            progress_raw=body.progress_raw,
            url=body.url,
            updated_at=DateTime(row.updated_at),
        )

    @classmethod
    async def resolve_reference(
        cls, info: Info, id: strawberry.ID | None = None, code: str | None = None
    ) -> Commitment | None:
        """Federation: the commitment with this id or code."""
        from schema.lookup import commitment_by_id

        if id is not None:
            row = await commitment_by_id(info.context, id)
        else:
            row = await info.context.loaders.commitment(code or "")
        return cls.of(row) if row else None
