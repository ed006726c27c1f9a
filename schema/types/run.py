"""One harvest of one source."""

from __future__ import annotations

from typing import Annotated

import strawberry

from hub import model
from schema.context import Info
from schema.ids import global_id
from schema.scalars import DateTime, utc_text
from schema.types.enums import RunVerdict
from schema.types.lazy import LazySource
from schema.types.node import Node, PageInfo
from schema.types.parts import DataIssue


@strawberry.type(description="One harvest of one source, and what became of it.")
class HarvestRun(Node):
    run_id: strawberry.Private[str]
    source_key: strawberry.Private[str]
    verdict: RunVerdict = strawberry.field(description="What became of it.")
    reason: str | None = strawberry.field(description="Why, in words that the publisher understands.")
    started_at: DateTime = strawberry.field(description="When it began.")
    finished_at: DateTime | None = strawberry.field(description="When it ended; null while it runs.")
    read: int = strawberry.field(description="Records read.")
    added: int = strawberry.field(description="Records that are new.")
    modified: int = strawberry.field(description="Records whose content changed.")
    removed: int = strawberry.field(description="Records that vanished.")
    rejected: int = strawberry.field(description="Records that could not be taken.")
    requests: int = strawberry.field(description="Requests made to the publisher.")
    bytes: int = strawberry.field(description="Bytes received.")

    @strawberry.field(description="The source that was read.")
    async def source(self, info: Info) -> LazySource:
        from schema.types.source import Source

        return Source.of(await info.context.loaders.known_source(self.source_key))

    @strawberry.field(description="What the run noted, the first ones.")
    async def issues(
        self,
        info: Info,
        first: Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")] = 100,
    ) -> list[DataIssue]:
        from schema.paging import checked_first

        count = checked_first(first, info.context.settings)
        return [DataIssue.of(issue) for issue in await info.context.live.run_issues(self.run_id, count)]

    @classmethod
    def of(cls, run: model.Run) -> HarvestRun:
        return cls(
            id=global_id("HarvestRun", run.id),
            run_id=run.id,
            source_key=run.source,
            verdict=run.verdict,
            reason=run.reason,
            started_at=utc_text(run.started_at),
            finished_at=utc_text(run.finished_at) if run.finished_at else None,
            read=run.read,
            added=run.added,
            modified=run.modified,
            removed=run.removed,
            rejected=run.rejected,
            requests=run.requests,
            bytes=run.bytes,
        )


@strawberry.type(description="A run and its place in the connection.")
class HarvestRunEdge:
    cursor: str = strawberry.field(description="Opaque position of this run.")
    node: HarvestRun = strawberry.field(description="The run.")


@strawberry.type(description="A page of runs, newest first.")
class HarvestRunConnection:
    edges: list[HarvestRunEdge] = strawberry.field(description="The runs with their cursors.")
    nodes: list[HarvestRun] = strawberry.field(description="The runs alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count: int = strawberry.field(description="How many runs there are in all.")
