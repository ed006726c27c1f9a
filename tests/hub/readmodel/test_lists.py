"""What rows say alike is worked out once, and each row is where it belongs."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel import lists
from hub.readmodel.lists import Listed, Lists, Remembered
from hub.readmodel.postings import UINT32

ROWS = st.lists(st.lists(st.integers(0, 5), max_size=4).map(tuple), max_size=60)


def sets_of_members() -> tuple[dict[int, array[int]], Lists]:
    sets = {member: array(UINT32) for member in range(6)}

    def make(members: tuple[int, ...]) -> Listed:
        return Listed(str(members), [sets[member] for member in set(members)])

    return sets, Lists(make)


def brute(rows: list[tuple[int, ...]]) -> dict[int, list[int]]:
    return {member: [number for number, row in enumerate(rows) if member in row] for member in range(6)}


@given(ROWS, st.integers(1, 10))
def test_a_set_has_each_row_whose_list_has_its_member_once_and_in_order(rows: list[tuple[int, ...]], size: int) -> None:
    sets, known = sets_of_members()
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        assert known.note(range(start, start + len(part)), part) == [str(row) for row in part]
    known.settle()
    assert {member: list(ids) for member, ids in sets.items()} == brute(rows)


def test_more_different_lists_than_are_remembered_change_nothing() -> None:
    rows = [(number % 6, number) for number in range(lists.MANY + 1)]
    sets, known = sets_of_members()
    known._make = lambda members: Listed("", [sets[members[0]]])
    for start in range(3):  # the second time the memory is full, and what it held comes again
        known.note(range(start * len(rows), (start + 1) * len(rows)), rows)
    known.settle()
    assert [len(ids) for ids in sets.values()] == [3 * sum(row[0] == member for row in rows) for member in range(6)]
    assert all(list(ids) == sorted(ids) for ids in sets.values())


def test_what_is_remembered_is_made_once_until_there_is_too_much_of_it() -> None:
    asked: list[int] = []

    def make(key: int) -> int:
        asked.append(key)
        return key * 2

    known = Remembered(make)
    assert [known[key] for key in (1, 2, 1, 2, 1)] == [2, 4, 2, 4, 2]
    assert asked == [1, 2]
    assert [known[key] for key in range(lists.MANY)] == [2 * key for key in range(lists.MANY)]
    assert known[1] == 2
    assert len(known) <= lists.MANY
