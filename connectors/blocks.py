"""An HTML page as the list of its text blocks, in reading order: for pages that are prose, not tables.

Walks without recursion, so that a page nested thousands deep is only slow to read, never fatal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from connectors.html_cells import parse_html
from connectors.limits import refuse_blocks
from connectors.spanish import clean

_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "em", "font", "i", "ins", "kbd", "label", "mark",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_HIDDEN = frozenset({
    "script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "head", "iframe", "object", "select",
    "textarea",
})  # fmt: skip
"""Neither forms, which some content managers lay round the whole page, nor buttons, which open the parts of an accordion."""
_DIRECTIVE = re.compile(
    r"(?<![\w.@])@(?:(?:if|elseif|foreach|for|extends|section|yield|include|push|stack|component|slot|isset|empty|can|auth|guest)"
    r"\s*\((?:[^()]|\([^()]*\))*\)|(?:else|end\w+|stop|show|parent|php|csrf)\b)"
)
"""What a template (Blade) says to its engine, in a page that was published without it."""
_UNFILLED = ("{{", "{!!", "{%", "<?")
_LISTS = frozenset({"ul", "ol", "dl"})


@dataclass(slots=True)
class Link:
    """A link inside a block: its text and its absolute address."""

    text: str
    url: str


@dataclass(slots=True)
class Block:
    """One run of text between two block boundaries.

    Attributes:
        tag: the innermost block element: h1..h6, p, li, td, dt, dd, div …
        depth: how many lists it lies in.
        parent: identity of the element that holds `tag`, to tell siblings.
        item: identity of the innermost <li>, None outside lists.
        list_id, list_tag: the innermost list.
        row, column: identity of the innermost table row, and which of its cells this is, from 0; None outside tables.
    """

    tag: str
    text: str
    position: int
    depth: int = 0
    parent: int = 0
    item: int | None = None
    list_id: int | None = None
    list_tag: str | None = None
    row: int | None = None
    column: int | None = None
    links: list[Link] = field(default_factory=list)

    @property
    def heading(self) -> int | None:
        """1 to 6 for a heading, else None."""
        return int(self.tag[1]) if len(self.tag) == 2 and self.tag[0] == "h" and self.tag[1] in "123456" else None

    @property
    def only_leads(self) -> bool:
        """Whether it is an entry of a menu, or a row of links: it leads to something and tells nothing of it."""
        if len(self.links) == 1:
            return self.item is not None and self.links[0].text == self.text
        rest = self.text
        for link in self.links:
            rest = rest.replace(link.text, "", 1)
        return bool(self.links) and not any(map(str.isalnum, rest))

    @property
    def locator(self) -> str:
        """Where in the page, as a person would count: ``block 14``."""
        return f"block {self.position}"


@dataclass(slots=True)
class _Open:
    """An open block element on the way down."""

    node: LexborNode
    tag: str
    cells: int = 0
    """Of a table row: the cells met so far."""


class _Walk:
    def __init__(self, base: str) -> None:
        self.base = base
        self.blocks: list[Block] = []
        self.stack: list[_Open] = []
        self.text: list[str] = []
        self.links: list[Link] = []

    def flush(self) -> None:
        text = clean("".join(self.text))
        links, self.links, self.text = self.links, [], []
        if not text or not self.stack:
            return
        lists = [open_ for open_ in self.stack if open_.tag in _LISTS]
        items = [open_ for open_ in self.stack if open_.tag in {"li", "dt", "dd"}]
        rows = [open_ for open_ in self.stack if open_.tag == "tr"]
        own = self.stack[-1]
        self.blocks.append(
            Block(
                tag=own.tag,
                text=text,
                position=len(self.blocks) + 1,
                depth=len(lists),
                links=links,
                parent=self.stack[-2].node.mem_id if len(self.stack) > 1 else 0,
                item=items[-1].node.mem_id if items else None,
                list_id=lists[-1].node.mem_id if lists else None,
                list_tag=lists[-1].tag if lists else None,
                row=rows[-1].node.mem_id if rows else None,
                column=max(0, rows[-1].cells - 1) if rows else None,
            )
        )

    def enter(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self.flush()
        elif tag not in _INLINE:
            self.flush()
            if tag in {"td", "th"} and self.stack[-1].tag == "tr":
                self.stack[-1].cells += 1
            self.stack.append(_Open(node, tag))
        elif tag == "a":
            href = node.attributes.get("href")
            if href and not any(mark in href for mark in _UNFILLED):
                self.links.append(Link(clean(node.text()), _absolute(self.base, href)))

    def leave(self, tag: str) -> None:
        if tag != "br" and tag not in _INLINE:
            self.flush()
            self.stack.pop()


def _absolute(base: str, href: str) -> str:
    try:
        return urljoin(base, clean(href)).replace(" ", "%20")
    except ValueError:
        return clean(href)


def read_blocks(html: str, base: str) -> list[Block]:
    """The visible text of a page by block; what only frames it (menus, footers, scripts) is left out.

    Args:
        html: the page or a fragment of one.
        base: its address, for relative links.

    Raises:
        SourceChanged: elements are nested beyond reading, or there are too many.
    """
    body = parse_html(html).body
    walk = _Walk(base)
    node: LexborNode | None = body
    if body is None:
        return []
    walk.enter(body, "body")
    node = body.child
    current: LexborNode = body
    while True:
        if node is None:  # no further sibling: go up
            if current.mem_id == body.mem_id:
                break
            walk.leave(str(current.tag))
            node = current.next
            parent = current.parent
            if parent is None:
                break
            current = parent
            continue
        tag = str(node.tag)
        if node.is_text_node:
            text = node.text_content or ""
            walk.text.append(_DIRECTIVE.sub(" ", text) if "@" in text else text)
            node = node.next
        elif not node.is_element_node or tag in _HIDDEN:
            node = node.next
        else:
            walk.enter(node, tag)
            refuse_blocks(len(walk.blocks))
            current, node = node, node.child
    walk.flush()
    return walk.blocks
