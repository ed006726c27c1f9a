"""Books with a sheet a quarter: the same list at several times, of which the newest that is filled in tells how it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.header import Header, Line, filled
from connectors.reports import month_of, period_of
from connectors.synonyms import best_fields
from connectors.text import fold, is_blank, shown

_SAME = 0.5
"""Share of the titles of the smaller sheet from which on two sheets are the same list."""
_FILLED = 0.6
"""Share of the fullest sheet's cells from which on a sheet is filled in: the one of a quarter to come has its titles alone."""


def moment_of(name: str) -> str | None:
    """The part of a year that a sheet's name tells, comparable: ``2024-03`` of «1T 2024», ``03`` of «Primer trimestre»; None: it tells none.

    A bare year is none: the sheets of several years are as likely several plans.
    """
    period = period_of(name)
    if period is not None:
        return period if "-" in period else None
    month = month_of(fold(name)) if re.search(r"\d|trim|sem|bim|[a-z]{4}", fold(name)) else None
    return f"{month:02}" if month else None


def newest(sheets: Sequence[tuple[str, Header | None, Sequence[Line]]]) -> int | None:
    """Which of the sheets of a book is the newest state of the list that all of them are; None where they are several lists.

    Args:
        sheets: name, header and lines of each.
    """
    moments = [moment_of(name) for name, _, _ in sheets]
    told = [moment for moment in moments if moment is not None]
    if len(sheets) < 2 or len(set(told)) < len(sheets) or len({len(moment) > 2 for moment in told}) > 1:
        return None
    titles = [_titles(header, lines) for _, header, lines in sheets]
    cells = [_cells(header, lines) for _, header, lines in sheets]
    ranked = sorted(range(len(sheets)), key=lambda index: str(moments[index]), reverse=True)
    last = next((index for index in ranked if cells[index] >= _FILLED * max(cells)), None)
    if last is None or not all(_alike(titles[last], other) for other in titles):
        return None
    return last


def _titles(header: Header | None, lines: Sequence[Line]) -> set[str]:
    if header is None:
        return set()
    column = best_fields(header.columns).get("title")
    at = header.names.index(column) if column is not None else None
    if at is None:
        return set()
    return {
        fold(shown(line.cells[at]))
        for line in lines[header.first + header.depth :]
        if at < len(line.cells) and not is_blank(line.cells[at])
    }


def _cells(header: Header | None, lines: Sequence[Line]) -> int:
    return sum(len(filled(line.cells)) for line in lines[header.first + header.depth :]) if header is not None else 0


def _alike(one: set[str], other: set[str]) -> bool:
    return bool(one) and bool(other) and len(one & other) >= _SAME * min(len(one), len(other))
