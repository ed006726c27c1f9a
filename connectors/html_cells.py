"""HTML to a grid of cells: row and column spans, nested tables, lists in a cell, links, classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.bars import filled
from connectors.base import SourceChanged
from connectors.header import Merge
from connectors.looks import is_pictured, looks
from connectors.text import tidy

MAX_DEPTH = 512
"""Elements inside one another that are read: what browsers themselves keep. More would cost the square of the page."""
_MAX_OPEN = 4_000
"""Open tags that do nest, counted before parsing: the parser's own time grows with their square."""
_LABELS = ("data-label", "data-title", "data-th", "data-header", "data-column")
_COUNTERS = ("data-to-value", "data-to", "data-count", "data-target", "data-count-to", "data-number", "data-stop")
_FIGURE = re.compile(r"\s*\d{1,9}(?:[.,]\d+)?\s*%?\s*")
_NOTE = re.compile(r"\s*[\[(]?(?:\d{1,2}|\*{1,3}|†|‡)[\])]?\s*")
_NOTED = re.compile(r"[a-záéíóúñ]{3,}[.,;:)”\"]?\s*$", re.IGNORECASE)
_MAX_SPAN = 1_000
_MAX_CELLS = 2_000_000
_TAGS = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_IMPLIED = frozenset({b"li", b"p", b"td", b"th", b"tr", b"dt", b"dd", b"option", b"tbody", b"thead", b"tfoot"})
_VOID = frozenset({
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr",
})  # fmt: skip
_UNFOLDING = frozenset({"aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle"})
_INLINE = frozenset({"span", "small", "i", "b", "em", "strong", "font", "label"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "button", "select", "-comment"})
BLOCKS = frozenset({
    "p", "div", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dt", "dd", "li", "ul", "ol", "table",
})  # fmt: skip
"""Elements that begin a line."""


@dataclass(slots=True)
class HtmlCell:
    """One cell: its text, the items of its list, where it links, its classes.

    `pictured`: it has no word but a picture, an icon, a ticked box or a colour.
    """

    text: str
    items: list[str]
    hrefs: list[str]
    classes: str
    is_header: bool
    pictured: bool = False


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"})


@dataclass(slots=True)
class HtmlGrid:
    """One table. `rows` holds a cell or None (covered or missing); `numbers` the 1-based number of each `<tr>`."""

    number: int
    rows: list[list[HtmlCell | None]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    head: int = 0
    """How many rows stand in ``<thead>``."""


def parse_html(data: bytes | str) -> LexborHTMLParser:
    """The tree of a page.

    Raises:
        SourceChanged: elements are nested beyond reading.
    """
    raw = data if isinstance(data, bytes) else data.encode("utf-8", errors="replace")
    nested = opened = most = 0
    for match in _TAGS.finditer(raw):
        tag = match.group(2).lower()
        if tag in _VOID:
            continue
        step = -1 if match.group(1) else 1
        opened = max(0, opened + step)
        most = max(most, opened)
        if tag not in _IMPLIED:
            nested = max(0, nested + step)
            if nested > _MAX_OPEN:
                raise _too_deep()
    tree = LexborHTMLParser(raw)
    if most > MAX_DEPTH and tree.root is not None and _depth(tree.root) > MAX_DEPTH:
        raise _too_deep()
    return tree


def _too_deep() -> SourceChanged:
    return SourceChanged("La página tiene elementos anidados a una profundidad que no se puede leer.", code="TOO_DEEP")


def _depth(root: LexborNode) -> int:
    """How deep the tree really is: end tags that may be left out make the count of open tags an upper bound only."""
    level, depth = [root], 0
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in node.iter()]
        depth += 1
    return depth


def grids(tree: LexborHTMLParser, selector: str | None = None) -> list[HtmlGrid]:
    """Every table of a page in order, or those that a CSS selector names (a table, or what is around it)."""
    tables = tree.css("table")
    if selector is not None:
        chosen: set[int] = set()
        for node in tree.css(selector):
            chosen.update(inner.mem_id for inner in ([node] if node.tag == "table" else node.css("table")))
        return [grid(table, n) for n, table in enumerate(tables, 1) if table.mem_id in chosen]
    return [grid(table, n) for n, table in enumerate(tables, 1)]


