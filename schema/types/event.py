"""Sessions, signings, panels: what took place."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.read.rows import EventRow
from schema.scalars import PartialDate
from schema.types.jurisdiction import Jurisdiction
from schema.types.lazy import LazySource
from schema.types.node import Node
from schema.types.parts import partial


@strawberry.type(description="Something that took place: a signing, a session, a panel.")
class Event(Node):
    row: strawberry.Private[EventRow]
    date: PartialDate = strawberry.field(description="When, or when it began.")
    end_date: PartialDate | None = strawberry.field(description="When it ended, if it took more than a day.")
    title: str = strawberry.field(description="What it was.")
    place: str | None = strawberry.field(description="Where.")
    organiser: str | None = strawberry.field(description="Who held it.")
    kind: str | None = strawberry.field(description="What kind of event, in the publisher's words.")
    url: str | None = strawberry.field(description="Where it is published.")

    @strawberry.field(description="The jurisdiction that it concerns.")
    async def jurisdiction(self, info: Info) -> Jurisdiction | None:
        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(self.row.jurisdiction))

    @strawberry.field(description="The source that publishes it.")
    async def source(self, info: Info) -> LazySource:
        from schema.types.source import Source

        return Source.of(await info.context.loaders.known_source(self.row.source))

    @classmethod
    def of(cls, row: EventRow) -> Event:
        return cls(
            id=global_id("Event", row.key),
            row=row,
            date=PartialDate(row.date),
            end_date=partial(row.end_date),
            title=row.title,
            place=row.place,
            organiser=row.organiser,
            kind=row.kind,
            url=row.url,
        )
