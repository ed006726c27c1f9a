"""A local, OGP or national action plan."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.read.rows import PlanRow
from schema.scalars import DateTime, PartialDate
from schema.types.arguments import After
from schema.types.enums import Program
from schema.types.jurisdiction import FilterWithin, FirstDefault, Jurisdiction
from schema.types.lazy import LazyCommitmentConnection, LazySource
from schema.types.lineage import Lineage
from schema.types.node import Node, PageInfo
from schema.types.parts import partial


@strawberry.federation.type(
    keys=["code"], description="A local, OGP or national action plan: what a government undertook together."
)
class ActionPlan(Node):
    row: strawberry.Private[PlanRow]
    as_of: strawberry.Private[DateTime | None]
    code: str = strawberry.field(description='Public code: "MX-VER-PAL-1".')
    title: str = strawberry.field(description="Title, as published.")
    program: Program = strawberry.field(description="The programme under which it was made.")
    ordinal: int | None = strawberry.field(description="First, second … plan of its jurisdiction in the programme.")
    published: PartialDate | None = strawberry.field(description="When it was published.")
    start_date: PartialDate | None = strawberry.field(description="When it comes into force.")
    end_date: PartialDate | None = strawberry.field(description="When it ends.")
    declared_commitments: int | None = strawberry.field(description="How many the publisher says there are.")
    status_raw: str | None = strawberry.field(description="Exactly what was published as its status.")
    url: str | None = strawberry.field(description="Where it is published.")
    lineage: Lineage = strawberry.field(description="Where these facts came from.")

    @strawberry.field(description="Whose plan it is.")
    async def jurisdiction(self, info: Info) -> Jurisdiction:
        return Jurisdiction.of(await info.context.loaders.known_jurisdiction(self.row.jurisdiction), self.as_of)

    @strawberry.field(description="Its commitments, by code.")
    def commitments(
        self, info: Info, filter: FilterWithin = None, first: FirstDefault = 50, after: After = None
    ) -> LazyCommitmentConnection:
        from schema.commitments import nested_connection
        from schema.filters import Scope

        return nested_connection(info.context, Scope(plan=self.code), filter, first, after, self.as_of)

    @strawberry.field(description="The source nearest the publisher.")
    async def source(self, info: Info) -> LazySource:
        from schema.types.source import Source

        return Source.of(await info.context.loaders.known_source(self.row.source))

    @classmethod
    def of(cls, row: PlanRow, as_of: DateTime | None = None) -> ActionPlan:
        return cls(
            id=global_id("ActionPlan", row.code),
            row=row,
            as_of=as_of,
            code=row.code,
            title=row.title,
            program=Program(row.program),
            ordinal=row.ordinal,
            published=partial(row.published),
            start_date=partial(row.start_date),
            end_date=partial(row.end_date),
            declared_commitments=row.declared_commitments,
            status_raw=row.status_raw,
            url=row.url,
            lineage=Lineage.of(row.lineage),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> ActionPlan | None:
        """Federation: the plan with this code."""
        row = await info.context.loaders.plan(code)
        return cls.of(row) if row else None


@strawberry.type(description="A plan and its place in the connection.")
class ActionPlanEdge:
    cursor: str = strawberry.field(description="Opaque position of this plan.")
    node: ActionPlan = strawberry.field(description="The plan.")


@strawberry.type(description="A page of action plans, by code.")
class ActionPlanConnection:
    edges: list[ActionPlanEdge] = strawberry.field(description="The plans with their cursors.")
    nodes: list[ActionPlan] = strawberry.field(description="The plans alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count: int = strawberry.field(description="How many plans there are in all.")
