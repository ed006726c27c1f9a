"""What stands under a record's own line in a prose page: all of it under a heading, else facts and what describes it before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from connectors.html_cells import text_of
from connectors.html_lines import TextLine, fact_of, is_known, is_usual, lines_of
from connectors.item_label import commitment_label
from connectors.page_parts import HEADINGS, is_menu

OWN_HEADINGS = "h2, h3, h4, h5, h6"
_LABEL_LENGTH = 120
_MOST_UNDER = 60
_MOST_PROSE = 3
"""Paragraphs that may stand between a commitment's title and the first of its facts."""


def under(node: LexborNode, taken: set[int], *, all_of_it: bool) -> Iterator[tuple[LexborNode, list[TextLine]]]:
    """What stands beside an element and belongs to it, with its lines.

    Args:
        node: the element that names a record.
        taken: elements that belong to some record; those given are added.
        all_of_it: everything up to the next heading or record is of it; else its facts alone, and the prose right before them.
    """
    sibling = _outermost(node).next
    prose = 0 if all_of_it else _prose_before_facts(sibling)
    for _ in range(_MOST_UNDER):
        if sibling is None:
            return
        tag = sibling.tag or ""
        if tag != "-text" and is_menu(sibling):
            return
        lines = [] if tag.startswith(("-", "!")) and tag != "-text" else lines_of([sibling], under=True)
        if lines:
            ends = _ends_item(sibling, lines, tag) if all_of_it or prose else not _is_fact(lines[0])
            prose = max(0, prose - 1)
            if ends:
                return
            yield sibling, lines
            if tag != "-text":
                taken.update([sibling.mem_id, *(inner.mem_id for inner in sibling.css("*"))])
        sibling = sibling.next


def _prose_before_facts(sibling: LexborNode | None) -> int:
    """How many paragraphs describe a commitment before its facts begin; 0 where no facts follow it, or another begins first."""
    count = 0
    while sibling is not None and count <= _MOST_PROSE:
        tag = sibling.tag or ""
        lines = [] if tag.startswith(("-", "!")) else lines_of([sibling], under=True)
        if lines and _is_fact(lines[0]):
            return count
        if lines and (tag != "p" or is_menu(sibling) or _ends_item(sibling, lines, tag)):
            return 0
        count += bool(lines)
        sibling = sibling.next
    return 0


def names_what_follows(node: LexborNode) -> bool:
    return node.tag in HEADINGS or node.tag in {"dt", "summary", "button"}


def _ends_item(node: LexborNode, lines: Sequence[TextLine], tag: str) -> bool:
    """Whether another item or section begins: a heading does, unless it names a fact ("Responsable")."""
    if tag in {*HEADINGS, "dt"} and not is_usual(lines[0].label or lines[0].text.rstrip(": ")):
        return True
    return begins_with_label(node) or any(begins_with_label(inner) for inner in node.css(OWN_HEADINGS))


def _is_fact(line: TextLine) -> bool:
    fact = fact_of(line)
    return fact is not None and is_known(fact[0])


def _outermost(node: LexborNode) -> LexborNode:
    """The widest element that holds nothing but a heading: what it heads stands beside that (`.card-header`)."""
    here = node
    if not names_what_follows(node):
        return here
    for _ in range(4):
        above = here.parent
        if above is None or above.tag in {"body", "html", "section", "main", "article", "details", "dl"}:
            break
        if any(child.mem_id != here.mem_id and text_of(child, limit=1) for child in above.iter(include_text=True)):
            break
        here = above
    return here


def begins_with_label(node: LexborNode) -> bool:
    """Told from the first words: reading every wrapper whole would cost the square of the page."""
    return commitment_label(text_of(node, limit=_LABEL_LENGTH)) is not None
