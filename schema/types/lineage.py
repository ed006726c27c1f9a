"""Where a record came from."""

from __future__ import annotations

import strawberry

from hub import model
from schema.context import Info
from schema.ids import snapshot_path
from schema.scalars import DateTime, utc_text
from schema.types.lazy import LazyRun


@strawberry.type(description="Where a record came from, down to the archived bytes.")
class Lineage:
    run_id: strawberry.Private[str | None]
    url: str = strawberry.field(description="The address that was read.")
    fetched_at: DateTime = strawberry.field(description="When these bytes were received.")
    sha256: str = strawberry.field(description="SHA-256 of the snapshot's bytes, hexadecimal.")
    media_type: str | None = strawberry.field(description="Media type of the bytes.")
    locator: str | None = strawberry.field(
        description='Where in the snapshot: "row 14", "table 2 row 3", a CSS path, a JSON pointer.'
    )
    snapshot_url: str = strawberry.field(description="Path at which this hub serves the archived bytes.")

    @strawberry.field(description="The harvest that read it.")
    async def run(self, info: Info) -> LazyRun:
        from schema.types.run import HarvestRun

        return HarvestRun.of(await info.context.loaders.known_run(self.run_id))

    @classmethod
    def of(cls, lineage: model.Lineage) -> Lineage:
        return cls(
            run_id=lineage.run,
            url=lineage.url,
            fetched_at=utc_text(lineage.fetched_at),
            sha256=lineage.sha256,
            media_type=lineage.media_type,
            locator=lineage.locator,
            snapshot_url=snapshot_path(lineage.sha256),
        )
