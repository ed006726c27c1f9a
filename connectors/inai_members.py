"""Who sits in the secretariat of a local exercise: seats by sector, told in lists, in prose or in a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.blocks import Block
from connectors.inai_rows import rows_of
from connectors.spanish import NUMBER, cardinal, clean, fold, told_once

_SECTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("oversight_body", re.compile(r"(?:organo|organismo|instituto|autoridad)\w*\s+(?:autonomos?\s+)?garante|garante de(?:l)? (?:acceso|derecho)|\bacceso a la informacion|instituto (?:local )?de transparencia")),
    ("autonomous_bodies", re.compile(r"(?:organo|organismo|ente|instituci)\w*\s+(?:\w+\s+)?autonom")),
    ("academia", re.compile(r"academi|universidad|instituciones educativas|educacion superior|investigador")),
    ("civil_society", re.compile(r"sociedad civil|organizaci\w+ civil|\bosc\b|\bosc'?s\b|sociedad organizada|ciudadan")),
    ("government", re.compile(r"gobierno|poder(?:es)?\b|ayuntamiento|municipi|autoridad|sector publico|administracion publica|congreso|dependencia|gubernament")),
)  # fmt: skip
_SEAT = r"(?:representantes?|representaciones|integrantes?|miembros?|lugares|asientos|personas|titulares?)"
_SEATS = re.compile(
    rf"\b({NUMBER})\s+({_SEAT}\s+)?(?:(?:titulares|propietari[oa]s)\s+)?(?:(?:de|del|por|en|para)\s+)?(?:los\s+|las\s+|la\s+|el\s+)?"
    rf"([^,;.:()]{{3,120}}?)(?=$|[,;.:()]|\s+y\s+{NUMBER}\b|\s+e\s+)"
)
_A_SEAT_FIRST = re.compile(rf"^\W*{NUMBER}\s+{_SEAT}\b")
_LONGEST_SEAT = 120
"""Characters of a line that seats one sector; a sentence that begins with a number is longer."""
_SECTOR_FIRST = re.compile(rf"^(.{{3,120}}?)\s*[:(\-–—]\s*({NUMBER})\b")

_PARTS = re.compile(r"\s*[,;]\s*|(?<=\))\s*y\s+|(?<=\d)\s+y\s+")


def sector_of(text: str) -> str | None:
    """The sector of a secretariat that a phrase names, as a field of the model; None for any other."""
    folded = fold(text)
    return next((name for name, pattern in _SECTORS if pattern.search(folded)), None)


def read_seats(text: str) -> list[tuple[str | None, int, str]]:
    """(sector, seats, phrase) for every “3 representantes de la Sociedad Civil” of a text."""
    folded = told_once(fold(text))
    seats: list[tuple[str | None, int, str]] = []
    told = list(_SEATS.finditer(folded))
    for match in told:
        if _breaks_down(folded, told[0], match):
            continue
        count, sector = cardinal(match[1]), sector_of(match[3])
        if count is None or (match[2] is None and (sector is None or match[1] in {"un", "una"})):
            continue
        seats.append((sector, count, clean(text[match.start() : match.end()])))
    if not seats:
        named = [first for part in _PARTS.split(folded) if (first := _SECTOR_FIRST.match(part)) is not None]
        seats = [
            (sector, cardinal(first[2]) or 0, clean(text))
            for first in named
            if (sector := sector_of(first[1])) is not None
        ]
    return seats


def first_seat(blocks: Sequence[Block]) -> int | None:
    """Where lines begin that each seat a sector, “2 representantes del Gobierno”, without a heading above; None where none do."""
    lines = [
        (index, seats[0][0])
        for index, block in enumerate(blocks)
        if len(block.text) <= _LONGEST_SEAT
        and _A_SEAT_FIRST.match(told_once(fold(block.text)))
        and (seats := read_seats(block.text))
    ]
    return lines[0][0] if len({sector for _, sector in lines if sector}) > 1 else None


def _breaks_down(text: str, whole: re.Match[str], part: re.Match[str]) -> bool:
    """Whether seats in parentheses tell who holds those told before them: “5 representantes de la Sociedad Civil (1 … y 4 …)”."""
    between = text[whole.start() : part.start()]
    return part.start() > whole.start() and between.count("(") > between.count(")")


def read_members(blocks: Sequence[Block]) -> tuple[dict[str, int], list[str], list[str]]:
    """Seats by sector, the published phrases they come from, and phrases whose sector the model has no place for.

    Only the outermost level counts: “1 representante de la Universidad” inside the government's own list is
    one of the government's seats. A sector without a number counts the seats listed under it.
    """
    found: list[tuple[int, str | None, int, str]] = []
    for block in blocks:
        found.extend((block.depth, *seat) for seat in read_seats(block.text))
    if not any(sector for _, sector, _, _ in found):
        found = _tabled(blocks) or _counted(blocks)
    level = min((depth for depth, sector, _, _ in found if sector), default=0)
    members: dict[str, int] = {}
    phrases: list[str] = []
    unknown: list[str] = []
    for depth, sector, count, phrase in found:
        if sector is None and depth <= level:
            unknown.append(phrase)
        elif sector is not None and depth == level:
            members[sector] = members.get(sector, 0) + count
            phrases.append(phrase)
    return members, phrases, unknown


def _counted(blocks: Sequence[Block]) -> list[tuple[int, str | None, int, str]]:
    counted: list[tuple[int, str | None, int, str]] = []
    sector: str | None = None
    level = 0
    for block in blocks:
        named = sector_of(block.text) if (block.heading or len(block.text) < 60) else None
        if named and (sector is None or block.depth <= level):
            sector, level = named, block.depth
            counted.append((block.depth, named, 0, block.text))
        elif sector and counted and block.item is not None:
            depth, name, count, phrase = counted[-1]
            counted[-1] = (depth, name, count + 1, phrase)
    return [seat for seat in counted if seat[2]]


def _tabled(blocks: Sequence[Block]) -> list[tuple[int, str | None, int, str]]:
    """Seats of a table: a sector a column with its members below it, or a sector a row with its number or its members."""
    rows = rows_of(blocks)
    if not rows:
        return []
    heads = {column: sector for column, text in rows[0].items() if (sector := sector_of(text))}
    if len(set(heads.values())) > 1:
        return [
            (0, sector, sum(column in row for row in rows[1:]), rows[0][column]) for column, sector in heads.items()
        ]
    widest = max(map(len, rows))
    seats: list[tuple[int, str | None, int, str]] = []
    for row in rows:
        first, *others = row.values()
        sector = sector_of(first) if len(row) == widest > 1 else None  # the rows that a sector spans are shorter
        told = next((count for text in others if text.isdigit() and (count := cardinal(text)) is not None), None)
        if sector is not None:
            seats.append((0, sector, 1 if told is None else told, first))
        elif seats and len(row) < widest:
            depth, name, count, phrase = seats[-1]
            seats[-1] = (depth, name, count + 1, phrase)
    return seats
