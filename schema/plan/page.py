"""Pages of a match: which rows, in which order, from a cursor on, and what stands before and after them.

Each order is walked in the cheapest way there is for it: by code along the ids, by state, year or status one value's set
after another, by title, progress or date along an order that the file holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hub.readmodel.postings import ids_backwards, ids_of_bits
from hub.readmodel.reader import Space
from hub.readmodel.rows import fold
from schema.order import STATUS_RANK, Order
from schema.plan.match import Match
from schema.types.enums import CommitmentOrderField as By

Key = tuple[Any, ...]
SPARSE = 4000
"""A set this small is sorted; a larger one is met soon enough along the order."""
KEY_COLUMNS = {
    By.CODE: "NULL",
    By.TITLE: "r.title",
    By.STATE: "r.state",
    By.YEAR: "(SELECT min(y.year) FROM {p}_year y WHERE y.row = r.id)",
    By.STATUS: "r.status",
    By.PROGRESS: "r.progress",
    By.UPDATED_AT: "r.updated_at",
}
_FIRST = {
    "commitment": "SELECT id FROM commitment_row WHERE code {sign} ? AND is_primary = 1 ORDER BY code LIMIT 1",
    "past": "SELECT id FROM past_row WHERE code {sign} ? ORDER BY code, updated_at, id LIMIT 1",
}
"""The first row of the codes from one on."""
TIES = "r.code, coalesce((SELECT s.rank FROM source s WHERE s.key = r.source), 99), r.source, r.native_key"


def deciding(field: By, cell: Any) -> Any:
    """The deciding value of an order from its column."""
    if field is By.TITLE:
        return fold(cell)
    if field is By.STATUS:
        return STATUS_RANK[cell]
    return cell


@dataclass(slots=True)
class Page:
    """Rows of a page in order, each with its space, and whether records stand before and after it."""

    spaces: list[Space]
    ids: list[int]
    has_previous: bool
    has_next: bool

    @property
    def rows(self) -> Iterator[tuple[Space, int]]:
        """Each row with its space."""
        return zip(self.spaces, self.ids, strict=True)


def key_of(space: Space, order: Order, row: int) -> Key:
    """The key of a row in any order but RELEVANCE: the deciding value, then the tie-break."""
    if order.field is By.CODE and not order.own:
        return (None, space.code(row))
    column = KEY_COLUMNS[order.field].format(p=space.name)
    ties = TIES if order.own else "r.code"
    ((cell, *found),) = space.rows(f"SELECT {column}, {ties} FROM {space.name}_row r WHERE r.id = ?", (row,))
    return (deciding(order.field, cell) if cell is not None else None, *found)


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


class Ranked:
    """A key that sorts as its order says: nothing last, everything else up or down."""

    __slots__ = ("descending", "key")

    def __init__(self, key: Key, descending: bool) -> None:
        self.key = key
        self.descending = descending

    def __lt__(self, other: Ranked) -> bool:
        mine, theirs = self.key, other.key
        if (mine[0] is None) != (theirs[0] is None):
            return theirs[0] is None
        if mine[0] != theirs[0]:
            return bool(mine[0] > theirs[0]) if self.descending else bool(mine[0] < theirs[0])
        return mine[1:] > theirs[1:] if self.descending else mine[1:] < theirs[1:]


def sequenced(space: Space, bits: int, order: Order, query: str | None) -> Sequenced:
    """The members of a space in an order."""
    if order.field is By.CODE:
        return ByCode(space, bits, order)
    if order.field in (By.STATE, By.YEAR, By.STATUS):
        return ByValue(space, bits, order)
    if order.field is By.RELEVANCE:
        return ByRelevance(space, bits, order, query or "")
    return ByOrdering(space, bits, order)


_PLAIN = Order(By.CODE, descending=False, own=False)
"""The commonest order, which ids have by themselves."""


def page(
    match: Match, order: Order, *, first: int | None, last: int | None, after: Key | None, before: Key | None
) -> Page:
    """One page of a match. With `first` and `last` both, the last of the first (Relay's algorithm); `after` and `before` are keys of cursors."""
    if first and last is None and before is None and order == _PLAIN and len(match.members) == 1:
        (members,) = match.members
        low = ByCode(members.space, 0, order).place(after, beyond=True) if after is not None else 0
        rows, has_previous, has_next = members.page(low, first)
        return Page([members.space] * len(rows), rows, has_previous, has_next)
    spans = []
    for space, bits in match.parts:
        items = sequenced(space, bits, order, match.normal.match)
        low = items.place(after, beyond=True) if after is not None else 0
        high = items.place(before, beyond=False) if before is not None else items.size
        spans.append((items, low, high))
    if len(spans) == 1:
        return _single(*spans[0], first, last)
    return _merged(spans, order, first, last)


def _single(items: Sequenced, low: int, high: int, first: int | None, last: int | None) -> Page:
    picked = _take(items.forward(low, high), first) if first is not None else _take(items.backward(low, high), last)
    if first is None:
        picked.reverse()
    elif last is not None:
        picked = picked[max(0, len(picked) - last) :]
    start, stop = _standing(picked[0][0], picked[-1][0] + 1) if picked else _empty(low, high, first)
    return Page(
        [items.space] * len(picked),
        [row for _, row in picked],
        _some(items.backward(0, start)),
        _some(items.forward(stop, items.size)),
    )


def _standing(start: int, stop: int) -> tuple[int, int]:
    return start, stop


def _empty(low: int, high: int, first: int | None) -> tuple[int, int]:
    """An empty page stands at its cursor: where it would have begun to count."""
    return (low, low) if first is not None else (high, high)


def _take(found: Iterator[tuple[int, int]], count: int | None) -> list[tuple[int, int]]:
    picked: list[tuple[int, int]] = []
    if count == 0:
        return picked
    for item in found:
        picked.append(item)
        if len(picked) == count:
            break
    return picked


def _some(found: Iterator[tuple[int, int]]) -> bool:
    return next(found, None) is not None


def _merged(spans: list[tuple[Sequenced, int, int]], order: Order, first: int | None, last: int | None) -> Page:
    """A page over two spaces: what each would put on it, put in order together."""
    candidates: list[tuple[Ranked, Sequenced, int, int]] = []
    for items, low, high in spans:
        found = _take(items.forward(low, high), first) if first is not None else _take(items.backward(low, high), last)
        candidates += [(Ranked(items.key(row), order.descending), items, position, row) for position, row in found]
    candidates.sort(key=lambda item: item[0])
    picked = (
        candidates[:first] if first is not None else candidates[len(candidates) - min(last or 0, len(candidates)) :]
    )
    if first is not None and last is not None:
        picked = picked[max(0, len(picked) - last) :]
    if not picked:
        ends = [(items, *_empty(low, high, first)) for items, low, high in spans]
        return Page(
            [],
            [],
            any(_some(items.backward(0, start)) for items, start, _ in ends),
            any(_some(items.forward(stop, items.size)) for items, _, stop in ends),
        )
    lowest, highest = picked[0], picked[-1]
    return Page(
        [items.space for _, items, _, _ in picked],
        [row for _, _, _, row in picked],
        any(_some(items.backward(0, items.place(lowest[0].key, beyond=False))) for items, _, _ in spans),
        any(_some(items.forward(items.place(highest[0].key, beyond=True), items.size)) for items, _, _ in spans),
    )
