"""Sets of rows behave like sets of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel.postings import (
    bits_of_flags,
    bits_of_ids,
    first_ids,
    first_packed,
    flags_of_bits,
    ids_backwards,
    ids_of_bits,
    pack,
    unpack,
)

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


@given(IDS, st.integers(0, WIDTH), st.integers(1, 60))
def test_the_first_rows_from_a_place_are_the_smallest_there(ids: set[int], low: int, count: int) -> None:
    packed = bits_of_ids(ids, WIDTH).to_bytes(WIDTH // 8, "little")
    assert first_packed(packed, low, count) == sorted(number for number in ids if number >= low)[:count]


@given(IDS)
def test_flags_stand_at_the_members(ids: set[int]) -> None:
    assert {number for number, flag in enumerate(flags_of_bits(bits_of_ids(ids, WIDTH))) if flag} == ids
    assert bits_of_flags(bytes(number in ids for number in range(WIDTH))) == bits_of_ids(ids, WIDTH)


def test_no_rows_have_no_bits() -> None:
    assert bits_of_flags(b"") == 0
    assert bits_of_flags(bytes(3)) == 0
    assert bits_of_flags(b"\1") == 1
