"""What a spreadsheet published as a page shows around its cells: letters above the columns, numbers beside the rows. Pure."""

from __future__ import annotations

from itertools import pairwise

from connectors.header import Merge
from connectors.html_cells import HtmlGrid


def without_letters(grid: HtmlGrid) -> HtmlGrid:
    """A grid without the row of letters A, B, C … that heads it, and without the column of row numbers beside it.

    The rows taken away stay as empty ones, so that the others keep their numbers.
    """
    if grid.head != 1 or len(grid.rows) < 2:
        return grid
    letters = [cell.text for cell in grid.rows[0] if cell is not None and cell.text]
    if len(letters) < 2 or letters[0] != "A" or any(not _follows(a, b) for a, b in pairwise(letters)):
        return grid
    numbered = all(row[0] is None or row[0].is_header for row in grid.rows[1:] if row)
    first = 1 if numbered else 0
    rows = [[], *(row[first:] for row in grid.rows[1:])]
    merges = [Merge(m.top, m.left - first, m.bottom, m.right - first) for m in grid.merges if m.left >= first]
    return HtmlGrid(grid.number, rows, merges)


def _follows(before: str, after: str) -> bool:
    return after.isalpha() and after.isupper() and after.isascii() and _place(after) == _place(before) + 1


def _place(letters: str) -> int:
    total = 0
    for letter in letters:
        total = 26 * total + ord(letter) - 64
    return total
