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
from connectors.html_table import page
from connectors.table import Reading, TableConnector
from connectors.text import clip, fold, tidy

COLUMNS = ("item", "number", "title", "kind", "link")
"""The columns of every row; a `pattern` adds its named groups."""
_CELL_LIMIT = 20_000
_LABEL_LENGTH = 120
_WORDS = {
    "uno": 1, "primero": 1, "primer": 1, "dos": 2, "segundo": 2, "tres": 3, "tercero": 3, "tercer": 3, "cuatro": 4, "cuarto": 4,
    "cinco": 5, "quinto": 5, "seis": 6, "sexto": 6, "siete": 7, "septimo": 7, "séptimo": 7, "ocho": 8, "octavo": 8, "nueve": 9,
    "noveno": 9, "diez": 10, "decimo": 10, "décimo": 10,
}  # fmt: skip
_ROMAN = re.compile(r"^(?=[IVX])(X{0,2})(IX|IV|V?I{0,3})$")
_LABEL = re.compile(
    r"^\W*compromiso(?:\s+de\s+gobierno\s+abierto)?"
    r"(?:\s+(?P<kind>proactivo|adicional|transversal|local|tem[aá]tico))?"
    r"(?:\s*(?:n[uú]mero|n[uú]m\.?|no\.?|n[º°]|#)?\s*(?P<number>\d{1,3}|[IVX]{1,5}\b|[a-záéíóú]{3,7}(?=\s*[.:–—-])))?"
    r"\s*(?P<mark>[.:)–—-]+|$|(?=\n))\s*(?P<title>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED = re.compile(r"^(?P<number>\d{1,3})\s*[.)–—-]+\s*(?P<title>\S.*)$", re.DOTALL)
