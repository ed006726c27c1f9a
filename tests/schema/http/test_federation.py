"""The hub as a subgraph: it composes with a second Relay subgraph, and a gateway joins the two across Commitment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.schema.http.country import country
from tests.schema.http.kit import post

Node = Callable[..., Any]
Serve = Callable[[Any], str]


def ask(endpoint: Any, query: str) -> Any:
    reply = asyncio.run(post(endpoint, {"query": query}))
    return reply.json


@pytest.mark.npm
def test_a_gateway_joins_the_hub_with_a_second_subgraph_across_commitment(
    node: Node, serve: Serve, tmp_path: Path
) -> None:
    endpoint = country(tmp_path)
    sdl = ask(endpoint, "{ _service { sdl } }")["data"]["_service"]["sdl"]
    first = ask(endpoint, "{ commitments(first: 1) { nodes { code title } } }")["data"]["commitments"]["nodes"][0]
    given = {
        "url": f"http://{serve(endpoint)}/graphql",
        "sdl": sdl,
        "code": first["code"],
        "queries": [
            # from the hub to the other: its fields on our commitments
            "{ commitments(first: 1) { totalCount nodes { title audits { verdict } } pageInfo { hasNextPage } } }",
            # from the other to the hub: our fields on the commitments that it names
            "{ audits { nodes { verdict commitment { title jurisdiction { name } } } pageInfo { hasNextPage } } }",
            "{ odsGoal(number: 16) { name slogan } }",
        ],
    }
    result = node("gateway.mjs", given=json.dumps(given))
    assert "errors" not in result, result
    there, back, goal = result["answers"]
    assert there["errors"] == back["errors"] == goal["errors"] == []
    assert there["data"]["commitments"]["nodes"] == [{"title": first["title"], "audits": [{"verdict": "FULFILLED"}]}]
    assert there["data"]["commitments"]["totalCount"] == 60
    (audit,) = back["data"]["audits"]["nodes"]
    assert audit["commitment"]["title"] == first["title"]
    assert goal["data"]["odsGoal"]["slogan"] == "Goal 16"


def test_one_bad_representation_nulls_itself_alone(tmp_path: Path) -> None:
    endpoint = country(tmp_path)
    first = ask(endpoint, "{ commitments(first: 1) { nodes { id code title } } }")["data"]["commitments"]["nodes"][0]
    query = """query ($r: [_Any!]!) {
      _entities(representations: $r) {
        ... on Commitment { title } ... on Jurisdiction { name } ... on OdsGoal { number }
      }
    }"""
    representations = [
        {"__typename": "Commitment", "code": first["code"], "extra": {"tolerated": True}},
        {"__typename": "Commitment", "id": first["id"]},
        {"__typename": "Jurisdiction", "code": "30"},
        {"__typename": "OdsGoal", "number": 16},
        {"__typename": "Commitment", "code": "NO-SUCH-CODE"},
        {"__typename": "Nothing", "code": "x"},
        {"__typename": "Commitment"},
    ]
    reply = asyncio.run(post(endpoint, {"query": query, "variables": {"r": representations}}))
    entities = reply.json["data"]["_entities"]
    assert entities[:4] == [{"title": first["title"]}, {"title": first["title"]}, {"name": "Veracruz"}, {"number": 16}]
    assert entities[4:] == [None, None, None]
    at = {tuple(error["path"]): error["extensions"]["code"] for error in reply.json["errors"]}
    assert at[("_entities", 5)] == at[("_entities", 6)] == "BAD_USER_INPUT"
    assert reply.json["extensions"]["cost"]["requested"] == 7
