"""The national view against a count by hand, its coverage, and official totals beside what is held."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub import model
from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.context import Context
from schema.national import COMPLETENESS
from schema.plan.planner import Planner
from schema.reconcile import first_day
from tests.schema.test_filters import FILTERS, brute, meets
from tests.schema.world import EPOCH, World, context_of, lineage

SCHEMA = build_schema()
PLANNER = Planner(SCHEMA._schema)
SEEDS = range(40, 43)
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
VIEW = """query($f: CommitmentFilter) { nationalView(filter: $f) { asOf commitments plans statesWithPlan alignedToOds meanProgress
  byStatus { status count } byOds { goal { number } count declared byStatus { status count } } byYear { year count }
  byState { jurisdiction { code } commitments plans completed meanProgress stale }
  completeness { field published total }
  coverage { sources healthy stale statesCovered statesMissing { code } } } }"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [tmp_path_factory.mktemp(f"nation{seed}") for seed in SEEDS]


@pytest.fixture(scope="module")
def worlds(folders: list[Path]) -> list[tuple[World, Context]]:
    made = [World(seed, 25) for seed in SEEDS]
    return [(world, context_of(world, folder)) for world, folder in zip(made, folders, strict=True)]


@pytest.fixture(scope="module")
def models(worlds: list[tuple[World, Context]], folders: list[Path]) -> list[ReadModel]:
    return [ReadModel.open(folder / "world.db") for folder in folders]


def ask(context: Context, query: str, **variables: Any) -> Any:
    request = Context(file=context.file, live=context.live)
    answer = asyncio.run(SCHEMA.execute(query, variable_values=variables, context_value=request))
    assert answer.errors is None, answer.errors
    return answer.data


def mean(records: list[model.Commitment]) -> float | None:
    values = [record.progress for record in records if record.progress is not None]
    return round(sum(values) / len(values), 6) if values else None


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, 2), wanted=FILTERS)
def test_every_figure_is_what_a_count_by_hand_gives(
    worlds: list[tuple[World, Context]], number: int, wanted: dict[str, Any]
) -> None:
    world, context = worlds[number]
    view = ask(context, VIEW, f=wanted)["nationalView"]
    chosen = set(brute(world, wanted))
    own = wanted.get("includeDuplicates") or "source" in wanted
    records = [e.record for e in (world.own() if own else world.now()) if (e.record.code, e.source) in chosen]
    bases = wanted.get("odsBasis", ["DECLARED", "EDITORIAL"])
    assert view["commitments"] == len(records)
    assert view["meanProgress"] == mean(records)
    assert view["alignedToOds"] == sum(any(item.basis in bases for item in record.ods) for record in records)
    assert {item["status"]: item["count"] for item in view["byStatus"]} == {
        status.value: sum(record.status is status for record in records) for status in model.CommitmentStatus
    }
    years = Counter(year for record in records for year in record.years)
    assert [(item["year"], item["count"]) for item in view["byYear"]] == sorted(years.items())
    for item in view["byOds"]:
        goal = item["goal"]["number"]
        aligned = [r for r in records if any(a.goal == goal and a.basis in bases for a in r.ods)]
        assert item["count"] == len(aligned)
        assert item["declared"] == sum(any(a.goal == goal and a.basis == "DECLARED" for a in r.ods) for r in records)
        assert {i["status"]: i["count"] for i in item["byStatus"]} == dict(Counter(r.status.value for r in aligned))
    assert len(view["byState"]) == 32
    for item in view["byState"]:
        inside = [record for record in records if record.jurisdiction[:2] == item["jurisdiction"]["code"]]
        assert item["commitments"] == len(inside)
        assert item["completed"] == sum(record.status is model.CommitmentStatus.COMPLETED for record in inside)
        assert item["meanProgress"] == mean(inside)


PLAN_FIELDS: dict[str, list[str]] = {
    "state": ["20", "30"],
    "jurisdiction": ["19039", "08019", "30"],
    "level": ["STATE", "MUNICIPALITY"],
    "program": ["COCREACION_LOCAL", "OTHER", "NATIONAL_PLAN"],
    "plan": ["PLAN-00-0", "PLAN-30-3", "OLD-PLAN"],
}


