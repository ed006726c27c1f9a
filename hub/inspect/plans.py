"""Several tables of one kind in one file: a sheet a plan, or a heading a plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.mapping import DERIVED, find_column
from connectors.synonyms import SURE, meanings
from connectors.table import TITLE
from connectors.text import fold, shown
from hub.inspect.model import Candidate, ColumnGuess

_PLAN = re.compile(r"\b(?:plan(?:es)?|pal)\b")
_FEWEST = 3
_MOST_LACKED = 2
_TOLD = frozenset({"plan", "plan_ordinal", "plan_published"})


def alike(best: Candidate, found: Iterable[Candidate]) -> list[Candidate]:
    """The tables that have the very columns of the best one, itself among them."""
    return [one for one in found if one.connector == best.connector and one.columns == best.columns and one.rows]


def akin(best: Candidate, guesses: Sequence[ColumnGuess], found: Iterable[Candidate]) -> list[Candidate]:
    """Tables of the same page that tell the same of other commitments, but for a column more or less.

    Each has the title's column and most of the others, lacks two at the most, and what it has besides is a field that the
    best one does not have: a table of activities or milestones has words of its own.
    """
    mapped = {guess.field: _bare(guess.column) for guess in guesses if guess.field is not None}
    if best.connector != "html_table" or "title" not in mapped or len(mapped) < _FEWEST:
        return []
    titles = _cells(best, mapped["title"])
    return [
        one
        for one in found
        if one.connector == best.connector
        and one.columns != best.columns
        and one.rows
        and _is_akin(one, mapped)
        and titles.isdisjoint(_cells(one, mapped["title"]))
    ]


def _cells(table: Candidate, name: str) -> frozenset[str]:
    column = find_column(name, table.columns)
    return frozenset(fold(shown(row.values.get(column))) for row in table.rows) if column is not None else frozenset()


def _is_akin(one: Candidate, mapped: Mapping[str, str]) -> bool:
    columns = {fold(column): column for column in map(_bare, one.columns)}
    lacked = [field for field, column in mapped.items() if fold(column) not in columns]
    wanted = {fold(column) for column in mapped.values()}
    own = [column for key, column in columns.items() if key not in wanted]
    fields = [found[0] for column in own if (found := meanings(column))]
    return (
        "title" not in lacked
        and len(lacked) <= _MOST_LACKED
        and len(mapped) - len(lacked) >= max(_FEWEST, len(lacked) + 1)
        and len(fields) == len(own)
        and all(sure >= SURE and field not in ("title", "description") for field, sure in fields)
    )


def with_optional(fields: Mapping[str, Any], tables: Iterable[Candidate]) -> dict[str, Any]:
    """A proposed mapping in which a column that one of the tables lacks may be missing."""
    every = [set(table.columns) for table in tables]
    told: dict[str, Any] = {}
    for name, declared in fields.items():
        entry = {"column": declared} if isinstance(declared, str) else declared
        read = [entry["column"]] if "column" in entry else list(entry.get("columns", ()))
        lacking = any(find_column(column, columns) is None for columns in every for column in read if column != TITLE)
        told[name] = {**entry, "optional": True} if lacking else declared
    return told


def _bare(column: str) -> str:
    for ending in DERIVED:
        column = column.removesuffix(ending)
    return column


def with_plans(fields: Mapping[str, Any], tables: Iterable[Candidate]) -> dict[str, Any]:
    """A proposed mapping that takes each table's title for its plan, where there are several and each title names a plan of its own."""
    titles = [fold(table.title) for table in tables]
    if len(titles) < 2 or len(set(titles)) < len(titles) or _TOLD & fields.keys():
        return dict(fields)
    if not all(_PLAN.search(title) for title in titles):
        return dict(fields)
    return {**fields, "plan": TITLE}
