"""Tables of a page that lie on their side: fields down the left, label and value in turns, or one above the other.

Told by the usual names of columns, never by the layout alone: a table of figures with names on its left stays as it is.
`connectors.sideways` does the same for grids without markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from connectors.html_cells import HtmlCell, HtmlGrid
from connectors.item_label import NUMBER, TITLE, commitment_label
from connectors.synonyms import header_hits, meanings
from connectors.text import fold

Cells = list[HtmlCell | None]

MOST_ROWS = 200
"""Rows of a table that may lie on its side: each is a field, or a part of one."""
_LEAST = 3
"""Usual column names that a side must have."""
_BEFORE = re.compile(r"^\W*(?:[^\W\d_]+\s+){0,3}?(?=compromiso\b)", re.IGNORECASE)


@dataclass(slots=True)
class Upright:
    """Records of a table: `labels` name what each of `records` says by position; `banners` stand across the whole table."""

    number: int
    labels: list[HtmlCell]
    records: list[Cells]
    banners: list[str] = field(default_factory=list)


def upright(grid: HtmlGrid, *, forced: bool = False) -> Upright | None:
    """A table's records where it lies on its side; None where its columns are its fields.

    Args:
        forced: names stand on the left, whatever they are.
    """
    if len(grid.rows) > MOST_ROWS and not forced:
        return None
    banners, rows = _without_banners(grid)
    if len(rows) < 2:
        return None
    width = max(len(row) for row in rows)
    if not forced and width >= 4 and width % 2 == 0 and _is_in_turns(rows, width):
        labels, records = _in_turns(rows, width)
    elif forced or (width == 2 and _is_pair(grid, rows)) or _is_side(rows):
        labels, records = _beside(rows)
    elif _is_above(rows):
        labels, records = _above(rows)
    else:
        return None
    return Upright(grid.number, labels, records, banners)


def joined(found: Sequence[HtmlGrid]) -> list[list[Upright]]:
    """The tables that lie on their side: those of one record each that share their labels as one list, every other alone.

    A short one that no name of its own tells ("Compromiso", "Encargados") is told by the labels of the others.
    """
    groups: list[list[Upright]] = []
    short: list[HtmlGrid] = []
    for grid in found:
        table = upright(grid)
        if table is None:
            short.append(grid)
            continue
        home = next((group for group in groups if _alike(group[0], table)), None)
        if home is not None:
            home.append(table)
        else:
            groups.append([table])
    for grid in short:
        table = upright(grid, forced=True) if not grid.head and len(grid.rows) <= MOST_ROWS else None
        home = next(
            (group for group in groups if table is not None and len(group) > 1 and _is_among(table, group)), None
        )
        if home is not None and table is not None:
            home.append(table)
            home.sort(key=lambda one: one.number)
    return groups


def may_be_joined(grid: HtmlGrid) -> bool:
    """Whether `joined` may put a table together with others: it holds one record, under labels on its left."""
    table = upright(grid)
    if table is None:
        if grid.head or len(grid.rows) > MOST_ROWS:
            return False
        table = upright(grid, forced=True)
        return table is not None and len(table.records) == 1 and len(table.labels) > 1
    return len(table.records) == 1


def union(tables: Sequence[Upright]) -> tuple[list[HtmlCell], list[Cells]]:
    """The labels of several tables, each once, and their records under them."""
    headed = [_headed(table) for table in tables]
    named = {name for heads in headed for name, text in heads.items() if text}
    if len(tables) > 1 and len({heads.get(TITLE) for heads in headed}) == 1:
        named.discard(TITLE)  # one title for all of them is the page's
    if len(tables) == 1 and commitment_label(headed[0].get(TITLE) or "") is None:
        named.discard(TITLE)
    labels: dict[str, HtmlCell] = {name: _cell(name) for name in (TITLE, NUMBER) if name in named}
    for table in tables:
        for key, label in zip(_keys(table), table.labels, strict=True):
            labels.setdefault(key, label)
    places = {key: index for index, key in enumerate(labels)}
    records: list[Cells] = []
    for table, heads in zip(tables, headed, strict=True):
        for record in table.records:
            cells: Cells = [None] * len(places)
            for key, cell in zip(_keys(table), record, strict=True):
                cells[places[key]] = cell
            for name in named:
                if text := heads.get(name):
                    cells[places[name]] = _cell(text)
            records.append(cells)
    return list(labels.values()), records


def _keys(table: Upright) -> list[str]:
    """What tells a table's labels apart and joins them to those of another: each text, and which one of that text it is."""
    seen: Counter[str] = Counter()
    keys = []
    for label in table.labels:
        name = fold(label.text)
        seen[name] += 1
        keys.append(f"{name} {seen[name]}")
    return keys


def _headed(table: Upright) -> dict[str, str]:
    """What a table's banners say that none of its labels does: the commitment, or its number."""
    if len(table.records) != 1 or not table.banners:
        return {}
    means = {meant[0][0] for one in table.labels if (meant := meanings(one.text))}
    own = [_BEFORE.sub("", text) for text in table.banners]
    label = next(((text, found) for text in own if (found := commitment_label(text)) is not None), None)
    told: dict[str, str] = {}
    if label is not None and label[1].number and not label[1].title and not means & {"number", "code"}:
        told[NUMBER] = label[1].number
    elif "title" not in means:
        told[TITLE] = label[0] if label is not None and label[1].title else table.banners[0]
    return told


