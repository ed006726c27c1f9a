"""Relay pages: walked both ways they give every record once, inserts or not; bounds are exact; sizes and cursors are checked."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import model
from hub.readmodel import ReadModel, build
from schema.api import build_schema
from schema.context import Context
from schema.cursors import encode_cursor
from schema.page import DEFAULT_INSTITUTIONS
from schema.read.file import ReadFile
from tests.schema.world import World, live

SCHEMA = build_schema()
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
FIELDS = ["CODE", "TITLE", "STATE", "YEAR", "STATUS", "PROGRESS", "UPDATED_AT", "RELEVANCE"]
QUERY = """query($filter: CommitmentFilter, $orderBy: CommitmentOrder, $first: Int, $after: String, $last: Int,
  $before: String, $asOf: DateTime) {
  commitments(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before, asOf: $asOf) {
    totalCount edges { cursor node { code id title progress status years updatedAt jurisdiction { code } } }
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def publish(world: World, folder: Path, name: str = "a") -> Context:
    build(folder / f"{name}.db", world)
    return Context(file=ReadFile(ReadModel.open(folder / f"{name}.db").connection), live=live())


def ask(context: Context, **variables: Any) -> Any:
    answer = asyncio.run(
        SCHEMA.execute(QUERY, variable_values=variables, context_value=Context(file=context.file, live=context.live))
    )
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    found = answer.data["commitments"]
    assert [edge["node"]["id"] for edge in found["edges"]] == [node["id"] for node in found["nodes"]]
    return found


def refused(context: Context, **variables: Any) -> str:
    answer = asyncio.run(
        SCHEMA.execute(QUERY, variable_values=variables, context_value=Context(file=context.file, live=context.live))
    )
    assert answer.errors is not None
    (error,) = answer.errors
    assert (error.extensions or {})["code"] == "BAD_USER_INPUT"
    return error.message


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> list[Context]:
    return [publish(World(seed, 14), tmp_path_factory.mktemp(f"pages{seed}")) for seed in range(3)]


ORDERS = st.fixed_dictionaries({"field": st.sampled_from(FIELDS), "direction": st.sampled_from(["ASC", "DESC"])})
FILTERS = st.sampled_from(
    [{}, {"includeDuplicates": True}, {"source": ["national", "oaxaca"]}, {"state": ["30", "19"]}, {"status": []}]
)


def full(wanted: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    """RELEVANCE needs a text."""
    return {**wanted, "text": "a"} if order["field"] == "RELEVANCE" else wanted


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, 2), order=ORDERS, wanted=FILTERS, size=st.integers(1, 6), as_of=st.booleans())
def test_walking_pages_either_way_meets_every_record_once_in_order(
    contexts: list[Context], number: int, order: dict[str, Any], wanted: dict[str, Any], size: int, as_of: bool
) -> None:
    context = contexts[number]
    asked = {"filter": full(wanted, order), "orderBy": order}
    if as_of:
        asked["asOf"] = "2024-01-20T00:00:00Z"
    everything = ask(context, **asked, first=500)
    ids = [edge["node"]["id"] for edge in everything["edges"]]
    assert len(ids) == everything["totalCount"] == len(set(ids))
    forward: list[str] = []
    cursor = None
    while True:
        page = ask(context, **asked, first=size, after=cursor)
        assert page["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += [edge["node"]["id"] for edge in page["edges"]]
        assert page["pageInfo"]["hasNextPage"] is (len(forward) < len(ids))
        if not page["pageInfo"]["hasNextPage"]:
            break
        cursor = page["pageInfo"]["endCursor"]
    assert forward == ids
    backward: list[str] = []
    cursor = None
    while True:
        page = ask(context, **asked, last=size, before=cursor)
        assert page["pageInfo"]["hasNextPage"] is bool(backward)
        backward = [edge["node"]["id"] for edge in page["edges"]] + backward
        assert page["pageInfo"]["hasPreviousPage"] is (len(backward) < len(ids))
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        cursor = page["pageInfo"]["startCursor"]
    assert backward == ids


def value(node: dict[str, Any], field: str) -> Any:
    ranks = [status.value for status in model.CommitmentStatus]
    return {
        "STATE": node["jurisdiction"]["code"][:2],
        "YEAR": min(node["years"], default=None),
        "STATUS": ranks.index(node["status"]),
        "PROGRESS": node["progress"],
        "UPDATED_AT": node["updatedAt"],
        "CODE": node["code"],
    }[field]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, 2), field=st.sampled_from(["CODE", "STATE", "YEAR", "STATUS", "PROGRESS", "UPDATED_AT"]))
def test_an_order_sorts_by_its_value_then_by_code_with_the_valueless_last(
    contexts: list[Context], number: int, field: str
) -> None:
    nodes = [edge["node"] for edge in ask(contexts[number], orderBy={"field": field}, first=500)["edges"]]
    assert nodes == sorted(nodes, key=lambda n: (value(n, field) is None, value(n, field) or 0, n["code"]) if field
                           not in ("CODE", "STATE", "UPDATED_AT") else (False, value(n, field), n["code"]))  # fmt: skip
    turned = [
        edge["node"]
        for edge in ask(contexts[number], orderBy={"field": field, "direction": "DESC"}, first=500)["edges"]
    ]
    valued = [node for node in nodes if value(node, field) is not None]
    rest = [node for node in nodes if value(node, field) is None]
    assert turned == valued[::-1] + rest[::-1]


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(
    seed=st.integers(0, 20), order=ORDERS.filter(lambda order: order["field"] != "RELEVANCE"), size=st.integers(1, 4)
)
def test_a_walk_survives_what_is_published_and_removed_on_the_way(
    tmp_path_factory: pytest.TempPathFactory, seed: int, order: dict[str, Any], size: int
) -> None:
    whole = World(seed, 12)
    later = copy.copy(whole)
    earlier = copy.copy(whole)
    earlier.groups, later.groups = whole.groups[::2] + whole.groups[1:4:2], whole.groups[1:]
    earlier.groups.sort(key=lambda group: group.code)
    folder = tmp_path_factory.mktemp("walk")
    before, after = publish(earlier, folder, "before"), publish(later, folder, "after")
    stay = {group.code for group in earlier.groups if group.current} & {
        group.code for group in later.groups if group.current
    }
    page = ask(before, orderBy=order, first=size)
    seen: list[str] = []
    while page["edges"]:
        seen += [edge["node"]["code"] for edge in page["edges"]]
        page = ask(after, orderBy=order, first=size, after=page["pageInfo"]["endCursor"])
    assert len(seen) == len(set(seen))
    assert stay <= set(seen)


