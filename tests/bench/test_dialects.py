from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from dialects import Dialect, datasette, postgraphile
from dialects.hub_terms import HUB
from graphql import build_schema, parse, validate
from graphql.utilities import value_from_ast_untyped
from workloads import NAMES, WORKLOADS, askings

CODES = ["MX-JAL-PAL-1-C1", "MX-NLE-039-OGP-2-C12"]
IDS = {code: number for number, code in enumerate(CODES)}
DIALECTS: dict[str, Dialect] = {
    "hub": HUB,
    "postgraphile": postgraphile.wordings(IDS, lambda: "abc"),
    "datasette": datasette.wordings(IDS),
}
SCHEMA = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"
WORDED = [(dialect, workload) for dialect in DIALECTS for workload in WORKLOADS]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_words_every_question(dialect: str) -> None:
    assert set(DIALECTS[dialect]) == set(NAMES)


@pytest.mark.parametrize(("dialect", "workload"), WORDED, ids=lambda part: getattr(part, "name", part))
def test_literals_say_what_variables_say(dialect: str, workload: Any) -> None:
    wording = DIALECTS[dialect][workload.name]
    for values in askings(workload, CODES, 5):
        with_variables = json.loads(wording.body(values, "variables"))
        literal = json.loads(wording.body(values, "literals"))
        assert "variables" not in literal
        assert "$" not in literal["query"].replace("$.", "")
        told = _given(literal["query"])
        for value in with_variables["variables"].values():
            assert value in told


def _given(query: str) -> list[Any]:
    """Every value in a document, lists whole and one by one."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if hasattr(node, "value") and node.kind in ("argument", "object_field"):
            found.append(value_from_ast_untyped(node.value))
        for key in node.keys:
            child = getattr(node, key, None)
            for each in child if isinstance(child, tuple | list) else [child]:
                if hasattr(each, "keys"):
                    walk(each)

    walk(parse(query))
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_two_unseen_texts_are_alike(dialect: str) -> None:
    wording = DIALECTS[dialect]["Q1"]
    values = askings(WORKLOADS[0], CODES, 1)[0]
    texts = {json.loads(wording.body(values, "unseen", f"7x{number}"))["query"] for number in range(50)}
    assert len(texts) == 50
    for text in texts:
        assert "title" in text
        parse(text)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_the_hub_is_asked_what_its_published_schema_allows(workload: Any) -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    for kind in ("variables", "literals"):
        body = json.loads(HUB[workload.name].body(askings(workload, CODES, 1)[0], kind))
        assert not validate(schema, parse(body["query"]))


def test_everybody_is_asked_the_same_values_in_every_run() -> None:
    for workload in WORKLOADS:
        assert askings(workload, CODES, 20) == askings(workload, CODES, 20)
        assert workload.draw(random.Random(1), CODES)
