"""Pages of a match: which rows, from a cursor on, and what stands before and after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.readmodel.reader import Space
from schema.order import Order
from schema.plan.keys import Key, Ranked
from schema.plan.match import Match
from schema.plan.sequence import ByCode, Sequenced, sequenced
from schema.types.enums import CommitmentOrderField as By

_PLAIN = Order(By.CODE, descending=False, own=False)
"""The commonest order, which ids have by themselves."""


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