def test_an_empty_page_says_what_lies_on_either_side(contexts: list[Context]) -> None:
    context = contexts[0]
    edges = ask(context, first=500)["edges"]
    middle = edges[3]["cursor"]
    for asked, previous, following in (
        ({"first": 0}, False, True),
        ({"last": 0}, True, False),
        ({"first": 0, "after": middle}, True, True),
        ({"last": 0, "before": middle}, True, True),
        ({"first": 0, "after": edges[-1]["cursor"]}, True, False),
        ({"last": 0, "before": edges[0]["cursor"]}, False, True),
        ({"first": 0, "filter": {"status": []}}, False, False),
    ):
        page = ask(context, **asked)
        assert page["edges"] == []
        assert page["pageInfo"] == {
            "hasNextPage": following, "hasPreviousPage": previous, "startCursor": None, "endCursor": None
        }  # fmt: skip


def test_before_and_after_and_first_and_last_together_follow_relays_algorithm(contexts: list[Context]) -> None:
    context = contexts[1]
    edges = ask(context, first=500)["edges"]
    cursors, codes = [edge["cursor"] for edge in edges], [edge["node"]["code"] for edge in edges]

    def got(**asked: Any) -> list[str]:
        return [edge["node"]["code"] for edge in ask(context, **asked)["edges"]]

    assert got(after=cursors[1], before=cursors[6]) == codes[2:6]
    assert got(before=cursors[4]) == codes[:4]
    assert got(after=cursors[1], before=cursors[6], last=2) == codes[4:6]
    assert got(after=cursors[1], before=cursors[6], first=2) == codes[2:4]
    assert got(first=5, last=2) == codes[3:5]
    assert got(first=500, last=3) == codes[-3:]
    assert got(after=cursors[6], before=cursors[1]) == []


def test_a_page_without_a_size_has_fifty(tmp_path: Path) -> None:
    context = publish(World(5, 90), tmp_path)
    page = ask(context)
    assert len(page["edges"]) == 50
    assert page["pageInfo"]["hasNextPage"] is True


def test_page_sizes_out_of_bounds_are_refused(contexts: list[Context]) -> None:
    assert "`first` is -1" in refused(contexts[0], first=-1)
    assert "`last` is -1" in refused(contexts[0], last=-1)
    assert "at most 500" in refused(contexts[0], first=501)
    assert "at most 500" in refused(contexts[0], last=501)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "☃", "AAAA", "bnVsbA", encode_cursor("CODE ASC", ()), encode_cursor("CODE ASC", (1, "a")),
     encode_cursor("CODE ASC", (None, None)), encode_cursor("CODE ASC", (None, "a", "b")), encode_cursor("TITLE ASC", (None, "a")),
     encode_cursor("changes", (4,)), "WzIsIkNPREUgQVNDIixudWxsLCJBMDAwIl0", "W" * 10_000],
)  # fmt: skip
def test_a_forged_or_foreign_cursor_is_refused_in_our_own_words(contexts: list[Context], cursor: str) -> None:
    for name in ("after", "before"):
        assert f"`{name}` is" in refused(contexts[0], **{name: cursor})


def test_relevance_needs_words(contexts: list[Context]) -> None:
    assert "filter.text" in refused(contexts[0], orderBy={"field": "RELEVANCE"})


def test_the_relevance_of_a_text_without_a_word_is_an_empty_page(contexts: list[Context]) -> None:
    for direction in ("ASC", "DESC"):
        order = {"field": "RELEVANCE", "direction": direction}
        found = ask(contexts[0], filter={"text": '"*'}, orderBy=order, last=2)
        assert (found["totalCount"], found["edges"]) == (0, [])


INSTITUTIONS = "query($first: Int) { commitments { facets { institution(first: $first) { key } } } }"


def institutions(context: Context, first: int | None) -> Any:
    context = Context(file=context.file, live=context.live)
    return asyncio.run(SCHEMA.execute(INSTITUTIONS, variable_values={"first": first}, context_value=context))


@pytest.mark.parametrize("first", [-1, 501])
def test_a_number_of_institutions_out_of_bounds_is_refused(contexts: list[Context], first: int) -> None:
    answer = institutions(contexts[0], first)
    assert [error.extensions["code"] for error in answer.errors] == ["BAD_USER_INPUT"]


def test_no_number_of_institutions_means_the_default(contexts: list[Context]) -> None:
    assert DEFAULT_INSTITUTIONS == 20
    wanted = institutions(contexts[0], 500).data["commitments"]["facets"]["institution"]
    assert len(wanted) > 1
    for first, most in ((None, 20), (1, 1), (0, 0)):
        assert institutions(contexts[0], first).data["commitments"]["facets"]["institution"] == wanted[:most]
