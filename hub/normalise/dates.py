"""Dates as precise as they were published: ``2022``, ``2022-12``, ``2022-12-15``, or an interval ``start/end``.

Day and month are never swapped: where both readings exist, the column decides (`profile`) or the cell is AMBIGUOUS.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from hub.normalise.calendar_words import MONTHS, Marks, iso, last_day, marks, valid
from hub.normalise.result import Result, ambiguous, empty, matched, out_of_range, unmatched
from hub.normalise.text import as_text, fold, no_data

Order = Literal["dmy", "mdy"]

_TIME = r"(?:[t\s]+\d{1,2}(?::?\d\d){0,2}(?:[.,]\d+)?\s*(?:[ap]\.?\s?m\.?)?\s*(?:z|utc|gmt)?\s*(?:[-+]\d{1,2}(?::?\d\d)?)?(?:\s*h(?:rs?|oras)?\.?)?)?"
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?\.?")
_ISO_RANGE = re.compile(r"(\d{4}(?:-\d\d){0,2})\s?/\s?(\d{4}(?:-\d\d){0,2})")
_TIMED_RANGE = re.compile(r"(\d{4}-\d\d-\d\dt\d\d:\d\d[-+]\d\d:\d\d)/(\d{4}-\d\d-\d\dt\d\d:\d\d[-+]\d\d:\d\d)")
_COMPACT = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)(?:t?\d{6}z?)?")
_NUMERIC = re.compile(rf"(\d{{1,2}})\s?([-/.])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}}){_TIME}")
_PLAIN_NUMERIC = r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
_NUMERIC_RANGE = re.compile(rf"(?:del? )?({_PLAIN_NUMERIC})\s*(?:-|a|al|hasta|to|y)\s*(?:el )?({_PLAIN_NUMERIC})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORD_SHORT = re.compile(r"(\d{1,2})[-/. ]([a-z]+)\.?[-/. ]'?(\d{2})")
_TIMED = re.compile(
    r"(\d{1,2}:\d\d)\s*([ap]\.?m\.?)?\s*(?:-|a|to|al)\s*(\d{1,2}:\d\d)\s*([ap]\.?m\.?)?\s*(?:hrs?\.?|horas)?"
    r"\s*(?:gmt|utc)\s*([-+]\d\d?:?\d{0,2})"
)
_SERIAL = re.compile(r"(?:3[89]|4\d|50)\d{3}(?:\.\d+)?")
"""Days since 1900 as a spreadsheet counts them, from 2004 to 2039."""
_SERIAL_REMEDY = (
    "parece el número con que una hoja de cálculo cuenta los días (celda con formato «General» o «Número»);"
    " dé a la celda el formato «Fecha» y vuelva a publicar"
)
_EPOCH = re.compile(r"(?:/date\()?(\d{10}|\d{13})(?:\.0+)?(?:([-+])(\d\d)(\d\d)(?=\)))?(?:\)/)?")
"""Seconds or milliseconds since 1970, as systems write an instant; in ``/Date(…)/`` by ASP.NET's own JSON."""
_FIRST_EPOCH, _LAST_EPOCH = 2000, 2036
"""Years that such a number is believed to mean: ten figures are a telephone number, too."""
_LABEL = re.compile(
    r"^(?:(?:fecha|date)(?: (?:de|del|of)(?: la| el| su)? [a-z]+)?|inicio|fin|termino|publicado|publicada|actualizado"
    r"|actualizacion|vigencia|plazo|corte|a mas tardar|no later than|by|limite|al|el|a|para|desde(?: el)?|hasta(?: el)?|a partir del?|start|end|due)\s*[:.]?\s+"
)
_VAGUE = re.compile(
    r"\b(?:finales|fines|mediados|principios|inicios|aprox\w*|alrededor|cerca|circa|about|early|mid|late|antes|despues"
    r"|posterior|before|after|around|primera quincena|segunda quincena|semana)\b"
)
_PLACE = re.compile(r"^[a-z][a-z ,.]*,\s*a\s+(?=\d)")


