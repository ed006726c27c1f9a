"""Rows of a PDF's table that a page breaks: what stands at the head of the next page belongs to the last row of the one before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from connectors.base import Cell
from connectors.header import Line, filled
from connectors.text import shown

_NEAR = 3.0
"""Points within which an edge ends at another."""
_FEWEST = 3
"""Upright rules that must end at one height for it to be the end of a table."""
_COUNTS = re.compile(r"\W*(?:\w{1,3}[.-]?)?\d{1,3}\W*")
_FEWEST_COUNTED = 2


def open_ends(edges: Iterable[dict[str, Any]]) -> list[float]:
    """Heights at which the upright rules of a table end without a rule across: where a page breaks a row and leaves it open.

    Args:
        edges: of a pdfplumber page: `x0`, `x1`, `top`, `bottom`, in points.
    """
    across: list[tuple[float, float, float]] = []
    ends: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge["x1"] - edge["x0"] > _NEAR:
            across.append((float(edge["top"]), float(edge["x0"]), float(edge["x1"])))
        elif edge["bottom"] - edge["top"] > _NEAR:  # shorter ones are the ends of a rule drawn as a thin box
            for end in (edge["top"], edge["bottom"]):
                ends[round(end)].add(round(edge["x0"]))
    return [
        float(height)
        for height, places in sorted(ends.items())
        if len(places) >= _FEWEST
        and not any(abs(y - height) <= _NEAR and x0 < max(places) and x1 > min(places) for y, x0, x1 in across)
    ]


def mend(lines: Sequence[Line], run: Sequence[Line], left_open: bool) -> None:
    """Give the last row of a table what the first row of its next page says of it, and blank that row out.

    Args:
        lines: of the next page, the names of the columns that it repeats blanked out already.
        run: the table so far.
        left_open: the table had no rule below its last row.
    """
    first = next((line for line in lines if filled(line.cells)), None)
    last = next((line for line in reversed(run) if filled(line.cells)), None)
    if first is None or last is None or not (left_open or _goes_on(first, run)):
        return
    for place in filled(first.cells):
        above = last.cells[place]
        last.cells[place] = first.cells[place] if above is None else f"{shown(above)} {shown(first.cells[place])}"
    first.cells = [None] * len(first.cells)


def _goes_on(first: Line, run: Sequence[Line]) -> bool:
    """Whether a row has no number of its own where every row above has one, or begins each of its cells in the middle of a sentence."""
    told = [shown(first.cells[place]) for place in filled(first.cells)]
    if all(text[0].islower() for text in told):
        return True
    rows = [line.cells for line in run if len(filled(line.cells)) > 1][1:]
    return any(
        cell is None and len(rows) >= _FEWEST_COUNTED and all(_is_count(row, place) for row in rows)
        for place, cell in enumerate(first.cells)
    )


def _is_count(row: Sequence[Cell], place: int) -> bool:
    return place < len(row) and row[place] is not None and _COUNTS.fullmatch(shown(row[place])) is not None