def headings(tree: LexborHTMLParser) -> dict[int, str]:
    """Number of a table -> its caption, else the heading above it; a table that none precedes is left out."""
    found: dict[int, str] = {}
    last, number = "", 0
    body = tree.body
    for node in body.traverse() if body is not None else ():
        if node.tag in HEADINGS:
            last = text_of(node, limit=300) or last
        elif node.tag == "table":
            number += 1
            caption = node.css_first("caption")
            title = (text_of(caption, limit=300) if caption is not None else "") or last
            if title:
                found[number] = title
    return found


def grid(table: LexborNode, number: int) -> HtmlGrid:
    """One table as a grid, its spans spread as the HTML standard's table model says."""
    found = HtmlGrid(number)
    pending: dict[int, int] = {}
    size = 0
    for row, (line, in_head) in enumerate(_own_rows(table)):
        cells: list[HtmlCell | None] = []
        column = 0
        for node in _own_cells(line):
            while pending.get(column, 0) > 0:
                cells.append(None)
                column += 1
            down, across = _span(node, "rowspan"), _span(node, "colspan")
            cells.append(cell(node))
            cells.extend([None] * (across - 1))
            if down > 1 or across > 1:
                found.merges.append(Merge(row, column, row + down - 1, column + across - 1))
            for covered in range(column, column + across):
                pending[covered] = down
            column += across
            size += across
            if size > _MAX_CELLS:
                raise SourceChanged(f"La tabla {number} tiene demasiadas celdas.", code="TOO_LARGE")
        while pending.get(column, 0) > 0:  # spans from above to the right of the row's own cells
            cells.append(None)
            column += 1
        pending = {c: left - 1 for c, left in pending.items() if left > 1}
        found.rows.append(cells)
        if in_head and found.head == row:
            found.head = row + 1
    if not found.head and (names := _labels(table)) is not None:
        found.rows.insert(0, [HtmlCell(name, [], [], "", True) for name in names])
        found.merges = [Merge(m.top + 1, m.left, m.bottom + 1, m.right) for m in found.merges]
        found.head = 1
    last = len(found.rows) - 1
    found.merges = [Merge(m.top, m.left, min(m.bottom, last), m.right) for m in found.merges]
    return found


def _labels(table: LexborNode) -> list[str] | None:
    """The names that every row's cells bear for small screens (`data-label`), where no row of its own has them."""
    rows = [[node.attributes for node in _own_cells(line)] for line, _ in _own_rows(table)]
    names = [[tidy(next((told[key] or "" for key in _LABELS if key in told), "")) for told in row] for row in rows]
    if not names or not all(names[0]) or any(row != names[0] for row in names):
        return None
    return names[0]


