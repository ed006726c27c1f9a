"""Spanish prose as public bodies write it: folding, number words, and where a text tells a date.

Only finds and counts; what a date means is the normaliser's business. Imports nothing of the project.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.text import tidy

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_MONTH_NUMBER = {name: index for index, name in enumerate(MONTHS, start=1)} | {"setiembre": 9}
_UNITS = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidos",
    "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve", "treinta",
)  # fmt: skip
NUMBER_WORDS: dict[str, int] = {word: value for value, word in enumerate(_UNITS)} | {"un": 1, "una": 1}
"""Cardinal words up to thirty, folded."""
ORDINAL_WORDS: dict[str, int] = {
    "primer": 1, "primero": 1, "primera": 1, "segundo": 2, "segunda": 2, "tercer": 3, "tercero": 3,
    "tercera": 3, "cuarto": 4, "cuarta": 4, "quinto": 5, "quinta": 5, "sexto": 6, "sexta": 6,
    "septimo": 7, "octavo": 8, "noveno": 9, "decimo": 10,
}  # fmt: skip
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
"""Regular expression of a cardinal, in figures or folded words."""
_TOLD_TWICE = re.compile(rf"\b({NUMBER})(\s*\(({NUMBER})\))")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


class _Folding(dict[int, str]):
    """Folded characters by code point, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            folded = " "
        else:
            base = unicodedata.normalize("NFD", character)[0].lower()
            folded = base if len(base) == 1 else character
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Lower case without accents, ONE character for each of `text`, so that positions agree."""
    return text.translate(_FOLDING)


def told_once(folded: str) -> str:
    """A folded text in which “6 (seis)” and “seis (6)” are told once, blanks for the second; positions stay."""
    return _TOLD_TWICE.sub(
        lambda found: found[1] + " " * len(found[2]) if cardinal(found[1]) == cardinal(found[3]) else found[0], folded
    )


def clean(text: str) -> str:
    """White space of every kind, zero-width characters included, as single blanks; accents composed; ends trimmed."""
    return tidy(unicodedata.normalize("NFC", text))


def cardinal(text: str) -> int | None:
    """The number in figures, words up to thirty, or Roman numerals; None where there is none."""
    word = fold(clean(text))
    if word.isascii() and word.isdigit() and len(word) <= 4:
        return int(word)
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    if word in ORDINAL_WORDS:
        return ORDINAL_WORDS[word]
    match = _ROMAN.fullmatch(word)
    if word and match:
        return 10 * len(match[1]) + _ROMAN_VALUES[match[2].lower()]
    return None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date as a text tells it. `text` is as published; `year` is None where the text leaves it out.

    `same_year` is true for “de ese año”, “del mismo año”: the year is that of the date told before.
    """

    text: str
    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    same_year: bool = False

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """For comparing dates whose year is known; a missing day counts as the first."""
        return (self.year or 0, self.month or 1, self.day or 1)


_DAY = (
    r"(?:\d{1,2}|primero|uno|dos|tres|"
    + "|".join(word for word in _UNITS[4:] if word != "treinta")
    + r"|treinta y uno|treinta)"
)
_MONTH = "|".join([*MONTHS, "setiembre"])
_YEAR_WORDS = rf"dos mil(?: (?P<units>{'|'.join(sorted(_UNITS[1:30], key=len, reverse=True))}))?\b"
"""“dos mil dieciséis”, folded: the years in which there have been local exercises."""
_DATE = re.compile(
    rf"(?:(?<![\w/.-])(?P<day>{_DAY})(?:\s*(?:o|º|°|\.o|ero?|ro)\.?)?\s+(?:dias?\s+)?(?:del?\s+)?(?:mes\s+de\s+)?)?"
    rf"\b(?P<month>{_MONTH})\b"
    r"(?:\s*,?\s*(?:(?:del?\s+)?(?:(?:presente\s+)?ano\s+)?(?:(?P<year>(?:19|20)\d\d)(?!\d)|"
    rf"{_YEAR_WORDS})"
    r"|(?P<same>del?\s+(?:mismo|ese|dicho|este|aquel)\s+ano)))?"
)
_SHORT_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_IN_SHORT = re.compile(
    rf"(?<![\w/.-])(?P<day>\d{{1,2}})(?:\s*[/-]\s*|\s+(?:de\s+)?)(?P<month>(?:{'|'.join(_SHORT_MONTHS)})[a-z]{{0,7}})\b\.?"
    r"(?:\s*[/-]\s*|\s+(?:del?\s+)?)(?P<year>(?:19|20)\d\d)(?![\w/-])"
    rf"|\b(?P<first>{_MONTH})\s+(?P<then>\d{{1,2}})(?:\s*,\s*|\s+)(?:del?\s+)?(?P<last>(?:19|20)\d\d)(?![\w/-])"
)
"""“20 de jun. de 2016”, “20/junio/2016” and “junio 20, 2016”."""
_YEAR = re.compile(r"\b(?:en|durante|desde)\s+(?:el\s+)?(?:ano\s+)?(?P<year>(?:19|20)\d\d)(?![\w/-])")
_NUMERIC = re.compile(
    r"(?<![\w/.-])(?:(?P<d>\d{1,2})\s?(?P<by>[/.-])\s?(?P<m>\d{1,2})\s?(?P=by)\s?(?P<y>(?:19|20)\d\d|(?<=/)\d\d)"
    r"|(?P<iy>(?:19|20)\d\d)(?P<iby>[/-])(?P<im>\d{2})(?P=iby)(?P<id>\d{2}))(?![\w/-])"
)


