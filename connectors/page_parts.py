"""Where an element of a page stands: in a menu, under a heading that speaks of commitments."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from connectors.html_cells import text_of
from connectors.text import fold

_MENU = frozenset({"nav", "header", "footer", "aside"})
_MENU_CLASS = re.compile(
    r"(?<![\w-])(?!(?:has|with|without|no|tiene|con|sin)-)(?:[\w-]+[-_])?(?:menu|nav|navbar|breadcrumbs?|pagination|footer|sidebar|social|share|tablist)"
    r"(?:[-_][\w-]+)?(?![\w-])",
    re.IGNORECASE,
)
_CONTENT = "h1, main, article"
"""What a menu does not hold: a wrapper that does is named after what stands beside it (`sidebar-right`)."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements that head what follows them."""


def is_headed(node: LexborNode) -> bool:
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
            spoken = tag in HEADINGS or (level == 0 and tag in {"p", "strong", "b", "div"})
            if spoken and "compromiso" in fold(text_of(above, limit=500)):
                return True
            if tag in HEADINGS:
                return False
            above = above.prev
        here = here.parent
    return False


def is_mostly_link(text: str, node: LexborNode) -> bool:
    """Whether hardly anything of a text stands outside links."""
    return sum(len(text_of(a)) for a in node.css("a")) > 0.8 * max(len(text), 1)


def only_points(node: LexborNode) -> bool:
    """Whether an element is hardly more than links to places of its own page: a line of a table of contents."""
    links = node.css("a")
    return (
        len(links) > 0
        and all((link.attributes.get("href") or "").startswith("#") for link in links)
        and is_mostly_link(text_of(node), node)
    )


def is_menu(node: LexborNode) -> bool:
    """Whether an element is a menu, a header or a footer itself, told by tag or class."""
    if node.tag in {"body", "html"}:
        return False
    names = (node.attributes or {}).get("class") or ""
    if node.tag in _MENU or (node.tag == "ul" and "tabs" in names):
        return True
    return _MENU_CLASS.search(names) is not None and node.css_first(_CONTENT) is None


def in_menu(node: LexborNode) -> bool:
    """Whether an element stands in a menu, a header or a footer, or is one."""
    here: LexborNode | None = node
    for _ in range(200):
        if here is None:
            return False
        if is_menu(here):
            return True
        here = here.parent
    return False
