"""A value told by a mark under one of several columns: «Cumplido | En proceso | Sin avance» with an X under one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from connectors.base import Cell
from connectors.text import is_blank, shown, tidy

Tick = Literal["yes", "no", "cross"]

_YES = frozenset("✓✔☑✅🗸√●•⬤■◼⚫*✳🟢")
_CROSS = frozenset("x×✗✘☒❌✖❎")
_NO = frozenset("-–—_.·○◯☐□⬜⚪0")
_WORDS: dict[str, Tick] = {
    "1": "yes", "si": "yes", "sí": "yes", "s": "yes", "yes": "yes", "y": "yes", "true": "yes", "verdadero": "yes",
    "ok": "yes", "xx": "cross", "xxx": "cross", "no": "no", "n": "no", "false": "no", "falso": "no", "n/a": "no", "na": "no",
}  # fmt: skip


def tick_of(cell: Cell) -> Tick | None:
    """What a cell is as a mark: a tick, a cross (a mark, unless another column of the row is ticked), the lack of one.

    None for a cell that is no mark: it says something of its own.
    """
    if is_blank(cell):
        return "no"
    text = tidy(shown(cell)).replace("\ufe0f", "").casefold()
    if text in _WORDS or text in ("1.0", "0.0"):
        return _WORDS.get(text) or ("yes" if text == "1.0" else "no")
    if len(text) != 1:
        return None
    return "yes" if text in _YES else "cross" if text in _CROSS else "no" if text in _NO else None


def ticked(cells: Mapping[str, Cell]) -> Cell:
    """The name of the column that is marked in a row; several where several are, for the reader to refuse.

    A cell that says something of its own is kept beside its column's name: «Cumplido: 12/03/2023».
    """
    marks = {name: tick_of(cell) for name, cell in cells.items()}
    wanted = "yes" if "yes" in marks.values() else "cross"
    said: list[Cell] = []
    for name, mark in marks.items():
        if mark is None:
            said.append(f"{label(name)}: {tidy(shown(cells[name]))}")
        elif mark == wanted:
            said.append(label(name))
    return said[0] if len(said) == 1 else (said or None)


def label(column: str) -> str:
    """What a column's own name says under the group that it stands in, or asks: «Cumplido» of «Estatus / Cumplido», of «¿Cumplido?»."""
    return column.rsplit(" / ", 1)[-1].strip("¿? ")
