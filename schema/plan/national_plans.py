"""The plans of a national view, counted from sets of rows where the file's cube does not have them."""

from __future__ import annotations

from itertools import compress
from typing import Any

from hub.readmodel.postings import flags_of_bits
from schema.national import STATE_OF_PLANS, _only_plan_fields, plans_by_state
from schema.plan.connection import resolve_alias
from schema.plan.match import Match
from schema.plan.objects import dumps
from schema.plan.run import Run

_LEVEL = (
    "CASE WHEN jurisdiction = '00' THEN 'NATION' WHEN length(jurisdiction) = 2 THEN 'STATE' ELSE 'MUNICIPALITY' END"
)


def plan_counts(run: Run, match: Match, moment: str | None) -> dict[str, int]:
    """How many plans each state has, by `schema.national.plans_by_state`.

    Args:
        match: the commitments that the filter selects.
        moment: the instant to look at; None: now.
    """
    if _only_plan_fields(match.normal):
        return _meeting(run, match, moment)
    known = run.model.remember("states of plans")
    if not known:
        known.update((code, state.encode()) for code, state in run.rows(STATE_OF_PLANS))
    counts = plans_by_state(_of_rows(run, match), known, lambda code: resolve_alias(run, code))
    return {state.decode(): count for state, count in counts.items()}


def _meeting(run: Run, match: Match, moment: str | None) -> dict[str, int]:
    """Of the plans that meet the filter by themselves, with or without commitments, and of those that only commitments of
    theirs elsewhere make meet it."""
    valid = "valid_to IS NULL" if moment is None else "valid_from <= :t AND (valid_to IS NULL OR valid_to > :t)"
    met = ["1"]
    bindings: dict[str, Any] = {"t": moment}
    for name, sql, values in (
        ("state", "state", match.normal.state),
        ("jurisdiction", "jurisdiction", match.normal.jurisdiction),
        ("level", _LEVEL, match.normal.level),
        ("program", "program", match.normal.program),
        ("plan", "code", match.normal.plan),
    ):
        if values is not None:
            met.append(f"{sql} IN (SELECT value FROM json_each(:{name}))")
            bindings[name] = dumps(list(values)).decode()
    condition = " AND ".join(met)
    if others := _elsewhere(run, match):
        condition = f"({condition} OR code IN (SELECT value FROM json_each(:others)))"
        bindings["others"] = dumps([resolve_alias(run, code) for code in others]).decode()
    return dict(run.rows(f"SELECT state, count(*) FROM plan WHERE {valid} AND {condition} GROUP BY state", bindings))


def _elsewhere(run: Run, match: Match) -> set[str]:
    """The plans of the selected commitments, among those with commitments of another jurisdiction than their own: the only
    ones that may not meet a filter that their commitments meet."""
    plans = run.model.cube("", "").get("elsewhere", {})
    return {code for code in plans if any(bits & space.bits("plan", code) for space, bits in match.parts)}


def _of_rows(run: Run, match: Match) -> set[str]:
    """The plans of the selected commitments."""
    found: set[str] = set()
    for space, bits in match.parts:
        key = ("plans of rows", space.name)
        codes = run.kept.get(key)
        if codes is None:
            codes = run.kept[key] = [
                row[0] for row in space.rows(f"SELECT plan_code FROM {space.name}_row ORDER BY id")
            ]
        found.update(compress(codes, flags_of_bits(bits)))
    return found
