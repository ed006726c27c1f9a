"""What the cells of one column look like: match rates of every normaliser over a sample. Pure."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors import json_parts
from connectors.text import clip, is_blank, shown
from hub.normalise import dates, institutions, kinds, links, ods, percent, periods, places, status
from hub.normalise.persons import are_persons
from hub.normalise.places import PlaceContext
from hub.normalise.result import Outcome
from hub.normalise.text import no_data, words

SAMPLE = 200
"""Cells of a column that are looked at."""
_LONGEST = 4_000
_CODE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9]{1,12}(?:[-_./ ]?[A-Za-z0-9]{1,12}){0,5}")
_HASH = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,40}", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*(?:[-–/,;y]|al?)\s*(?:19|20)\d\d)*")
_PLAN = re.compile(r"\bplan(?:es)?\b|\bpal\b|\baction plan\b")
_TARGET = re.compile(r"\b\d{1,2}\.(?:\d{1,2}|[a-d])\b", re.IGNORECASE)
_OUTLINE = re.compile(r"\d+(?:\.\d+)+\.?\s+[A-Za-zÁÉÍÓÚÑáéíóúñ]{3,}")
_DATED = re.compile(r"\d{4}-\d{2}")
_MONTH_YEAR = re.compile(r"[A-Za-z]{3,5}\.?[-/ ']{1,2}\d\d|\d\d[-/ ][A-Za-z]{3,5}\.?")
"""«ene-23», as a spreadsheet writes the month of a date: which of the two it says stays open, that it is a date does not."""
_DATE_FIGURES = (5, 8, 10, 13)
"""How many figures a date without signs has: a spreadsheet's days, 20241231, an instant in seconds or milliseconds since 1970."""
_FLAGS = frozenset(["si", "no", "s", "n", "yes", "y", "x", "true", "false", "t", "f", "verdadero", "falso", "v"])


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0 to 1) of the filled cells of a column that a normaliser understands, and their shape.

    Attributes:
        filled: share of the rows that have the cell.
        count: filled cells looked at.
        distinct: different values among them, as a share.
        words: words a cell, on average.
        running: whether they are 1, 2, 3 … in order.
    """

    column: str
    filled: float
    count: int
    distinct: float
    words: float
    length: float
    running: bool
    rates: dict[str, float]
    sample: tuple[str, ...]

    def __getitem__(self, name: str) -> float:
        return self.rates.get(name, 0.0)

    @property
    def kind(self) -> str:
        """The likeliest kind of the cells, in a word; empty for a column without cells."""
        if not self.count:
            return ""
        if self.running:
            return "running"
        names = (
            "url", "percent", "date", "period", "year", "ods_named", "status", "fraction", "state", "body", "code", "number",
        )  # fmt: skip
        best = max(names, key=lambda name: (self[name] >= 0.7, self[name]))
        if self[best] >= 0.7:
            return best
        return "prose" if self.words >= 4 else "text"


def profile(column: str, cells: Iterable[Any]) -> Profile:
    """Look at a column's cells (at most `SAMPLE` of them, spread evenly)."""
    every = list(cells)
    filled = [cell for cell in every if not is_blank(cell)]
    step = max(1, len(filled) // SAMPLE)
    taken = filled[::step][:SAMPLE]
    texts = [shown(cell)[:_LONGEST].strip() for cell in taken]
    said = [(cell, text) for cell, text in zip(taken, texts, strict=True) if not no_data(text)]
    count = len(said)
    rates = {name: _rate(test, said) for name, test in _TESTS.items()}
    lengths = [len(text.split()) for _, text in said]
    return Profile(
        column=column,
        filled=len(filled) / max(len(every), 1),
        count=count,
        distinct=len({words(text) or text for _, text in said}) / max(count, 1),
        words=sum(lengths) / max(count, 1),
        length=sum(len(text) for _, text in said) / max(count, 1),
        running=_is_running([text for _, text in said]),
        rates=rates,
        sample=tuple(clip(text, 60) for text in dict.fromkeys(texts))[:3],
    )


def _rate(test: Callable[[Any, str], bool], said: Sequence[tuple[Any, str]]) -> float:
    if not said:
        return 0.0
    return sum(1 for cell, text in said if test(cell, text)) / len(said)


def _is_running(texts: Sequence[str]) -> bool:
    """1, 2, 3 …, or Compromiso 1, Compromiso 2 …; holes and repetitions by merged rows are allowed."""
    found = [kinds.number(text).value for text in texts]
    numbers = [pair[1] for pair in found if pair is not None]
    if len(numbers) < 2 or len(numbers) < 0.9 * len(texts) or len(set(numbers)) < 2:
        return False
    rising = sum(1 for before, after in itertools.pairwise(numbers) if 0 <= after - before <= 3)
    return (
        numbers[0] <= 3 and rising >= 0.8 * (len(numbers) - 1) and max(numbers) <= 3 * len(numbers) and max(numbers) > 1
    )


def _number(cell: Any, text: str) -> bool:
    return (isinstance(cell, int | float) and not isinstance(cell, bool)) or percent.number(text) is not None


def _value(cell: Any, text: str) -> float | None:
    if isinstance(cell, bool):
        return None
    return float(cell) if isinstance(cell, int | float) else percent.number(text)


def _bounded(cell: Any, text: str) -> bool:
    value = _value(cell, text)
    if value is None:
        return _signed(cell, text)
    return 0 <= value <= 130


def _fraction(cell: Any, text: str) -> bool:
    value = _value(cell, text)
    return value is not None and 0 <= value <= 1.2


def _signed(cell: Any, text: str) -> bool:
    if "%" not in text and "ciento" not in text.casefold():
        return False
    return len(text) < 60 and percent.parse(text, "percent").outcome in (Outcome.MATCHED, Outcome.OUT_OF_RANGE)


def _date(cell: Any, text: str) -> bool:
    if isinstance(cell, date):
        return True
    if (
        len(text) > 60
        or not any(c.isdigit() for c in text)
        or _YEAR.fullmatch(text)
        or (_number(cell, text) and len(text) not in _DATE_FIGURES)
    ):
        return False
    found = dates.parse(text)
    if found.value is not None:
        return bool(_DATED.match(found.value))
    return found.outcome is Outcome.AMBIGUOUS and (
        not any(c.isalpha() for c in text) or bool(_MONTH_YEAR.fullmatch(text))
    )


def _period(cell: Any, text: str) -> bool:
    if isinstance(cell, date) or len(text) > 120 or _number(cell, text) or (_YEAR.fullmatch(text) and len(text) == 4):
        return False
    found = periods.parse(text)
    return found.value is not None and ("/" in found.value or found.value.startswith("P"))


def _ods(cell: Any, text: str) -> bool:
    return len(text) <= 1_500 and ods.parse(cell if isinstance(cell, float | list) else text).matched


def _ods_named(cell: Any, text: str) -> bool:
    return any(c.isalpha() and c not in "ºª" for c in text) and _ods(cell, text) and len(text) < 600


def _says(text: str) -> bool:
    """Whether there is a letter in it, or a sign that stands for a word: 🟢, ✔."""
    return any(char.isalpha() or unicodedata.category(char) == "So" for char in text)


def _status(cell: Any, text: str) -> bool:
    if len(text) > 60 or _number(cell, text) or not _says(text):
        return False
    return status.parse(text).outcome in (Outcome.MATCHED, Outcome.AMBIGUOUS)


def _flag(cell: Any, text: str) -> bool:
    return isinstance(cell, bool) or words(text) in _FLAGS


def _body(cell: Any, text: str) -> bool:
    items = cell if isinstance(cell, list) else re.split(r"[;\n]", text)
    return any(institutions.names_body(str(item)) for item in items) and not _status(cell, text)


def _state(cell: Any, text: str) -> bool:
    # «Ver» is what a link says far more often than it is Veracruz: short forms count where they are written as such.
    if len(text) <= 3 and not (text.isupper() or text.endswith(".")):
        return False
    return len(text) < 60 and not text.isdigit() and places.resolve_state(text).outcome is Outcome.MATCHED


def _municipality(cell: Any, text: str) -> bool:
    if len(text) > 80 or text.isdigit():
        return False
    found = places.resolve(text, PlaceContext.MUNICIPALITY)
    return found.outcome is Outcome.AMBIGUOUS or (found.value is not None and len(found.value) == 5)


_TESTS: dict[str, Callable[[Any, str], bool]] = {
    "number": _number,
    "percent": _signed,
    "bounded": _bounded,
    "fraction": _fraction,
    "digit": lambda cell, text: len(text) == 1 and text.isdigit(),
    "date": _date,
    "period": _period,
    "year": lambda cell, text: bool(_YEAR.fullmatch(text)),
    "ods": _ods,
    "ods_named": _ods_named,
    "target": lambda cell, text: bool(_TARGET.search(text)) and _ods(cell, text),
    "status": _status,
    "flag": _flag,
    "body": _body,
    "url": lambda cell, text: bool(links.read(cell if isinstance(cell, list) else text).evidence) and len(text.split()) <= 12,
    "state": _state,
    "municipality": _municipality,
    "code": lambda cell, text: bool(_CODE.fullmatch(text) or _HASH.fullmatch(text)) and len(text.split()) <= 2,
    "hash": lambda cell, text: bool(_HASH.fullmatch(text)),
    "ordinal": lambda cell, text: kinds.ordinal(text).matched,
    "commitment_number": lambda cell, text: len(text) < 40 and kinds.number(text).matched,
    "plan": lambda cell, text: bool(_PLAN.search(words(text))) and len(text) < 250,
    "kind": lambda cell, text: len(text) < 80 and kinds.kind(text).matched,
    "axis": lambda cell, text: len(text) < 120 and kinds.axis(text).matched,
    "role": lambda cell, text: len(text) < 60 and institutions.role(text).matched,
    "program": lambda cell, text: len(text) < 120 and kinds.program(text).matched,
    "person": lambda cell, text: institutions.person(text) or are_persons(text),
    "alpha": lambda cell, text: _says(text),
    "outline": lambda cell, text: bool(_OUTLINE.match(text)),
    "short": lambda cell, text: len(text.split()) <= 12,
    "objects": lambda cell, text: json_parts.is_list_of_objects(cell),
    "progress_reports": lambda cell, text: json_parts.tells("progress_reports", cell),
    "milestones": lambda cell, text: json_parts.tells("milestones", cell),
}  # fmt: skip
