"""What changes something: registration, and harvests on demand."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.context import Info
from schema.errors import bad_input
from schema.ids import parse_global_id
from schema.registration import ValueDecision
from schema.types.registration import (
    ConformanceReport,
    ConnectorInput,
    DuplicateCandidate,
    DuplicatePayload,
    HarvestPayload,
    OwnershipChallenge,
    PreviewCommitment,
    PreviewPayload,
    RegisterPayload,
    ResolvePayload,
    SourcePayload,
    UserError,
)
from schema.types.run import HarvestRun
from schema.types.source import Source

Key = Annotated[str, strawberry.argument(description="Key of the source.")]
Input = Annotated[ConnectorInput, strawberry.argument(description="The source, as its publisher describes it.")]


@strawberry.type(description="What changes something. Every refusal is a typed error in the payload.")
class Mutation:
    @strawberry.mutation(description="Reads the address once and says what the hub would make of it; stores nothing.")
    async def preview_connector(self, info: Info, input: Input) -> PreviewPayload:
        outcome = await info.context.registration.preview(info.context.principal, input.request())
        return PreviewPayload(
            report=ConformanceReport.of(outcome.report) if outcome.report else None,
            commitments=[PreviewCommitment.of(record) for record in outcome.commitments],
            errors=UserError.all(outcome.errors),
        )

    @strawberry.mutation(
        description=(
            "Stores the source as PENDING and returns the ownership challenge and, once only, the publisher's token."
        )
    )
    async def register_connector(self, info: Info, input: Input) -> RegisterPayload:
        outcome = await info.context.registration.register(info.context.principal, input.request())
        return RegisterPayload(
            source=await _source(info, outcome.source),
            challenge=OwnershipChallenge.of(outcome.challenge) if outcome.challenge else None,
            token=outcome.token,
            errors=UserError.all(outcome.errors),
        )

    @strawberry.mutation(description="Fetches the challenge from the publisher's own site.")
    async def verify_connector(self, info: Info, key: Key) -> SourcePayload:
        outcome = await info.context.registration.verify(info.context.principal, key)
        return SourcePayload(source=await _source(info, outcome.source), errors=UserError.all(outcome.errors))

    @strawberry.mutation(description="Operator only: ACTIVE or REJECTED, with a comment that the publisher sees.")
    async def review_connector(
        self,
        info: Info,
        key: Key,
        approve: Annotated[bool, strawberry.argument(description="True: ACTIVE; false: REJECTED.")],
        comment: Annotated[str | None, strawberry.argument(description="What the publisher is told.")] = None,
    ) -> SourcePayload:
        outcome = await info.context.registration.review(info.context.principal, key, approve, comment)
        return SourcePayload(source=await _source(info, outcome.source), errors=UserError.all(outcome.errors))

    @strawberry.mutation(description="Operator or the source's own publisher: harvests the source now.")
    async def harvest_source(self, info: Info, key: Key) -> HarvestPayload:
        outcome = await info.context.registration.harvest(info.context.principal, key)
        info.context.refresh()
        return HarvestPayload(
            run=HarvestRun.of(outcome.run) if outcome.run else None, errors=UserError.all(outcome.errors)
        )

    @strawberry.mutation(description="Operator or the source's own publisher: stops harvesting, or takes it up again.")
    async def pause_connector(
        self,
        info: Info,
        key: Key,
        paused: Annotated[bool, strawberry.argument(description="True: PAUSED; false: ACTIVE again.")],
    ) -> SourcePayload:
        outcome = await info.context.registration.pause(info.context.principal, key, paused)
        return SourcePayload(source=await _source(info, outcome.source), errors=UserError.all(outcome.errors))

    @strawberry.mutation(
        description=(
            "Operator or the source's own publisher: says what an unmatched value means. The decision is kept, and the "
            "archive is read again, so that the answer changes without asking the site."
        )
    )
    async def resolve_unmatched_value(
        self,
        info: Info,
        key: Key,
        field: Annotated[str, strawberry.argument(description="Field of the value, as unmatchedValues gives it.")],
        raw: Annotated[str, strawberry.argument(description="The value exactly as it was published.")],
        value: Annotated[
            str, strawberry.argument(description='What it means: a value of the field ("COMPLETED"); "": no data.')
        ],
    ) -> ResolvePayload:
        decision = ValueDecision(key, field, raw, value)
        outcome = await info.context.registration.resolve_value(info.context.principal, decision)
        return ResolvePayload(
            source=await _source(info, outcome.source),
            run=HarvestRun.of(outcome.run) if outcome.run else None,
            errors=UserError.all(outcome.errors),
        )

    @strawberry.mutation(description="Operator only: whether two commitments are one. The decision is kept.")
    async def resolve_duplicate(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the candidate.")],
        same: Annotated[bool, strawberry.argument(description="True: one commitment; false: two.")],
    ) -> DuplicatePayload:
        kind, codes = parse_global_id(id)
        first, _, second = codes.partition("\n")
        if kind != "DuplicateCandidate":
            raise bad_input(f"That id is of a {kind}, not of a DuplicateCandidate.", field="id")
        outcome = await info.context.registration.resolve_duplicate(info.context.principal, (first, second), same)
        info.context.refresh()
        return DuplicatePayload(
            candidate=DuplicateCandidate.of(outcome.candidate) if outcome.candidate else None,
            errors=UserError.all(outcome.errors),
        )


async def _source(info: Info, key: str | None) -> Source | None:
    """The source as it is after the act."""
    if key is None:
        return None
    info.context.refresh()
    row = await info.context.loaders.source(key)
    return Source.of(row) if row else None
