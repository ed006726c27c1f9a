"""Dates that a spreadsheet shows as bare numbers: 44200 in a column of dates whose cells lost their format.

A spreadsheet counts days (ECMA-376 part 1, 18.17.4.1: 1 is 1900-01-01, or 0 is 1904-01-01 in a book that says so). Such a
number is read as a date only where the column is one of dates and no number of it can be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from connectors.base import Cell
from connectors.header import Header, Line
from connectors.synonyms import plain
from connectors.table import Reading
from connectors.text import clip, fold

_EARLIEST, _LATEST = date(2005, 1, 1), date(2040, 12, 31)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SAYS_DATE = re.compile(
    r"\b(?:fechas?|dates?|inicio|inicia|termino|termina|fin|finaliza|conclusion|concluye|vencimiento|vence|entrega|plazo|vigencia"
    r"|start|end|due|deadline)\b"
)


def read_serials(
    lines: Sequence[Line], header: Header | None, reading: Reading, sheet: str, *, from_1904: bool = False
) -> None:
    """Turn the serial numbers of the columns of dates into dates, in place, and report every such column.

    Args:
        lines: the sheet's rows.
        header: its header; without one nothing is read.
        reading: told of what was found; `dated` are the columns that the mapping reads as dates.
        sheet: its name, for the report.
        from_1904: whether the book counts its days from 1904.
    """
    if header is None:
        return
    epoch = _EPOCH_1904 if from_1904 else _EPOCH
    dated = {fold(name) for name in reading.dated}
    body = lines[header.first + header.depth :]
    for column, name in enumerate(header.names):
        if name is not None and (fold(name) in dated or _SAYS_DATE.search(plain(name))):
            _read_column(body, column, name, epoch, reading, sheet)


def _read_column(body: Sequence[Line], column: int, name: str, epoch: date, reading: Reading, sheet: str) -> None:
    held = [(line, cell) for line in body if column < len(line.cells) and _is_number(cell := line.cells[column])]
    days = {_day(cell, epoch) for _, cell in held}
    plausible = days - {None}
    if not plausible:
        return
    line, cell = next((line, cell) for line, cell in held if _day(cell, epoch) is not None)
    where = f"La columna «{clip(name, 60)}» de la hoja «{clip(sheet, 40)}»"
    remedy = "dé a las celdas de la columna el formato «Fecha» en la hoja de cálculo y vuelva a publicarla."
    example = f"{cell} en la fila {line.number}"
    if None in days:
        reading.note(
            "SERIAL_DATE_UNSURE",
            f"{where} mezcla números que pueden ser fechas sin formato ({example}) con otros que no lo son; se dejaron como"
            f" están. El formato de las celdas es «General» o «Número»: {remedy}",
            raw=str(cell),
        )
        return
    reading.note(
        "SERIAL_DATE",
        f"{where} trae {len(held)} fechas como número ({example}), porque el formato de las celdas es «General» o «Número»; se"
        f" leyeron como fechas ({_day(cell, epoch)}). Para que no haya duda, {remedy}",
        raw=str(cell),
    )
    for line, cell in held:
        line.cells[column] = _day(cell, epoch)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _day(cell: Cell, epoch: date) -> date | None:
    """The day a number counts to; None where it is no day of the years that plans speak of. A fraction is a time of the day."""
    if not isinstance(cell, int | float) or not 0 < cell < 100_000:
        return None
    day = epoch + timedelta(days=int(cell))
    return day if _EARLIEST <= day <= _LATEST else None
