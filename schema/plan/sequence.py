"""The members of a match in one order, walked either way in the cheapest way there is for it: by code along the ids, by state,
year or status one value's set after another, by title, progress or date along an order that the file holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from hub.readmodel.postings import ids_backwards, ids_of_bits
from hub.readmodel.reader import Space
from schema.order import STATUS_RANK, Order
from schema.plan.keys import TIES, Key, Ranked, key_of
from schema.types.enums import CommitmentOrderField as By

SPARSE = 4000
"""A set this small is sorted; a larger one is met soon enough along the order."""
_FIRST = {
    "commitment": "SELECT id FROM commitment_row WHERE code {sign} ? AND is_primary = 1 ORDER BY code LIMIT 1",
    "past": "SELECT id FROM past_row WHERE code {sign} ? ORDER BY code, updated_at, id LIMIT 1",
}
"""The first row of the codes from one on."""


class Sequenced:
    """One space of a match in one order: positions 0 to `size`, some of them members."""

    def __init__(self, space: Space, bits: int, order: Order) -> None:
        self.space = space
        self.bits = bits
        self.order = order
        self.size = space.size

    def key(self, row: int) -> Key:
        """The key of a row: the deciding value, then the tie-break."""
        return key_of(self.space, self.order, row)

    def edge(self, ties: Sequence[Any], *, beyond: bool) -> int:
        """The first id whose tie-break is greater than (`beyond`) or not smaller than this one."""
        sign = ">" if beyond and not self.order.own else ">="
        found = next(iter(self.space.rows(_FIRST[self.space.name].format(sign=sign), ties[:1])), None)
        if found is None:
            return self.size
        row = int(found[0])
        while self.order.own and row < self.size:
            (here,) = self.space.rows(f"SELECT {TIES} FROM {self.space.name}_row r WHERE r.id = ?", (row,))
            if here > tuple(ties) if beyond else here >= tuple(ties):
                break
            row += 1
        return row

    def place(self, key: Key, *, beyond: bool) -> int:
        """The first position that stands after the key (`beyond`), or at it or after it."""
        raise NotImplementedError

    def forward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """(position, row) of the members from `start` to `stop`."""
        raise NotImplementedError

    def backward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The same from `stop` down to `start`."""
        raise NotImplementedError


class ByCode(Sequenced):
    """Along the ids, or against them."""

    def place(self, key: Key, *, beyond: bool) -> int:
        if self.order.descending:
            return self.size - self.edge(key[1:], beyond=not beyond)
        return self.edge(key[1:], beyond=beyond)

    def _ids(self, start: int, stop: int, *, down: bool) -> Iterator[int]:
        if down:
            return (row for row in _until(ids_backwards(self.bits, stop), lambda row: row < start))
        return (row for row in _until(ids_of_bits(self.bits, start), lambda row: row >= stop))

    def forward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        if self.order.descending:
            last = self.size - 1
            return ((last - row, row) for row in self._ids(self.size - stop, self.size - start, down=True))
        return ((row, row) for row in self._ids(start, stop, down=False))

    def backward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        if self.order.descending:
            last = self.size - 1
            return ((last - row, row) for row in self._ids(self.size - stop, self.size - start, down=False))
        return ((row, row) for row in self._ids(start, stop, down=True))


def _until(rows: Iterator[int], done: Callable[[int], bool]) -> Iterator[int]:
    for row in rows:
        if done(row):
            return
        yield row


_DECODE: dict[By, Callable[[str], Any]] = {By.STATE: str, By.YEAR: int, By.STATUS: lambda text: STATUS_RANK[text]}


class ByValue(Sequenced):
    """One value's set after another: of STATE, YEAR and STATUS, which have few. The rows without a value come last."""

    def __init__(self, space: Space, bits: int, order: Order) -> None:
        super().__init__(space, bits, order)
        dim = {By.STATE: "state", By.YEAR: "year_first", By.STATUS: "status"}[order.field]
        decode = _DECODE[order.field]
        values = sorted(((decode(text), text) for text in space.values(dim)), reverse=order.descending)
        rest = bits
        self.parts: list[tuple[Any, ByCode]] = []
        for value, text in values:
            chosen = bits & space.bits(dim, text)
            rest &= ~chosen
            self.parts.append((value, ByCode(space, chosen, order)))
        self.parts.append((None, ByCode(space, rest, order)))
        self.size = space.size * len(self.parts)

    def place(self, key: Key, *, beyond: bool) -> int:
        value = key[0]
        width = self.space.size
        for number, (known, part) in enumerate(self.parts):
            if known == value:
                return number * width + part.place(key, beyond=beyond)
            if known is None or (value is not None and (known < value if self.order.descending else known > value)):
                return number * width
        return self.size

    def forward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        width = self.space.size
        for number, (_, part) in enumerate(self.parts):
            base = number * width
            if part.bits and base + width > start and base < stop:
                for position, row in part.forward(max(0, start - base), min(width, stop - base)):
                    yield base + position, row

    def backward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        width = self.space.size
        for number in range(len(self.parts) - 1, -1, -1):
            base = number * width
            part = self.parts[number][1]
            if part.bits and base + width > start and base < stop:
                for position, row in part.backward(max(0, start - base), min(width, stop - base)):
                    yield base + position, row


