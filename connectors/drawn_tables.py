"""Tables that a page draws without ``<table>``: by ARIA roles (WAI-ARIA 1.2, table and grid), or rows of ``<div>`` under a row of names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.html_cells import HtmlGrid, cell, text_of
from connectors.synonyms import header_hits

_ROLES = "[role=table], [role=grid], [role=treegrid]"
_CELLS = "[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]"
_ROWS = "div, ul, li, section, dl"
_PARTS = frozenset({"div", "span", "li", "p", "strong", "b", "h3", "h4", "h5", "h6", "dt", "dd", "label", "a"})
_MOST_PARTS = 30
_LONGEST_NAME = 60
_LEAST_NAMES = 2
_HELD = "table, form, nav"


def drawn_tables(tree: LexborHTMLParser, after: int) -> list[HtmlGrid]:
    """The drawn tables of a page, numbered from the one `after` its real ones."""
    found = [*_by_role(tree), *_by_rows(tree)]
    return [_grid(rows, after + place) for place, rows in enumerate(found, 1)]


def _grid(rows: Sequence[Sequence[LexborNode]], number: int) -> HtmlGrid:
    return HtmlGrid(number, [[cell(node) for node in row] for row in rows], head=1)


def _by_role(tree: LexborHTMLParser) -> Iterator[list[list[LexborNode]]]:
    for table in tree.css(_ROLES):
        if table.tag == "table":
            continue
        rows = [list(row.css(_CELLS)) for row in table.css("[role=row]") if row.tag != "tr"]
        filled = [row for row in rows if row]
        if len(filled) > 1:
            yield filled


def _by_rows(tree: LexborHTMLParser) -> Iterator[list[list[LexborNode]]]:
    """Rows of as many parts as a row above them that holds usual column names; one that stands under such a row is no head."""
    body = tree.body
    under: set[int] = set()
    for head in body.css(_ROWS) if body is not None else ():
        names = _parts(head)
        if (
            head.mem_id in under
            or not _LEAST_NAMES <= len(names) <= _MOST_PARTS
            or not _are_names(names)
            or _has_role(head)
        ):
            continue
        rows = [(row.mem_id, parts) for row in _under(head) if len(parts := _parts(row)) == len(names)]
        if rows:
            under.update(place for place, _ in rows)
            yield [names, *(parts for _, parts in rows)]


def _parts(row: LexborNode) -> list[LexborNode]:
    return [child for child in row.iter() if child.tag in _PARTS]


def _are_names(parts: Sequence[LexborNode]) -> bool:
    texts = [text_of(part, limit=_LONGEST_NAME) for part in parts]
    if any(len(text) > _LONGEST_NAME or "\n" in text for text in texts):
        return False
    hits = header_hits(texts)
    return hits >= _LEAST_NAMES and 2 * hits >= len(texts)


def _has_role(node: LexborNode) -> bool:
    return node.attributes.get("role") in ("row", "tablist") or node.css_first(_HELD) is not None


def _under(head: LexborNode) -> Iterator[LexborNode]:
    """The elements beside a row of names; where none stands there, those inside what follows its holder."""
    beside = list(_after(head))
    if beside:
        yield from beside
        return
    holder = head.parent
    if holder is None or holder.tag in ("body", "html"):
        return
    for follower in _after(holder):
        yield from (child for child in follower.iter() if child.tag in ("div", "ul", "li", "section", "dl"))


def _after(node: LexborNode) -> Iterator[LexborNode]:
    here = node.next
    while here is not None:
        if here.tag in ("div", "ul", "li", "section", "dl"):
            yield here
        here = here.next
