"""A normal filter as SQL over the read model's tables: the executed path's WHERE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from schema.filters import Normal

Family = Literal["commitment", "past"]


class Condition:
    """Clauses that must all hold, with their parameters in order. `r` is the row."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.params: list[Any] = []

    def add(self, clause: str, *params: Any) -> None:
        """One more clause."""
        self.clauses.append(clause)
        self.params.extend(params)

    def any_of(self, column: str, values: Sequence[Any] | None) -> None:
        """The column is one of these; None: no condition; none of them: nothing holds."""
        if values is not None:
            self.add(f"{column} IN ({_marks(values)})", *values)

    @property
    def sql(self) -> str:
        """The clauses joined."""
        return " AND ".join(self.clauses) or "1"


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def condition(normal: Normal, family: Family, as_of: str | None, *, merged: bool = False) -> Condition:
    """What a row of the family must meet, the text search aside.

    Args:
        as_of: the instant that versions must be valid at; None: what is public now (`commitment` only).
        merged: look at merged records whatever the filter says, at any time; `source` asks which sources publish them.
    """
    found = Condition()
    if as_of is not None or merged:
        _versions(found, normal, family, as_of)
    else:
        _records(found, normal)
    for column, values in (
        ("r.state", normal.state),
        ("r.jurisdiction", normal.jurisdiction),
        ("r.level", normal.level),
        ("r.status", normal.status),
        ("r.program", normal.program),
        ("r.plan_code", normal.plan),
        ("r.kind", normal.kind),
        ("r.axis", normal.axis),
    ):
        found.any_of(column, values)
    for column, value in (
        ("r.state = ?", normal.scope_state),
        ("r.jurisdiction = ?", normal.scope_jurisdiction),
        ("r.plan_code = ?", normal.scope_plan),
        ("r.progress >= ?", normal.progress_min),
        ("r.progress <= ?", normal.progress_max),
        ("r.updated_at >= ?", normal.updated_since),
        ("r.has_evidence = ?", None if normal.has_evidence is None else int(normal.has_evidence)),
    ):
        if value is not None:
            found.add(column, value)
    _lists(found, normal, family)
    return found


def _versions(found: Condition, normal: Normal, family: Family, as_of: str | None) -> None:
    """Merged records, at an instant or at any."""
    found.add("r.is_primary = 1")
    if as_of is not None:
        found.add("r.updated_at <= ?", as_of)
        if family == "past":
            found.add("r.valid_to > ?", as_of)
    if normal.source is not None:
        marks = _marks(normal.source)
        found.add(
            f"EXISTS (SELECT 1 FROM {family}_source s WHERE s.row = r.id AND s.source IN ({marks}))", *normal.source
        )


def _records(found: Condition, normal: Normal) -> None:
    """What is public now: merged records, or the sources' own."""
    if not normal.own:
        found.add("r.is_primary = 1")
        return
    others = "SELECT 1 FROM commitment_row o WHERE o.code = r.code AND o.is_primary = 0"
    found.add(f"(r.is_primary = 0 OR NOT EXISTS ({others}))")
    found.any_of("r.source", normal.source)


def _lists(found: Condition, normal: Normal, family: Family) -> None:
    """Conditions on what a record has several of."""
    bases = _marks(normal.bases)
    for column, values in (
        ("goal", normal.goals),
        ("target", normal.targets),
        ("goal", None if normal.scope_goal is None else (normal.scope_goal,)),
    ):
        if values is not None:
            found.add(
                f"EXISTS (SELECT 1 FROM {family}_ods o WHERE o.row = r.id AND o.{column} IN ({_marks(values)}) "
                f"AND o.basis IN ({bases}))",
                *values,
                *normal.bases,
            )
    in_force = f"EXISTS (SELECT 1 FROM {family}_year y WHERE y.row = r.id AND "
    if normal.year is not None:
        found.add(f"{in_force}y.year IN ({_marks(normal.year)}))", *normal.year)
    if normal.year_min is not None or normal.year_max is not None:
        low = -(2**31) if normal.year_min is None else normal.year_min
        high = 2**31 if normal.year_max is None else normal.year_max
        found.add(f"{in_force}y.year BETWEEN ? AND ?)", low, high)
    if normal.institution is not None:
        found.add(
            f"EXISTS (SELECT 1 FROM {family}_institution i JOIN institution n ON n.id = i.institution "
            "WHERE i.row = r.id AND instr(n.folded, ?) > 0)",
            normal.institution,
        )
