"""What is planned is what graphql-core executes, byte for value, on documents of every shape."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.context import Context
from schema.ids import global_id
from schema.plan.planner import Planner
from schema.plan.run import NotPlannedError
from schema.read.file import ReadFile
from tests.schema.plan.documents import document, with_other_literals
from tests.schema.test_filters import FILTERS, brute
from tests.schema.world import EPOCH, World, context_of, live

SCHEMA = build_schema()
PLANNER = Planner(SCHEMA._schema)
WORLDS = 3
# Where a drawn document has an error, graphql-core leaves what stood beside it unawaited, and Python says so sooner or later:
# in the test that drew it, or in one of those that come next.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[World, Path, ReadModel]]:
    made = []
    for seed in range(WORLDS):
        folder = tmp_path_factory.mktemp(f"planned{seed}")
        world = World(seed + 40, 25)
        context_of(world, folder)
        made.append((world, folder / "world.db", ReadModel.open(folder / "world.db")))
    return made


def executed(path: Path, text: str, variables: dict[str, Any]) -> Any:
    context = Context(file=ReadFile(ReadModel.open(path).connection), live=live())
    return asyncio.run(SCHEMA.execute(text, variable_values=variables, context_value=context))


# Documents are large: to make a failing one smaller takes minutes, to read it takes one.
@settings(
    max_examples=120, deadline=None, suppress_health_check=SLOW, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
@given(number=st.integers(0, WORLDS - 1), data=st.data())
def test_a_planned_answer_is_the_executed_one(
    worlds: list[tuple[World, Path, ReadModel]], number: int, data: st.DataObject
) -> None:
    world, path, model = worlds[number]
    text, variables, plain = document(SCHEMA._schema, world, data.draw)
    # A plan is kept once its text came twice; from then on it serves every text that differs in literals alone.
    for asked in (text, text, with_other_literals(text, data.draw)):
        expected = executed(path, asked, variables)
        if expected.errors:
            with pytest.raises(NotPlannedError):
                PLANNER.answer(model, asked, None, variables)
            continue
        try:
            answer = PLANNER.answer(model, asked, None, variables)[0]
        except NotPlannedError:
            if plain:
                raise
            continue
        assert answer == json.dumps(expected.data, ensure_ascii=False, separators=(",", ":")).encode(), (
            asked,
            variables,
        )


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, WORLDS - 1), wanted=FILTERS)
def test_a_planned_page_holds_what_a_look_at_every_record_finds(
    worlds: list[tuple[World, Path, ReadModel]], number: int, wanted: dict[str, Any]
) -> None:
    world, _, model = worlds[number]
    text = "query($f: CommitmentFilter) { commitments(filter: $f, first: 500) { totalCount nodes { code source { key } } } }"
    found = json.loads(PLANNER.answer(model, text, None, {"f": wanted})[0])["commitments"]
    expected = brute(world, wanted)
    assert [(node["code"], node["source"]["key"]) for node in found["nodes"]] == expected
    assert found["totalCount"] == len(expected)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(
    number=st.integers(0, WORLDS - 1),
    size=st.integers(1, 7),
    field=st.sampled_from(["CODE", "TITLE", "STATE", "YEAR", "STATUS", "PROGRESS", "UPDATED_AT"]),
    direction=st.sampled_from(["ASC", "DESC"]),
    duplicates=st.booleans(),
)
def test_walking_forwards_and_backwards_meets_every_record_once(
    worlds: list[tuple[World, Path, ReadModel]], number: int, size: int, field: str, direction: str, duplicates: bool
) -> None:
    _, _, model = worlds[number]
    text = """query($order: CommitmentOrder, $first: Int, $after: String, $last: Int, $before: String, $d: Boolean) {
      commitments(filter: {includeDuplicates: $d}, orderBy: $order, first: $first, after: $after, last: $last, before: $before)
      { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    base = {"order": {"field": field, "direction": direction}, "d": duplicates}

    def page(**asked: Any) -> Any:
        return json.loads(PLANNER.answer(model, text, None, base | asked)[0])["commitments"]

    there, cursor = [], None
    while True:
        found = page(first=size, after=cursor)
        there += [edge["node"]["id"] for edge in found["edges"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        cursor = found["pageInfo"]["endCursor"]
    back: list[str] = []
    cursor = None
    while True:
        found = page(last=size, before=cursor)
        back = [edge["node"]["id"] for edge in found["edges"]] + back
        if not found["pageInfo"]["hasPreviousPage"]:
            break
        cursor = found["pageInfo"]["startCursor"]
    assert there == back
    assert len(there) == found["totalCount"]
    assert max(Counter(there).values()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { types { name } } }",
        "mutation { harvestSource(key: \"x\") { errors { code } } }",
        "subscription { commitmentChanged { code } }",
        "{ commitments(first: 501) { totalCount } }",
        "{ commitments(first: -1) { totalCount } }",
        "{ commitments(filter: {state: [\"Atlántida\"]}) { totalCount } }",
        "{ commitments(after: \"forged\") { totalCount } }",
        "{ commitments { nodes { nope } } }",
        "{ commitments(nope: 1) { totalCount } }",
        "{ commitments { totalCount } commitments { nodes { code } } }",
        '{ node(id: "T2RzR29hbDox") { ... on Commitment { kind } ... on Event { kind } } }',
        '{ node(id: "T2RzR29hbDox") { ... on Commitment { number } ... on OdsGoal { number } } }',
        "{ commitments { ...F } }",
        "{ commitments { ...F } } fragment F on CommitmentConnection { ...F }",
        "{ commitments { totalCount } } fragment F on Commitment { code }",
        "query($x: Int) { commitments { totalCount } }",
        "query($x: String) { commitments(first: $x) { totalCount } }",
        "{ commitments @nope { totalCount } }",
        "{ commitments @skip { totalCount } }",
        "{ commitment(code: 3) { code } }",
        "{ commitment { code } }",
        "{ commitments }",
        "{ odsGoal(number: 99999999999) { name } }",
        "query A { states { code } } query B { states { code } }",
        "{ states { code ",
        "{}",
        "{ states { } }",
        "{ states { code ... on Jurisdiction { } } }",
        "",
        "{ sources { key } }",
    ],
)  # fmt: skip
def test_what_is_not_plainly_right_is_left_to_graphql_core(
    worlds: list[tuple[World, Path, ReadModel]], text: str
) -> None:
    with pytest.raises(NotPlannedError):
        PLANNER.answer(worlds[0][2], text)


@pytest.mark.parametrize("key", ["9" * 5000, "016", "0", "18", "-1", "\uff11", " 1", "1_6"])
def test_a_goals_id_holds_its_number_as_it_is_written(worlds: list[tuple[World, Path, ReadModel]], key: str) -> None:
    _, path, model = worlds[0]
    text = f'{{ node(id: "{global_id("OdsGoal", key)}") {{ id }} }}'
    assert json.loads(PLANNER.answer(model, text)[0]) == {"node": None} == executed(path, text, {}).data


@pytest.mark.parametrize("arguments", ["first: 0", 'first: 5, filter: {state: ["01"], text: "nadie lo dice"}'])
@pytest.mark.parametrize("order", ["CODE", "TITLE", "STATE", "YEAR", "STATUS", "PROGRESS", "UPDATED_AT"])
def test_an_empty_page_has_no_cursors_in_any_order(
    worlds: list[tuple[World, Path, ReadModel]], arguments: str, order: str
) -> None:
    _, path, model = worlds[0]
    text = f"{{ commitments({arguments}, orderBy: {{field: {order}}}) {{ edges {{ cursor node {{ code }} }} pageInfo {{ endCursor }} }} }}"
    expected = {"commitments": {"edges": [], "pageInfo": {"endCursor": None}}}
    assert json.loads(PLANNER.answer(model, text)[0]) == expected == executed(path, text, {}).data


@pytest.mark.parametrize("key", ["30", "00", "99"])
def test_what_is_absent_within_an_object_that_is_there_is_null(
    worlds: list[tuple[World, Path, ReadModel]], key: str
) -> None:
    _, path, model = worlds[0]
    text = f'{{ state(code: "{key}") {{ code parent {{ plans(first: 0) {{ totalCount }} over: parent {{ name }} code }} }} }}'
    found = executed(path, text, {})
    assert not found.errors
    assert json.loads(PLANNER.answer(model, text)[0]) == found.data


ALIKE = (
    "ods { basis goal { number } }",
    "ods { basis goal { number name } }",
    "ods { basis goal { name number } }",
    "ods { basis aim: goal { number } }",
    "ods { why: basis goal { number } }",
    "ods { goal { number } basis }",
    "plan { code jurisdiction { code } }",
    "plan { code jurisdiction { code name } }",
    "plan { code place: jurisdiction { code } }",
    "plan { code jurisdiction { code parent { code } } }",
    "plan { code jurisdiction { code parent { code name } } }",
    "source { key jurisdiction { code } }",
    "source { key jurisdiction { iso } }",
)
"""Selections that differ only in what they select within, or in names."""


@pytest.mark.parametrize("turn", [1, -1])
def test_what_one_answer_remembers_is_told_from_what_another_selects(
    worlds: list[tuple[World, Path, ReadModel]], turn: int
) -> None:
    _, path, _ = worlds[0]
    model = ReadModel.open(path)  # one that remembers nothing yet
    planner = Planner(SCHEMA._schema)
    planned = 0
    for inside in ALIKE[::turn]:
        text = f"{{ commitments(first: 20) {{ nodes {{ code {inside} }} }} }}"
        try:
            answer = json.loads(planner.answer(model, text)[0])
        except NotPlannedError:
            continue
        planned += 1
        assert answer == executed(path, text, {}).data, text
    assert planned > 10


@pytest.mark.parametrize("number", range(WORLDS))
def test_what_an_answer_remembers_of_now_is_told_from_what_was_before(
    worlds: list[tuple[World, Path, ReadModel]], number: int
) -> None:
    _, path, _ = worlds[number]
    model = ReadModel.open(path)  # one that remembers nothing yet
    text = """query ($asOf: DateTime) { commitments(asOf: $asOf, first: 500) { nodes {
      code source { key } jurisdiction { code } plan { code } ods { basis target goal { number } } } } }"""
    for day in (1, 5, 10, 20, 30, None):
        moment = None if day is None else (EPOCH + timedelta(days=day)).isoformat()
        expected = executed(path, text, {"asOf": moment})
        assert not expected.errors
        assert json.loads(PLANNER.answer(model, text, None, {"asOf": moment})[0]) == expected.data, day


def test_a_plan_is_kept_once_its_text_comes_again(worlds: list[tuple[World, Path, ReadModel]]) -> None:
    _, _, model = worlds[0]
    planner = Planner(SCHEMA._schema)
    for year, kept in ((2019, 0), (2020, 1), (2021, 1)):
        planner.answer(model, f"{{ commitments(filter: {{year: [{year}]}}, first: 1) {{ totalCount }} }}")
        assert len(planner._plans) == kept
    planner.answer(model, "{ states { code } }")
    assert len(planner._plans) == 1


ENTITIES = """query ($r: [_Any!]!) { _entities(representations: $r) { __typename
  ... on Commitment { code title plan { code } } ... on Jurisdiction { code name } ... on ActionPlan { code title }
  ... on OdsGoal { number name } } }"""


def test_entities_that_a_gateway_names_plainly_are_the_executed_ones(
    worlds: list[tuple[World, Path, ReadModel]],
) -> None:
    _, path, model = worlds[0]
    codes = [row[0] for row in model.rows("SELECT code FROM commitment_row WHERE is_primary = 1 LIMIT 3")]
    (plan,) = next(iter(model.rows("SELECT code FROM plan WHERE valid_to IS NULL LIMIT 1")))
    named = [
        *({"__typename": "Commitment", "code": code, "more": [1]} for code in codes),
        {"__typename": "Commitment", "id": global_id("Commitment", codes[0])},
        {"__typename": "Commitment", "code": "MX-NOBODY"},
        {"__typename": "Jurisdiction", "code": "30"},
        {"__typename": "Jurisdiction", "code": "99"},
        {"__typename": "ActionPlan", "code": plan},
        {"__typename": "OdsGoal", "number": 16},
        {"__typename": "OdsGoal", "number": 18},
        {"__typename": "OdsGoal", "number": 16.0},
    ]
    expected = executed(path, ENTITIES, {"r": named})
    assert not expected.errors
    assert json.loads(PLANNER.answer(model, ENTITIES, None, {"r": named})[0]) == expected.data


def test_a_span_of_days_that_ends_before_it_begins_is_left_to_the_executed_path(
    worlds: list[tuple[World, Path, ReadModel]],
) -> None:
    with pytest.raises(NotPlannedError):
        PLANNER.answer(worlds[0][2], '{ events(from: "2024-05-02", to: "2024-05-01") { id } }')


@pytest.mark.parametrize(
    "representation",
    [
        {"code": "MX"}, {"__typename": "Source", "key": "x"}, {"__typename": "Commitment"}, {"__typename": "OdsGoal", "number": True},
        {"__typename": "OdsGoal", "number": 16.5}, {"__typename": "Commitment", "id": "no id"}, {"__typename": "Commitment", "code": ""}, "Commitment", 7,
        {"__typename": "Commitment", "id": global_id("OdsGoal", "16")}, {"__typename": ["Commitment"], "code": "MX"},
    ],
)  # fmt: skip
def test_a_representation_that_may_be_bad_is_left_to_the_executed_path(
    worlds: list[tuple[World, Path, ReadModel]], representation: Any
) -> None:
    with pytest.raises(NotPlannedError):
        PLANNER.answer(worlds[0][2], ENTITIES, None, {"r": [representation]})
