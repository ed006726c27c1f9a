"""hub.web.doors.table: a declaration, a node, a row; variables to an address and back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.doors.asked import values_of
from hub.web.doors.table import Column, Table

NODE = {
    "code": "A-1",
    "place": {"name": "Jalisco", "parent": None},
    "themes": ["agua", "suelo"],
    "none": [],
    "ods": [{"goal": {"number": 6}, "target": None}, {"goal": {"number": 16}, "target": "16.6"}],
    "reports": [{"evidence": [{"url": "a"}, {"url": "b"}]}, {"evidence": []}, {"evidence": [{"url": "c"}]}],
    "byStatus": [{"status": "COMPLETED", "count": 3}],
    "stale": False,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("code", "A-1"),
        ("place.name", "Jalisco"),
        ("place.parent.name", None),
        ("themes", "agua; suelo"),
        ("none", None),
        ("ods.goal.number", "6; 16"),
        ("ods.target", "16.6"),
        ("reports.evidence.url", "a; b; c"),
        ("byStatus.status=COMPLETED.count", 3),
        ("byStatus.status=UNKNOWN.count", None),
        ("stale", False),
    ],
)
def test_a_path_finds_its_value(path: str, value: object) -> None:
    assert Column("x", path).value(NODE) == value


def test_a_count_that_is_not_listed_is_that_of_none() -> None:
    assert Column("unknown", "byStatus.status=UNKNOWN.count", absent=0).value(NODE) == 0


def test_a_path_that_the_document_does_not_ask_for_is_told() -> None:
    with pytest.raises(KeyError, match="titel"):
        Column("title", "titel").value(NODE)


TABLE = Table(
    "some-plans", "plans", ("plans", "nodes"), [Column("code", "code")], "planes", "Los planes:",
    lists={"state": "state", "ods": "goals"}, single={"code": "key", "has_evidence": "evidence"},
)  # fmt: skip
FILTERED = Table("by-state", "states", ("nationalView",), [Column("code", "code")], "x", "X:", filters=True)
TEXTS = st.text(min_size=1).filter(lambda text: text == text.strip())


@given(
    st.fixed_dictionaries(
        {}, optional={"state": st.lists(TEXTS, min_size=1), "goals": st.lists(st.integers(1, 17), min_size=1),
                      "key": TEXTS, "evidence": st.booleans()}
    )
)  # fmt: skip
def test_an_address_asks_for_the_variables_that_it_was_made_of(variables: dict[str, object]) -> None:
    address = urlsplit(TABLE.address("csv", variables, None))
    asked, _ = values_of(parse_qsl(address.query, keep_blank_values=True), TABLE.lists, TABLE.single, ())
    assert address.path == "/api/some-plans.csv"
    assert asked == variables


def test_an_address_names_filter_and_day_and_nothing_of_pages() -> None:
    variables = {"filter": {"state": ["14"], "odsTarget": ["16.6"]}, "asOf": "2020-01-01T00:00:00Z", "first": 5}
    address = FILTERED.address("xlsx", variables, "2020-01-01")
    assert address == "/api/by-state.xlsx?state=14&ods_target=16.6&as_of=2020-01-01"


def test_rows_are_where_the_table_says_and_an_object_is_one_row() -> None:
    assert TABLE.nodes({"plans": {"nodes": [{"code": "a"}, {"code": "b"}]}}) == [{"code": "a"}, {"code": "b"}]
    assert TABLE.nodes({"plans": None}) == []
    assert FILTERED.nodes({"nationalView": {"code": "a"}}) == [{"code": "a"}]
    assert FILTERED.nodes({"nationalView": None}) == []


def test_the_rows_of_json_are_named_for_the_table() -> None:
    assert (TABLE.key, FILTERED.key) == ("somePlans", "byState")