def find_dates(text: str) -> list[FoundDate]:
    """Every date the text tells, in order. A month counts only with its year (“julio de 2015”); `month` is 0 for “en 2015”."""
    folded = fold(text)
    found: list[FoundDate] = []
    for match in _DATE.finditer(folded):
        day_word = match["day"]
        day = 31 if day_word == "treinta y uno" else cardinal(day_word) if day_word else None
        year = _year(match)
        if (day is None and year is None) or (day is not None and not 1 <= day <= 31):
            continue
        found.append(
            FoundDate(
                text=clean(text[match.start() : match.end()]),
                start=match.start(),
                end=match.end(),
                year=year,
                month=_MONTH_NUMBER[match["month"]],
                day=day,
                same_year=bool(match["same"]),
            )
        )
    found += [
        date for date in _in_short(folded, text) if not any(date.start < o.end and o.start < date.end for o in found)
    ]
    found += [
        FoundDate(match["year"], match.start("year"), match.end("year"), int(match["year"]), 0, None)
        for match in _YEAR.finditer(folded)
    ]
    for match in _NUMERIC.finditer(folded):
        day, month, year = (
            (int(match["d"]), int(match["m"]), int(match["y"]) + 2000 * (len(match["y"]) == 2))
            if match["d"]
            else (int(match["id"]), int(match["im"]), int(match["iy"]))
        )
        if 1 <= day <= 31 and 1 <= month <= 31:
            found.append(FoundDate(match[0], match.start(), match.end(), year, min(month, 12), day))
    return sorted(found, key=lambda date: date.start)


def _in_short(folded: str, text: str) -> Iterator[FoundDate]:
    for match in _IN_SHORT.finditer(folded):
        name, day = match["month"] or match["first"], int(match["day"] or match["then"])
        month = next((number for word, number in _MONTH_NUMBER.items() if word.startswith(name)), None)
        if month is None and name == "sept":
            month = 9
        if month is not None and 1 <= day <= 31:
            year = int(match["year"] or match["last"])
            yield FoundDate(clean(text[match.start() : match.end()]), match.start(), match.end(), year, month, day)


def _year(match: re.Match[str]) -> int | None:
    if match["year"]:
        return int(match["year"])
    words = match.group().rpartition("dos mil")
    return 2000 + NUMBER_WORDS.get(match["units"] or "", 0) if words[1] else None


_ABBREVIATION = re.compile(
    rf"(?:\b(?:a|c|s|v|p|b|l|r|d|h|n|no|num|art|lic|mtro|mtra|dr|dra|ing|arq|ing|prof|sr|sra|av|col|edo|ej|etc|pp?|{'|'.join(_SHORT_MONTHS)}|sept)"
    r"|\b[a-z]\.[a-z])$"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A full stop after an abbreviation, or before a small letter, ends none."""
    parts: list[str] = []
    start = 0
    for match in re.finditer(r"[.!?]+[»”\")]*\s+(?=[^a-záéíóúñü\s])", text):
        if text[match.start()] == "." and _ABBREVIATION.search(
            fold(text[max(start, match.start() - 12) : match.start()])
        ):
            continue
        parts.append(text[start : match.end()].strip())
        start = match.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]
