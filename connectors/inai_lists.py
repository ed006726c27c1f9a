"""The two lists of a local-exercise page: its commitments (“Compromiso 3: …”) and who sits in its secretariat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from connectors.blocks import Block
from connectors.spanish import NUMBER, ORDINAL_WORDS, cardinal, clean, fold

_NUMERAL = rf"(?:{NUMBER}|{'|'.join(ORDINAL_WORDS)}|[ivx]{{1,5}})"
_LABEL = re.compile(
    rf"^[\W_]*(?:(?P<ordinal>{'|'.join(ORDINAL_WORDS)})\s+)?"
    rf"(?:compromiso(?:\s+local)?(?P<a>\s+proactivo)?|(?P<b>proactivo))"
    rf"\s*(?:numero|num\.?|no\.|n[º°.]|#)?\s*(?P<number>{_NUMERAL}\b)?\s*(?P<c>\(?proactivo\)?)?"
    rf"(?:\s*\([^()]{{1,60}}\))?\s*(?P<sep>[:.)\-–—|]+|$|(?=[\"“«¿]|\w))\s*"
)
_PROACTIVE_HEADING = re.compile(
    r"^\W*(?:compromisos|(?P<one>compromiso)|acciones)\s+(?:de\s+(?:caracter\s+|transparencia\s+)?)?proactiv[oa]s?\W*$|^\W*proactivos\W*$"
)
_COMMITMENTS_HEADING = re.compile(r"^\W*compromisos(?:\s+(?:locales|del plan.*))?\W*$")
_ENUMERATED = re.compile(r"^(?P<number>\d{1,2}|[ivx]{1,5})\s*(?:[.)]-?|-|–|—)\s*(?=\S)", re.IGNORECASE)
_KEEPS_POINT = re.compile(r"(?:\b\w\.\w|\b(?:A|C|S|V|etc|Edo|No|Núm)|\.\.)\.$|…$")


@dataclass(slots=True)
class Item:
    """One published commitment. `label` is what stood before its title; `number` None where it has none."""

    label: str
    title: str
    number: int | None
    proactive: bool
    block: Block
    description: str | None = None


def title_of(text: str) -> str:
    """A title as published, without the full stop that ends it (one that belongs to “A.C.” stays)."""
    text = clean(text).lstrip(":.–—- ").rstrip(" ;,")
    return text if _KEEPS_POINT.search(text) else text.removesuffix(".").rstrip()


def read_label(text: str) -> tuple[str, int | None, bool, str] | None:
    """Label, number, proactive?, rest of “Compromiso proactivo 2: …”; None where the text begins otherwise."""
    published, text = text, _corrected(text)
    match = _LABEL.match(fold(text))
    if match is None:
        return None
    if not match["sep"] and match.end() < len(text) and not (match["number"] and text[match.end()].isupper()):
        return None  # “Compromiso 1 se cumplió” is prose; “Compromiso 1 Seguimiento …” is a label without its colon
    proactive = bool(match["a"] or match["b"] or match["c"])
    numeral = match["number"] or match["ordinal"]
    if numeral is None and not proactive:
        return None
    rest = text[match.end() :]
    label = clean(published[: len(published) - len(rest)]).rstrip(" :.–—-")
    return label, cardinal(numeral) if numeral else None, proactive, rest


_FIRST_WORD = re.compile(r"^[\W_]*([a-z]{8,12})(?=\W*\d)")
_SLIPS = 2
"""Letters that a mistyped “compromiso” may have wrong; no other Spanish word before a number is so near."""


def _corrected(text: str) -> str:
    """The same text with a mistyped first word “Comprimiso 1:”, “Compromisos 1:” as “Compromiso 1:”."""
    folded = fold(text)
    match = _FIRST_WORD.match(folded)
    if match is None or match[1] == "compromiso" or Levenshtein.distance(match[1], "compromiso") > _SLIPS:
        return text
    return text[: match.start(1)] + "Compromiso" + text[match.end(1) :]


def labelled_items(blocks: Sequence[Block]) -> list[Item]:
    """The commitments that carry a label, in the order published.

    A label alone in its block takes the next block as title. Under a heading “Compromisos proactivos” a label, or a bare
    list item, is proactive.
    """
    items: list[Item] = []
    proactive_section = False
    waiting: Item | None = None
    for block in blocks:
        if waiting is not None:
            waiting.title, waiting = title_of(block.text), None
            continue
        folded = fold(block.text)
        if (heading := _PROACTIVE_HEADING.match(folded)) and (block.heading or not heading["one"]):
            proactive_section = True
            continue
        if block.heading and (_COMMITMENTS_HEADING.match(folded) or read_label(block.text) is None):
            proactive_section = False
        label = read_label(block.text)
        if label is not None:
            items.append(Item(label[0], title_of(label[3]), label[1], label[2] or proactive_section, block))
            waiting = items[-1] if not items[-1].title else None
        elif items and block.item is not None and block.item == items[-1].block.item:
            items[-1].description = "\n".join(filter(None, (items[-1].description, block.text)))
        elif proactive_section and block.item is not None:
            items.append(Item("", title_of(_ENUMERATED.sub("", block.text)), None, True, block))
        elif block.item is None and not block.heading:
            proactive_section = False
    return [item for item in items if item.title]


def unlabelled_items(blocks: Sequence[Block], count: int) -> list[Item]:
    """A list of exactly `count` commitments without labels, after the sentence that announced them.

    Numbered where the publisher numbers (an ordered list, “1. …”); a plain list gives no numbers.
    """
    groups: dict[int, list[Block]] = {}
    enumerated: list[Block] = []
    for block in blocks:
        if block.heading and block.heading <= 2:
            break
        if block.list_id is not None and not _is_continuation(block, groups):
            groups.setdefault(block.list_id, []).append(block)
        elif block.list_id is None and _ENUMERATED.match(block.text):
            enumerated.append(block)
    for group in [*groups.values(), enumerated]:
        if len(group) == count:
            return [_unlabelled(block, position) for position, block in enumerate(group, start=1)]
    return []


def _is_continuation(block: Block, groups: dict[int, list[Block]]) -> bool:
    group = groups.get(block.list_id or 0)
    return bool(group and group[-1].item == block.item)


def _unlabelled(block: Block, position: int) -> Item:
    match = _ENUMERATED.match(block.text)
    number = cardinal(match["number"]) if match else position if block.list_tag == "ol" else None
    text = block.text[match.end() :] if match else block.text
    return Item(match[0].strip() if match else "", title_of(text), number, "proactiv" in fold(text[:30]), block)


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
_SECTOR_FIRST = re.compile(rf"^(.{{3,120}}?)\s*[:(\-–—]\s*({NUMBER})\b")

_PARTS = re.compile(r"\s*[,;]\s*|(?<=\))\s*y\s+|(?<=\d)\s+y\s+")


def sector_of(text: str) -> str | None:
    """The sector of a secretariat that a phrase names, as a field of the model; None for any other."""
    folded = fold(text)
    return next((name for name, pattern in _SECTORS if pattern.search(folded)), None)


def read_seats(text: str) -> list[tuple[str | None, int, str]]:
    """(sector, seats, phrase) for every “3 representantes de la Sociedad Civil” of a text."""
    folded = fold(text)
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
        found = _counted(blocks)
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
