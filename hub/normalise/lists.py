"""Several values in one published cell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from hub.normalise.text import as_text, clean, named, no_data

_HARD = re.compile(r"[;|\n\r\v\f\u2028\u2029]|\s/\s|(?:^|\s)[•●○◦▪▫■□►▶✓✔·](?=\s*\S)")
_NUMBERED = re.compile(r"(?:^|\s)\(?\d{1,2}\s?[.)](?:-)?\s+(?=\D)")
_GOES_ON = re.compile(r"[ \t]*[\n\r\v\f\u2028\u2029]+\s*(?=(?:de|del|para|en|y|e)\s+\S)")
"""A line that goes on with the name above it: «Secretaría» / «de Hacienda»."""
_BULLET = re.compile(r"^\s*(?:[-*–—•●○◦▪▫■□►▶✓✔·>]\s*|\(?\d{1,2}\s?[.)]-?\s+)+")


def items(cell: Any) -> tuple[str, ...]:
    """The values of a list or of a cell, split at semicolons, bars, line ends, bullets and numbered points only.

    Commas stay: names have commas ("Secretaría de Trabajo, Previsión y Vivienda").
    """
    if isinstance(cell, list | tuple):
        return _unique(piece for item in cell for piece in items(item))
    return _items(named(cell) if isinstance(cell, dict) else as_text(cell))


@lru_cache(maxsize=16_384)
def _items(text: str) -> tuple[str, ...]:
    text = _GOES_ON.sub(" ", text)
    if len(_NUMBERED.findall(text)) > 1:
        text = _NUMBERED.sub("\n", text)
    return _unique(_BULLET.sub("", piece) for piece in _HARD.split(text))


def themes(cell: Any) -> tuple[str, ...]:
    """Themes: as `items`; a comma separates too when every part is short (at most three words) and starts like a label."""
    out: list[str] = []
    for item in items(cell):
        parts = [clean(part) for part in item.split(",")]
        short = len(parts) > 1 and all(part and len(part.split()) <= 3 for part in parts)
        out.extend(parts if short and not any(" y " in part for part in parts) else [item])
    return _unique(out)


def _unique(pieces: Any) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for piece in pieces:
        shown = clean(piece).strip(" ,;")
        if shown and not no_data(shown):
            seen.setdefault(shown)
    return tuple(seen)
