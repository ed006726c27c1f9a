"""Cells that repeat the name of their column for small screens: «Responsable: Finanzas» under «Responsable». Pure."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.header import Header
from connectors.html_cells import HtmlCell
from connectors.text import fold


def without_labels(rows: Sequence[Sequence[HtmlCell | None]], header: Header) -> None:
    """Take the column's name and its colon from before the cells of every column whose cells all begin with it."""
    for index, name in enumerate(header.names):
        cells = [row[index] for row in rows if index < len(row)]
        said = [cell for cell in cells if cell is not None and cell.text]
        if name is None or not said:
            continue
        label = fold(name.rsplit(" / ", 1)[-1])
        rests = [_rest(cell.text, label) for cell in said]
        if all(rest is not None for rest in rests):
            for cell, rest in zip(said, rests, strict=True):
                cell.text = rest or ""


def _rest(text: str, label: str) -> str | None:
    before, colon, after = text.partition(":")
    return after.strip() if colon and fold(before) == label else None
