"""What the rows of both families refer to, worked out once for each thing and not for each row."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hub.model import Lineage
from hub.readmodel.entries import ReadModelError, instant
from hub.readmodel.facts import AlignmentFacts, Facts, LineageFacts

NO_LINEAGE: tuple[str | None, ...] = (None,) * 6
MOMENTS = 100_000
"""Moments whose text is remembered: most rows share few."""


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


class Moments:
    """Moments as the file writes them."""

    def __init__(self) -> None:
        self._known: dict[datetime | str, str] = {}

    def text(self, moment: datetime | str) -> str:
        """A moment, or its ISO 8601 text. Raises ReadModelError where it has no zone."""
        found = self._known.get(moment)
        if found is None:
            if len(self._known) > MOMENTS:
                self._known.clear()
            value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            found = self._known[moment] = instant(value)
        return found


class Shared:
    """Plans by code, and institutions and alignments, which are held once each.

    Args:
        plans: code -> id.
        programs: code -> programme.
    """

    def __init__(self, plans: dict[str, int], programs: dict[str, str]) -> None:
        self.institutions: dict[str, int] = {}
        self.alignments: dict[AlignmentFacts, int] = {}
        self.moments = Moments()
        self._plans = plans
        self._programs = programs
        self._spots: dict[tuple[str, str, str], Spot] = {}
        self._years: dict[tuple[int, ...], tuple[str, list[int]]] = {}

    def spot(self, facts: Facts) -> Spot:
        """Where a commitment belongs: as its plan says, else as it says itself."""
        key = (facts.plan_code, facts.jurisdiction, facts.plan.program)
        found = self._spots.get(key)
        if found is None:
            plan, place, program = key
            found = self._spots[key] = Spot(
                plan, self._plans.get(plan), self._programs.get(plan) or program, place, jurisdiction_id(place), place[:2],
                level_of(place),
            )  # fmt: skip
        return found

    def years(self, years: tuple[int, ...]) -> tuple[str, list[int]]:
        """Years as the file writes them, and each of them once, in order."""
        found = self._years.get(years)
        if found is None:
            found = self._years[years] = (f"[{','.join(map(str, years))}]", sorted(set(years)))
        return found

    def lineage(self, lineage: LineageFacts | None) -> tuple[str | None, ...]:
        """As `lineage_cells`, of what was read from JSON."""
        if lineage is None:
            return NO_LINEAGE
        fetched = self.moments.text(lineage.fetched_at)
        return (lineage.url, fetched, lineage.sha256, lineage.media_type, lineage.locator, lineage.run)
