"""A state's local open-government exercise."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.read.rows import ExerciseRow
from schema.scalars import PartialDate
from schema.types.enums import ExerciseStep
from schema.types.lazy import LazySource
from schema.types.lineage import Lineage
from schema.types.parts import partial


@strawberry.type(description="Who sits in a local technical secretariat, by sector. Null: not published.")
class SecretariatMembers:
    government: int | None = strawberry.field(description="Members of government.")
    civil_society: int | None = strawberry.field(description="Members of civil society.")
    oversight_body: int | None = strawberry.field(description="Members of the state's transparency institute.")
    academia: int | None = strawberry.field(description="Members of academia.")
    autonomous_bodies: int | None = strawberry.field(description="Members of other autonomous bodies.")
    total: int | None = strawberry.field(description="Sum of the sectors that are published.")


@strawberry.type(description="A state's local open-government exercise: how far it has come and who takes part.")
class Exercise:
    row: strawberry.Private[ExerciseRow]
    joined: PartialDate | None = strawberry.field(description="When the declaration was signed.")
    joined_year: int | None = strawberry.field(description="The year in which the jurisdiction joined.")
    step: ExerciseStep | None = strawberry.field(description="The last of the six steps that it has reached.")
    secretariat_installed: PartialDate | None = strawberry.field(
        description="When its technical secretariat (STL) was installed."
    )
    members: SecretariatMembers | None = strawberry.field(description="Who sits in the secretariat.")
    status_raw: str | None = strawberry.field(description="Exactly what was published as its status.")
    lineage: Lineage = strawberry.field(description="Where these facts came from.")

    @strawberry.field(description="The source nearest the publisher.")
    async def source(self, info: Info) -> LazySource:
        from schema.types.source import Source

        return Source.of(await info.context.loaders.known_source(self.row.source))

    @classmethod
    def of(cls, row: ExerciseRow) -> Exercise:
        return cls(
            row=row,
            joined=partial(row.joined),
            joined_year=row.joined_year,
            step=ExerciseStep(row.step) if row.step else None,
            secretariat_installed=partial(row.secretariat_installed),
            members=_members(row),
            status_raw=row.status_raw,
            lineage=Lineage.of(row.lineage),
        )


def _members(row: ExerciseRow) -> SecretariatMembers | None:
    if row.members is None:
        return None
    sectors = (
        row.members.government,
        row.members.civil_society,
        row.members.oversight_body,
        row.members.academia,
        row.members.autonomous_bodies,
    )
    known = [count for count in sectors if count is not None]
    return SecretariatMembers(
        government=row.members.government,
        civil_society=row.members.civil_society,
        oversight_body=row.members.oversight_body,
        academia=row.members.academia,
        autonomous_bodies=row.members.autonomous_bodies,
        total=sum(known) if known else None,
    )
