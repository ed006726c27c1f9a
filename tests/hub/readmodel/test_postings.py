"""Sets of rows behave like sets of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel.postings import bits_of_ids, first_ids, ids_backwards, ids_of_bits, pack, unpack

WIDTH = 9000
IDS = st.sets(st.integers(0, WIDTH - 1), max_size=200)


@given(IDS)
def test_packing_and_unpacking_gives_the_set_back(ids: set[int]) -> None:
    packed, blob = pack(sorted(ids), WIDTH)
    assert unpack(packed, blob, WIDTH) == bits_of_ids(ids, WIDTH)
    assert len(blob) <= WIDTH // 8 + 1


@given(IDS, st.integers(0, WIDTH))
def test_walking_on_from_a_place_meets_what_stands_there_or_later(ids: set[int], start: int) -> None:
    bits = bits_of_ids(ids, WIDTH)
    assert list(ids_of_bits(bits, start)) == sorted(number for number in ids if number >= start)
    assert list(ids_backwards(bits, start)) == sorted((number for number in ids if number < start), reverse=True)


@given(IDS, st.integers(1, 60))
def test_the_first_rows_are_the_smallest(ids: set[int], count: int) -> None:
    assert first_ids(bits_of_ids(ids, WIDTH), count) == sorted(ids)[:count]
