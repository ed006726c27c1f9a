"""What the rows of both families refer to, worked out once for each thing and not for each row."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple

from hub.model import Lineage
from hub.readmodel.entries import ReadModelError, instant
from hub.readmodel.facts import AlignmentFacts, LineageFacts
from hub.readmodel.lists import Remembered

NO_LINEAGE: tuple[str | None, ...] = (None,) * 6


def lineage_cells(lineage: Lineage | None) -> tuple[str | None, ...]:
    """The six lineage columns."""
    if lineage is None:
        return NO_LINEAGE
    return (
        lineage.url,
        instant(lineage.fetched_at),
        lineage.sha256,
        lineage.media_type,
        lineage.locator,
        lineage.run,
    )


def jurisdiction_id(code: str) -> int:
    """INEGI key to row id: "00" 0, "30" 30, "08019" 8019. Raises ReadModelError for anything else."""
    if len(code) not in (2, 5) or not code.isascii() or not code.isdigit():
        raise ReadModelError(f"{code!r} is not an INEGI key of two or five digits")
    return int(code)


def level_of(code: str) -> str:
    """The order of government an INEGI key belongs to."""
    if len(code) == 5:
        return "MUNICIPALITY"
    return "NATION" if code == "00" else "STATE"


class Spot(NamedTuple):
    """Where a commitment belongs."""

    plan: str
    plan_id: int | None
    program: str
    jurisdiction: str
    jurisdiction_id: int
    state: str
    level: str


def moment_text(moment: datetime | str) -> str:
    """A moment, or its ISO 8601 text, as the file writes it. Raises ReadModelError where it has no zone."""
    return instant(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


class Shared:
    """Plans by code, and institutions and alignments, which are held once each.

    Args:
        plans: code -> id.
        programs: code -> programme.

    Attributes:
        moments: a moment, or its ISO 8601 text -> how the file writes it; ReadModelError where it has no zone.
        spots: (plan, jurisdiction, programme) as a commitment says them -> where it belongs: as its plan says, else as it
            says itself.
    """

    def __init__(self, plans: dict[str, int], programs: dict[str, str]) -> None:
        self.institutions: dict[str, int] = {}
        self.alignments: dict[AlignmentFacts, int] = {}
        self.moments = Remembered(moment_text)
        self.spots = Remembered(partial(_spot, plans, programs))

    def lineage(self, lineage: LineageFacts | None) -> tuple[str | None, ...]:
        """As `lineage_cells`, of what was read from JSON."""
        if lineage is None:
            return NO_LINEAGE
        fetched = self.moments[lineage.fetched_at]
        return (lineage.url, fetched, lineage.sha256, lineage.media_type, lineage.locator, lineage.run)


def _spot(plans: dict[str, int], programs: dict[str, str], told: tuple[str, str, str]) -> Spot:
    plan, place, program = told
    return Spot(
        plan, plans.get(plan), programs.get(plan) or program, place, jurisdiction_id(place), place[:2], level_of(place)
    )
