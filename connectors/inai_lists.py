"""The list of commitments of a local-exercise page: “Compromiso 3: …”, or a list that its plan announces."""

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
COMMITMENTS_HEADING = re.compile(r"^\W*compromisos(?:\s+(?:locales|del plan.*))?\W*$")
ENUMERATED = re.compile(
    r"^(?:(?P<number>c?\s?\d{1,2}|[ivx]{1,5})\s*(?:[.):]-?|-|–|—)\s*|(?P<letter>[a-z])(?:\)|\.-?)\s+)(?=\S)",
    re.IGNORECASE,
)
"""“1. …”, “IV) …”, “C3: …”, “b) …” at the head of a text."""
_CALL = re.compile(
    r"\W*(?:(?:ver|vea|consult\w+|descarg\w+|leer|conoc\w+|abrir|clic|click|haz|mas informacion|aqui|pdf|enlace|liga|ficha|documento|anexo)"
    r"\b[^.]{0,40})\W*"
)
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
    url: str | None = None
    """Of the commitment's own document, where its title is a link or a link beside it says “Ver ficha”."""


def title_of(text: str) -> str:
    """A title as published, without the full stop that ends it (one that belongs to “A.C.” stays)."""
    text = clean(text).lstrip(":.–—- ").rstrip(" ;,")
    return text if _KEEPS_POINT.search(text) else text.removesuffix(".").rstrip()


def item_of(label: str, text: str, number: int | None, proactive: bool, block: Block) -> Item:
    """One commitment out of a block; a link that only calls (“Ver ficha”) is its address and no part of its title."""
    title, url = title_of(text), None
    for link in reversed(block.links):
        if link.text and text.rstrip(" .)]").endswith(link.text) and _CALL.fullmatch(fold(link.text)):
            text = text[: text.rindex(link.text)].rstrip(" ([|–—-")
            title, url = title_of(text) or title, link.url
        elif link.text and title_of(link.text).endswith(title):
            url = link.url
    return Item(label, title, number, proactive, block, url=url)


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
        if block.heading and (COMMITMENTS_HEADING.match(folded) or read_label(block.text) is None):
            proactive_section = False
        label = read_label(block.text)
        if label is not None:
            items.append(item_of(label[0], label[3], label[1], label[2] or proactive_section, block))
            waiting = items[-1] if not items[-1].title else None
        elif items and block.item is not None and block.item == items[-1].block.item:
            _add(items[-1], block)
        elif proactive_section and block.item is not None:
            items.append(item_of("", ENUMERATED.sub("", block.text), None, True, block))
        elif block.item is None and not block.heading:
            proactive_section = False
    return [item for item in items if item.title]


def _add(item: Item, block: Block) -> None:
    """Add what stands below a title in its list item: its description, or the link to its document."""
    if len(block.links) == 1 and block.links[0].text == block.text and _CALL.fullmatch(fold(block.text)):
        item.url = item.url or block.links[0].url
    else:
        item.description = "\n".join(filter(None, (item.description, block.text)))