def meets_as_plan(plan: model.Plan, wanted: dict[str, Any], world: World) -> bool:
    level = {"00": "NATION"}.get(plan.jurisdiction, "STATE" if len(plan.jurisdiction) == 2 else "MUNICIPALITY")
    codes = [world.plan_list[0].code if code == "OLD-PLAN" else code for code in wanted.get("plan", [plan.code])]
    return (
        plan.jurisdiction[:2] in wanted.get("state", [plan.jurisdiction[:2]])
        and plan.jurisdiction in wanted.get("jurisdiction", [plan.jurisdiction])
        and level in wanted.get("level", [level])
        and plan.program.value in wanted.get("program", [plan.program.value])
        and plan.code in codes
    )


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(
    number=st.integers(0, 2),
    wanted=st.fixed_dictionaries(
        {},
        optional={
            **{name: st.lists(st.sampled_from(values), max_size=2) for name, values in PLAN_FIELDS.items()},
            "status": st.just(["COMPLETED", "UNKNOWN"]),
            "year": st.just([2020]),
        },
    ),
    day=st.sampled_from([None, 5, 30]),
)
def test_each_plan_counts_once_in_its_own_state_wherever_its_commitments_are(
    worlds: list[tuple[World, Context]], models: list[ReadModel], number: int, wanted: dict[str, Any], day: int | None
) -> None:
    world, context = worlds[number]
    moment = None if day is None else EPOCH + timedelta(days=day)
    records = [entry.record for entry in world.now()] if moment is None else [item[0] for item in world.at(moment)]
    plans: list[str] = wanted.get("plan", [])
    resolved = wanted | ({"plan": [world.plan_list[0].code, *plans]} if "OLD-PLAN" in plans else {})
    chosen = {record.plan_code for record in records if meets(record, resolved)}
    if not wanted.keys() - PLAN_FIELDS.keys():
        chosen |= {plan.code for plan in world.plan_list if meets_as_plan(plan, wanted, world)}
    homes = Counter(plan.jurisdiction[:2] for plan in world.plan_list if plan.code in chosen)
    text = """query($f: CommitmentFilter, $a: DateTime) { nationalView(filter: $f, asOf: $a) {
      plans statesWithPlan byState { jurisdiction { code } plans } } }"""
    variables = {"f": wanted, "a": moment and moment.isoformat()}
    view = ask(context, text, **variables)["nationalView"]
    assert view["plans"] == len(chosen)
    assert view["statesWithPlan"] == len(homes.keys() - {"00"})
    assert {one["jurisdiction"]["code"]: one["plans"] for one in view["byState"] if one["plans"]} == {
        state: count for state, count in homes.items() if state != "00"
    }
    assert json.loads(PLANNER.answer(models[number], text, None, variables)[0])["nationalView"] == view


def test_a_plan_of_the_nation_with_commitments_of_many_states_is_one_plan(worlds: list[tuple[World, Context]]) -> None:
    _, context = worlds[0]
    found = ask(
        context,
        '{ nationalView(filter: {plan: ["PLAN-00-0"], year: [2016, 2019, 2020]}) { plans statesWithPlan commitments byState { commitments } } }',
    )
    assert (found["nationalView"]["plans"], found["nationalView"]["statesWithPlan"]) == (1, 0)
    assert sum(one["commitments"] > 0 for one in found["nationalView"]["byState"]) > 1


def test_a_mean_is_the_same_planned_and_executed_where_it_lies_between_two_roundings(tmp_path: Path) -> None:
    world = World(3, 25)
    shares = itertools.cycle((33.333333, 12.5, 50.0, 99.99))
    for group in world.groups:
        if group.current is not None:
            record = replace(group.current.record, progress=next(shares))
            group.current = replace(group.current, record=record)
    context = context_of(world, tmp_path)
    text = "{ nationalView(filter: {level: [STATE, MUNICIPALITY, NATION]}) { meanProgress byState { meanProgress } } }"
    planned = PLANNER.answer(ReadModel.open(tmp_path / "world.db"), text)[0]
    assert json.loads(planned) == ask(context, text)


def test_completeness_counts_what_publishers_publish(worlds: list[tuple[World, Context]]) -> None:
    world, context = worlds[0]
    found = {item["field"]: item for item in ask(context, VIEW)["nationalView"]["completeness"]}
    records = [entry.record for entry in world.now()]
    assert list(found) == list(COMPLETENESS)
    for field, published in {
        "description": [r.description for r in records],
        "themes": [r.themes for r in records],
        "ods": [[a for a in r.ods if a.basis is model.AlignmentBasis.DECLARED] for r in records],
        "years": [r.years for r in records],
        "progressReports": [r.progress_reports for r in records],
        "milestones": [r.milestones for r in records],
        "status": [r.status is not model.CommitmentStatus.UNKNOWN for r in records],
        "progress": [r.progress is not None for r in records],
    }.items():
        assert found[field]["published"] == sum(bool(value) for value in published), field
        assert found[field]["total"] == len(records)


