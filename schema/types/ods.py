"""The Sustainable Development Goals (ODS) and how commitments align to them."""

from __future__ import annotations

import strawberry

from hub import model
from schema.context import Info
from schema.ids import global_id
from schema.read.rows import GoalRow
from schema.scalars import DateTime
from schema.types.arguments import After
from schema.types.enums import AlignmentBasis
from schema.types.jurisdiction import FilterWithin, FirstDefault
from schema.types.lazy import LazyCommitmentConnection
from schema.types.node import Node


@strawberry.federation.type(keys=["number"], description="A Sustainable Development Goal of the 2030 Agenda (ODS).")
class OdsGoal(Node):
    as_of: strawberry.Private[DateTime | None]
    number: int = strawberry.field(description="1 to 17.")
    name: str = strawberry.field(description="Its name, in Spanish.")
    color: str = strawberry.field(description='Its official colour, "#rrggbb".')

    @strawberry.field(description="Commitments aligned to it on a basis in filter.odsBasis, by code.")
    def commitments(
        self, info: Info, filter: FilterWithin = None, first: FirstDefault = 50, after: After = None
    ) -> LazyCommitmentConnection:
        from schema.commitments import nested_connection
        from schema.filters import Scope

        return nested_connection(info.context, Scope(goal=self.number), filter, first, after, self.as_of)

    @classmethod
    def of(cls, row: GoalRow, as_of: DateTime | None = None) -> OdsGoal:
        return cls(
            id=global_id("OdsGoal", str(row.number)), as_of=as_of, number=row.number, name=row.name, color=row.color
        )

    @classmethod
    def resolve_reference(cls, info: Info, number: int) -> OdsGoal | None:
        """Federation: the goal with this number."""
        row = info.context.file.goals().get(number)
        return cls.of(row) if row else None


@strawberry.type(description="That a commitment serves a goal, and who says so.")
class OdsAlignment:
    number: strawberry.Private[int]
    as_of: strawberry.Private[DateTime | None]
    target: str | None = strawberry.field(description='The target within the goal: "16.6".')
    basis: AlignmentBasis = strawberry.field(description="Who says so.")
    reason: str | None = strawberry.field(description="Why; always given on EDITORIAL.")

    @strawberry.field(description="The goal.")
    def goal(self, info: Info) -> OdsGoal:
        return OdsGoal.of(info.context.file.goals()[self.number], self.as_of)

    @classmethod
    def of(cls, alignment: model.Alignment, as_of: DateTime | None) -> OdsAlignment:
        return cls(
            number=alignment.goal,
            as_of=as_of,
            target=alignment.target,
            basis=alignment.basis,
            reason=alignment.reason,
        )