def parse(cell: Any, order: Order | None = None) -> Result[str]:
    """A date or an interval of dates, with the precision published.

    Args:
        cell: text, or a date or datetime of a spreadsheet's own date cells.
        order: the column's order for ``01/11/2022``. Without it such a cell is AMBIGUOUS.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return matched(cell.isoformat()) if valid(cell.year) else out_of_range("el año no es creíble")
    if isinstance(cell, bool):
        return unmatched("un valor lógico no es una fecha")
    return _parse_text(as_text(cell).strip(), order)


@lru_cache(maxsize=32_768)
def _parse_text(text: str, order: Order | None) -> Result[str]:
    if no_data(text):
        return empty()
    folded = re.sub(r"^(\d{4})\.0$", r"\1", fold(text))
    if len(folded) > 200:
        return unmatched("texto largo, no una fecha")
    for pattern, read in (
        (_ISO, _iso), (_ISO_RANGE, _iso_range), (_TIMED_RANGE, _timed_range), (_COMPACT, _compact), (_NUMERIC, _numeric), (_MONTH_YEAR, _month_year),
        (_NUMERIC_RANGE, _numeric_range), (_EPOCH, _epoch),
    ):  # fmt: skip
        found = pattern.fullmatch(folded.strip(" .;,"))
        if found is not None:
            result = read(found, order)
            if result is not None:
                return result
    if _SERIAL.fullmatch(folded):
        return ambiguous(_SERIAL_REMEDY)
    return _words(_PLACE.sub("", folded), order)


def _iso(found: re.Match[str], order: Order | None) -> Result[str] | None:
    year, month = int(found.group(1)), int(found.group(3))
    day = int(found.group(4)) if found.group(4) else None
    if not 1900 <= year <= 2100:
        return out_of_range("el año no es creíble")
    if valid(year, month, 1 if day is None else day):
        return matched(iso(year, month, day))
    if day is None and found.group(2) != "." and (year + 1) % 100 == month:
        return None  # 2021-22: two years, a period
    return ambiguous("esa fecha no existe; quizá el día y el mes están invertidos")


def _iso_range(found: re.Match[str], order: Order | None) -> Result[str] | None:
    start, end = _parse_text(found.group(1), order), _parse_text(found.group(2), order)
    if start.value is None or end.value is None:
        return ambiguous("una de las dos fechas no existe")
    return interval(start.value, end.value)


def _timed_range(found: re.Match[str], order: Order | None) -> Result[str] | None:
    try:
        start, end = (datetime.fromisoformat(part) for part in found.groups())
    except ValueError:
        return ambiguous("una de las dos fechas no existe")
    if end < start or not (valid(start.year) and valid(end.year)):
        return ambiguous("el intervalo termina antes de empezar")
    return matched("/".join(part.upper() for part in found.groups()))


def _compact(found: re.Match[str], order: Order | None) -> Result[str] | None:
    year, month, day = (int(g) for g in found.groups())
    if valid(year, month, day):
        return matched(iso(year, month, day))
    return ambiguous("ocho cifras que no son una fecha")


def _epoch(found: re.Match[str], order: Order | None) -> Result[str] | None:
    """The day of an instant, in UTC where no offset stands beside it: midnight in Mexico is the same day there."""
    seconds = int(found.group(1)) // (1000 if len(found.group(1)) == 13 else 1)
    if found.group(2):
        ahead = 3600 * int(found.group(3)) + 60 * int(found.group(4))
        seconds += ahead if found.group(2) == "+" else -ahead
    day = datetime.fromtimestamp(seconds, UTC).date()
    return matched(day.isoformat()) if _FIRST_EPOCH <= day.year <= _LAST_EPOCH else None


def _numeric(found: re.Match[str], order: Order | None) -> Result[str] | None:
    first, second, tail = int(found.group(1)), int(found.group(3)), found.group(4)
    year = int(tail) if len(tail) == 4 else _pivot(int(tail))
    if not 1900 <= year <= 2100:
        return out_of_range("el año no es creíble")
    readings = {}
    if valid(year, second, first):
        readings["dmy"] = iso(year, second, first)
    if valid(year, first, second):
        readings["mdy"] = iso(year, first, second)
    if not readings:
        return ambiguous("esa fecha no existe")
    if order is not None:
        if order in readings:
            return matched(readings[order])
        return ambiguous("contradice el orden de día y mes del resto de la columna")
    if len(set(readings.values())) == 1:
        return matched(next(iter(readings.values())))
    return ambiguous(f"puede ser {readings['dmy']} o {readings['mdy']}; la columna no lo decide")


def _numeric_range(found: re.Match[str], order: Order | None) -> Result[str] | None:
    """Two numeric dates: the order that one end shows holds for the other."""
    shown = {order_of(end) for end in found.groups()} - {None}
    if order is None and len(shown) == 1:
        order = next(iter(shown))
    start, end = (_parse_text(text, order) for text in found.groups())
    if start.value is None or end.value is None:
        return start if start.value is None else end
    return interval(start.value, end.value)


def order_of(text: str) -> Order | None:
    """The order that a numeric date shows by itself (``25/03/2019`` is dmy); None: it shows none."""
    found = _NUMERIC.fullmatch(fold(text).strip(" .;,"))
    if found is None:
        return None
    first, second = int(found.group(1)), int(found.group(3))
    if first > 12 >= second > 0 and first <= 31:
        return "dmy"
    return "mdy" if second > 12 >= first > 0 and second <= 31 else None


def _pivot(year: int) -> int:
    return 2000 + year if year < 70 else 1900 + year


def _month_year(found: re.Match[str], order: Order | None) -> Result[str] | None:
    month, year = int(found.group(1)), int(found.group(2))
    return matched(iso(year, month)) if valid(year, month) else ambiguous("ese mes no existe")


def _words(folded: str, order: Order | None) -> Result[str]:
    timed = _with_times(folded)
    if timed is not None:
        return timed
    short = _WORD_SHORT.fullmatch(folded)
    if short is not None and short.group(2) in MONTHS:
        day, year = int(short.group(1)), _pivot(int(short.group(3)))
        month = MONTHS[short.group(2)]
        return matched(iso(year, month, day)) if valid(year, month, day) else ambiguous("esa fecha no existe")
    previous = None
    while previous != folded:
        previous, folded = folded, _LABEL.sub("", folded, count=1)
    if order is None or "/" in folded:
        for pattern, read in ((_ISO, _iso), (_NUMERIC, _numeric)):
            found = pattern.fullmatch(folded)
            if found is not None and (result := read(found, order)) is not None:
                return result
    read_marks = marks(folded)
    if _VAGUE.search(folded) and read_marks.values:
        return ambiguous("la fecha es aproximada")
    return read_words(read_marks)


def _with_times(folded: str) -> Result[str] | None:
    """``May 31, 2024 @ 10:00am - 12:00pm GMT-06:00``: both ends keep their time and offset."""
    found = _TIMED.search(folded)
    if found is None:
        return None
    day = read_words(marks(folded[: found.start()] + folded[found.end() :]))
    if day.value is None or len(day.value) != 10:
        return None
    zone = re.fullmatch(r"([-+])(\d\d?):?(\d\d)?", found.group(5))
    start, end = _clock(found.group(1), found.group(2)), _clock(found.group(3), found.group(4))
    if zone is None or start is None or end is None:
        return ambiguous("la hora no existe")
    offset = f"{zone.group(1)}{int(zone.group(2)):02d}:{zone.group(3) or '00'}"
    return matched(f"{day.value}T{start}{offset}/{day.value}T{end}{offset}")


def _clock(text: str, half: str | None) -> str | None:
    hour, minute = (int(part) for part in text.split(":"))
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def read_words(found: Marks) -> Result[str]:
    """The date that a string of marks says, if it says exactly one date or one interval."""
    values = found.values
    known = {
        "dMY",
        "MdY",
        "Md,Y",
        "YMd",
        "dM,Y",
        "MY",
        "M,Y",
        "YM",
        "Y",
        "dM~Y",
        "Y,M",
        "Y,dM",
        "d~M~Y",
        "M~d~Y",
        "M~Y",
        "Y~M",
    }
    pattern = found.pattern
    if found.foreign_digits or found.extra:
        if values and ("M" in pattern or "Y" in pattern):
            return ambiguous("la celda trae más que una fecha")
        return unmatched("no es una fecha")
    if pattern in known:
        parts = dict(zip(pattern.translate({ord(c): None for c in "&~,"}), values, strict=True))
        return _one(parts["Y"], parts.get("M"), parts.get("d"), found)
    several = _interval(pattern, values)
    if several is not None:
        return several
    if "M" in pattern and "Y" not in pattern:
        return ambiguous("le falta el año")
    if "M" in pattern or pattern.count("Y") > 1:
        return ambiguous("la celda trae varias fechas")
    return unmatched("no es una fecha")


def _one(year: int, month: int | None, day: int | None, found: Marks) -> Result[str]:
    if not valid(year, month or 1, day or 1):
        return ambiguous("esa fecha no existe")
    whole = day is not None and month is not None
    if whole and found.weekdays and date(year, month or 1, day or 1).weekday() not in found.weekdays:
        return ambiguous("el día de la semana no corresponde a la fecha")
    return matched(iso(year, month, day))


def _interval(pattern: str, values: Sequence[int]) -> Result[str] | None:
    """Two ends, or consecutive days joined by "y"."""
    days = re.fullmatch(r"d((?:[,&~]d)+)M,?Y", pattern)
    if days is not None:
        *numbers, month, year = values
        steps = [b - a for a, b in pairwise(numbers)]
        if any(step <= 0 for step in steps) or ("~" not in pattern and any(step != 1 for step in steps)):
            return ambiguous("la celda trae días sueltos")
        if "~" in pattern and len(numbers) > 2:
            return ambiguous("la celda trae varios intervalos")
        return _ends((year, month, numbers[0]), (year, month, numbers[-1]))
    ends: dict[str, str] = {
        "dM~dMY": "dMdMY", "dM&dMY": "", "dMY~dMY": "dMYdMY", "M~MY": "MMY", "MY~MY": "MYMY", "Y~Y": "YY", "Md~dY": "",
        "Md~d,Y": "", "MY~dMY": "MYdMY", "dMY~MY": "dMYMY", "M,Y~M,Y": "MYMY", "M&MY": "", "Y&Y": "",
        "Md,Y~Md,Y": "MdYMdY", "MdY~MdY": "MdYMdY", "Md~MdY": "MdMdY", "Md~Md,Y": "MdMdY", "MY,MY": "", "dM,Y~dM,Y": "dMYdMY",
        "YM~YM": "YMYM", "dM~dM,Y": "dMdMY", "M~M,Y": "MMY",
    }  # fmt: skip
    order = ends.get(pattern)
    if pattern in ("Md~dY", "Md~d,Y"):
        month, first, last, year = values
        return _ends((year, month, first), (year, month, last))
    if pattern in ("M&MY", "Y&Y") and values[1] - values[0] == 1:
        order = "MMY" if pattern == "M&MY" else "YY"
    if not order:
        return ambiguous("la celda trae varias fechas") if order == "" else None
    return _two(order, values)


def _two(order: str, values: Sequence[int]) -> Result[str]:
    """Ends written one after the other; a year said once holds for both."""
    first: dict[str, int] = {}
    second: dict[str, int] = {}
    for mark, value in zip(order, values, strict=True):
        target = second if mark in first and (mark in "Md" or "Y" in first) else first
        if second and mark not in second:
            target = second
        target[mark] = value
    year = first.get("Y", second.get("Y"))
    if "Y" not in second and year is not None:
        second["Y"] = year
    if year is None or "Y" not in second:
        return ambiguous("le falta el año")
    return _ends((year, first.get("M"), first.get("d")), (second["Y"], second.get("M"), second.get("d")))


End = tuple[int, int | None, int | None]


def _ends(start: End, end: End) -> Result[str]:
    for year, month, day in (start, end):
        if not valid(year, month or 1, day or 1):
            return ambiguous("una de las dos fechas no existe")
    return interval(iso(*start), iso(*end))


def interval(start: str, end: str) -> Result[str]:
    """``start/end``; AMBIGUOUS where the end comes first."""
    if last(end) < first(start):
        return ambiguous("el intervalo termina antes de empezar")
    return matched(start if start == end else f"{start}/{end}")


@lru_cache(maxsize=8192)
def first(value: str) -> date:
    """The first day of a normal form."""
    day = value.split("/")[0].split("T")[0]
    parts = [int(part) for part in day.split("-")]
    return date(*[*parts, 1, 1][:3])


@lru_cache(maxsize=8192)
def last(value: str) -> date:
    """The last day of a normal form."""
    day = value.split("/")[-1].split("T")[0]
    parts = [int(part) for part in day.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else last_day(year, month))


@lru_cache(maxsize=8192)
def ends(value: str) -> tuple[str, str | None]:
    """Start and end of a normal form as partial dates, times laid aside; no end where it is one date."""
    parts = [part.split("T")[0] for part in value.split("/")]
    return parts[0], parts[1] if len(parts) > 1 and parts[1] != parts[0] else None
