"""Columns that are the statuses themselves, a mark under the one that holds: «Cumplido | En proceso | Sin avance». Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Cell, Row
from connectors.synonyms import SURE, meanings
from connectors.text import fold, is_blank, shown, tidy
from connectors.ticks import label, tick_of
from hub.inspect.model import ColumnGuess
from hub.inspect.profile import Profile
from hub.model import CommitmentStatus
from hub.normalise import institutions, ods, status
from hub.normalise.result import Outcome

CONFIDENCE = 0.9
_FEWEST_GOALS = 3
_SAYS_GOAL = re.compile(r"\b(?:ods|sdg|objetivos?|agenda)\b|\bods\d")
_MOST_ONCE = 0.5
"""Share of the rows that must be marked just once: several marks a row are answers to several questions."""


def columns_of(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns of a table whose marks tell the status; empty where there are none.

    At least two are named by a status that is known, hold nothing but marks, and nearly every row has one of them. Under
    a group («Estatus / …») its other columns belong to them; figures count as marks only where each row has just one.
    """
    named = [name for name in columns if _is_status(name) and _marks_alone(name, rows)]
    if any(_tells_status(name, rows) for name in columns if name not in named):
        return ()
    if len(named) == 1 and _asks(named[0]) and all(_answers(row.values.get(named[0])) for row in rows):
        return tuple(named) if any(tick_of(row.values.get(named[0])) == "yes" for row in rows) else ()
    if len(named) < 2 or not any(status.parse(label(name)).matched for name in named):
        return ()
    groups = {name.rsplit(" / ", 1)[0] for name in named if " / " in name}
    if len(groups) == 1 and all(" / " in name for name in named):
        group = groups.pop() + " / "
        named = [name for name in columns if name.startswith(group) and _marks_alone(name, rows)]
    return tuple(named) if _told_once(named, rows) else ()


def goals_of(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The columns of a table that are a goal each, with a mark where a commitment serves it: «ODS 3», «ODS 5», «ODS 16»."""
    marked = [p for p in profiles if _is_goal(p.column) and all(tick_of(text) is not None for text in p.sample)]
    return tuple(p.column for p in marked) if len(marked) >= _FEWEST_GOALS and any(p.count for p in marked) else ()


def _is_goal(column: str) -> bool:
    said = ods.parse(label(column)).value
    return said is not None and len(said) == 1 and _SAYS_GOAL.search(fold(column)) is not None


def bodies_of(profiles: Sequence[Profile]) -> dict[str, str]:
    """The columns of a table that are an institution each, with a mark where it takes part, and the field that they feed.

    One mark a row says who answers; several say who takes part, and not who leads. Empty where none of the columns has a
    body's name written out («Secretaría de Salud»): acronyms alone may be anything, such as formats of a file.
    """
    marked = [
        p
        for p in profiles
        if institutions.names_body(label(p.column)) and not _is_goal(p.column) and p.count
        and all(tick_of(text) is not None for text in p.sample)
    ]  # fmt: skip
    if len(marked) < 2 or not any(institutions.is_written_out(label(p.column)) for p in marked):
        return {}
    return dict.fromkeys((p.column for p in marked), "institution" if sum(p.filled for p in marked) <= 1 else "support")


def with_ticks(fields: Mapping[str, Any], guesses: Sequence[ColumnGuess]) -> dict[str, Any]:
    """A proposed mapping whose status, or whose goals, are read from the columns that are marked: only such columns share a field."""
    several = {
        field: [guess.column for guess in guesses if guess.field == field]
        for field in ("status", "ods", "institution", "support")
    }
    alone = [
        guess
        for guess in guesses
        if guess.field == "status" and _asks(guess.column) and all(map(_answers, guess.sample))
    ]
    return {
        **fields,
        **{
            field: {"columns": names, "ticked": True}
            for field, names in several.items()
            if len(names) > 1 or (field == "status" and alone)
        },
    }


def _asks(column: str) -> bool:
    """Whether a column's name asks whether all is done: «¿Cumplido?». Yes tells the status; no leaves it open."""
    return status.parse(label(column)).value is CommitmentStatus.COMPLETED


def _answers(cell: Cell) -> bool:
    """Whether a cell answers yes or no in a word, or not at all: a mark may be anything where no other column has one."""
    return is_blank(cell) or (len(tidy(shown(cell))) > 1 and tick_of(cell) in ("yes", "no"))


def _tells_status(column: str, rows: Sequence[Row]) -> bool:
    """Whether a column bears the usual name of the status and says something."""
    means = meanings(column)[:1]
    return bool(means) and means[0][0] == "status" and means[0][1] >= SURE and not _marks_alone(column, rows)


def _is_status(column: str) -> bool:
    found = status.parse(label(column))
    return found.outcome is Outcome.MATCHED or (found.outcome is Outcome.AMBIGUOUS and len(label(column)) > 4)


def _marks_alone(column: str, rows: Sequence[Row]) -> bool:
    return all(tick_of(row.values.get(column)) is not None for row in rows)


def _told_once(columns: Sequence[str], rows: Sequence[Row]) -> bool:
    counts = []
    for row in rows:
        marks = [tick_of(row.values.get(column)) for column in columns]
        counts.append(marks.count("yes") or marks.count("cross"))
    marked = [count for count in counts if count]
    cells = [row.values.get(column) for row in rows for column in columns]
    if any(tidy(shown(cell)).isdigit() for cell in cells if not is_blank(cell)):
        return bool(marked) and all(count == 1 for count in counts)
    return bool(marked) and sum(count == 1 for count in marked) >= _MOST_ONCE * len(marked)
