"""Lists of commitments in prose pages: "Compromiso 1: …" as list items, headings or paragraphs; or any repeated element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import Field, field_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from connectors.base import Cell, DraftKind, Options, Row, Snapshot, SourceChanged
from connectors.errors import ConfigError
from connectors.html_cells import text_of
from connectors.html_lines import TextLine, facts, lines_of, means, usual_labels
from connectors.html_page import page
from connectors.html_under import OWN_HEADINGS, begins_with_label, names_what_follows, under
from connectors.item_label import is_numbered, item_label
from connectors.limits import refuse_blocks, refuse_long_page
from connectors.page_parts import in_menu, is_headed, is_mostly_link, only_points
from connectors.synonyms import best_fields, is_personal
from connectors.table import Reading, TableConnector
from connectors.text import clip, tidy

COLUMNS = ("item", "number", "title", "kind", "link")
"""The columns of every row; the labels inside the items ("Responsable: …") and the groups of a `pattern` add theirs."""
_CELL_LIMIT = 20_000
_LABEL_LENGTH = 120
_TEXTUAL = "li, p, h1, h2, h3, h4, h5, h6, dt, dd, td, blockquote, div, summary, button"
_HEADED = "h2, h3, h4, h5, h6, summary, button, dt, dl, li, article"


class HtmlListOptions(Options):
    """Options of `html_list`."""

    kind: DraftKind = Field(
        default="commitment", description="qué es cada fila: commitment, plan, exercise, total o event"
    )
    selector: str | None = Field(default=None, max_length=300, description="selector CSS de los elementos de la lista")
    pattern: str | None = Field(
        default=None, max_length=500, description="expresión regular con grupos con nombre, p. ej. (?P<title>…)"
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="columna = selector CSS dentro del elemento; «a@href» toma un atributo"
    )

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                groups = re.compile(pattern).groupindex
            except re.error as error:
                raise ValueError(f"la expresión regular no es válida ({error})") from error
            if not groups:
                raise ValueError("la expresión regular no tiene grupos con nombre, como (?P<title>…)")
        return pattern


class HtmlList(TableConnector[HtmlListOptions]):
    """A list in a web page."""

    name: ClassVar[str] = "html_list"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[HtmlListOptions]] = HtmlListOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        yield from read_html_list(snapshot.read(), self.options, reading, charset=snapshot.charset, base=snapshot.url)


@dataclass(slots=True)
class _Item:
    text: str
    nodes: list[LexborNode]
    number: str | None = None
    title: str | None = None
    kind: str | None = None
    lines: list[TextLine] = field(default_factory=list)
    extra: dict[str, Cell] = field(default_factory=dict)
    links: list[str] | None = None
    """The links that no fact took; None before they were told apart."""


def read_html_list(
    data: bytes, options: HtmlListOptions, reading: Reading, *, charset: str | None = None, base: str = ""
) -> Iterator[Row]:
    """The items of a list: those of `selector`, else those that call themselves a commitment, else a numbered list.

    Raises:
        SourceChanged: it is no page, holds no such list, or more than can be read as prose.
    """
    if options.selector is None:
        refuse_long_page(data)
    tree = page(data, reading, charset, base)
    items = (
        _selected(tree, options)
        if options.selector is not None
        else _labelled(tree) or _with_facts(tree) or _ordered(tree)
    )
    if not options.columns and options.pattern is None:
        _tell_apart(items)
    if options.pattern is not None:
        items = _matched(items, options.pattern, reading)
    if not items:
        where = f" que responda al selector «{clip(options.selector, 60)}»" if options.selector else " de compromisos"
        raise SourceChanged(f"La página no tiene ninguna lista{where}.", code="NO_LIST")
    columns = list(dict.fromkeys([*COLUMNS, *(name for item in items for name in item.extra)]))
    reading.header(columns, labelled=True)
    for index, item in enumerate(items, 1):
        values: dict[str, Cell] = dict.fromkeys(columns)
        values.update(
            item=item.text, number=item.number, title=item.title or item.text, kind=item.kind, link=_link(item)
        )
        values.update(item.extra)
        yield Row(values, f"item {index}", options.kind)


def _selected(tree: LexborHTMLParser, options: HtmlListOptions) -> list[_Item]:
    try:
        nodes = tree.css(options.selector or "")
        refuse_blocks(len(nodes))
        found = []
        for node in nodes:
            item = _item([node])
            for column, inner in options.columns.items():
                item.extra[column] = _inner(node, inner)
            if item.text or any(item.extra.values()):
                found.append(item)
    except (ValueError, SelectolaxError) as error:  # lexbor refuses the selector
        raise ConfigError(
            "«options.selector» o una de «options.columns» no es un selector CSS válido.", key="options.selector"
        ) from error
    return found


def _inner(node: LexborNode, selector: str) -> Cell:
    path, _, attribute = selector.partition("@")
    nodes = node.css(path) if path.strip() else [node]
    said = [tidy(n.attributes.get(attribute) or "") if attribute else text_of(n) for n in nodes]
    said = [text for text in said if text]
    if not said:
        return None
    return said[0] if len(said) == 1 else list(said)


def _item(nodes: list[LexborNode]) -> _Item:
    """What an element says of itself: its number, whether it is proactive, its title."""
    text = "\n".join(text_of(node) for node in nodes)
    item = _Item(text, nodes, lines=lines_of(nodes))
    _name(item, text)
    return item


def _name(item: _Item, text: str) -> None:
    label = item_label(text)
    if label is not None:
        item.number, item.title, item.kind = label.number, label.title, label.kind


def _tell_apart(items: Sequence[_Item]) -> None:
    """The facts of every item as its columns, its prose as the description; the title is its own line alone."""
    usual = usual_labels(item.lines for item in items)
    found = [facts(item.lines, usual) for item in items]
    labels = list(dict.fromkeys(label for one in found for label in one.cells))
    prose = best_fields(labels).get("description", "description")
    for item, one in zip(items, found, strict=True):
        if len(item.lines) < 2:
            continue
        item.title = None
        _name(item, one.head)
        if item.title is None and item_label(one.head) is None:
            item.title = one.head
        if not item.title:
            item.title = _named(one.cells) or (one.prose.pop(0) if one.prose else None)
        item.extra.update(one.cells)
        if one.prose:
            item.extra[prose] = "\n".join(filter(None, [_text(item.extra.get(prose)), *one.prose]))
        item.text = _impersonal(item)
        item.links = one.hrefs


def _named(cells: dict[str, Cell]) -> str | None:
    """The title that a fact says: "Nombre: …" under a bare "Compromiso 3"."""
    return next((cell for label, cell in cells.items() if means(label, ("title",)) and isinstance(cell, str)), None)


def _text(cell: Cell) -> str:
    return "\n".join(map(str, cell)) if isinstance(cell, list) else str(cell or "")


def _impersonal(item: _Item) -> str:
    """The item's text without the lines of persons' data, which no column keeps either."""
    private = {_text(cell) for label, cell in item.extra.items() if is_personal(label) and cell}
    return "\n".join(line for line in item.text.split("\n") if not any(said in line for said in private))


def _labelled(tree: LexborHTMLParser) -> list[_Item]:
    """Elements whose own text begins "Compromiso …", innermost first, each with what stands under it."""
    labels = [node for node in tree.css(_TEXTUAL) if begins_with_label(node)]
    held = _held(labels)
    found: list[_Item] = []
    taken: set[int] = set()
    for node in labels:
        if node.mem_id in taken or in_menu(node) or _holds_labels(node, held):
            continue
        if len(text_of(node, limit=_CELL_LIMIT)) > _CELL_LIMIT:
            continue
        item = _item([node])
        taken.update(inner.mem_id for inner in node.css("*"))
        _extend(item, node, taken)
        if item.title or len(item.lines) > 1:
            found.append(item)
    return _without_contents(found)


def _extend(item: _Item, node: LexborNode, taken: set[int]) -> None:
    """Take what stands under an item's own line: all of it under a heading or a bare label, else its facts."""
    for part, lines in under(node, taken, all_of_it=item.title is None or names_what_follows(node)):
        item.lines += lines
        item.nodes.append(part)


