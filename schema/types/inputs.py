"""What clients filter and order commitments by."""

from __future__ import annotations

import strawberry

from schema.scalars import DateTime
from schema.types.enums import (
    AlignmentBasis,
    CommitmentKind,
    CommitmentOrderField,
    CommitmentStatus,
    JurisdictionLevel,
    OrderDirection,
    PolicyAxis,
    Program,
)

DEFAULT_BASIS = (AlignmentBasis.DECLARED, AlignmentBasis.EDITORIAL)


@strawberry.input(description="A range of whole numbers, both ends included; a missing end is open.")
class RangeInt:
    min: int | None = strawberry.field(default=None, description="Smallest value that still matches.")
    max: int | None = strawberry.field(default=None, description="Largest value that still matches.")


@strawberry.input(description="A range of numbers, both ends included; a missing end is open.")
class RangeFloat:
    min: float | None = strawberry.field(default=None, description="Smallest value that still matches.")
    max: float | None = strawberry.field(default=None, description="Largest value that still matches.")


@strawberry.input(
    description=(
        "All given fields must hold (AND); a list holds where any of its values does (OR). A field that is null counts as "
        "not given; an empty list matches nothing, since none of its values holds."
    )
)
class CommitmentFilter:
    state: list[str] | None = strawberry.field(
        default=None,
        description=(
            'States by INEGI key ("30"), ISO code ("MX-VER") or name in any common spelling. Covers the state\'s '
            "government and its municipalities. An unknown one is an error that names the nearest."
        ),
    )
    jurisdiction: list[str] | None = strawberry.field(
        default=None, description='Exact jurisdictions by INEGI key: "00", "30" or "08019".'
    )
    level: list[JurisdictionLevel] | None = strawberry.field(default=None, description="Orders of government.")
    ods: list[int] | None = strawberry.field(
        default=None, description="ODS goals, 1 to 17, by alignments of the bases in odsBasis."
    )
    ods_target: list[str] | None = strawberry.field(
        default=None, description='ODS targets such as "16.6", by alignments of the bases in odsBasis.'
    )
    ods_basis: list[AlignmentBasis] | None = strawberry.field(
        default_factory=lambda: list(DEFAULT_BASIS),
        description="Which alignments ods and odsTarget look at; alone it restricts nothing.",
    )
    year: list[int] | None = strawberry.field(default=None, description="In force in any of these calendar years.")
    years: RangeInt | None = strawberry.field(default=None, description="In force in any calendar year of this range.")
    status: list[CommitmentStatus] | None = strawberry.field(default=None, description="Normalised statuses.")
    progress: RangeFloat | None = strawberry.field(
        default=None, description="Published progress, 0 to 100; commitments that publish none do not match."
    )
    program: list[Program] | None = strawberry.field(default=None, description="Programmes of the action plan.")
    plan: list[str] | None = strawberry.field(default=None, description='Codes of action plans: "MX-VER-PAL-1".')
    kind: list[CommitmentKind] | None = strawberry.field(default=None, description="Kinds of commitment.")
    axis: list[PolicyAxis] | None = strawberry.field(default=None, description="Axes of the Alliance.")
    institution: str | None = strawberry.field(
        default=None,
        description="Part of the name of an institution that takes part; upper case and accents are ignored.",
    )
    source: list[str] | None = strawberry.field(
        default=None,
        description=(
            "Keys of sources. Records are selected by source first; each commitment is then counted once among the "
            "selected records."
        ),
    )
    text: str | None = strawberry.field(
        default=None,
        description=(
            "Words in title, description or institutions, all of them; accents are ignored and the last word may be "
            "unfinished."
        ),
    )
    updated_since: DateTime | None = strawberry.field(
        default=None, description="Content changed here at or after this instant."
    )
    has_evidence: bool | None = strawberry.field(
        default=None, description="Whether at least one piece of evidence is published."
    )
    include_duplicates: bool | None = strawberry.field(
        default=False,
        description=(
            "True: also each source's own record of a commitment that several sources publish, under the same code."
        ),
    )


@strawberry.input(description="What commitments are put in order by.")
class CommitmentOrder:
    field: CommitmentOrderField = strawberry.field(description="The value that decides.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which end comes first; records without the value are last either way."
    )
