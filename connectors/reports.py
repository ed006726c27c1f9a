"""Progress that is published a period a column: «Avance 2019», «Avance 2020», or the bare years. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Cell
from connectors.text import fold, is_blank, shown

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{'|'.join((*_MONTHS, 'setiembre'))})\b")
_SHORT_MONTHS = {month[:3]: number for number, month in enumerate(_MONTHS, 1)} | {
    "sept": 9, "set": 9, "jan": 1, "apr": 4, "aug": 8, "dec": 12,
}  # fmt: skip
_SHORT_MONTH = re.compile(rf"\b(?P<month>{'|'.join(sorted(_SHORT_MONTHS, key=len, reverse=True))})\b\.?")
_MONTH_OF_YEAR = re.compile(rf"(?P<name>{_SHORT_MONTH.pattern}|{_MONTH.pattern})[\s/'’-]{{1,2}}(?P<year>[0-4]\d)(?!\d)")
"""«Ene-24», as a spreadsheet writes the month of a date. Among columns it is a month and no day: nobody reports daily."""
_ISO = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])(?:-\d\d)?(?: 00:00:00)?")
_CUT = re.compile(r"(?<!\d)(?:1[3-9]|2\d|3[01])[/.-](?P<month>0?[1-9]|1[0-2])[/.-](?P<year>20\d\d)(?!\d)")
"""The day that a column reports up to, «Avance al 30/06/2024»: one that is no month, so that its order is sure."""
_ORDINALS = {"primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4, "quinto": 5, "sexto": 6}
_PART = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<before>[1-6])\s*(?:er|do|ro|to|[°ºª.])*)\s*(?P<unit>trim|sem|bim)\w*"
    r"|\b(?P<unit_before>trim|sem|bim)\w*\.?\s*(?P<after>[1-6])\b|\b(?:[tq](?P<short>[1-4])|(?P<shorter>[1-4])[tq])\b"
)
_MONTHS_OF = {"bim": 2, "trim": 3, "sem": 6}


def period_of(column: str) -> str | None:
    """The end of the period that a column's name tells, as a partial date: ``2019``, ``2023-06``; None: it tells none.

    A quarter, a semester or two months end with their last month; of several years the last one counts.
    """
    name = fold(column)
    if (whole := _ISO.search(name) or _CUT.search(name)) is not None:
        return f"{whole['year']}-{int(whole['month']):02}"
    if (short := _MONTH_OF_YEAR.search(name)) is not None:
        return f"20{short['year']}-{month_of(short['name']):02}"
    years = _YEAR.findall(name)
    if not years:
        return None
    month = month_of(_YEAR.sub(" ", name))
    return f"{max(years)}-{month:02}" if month else max(years)


def month_of(name: str) -> int | None:
    """The last month of the period that a folded name tells without its year: 6 of «segundo trimestre»; None: it tells none."""
    said = [_MONTHS.index(word.replace("setiembre", "septiembre")) + 1 for word in _MONTH.findall(name)]
    if said:
        return said[-1]
    part = _PART.search(name)
    if part is None:
        short = [found["month"] for found in _SHORT_MONTH.finditer(name)]
        return _SHORT_MONTHS[short[-1]] if short else None
    unit = part["unit"] or part["unit_before"] or "trim"
    number = _ORDINALS.get(part["word"] or "") or int(
        part["before"] or part["after"] or part["short"] or part["shorter"]
    )
    month = number * _MONTHS_OF[unit]
    return month if month <= 12 else None


def place_of(column: str) -> str | None:
    """What columns of one series are put in order by: their period, or the part of an untold year («2do trimestre»); None: neither."""
    period = period_of(column)
    if period is not None:
        return period
    month = month_of(fold(column))
    return f"{month:02}" if month else None


def bare_name(column: str) -> str:
    """A column's name without its period: ``Avance`` of ``Avance 2019``; empty where it says nothing else."""
    name = _YEAR.sub(" ", _MONTH_OF_YEAR.sub(" ", _ISO.sub(" ", _CUT.sub(" ", fold(column)))))
    name = _SHORT_MONTH.sub(" ", _PART.sub(" ", _MONTH.sub(" ", name)))
    name = re.sub(r"\b(?:al?|del?|ano|en|el|cierre|corte|31|30)\b", " ", name)
    return " ".join(re.sub(r"[^\w%]+", " ", name).split())


def in_order(columns: Sequence[str]) -> list[str]:
    """Columns of a series, the oldest period first."""
    return sorted(columns, key=lambda name: place_of(name) or "")


def reports(columns: Sequence[str], cells: Mapping[str, Cell]) -> list[dict[str, Any]]:
    """A report for each filled column, oldest first: its date, if its name tells one, and its cell as progress, or as status where it
    has no number."""
    found = []
    for column in in_order(columns):
        cell = cells.get(column)
        if is_blank(cell):
            continue
        kind = "progress" if any(char.isdigit() for char in shown(cell)) else "status"
        found.append({"date": period_of(column), kind: cell.strip() if isinstance(cell, str) else cell})
    return found


def latest(found: Sequence[Mapping[str, Any]], kind: str) -> Any:
    """What the newest report of a kind says; None where none does."""
    return next((report[kind] for report in reversed(found) if kind in report), None)