def _own_rows(table: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    for child in table.iter():
        if child.tag == "tr":
            yield child, False
        elif child.tag in {"thead", "tbody", "tfoot"}:
            for line in child.iter():
                if line.tag == "tr":
                    yield line, child.tag == "thead"


def _own_cells(line: LexborNode) -> Iterator[LexborNode]:
    for child in line.iter():
        if child.tag in {"td", "th"}:
            yield child


def _span(node: LexborNode, name: str) -> int:
    said = (node.attributes.get(name) or "1").strip()
    if said == "1":
        return 1
    return min(max(int(said), 1), _MAX_SPAN) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def cell(node: LexborNode) -> HtmlCell:
    """What a cell says. A nested table's text belongs to the cell; its rows are a table of their own."""
    text = _only_text(node)
    if text:  # most cells of a large table hold nothing else
        return HtmlCell(text, [], [], tidy(node.attributes.get("class") or ""), node.tag == "th")
    items = [text for item in node.css("li") if (text := text_of(item, skip=frozenset({"ul", "ol"})))]
    hrefs = [
        href
        for link in node.css("a[href]")
        if (href := tidy(link.attributes.get("href") or "")) and not href.startswith(("#", "javascript:"))
    ]
    text = text_of(node) or filled(node) or _alternative(node)
    worded = any(char.isalnum() for char in text)
    classes = tidy(node.attributes.get("class") or "") or _inner_classes(node) if worded else looks(node)
    return HtmlCell(text, items, hrefs, classes, node.tag == "th", not text and is_pictured(node))


def _only_text(node: LexborNode) -> str:
    inside = node.child
    if inside is None or inside.tag != "-text" or inside.next is not None:
        return ""
    return tidy(inside.text_content or "")


def _inner_classes(node: LexborNode) -> str:
    return tidy(" ".join(tidy(c.attributes.get("class") or "") for c in node.css("[class]") if c.mem_id != node.mem_id))


def _alternative(node: LexborNode) -> str:
    """What a cell without text tells who cannot see its picture: `alt`, `aria-label` or `title`."""
    told: list[str] = []
    for marked in node.css("img[alt], [aria-label], [title]"):
        attributes = marked.attributes
        name = next((text for key in ("alt", "aria-label", "title") if (text := tidy(attributes.get(key) or ""))), "")
        if name and name not in told:
            told.append(name)
    return "\n".join(told)


def text_of(node: LexborNode, skip: frozenset[str] = frozenset(), limit: int | None = None) -> str:
    """The text a person sees: a line break for ``<br>`` and blocks, none from scripts. Walks without recursion.

    Args:
        node: where to begin.
        skip: tags inside it whose text is left out.
        limit: stop after about so many characters, where only the beginning matters.
    """
    parts: list[str] = []
    size = 0
    stack: list[LexborNode] = [node]
    while stack:
        here = stack.pop()
        tag = here.tag or ""
        if tag == "-text":
            parts.append(flat(here.text_content or ""))
            size += len(parts[-1].strip())
            if limit is not None and size > limit:
                break
            continue
        if is_silent(here) or (tag in skip and here.mem_id != node.mem_id):
            continue
        if tag == "span" and (total := counted_to(here)) is not None:
            parts.append(total)
            continue
        if tag in BLOCKS:
            parts.append("\n")
        if tag in {"td", "th"} and here.mem_id != node.mem_id:
            parts.append(" ")
        stack.extend(reversed(list(here.iter(include_text=True))))
    lines = (tidy(line) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def counted_to(node: LexborNode) -> str | None:
    """The figure that a program counts up to on the page, where an element holds only the one that it begins with."""
    told = node.attributes
    if not told:
        return None
    said = next((told[key] for key in _COUNTERS if told.get(key)), None)
    if said is None or not _FIGURE.fullmatch(said) or not _FIGURE.fullmatch(node.text().strip() or "0"):
        return None
    return said.strip()


def is_silent(node: LexborNode) -> bool:
    """Whether an element shows no text of the page: scripts, comments, hidden words, marks of notes, buttons but those that unfold what they name."""
    tag = node.tag or ""
    if tag == "button":
        return not _unfolds(node)
    if tag in _INLINE:
        return _is_hidden(node)
    if tag == "sup":
        return _is_note(node)
    return tag in _SILENT or tag.startswith(("-", "!"))


def _is_note(node: LexborNode) -> bool:
    """Whether a raised figure or asterisk after a word leads to a note: "m²" has no such word before it."""
    before = node.prev
    if before is None or before.tag != "-text" or not _NOTED.search(before.text_content or ""):
        return False
    return _NOTE.fullmatch(node.text()) is not None


def _is_hidden(node: LexborNode) -> bool:
    """Whether words within a line are there for a program alone (keys to sort by). A hidden block may be one to unfold."""
    told = node.attributes
    return bool(told) and ("hidden" in told or _HIDDEN.search(told.get("style") or "") is not None)


def _unfolds(button: LexborNode) -> bool:
    """Whether a button is the heading of an accordion's part."""
    said = button.attributes
    if (
        _UNFOLDING.intersection(said)
        or "accordion" in (said.get("class") or "")
        or "collaps" in (said.get("class") or "")
    ):
        return True
    parent = button.parent
    return parent is not None and parent.tag in HEADINGS


def flat(text: str) -> str:
    """Line ends in the source are spaces on the page."""
    return re.sub(r"[\r\n\t\f ]+", " ", text)
