"""The consolidated picture of the country, beside what was officially declared."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.national import National
from schema.read.rows import OdsTally, StateTally, StatusTally
from schema.reconcile import Reconciled
from schema.scalars import Date, DateTime
from schema.types.enums import CommitmentStatus, SourceState
from schema.types.jurisdiction import Jurisdiction
from schema.types.ods import OdsGoal

UNREVIEWED = frozenset({SourceState.PENDING, SourceState.REJECTED, SourceState.LAPSED})
"""A registration that nobody has approved covers nothing."""


@strawberry.type(description="One status and how many commitments have it.")
class StatusCount:
    status: CommitmentStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many commitments have it.")


def _status_counts(tally: list[StatusTally]) -> list[StatusCount]:
    return [StatusCount(status=CommitmentStatus(item.status), count=item.count) for item in tally]


@strawberry.type(description="One ODS goal and the commitments that serve it.")
class OdsCount:
    tally: strawberry.Private[OdsTally]
    as_of: strawberry.Private[DateTime | None]
    count: int = strawberry.field(description="Commitments aligned to it on a basis in filter.odsBasis.")
    declared: int = strawberry.field(description="Those whose publisher declares the alignment.")

    @strawberry.field(description="The goal.")
    def goal(self, info: Info) -> OdsGoal:
        return OdsGoal.of(info.context.file.goals()[self.tally.goal], self.as_of)

    @strawberry.field(description="The same commitments by status; statuses that none has are left out.")
    def by_status(self) -> list[StatusCount]:
        return _status_counts(self.tally.by_status)


@strawberry.type(description="One calendar year and how many commitments are in force in it.")
class YearCount:
    year: int = strawberry.field(description="The calendar year.")
    count: int = strawberry.field(description="How many commitments are in force in it.")


@strawberry.type(description="One state, its municipalities included.")
class StateSummary:
    tally: strawberry.Private[StateTally]
    as_of: strawberry.Private[DateTime | None]
    commitments: int = strawberry.field(description="How many commitments it has.")
    plans: int = strawberry.field(description="How many of these action plans are its own or its municipalities'.")
    completed: int = strawberry.field(description="How many of its commitments are COMPLETED.")
    mean_progress: float | None = strawberry.field(
        description="Mean of the progress that is published; null where none is."
    )

    @strawberry.field(description="The state.")
    async def jurisdiction(self, info: Info) -> Jurisdiction:
        return Jurisdiction.of(await info.context.loaders.known_jurisdiction(self.tally.state), self.as_of)

    @strawberry.field(description="Whether a source that publishes for it is stale, so that its figures may be old.")
    async def stale(self, info: Info) -> bool:
        return self.tally.state in await info.context.loaders.stale_states()


@strawberry.type(
    description="How much of what should be public is public: of each field, in how many commitments it is published."
)
class FieldCompleteness:
    field: str = strawberry.field(description="Name of a field of Commitment.")
    published: int = strawberry.field(description="In how many commitments it is published.")
    total: int = strawberry.field(description="How many commitments there are.")


@strawberry.type(description="Which part of the country the sources cover.")
class Coverage:
    states: strawberry.Private[list[str]]
    sources: int = strawberry.field(description="Sources that are configured or accepted.")
    healthy: int = strawberry.field(description="Those whose last run left them healthy.")
    stale: int = strawberry.field(description="Those that should have been read by now and were not.")
    states_covered: int = strawberry.field(
        description="States, of 32, with at least one commitment or plan in this view."
    )

    @strawberry.field(description="The states without any.")
    async def states_missing(self, info: Info) -> list[Jurisdiction]:
        return [Jurisdiction.of(await info.context.loaders.known_jurisdiction(code)) for code in self.states]


@strawberry.type(description="An official total beside what the hub holds for the same scope and date.")
class Reconciliation:
    item: strawberry.Private[Reconciled]
    indicator: str = strawberry.field(description="What is counted, by the publisher's own term: compromisos_total.")
    date: Date = strawberry.field(description="The date that the figure holds for.")
    publisher: str = strawberry.field(description="Who declared it.")
    ods: int | None = strawberry.field(description="The ODS goal that it is about.")
    declared: float = strawberry.field(description="The official figure.")
    harvested: float | None = strawberry.field(
        description="What the hub holds for the same scope and date; null where it holds nothing comparable."
    )
    difference: float | None = strawberry.field(description="harvested less declared; null where harvested is.")
    document: str | None = strawberry.field(description="The document that declares it.")

    @strawberry.field(description="The jurisdiction that it is about.")
    async def jurisdiction(self, info: Info) -> Jurisdiction | None:
        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(self.item.jurisdiction))

    @classmethod
    def of(cls, item: Reconciled) -> Reconciliation:
        return cls(
            item=item,
            indicator=item.indicator,
            date=Date(item.date),
            publisher=item.publisher,
            ods=item.ods,
            declared=item.declared,
            harvested=item.harvested,
            difference=None if item.harvested is None else item.harvested - item.declared,
            document=item.document,
        )


@strawberry.type(description="The consolidated picture of the country.")
class NationalView:
    view: strawberry.Private[National]
    as_of: DateTime = strawberry.field(description="The instant that this view holds for.")

    @strawberry.field(description="How many commitments there are.")
    def commitments(self) -> int:
        return self.view.summary.commitments

    @strawberry.field(
        description=(
            "How many action plans: those of its commitments and, where the filter asks for places, programmes and plans "
            "alone, those that meet it without having any."
        )
    )
    def plans(self) -> int:
        return self.view.summary.plans

    @strawberry.field(description="How many of the 32 states have at least one of these plans.")
    def states_with_plan(self) -> int:
        return self.view.summary.states_with_plan

    @strawberry.field(description="Commitments aligned to at least one ODS goal on a basis in filter.odsBasis.")
    def aligned_to_ods(self) -> int:
        return self.view.summary.aligned_to_ods

    @strawberry.field(description="Mean of the progress that is published; null where none is.")
    def mean_progress(self) -> float | None:
        return self.view.summary.mean_progress

    @strawberry.field(description="By status, every status.")
    def by_status(self) -> list[StatusCount]:
        return _status_counts(self.view.by_status())

    @strawberry.field(description="By ODS goal, all 17.")
    def by_ods(self) -> list[OdsCount]:
        return [
            OdsCount(tally=item, as_of=self.view.as_of, count=item.count, declared=item.declared)
            for item in self.view.by_ods()
        ]

    @strawberry.field(description="By calendar year in force, oldest first; years without any are left out.")
    def by_year(self) -> list[YearCount]:
        return [YearCount(year=item.year, count=item.count) for item in self.view.by_year()]

    @strawberry.field(description="All 32 states by INEGI key, each with its municipalities.")
    def by_state(self) -> list[StateSummary]:
        return [
            StateSummary(
                tally=item,
                as_of=self.view.as_of,
                commitments=item.commitments,
                plans=item.plans,
                completed=item.completed,
                mean_progress=item.mean_progress,
            )
            for item in self.view.by_state()
        ]

    @strawberry.field(description="How much of what should be public is public, field by field.")
    def completeness(self) -> list[FieldCompleteness]:
        return [
            FieldCompleteness(field=item.field, published=item.published, total=item.total)
            for item in self.view.completeness()
        ]

    @strawberry.field(description="Which part of the country the sources cover.")
    async def coverage(self, info: Info) -> Coverage:
        sources = await info.context.live.sources()
        missing = self.view.states_missing()
        return Coverage(
            states=missing,
            sources=sum(source.state not in UNREVIEWED for source in sources.values()),
            healthy=sum(source.healthy for source in sources.values()),
            stale=sum(source.stale for source in sources.values()),
            states_covered=32 - len(missing),
        )

    @strawberry.field(
        description=(
            "Every dated official total beside what the hub holds for the same scope and date, newest first. The filter "
            "does not apply: a declared figure has its own scope."
        )
    )
    def reconciliation(self) -> list[Reconciliation]:
        return [Reconciliation.of(item) for item in self.view.reconciliation()]
