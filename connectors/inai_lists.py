"""The list of commitments of a local-exercise page: “Compromiso 3: …”, or a list that its plan announces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rapidfuzz.distance import Levenshtein

from connectors.blocks import Block
from connectors.spanish import NUMBER, ORDINAL_WORDS, cardinal, clean, fold

_NUMERAL = rf"(?:{NUMBER}|{'|'.join(ORDINAL_WORDS)}|[ivx]{{1,5}})"
_PROACTIVE = r"pro-?activ[oa]"
_LABEL = re.compile(
    rf"^[\W_]*(?:(?P<ordinal>{'|'.join(ORDINAL_WORDS)}|\d{{1,2}}(?:er|ro|do|to|mo|vo|no|[º°])\.?)\s+|(?P<mark>\d{{1,2}})\s*[.):]-?\s*)?"
    rf"(?:(?:compromiso|comp\.)(?:\s+local)?(?P<a>\s+{_PROACTIVE})?|(?P<b>(?:accion\s+)?{_PROACTIVE}))"
    rf"\s*(?:numero|num\.?|no\.?(?=\s*\d)|n[º°.]|#)?\s*(?P<number>{_NUMERAL}(?:(?=[º°])|\b))?(?:\s*[º°](?!\w))?(?:\s*(?:de|/)\s*\d{{1,2}}\b(?=\W))?"
    rf"(?:(?P<letter>[a-h])(?=\s*[:.)\-–—|]))?\s*(?P<c>\(?{_PROACTIVE}\)?)?"
    rf"(?:\s*\([^()]{{1,60}}\))?\s*(?P<sep>[:.)\]\-–—|]+|$|(?=[\"“«¿]|\w))\s*"
)
_PROACTIVE_HEADING = re.compile(
    rf"^\W*(?:compromisos|(?P<one>compromiso)|acciones)\s+(?:de\s+(?:caracter\s+|transparencia\s+)?)?{_PROACTIVE}s?\W*$|^\W*{_PROACTIVE}s\W*$"
)
COMMITMENTS_HEADING = re.compile(r"^\W*compromisos(?:\s+(?:locales|del plan.*))?\W*$")
ENUMERATED = re.compile(
    r"^(?:\(?(?P<number>\d{1,2}|[ivx]{1,5})\s*(?:[.):]-?|-|–|—)\s*|(?P<series>[cp])\s?-?\s?(?P<own>\d{1,2})(?:\s*[.):–—-]+\s*|\s+)"
    r"|(?P<letter>[a-z])(?:\)|\.-?)\s+)(?=\S)",
    re.IGNORECASE,
)
"""“1. …”, “(2) …”, “IV) …”, “C3: …”, “P-1 …”, “b) …” at the head of a text."""
_OTHER_MATTER = re.compile(
    r"^\W*(?:estatus|status|situacion|etapa|fase|contexto|antecedentes|facilitador)\b|\bplan de accion\b|\bsecretariado\b"
)
"""What is no description of the commitment above it."""
_CALL = re.compile(
    r"\W*(?:(?:ver|vea|consult\w+|descarg\w+|leer|conoc\w+|abrir|clic|click|haz|mas informacion|aqui|pdf|enlace|liga|ficha|documento|anexo)"
    r"\b[^.]{0,40})\W*"
)
_MORE = re.compile(r"[;,.]\s*[ye]\s*$")
"""“…;  y” before the last of a list."""
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
    text = _MORE.sub("", clean(text).lstrip(":.–—- ")).rstrip(" ;,")
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
    named = match["number"] or match["a"] or match["c"]
    if not match["sep"] and match.end() < len(text) and not (named and text[match.end()].isupper()):
        return None  # “Compromiso 1 se cumplió” is prose; “Compromiso 1 Seguimiento …” is a label without its colon
    proactive = bool(match["a"] or match["b"] or match["c"])
    numeral = match["number"] or match["ordinal"] or match["mark"]
    if numeral is None and not proactive and match["letter"] is None:
        return None
    numeral = re.sub(r"(?<=\d)\D+$", "", numeral) if numeral else None
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

    A label alone in its block takes the next block as title; what follows a label in its list item, or below the heading
    that it is, describes the commitment. Under a heading “Compromisos proactivos” a label, or a bare
    list item, is proactive.
    """
    items: list[Item] = []
    proactive_section = False
    below = False  # below the heading that is a commitment's label
    waiting: Item | None = None
    for block, following in zip_longest(blocks, blocks[1:]):
        if waiting is not None:
            waiting.title, waiting = title_of(block.text), None
            continue
        folded = fold(block.text)
        if (heading := _PROACTIVE_HEADING.match(folded)) and (
            not heading["one"] or (block.heading and following is not None and following.item is not None)
        ):
            proactive_section, below = True, False
            continue
        label = read_label(block.text)
        if block.heading and (COMMITMENTS_HEADING.match(folded) or label is None):
            proactive_section = False
        below = label is not None or (below and not block.heading and not _OTHER_MATTER.search(folded))
        if label is not None:
            items.append(item_of(label[0], label[3], label[1], label[2] or proactive_section, block))
            waiting = items[-1] if not items[-1].title else None
        elif items and (_same_item(block, items[-1].block) or (below and items[-1].block.heading)):
            _add(items[-1], block)
        elif proactive_section and block.item is not None:
            items.append(item_of("", ENUMERATED.sub("", block.text), None, True, block))
        elif block.item is None and not block.heading:
            proactive_section = False
    return [item for item in items if item.title]


def _same_item(block: Block, other: Block) -> bool:
    return block.item is not None and block.item == other.item


def _add(item: Item, block: Block) -> None:
    """Add what stands below a title in its list item: its description, or the link to its document."""
    if len(block.links) == 1 and block.links[0].text == block.text and _CALL.fullmatch(fold(block.text)):
        item.url = item.url or block.links[0].url
    else:
        item.description = "\n".join(filter(None, (item.description, block.text)))
