"""Pages of action plans, by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schema.condition import Condition
from schema.context import Context
from schema.cursors import decode_cursor, encode_cursor
from schema.filters import state_keys
from schema.paging import checked_first
from schema.read.file import PLAN_COLUMNS, plan_of
from schema.read.rows import JurisdictionRow
from schema.scalars import DateTime
from schema.selection import effective
from schema.types.enums import Program

if TYPE_CHECKING:
    from schema.types.plan import ActionPlanConnection

_ORDER = "plans"


@dataclass(frozen=True, slots=True)
class PlanScope:
    """Which plans: those of states in any spelling, of programmes, or within a jurisdiction."""

    states: list[str] | None = None
    programs: list[Program] | None = None
    within: JurisdictionRow | None = None


def valid_at(as_of: DateTime | None) -> tuple[str, list[Any]]:
    """SQL and parameters: the version of a plan that was public at an instant, or is now."""
    if as_of is None:
        return "valid_to IS NULL", []
    return "valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", [as_of, as_of]


def plan_connection(
    context: Context, scope: PlanScope, first: int | None, after: str | None, as_of: DateTime | None
) -> ActionPlanConnection:
    """A page of plans.

    Raises:
        HubError: BAD_USER_INPUT for an unknown state, a foreign cursor or a page size out of bounds.
    """
    from schema.types.node import PageInfo
    from schema.types.plan import ActionPlan, ActionPlanConnection, ActionPlanEdge

    count = checked_first(first, context.settings, 50)
    found = Condition()
    valid, params = valid_at(effective(context, as_of))
    found.add(valid, *params)
    found.any_of("state", state_keys(scope.states, "state"))
    found.any_of("program", None if scope.programs is None else [program.value for program in scope.programs])
    if scope.within is not None:
        column = "jurisdiction" if scope.within.level == "MUNICIPALITY" else "state"
        found.add(f"{column} = ?", scope.within.code)
    total = context.file.one(f"SELECT count(*) FROM plan WHERE {found.sql}", found.params)[0]
    start = _position(after)
    rows = context.file.rows(
        f"SELECT {PLAN_COLUMNS} FROM plan WHERE {found.sql} AND code > ? ORDER BY code LIMIT ?",
        [*found.params, start, count + 1],
    )
    earlier = context.file.one(f"SELECT 1 FROM plan WHERE {found.sql} AND code <= ? LIMIT 1", [*found.params, start])
    edges = [
        ActionPlanEdge(cursor=encode_cursor(_ORDER, (row[0],)), node=ActionPlan.of(plan_of(row), as_of))
        for row in rows[:count]
    ]
    return ActionPlanConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=len(rows) > count,
            has_previous_page=earlier is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=total,
    )


def _position(cursor: str | None) -> str:
    if cursor is None:
        return ""
    (code,) = decode_cursor(cursor, _ORDER, (str,))
    return str(code)
