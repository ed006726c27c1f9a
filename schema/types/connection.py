"""A page of commitments, and the counts over everything that the filter selects."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.page import CommitmentPage
from schema.read.rows import FacetRow
from schema.types.commitment import Commitment
from schema.types.node import PageInfo


@strawberry.type(description="One value and how many commitments have it.")
class Facet:
    key: str = strawberry.field(description="The value, as a filter takes it.")
    label: str = strawberry.field(description="The value in words.")
    count: int = strawberry.field(description="How many commitments of the filtered set have it.")


@strawberry.type(description="Counts over the WHOLE filtered set, whatever the page; most frequent first.")
class CommitmentFacets:
    page: strawberry.Private[CommitmentPage]

    @strawberry.field(description="By ODS goal, on the bases in filter.odsBasis.")
    def ods(self) -> list[Facet]:
        return self._facet("ods")

    @strawberry.field(description="By status.")
    def status(self) -> list[Facet]:
        return self._facet("status")

    @strawberry.field(description="By calendar year in force.")
    def year(self) -> list[Facet]:
        return self._facet("year")

    @strawberry.field(description="By state, its municipalities included; the nation's own under 00.")
    def state(self) -> list[Facet]:
        return self._facet("state")

    @strawberry.field(description="By programme of the plan.")
    def program(self) -> list[Facet]:
        return self._facet("program")

    @strawberry.field(description="By institution that takes part, in any role.")
    def institution(
        self,
        first: Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")] = 20,
    ) -> list[Facet]:
        return _facets(self.page.institutions(first))

    @strawberry.field(description="By source that publishes them.")
    def source(self) -> list[Facet]:
        return self._facet("source")

    def _facet(self, name: str) -> list[Facet]:
        return _facets(self.page.facet(name))


def _facets(rows: list[FacetRow]) -> list[Facet]:
    return [Facet(key=row.key, label=row.label, count=row.count) for row in rows]


@strawberry.type(description="A commitment and its place in the connection.")
class CommitmentEdge:
    cursor: str = strawberry.field(description="Opaque position of this commitment in this order.")
    node: Commitment = strawberry.field(description="The commitment.")


@strawberry.type(description="A page of commitments, and what is true of all that the filter selects.")
class CommitmentConnection:
    page: strawberry.Private[CommitmentPage]

    @strawberry.field(description="The commitments with their cursors.")
    def edges(self) -> list[CommitmentEdge]:
        return [CommitmentEdge(cursor=cursor, node=Commitment.of(row)) for cursor, row in self.page.edges()]

    @strawberry.field(description="The commitments alone.")
    def nodes(self) -> list[Commitment]:
        return [Commitment.of(row) for _, row in self.page.edges()]

    @strawberry.field(description="Where this page stands.")
    def page_info(self) -> PageInfo:
        bounds = self.page.bounds()
        return PageInfo(
            has_next_page=bounds.has_next,
            has_previous_page=bounds.has_previous,
            start_cursor=bounds.start,
            end_cursor=bounds.end,
        )

    @strawberry.field(description="How many commitments the filter selects, whatever the page.")
    def total_count(self) -> int:
        return self.page.total()

    @strawberry.field(description="Counts over the whole filtered set.")
    def facets(self) -> CommitmentFacets:
        return CommitmentFacets(page=self.page)
