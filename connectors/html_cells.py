"""HTML to a grid of cells: row and column spans, nested tables, lists in a cell, links, classes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.bars import filled
from connectors.base import SourceChanged
from connectors.header import Merge
from connectors.looks import is_pictured, looks
from connectors.text import tidy

MAX_DEPTH = 512
"""Elements inside one another that are read: what browsers themselves keep. More would cost the square of the page."""
MAX_TAGS = 5_000_000
"""Tags of a page, those that end an element included: each takes the room of some hundred letters once it is parsed."""
_MAX_OPEN = 4_000
"""Open tags that do nest, counted before parsing: the parser's own time grows with their square."""
_LABELS = ("data-label", "data-title", "data-th", "data-header", "data-column")
_COUNTERS = ("data-to-value", "data-to", "data-count", "data-target", "data-count-to", "data-number", "data-stop")
_FIGURE = re.compile(r"\s*\d{1,9}(?:[.,]\d+)?\s*%?\s*")
_NOTE = re.compile(r"\s*[\[(]?(?:\d{1,2}|\*{1,3}|†|‡)[\])]?\s*")
_NOTED = re.compile(r"[a-záéíóúñ]{3,}[.,;:)”\"]?\s*$", re.IGNORECASE)
_MAX_SPAN = {"colspan": 1_000, "rowspan": 65_534}
"""What the HTML standard cuts a span at (§ 4.9.11, attributes common to td and th elements)."""
MAX_COVERED = 1_000_000
"""Places of one page's tables that spans alone make: no list of records is laid out with as many."""
MAX_CELLS = 2_000_000
"""Cells of one page's tables that are laid out."""
_DIGITS = re.compile(r"\s*\+?0*([0-9]+)")
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
        SourceChanged: elements are nested beyond reading, or there are too many.
    """
    raw = data if isinstance(data, bytes) else data.encode("utf-8", errors="replace")
    if raw.count(b"<") > MAX_TAGS:
        raise SourceChanged(
            f"La página tiene más de {MAX_TAGS:,} etiquetas: publique los compromisos por sí solos, como CSV o XLSX.",
            code="TOO_LARGE",
        )
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


@dataclass(slots=True)
class Room:
    """What may still be laid out of one page."""

    cells: int = MAX_CELLS
    covered: int = MAX_COVERED

    def take(self, number: int, *, cells: int, covered: int) -> None:
        """Lay out a row of the table `number`.

        Raises:
            SourceChanged: ``TOO_LARGE``.
        """
        self.cells -= cells
        self.covered -= covered
        if self.covered < 0:
            raise SourceChanged(
                f"Las celdas combinadas de la tabla {number} (rowspan, colspan) abarcan más lugares de los que se pueden leer "
                f"({MAX_COVERED:,}): corrija los que se salen de la tabla.",
                code="TOO_LARGE",
            )
        if self.cells < 0:
            raise SourceChanged(
                f"La tabla {number} tiene demasiadas celdas para una página ({MAX_CELLS:,}): publique los datos como archivo (CSV o XLSX).",
                code="TOO_LARGE",
            )


def grids(tree: LexborHTMLParser, selector: str | None = None) -> list[HtmlGrid]:
    """Every table of a page in order, or those that a CSS selector names (a table, or what is around it)."""
    room = Room()
    return [grid(table, number, room) for number, table in table_nodes(tree, selector)]


def table_nodes(tree: LexborHTMLParser, selector: str | None = None) -> list[tuple[int, LexborNode]]:
    """The elements that `grids` lays out, each with its number on the page, from 1."""
    numbered = list(enumerate(tree.css("table"), 1))
    if selector is None:
        return numbered
    chosen: set[int] = set()
    for node in tree.css(selector):
        chosen.update(inner.mem_id for inner in ([node] if node.tag == "table" else node.css("table")))
    return [(number, table) for number, table in numbered if table.mem_id in chosen]


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


def grid(table: LexborNode, number: int, room: Room | None = None) -> HtmlGrid:
    """One table as a grid, its spans spread as the HTML standard's table model says: none leaves its group of rows.

    Args:
        room: what may be laid out of the page; a whole page's, where none is given.

    Raises:
        SourceChanged: ``TOO_LARGE``.
    """
    room = room or Room()
    found = HtmlGrid(number)
    for rows, in_head in _groups(table):
        top = len(found.rows)
        merges = _lay_out(rows, found, room)
        last = len(found.rows) - 1
        found.merges.extend(Merge(m.top, m.left, min(m.bottom, last), m.right) for m in merges)
        if in_head and found.head == top:
            found.head = last + 1
    found.merges = [m for m in found.merges if m.bottom > m.top or m.right > m.left]
    if not found.head and (names := _labels(table)) is not None:
        found.rows.insert(0, [HtmlCell(name, [], [], "", True) for name in names])
        found.merges = [Merge(m.top + 1, m.left, m.bottom + 1, m.right) for m in found.merges]
        found.head = 1
    return found


def _lay_out(rows: Sequence[LexborNode], found: HtmlGrid, room: Room) -> list[Merge]:
    """Add a group of rows to a grid; the merges that its spans ask for, which may end below it."""
    merges: list[Merge] = []
    pending: dict[int, int] = {}
    """Column -> rows, from this one on, that a cell above still covers."""
    for row, line in enumerate(rows, len(found.rows)):
        cells: list[HtmlCell | None] = []
        for node in _own_cells(line):
            before = len(cells)
            while pending.get(len(cells), 0) > 0:
                cells.append(None)
            column = len(cells)
            down, across = _span(node, "rowspan"), _span(node, "colspan")
            cells.append(cell(node))
            cells.extend([None] * (across - 1))
            if down > 1 or across > 1:
                merges.append(Merge(row, column, row + down - 1, column + across - 1))
            for covered in range(column, column + across):
                pending[covered] = down
            room.take(found.number, cells=len(cells) - before, covered=len(cells) - before - 1)
        before = len(cells)
        while pending.get(len(cells), 0) > 0:  # spans from above to the right of the row's own cells
            cells.append(None)
        room.take(found.number, cells=len(cells) - before, covered=len(cells) - before)
        pending = {column: left - 1 for column, left in pending.items() if left > 1}
        found.rows.append(cells)
    return merges


def _labels(table: LexborNode) -> list[str] | None:
    """The names that every row's cells bear for small screens (`data-label`), where no row of its own has them."""
    rows = [[node.attributes for node in _own_cells(line)] for lines, _ in _groups(table) for line in lines]
    names = [[tidy(next((told[key] or "" for key in _LABELS if key in told), "")) for told in row] for row in rows]
    if not names or not all(names[0]) or any(row != names[0] for row in names):
        return None
    return names[0]


def _groups(table: LexborNode) -> Iterator[tuple[list[LexborNode], bool]]:
    """The rows of a table by the groups that they stand in, and whether that is a ``<thead>``."""
    bare: list[LexborNode] = []
    for child in table.iter():
        if child.tag == "tr":
            bare.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"}:
            if bare:
                yield bare, False
                bare = []
            yield [line for line in child.iter() if line.tag == "tr"], child.tag == "thead"
    if bare:
        yield bare, False


def _own_cells(line: LexborNode) -> Iterator[LexborNode]:
    for child in line.iter():
        if child.tag in {"td", "th"}:
            yield child


def _span(node: LexborNode, name: Literal["rowspan", "colspan"]) -> int:
    """A cell's span as the HTML standard reads it: the digits that it begins with; ``rowspan=0`` is to the end of the group."""
    said = _DIGITS.match(node.attributes.get(name) or "1")
    if said is None:
        return 1
    most = _MAX_SPAN[name]
    told = int(said[1]) if len(said[1]) < 9 else most
    return min(told, most) or (most if name == "rowspan" else 1)


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
