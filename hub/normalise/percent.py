"""Progress as a number from 0 to 100. A decimal is a point in Mexico; what is not a percentage stays raw.

Whether a column holds fractions is decided for the whole column (`profile`), never from one cell.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, Literal

from hub.normalise.result import Result, ambiguous, empty, matched, out_of_range, unmatched
from hub.normalise.text import as_text, fold, no_data

Scale = Literal["percent", "fraction"]

_NUMBER = re.compile(r"(?<![\w.,])([-+]?)\s?(\d[\d,.]*\d|\d)")
_SIGN = r"(?:%|٪|por\s?ciento\b|per\s?cent\b|pct\b|porcentaje\b)"
_SIGNED = re.compile(rf"(?<![\w.,])([-+]?\s?(?:\d[\d,.]*\d|\d|\.\d+))\s*{_SIGN}|%\s*([-+]?(?:\d[\d,.]*\d|\d))(?![\d%])")
_YEAR_NOTE = re.compile(r"\(\s*(?:a |al |en )?(?:[a-z]+ (?:de |del )?)?(?:19|20)\d\d(?:\s*[-/]\s*(?:19|20)?\d\d)?\s*\)")
_DATE_NOTE = re.compile(r"(?<=%)[\s(,]*(?:con )?(?:corte )?al?\s+\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\W*$")
"""The day that a percentage is of: «45% al 31/12/2023»."""
_LOOSE = re.compile(rf"\d[\s/]+\d+(?:\.\d+)?\s*{_SIGN}")
"""A number parted from the one with the sign by a space or a stroke alone: «33 1/3 %», «4 5 %»."""
_RATIO = re.compile(r"\d\s*(?:de|/|of|entre|out of)\s*(?:un total de |las |los )?\d")
_RANGE = re.compile(r"\d\s*%?\s*(?:-|a|al|to|hasta)\s*\d")
_BOUND = re.compile(
    r"[<>≤≥~±]|\b(?:mas|menos|mayor|menor|al menos|hasta|casi|cerca|alrededor|aprox\w*|superior|inferior|about|over|under"
    r"|at least|more than|less than|nearly|almost|arriba|entre)\b"
)
_PROGRESS_WORDS = frozenset(
    [
        "avance",
        "avances",
        "de",
        "progreso",
        "progress",
        "completado",
        "completo",
        "concluido",
        "cumplido",
        "cumplimiento",
        "en",
        "proceso",
        "sin",
        "total",
        "parcial",
        "iniciado",
        "complete",
        "completed",
        "terminado",
        "general",
        "acumulado",
        "global",
        "al",
        "el",
        "fisico",
        "real",
        "ejecutado",
        "porcentaje",
        "a",
        "la",
        "fecha",
        "alto",
        "medio",
        "bajo",
        "terminada",
        "concluida",
        "completada",
        "cumplida",
        "done",
    ]
)
_HUNDRED = frozenset({"cien por ciento", "ciento por ciento", "cien porciento", "al cien por ciento"})


def parse(cell: Any, scale: Scale | None = None) -> Result[float]:
    """Progress in percent (0 to 100).

    Args:
        cell: text or number as published.
        scale: what the column was declared or found to hold. Without it a lone number between 0 and 2 that could be either
            (0.977, 1) is AMBIGUOUS. A written % sign always wins.
    """
    if isinstance(cell, bool):
        return ambiguous("un valor lógico no es un porcentaje")
    if isinstance(cell, int | float):
        return _scaled(float(cell), scale)
    return _parse_text(as_text(cell), scale)


@lru_cache(maxsize=16_384)
def _parse_text(text: str, scale: Scale | None) -> Result[float]:
    if no_data(text):
        return empty()
    folded = _DATE_NOTE.sub("", _YEAR_NOTE.sub(" ", fold(text))).strip()
    if folded in _HUNDRED:
        return matched(100.0)
    signed = _SIGNED.findall(folded)
    if len(signed) > 1:
        return ambiguous("la celda trae varios porcentajes")
    numbers = _NUMBER.findall(folded)
    if signed:
        if _LOOSE.search(folded):
            return ambiguous("lleva otro número junto al porcentaje")
        if _BOUND.search(folded):
            return ambiguous("el porcentaje es una cota o una aproximación")
        if len(numbers) > 1 and _RANGE.search(folded):
            return ambiguous("la celda trae un intervalo de porcentajes")
        return _percent(signed[0][0] or signed[0][1])
    if not numbers:
        return unmatched("no trae un número")
    if re.search(r"\d[-/]\d+[-/]\d", folded):
        return unmatched("es una fecha, no un porcentaje")
    if _RATIO.search(folded):
        return ambiguous("es una razón de acciones, no un porcentaje")
    if len(numbers) > 1:
        return unmatched("no es un porcentaje")
    sign, digits = numbers[0]
    rest = _NUMBER.sub(" ", folded, count=1)
    if not set(re.sub(r"[^\w]+", " ", rest).split()) <= _PROGRESS_WORDS:
        return unmatched("no es un porcentaje")
    if re.search(r"[^\w\s.:;()\[\]\"'*-]", rest):
        return unmatched("no es un porcentaje")
    value = number(sign + digits)
    return _scaled(value, scale) if value is not None else unmatched("no es un número")


@lru_cache(maxsize=16_384)
def number(text: str) -> float | None:
    """A number as Mexico writes it: decimal point, comma (or space) for thousands.

    A comma before one or two last digits can only be a decimal ("75,5" is 75.5, never 755). None: not a number.
    """
    plain = text.strip().replace("\u00a0", " ")
    if re.fullmatch(r"[-+]?\s?\d{1,3}(?:[, ]\s?\d{3})+(?:\.\d+)?", plain):
        plain = re.sub(r"[,\s]", "", plain)
    elif re.fullmatch(r"[-+]?\s?\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    plain = re.sub(r"^([-+])\s", r"\1", plain)
    if re.fullmatch(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", plain) and len(plain) < 40:
        return float(plain)
    return None


def _percent(digits: str) -> Result[float]:
    value = number(digits)
    if value is None:
        return unmatched("no es un número")
    return _ranged(value)


def _scaled(value: float, scale: Scale | None) -> Result[float]:
    if math.isnan(value):
        return empty()
    if math.isinf(value):
        return unmatched("no es un número")
    if scale == "fraction":
        return _ranged(round(value * 100, 10))
    if scale is None and 0 < value < 2 and (value == 1 or not value.is_integer()):
        return ambiguous("puede ser una fracción o un porcentaje; declare «scale» en la columna")
    return _ranged(value)


def _ranged(value: float) -> Result[float]:
    if not 0 <= value <= 100:
        return out_of_range("el avance va de 0 a 100")
    return matched(round(value, 10) + 0.0)
