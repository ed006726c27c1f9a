"""A published page, file or API that the hub reads."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.live import LiveSource
from schema.read.rows import SourceRow
from schema.scalars import DateTime, utc_text
from schema.types.enums import SourceState
from schema.types.lazy import LazyJurisdiction, LazyRun, LazyRunConnection
from schema.types.node import Node


@strawberry.type(description="How old what the hub holds of a source is.")
class Freshness:
    fetched_at: DateTime | None = strawberry.field(
        description="When the source was last read with success, changed or not."
    )
    changed_at: DateTime | None = strawberry.field(description="When what it publishes last changed.")
    age_seconds: int | None = strawberry.field(description="Seconds since fetchedAt.")
    stale: bool = strawberry.field(description="Whether it should have been read with success by now and was not.")


@strawberry.type(description="A published value that no vocabulary knows, waiting for a reviewed decision.")
class UnmatchedValue:
    field: str = strawberry.field(description="The field of the model that it was published for.")
    raw: str = strawberry.field(description="Exactly what was published.")
    count: int = strawberry.field(description="In how many records.")
    first_seen: DateTime = strawberry.field(description="When the hub first met it.")
    suggestion: str | None = strawberry.field(description="The nearest known value, if one is near.")


@strawberry.type(description="One published page, file or API that the hub harvests.")
class Source(Node):
    row: strawberry.Private[SourceRow]
    live: strawberry.Private[LiveSource]
    key: str = strawberry.field(description="Key of the source in this hub.")
    title: str = strawberry.field(description="What it calls itself.")
    connector: str = strawberry.field(description="Name of the connector that reads it.")
    url: str = strawberry.field(description="Its address.")
    state: SourceState = strawberry.field(description="Whether it is being harvested.")
    state_reason: str | None = strawberry.field(
        description="Why it is in its state: the reviewer's comment, what a proof of ownership lacks."
    )
    schedule: str | None = strawberry.field(description="How often it is read.")
    license: str | None = strawberry.field(description="The licence of its data, as declared.")
    commitment_count: int = strawberry.field(description="How many commitments it publishes.")

    @strawberry.field(description="The jurisdiction that publishes it; null for a national publisher.")
    async def jurisdiction(self, info: Info) -> LazyJurisdiction | None:
        from schema.types.jurisdiction import Jurisdiction

        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(self.live.jurisdiction))

    @strawberry.field(description="How old what the hub holds of it is.")
    def freshness(self, info: Info) -> Freshness:
        fetched = self.live.fetched_at
        changed = self.live.changed_at
        age = max(0, int((info.context.live.now() - fetched).total_seconds())) if fetched else None
        return Freshness(
            fetched_at=utc_text(fetched) if fetched else None,
            changed_at=utc_text(changed) if changed else None,
            age_seconds=age,
            stale=self.live.stale,
        )

    @strawberry.field(description="Its last run; null before the first.")
    def last_run(self) -> LazyRun | None:
        from schema.types.run import HarvestRun

        return HarvestRun.of(self.live.last_run) if self.live.last_run else None

    @strawberry.field(description="Its runs, newest first.")
    async def runs(
        self,
        info: Info,
        first: Annotated[int | None, strawberry.argument(description="How many runs at most; up to 500.")] = 20,
        after: Annotated[str | None, strawberry.argument(description="Only runs after this cursor.")] = None,
    ) -> LazyRunConnection:
        from schema.runs import run_connection

        return await run_connection(info.context, self.key, first, after)

    @strawberry.field(description="Values that no vocabulary knows yet, most frequent first.")
    async def unmatched_values(self, info: Info) -> list[UnmatchedValue]:
        values = await info.context.live.unmatched(self.key)
        return [
            UnmatchedValue(
                field=value.field,
                raw=value.raw,
                count=value.count,
                first_seen=utc_text(value.first_seen or info.context.live.now()),
                suggestion=value.suggestion,
            )
            for value in values
        ]

    @classmethod
    def of(cls, row: SourceRow) -> Source:
        live = row.live
        return cls(
            id=global_id("Source", live.key),
            row=row,
            live=live,
            key=live.key,
            title=live.title,
            connector=live.connector,
            url=live.url,
            state=live.state,
            state_reason=live.reason,
            schedule=live.schedule,
            license=live.license,
            commitment_count=row.commitment_count,
        )
