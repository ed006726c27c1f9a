"""Parts of a record that a few cells decide: equal cells of one run are read once.

Tables repeat themselves: states, institutions, dates and shares are few. What came of a combination of cells (value,
issues, queue entries) depends on nothing but these cells and the run, so it is kept for the run's next equal ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from hub.model import Issue, UnmatchedValue

if TYPE_CHECKING:
    from hub.normalise.context import Desk
    from hub.normalise.page import Page

T = TypeVar("T")

MOST = 4_096
"""Combinations of cells kept of one part of one run; later ones are read each time."""

LONGEST = 500
"""Characters of a combination that is kept: longer texts hardly repeat."""


class _Found(NamedTuple):
    """What came of one combination of cells."""

    value: Any
    issues: tuple[Issue, ...]
    unmatched: tuple[UnmatchedValue, ...]


Known = dict[Any, _Found]
"""Cells -> what came of them."""


class Part(Generic[T]):
    """A reading of a desk that looks at the given fields and at no others.

    Args:
        read: the reading; it reports through the desk, and its value is immutable.
        fields: every field whose cell it looks at.
    """

    __slots__ = ("_alone", "_read", "fields")

    def __init__(self, read: Callable[[Desk], T], *fields: str) -> None:
        self._read = read
        self.fields = fields
        self._alone = fields[0] if len(fields) == 1 else None

    def of(self, desk: Desk) -> T:
        """The reading of the desk's draft, from an equal one where there was one.

        Only texts are remembered: 1, 1.0 and True are equal, and say different things.
        """
        known, values, alone = desk.known[self], desk.values, self._alone
        cells = values.get(alone) if alone is not None else tuple(map(values.get, self.fields))
        try:
            found = known.get(cells)
        except TypeError:  # a list or a table in a cell
            return self._read(desk)
        if found is None:
            return self._first(desk, known, cells)
        if found.issues:
            desk.issues += found.issues
            desk.unmatched += found.unmatched
        value: T = found.value
        return value

    def column(self, page: Page) -> list[T]:
        """The readings of all the desks of a page, in order: what `of` gives for each of them."""
        if not page.has(*self.fields):
            return self._nowhere(page.desks)
        known, values = page.desks[0].known[self], []
        for desk, cells in zip(page.desks, self._cells(page), strict=True):
            try:
                found = known.get(cells)
            except TypeError:  # a list or a table in a cell
                found = None
            if found is None or found.issues:
                values.append(self.of(desk))
            else:
                values.append(found.value)
        return values

    def _cells(self, page: Page) -> Iterable[Any]:
        """Of each desk what its reading is remembered by."""
        if self._alone is not None:
            return page.column(self._alone)
        return zip(*map(page.column, self.fields), strict=True)

    def _nowhere(self, desks: Sequence[Desk]) -> list[T]:
        """The readings where no desk has any of the cells: all alike."""
        first, others = desks[0], desks[1:]
        value = self.of(first)
        return [value, *(self.of(desk) for desk in others)] if first.issues else [value] * len(desks)

    def _first(self, desk: Desk, known: Known, cells: Any) -> T:
        issues, unmatched = len(desk.issues), len(desk.unmatched)
        value = self._read(desk)
        if len(known) < MOST and _is_text((cells,) if self._alone is not None else cells):
            known[cells] = _Found(value, tuple(desk.issues[issues:]), tuple(desk.unmatched[unmatched:]))
        return value


def _is_text(cells: tuple[Any, ...]) -> bool:
    length = 0
    for cell in cells:
        if cell.__class__ is str:
            length += len(cell)
        elif cell is not None:
            return False
    return length <= LONGEST


class Knowledge(dict[Part[Any], Known]):
    """Part -> what one run knows of it."""

    def __missing__(self, part: Part[Any]) -> Known:
        known: Known = {}
        self[part] = known
        return known