def _alike(one: Upright, other: Upright) -> bool:
    if len(one.records) != 1 or len(other.records) != 1:
        return False
    mine, theirs = ({fold(label.text) for label in table.labels} for table in (one, other))
    return len(mine & theirs) >= max(2, 0.5 * min(len(mine), len(theirs)))


def _is_among(table: Upright, group: Sequence[Upright]) -> bool:
    """Whether a table of one record has no label that those of a group do not have."""
    known = {fold(label.text) for one in group for label in one.labels}
    mine = [fold(label.text) for label in table.labels]
    return len(table.records) == 1 and len(mine) > 1 and set(mine) <= known


def _without_banners(grid: HtmlGrid) -> tuple[list[str], list[Cells]]:
    """Texts that stand across the whole table, and the rows without them."""
    filled = [(at, row) for at, row in enumerate(grid.rows) if any(cell is not None and cell.text for cell in row)]
    width = max((len(row) for _, row in filled), default=0)
    across = {m.top for m in grid.merges if m.top == m.bottom and m.left == 0 and m.right >= width - 1 > 0}
    banners = [cell.text for at, row in filled if at in across and (cell := row[0]) is not None]
    return banners, [row for at, row in filled if at not in across]


def _texts(cells: Sequence[HtmlCell | None]) -> list[str]:
    return [cell.text for cell in cells if cell is not None and cell.text]


def _first(row: Cells) -> HtmlCell | None:
    return row[0] if row and row[0] is not None and row[0].text else None


def _is_pair(grid: HtmlGrid, rows: Sequence[Cells]) -> bool:
    """Two columns whose first one names things: by ``<th>``, by a colon, or by usual column names."""
    if any(len(row) != 2 or row[0] is None for row in rows) or grid.head:
        return False
    first = [cell for row in rows if (cell := row[0]) is not None]
    if all(cell.is_header for cell in first) and not (rows[0][1] is not None and rows[0][1].is_header):
        return True
    colons = sum(cell.text.endswith(":") for cell in first)
    hits = header_hits([cell.text for cell in first])
    if hits == len(first) and not header_hits(_texts([row[1] for row in rows])):
        return True  # usual names all down the left, and none on the right
    return colons >= 0.8 * len(first) or hits >= max(_LEAST, 0.5 * len(first))


def _is_side(rows: Sequence[Cells]) -> bool:
    """Usual column names down the left, each once, and none beside another along the top."""
    labels = _texts([_first(row) for row in rows])
    return (
        header_hits(labels) >= max(_LEAST, 0.5 * len(labels))
        and len(set(map(fold, labels))) == len(labels)
        and header_hits(_texts(rows[0])) <= 1
        and any(len(row) > 2 for row in rows)
    )


def _beside(rows: Sequence[Cells]) -> tuple[list[HtmlCell], list[Cells]]:
    named = [row for row in rows if _first(row) is not None]
    if _first(rows[0]) is None and len(_texts(rows[0])) > 1:  # a blank corner: the columns are named above
        named.insert(0, rows[0])
    labels = [_first(row) or _cell("") for row in named]
    width = max((len(row) for row in named), default=0)
    return labels, [[_at(row, column) for row in named] for column in range(1, width)]


def _is_in_turns(rows: Sequence[Cells], width: int) -> bool:
    """Label, value, label, value: usual column names at every other place, each once, and few between them."""
    labels = _texts([_at(row, place) for row in rows for place in range(0, width, 2)])
    values = _texts([_at(row, place) for row in rows for place in range(1, width, 2)])
    hits = header_hits(labels)
    return (
        hits >= max(_LEAST, 0.6 * len(labels))
        and len(set(map(fold, labels))) == len(labels)
        and 2 * header_hits(values) < hits
    )


def _in_turns(rows: Sequence[Cells], width: int) -> tuple[list[HtmlCell], list[Cells]]:
    pairs = [(_at(row, place), _at(row, place + 1)) for row in rows for place in range(0, width, 2)]
    return _record(pairs)


def _is_above(rows: Sequence[Cells]) -> bool:
    """A row of labels, a row of values, in turn: usual column names in every other row, each once, and none between them."""
    if len(rows) < 4 or len(rows) % 2:
        return False
    labels = _texts([cell for row in rows[::2] for cell in row])
    return (
        all(2 * header_hits(_texts(row)) >= len(_texts(row)) > 0 for row in rows[::2])
        and header_hits(labels) >= _LEAST
        and len(set(map(fold, labels))) == len(labels)
        and not any(header_hits(_texts(row)) for row in rows[1::2])
    )


def _above(rows: Sequence[Cells]) -> tuple[list[HtmlCell], list[Cells]]:
    in_pairs = list(pairwise(rows))[::2]
    return _record([(name, _at(values, place)) for names, values in in_pairs for place, name in enumerate(names)])


def _record(pairs: Sequence[tuple[HtmlCell | None, HtmlCell | None]]) -> tuple[list[HtmlCell], list[Cells]]:
    """The one record of labels and values; a value without a label stays, under none."""
    told = [(label or _cell(""), value) for label, value in pairs if _texts([label, value])]
    return [label for label, _ in told], [[value for _, value in told]]


def _at(row: Sequence[HtmlCell | None], place: int) -> HtmlCell | None:
    return row[place] if place < len(row) else None


def _cell(text: str) -> HtmlCell:
    return HtmlCell(text, [], [], "", False)