def test_coverage_and_staleness_tell_what_is_not_being_read(worlds: list[tuple[World, Context]]) -> None:
    world, context = worlds[0]
    view = ask(context, VIEW)["nationalView"]
    covered = {plan.jurisdiction[:2] for plan in world.plan_list} - {"00"}
    assert view["coverage"]["sources"] == 4
    assert view["coverage"]["healthy"] == 3
    assert view["coverage"]["stale"] == 1
    assert view["coverage"]["statesCovered"] == len(covered)
    assert {place["code"] for place in view["coverage"]["statesMissing"]} == {f"{n:02}" for n in range(1, 33)} - covered
    fed = {entry.record.jurisdiction[:2] for entry in world.now() if entry.source == "veracruz"} | {"30"}
    assert {item["jurisdiction"]["code"] for item in view["byState"] if item["stale"]} == fed - {"00"}


RECONCILE = """{ nationalView { reconciliation { indicator date publisher jurisdiction { code } ods declared harvested difference document } } }"""


def total(
    indicator: str, value: float, date: str | None, place: str = "00", ods: int | None = None
) -> model.DeclaredTotal:
    return model.DeclaredTotal(
        native_key=f"{indicator}{date}{place}{ods}", indicator=indicator, value=value, publisher="INAI", date=date,
        jurisdiction=place, ods=ods, document="Comunicado", lineage=lineage("bundled", 1),
    )  # fmt: skip


def test_official_totals_stand_beside_what_is_held_for_the_same_scope_and_date(tmp_path: Path) -> None:
    world = World(50, 25)
    local = [
        plan for plan in world.plan_list
        if plan.program in (model.Program.COCREACION_LOCAL, model.Program.OGP_LOCAL) and len(plan.jurisdiction) == 2
    ]  # fmt: skip
    assert local

    def begun(plans: list[model.Plan], date: str) -> set[str]:
        return {p.code for p in plans if any(first_day(d) <= date for d in (p.published, p.start_date) if d)}

    held = begun(local, "2019-06-30")
    inside = [entry.record for entry in world.now() if entry.record.plan_code in held]
    bases = (model.AlignmentBasis.DECLARED, model.AlignmentBasis.EDITORIAL)
    world.total_list = [
        total("planes_total", 10, "2019-06-30"), total("compromisos_total", 62, "2019-06-30"),
        total("compromisos_ods", 5, "2019-06-30", ods=16), total("compromisos_alineados_ods", 7, "2019-06-30"),
        total("stl_total", 16, "2018-01-02"), total("entidades_total", 3, "2014-12-31"), total("stl_entidad", 1, "2018", "30"),
        total("stl_entidad", 1, "2018", "20"), total("anio_incorporacion", 2016, "2018-01-02", "30"),
        total("entidades_incorporadas_2015", 13, "2018-01-02"), total("autoridades_total", 80, "2018-01-02"),
        total("planes_total", 7, None),
    ]  # fmt: skip
    rows = ask(context_of(world, tmp_path), RECONCILE)["nationalView"]["reconciliation"]
    assert len(rows) == 11
    found = {(r["indicator"], r["jurisdiction"]["code"]): r for r in rows}
    for key, harvested in {
        ("planes_total", "00"): len(held),
        ("compromisos_total", "00"): len(inside),
        ("compromisos_ods", "00"): sum(any(a.goal == 16 and a.basis in bases for a in r.ods) for r in inside),
        ("compromisos_alineados_ods", "00"): sum(any(a.basis in bases for a in r.ods) for r in inside),
        ("stl_total", "00"): 1,
        ("entidades_total", "00"): 0,
        ("stl_entidad", "30"): 1,
        ("stl_entidad", "20"): None,
        ("anio_incorporacion", "30"): 2015,
        ("entidades_incorporadas_2015", "00"): 1,
        ("autoridades_total", "00"): None,
    }.items():
        row = found[key]
        assert row["harvested"] == harvested, key
        assert row["difference"] == (None if harvested is None else harvested - row["declared"])
        assert row["document"] == "Comunicado"
    assert found["stl_entidad", "30"]["date"] == "2018-01-01"
    assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)


def test_before_the_first_harvest_nothing_stands_beside_an_official_total(tmp_path: Path) -> None:
    world = World(50, 25)
    world.total_list = [
        total("entidades_total", 30, "2020-11-10"), total("stl_total", 16, "2018-01-02"),
        total("anio_incorporacion", 2015, "2018-01-02", "30"), total("planes_total", 10, "2019-06-30"),
    ]  # fmt: skip
    context = context_of(world, tmp_path)

    def harvested(moment: datetime) -> list[float | None]:
        view = ask(context, RECONCILE.replace("nationalView", f'nationalView(asOf: "{moment.isoformat()}")'))
        return [row["harvested"] for row in view["nationalView"]["reconciliation"]]

    assert harvested(EPOCH - timedelta(seconds=1)) == [None] * 4
    assert None not in harvested(EPOCH)
