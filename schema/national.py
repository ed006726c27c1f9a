"""Counts for the consolidated picture of the country, each read once and only when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from msgspec.structs import replace

from hub.readmodel.cube import SCALE
from schema.condition import Condition
from schema.context import Context
from schema.filters import Normal
from schema.labels import STATUS
from schema.plans import valid_at
from schema.read.rows import FieldTally, OdsTally, StateTally, StatusTally, YearTally
from schema.reconcile import Reconciled, reconcile
from schema.scalars import DateTime
from schema.selection import Selection, effective, select
from schema.types.inputs import CommitmentFilter

T = TypeVar("T")
MEAN_DIGITS = 6
"""Digits of a mean after its point."""
_PROGRESS = f"count(progress), sum(CAST(round(progress * {SCALE}) AS INTEGER))"
"""How many publish a progress, and its sum: in whole numbers, so that a mean does not depend on the order of summation."""

COMPLETENESS: dict[str, str] = {
    "number": "r.number IS NOT NULL",
    "description": "m.description IS NOT NULL",
    "kind": "r.kind IS NOT NULL",
    "axis": "r.axis IS NOT NULL",
    "themes": "json_type(m.body, '$.themes') IS NOT NULL",
    "ods": "EXISTS (SELECT 1 FROM {p}_ods o WHERE o.row = r.id AND o.basis = 'DECLARED')",
    "institutions": "EXISTS (SELECT 1 FROM {p}_institution i WHERE i.row = r.id)",
    "startDate": "r.start_date IS NOT NULL",
    "endDate": "r.end_date IS NOT NULL",
    "years": "EXISTS (SELECT 1 FROM {p}_year y WHERE y.row = r.id)",
    "status": "r.status <> 'UNKNOWN'",
    "progress": "r.progress IS NOT NULL",
    "progressReports": "json_type(m.body, '$.progress_reports') IS NOT NULL",
    "milestones": "json_type(m.body, '$.milestones') IS NOT NULL",
    "evidence": "r.has_evidence = 1",
    "url": "r.url IS NOT NULL",
}
"""Field of Commitment -> SQL: is it published? Of ods only what the publisher itself declares counts."""

_PLAN_FIELDS = frozenset(
    {"state", "jurisdiction", "level", "program", "plan", "bases", "own", "once", "scope_state", "scope_jurisdiction"}
)


@dataclass(frozen=True, slots=True)
class Summary:
    commitments: int
    plans: int
    states_with_plan: int
    aligned_to_ods: int
    mean_progress: float | None


class National:
    """The view of one filter at one instant."""

    def __init__(self, context: Context, selection: Selection, as_of: DateTime | None) -> None:
        self._file = context.file
        self._selection = selection
        self.as_of = as_of

    def _rows(self, body: str, extra: tuple[Any, ...] = ()) -> list[Any]:
        sql, params = self._selection.table()
        return self._file.rows(f"WITH s AS MATERIALIZED ({sql}) {body}", [*params, *extra])

    def _joined(self, template: str) -> str:
        """The template once for each family of tables, `{p}` being its prefix."""
        return " UNION ALL ".join(template.format(p=family) for family in self._selection.families)

    @cached_property
    def summary(self) -> Summary:
        """The headline figures."""
        bases = self._selection.normal.bases
        marks = ", ".join("?" * len(bases))
        commitments, *progress = self._rows(f"SELECT count(*), {_PROGRESS} FROM s")[0]
        aligned_sql = self._joined(
            f"SELECT s.id FROM s WHERE s.family = '{{p}}' AND EXISTS "
            f"(SELECT 1 FROM {{p}}_ods o WHERE o.row = s.id AND o.basis IN ({marks}))"
        )
        aligned = self._rows(f"SELECT count(*) FROM ({aligned_sql})", bases * len(self._selection.families))[0][0]
        plans = self._plans
        return Summary(
            commitments=commitments,
            plans=sum(plans.values()),
            states_with_plan=len(plans.keys() - {"00"}),
            aligned_to_ods=aligned,
            mean_progress=_mean(*progress),
        )

    @cached_property
    def _plans(self) -> dict[str, int]:
        """How many plans each state has (the nation under 00): `plans_by_state`."""
        codes = self._held().union(code for (code,) in self._rows("SELECT DISTINCT plan_code FROM s"))
        return plans_by_state(codes, dict(self._file.rows(STATE_OF_PLANS)), self._file.resolve_alias)

    def _held(self) -> set[str]:
        """The plans that meet the filter by themselves; none where it asks for what no plan has."""
        normal = self._selection.normal
        if not _only_plan_fields(normal):
            return set()
        found = Condition()
        valid, params = valid_at(self._selection.as_of)
        found.add(valid, *params)
        found.any_of("state", normal.state)
        found.any_of("jurisdiction", normal.jurisdiction)
        found.any_of(
            "CASE WHEN jurisdiction = '00' THEN 'NATION' WHEN length(jurisdiction) = 2 THEN 'STATE' ELSE 'MUNICIPALITY' END",
            normal.level,
        )
        found.any_of("program", normal.program)
        found.any_of("code", normal.plan)
        return {code for (code,) in self._file.rows(f"SELECT code FROM plan WHERE {found.sql}", found.params)}

    def by_status(self) -> list[StatusTally]:
        """Every status, in the order of STATUS."""
        counts = dict(self._rows("SELECT status, count(*) FROM s GROUP BY status"))
        return [StatusTally(status, counts.get(status, 0)) for status in STATUS]

    def by_ods(self) -> list[OdsTally]:
        """All 17 goals."""
        bases = self._selection.normal.bases
        marks = ", ".join("?" * len(bases))
        pairs = self._joined(
            f"SELECT s.family, s.id, s.status, o.goal, max(o.basis = 'DECLARED') AS declared, max(o.basis IN ({marks})) "
            "AS aligned FROM s JOIN {p}_ods o ON o.row = s.id WHERE s.family = '{p}' GROUP BY s.family, s.id, o.goal"
        )
        rows = self._rows(
            f"SELECT goal, status, sum(aligned), sum(declared) FROM ({pairs}) GROUP BY goal, status",
            bases * len(self._selection.families),
        )
        counts: dict[int, dict[str, int]] = {goal: {} for goal in self._file.goals()}
        declared = dict.fromkeys(counts, 0)
        for goal, status, aligned, stated in rows:
            counts[goal][status] = aligned
            declared[goal] += stated
        return [
            OdsTally(
                goal=goal,
                count=sum(tally.values()),
                declared=declared[goal],
                by_status=[StatusTally(status, tally[status]) for status in STATUS if tally.get(status)],
            )
            for goal, tally in counts.items()
        ]

    def by_year(self) -> list[YearTally]:
        """Years with at least one commitment in force, oldest first."""
        pairs = self._joined("SELECT y.year FROM s JOIN {p}_year y ON y.row = s.id WHERE s.family = '{p}'")
        rows = self._rows(f"SELECT year, count(*) FROM ({pairs}) GROUP BY year ORDER BY year")
        return [YearTally(year, count) for year, count in rows]

    @cached_property
    def _by_state(self) -> list[StateTally]:
        rows = self._rows(f"SELECT state, count(*), sum(status = 'COMPLETED'), {_PROGRESS} FROM s GROUP BY state")
        found = {row[0]: row[1:] for row in rows}
        tallies = []
        for place in self._file.states():
            commitments, completed, *progress = found.get(place.code, (0, 0, 0, None))
            plans = self._plans.get(place.code, 0)
            tallies.append(StateTally(place.code, commitments, plans, completed, _mean(*progress)))
        return tallies

    def by_state(self) -> list[StateTally]:
        """All 32 states by INEGI key."""
        return self._by_state

    def states_missing(self) -> list[str]:
        """States without a commitment or plan in this view."""
        return [tally.state for tally in self._by_state if not tally.commitments and not tally.plans]

    def completeness(self) -> list[FieldTally]:
        """Of each field, in how many commitments it is published."""
        columns = ", ".join(f"sum({sql})" for sql in COMPLETENESS.values())
        parts = self._joined(
            f"SELECT count(*), {columns} FROM s JOIN {{p}}_row r ON r.id = s.id JOIN {{p}}_more m ON m.id = s.id "
            "WHERE s.family = '{p}'"
        )
        rows = self._rows(parts)
        sums = [sum(cell or 0 for cell in column) for column in zip(*rows, strict=True)]
        return [FieldTally(field, sums[place + 1], sums[0]) for place, field in enumerate(COMPLETENESS)]

    def reconciliation(self) -> list[Reconciled]:
        """Official totals beside what the file holds."""
        return reconcile(self._file, self._selection.as_of)


def _mean(count: int, total: int | None) -> float | None:
    return None if total is None else round(total / SCALE / count, MEAN_DIGITS)


STATE_OF_PLANS = "SELECT code, state FROM plan"


def plans_by_state(
    codes: Iterable[str], state_of: Mapping[str, T], resolve_alias: Callable[[str], str]
) -> dict[T, int]:
    """How many plans there are of each state (the nation under 00): each counts once, under the state of its own government,
    wherever its commitments are.

    Args:
        codes: what they are called, or were.
        state_of: state of every plan that there is or was.
    """
    known = {code if code in state_of else resolve_alias(code) for code in codes}
    return dict(Counter(state_of[code] for code in known if code in state_of))


def _only_plan_fields(normal: Normal) -> bool:
    """Whether every condition is one that a plan can meet by itself."""
    kept = {name: getattr(normal, name) for name in _PLAN_FIELDS}
    return not normal.own and normal == replace(Normal(), **kept)


def national_view(
    context: Context, given: CommitmentFilter | None, as_of: DateTime | None
) -> tuple[National, DateTime]:
    """The view, and the instant that it holds for.

    Raises:
        HubError: BAD_USER_INPUT, a value of the filter is none.
    """
    selection = select(context, given, None, as_of)
    moment = effective(context, as_of)
    return National(context, selection, moment), as_of or context.file.published_at
