"""Periods: an interval of dates, one date, or a duration (ISO 8601, ``P1Y``); and lists of years."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from hub.normalise import dates
from hub.normalise.calendar_words import FIRST_YEAR, LAST_YEAR, UNITS, valid
from hub.normalise.dates import Order
from hub.normalise.result import Outcome, Result, ambiguous, empty, matched, out_of_range, unmatched
from hub.normalise.text import as_text, fold, no_data, words

LONGEST = 30
"""Years that a list may span; more is a typing error, not a period."""

_FREQUENCY = {
    "anual": "P1Y", "annual": "P1Y", "yearly": "P1Y", "anualmente": "P1Y", "semestral": "P6M", "cuatrimestral": "P4M",
    "trimestral": "P3M", "quarterly": "P3M", "bimestral": "P2M", "mensual": "P1M", "monthly": "P1M", "bienal": "P2Y",
    "bianual": "P2Y", "biennial": "P2Y", "trienal": "P3Y", "cuatrienal": "P4Y", "quinquenal": "P5Y", "lustro": "P5Y",
    "quinquenio": "P5Y", "sexenal": "P6Y", "sexenio": "P6Y", "decenal": "P10Y", "decenio": "P10Y", "decada": "P10Y",
    "quincenal": "P15D", "semanal": "P1W", "weekly": "P1W", "diario": "P1D", "diaria": "P1D", "daily": "P1D", "bienio": "P2Y",
    "trienio": "P3Y", "semestre": "P6M", "trimestre": "P3M", "bimestre": "P2M", "cuatrimestre": "P4M", "semestralmente": "P6M",
    "trimestralmente": "P3M", "mensualmente": "P1M", "semiannual": "P6M", "biannual": "P6M", "quinquennial": "P5Y",
    "triennial": "P3Y", "cuatrienio": "P4Y", "ano": "P1Y", "mes": "P1M",
}  # fmt: skip
_UNIT = {
    "ano": "Y", "anos": "Y", "year": "Y", "years": "Y", "mes": "M", "meses": "M", "month": "M", "months": "M",
    "semana": "W", "semanas": "W", "week": "W", "weeks": "W", "dia": "D", "dias": "D", "day": "D", "days": "D",
}  # fmt: skip
_ENGLISH = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_MULTIPLE = {
    "lustro": 5,
    "lustros": 5,
    "bienio": 2,
    "bienios": 2,
    "trienio": 3,
    "trienios": 3,
    "sexenio": 6,
    "decada": 10,
}
_PARTS = {
    "semestre": 6,
    "trimestre": 3,
    "cuatrimestre": 4,
    "bimestre": 2,
    "quarter": 3,
    "semester": 6,
    "half": 6,
    "t": 3,
    "q": 3,
    "s": 6,
}
_ORDINAL = {
    "primer": 1, "primero": 1, "primera": 1, "1er": 1, "1ro": 1, "1o": 1, "1": 1, "first": 1, "1st": 1, "i": 1,
    "segundo": 2, "segunda": 2, "2do": 2, "2o": 2, "2": 2, "second": 2, "2nd": 2, "ii": 2,
    "tercer": 3, "tercero": 3, "tercera": 3, "3er": 3, "3ro": 3, "3o": 3, "3": 3, "third": 3, "3rd": 3, "iii": 3,
    "cuarto": 4, "cuarta": 4, "4to": 4, "4o": 4, "4": 4, "fourth": 4, "4th": 4, "iv": 4,
    "quinto": 5, "5to": 5, "5o": 5, "5": 5, "v": 5, "sexto": 6, "6to": 6, "6o": 6, "6": 6, "vi": 6,
}  # fmt: skip
_PART_OF_YEAR = re.compile(
    r"(?P<a>\w+) (?P<p>semestre|trimestre|cuatrimestre|bimestre|quarter|semester|half)(?: (?:de|del|of))?(?: ano)? (?P<y>\d{4})"
    r"|(?P<y2>\d{4}) ?(?P<p2>[tqs]) ?(?P<a2>[1-4])|(?P<p3>[tqs]) ?(?P<a3>[1-4]) (?P<y3>\d{4})|(?P<a4>[1-4]) ?(?P<p4>[tqs]) ?(?P<y4>\d{4})"
)
_SHORT_RANGE = re.compile(r"(\d{4})\s*[-/]\s*(\d\d)")
_ISO_DURATION = re.compile(r"p(?=\d)(?:\d+y)?(?:\d+m)?(?:\d+w)?(?:\d+d)?")
_LABEL = re.compile(
    r"^(?:vigencia|periodo|periodicidad|plazo|duracion|frecuencia|term|period|duration|ejercicio(?: fiscal)?|temporalidad"
    r"|periodo de (?:implementacion|ejecucion)|fecha|plan|pal|plan de accion(?: local)?)(?: (?:de|del) (?:plan|compromiso))?\s*[:.]?\s+(?!de (?:el|la)\b)"
)
_TWO_ENDS = re.compile(
    r"(?:fecha de |ano de )?(?:inicio|inicia|comienzo|comienza|start|desde)\b\s*:?\s*(.{4,40}?)[\s.,;/|-]+"
    r"(?:fecha de |ano de )?(?:termino|termina|fin|final|finaliza|finalizacion|conclusion|concluye|cierre|end|hasta)\b\s*:?\s*(.{4,40})"
)
"""«Inicio: enero de 2022. Término: diciembre de 2023»."""
_BETWEEN = re.compile(r"entre (?:el )?(?:ano )?(\d{4}) y (?:el )?(?:ano )?(\d{4})")
_MONTHS = re.compile(r"(0?[1-9]|1[0-2])/(\d{4})\s*(?:-|–|—|al?)\s*(0?[1-9]|1[0-2])/(\d{4})")
_YEAR_AFTER_SLASH = re.compile(r"(?<=[a-z])\.?\s*/\s*(?=\d{4}$)")
_UNDATED = re.compile(
    r"\b(?:avance|periodo|etapa|fase|resultado|resultados|final|corte|informe|ciclo|plan|period|phase|stage|semestre|trimestre"
    r"|bimestre|cuatrimestre|permanente|continuo|indefinido|vigente|actual|plazo|termino|administracion|sexenio|ano|mes)\b"
)


def parse(cell: Any, order: Order | None = None) -> Result[str]:
    """``2021/2022``, ``2022-12/2023-12``, ``2010`` or ``P1Y``. Text that names a stage without dates is AMBIGUOUS."""
    if isinstance(cell, str):
        return _parse_text(cell.strip(), order)
    return dates.parse(cell, order)


@lru_cache(maxsize=16_384)
def _parse_text(text: str, order: Order | None) -> Result[str]:
    if no_data(text):
        return empty()
    folded = fold(text)
    if _ISO_DURATION.fullmatch(folded):
        return matched(folded.upper())
    bare = _YEAR_AFTER_SLASH.sub(" ", _BETWEEN.sub(r"\1 a \2", _LABEL.sub("", folded, count=1)))
    months = _MONTHS.fullmatch(bare)
    if months is not None:
        return dates.interval(f"{months[2]}-{int(months[1]):02d}", f"{months[4]}-{int(months[3]):02d}")
    short = _SHORT_RANGE.fullmatch(bare)
    if short is not None and int(short.group(2)) > 12:
        end = int(short.group(1)[:2] + short.group(2))
        if int(short.group(1)) < end <= int(short.group(1)) + LONGEST and valid(end):
            return matched(f"{short.group(1)}/{end}")
    part = _part_of_year(words(bare))
    if part is not None:
        return part
    ends = _TWO_ENDS.fullmatch(folded)
    if ends is not None:
        both = [dates.parse(end.strip(" .,;:-"), order) for end in ends.groups()]
        if all(end.value is not None and "/" not in end.value for end in both):
            return dates.interval(both[0].value or "", both[1].value or "")
    dated = dates.parse(bare, order)
    if dated.matched or dated.outcome in (Outcome.EMPTY, Outcome.OUT_OF_RANGE):
        return dated
    duration = _duration(words(bare))
    if duration is not None:
        return duration
    if dated.outcome is Outcome.AMBIGUOUS:
        return dated
    if _UNDATED.search(folded):
        return ambiguous("nombra una etapa o un plazo sin fechas")
    return unmatched("no es un periodo")


def _part_of_year(key: str) -> Result[str] | None:
    found = _PART_OF_YEAR.fullmatch(key)
    if found is None:
        return None
    groups = {name[0]: value for name, value in found.groupdict().items() if value is not None}
    months, nth, year = _PARTS[groups["p"]], _ORDINAL.get(groups["a"]), int(groups["y"])
    if nth is None or nth * months > 12 or not valid(year):
        return ambiguous("esa parte del año no existe") if nth else None
    return matched(f"{year}-{(nth - 1) * months + 1:02d}/{year}-{nth * months:02d}")


def _duration(key: str) -> Result[str] | None:
    tokens = [
        t
        for t in key.split()
        if t not in ("de", "del", "con", "y", "la", "el", "cada", "and", "a", "of", "each", "every")
    ]
    named = [t for t in tokens if t in _FREQUENCY and t not in ("ano", "mes")]
    if named and len(named) == len(tokens):
        if len({_FREQUENCY[t] for t in named}) > 1:
            return ambiguous("la celda trae dos periodicidades")
        return matched(_FREQUENCY[named[0]])
    if len(tokens) == 1 and tokens[0] in ("ano", "mes") and key.startswith("cada"):
        return matched(_FREQUENCY[tokens[0]])
    parts: dict[str, int] = {}
    if not tokens or len(tokens) % 2:
        return None
    for count, unit in zip(tokens[::2], tokens[1::2], strict=True):
        number = int(count) if count.isdigit() and len(count) < 4 else UNITS.get(count, _ENGLISH.get(count))
        letter = _UNIT.get(unit)
        if unit in _MULTIPLE and number is not None:
            number, letter = number * _MULTIPLE[unit], "Y"
        if number is None or letter is None or letter in parts or number == 0:
            return None
        parts[letter] = number
    return matched("P" + "".join(f"{parts[u]}{u}" for u in "YMWD" if u in parts))


@lru_cache(maxsize=8192)
def _years_text(text: str) -> Result[tuple[int, ...]]:
    if no_data(text):
        return empty()
    folded = _LABEL.sub("", fold(text))
    if not re.fullmatch(
        r"(?:anos?|years?)?[\s:]*(?:\d{4}|\d\d(?=\b)|[\s,;/|&-]|\b(?:y|e|a|al|and|to|de|del)\b|\[|\])+\.?", folded
    ):
        period = _parse_text(text, None)
        if period.value is not None and not period.value.startswith("P"):
            return matched(between(period.value))
        return ambiguous(period.message) if period.outcome is Outcome.AMBIGUOUS else unmatched("no es un año")
    years: set[int] = set()
    for piece in re.split(r"[,;|&\[\]]|\by\b|\be\b|\band\b", folded):
        found = _years_piece(piece)
        if found.value is None and found.outcome is not Outcome.EMPTY:
            return found
        years.update(found.value or ())
    if not years:
        return unmatched("no es un año")
    if max(years) - min(years) > LONGEST:
        return out_of_range(f"los años abarcan más de {LONGEST}")
    return matched(tuple(sorted(years)))


def _years_piece(piece: str) -> Result[tuple[int, ...]]:
    bare = re.sub(r"\b(?:anos?|years?|de|del)\b|[:.]", " ", piece).strip()
    if not bare:
        return empty()
    found = re.fullmatch(r"(\d{4})(?:\s*(?:-|/|\ba\b|\bal\b|\bto\b)\s*(\d{4}|\d\d))?", bare)
    if found is None:
        return unmatched("no es un año")
    start = int(found.group(1))
    tail = found.group(2) or found.group(1)
    end = int(tail) if len(tail) == 4 else int(found.group(1)[:2] + tail)
    if not (FIRST_YEAR <= start <= LAST_YEAR and FIRST_YEAR <= end <= LAST_YEAR):
        return out_of_range("el año no es creíble")
    if end < start:
        return ambiguous("el intervalo de años termina antes de empezar")
    if end - start > LONGEST:
        return out_of_range(f"los años abarcan más de {LONGEST}")
    return matched(tuple(range(start, end + 1)))


def years(cell: Any) -> Result[tuple[int, ...]]:
    """The calendar years of a `year` cell: one, a list ("2021, 2022 y 2023") or a range ("2021-2023"), sorted."""
    return _years_text(as_text(cell).strip())


def between(value: str) -> tuple[int, ...]:
    """The calendar years that a normal form touches, at most `LONGEST` of them."""
    start, end = dates.first(value).year, dates.last(value).year
    return tuple(range(start, min(end, start + LONGEST) + 1))


_UNTIL = re.compile(r"^\W*(?:hasta|a mas tardar|antes de|plazo|fecha limite|vence|until|by|no later than)\b")
_SINCE = re.compile(r"^\W*(?:desde|a partir de|from|since|inicia|inicio)\b")


def term(form: str, text: str, column: str | None) -> tuple[str | None, str | None]:
    """Start and end that a cell tells; where it tells one date, this is both unless its words or its column say which.

    Args:
        form: the cell's normal form.
        text: the cell: «hasta diciembre de 2024» ends then, «desde enero de 2024» begins.
        column: its column; one day or month under «Plazo» is the end of a term whose start nobody tells.
    """
    first, last = dates.ends(form)
    if last is not None:
        return first, last
    folded = fold(text)
    if _SINCE.match(folded):
        return first, None
    dated = len(first) > len("2024")
    if _UNTIL.match(folded) or (dated and column is not None and "plazo" in fold(column)):
        return None, first
    return first, first
