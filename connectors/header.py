"""Where the header of a table is: below banner rows, in one row or in several joined as "upper / lower"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from connectors.base import Cell
from connectors.synonyms import header_hits
from connectors.text import fold, is_blank, shown, tidy

HEAD_ROWS = 60
"""Rows looked at to find a header."""
MAX_HEADER_ROWS = 4
_LONGEST = 160
_VALUE = re.compile(r"^[\s$%(+-]*\d[\d.,\s]*[%)]?$|^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}$|^https?://|^\S+@\S+\.\S+$")


@dataclass(slots=True)
class Line:
    """One physical row: its 1-based number as a person sees it, and its cells."""

    number: int
    cells: list[Cell]
    place: str = ""
    """What stands before the number in a locator where a table runs over pages: ``page 2 ``."""
    merged: frozenset[int] = frozenset()
    """Positions of the cells that are merged with the row above."""
    column: str = ""
    """What stands behind the number in a locator where a record is a column: `` column C``."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, 0-based and inclusive, rows counted like the lines handed over."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table by position (None: a column without name or data), and the rows they were read from."""

    names: tuple[str | None, ...]
    first: int
    depth: int
    labels: tuple[tuple[str, ...], ...] = field(default=())
    """The folded cells of each of the header's rows, by which a repetition is known."""
    labelled: bool = False
    """Whether the rows themselves are labelled as commitments («Compromiso 1: …»), so that no column need say so."""
    above: tuple[str, ...] = ()
    """What the rows above it say, cell by cell: the titles of the table."""

    @property
    def columns(self) -> list[str]:
        return [name for name in self.names if name is not None]


def filled(cells: Sequence[Cell]) -> list[int]:
    """Positions of the cells that say something."""
    return [index for index, cell in enumerate(cells) if not is_blank(cell)]


def looks_like_value(cell: Cell) -> bool:
    """Whether a cell can only be data: a number, a date, an address."""
    if not isinstance(cell, str):
        return not isinstance(cell, list) and cell is not None
    return bool(_VALUE.match(cell.strip()))


def looks_like_label(cell: Cell) -> bool:
    """Whether a cell may name a column. A bare year may, and one beside a "%": some tables have a year a column."""
    if isinstance(cell, list):
        return False
    text = tidy(shown(cell))
    if re.fullmatch(r"%?\s*(19|20)\d\d\s*%?", text):
        return True
    return bool(text) and len(text) <= _LONGEST and isinstance(cell, str) and not looks_like_value(cell)


def find_header(
    lines: Sequence[Line],
    *,
    expected: Iterable[str] = (),
    merges: Sequence[Merge] = (),
    depth: int | None = None,
    at: int | None = None,
) -> Header | None:
    """The header among the first lines of a table, or None when no row can be one.

    Args:
        lines: the first `HEAD_ROWS` lines.
        expected: names that the mapping waits for; the row that holds the most of them wins.
        merges: merged ranges; they tell the depth of a header.
        depth: how many rows the header has, where the operator says so.
        at: index in `lines` of the header's first row, where the operator says so.
    """
    if at is not None:
        if not 0 <= at < len(lines):
            return None
        return _build(lines, at, depth or _depth(lines, at, merges), merges)
    main = _main_row(lines, expected)
    if main is None:
        return None
    top = main if depth is not None else _top(lines, main, merges)
    height = depth if depth is not None else max(main - top + 1, _depth(lines, top, merges))
    return _build(lines, top, height, merges)


def _main_row(lines: Sequence[Line], expected: Iterable[str]) -> int | None:
    """Index of the row whose cells name the columns."""
    wanted = {part for name in expected for part in (fold(name), fold(name.rsplit(" / ", 1)[-1]))}
    if wanted:
        best, most = 0, 0
        for index, line in enumerate(lines):
            matches = _matches(line, wanted)
            if matches > most:
                best, most = index, matches
            if most == len(wanted):
                break
        if most >= max(1, min(2, len(wanted))):
            return best
    start = _after_table_mark(lines)
    widest = max((len(filled(line.cells)) for line in lines), default=0)
    ranked: list[tuple[int, int, int]] = []
    for index in range(start, len(lines)):
        cells = lines[index].cells
        places = filled(cells)
        if not places or len(places) < 0.6 * widest or (len(places) < 2 <= widest):
            continue
        if all(looks_like_label(cells[i]) for i in places) or _names_periods(cells, places):
            hits = header_hits([shown(cells[i]) for i in places])
            ranked.append((hits if hits >= 2 else 0, -index, index))
    return max(ranked)[2] if ranked else None


def _names_periods(cells: Sequence[Cell], places: Sequence[int]) -> bool:
    """Whether a row names its columns by usual names, and the last ones by the dates of the periods that they report on."""
    dates = [cells[i] for i in places if isinstance(cells[i], date)]
    labels = [cells[i] for i in places if not isinstance(cells[i], date)]
    if len(dates) < 2 or len(set(dates)) < len(dates) or not all(looks_like_label(cell) for cell in labels):
        return False
    return all(isinstance(cells[i], date) for i in places[-len(dates) :]) and header_hits(map(shown, labels)) >= 2


def _matches(line: Line, wanted: set[str]) -> int:
    return len({fold(shown(cell)) for cell in line.cells if not isinstance(cell, list)} & wanted)


