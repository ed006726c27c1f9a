"""A bounded table holds what was used last, and no more than fits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel.bounded import Bounded


def test_what_was_used_longest_ago_goes_first() -> None:
    table: Bounded[str, int] = Bounded(30)
    for number, key in enumerate("abc"):
        table.put(key, number, 10)
    assert table.get("a") == 0
    table.put("d", 3, 10)
    assert [key for key in "abcd" if table.get(key) is not None] == ["a", "c", "d"]


def test_a_value_that_grew_makes_others_go() -> None:
    table: Bounded[str, int] = Bounded(30)
    for key in "abc":
        table.put(key, 1, 10)
    table.put("c", 2, 25)
    assert (len(table), table.get("c")) == (1, 2)


def test_one_value_is_held_however_large_it_is() -> None:
    table: Bounded[str, int] = Bounded(30)
    table.put("a", 1, 500)
    assert table.get("a") == 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40))))
def test_what_is_held_never_takes_more_than_was_agreed(puts: list[tuple[int, int]]) -> None:
    table: Bounded[int, int] = Bounded(100)
    for key, size in puts:
        table.put(key, size, size)
    assert sum(table.get(key) or 0 for key in range(6)) <= 100
