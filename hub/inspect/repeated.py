"""Pages that lay records out in repeated blocks (cards, rows of ``div``) instead of a table: which block, which parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.html_cells import text_of

_LEAST = 3
_MOST = 3
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_SKIPPED = frozenset({"nav", "header", "footer", "aside", "script", "style", "form", "option"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_BLOCKS = "div, article, section, li"
_PARTS = "h1, h2, h3, h4, h5, h6, p, span, dd, strong, small, a, time, div, li, td"


def repeated(tree: LexborHTMLParser) -> Iterator[tuple[str, dict[str, str]]]:
    """(selector of the block, column -> selector inside it), at most `_MOST`, the likeliest first."""
    groups: dict[tuple[int, str], list[LexborNode]] = {}
    for node in tree.css(_BLOCKS):
        selector = _selector(node)
        parent = node.parent
        if selector is not None and parent is not None and not _skipped(node):
            groups.setdefault((parent.mem_id, selector), []).append(node)
    ranked: list[tuple[float, str, dict[str, str]]] = []
    for (_, selector), nodes in groups.items():
        if len(nodes) < _LEAST:
            continue
        columns = _columns(nodes)
        texts = [len(text_of(node, limit=600)) for node in nodes[:20]]
        if len(columns) >= 2 and sum(texts) / len(texts) >= 30:
            ranked.append((len(nodes) * min(len(columns), 8), selector, columns))
    ranked.sort(key=lambda item: -item[0])
    seen: set[str] = set()
    for _, selector, columns in ranked:
        if selector not in seen and len(seen) < _MOST:
            seen.add(selector)
            yield selector, columns


def _selector(node: LexborNode) -> str | None:
    """Tag and classes of a node; None where it has no class to be told by."""
    names = [name for name in (node.attributes.get("class") or "").split() if _NAME.fullmatch(name)]
    return f"{node.tag}.{'.'.join(names[:3])}" if names else None


def _skipped(node: LexborNode) -> bool:
    here: LexborNode | None = node
    for _ in range(40):
        if here is None:
            return False
        if here.tag in _SKIPPED:
            return True
        here = here.parent
    return False


def _columns(nodes: list[LexborNode]) -> dict[str, str]:
    """The classed parts that most blocks have once, by the name of their class."""
    counts: Counter[str] = Counter()
    for node in nodes:
        inside = Counter(
            selector for part in node.css(_PARTS)
            if part.mem_id != node.mem_id and (text_of(part, limit=40) or part.tag == "a") and not _wraps(part) for selector in _part(part)
        )  # fmt: skip
        counts.update(selector for selector, count in inside.items() if count == 1)
    often = {selector for selector, count in counts.items() if count >= 0.6 * len(nodes)}
    kept = [selector for selector in counts if selector in often and _first(selector) not in often - {selector}]
    found: dict[str, str] = {}
    for selector in kept[:30]:
        name = selector.split(".")[-1] if "." in selector else selector
        if name in found:
            name = selector
        if selector.startswith("a.") or selector == "a":
            found[f"{name} (href)"] = f"{selector}@href"
        found[name] = selector
    return found


def _wraps(part: LexborNode) -> bool:
    """Whether a part is only the box around several others: what it says they say."""
    if part.tag not in {"div", "li", "td"}:
        return False
    inside = [child for child in part.iter() if text_of(child, limit=1)]
    if len(inside) == 1:
        return _wraps(inside[0])
    return (
        sum(
            _NAME.match((child.attributes.get("class") or "").strip()) is not None or child.tag in _HEADINGS
            for child in inside
        )
        > 1
    )


def _part(node: LexborNode) -> list[str]:
    """The selectors that a part may go by: all of its classes, and the first alone, since the others may say its value
    ("status status-done")."""
    selector = _selector(node)
    if selector is not None:
        return list(dict.fromkeys((selector, _first(selector))))
    return [node.tag] if node.tag in {"h2", "h3", "h4", "h5", "time", "p"} else []


def _first(selector: str) -> str:
    return ".".join(selector.split(".")[:2])
