"""The time that a report is of, from the cells that tell it: a date, «2023» and «T2», «Enero - Marzo 2023». Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from connectors.base import Cell
from connectors.reports import month_of, period_of
from connectors.text import fold, is_blank, shown

_UNITS = (("trimestre", 3, 4), ("bimestre", 2, 6), ("cuatrimestre", 4, 3), ("semestre", 6, 2), ("mes", 1, 12))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_ROMAN_PART = re.compile(r"\b(i{1,3}|iv|vi?)\b(?=\s*(?:trim|sem|bim))")
DAY = re.compile(r"(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<year>(?:19|20)\d\d)")
_ISO_DAY = re.compile(r"(?P<year>(?:19|20)\d\d)[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})")

Moment = tuple[int, int, int]
"""Year, month and day of a report; 0 where it is not told."""
Order = Literal["dmy", "mdy"]
Orders = Mapping[str, Order]
"""Column -> the order of day and month in it, where the mapping or one of its dates tells it."""


def moment(cells: Sequence[tuple[str, Cell]], orders: Orders) -> Moment | None:
    """When a row's report is of, from its cells of time by column: «2023» and «T2», «Enero - Marzo 2023», 31/03/2023.

    None: they do not tell, such as 03/04/2023 in a column whose order of day and month nothing decides.
    """
    days: list[Moment] = []
    year = month = 0
    for name, cell in cells:
        if is_blank(cell):
            continue
        if isinstance(cell, date):
            days.append((cell.year, cell.month, cell.day))
            continue
        text = _ROMAN_PART.sub(lambda found: str(_ROMAN[found[1]]), fold(shown(cell)))
        full = [_day(one, orders.get(name)) for one in DAY.finditer(text)]
        full += [(int(one["year"]), int(one["month"]), int(one["day"])) for one in _ISO_DAY.finditer(text)]
        if full:
            told = [day for day in full if day is not None]
            if len(told) < len(full):
                return None
            days += told
        elif (part := _part(fold(name), text)) is not None:
            month = month or part
        elif (period := period_of(text)) is not None:
            said, _, of_it = period.partition("-")
            year, month = int(said), int(of_it or month)
        elif (alone := month_of(text)) is not None:
            month = alone
        else:
            return None
    if days:
        return max(days)
    return (year, month, 0) if year or month else None


def _day(found: re.Match[str], order: Order | None) -> Moment | None:
    """The day that a date in numbers says; None where it may be two, or is none in this order."""
    year, first, second = int(found["year"]), int(found["first"]), int(found["second"])
    readings: dict[Order, Moment] = {}
    if second <= 12:
        readings["dmy"] = (year, second, first)
    if first <= 12:
        readings["mdy"] = (year, first, second)
    if order is not None:
        return readings.get(order)
    return next(iter(readings.values())) if len(set(readings.values())) == 1 else None


def _part(name: str, text: str) -> int | None:
    """The last month of a part of the year that is told by its number alone, under the name of the unit: 2 under «Trimestre»."""
    number = _ROMAN.get(text) or (int(text) if text.isdigit() and len(text) < 3 else None)
    for unit, months, most in _UNITS:
        if number is not None and re.search(rf"\b{unit}\b", name) and 1 <= number <= most:
            return number * months
    return None


def written(when: Moment) -> str | None:
    """A moment as a partial date: ``2024``, ``2024-06``, ``2024-06-30``; None where it has no year."""
    year, month, day = when
    if not year:
        return None
    return f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
