"""Official totals beside what the hub holds for the same scope and date.

A declared figure is compared where the hub holds the same things, counted in the same way:

* ``planes_total``, ``planes_entidad``: plans of the scope that were published or in force by the date;
* ``compromisos_total``, ``compromisos_entidad``: commitments of those plans;
* ``compromisos_alineados_ods``, ``compromisos_ods``: those of them aligned to any goal, or to that one, DECLARED or EDITORIAL
  (the official table is an alignment made by its publisher too, not by each plan);
* ``estados_con_plan``: states that have such a plan;
* ``entidades_total``, ``entidades_incorporadas_YYYY``, ``anio_incorporacion``: exercises by the year in which they began;
* ``stl_total``, ``stl_entidad``: states whose technical secretariat was installed by the date;
* ``plan_nacional_compromisos``: commitments of the last national plan that had begun.

The nation's figures under a local indicator (INAI, SNT, SFP) are about the states' local exercises: plans of state governments
under COCREACION_LOCAL or OGP_LOCAL (the SNT counts Jalisco's OGP Local plans among its 21), neither municipal nor national.
A figure for a state is about its government's plans, one for a municipality about its own.

Everything else (authorities, attendance, percentages) stands alone: `harvested` is null, as it is where nothing held of
the scope has a date to count by. A partial date counts from its first day. A figure without a date is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schema.plans import valid_at
from schema.read.file import ReadFile
from schema.read.rows import TotalRow
from schema.scalars import DateTime

NATION = "00"
_LOCAL = frozenset({"COCREACION_LOCAL", "OGP_LOCAL"})
_JOINED_IN = re.compile(r"entidades_incorporadas_(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One official figure and, where there is one, ours."""

    indicator: str
    date: str
    publisher: str
    jurisdiction: str | None
    ods: int | None
    declared: float
    document: str | None
    harvested: float | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan that is held; `begun`: the earlier of its publication and start, as a full day."""

    code: str
    jurisdiction: str
    program: str
    begun: str | None


@dataclass(frozen=True, slots=True)
class _Exercise:
    joined_year: int | None
    joined: str | None
    installed: str | None


@dataclass(frozen=True, slots=True)
class _Held:
    """What the file holds, read once; a few hundred plans are then counted in memory.

    `commitments`: plan code -> how many; `aligned`: (plan code, goal) -> how many, goal 0 standing for any.
    """

    plans: list[_Plan]
    commitments: dict[str, int]
    aligned: dict[tuple[str, int], int]
    exercises: dict[str, _Exercise]


def first_day(date: str) -> str:
    """A partial date as the first day that it covers."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def reconcile(file: ReadFile, as_of: DateTime | None) -> list[Reconciled]:
    """Every dated official total, newest first, then by publisher, indicator, jurisdiction and goal."""
    held = _read(file, as_of)
    found = [_compared(total, first_day(total.date), held) for total in file.totals() if total.date]
    found.sort(key=lambda item: (item.publisher, item.indicator, item.jurisdiction or "", item.ods or 0))
    found.sort(key=lambda item: item.date, reverse=True)
    return found


def _read(file: ReadFile, as_of: DateTime | None) -> _Held:
    valid, params = valid_at(as_of)
    plans = [
        _Plan(code, place, program, min((first_day(day) for day in (published, start) if day), default=None))
        for code, place, program, published, start in file.rows(
            f"SELECT code, jurisdiction, program, published, start_date FROM plan WHERE {valid}", params
        )
    ]
    commitments: dict[str, int] = {}
    aligned: dict[tuple[str, int], int] = {}
    for family, where, bound in _families(as_of):
        rows = file.rows(f"SELECT r.plan_code, count(*) FROM {family}_row r WHERE {where} GROUP BY 1", bound)
        for code, count in rows:
            commitments[code] = commitments.get(code, 0) + count
        goals = file.rows(
            f"SELECT r.plan_code, o.goal, count(DISTINCT r.id) FROM {family}_row r JOIN {family}_ods o ON o.row = r.id "
            f"WHERE o.basis <> 'INFERRED' AND {where} GROUP BY 1, 2 UNION ALL "
            f"SELECT r.plan_code, 0, count(DISTINCT r.id) FROM {family}_row r JOIN {family}_ods o ON o.row = r.id "
            f"WHERE o.basis <> 'INFERRED' AND {where} GROUP BY 1",
            [*bound, *bound],
        )
        for code, goal, count in goals:
            aligned[code, goal] = aligned.get((code, goal), 0) + count
    # The file has no versions of exercises: before the first run of its source nothing was known of one, since then what is known now.
    told, bound = "1", []
    if as_of is not None:
        told = "source IN (SELECT source FROM run WHERE verdict = 'PUBLISHED' AND started_at <= ?)"
        bound = [as_of]
    exercises = {
        place: _Exercise(year or (int(joined[:4]) if joined else None), joined, installed)
        for place, year, joined, installed in file.rows(
            f"SELECT jurisdiction, joined_year, joined, secretariat_installed FROM exercise WHERE {told}", bound
        )
    }
    return _Held(plans, commitments, aligned, exercises)


