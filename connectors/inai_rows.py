"""The rows of the tables that a page of prose holds, out of its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.blocks import Block


def cells_of(blocks: Iterable[Block]) -> list[dict[int, list[Block]]]:
    """Each row of a table as column → the blocks of its cell; cells without a word are left out."""
    rows: dict[int, dict[int, list[Block]]] = {}
    for block in blocks:
        if block.row is not None and block.column is not None:
            rows.setdefault(block.row, {}).setdefault(block.column, []).append(block)
    return list(rows.values())


def first_of(cell: Sequence[Block]) -> str:
    """The first line of a cell."""
    return cell[0].text


def rows_of(blocks: Iterable[Block]) -> list[dict[int, str]]:
    """Each row of a table as column → text."""
    return [
        {column: "\n".join(block.text for block in cell) for column, cell in row.items()} for row in cells_of(blocks)
    ]