class ByOrdering(Sequenced):
    """Along an order that the file holds: TITLE, PROGRESS, UPDATED_AT."""

    def __init__(self, space: Space, bits: int, order: Order) -> None:
        super().__init__(space, bits, order)
        self.ordering = space.ordering(order.field.value)
        self._members = bits.to_bytes((space.size + 8) // 8, "little")
        self._sorted: list[int] | None = None
        if bits.bit_count() <= SPARSE:
            places = self.ordering.places
            self._sorted = sorted(self._mirror(places[row]) for row in ids_of_bits(bits))

    def _mirror(self, place: int) -> int:
        """From a place in the ascending order to a position here, or back."""
        if not self.order.descending:
            return place
        valued = self.ordering.valued
        return valued - 1 - place if place < valued else self.size - 1 - (place - valued)

    def row(self, position: int) -> int:
        """The row at a position."""
        found: int = self.ordering.ids[self._mirror(position)]
        return found

    def place(self, key: Key, *, beyond: bool) -> int:
        wanted = Ranked(key, self.order.descending)
        positions = range(self.size)

        def passed(position: int) -> bool:
            here = Ranked(self.key(self.row(position)), self.order.descending)
            return wanted < here if beyond else not here < wanted

        return bisect_left(positions, True, key=passed)

    def forward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        if self._sorted is not None:
            found = self._sorted
            yield from ((p, self.row(p)) for p in found[bisect_left(found, start) : bisect_left(found, stop)])
            return
        yield from self._walk(range(start, min(stop, self.size)))

    def backward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        if self._sorted is not None:
            found = self._sorted
            inside = found[bisect_left(found, start) : bisect_left(found, stop)]
            yield from ((p, self.row(p)) for p in reversed(inside))
            return
        yield from self._walk(range(min(stop, self.size) - 1, start - 1, -1))

    def _walk(self, positions: Iterable[int]) -> Iterator[tuple[int, int]]:
        members, ids, mirror = self._members, self.ordering.ids, self._mirror
        for position in positions:
            row = ids[mirror(position)]
            if members[row >> 3] >> (row & 7) & 1:
                yield position, row


class ByRelevance(Sequenced):
    """Closest first, by BM25."""

    def __init__(self, space: Space, bits: int, order: Order, query: str) -> None:
        super().__init__(space, bits, order)
        space.long()
        members = bits.to_bytes((space.size + 8) // 8, "little")
        name = space.name
        found = space.rows(f"SELECT rank, rowid FROM {name}_fts WHERE {name}_fts MATCH ?", (query,)) if query else ()
        self.found = sorted(
            ((rank, row) for rank, row in found if members[row >> 3] >> (row & 7) & 1), reverse=order.descending
        )
        self.size = len(self.found)
        self._rank = {row: rank for rank, row in self.found}

    def key(self, row: int) -> Key:
        (ties,) = self.space.rows(f"SELECT {TIES} FROM {self.space.name}_row r WHERE r.id = ?", (row,))
        return (self._rank[row], *(ties if self.order.own else ties[:1]))

    def place(self, key: Key, *, beyond: bool) -> int:
        wanted = Ranked(key, self.order.descending)

        def passed(found: tuple[float, int]) -> bool:
            here = Ranked(self.key(found[1]), self.order.descending)
            return wanted < here if beyond else not here < wanted

        return bisect_left(self.found, True, key=passed)

    def forward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        return ((p, self.found[p][1]) for p in range(start, min(stop, self.size)))

    def backward(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        return ((p, self.found[p][1]) for p in range(min(stop, self.size) - 1, start - 1, -1))


def sequenced(space: Space, bits: int, order: Order, query: str | None) -> Sequenced:
    """The members of a space in an order."""
    if order.field is By.CODE:
        return ByCode(space, bits, order)
    if order.field in (By.STATE, By.YEAR, By.STATUS):
        return ByValue(space, bits, order)
    if order.field is By.RELEVANCE:
        return ByRelevance(space, bits, order, query or "")
    return ByOrdering(space, bits, order)