def _without_contents(items: list[_Item]) -> list[_Item]:
    """The items without a table of contents: links to places of the page, each of a number that another item has too."""
    told = {item.number for item in items if not only_points(item.nodes[0])}
    return [item for item in items if item.number not in told or not only_points(item.nodes[0])]


def _held(labels: Sequence[LexborNode]) -> dict[int, int]:
    """How many labels stand inside each element, counted up to two."""
    held: dict[int, int] = {}
    for node in labels:
        above = node.parent
        while above is not None and held.get(above.mem_id, 0) < 2:
            held[above.mem_id] = held.get(above.mem_id, 0) + 1
            above = above.parent
    return held


def _holds_labels(node: LexborNode, held: dict[int, int]) -> bool:
    """Whether labels stand further inside: then those are the items, not this wrapper of them."""
    hits = held.get(node.mem_id, 0)
    return hits > 1 or (hits == 1 and node.tag != "li")


def _with_facts(tree: LexborHTMLParser) -> list[_Item]:
    """Headings, items and description lists that call themselves nothing, but under which the same known facts stand."""
    found: list[_Item] = []
    taken: set[int] = set()
    for node in tree.css(_HEADED):
        if node.mem_id in taken or in_menu(node) or len(text_of(node, limit=_CELL_LIMIT)) > _CELL_LIMIT:
            continue
        item = _item([node])
        mine = {inner.mem_id for inner in node.css("*")}
        if names_what_follows(node):
            _extend(item, node, mine)
        elif node.css_first(OWN_HEADINGS) is not None and node.tag != "li":
            continue  # its heading is the item
        if _keeps_account(item):
            found.append(item)
            taken |= mine
    _number_in_order(found)
    return found if len(found) > 1 else []


