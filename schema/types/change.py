"""What changed, as a feed that a mirror can follow."""

from __future__ import annotations

import strawberry

from hub import model
from schema.context import Info
from schema.read.changes import change_cursor
from schema.scalars import DateTime, utc_text
from schema.types.commitment import Commitment
from schema.types.enums import ChangeKind
from schema.types.node import PageInfo
from schema.types.run import HarvestRun


@strawberry.type(description="One published change to one commitment.")
class Change:
    run_id: strawberry.Private[str]
    cursor: str = strawberry.field(description="Opaque position; give it as `after` to read on from here.")
    kind: ChangeKind = strawberry.field(description="What happened.")
    at: DateTime = strawberry.field(description="When it was published here.")
    code: str = strawberry.field(description="Public code of the commitment.")
    changed_fields: list[str] = strawberry.field(description="The fields that changed.")

    @strawberry.field(description="The commitment as it is NOW; null once it has been removed.")
    async def commitment(self, info: Info) -> Commitment | None:
        row = await info.context.loaders.current_commitment(self.code)
        return Commitment.of(row) if row else None

    @strawberry.field(description="The run that published it.")
    async def run(self, info: Info) -> HarvestRun:
        return HarvestRun.of(await info.context.loaders.known_run(self.run_id))

    @classmethod
    def of(cls, change: model.Change) -> Change:
        return cls(
            run_id=change.run,
            cursor=change_cursor(change.seq),
            kind=change.kind,
            at=utc_text(change.at),
            code=change.code,
            changed_fields=list(change.changed_fields),
        )


@strawberry.type(
    description="What changed, in the order in which it was published; `after` a cursor gives what a mirror still lacks."
)
class ChangeConnection:
    nodes: list[Change] = strawberry.field(description="The changes, oldest first.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