_MENU = frozenset({"nav", "header", "footer", "aside"})
_MENU_CLASS = re.compile(
    r"\b(?:menu|nav|navbar|breadcrumb|pagination|footer|sidebar|social|share|tabs?)\b", re.IGNORECASE
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TEXTUAL = "li, p, h1, h2, h3, h4, h5, h6, dt, dd, td, blockquote, div"


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
        yield from read_html_list(snapshot.read(), self.options, reading, charset=snapshot.charset)


@dataclass(slots=True)
class _Item:
    text: str
    nodes: list[LexborNode]
    number: str | None = None
    title: str | None = None
    kind: str | None = None
    extra: dict[str, Cell] = field(default_factory=dict)


def read_html_list(
    data: bytes, options: HtmlListOptions, reading: Reading, *, charset: str | None = None
) -> Iterator[Row]:
    """The items of a list: those of `selector`, else those that call themselves a commitment, else a numbered list.

    Raises:
        SourceChanged: it is no page, or holds no such list.
    """
    tree = page(data, reading, charset)
    items = _selected(tree, options) if options.selector is not None else _labelled(tree) or _ordered(tree)
    if options.pattern is not None:
        items = _matched(items, options.pattern, reading)
    if not items:
        where = f" que responda al selector «{clip(options.selector, 60)}»" if options.selector else " de compromisos"
        raise SourceChanged(f"La página no tiene ninguna lista{where}.", code="NO_LIST")
    columns = list(dict.fromkeys([*COLUMNS, *(name for item in items for name in item.extra)]))
    reading.header(columns)
    for index, item in enumerate(items, 1):
        values: dict[str, Cell] = dict.fromkeys(columns)
        values.update(
            item=item.text, number=item.number, title=item.title or item.text, kind=item.kind, link=_link(item.nodes)
        )
        values.update(item.extra)
        yield Row(values, f"item {index}", options.kind)


def _selected(tree: LexborHTMLParser, options: HtmlListOptions) -> list[_Item]:
    try:
        nodes = tree.css(options.selector or "")
        found = []
        for node in nodes:
            item = _item(text_of(node), [node])
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


def _item(text: str, nodes: list[LexborNode]) -> _Item:
    """What a text says of itself: its number, whether it is proactive, its title."""
    label = _LABEL.match(text)
    if label is not None and _is_label(label):
        return _Item(text, nodes, _number(label["number"]), label["title"].strip() or None, label["kind"])
    numbered = _NUMBERED.match(text)
    if numbered is not None:
        return _Item(text, nodes, numbered["number"], numbered["title"].strip())
    return _Item(text, nodes)


def _is_label(label: re.Match[str]) -> bool:
    """ "Compromiso con la ciudadanía" is a sentence; "Compromiso 3", "Compromiso:" and "Compromiso proactivo:" are labels."""
    if label["number"] and not _number(label["number"]):
        return False
    return bool(label["number"] or label["kind"] or label["mark"].strip())


def _number(said: str | None) -> str | None:
    if said is None:
        return None
    if said.isdigit():
        return str(int(said))
    roman = _ROMAN.match(said)
    if roman:
        tens, ones = roman.groups()
        values = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
        return str(10 * len(tens) + values[ones])
    word = _WORDS.get(said.casefold())
    return str(word) if word else None


def _labelled(tree: LexborHTMLParser) -> list[_Item]:
    """Elements whose own text begins "Compromiso …", innermost first; a heading takes the paragraphs that follow it."""
    labels = [node for node in tree.css(_TEXTUAL) if _begins_with_label(node)]
    held = _held(labels)
    found: list[_Item] = []
    taken: set[int] = set()
    for node in labels:
        if node.mem_id in taken or _in_menu(node) or _holds_labels(node, held):
            continue
        text = text_of(node)
        if len(text) > _CELL_LIMIT:
            continue
        item = _item(text, [node])
        taken.update(inner.mem_id for inner in node.css("*"))
        if item.title is None or node.tag in _HEADINGS:
            _extend(item, node, taken)
        if item.title:
            found.append(item)
    return found


def _begins_with_label(node: LexborNode) -> bool:
    """Told from the first words: reading every wrapper whole would cost the square of the page."""
    label = _LABEL.match(text_of(node, limit=_LABEL_LENGTH))
    return label is not None and _is_label(label)


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


def _extend(item: _Item, node: LexborNode, taken: set[int]) -> None:
    """Take what follows a label that stands alone, up to the next heading or label."""
    parts: list[str] = []
    sibling = node.next
    while sibling is not None and len(parts) < 40:
        tag = sibling.tag or ""
        if tag in _HEADINGS:
            break
        if tag == "-text":
            text = tidy(sibling.text_content or "")
        elif tag.startswith(("-", "!")):
            text = ""
        else:
            text = text_of(sibling)
            if _begins_with_label(sibling):
                break
            taken.update([sibling.mem_id, *(inner.mem_id for inner in sibling.css("*"))])
            item.nodes.append(sibling)
        if text:
            parts.append(text)
        sibling = sibling.next
    if not parts:
        return
    if item.title is None:
        item.title = parts.pop(0)
    if parts:
        item.extra["description"] = "\n".join(parts)


def _ordered(tree: LexborHTMLParser) -> list[_Item]:
    """The longest `<ol>` of sentences, or run of "1. …" paragraphs, that is headed as commitments.

    A list of links or of words is a menu, and a numbered list under another heading is something else (members, steps).
    """
    best: list[_Item] = []
    for holder in tree.css("ol"):
        if _in_menu(holder) or not _headed(holder):
            continue
        nodes = [child for child in holder.iter() if child.tag == "li"]
        if len(nodes) < max(2, len(best)):
            continue
        items = [_item(text, [node]) for node in nodes if (text := text_of(node))]
        for index, item in enumerate(items, 1):
            item.number = item.number or str(index)
        if _is_prose(items, nodes) and len(items) > len(best):
            best = items
    if best:
        return best
    numbered = [
        _item(text_of(node), [node])
        for node in tree.css("p, li")
        if not _in_menu(node) and _NUMBERED.match(text_of(node))
    ]
    return numbered if _is_prose(numbered, [item.nodes[0] for item in numbered]) else []


def _is_numbered(node: LexborNode) -> bool:
    return bool(_NUMBERED.match(text_of(node, limit=_LABEL_LENGTH))) and not _in_menu(node) and _headed(node)


def _headed(node: LexborNode) -> bool:
    """Whether the nearest heading, or the sentence just above, speaks of commitments."""
    here: LexborNode | None = node
    for level in range(5):
        if here is None or here.tag in {"body", "html"}:
            return False
        above = here.prev
        for _ in range(200):
            if above is None:
                break
            tag = above.tag or ""
            spoken = tag in _HEADINGS or (level == 0 and tag in {"p", "strong", "b", "div"})
            if spoken and "compromiso" in fold(text_of(above, limit=500)):
                return True
            if tag in _HEADINGS:
                return False
            above = above.prev
        here = here.parent
    return False


def _is_prose(items: Sequence[_Item], nodes: Sequence[LexborNode]) -> bool:
    if len(items) < 2:
        return False
    words = sum(len(item.text.split()) for item in items) / len(items)
    linked = sum(1 for item, node in zip(items, nodes, strict=False) if _mostly_link(item, node))
    return words >= 4 and linked < 0.7 * len(items)


def _mostly_link(item: _Item, node: LexborNode) -> bool:
    return sum(len(text_of(a)) for a in node.css("a")) > 0.8 * max(len(item.text), 1)


def _in_menu(node: LexborNode) -> bool:
    here: LexborNode | None = node
    for _ in range(200):
        if here is None:
            return False
        if here.tag in _MENU or (
            here.tag not in {"body", "html"} and _MENU_CLASS.search((here.attributes or {}).get("class") or "")
        ):
            return True
        here = here.parent
    return False


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


def _link(nodes: Sequence[LexborNode]) -> Cell:
    hrefs = [
        href
        for node in nodes
        for a in node.css("a[href]")
        if (href := tidy(a.attributes.get("href") or "")) and not href.startswith("#")
    ]
    if not hrefs:
        return None
    return hrefs[0] if len(hrefs) == 1 else list(hrefs)
