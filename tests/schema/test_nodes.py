"""Objects by id and by key: Relay's node for every type, Federation's entities, aliases, single look-ups."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schema.api import build_schema
from schema.context import Context
from schema.ids import global_id
from tests.schema.world import World, context_of

SCHEMA = build_schema()


@pytest.fixture(scope="module")
def world() -> World:
    return World(4, 25)


@pytest.fixture(scope="module")
def context(world: World, tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context_of(world, tmp_path_factory.mktemp("nodes"))


def ask(context: Context, query: str, **variables: Any) -> Any:
    answer = asyncio.run(
        SCHEMA.execute(query, variable_values=variables, context_value=Context(file=context.file, live=context.live))
    )
    assert answer.errors is None, answer.errors
    return answer.data


def test_every_node_type_comes_back_by_its_id(context: Context) -> None:
    found = ask(
        context,
        """{ commitments(first: 3, filter: {includeDuplicates: true}) { nodes { id } } plans(first: 2) { nodes { id } } states { id }
             odsGoals { id } sources { id lastRun { id } } events { id } jurisdiction(code: "08019") { id } }""",
    )
    wanted = [node["id"] for name in ("commitments", "plans") for node in found[name]["nodes"]]
    wanted += [item["id"] for name in ("states", "odsGoals", "sources", "events") for item in found[name]]
    wanted += [source["lastRun"]["id"] for source in found["sources"]] + [found["jurisdiction"]["id"]]
    nodes = ask(context, "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", ids=wanted)["nodes"]
    assert [node["id"] for node in nodes] == wanted
    assert {node["__typename"] for node in nodes} == {
        "Commitment", "ActionPlan", "Jurisdiction", "OdsGoal", "Source", "HarvestRun", "Event"
    }  # fmt: skip
    for one in wanted[:3]:
        assert ask(context, "query($id: ID!) { node(id: $id) { id } }", id=one)["node"] == {"id": one}


def test_a_sources_own_record_has_an_id_of_its_own(context: Context, world: World) -> None:
    group = next(group for group in world.groups if group.own)
    found = ask(context, "query($c: String!) { commitment(code: $c) { id source { key } alsoPublishedBy { id code title source { key } } } }",
                c=group.code)["commitment"]  # fmt: skip
    others = found["alsoPublishedBy"]
    assert [other["source"]["key"] for other in others] == [entry.source for entry in group.own][1:]
    for other, entry in zip(others, group.own[1:], strict=True):
        assert other["code"] == group.code
        assert other["id"] != found["id"]
        again = ask(context, "query($id: ID!) { node(id: $id) { ... on Commitment { title } } }", id=other["id"])[
            "node"
        ]
        assert again["title"] == entry.record.title == other["title"]


def test_an_id_of_nobody_is_null_and_what_is_no_id_is_refused(context: Context) -> None:
    for one in (global_id("Commitment", "NADA"), global_id("OdsGoal", "18"), global_id("OdsGoal", "x"), global_id("Nada", "1"),
                global_id("Event", "x"), global_id("HarvestRun", "x"), global_id("Source", "x"), global_id("ActionPlan", "x"),
                global_id("Jurisdiction", "99"), global_id("Commitment", "A@b")):  # fmt: skip
        assert ask(context, "query($id: ID!) { node(id: $id) { id } }", id=one) == {"node": None}
    answer = asyncio.run(
        SCHEMA.execute(
            '{ nodes(ids: ["☃", "T2RzR29hbDox"]) { id } }', context_value=Context(file=context.file, live=context.live)
        )
    )
    assert answer.errors is not None
    assert "is not an id of this hub" in answer.errors[0].message
    assert answer.errors[0].path == ["nodes", 0]
    assert answer.data == {"nodes": [None, {"id": "T2RzR29hbDox"}]}


def test_old_codes_still_find_commitments_and_plans(context: Context, world: World) -> None:
    known = next(group.code for group in world.groups if group.current)
    found = ask(
        context,
        '{ a: commitment(code: "OLD-1") { code } plan(code: "OLD-PLAN") { code } b: commitment(code: "nada") { code } }',
    )
    assert (found["a"] or {}).get("code") == (world.groups[0].code if world.groups[0].current else None)
    assert found["plan"]["code"] == world.plan_list[0].code
    assert found["b"] is None
    assert ask(context, "query($c: String!) { commitment(code: $c) { code } }", c=known)["commitment"]["code"] == known


@pytest.mark.parametrize("name", ["30", "MX-VER", "Veracruz", "VERACRUZ DE IGNACIO DE LA LLAVE", "veracruz"])
def test_a_state_is_found_by_key_iso_code_or_name(context: Context, name: str) -> None:
    found = ask(context, "query($n: String!) { state(code: $n) { code iso name parent { code } } }", n=name)["state"]
    assert found == {"code": "30", "iso": "MX-VER", "name": "Veracruz", "parent": {"code": "00"}}


def test_unknown_single_objects_are_null(context: Context) -> None:
    assert ask(context, '{ state(code: "Atlantis") { code } plan(code: "x") { code } source(key: "x") { key } odsGoal(number: 18) { name } jurisdiction(code: "99") { code } }') == {
        "state": None, "plan": None, "source": None, "odsGoal": None, "jurisdiction": None
    }  # fmt: skip
    answer = asyncio.run(
        SCHEMA.execute(
            '{ jurisdiction(code: "Veracruz") { code } }', context_value=Context(file=context.file, live=context.live)
        )
    )
    assert answer.errors is not None
    assert (answer.errors[0].extensions or {})["code"] == "BAD_USER_INPUT"


ENTITIES = """query($r: [_Any!]!) { _entities(representations: $r) { __typename
  ... on Commitment { code } ... on Jurisdiction { name } ... on ActionPlan { code } ... on OdsGoal { number } } }"""


def test_entities_resolve_by_every_key_and_tolerate_extra_fields(context: Context, world: World) -> None:
    code = next(group.code for group in world.groups if group.current)
    found = ask(
        context,
        ENTITIES,
        r=[
            {"__typename": "Commitment", "code": code, "title": "lo que sea"},
            {"__typename": "Commitment", "id": global_id("Commitment", code)},
            {"__typename": "Jurisdiction", "code": "20"},
            {"__typename": "ActionPlan", "code": world.plan_list[1].code},
            {"__typename": "OdsGoal", "number": 16},
            {"__typename": "OdsGoal", "number": 99},
            {"__typename": "OdsGoal", "number": 16.0},
        ],
    )["_entities"]
    assert found == [
        {"__typename": "Commitment", "code": code},
        {"__typename": "Commitment", "code": code},
        {"__typename": "Jurisdiction", "name": "Oaxaca"},
        {"__typename": "ActionPlan", "code": world.plan_list[1].code},
        {"__typename": "OdsGoal", "number": 16},
        None,
        {"__typename": "OdsGoal", "number": 16},
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"__typename": "Nope", "id": "1"}, {"id": "1"}, {"__typename": "Commitment"}, {"__typename": "OdsGoal", "number": "x"},
        {"__typename": "Commitment", "id": "☃"}, 5, "x", [1], {"__typename": "OdsGoal", "number": True}, {"__typename": 3},
        {"__typename": "OdsGoal", "number": 16.5}, {"__typename": "OdsGoal", "number": float("inf")},
    ],
)  # fmt: skip
def test_a_bad_representation_is_null_with_an_error_and_harms_no_other(context: Context, bad: Any) -> None:
    good = {"__typename": "OdsGoal", "number": 3}
    answer = asyncio.run(
        SCHEMA.execute(
            ENTITIES,
            variable_values={"r": [good, bad, good]},
            context_value=Context(file=context.file, live=context.live),
        )
    )
    assert answer.data == {
        "_entities": [{"__typename": "OdsGoal", "number": 3}, None, {"__typename": "OdsGoal", "number": 3}]
    }
    assert answer.errors is not None
    (error,) = answer.errors
    assert error.path == ["_entities", 1]
    assert (error.extensions or {})["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "other", ["T2RzR29hbDo2=", "T2RzR29hbDo2====", "T2RzR29hbDoxNh==", "T2RzR29hbDoxNh", "T2RzR29hbDoxNg= ="]
)
def test_an_id_has_one_text(context: Context, other: str) -> None:
    assert global_id("OdsGoal", "6") == "T2RzR29hbDo2"
    assert global_id("OdsGoal", "16") == "T2RzR29hbDoxNg=="
    answer = asyncio.run(
        SCHEMA.execute(
            "query($id: ID!) { node(id: $id) { id } }",
            variable_values={"id": other},
            context_value=Context(file=context.file, live=context.live),
        )
    )
    assert answer.errors is not None
    assert (answer.errors[0].extensions or {})["code"] == "BAD_USER_INPUT"


def test_a_span_of_days_that_ends_before_it_begins_is_refused(context: Context) -> None:
    answer = asyncio.run(
        SCHEMA.execute(
            '{ events(from: "2024-05-02", to: "2024-05-01") { id } }',
            context_value=Context(file=context.file, live=context.live),
        )
    )
    assert answer.errors is not None
    (error,) = answer.errors
    assert (error.extensions or {})["code"] == "BAD_USER_INPUT"
    assert "2024-05-02" in error.message
    assert ask(context, '{ events(from: "1900-05-01", to: "1900-05-01") { id } }')["events"] == []