def _number_in_order(items: Sequence[_Item]) -> None:
    """Give the items of one `<ol>` the numbers that it shows."""
    holders = {(above.mem_id, above.tag) for item in items if (above := item.nodes[0].parent) is not None}
    if len(holders) == 1 and holders.pop()[1] == "ol":
        for index, item in enumerate(items, 1):
            item.number = item.number or str(index)


def _keeps_account(item: _Item) -> bool:
    """Whether an item tells two facts that are columns of ours, none of them twice: else it wraps several."""
    found = facts(item.lines)
    return not found.twice and len(best_fields(list(found.cells))) > 1


def _ordered(tree: LexborHTMLParser) -> list[_Item]:
    """The longest `<ol>` of sentences, or run of "1. …" paragraphs, that is headed as commitments.

    A list of links or of words is a menu, and a numbered list under another heading is something else (members, steps).
    """
    best: list[_Item] = []
    for holder in tree.css("ol"):
        if in_menu(holder) or not is_headed(holder):
            continue
        nodes = [child for child in holder.iter() if child.tag == "li"]
        if len(nodes) < max(2, len(best)):
            continue
        items = [_item([node]) for node in nodes if text_of(node, limit=1)]
        _number_in_order(items)
        if _is_prose(items, nodes) and len(items) > len(best):
            best = items
    if best:
        return best
    numbered = [
        _item([node])
        for node in tree.css("p, li")
        if not in_menu(node) and is_numbered(text_of(node, limit=_LABEL_LENGTH))
    ]
    return numbered if _is_prose(numbered, [item.nodes[0] for item in numbered]) else []


def _is_prose(items: Sequence[_Item], nodes: Sequence[LexborNode]) -> bool:
    if len(items) < 2:
        return False
    words = sum(len(item.text.split()) for item in items) / len(items)
    linked = sum(1 for item, node in zip(items, nodes, strict=False) if is_mostly_link(item.text, node))
    return words >= 4 and linked < 0.7 * len(items)


def _matched(items: list[_Item], pattern: str, reading: Reading) -> list[_Item]:
    """The items that the operator's pattern matches, its named groups as columns; what it does not match is reported."""
    compiled = re.compile(pattern, re.DOTALL)
    kept: list[_Item] = []
    for item in items:
        match = compiled.search(item.text[:_CELL_LIMIT])
        if match is None:
            continue
        groups: dict[str, Cell] = {
            name: (said.strip() or None) if said else None for name, said in match.groupdict().items()
        }
        for name in ("number", "title", "kind"):
            if groups.get(name) is not None:
                setattr(item, name, groups[name])
        item.extra.update({name: said for name, said in groups.items() if name not in COLUMNS})
        kept.append(item)
    if len(kept) < len(items):
        reading.note(
            "UNMATCHED_ITEM", f"Elementos que el patrón no reconoce: {len(items) - len(kept)} de {len(items)}."
        )
    return kept


def _link(item: _Item) -> Cell:
    hrefs = (
        item.links
        if item.links is not None
        else [
            href
            for node in item.nodes
            for a in node.css("a[href]")
            if (href := tidy(a.attributes.get("href") or "")) and not href.startswith("#")
        ]
    )
    if not hrefs:
        return None
    return hrefs[0] if len(hrefs) == 1 else list(hrefs)