def _families(as_of: DateTime | None) -> list[tuple[str, str, list[str]]]:
    if as_of is None:
        return [("commitment", "r.is_primary = 1", [])]
    return [
        ("commitment", "r.is_primary = 1 AND r.updated_at <= ?", [as_of]),
        ("past", "r.updated_at <= ? AND r.valid_to > ?", [as_of, as_of]),
    ]


def _compared(total: TotalRow, date: str, held: _Held) -> Reconciled:
    return Reconciled(
        indicator=total.indicator,
        date=date,
        publisher=total.publisher,
        jurisdiction=total.jurisdiction,
        ods=total.ods,
        declared=total.value,
        document=total.document,
        harvested=_harvested(total, date, held),
    )


def _harvested(total: TotalRow, date: str, held: _Held) -> float | None:
    place = total.jurisdiction or NATION
    indicator = total.indicator
    if joined := _JOINED_IN.fullmatch(indicator):
        years = [exercise.joined_year for exercise in held.exercises.values() if exercise.joined_year]
        return float(years.count(int(joined.group(1)))) if years else None
    counters: dict[str, Callable[[], float | None]] = {
        "planes_total": lambda: _over(_begun(held, place, date), lambda code: 1),
        "planes_entidad": lambda: _over(_begun(held, place, date), lambda code: 1),
        "compromisos_total": lambda: _over(_begun(held, place, date), lambda code: held.commitments.get(code, 0)),
        "compromisos_entidad": lambda: _over(_begun(held, place, date), lambda code: held.commitments.get(code, 0)),
        "compromisos_alineados_ods": lambda: _over(
            _begun(held, place, date), lambda code: held.aligned.get((code, 0), 0)
        ),
        "compromisos_ods": lambda: _over(
            _begun(held, place, date), lambda code: held.aligned.get((code, total.ods or 0), 0)
        ),
        "estados_con_plan": lambda: _states(_begun(held, place, date)),
        "plan_nacional_compromisos": lambda: _national(held, date),
        "entidades_total": lambda: _joined_by(held, date),
        "anio_incorporacion": lambda: _year(held, place),
        "stl_total": lambda: _installed(held.exercises.values(), date),
        "stl_entidad": lambda: _installed([held.exercises[place]] if place in held.exercises else [], date),
    }
    counter = counters.get(indicator)
    return counter() if counter else None


def _begun(held: _Held, place: str, date: str) -> list[_Plan] | None:
    """Plans of the scope that had begun by the date; None where no plan of the scope has a date."""
    if place == NATION:
        scope = [
            plan
            for plan in held.plans
            if plan.program in _LOCAL and len(plan.jurisdiction) == 2 and plan.jurisdiction != NATION
        ]
    else:
        scope = [plan for plan in held.plans if plan.jurisdiction == place]
    if not any(plan.begun for plan in scope):
        return None
    return [plan for plan in scope if plan.begun and plan.begun <= date]


def _over(plans: list[_Plan] | None, count: Callable[[str], int]) -> float | None:
    return None if plans is None else float(sum(count(plan.code) for plan in plans))


def _states(plans: list[_Plan] | None) -> float | None:
    return None if plans is None else float(len({plan.jurisdiction for plan in plans}))


def _national(held: _Held, date: str) -> float | None:
    begun = [
        (plan.begun, plan.code)
        for plan in held.plans
        if plan.program == "NATIONAL_PLAN" and plan.begun and plan.begun <= date
    ]
    return float(held.commitments.get(max(begun)[1], 0)) if begun else None


def _joined_by(held: _Held, date: str) -> float | None:
    known = [exercise for exercise in held.exercises.values() if exercise.joined_year]
    days = [first_day(exercise.joined or str(exercise.joined_year)) for exercise in known]
    return float(sum(day <= date for day in days)) if days else None


def _year(held: _Held, place: str) -> float | None:
    exercise = held.exercises.get(place)
    return float(exercise.joined_year) if exercise and exercise.joined_year else None


def _installed(exercises: Iterable[_Exercise], date: str) -> float | None:
    days = [first_day(exercise.installed) for exercise in exercises if exercise.installed]
    return float(sum(day <= date for day in days)) if days else None
