"""How far a bar of progress without a word is filled, as a page tells those who cannot see it. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from connectors.text import tidy

_TOLD = ("data-percent", "data-percentage", "data-progress", "data-pct")
_BARS = ", ".join((
    "progress[value], meter[value], [role=progressbar][aria-valuenow]",
    *(f"[{name}]" for name in _TOLD),
    "[class*=progress][style*=width], [class*=progress] [style*=width]",
    "[class*=bar][style*=width], [class*=barra] [style*=width], [class*=avance][style*=width], [class*=avance] [style*=width]",
))  # fmt: skip
"""What is a bar by its markup, by what scripts read from it, or by its width inside what calls itself one."""
_NAMED = re.compile(r"\b(?:progress(?:-?bar)?|barra)\b")
_PERCENT = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%")
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*(\d{1,3}(?:\.\d+)?)\s*%", re.IGNORECASE)


def filled(node: LexborNode) -> str:
    """The one share that the bars inside a node show, as ``60%``; empty where none does, or they differ.

    What a bar says by ``value`` or ``aria-valuenow`` (WAI-ARIA 1.2, 6.6) goes before the width it is drawn with.
    """
    bars = [bar for bar in node.css(_BARS) if _share(bar) is not None]
    around = {bar.parent.mem_id for bar in bars if bar.parent is not None and not _tells(bar.parent)}
    said = {share for bar in bars if bar.mem_id not in around and (share := _share(bar)) is not None}
    return f"{said.pop():g}%" if len(said) == 1 else ""


def share_of(node: LexborNode) -> str | None:
    """The share that an element shows, if it is a bar or the groove of one; None where it is neither, or says something else."""
    told = node.attributes
    marked = (
        node.tag in ("progress", "meter") or told.get("role") == "progressbar" or any(name in told for name in _TOLD)
    )
    if not marked and not _NAMED.search((told.get("class") or "").casefold()):
        return None
    text = tidy(node.text())
    if text:
        return text if _PERCENT.fullmatch(text) else None
    return filled(node) or None


def _share(bar: LexborNode) -> float | None:
    told = bar.attributes
    if bar.tag in ("progress", "meter"):
        return _scaled(told.get("value"), told.get("min") or "0", told.get("max") or "1")
    if "aria-valuenow" in told:
        return _scaled(told["aria-valuenow"], told.get("aria-valuemin") or "0", told.get("aria-valuemax") or "100")
    for name in _TOLD:
        if name in told:
            return _scaled((told[name] or "").rstrip(" %"), "0", "100")
    drawn = _WIDTH.search(told.get("style") or "")
    return float(drawn[1]) if drawn else None


def _tells(bar: LexborNode) -> bool:
    """Whether an element says its share itself: one that is only as wide as its place is the groove of the bar in it."""
    told = bar.attributes
    return bar.tag in ("progress", "meter") or "aria-valuenow" in told or any(name in told for name in _TOLD)


def _scaled(value: str | None, low: str, high: str) -> float | None:
    try:
        now, least, most = float(value or ""), float(low), float(high)
    except ValueError:
        return None
    if not least < most or not least <= now <= most:
        return None
    return round(100 * (now - least) / (most - least), 4)
