"""asOf: at every instant the API answers what a look at the history of every record does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.api import build_schema
from schema.context import Context
from tests.schema.test_filters import FILTERS, meets
from tests.schema.world import EPOCH, PUBLISHED, World, context_of

SCHEMA = build_schema()
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
QUERY = """query($filter: CommitmentFilter, $asOf: DateTime) {
  commitments(filter: $filter, asOf: $asOf, first: 500) {
    totalCount nodes { code title status progress updatedAt plan { code title } }
    facets { status { key count } source { key count } } }
  nationalView(filter: $filter, asOf: $asOf) { asOf commitments byStatus { status count } meanProgress } }"""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[World, Context]]:
    made = []
    for seed in range(20, 23):
        world = World(seed, 25)
        made.append((world, context_of(world, tmp_path_factory.mktemp(f"history{seed}"))))
    return made


def ask(context: Context, query: str, **variables: Any) -> dict[str, Any]:
    answer = asyncio.run(
        SCHEMA.execute(query, variable_values=variables, context_value=Context(file=context.file, live=context.live))
    )
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return answer.data


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(
    number=st.integers(0, 2),
    day=st.integers(-2, 60),
    off=st.sampled_from([timedelta(0), timedelta(microseconds=-1), timedelta(hours=5)]),
    wanted=FILTERS.filter(lambda f: "updatedSince" not in f),
)
def test_any_instant_is_answered_from_the_versions_that_were_public_then(
    worlds: list[tuple[World, Context]], number: int, day: int, off: timedelta, wanted: dict[str, Any]
) -> None:
    world, context = worlds[number]
    moment = EPOCH + timedelta(days=day) + off
    found = ask(context, QUERY, filter=wanted, asOf=text(moment))
    expected = [
        (record, since)
        for record, since, sources in world.at(moment)
        if meets(record, wanted) and ("source" not in wanted or set(sources) & set(wanted["source"]))
    ]
    assert [
        (node["code"], node["title"], node["progress"], node["updatedAt"]) for node in found["commitments"]["nodes"]
    ] == [(record.code, record.title, record.progress, text(since)) for record, since in expected]
    assert found["commitments"]["totalCount"] == found["nationalView"]["commitments"] == len(expected)
    assert found["nationalView"]["asOf"] == text(moment)
    counted = {item["key"]: item["count"] for item in found["commitments"]["facets"]["status"]}
    assert counted == {item["status"]: item["count"] for item in found["nationalView"]["byStatus"] if item["count"]}
    old_name = moment < EPOCH + timedelta(days=20)
    for node in found["commitments"]["nodes"]:
        if (
            int(node["plan"]["code"][-1]) % 2
            and [plan.code for plan in world.plan_list].index(node["plan"]["code"]) % 2
        ):
            assert (node["plan"]["title"] == "Antes") is old_name


def test_before_the_first_harvest_there_is_nothing(worlds: list[tuple[World, Context]]) -> None:
    found = ask(worlds[0][1], QUERY, asOf="1999-12-31T23:59:59Z")
    assert found["commitments"] == {"totalCount": 0, "nodes": [], "facets": {"status": [], "source": []}}
    assert found["nationalView"]["commitments"] == 0
    assert found["nationalView"]["meanProgress"] is None


def test_the_future_is_what_is_known_now(worlds: list[tuple[World, Context]]) -> None:
    _, context = worlds[0]
    now, future = (ask(context, QUERY, asOf=moment)["commitments"] for moment in (None, "2999-01-01T00:00:00-06:00"))
    assert now == future
    assert now == ask(context, QUERY, asOf=text(PUBLISHED))["commitments"]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, 2), day=st.integers(0, 60))
def test_one_commitment_as_of_an_instant_is_its_version_of_then(
    worlds: list[tuple[World, Context]], number: int, day: int
) -> None:
    world, context = worlds[number]
    moment = EPOCH + timedelta(days=day)
    public = {record.code: record.title for record, _, _ in world.at(moment)}
    for group in world.groups[:6]:
        found = ask(
            context,
            "query($c: String!, $a: DateTime) { commitment(code: $c, asOf: $a) { title } }",
            c=group.code,
            a=text(moment),
        )["commitment"]
        assert (found or {}).get("title") == public.get(group.code)


def test_history_tells_every_version_oldest_first(worlds: list[tuple[World, Context]]) -> None:
    for world, context in worlds:
        query = "{ commitments(first: 500) { nodes { code history { validFrom validTo progress status changedFields run { id } } } } }"
        for node in ask(context, query)["commitments"]["nodes"]:
            group = next(group for group in world.groups if group.code == node["code"])
            assert group.current is not None
            expected = [(text(v.valid_from), text(v.valid_to), v.record.progress) for v in group.past]
            expected.append((text(group.current.updated_at), None, group.current.record.progress))  # type: ignore[arg-type]
            assert [(v["validFrom"], v["validTo"], v["progress"]) for v in node["history"]] == expected


def test_what_is_reached_from_a_past_commitment_is_of_that_time_too(worlds: list[tuple[World, Context]]) -> None:
    world, context = worlds[1]
    moment = EPOCH + timedelta(days=9)
    query = "query($a: DateTime) { commitments(first: 1, asOf: $a) { nodes { jurisdiction { code commitments { totalCount } } } } }"
    (node,) = ask(context, query, a=text(moment))["commitments"]["nodes"]
    place = node["jurisdiction"]
    inside = [
        r for r, _, _ in world.at(moment) if r.jurisdiction == place["code"] or r.jurisdiction[:2] == place["code"]
    ]
    assert place["commitments"]["totalCount"] == len(inside)


@pytest.mark.parametrize(
    "moment", ["2020-11-10", "2020-11-10T00:00:00", "ayer", "2020-13-01T00:00:00Z", "", 5, "٢٠٢٠-11-10T00:00:00Z"]
)
def test_an_instant_without_an_offset_is_refused(worlds: list[tuple[World, Context]], moment: Any) -> None:
    answer = asyncio.run(SCHEMA.execute(QUERY, variable_values={"asOf": moment}, context_value=worlds[0][1]))
    assert answer.errors is not None
    assert "is not an instant" in answer.errors[0].message


def test_worlds_have_a_history(tmp_path: Path) -> None:
    assert any(group.past for group in World(20, 25).groups)
    assert any(group.current is None for seed in range(20, 23) for group in World(seed, 25).groups)
