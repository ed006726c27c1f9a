"""The words of dates in Spanish and English, and a published date as a string of marks.

``20 y 21 de septiembre de 2016`` reads as the marks ``d&dMY`` with the values 20, 21, 9, 2016; `dates` and `periods` know
which strings of marks are dates.
"""

from __future__ import annotations

import calendar as _stdlib
import re
from dataclasses import dataclass
from functools import lru_cache

from hub.normalise.text import fold

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside of these are not dates of anything published."""

_MONTHS = (
    "enero ene january jan|febrero feb february febr|marzo mar march mzo|abril abr april apr|mayo may|junio jun june"
    "|julio jul july|agosto ago august aug agos|septiembre sep sept september setiembre set|octubre oct october"
    "|noviembre nov november novi|diciembre dic december dec dici"
)
MONTHS = {word: number for number, names in enumerate(_MONTHS.split("|"), 1) for word in names.split()}
_WEEKDAYS = (
    "lunes lun monday mon|martes tuesday tue tues|miercoles mie mierc wednesday wed|jueves jue thursday thu thurs"
    "|viernes vie friday fri|sabado sab saturday sat|domingo dom sunday sun"
)
WEEKDAYS = {word: number for number, names in enumerate(_WEEKDAYS.split("|")) for word in names.split()}
_UNITS = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "treinta",
]
UNITS = {word: number for number, word in enumerate(_UNITS)} | {"un": 1, "una": 1, "primero": 1, "primer": 1}
_DROPPED = frozenset(
    [
        "de",
        "del",
        "the",
        "of",
        "el",
        "la",
        "los",
        "las",
        "dia",
        "dias",
        "mes",
        "meses",
        "ano",
        "anos",
        "en",
        "on",
        "fecha",
        "date",
        "horas",
        "hrs",
        "h",
        "con",
        "corte",
        "year",
        "month",
        "day",
        "publicado",
        "publicada",
        "published",
        "desde",
        "from",
        "inicio",
        "vigencia",
        "periodo",
        "plazo",
        "term",
        "ciclo",
        "ejercicio",
        "fiscal",
        "comprende",
        "comprendido",
    ]
)
_JOINS = {"y": "&", "e": "&", "and": "&", "&": "&", "a": "~", "al": "~", "hasta": "~", "to": "~", "-": "~", "until": "~",
          "through": "~", "/": "~", ",": ",", "entre": "", "between": ""}  # fmt: skip
_ORDINAL = re.compile(r"\b(\d{1,2})(?:\s|\.(?=[°ºªo](?![a-z])))?(?:st|nd|rd|th|ro|er|do|ero|o|°|º|ª)(?![a-z])\.?")
_CLOCK = re.compile(
    r"(?:\b(?:a las?|at|de las)\s+|@\s*|t(?=\d\d:))?\b\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[ap]\.?\s?m\b\.?|hrs?\b\.?|horas\b|h\b)?"
    r"|\b\d{1,2}\s?[ap]\.?\s?m\b\.?|\b(?:utc|gmt|cst|cdt)(?:\s?[-+]\d{1,2}(?::?\d\d)?)?(?!\w)"
)
_TOKEN = re.compile(r"\d+|[a-z]+|[^\sa-z\d]")
_MONTH_OF_YEAR = re.compile(
    rf"(?P<day>(?:^|[^-/'’\d])\d{{1,2}}(?:[-/. ]| de ))?\b(?P<month>{'|'.join(MONTHS)})\.?\s?[-/'’]\s?'?(?P<year>[1-4]\d)\b"
    r"(?!\s?[-/.,]\s?\d|\s+(?:del?\s+)?\d)"
)
"""«dic-24», as a spreadsheet writes the month of a date (mmm-aa). No day: in Spanish none follows its month, and «dic-05», which might
be one all the same, stays open."""
_TWO_THOUSAND = re.compile(r"\bdos mil(?: (\w+)(?: y (\w+))?)?\b")
_THIRTY_ONE = re.compile(r"\btreinta y un[oa]?\b")


@dataclass(frozen=True, slots=True)
class Marks:
    """A text as date marks: d (1-2 digits), Y (year), M (month), & (y), ~ (a), ``,``. `extra` are words that are no date."""

    pattern: str
    values: tuple[int, ...]
    extra: tuple[str, ...]
    weekdays: tuple[int, ...]
    foreign_digits: bool = False


def last_day(year: int, month: int) -> int:
    return _stdlib.monthrange(year, month)[1]


def valid(year: int, month: int = 1, day: int = 1) -> bool:
    """Whether this day exists, in the years this hub believes."""
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= last_day(year, month)


def iso(year: int, month: int | None = None, day: int | None = None) -> str:
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if day is None else f"{year:04d}-{month:02d}-{day:02d}"


@lru_cache(maxsize=16_384)
def marks(text: str) -> Marks:
    """The date marks of a text, in order."""
    folded = _ORDINAL.sub(r"\1 ", fold(text))
    folded = _CLOCK.sub(" ", folded)
    folded = _THIRTY_ONE.sub("31", folded)
    folded = _TWO_THOUSAND.sub(_year_words, folded)
    folded = _MONTH_OF_YEAR.sub(_of_year, folded)
    folded = re.sub(r"\ba los (?=\S+ dias)", " ", folded)
    pattern: list[str] = []
    values: list[int] = []
    extra: list[str] = []
    weekdays: list[int] = []
    foreign = False
    for piece in _TOKEN.findall(folded):
        if piece.isdecimal():
            mark = "Y" if len(piece) == 4 and FIRST_YEAR <= int(piece) <= LAST_YEAR else "d"
            if mark == "d" and len(piece) > 2:
                foreign = True
                continue
            pattern.append(mark)
            values.append(int(piece))
        elif piece in MONTHS:
            pattern.append("M")
            values.append(MONTHS[piece])
        elif piece in UNITS and (not pattern or pattern[-1] in "&~,"):
            pattern.append("d")
            values.append(UNITS[piece])
        elif piece in WEEKDAYS:
            weekdays.append(WEEKDAYS[piece])
        elif piece in _JOINS:
            if _JOINS[piece] and pattern and pattern[-1] not in "&~,":
                pattern.append(_JOINS[piece])
        elif piece not in _DROPPED and piece not in ".:;()[]\"'|@#*":
            extra.append(piece)
    while pattern and pattern[-1] in "&~,":
        pattern.pop()
    return Marks("".join(pattern), tuple(values), tuple(extra), tuple(weekdays), foreign)


def _of_year(found: re.Match[str]) -> str:
    return found[0] if found["day"] else f"{found['month']} 20{found['year']}"


def _year_words(match: re.Match[str]) -> str:
    tens, unit = match.group(1), match.group(2)
    if tens is None:
        return "2000"
    if tens not in UNITS:
        return "2000 " + tens
    return str(2000 + UNITS[tens] + (UNITS.get(unit, 0) if unit else 0))
