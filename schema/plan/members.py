"""The rows of one space that a filter selects, in the form in which the next question about them is answered soonest."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from copy import copy

from hub.readmodel.postings import UINT32, first_ids, first_packed
from hub.readmodel.reader import Space

SPARSE = 32
"""Where at most one row of so many is a member, ids take up less than bits."""
HEAVY = 20_000
"""Rows of a space of which few sets can be kept whole. Lists are mostly read from the beginning, so of a small set `HEAD` ids are
kept; who reads on has it worked out again."""
HEAD = 512
"""How many ids."""
_OVERHEAD = 400


class Members:
    """A set of rows that is worked out when it is first asked for.

    Who asks for the same set again mostly reads on in it, so it is then laid out for pages (`settle`): few ids as an array, many
    as bytes. Until then it is an integer, which is all that counts and facets need.

    Args:
        space: whose rows they are.
        find: works the set out; may raise `LongWorkError`.
    """

    __slots__ = ("_bits", "_count", "_ends", "_find", "_ids", "_packed", "_whole", "space")

    def __init__(self, space: Space, find: Callable[[], int]) -> None:
        self.space = space
        self._find = find
        self._bits: int | None = None
        self._count = -1
        self._ids: array[int] | None = None
        self._whole = True
        self._packed = b""
        self._ends = (0, 0)

    @property
    def bits(self) -> int:
        """The set, bit *i* for row *i*."""
        if self._bits is not None:
            return self._bits
        found = self._find()
        if self._ids is None:
            self._bits = found
        return found

    @property
    def count(self) -> int:
        """How many rows there are."""
        if self._count < 0:
            self._count = self.bits.bit_count()
        return self._count

    @property
    def size(self) -> int:
        """About how many bytes this takes up."""
        if self._ids is not None:
            return _OVERHEAD + len(self._ids) * self._ids.itemsize
        return _OVERHEAD + self.space.size // 8 + len(self._packed)

    def settle(self) -> bool:
        """Lay the set out for pages, if it is known; True if that was still to be done."""
        bits = self._bits
        if bits is None or self._packed:
            return False
        count = self.count
        if count * SPARSE <= self.space.size:
            kept = count if self.space.size <= HEAVY else min(count, HEAD)
            self._ids, self._bits, self._whole = array(UINT32, first_ids(bits, kept)), None, kept == count
        else:
            self._packed = bits.to_bytes((self.space.size + 7) // 8, "little")
            self._ends = ((bits & -bits).bit_length() - 1, bits.bit_length() - 1)
        return True

    def kept(self) -> Members:
        """What is kept for who asks next: itself, or of a large space a twin that is laid out already.

        As bits it would take the place of dozens there; whoever asks now may still want them, and works them out but once.
        May raise `LongWorkError`.
        """
        if self.space.size <= HEAVY or not self.bits:
            return self
        twin = copy(self)
        twin.settle()
        return twin

    def page(self, low: int, count: int) -> tuple[list[int], bool, bool]:
        """The first rows from `low` on, at least one wanted; whether rows stand before and after them."""
        if self._ids is not None:
            start = bisect_left(self._ids, low)
            if self._whole or start + count < len(self._ids):
                return self._ids[start : start + count].tolist(), start > 0, start + count < len(self._ids)
        if self._packed:
            found, (lowest, highest) = first_packed(self._packed, low, count), self._ends
            return found, lowest < (found[0] if found else low), bool(found) and found[-1] < highest
        bits = self.bits
        rest = bits >> low if low else bits
        found = first_ids(rest, count)
        if not found:
            return [], bits != 0, False
        has_previous = low > 0 and (bits & -bits).bit_length() - 1 < low + found[0]
        return [low + row for row in found] if low else found, has_previous, rest.bit_length() - 1 > found[-1]
