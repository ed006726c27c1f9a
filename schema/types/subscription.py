"""What a client can follow as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from schema.context import Info
from schema.types.change import Change
from schema.types.inputs import CommitmentFilter
from schema.types.run import HarvestRun


@strawberry.type(description="What can be followed as it happens, over graphql-transport-ws or SSE.")
class Subscription:
    @strawberry.subscription(description="Each step of the runs of one source, or of all.")
    async def harvest_progress(
        self,
        info: Info,
        source: Annotated[
            str | None, strawberry.argument(description="Key of the source; null for every source.")
        ] = None,
    ) -> AsyncIterator[HarvestRun]:
        async for run in info.context.events.runs():
            if source is None or run.source == source:
                yield HarvestRun.of(run)

    @strawberry.subscription(description="Each change that matches, as it is published.")
    async def commitment_changed(
        self,
        info: Info,
        filter: Annotated[
            CommitmentFilter | None,
            strawberry.argument(
                description="Only changes of commitments that match; a removed one is judged by its last version."
            ),
        ] = None,
    ) -> AsyncIterator[Change]:
        from schema.follow import matching_changes

        async for change in matching_changes(info.context, filter):
            yield Change.of(change)
