from __future__ import annotations

import re
from pathlib import Path

from graphql import (
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_object_type,
    parse,
)

from schema.api import build_schema
from schema.http.config import HttpConfig
from schema.http.limits import measure, operations
from schema.http.weights import FACTORS, WEIGHTS, hub_cost_model

DOC = (Path(__file__).resolve().parents[3] / "docs" / "cost.md").read_text(encoding="utf-8")
SCHEMA = build_schema()._schema
SIZED = {"first", "last", "ids", "representations"}


def fields() -> dict[str, object]:
    """Every field of every object type of the hub, by ``Type.field``."""
    return {
        f"{kind.name}.{name}": field
        for kind in SCHEMA.type_map.values()
        if is_object_type(kind) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
    }


def test_every_list_of_objects_says_its_size_or_has_a_factor() -> None:
    missing = [
        key
        for key, field in fields().items()
        if is_list_type(get_nullable_type(field.type))
        and is_composite_type(get_named_type(field.type))
        and not SIZED & set(field.args)
        and not key.endswith(("Connection.nodes", "Connection.edges"))
        and key not in FACTORS
    ]
    assert missing == []


def test_no_weight_or_factor_names_a_field_that_is_not_there() -> None:
    assert (set(FACTORS) | set(WEIGHTS)) - set(fields()) == set()


def test_the_documentation_holds_the_same_figures() -> None:
    written = {key: int(value) for key, value in re.findall(r"^\| (\w+\.\w+) \| (\d+) \|$", DOC, re.MULTILINE)}
    assert written == {**FACTORS, **WEIGHTS}


def test_the_documented_example_costs_what_it_says() -> None:
    example = re.search(r"```graphql\n(.*?)```", DOC, re.DOTALL)
    assert example is not None
    document = parse(example[1])
    found = measure(SCHEMA, document, next(iter(operations(document))), {}, hub_cost_model(HttpConfig()))
    assert found.cost == 452
    assert "= 452." in DOC


def test_the_documented_limits_are_the_defaults() -> None:
    config = HttpConfig()
    for value in (config.max_query, config.max_tokens, config.max_depth, config.max_aliases, config.max_errors):
        assert f"| {value:,} |" in DOC
