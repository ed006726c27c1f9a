from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from schema.http.config import HttpConfig
from schema.http.limits import CostModel, Measure, count_tokens, measure, operations
from tests.schema.http.kit import app, post, schema

MODEL = CostModel(factors={"Book.sequels": 4})
CORE = schema._schema


def figures(query: str, variables: dict[str, Any] | None = None, model: CostModel = MODEL) -> Measure:
    document = parse(query)
    return measure(CORE, document, next(iter(operations(document))), variables or {}, model)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ hello }", 0),
        ('{ shelf(code: "S") { code places } }', 1),
        ("{ books { totalCount } }", 1),
        ("{ books { nodes { title } } }", 1 + 50),
        ("{ books(first: 10) { nodes { title author pages } } }", 1 + 10),
        ("{ books(last: 7) { nodes { title } } }", 1 + 7),
        ("{ books(first: 10) { edges { cursor node { title } } } }", 1 + 10),
        ("{ books(first: 10) { nodes { title } edges { node { title } } } }", 1 + 20),
        ("{ books(first: 0) { nodes { title } } }", 1),
        ("{ books(first: -5) { nodes { title } } }", 1),
        ("{ books(first: 999999999999) { nodes { title } } }", 1 + 500),
        ("{ books(first: 10) { nodes { related(first: 5) { nodes { title } } } } }", 1 + 10 * (1 + 1 + 5)),
        ("{ books(first: 10) { nodes { sequels { title } } } }", 1 + 10 * (1 + 4)),
        ("{ a: books(first: 10) { nodes { title } } b: books(first: 10) { nodes { title } } }", 22),
        ("{ ...f } fragment f on Query { books(first: 10) { nodes { title } } }", 11),
        ("{ books(first: 10) { ...f } } fragment f on BookConnection { nodes { title } }", 11),
        ("{ books(first: 10) { ... { nodes { title } } } }", 11),
        ("{ books(first: 10) @skip(if: true) { nodes { title } } }", 0),
        ("{ books(first: 10) @include(if: false) { nodes { title } } }", 0),
        ("{ books(first: 10) @include(if: true) { nodes { title } } }", 11),
        ("mutation { add(a: 1, b: 2) }", 0),
        ("{ __schema { types { name } } }", 100),
        ("{ _entities(representations: [{}, {}, {}]) { ... on Shelf { places } } }", 3),
    ],
)
def test_cost_is_pages_times_what_a_row_costs(query: str, cost: int) -> None:
    assert figures(query).cost == cost


@pytest.mark.parametrize(
    ("variables", "cost"),
    [({}, 1 + 3), ({"n": 20}, 1 + 20), ({"n": None}, 1 + 50), ({"n": "x"}, 1 + 50), ({"n": 5, "no": True}, 0)],
)
def test_cost_knows_the_variables(variables: dict[str, Any], cost: int) -> None:
    found = figures(
        "query ($n: Int = 3, $no: Boolean = false) { books(first: $n) @skip(if: $no) { nodes { title } } }", variables
    )
    assert found.cost == cost
    assert found.variables == {"n", "no"}


def test_depth_aliases_and_directives_are_counted_through_fragments() -> None:
    found = figures(
        "{ ...f ...f } fragment f on Query { a: books { nodes { b: title @include(if: true) related { totalCount } } } }"
    )
    assert (found.depth, found.aliases, found.directives) == (4, 4, 2)


def test_a_cycle_of_fragments_ends() -> None:
    assert figures("{ ...a } fragment a on Query { hello ...b } fragment b on Query { ...a }").depth == 1


def test_doubling_fragments_cost_their_length_to_measure() -> None:
    levels = 120
    text = "{ ...f0 }" + "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels))
    text += f" fragment f{levels} on Query {{ x: books {{ nodes {{ title }} }} }}"
    started = time.process_time()
    found = figures(text)
    assert time.process_time() - started < 0.5
    assert found.aliases == 10**15  # two to the 120th, at the ceiling
    assert found.cost == 10**15


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6))
def test_nested_pages_multiply(pages: list[int]) -> None:
    text = "title"
    for page in reversed(pages[1:]):
        text = f"related(first: {page}) {{ nodes {{ {text} }} }}"
    text = f"{{ books(first: {pages[0]}) {{ nodes {{ {text} }} }} }}"
    expected = 0
    for page in reversed(pages):
        expected = 1 + page * (1 + expected)
    assert figures(text).cost == min(expected, 10**15)


@given(st.text('{}()[]"\\#.…a1 \n,:$@', max_size=200))
def test_tokens_are_counted_up_to_the_limit(text: str) -> None:
    counted = count_tokens(text, 20)
    assert counted <= 21 or len(text) <= 20


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    [
        "{" + "a " * 490_000 + "}",
        "#" * 990_000,
        "{ hello }" + "\n# comentario" * 70_000,
        "{" * 990_000,
        '"' * 490_000,
        "{ " + " " * 980_000 + "hello }",
    ],
)
async def test_a_megabyte_of_document_is_refused_before_it_is_read(query: str) -> None:
    endpoint = app()
    started = time.process_time()
    reply = await post(endpoint, {"query": query})
    assert time.process_time() - started < 0.25
    assert reply.json["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    ["{" + "a " * 49_000 + "}", "{ hello }" + "#\n" * 49_000, "[" * 90_000, "{" + "a{" * 4_000, '"""' * 30_000],
)
async def test_a_long_document_is_counted_before_it_is_parsed(query: str) -> None:
    endpoint = app()
    started = time.process_time()
    reply = await post(endpoint, {"query": query})
    assert time.process_time() - started < 0.5
    assert "errors" in reply.json


@pytest.mark.anyio
async def test_a_field_repeated_a_thousand_times_is_refused_before_it_holds_the_loop() -> None:
    endpoint = app()
    started = time.process_time()
    reply = await post(endpoint, {"query": "{" + "books { totalCount } " * 1_200 + "}"})
    assert time.process_time() - started < 1.5
    assert reply.json["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    few = await post(endpoint, {"query": "{" + "books { totalCount } " * 60 + "}"})
    assert "errors" not in few.json


@pytest.mark.anyio
async def test_each_limit_says_its_figure() -> None:
    endpoint = app(HttpConfig(max_depth=3, max_aliases=2, max_directives=2))
    for query, says in (
        ("{ books { nodes { related { nodes { title } } } } }", "5 deep; the limit is 3"),
        ("{ a: hello b: hello c: hello }", "3 of them; the limit is 2"),
        ("{ hello @skip(if: false) a: hello @skip(if: false) b: hello @skip(if: false) }", "the limit is 2"),
    ):
        assert says in (await post(endpoint, {"query": query})).json["errors"][0]["message"]


@pytest.mark.anyio
async def test_the_standard_introspection_query_is_within_the_limits() -> None:
    from graphql import get_introspection_query

    reply = await post(app(), {"query": get_introspection_query()})
    assert "errors" not in reply.json
    assert reply.json["extensions"]["cost"] == {"requested": 100, "limit": 50_000}
