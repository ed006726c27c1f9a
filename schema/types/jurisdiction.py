"""A nation, a federal entity or a municipality."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.read.rows import JurisdictionRow
from schema.scalars import DateTime
from schema.types.arguments import After
from schema.types.enums import JurisdictionLevel
from schema.types.inputs import CommitmentFilter
from schema.types.lazy import (
    LazyCommitmentConnection,
    LazyExercise,
    LazyJurisdiction,
    LazyPlanConnection,
    LazySource,
)
from schema.types.node import Node

FilterWithin = Annotated[CommitmentFilter | None, strawberry.argument(description="Which of them; default: every one.")]
FirstDefault = Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")]


@strawberry.federation.type(keys=["code"], description="A nation, one of the 32 federal entities, or a municipality.")
class Jurisdiction(Node):
    row: strawberry.Private[JurisdictionRow]
    as_of: strawberry.Private[DateTime | None]
    code: str = strawberry.field(description='INEGI key: "00", "30", "08019".')
    iso: str | None = strawberry.field(description='ISO 3166-2 code of a state: "MX-VER".')
    level: JurisdictionLevel = strawberry.field(description="Order of government.")
    name: str = strawberry.field(description='Short name: "Veracruz".')
    official_name: str = strawberry.field(description='Official name: "Veracruz de Ignacio de la Llave".')

    @strawberry.field(description="The jurisdiction that this one is part of; null for the nation.")
    async def parent(self, info: Info) -> LazyJurisdiction | None:
        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(self.row.parent), self.as_of)

    @strawberry.field(description="Its local open-government exercise, where one is known.")
    async def exercise(self, info: Info) -> LazyExercise | None:
        from schema.types.exercise import Exercise

        row = await info.context.loaders.exercise(self.code)
        return Exercise.of(row) if row else None

    @strawberry.field(description="Its action plans by code; a state's include those of its municipalities.")
    def plans(self, info: Info, first: FirstDefault = 50, after: After = None) -> LazyPlanConnection:
        from schema.plans import PlanScope, plan_connection

        return plan_connection(info.context, PlanScope(within=self.row), first, after, self.as_of)

    @strawberry.field(description="Its commitments by code; a state's include those of its municipalities.")
    def commitments(
        self, info: Info, filter: FilterWithin = None, first: FirstDefault = 50, after: After = None
    ) -> LazyCommitmentConnection:
        from schema.commitments import nested_connection
        from schema.filters import Scope

        return nested_connection(info.context, Scope(within=self.row), filter, first, after, self.as_of)

    @strawberry.field(description="The sources that it publishes; a state's include those of its municipalities.")
    async def sources(self, info: Info) -> list[LazySource]:
        from schema.types.source import Source

        return [Source.of(row) for row in await info.context.loaders.sources_of(self.row)]

    @classmethod
    def of(cls, row: JurisdictionRow, as_of: DateTime | None = None) -> Jurisdiction:
        return cls(
            id=global_id("Jurisdiction", row.code),
            row=row,
            as_of=as_of,
            code=row.code,
            iso=row.iso,
            level=JurisdictionLevel(row.level),
            name=row.name,
            official_name=row.official_name,
        )

    @classmethod
    def maybe(cls, row: JurisdictionRow | None, as_of: DateTime | None = None) -> Jurisdiction | None:
        """`of`, for a row that may be absent."""
        return None if row is None else cls.of(row, as_of)

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> Jurisdiction | None:
        """Federation: the jurisdiction with this key."""
        return cls.maybe(await info.context.loaders.jurisdiction(code))
