"""A set of rows answers the same in whichever form it is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel import ReadModel, build
from hub.readmodel.generate import SyntheticCountry
from hub.readmodel.postings import bits_of_ids
from hub.readmodel.reader import Space
from schema.plan.members import HEAVY, SPARSE, Members

SIZE = 640


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Space:
    path = tmp_path_factory.mktemp("members") / "1.db"
    build(path, SyntheticCountry(SIZE))
    return ReadModel.open(path).current


SETS = st.sets(st.integers(0, SIZE - 1), max_size=SIZE // SPARSE) | st.sets(st.integers(0, SIZE - 1))


@given(SETS, st.integers(0, SIZE), st.integers(1, 60))
def test_a_page_is_the_same_before_and_after_the_set_is_laid_out(
    space: Space, ids: set[int], low: int, count: int
) -> None:
    bits = bits_of_ids(ids, SIZE)
    members = Members(space, lambda: bits)
    rest = sorted(row for row in ids if row >= low)
    expected = (rest[:count], any(row < low for row in ids), len(rest) > count)
    assert members.page(low, count) == expected
    members.settle()
    assert members.page(low, count) == expected
    assert (members.count, members.bits) == (len(ids), bits)


@given(SETS, st.integers(0, SIZE), st.integers(1, 60))
def test_a_page_is_the_same_where_only_the_head_of_a_set_is_kept(
    space: Space, ids: set[int], low: int, count: int
) -> None:
    heavy = SimpleNamespace(size=20 * HEAVY)  # all that a set asks of its space
    bits = bits_of_ids({row * 390 for row in ids}, 20 * HEAVY)
    small = Members(heavy, lambda: bits)  # type: ignore[arg-type]
    expected = small.page(low * 390, count)
    small.settle()
    assert small.page(low * 390, count) == expected
    assert (small.count, small.bits) == (len(ids), bits)


def test_a_set_is_worked_out_once_and_not_before_it_is_asked_for(space: Space) -> None:
    asked: list[int] = []

    def find() -> int:
        asked.append(1)
        return 0b1011

    members = Members(space, find)
    assert not members.settle()
    assert asked == []
    assert (members.count, members.bits, members.page(1, 5)) == (3, 0b1011, ([1, 3], True, False))
    assert asked == [1]


def test_of_a_large_space_the_head_is_kept_and_the_set_is_worked_out_once() -> None:
    asked: list[int] = []

    def find() -> int:
        asked.append(1)
        return (1 << 600) - 1

    made = Members(SimpleNamespace(size=20 * HEAVY), find)  # type: ignore[arg-type]
    kept = made.kept()
    assert kept is not made
    assert kept.size < made.size // 10
    assert (made.bits, made.count, kept.count) == ((1 << 600) - 1, 600, 600)
    assert made.page(0, 50) == kept.page(0, 50) == (list(range(50)), False, True)
    assert asked == [1]
    assert kept.page(500, 50) == (list(range(500, 550)), True, True)  # beyond the head
    assert asked == [1, 1]


def test_a_small_set_that_is_laid_out_takes_less_room(space: Space) -> None:
    members = Members(space, lambda: 0b101)
    assert members.count == 2
    before = members.size
    assert members.settle()
    assert members.size < before
    assert not members.settle()