def _after_table_mark(lines: Sequence[Line]) -> int:
    """SIPOT files announce the real header by a row that says "Tabla Campos" alone."""
    for index, line in enumerate(lines):
        places = filled(line.cells)
        if len(places) == 1 and fold(shown(line.cells[places[0]])) == "tabla campos":
            return index + 1
    return 0


def _top(lines: Sequence[Line], main: int, merges: Sequence[Merge]) -> int:
    """The first row of the header: rows above the main one that group its columns."""
    top = main
    while top > 0 and main - top + 1 < MAX_HEADER_ROWS and _groups(lines, top, merges):
        top -= 1
    return top


def _groups(lines: Sequence[Line], row: int, merges: Sequence[Merge]) -> bool:
    """Whether the row above groups the columns of this one."""
    above, here = lines[row - 1].cells, lines[row].cells
    places = filled(above)
    if not places or not all(looks_like_label(above[i]) for i in places):
        return False
    width = len(filled(here))
    spans = [m for m in merges if m.top <= row - 1 <= m.bottom]
    if spans:
        if any(m.bottom >= row and m.left == m.right and m.left in filled(lines[m.top].cells) for m in spans):
            return True  # a name that reaches down into this row: both are of one header
        across = [m for m in spans if m.right > m.left]
        if any(m.right - m.left + 1 >= max(width, 2) and m.left <= min(filled(here)) for m in across):
            return False
        return bool(across) or any(m.bottom >= row for m in spans)
    if merges:  # a sheet that merges its cells would have merged this group
        return False
    grouped = [
        i
        for i in places
        if i + 1 < len(here) and not is_blank(here[i]) and (i + 1 >= len(above) or is_blank(above[i + 1]))
    ]
    return len(grouped) == len(places) and (len(places) > 1 or places[0] > 0) and len(places) < width


def _depth(lines: Sequence[Line], top: int, merges: Sequence[Merge]) -> int:
    """How many rows the header has, from its merged cells or from the blanks that the next row fills."""
    if merges:
        bottom = max((m.bottom for m in merges if m.top == top and m.bottom > m.top), default=top)
        if bottom > top and bottom - top < MAX_HEADER_ROWS:
            return bottom - top + 1
        across = [m for m in merges if m.top == top and m.bottom == top and m.right > m.left]
        if across and top + 1 < len(lines):
            under = lines[top + 1].cells
            inside = [i for m in across for i in range(m.left, m.right + 1) if i < len(under)]
            if inside and all(looks_like_label(under[i]) for i in inside):
                return 2
        if across:
            return 1
    if top + 2 < len(lines) and _complements(lines[top].cells, lines[top + 1].cells):
        return 2
    return 1


def _complements(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether the lower row names just the columns that the upper one only groups (a header of two rows without merges)."""
    up, low = filled(upper), filled(lower)
    if len(low) < 2 or not all(looks_like_label(lower[i]) and len(shown(lower[i])) <= 60 for i in low):
        return False
    width = max(up[-1] if up else 0, low[-1]) + 1
    blanks = [i for i in range(width) if i not in up]
    groups = {i - 1 for i in blanks if i - 1 in up}
    alone = [i for i in up if i not in groups]
    return (
        bool(blanks)
        and bool(alone)
        and set(blanks) <= set(low)
        and groups <= set(low)
        and not any(i in low for i in alone)
    )


def _build(lines: Sequence[Line], top: int, depth: int, merges: Sequence[Merge]) -> Header:
    rows = [list(line.cells) for line in lines[top : top + depth]]
    body = lines[top + depth :]
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))
    labels = tuple(tuple(fold(shown(cell)) for cell in row) for row in rows)
    _spread(rows, top, merges)
    parts: list[list[str]] = []
    for column in range(width):
        said: list[str] = []
        for row in rows:
            text = tidy(shown(row[column]))
            if text and (not said or fold(said[-1]) != fold(text)):
                said.append(text)
        parts.append(said)
    names: list[str | None] = []
    seen: dict[str, int] = {}
    for column, said in enumerate(parts):
        name = " / ".join(said) or None
        if name is None and any(column < len(line.cells) and not is_blank(line.cells[column]) for line in body):
            name = unnamed(column)
        names.append(unique(name, seen) if name else None)
    return Header(tuple(names), top, depth, labels)


def _spread(rows: list[list[Cell]], top: int, merges: Sequence[Merge]) -> None:
    """Give every cell of a merged header cell its text; without merges, a group's name to the blanks it stands over."""
    covered = False
    for merge in merges:
        if merge.top < top or merge.top >= top + len(rows):
            continue
        covered = True
        value = rows[merge.top - top][merge.left] if merge.left < len(rows[0]) else None
        for r in range(merge.top, min(merge.bottom, top + len(rows) - 1) + 1):
            for c in range(merge.left, min(merge.right + 1, len(rows[0]))):
                rows[r - top][c] = value
    if covered:
        return
    for upper, lower in itertools.pairwise(rows):
        for column in range(1, len(upper)):
            if is_blank(upper[column]) and not is_blank(lower[column]) and not is_blank(lower[column - 1]):
                upper[column] = upper[column - 1]


def unnamed(column: int) -> str:
    """The name of a column that has data and no header."""
    return f"(columna {column + 1})"


def unique(name: str, seen: dict[str, int]) -> str:
    """A column name that no earlier column has: ``X``, ``X (2)``."""
    seen[name] = seen.get(name, 0) + 1
    if seen[name] == 1:
        return name
    return unique(f"{name} ({seen[name]})", seen)
