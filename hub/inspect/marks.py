"""Columns that speak by their looks alone (``X@class``): which of the marks of a cell tells. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Row
from connectors.looks import idle
from connectors.text import shown
from hub.normalise import status
from hub.normalise.result import Outcome

CLASS = "@class"
LEGEND = " (simbología)"
_READ = frozenset({Outcome.MATCHED, Outcome.AMBIGUOUS})


def cells_of(column: str, rows: Sequence[Row]) -> list[Any]:
    """The cells of a column; of one of marks only the mark that tells."""
    cells = [row.values.get(column) for row in rows]
    if not column.endswith(CLASS):
        return cells
    pattern = telling(column, rows)
    if pattern is None:
        return cells
    found = [re.search(pattern, shown(cell)) if cell else None for cell in cells]
    return [match["status"] if match else None for match in found]


def telling(column: str, rows: Sequence[Row]) -> str | None:
    """A pattern for the mark that tells, where cells have marks that all of them have, or several; None: none is needed."""
    said = [shown(cell) for row in rows if (cell := row.values.get(column))]
    if not said or all(" " not in text for text in said):
        return None
    same = "|".join(re.escape(mark) for mark in sorted(idle(said)))
    other = rf"(?!(?:{same})(?:\s|$))" if same else ""
    first = rf"(?:^|\s){other}(?P<status>\S+)"
    last = rf"(?:^|\s){other}(?P<status>\S+)(?:\s+(?:{same}))*$" if same else r"(?P<status>\S+)$"
    return max((first, last), key=lambda pattern: _understood(pattern, said))


def _understood(pattern: str, said: Sequence[str]) -> int:
    found = [match["status"] for text in said if (match := re.search(pattern, text))]
    return sum(status.parse(text).outcome in _READ for text in found)


def with_marks(fields: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """A proposed mapping whose columns of marks are read by the mark that tells."""
    changed = dict(fields)
    column = changed.get("status")
    if isinstance(column, str) and column.endswith(CLASS) and (pattern := telling(column, rows)) is not None:
        changed["status"] = {"column": column, "pattern": pattern}
    return changed


def speechless(columns: Sequence[str], counts: Mapping[str, int]) -> frozenset[str]:
    """Columns that another one speaks for: those without a word by their marks, those of marks by the page's legend."""
    marked = {name for name in columns if f"{name}{CLASS}" in columns and not counts.get(name)}
    explained = {name for name in columns if f"{name}{LEGEND}" in columns}
    return frozenset(marked | explained | {f"{name}{CLASS}" for name in explained})
