"""How this package compares and tidies published text: one folding for column names, one idea of a blank cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

_SPACES = re.compile(r"\s+")
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of the direction of writing, left over where text was copied from a page."""
_INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad" + _TURNS))
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
"""Letters that typesetting joins: text copied from a PDF keeps them joined."""
_UNPRINTED = {**_INVISIBLE, **_LIGATURES}
_HOLLOW = frozenset(
    _TURNS + "\ufeff\u200b\u200c\u200d\u2060\u00ad\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\u3000"
)
_TRAILING = " :.*"


def tidy(text: str) -> str:
    """One line of text without invisible characters and joined letters, its white space collapsed."""
    return _SPACES.sub(" ", text.translate(_UNPRINTED)).strip()


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """What two spellings of one column name have in common: no case, accents, extra spaces or trailing colon."""
    plain = unicodedata.normalize("NFKD", tidy(text))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().rstrip(_TRAILING).strip()


def is_blank(cell: Any) -> bool:
    """Whether a published cell says nothing at all."""
    if cell is None:
        return True
    if isinstance(cell, str):
        if not cell:
            return True
        first = cell[0]
        if first > " " and first not in _HOLLOW:  # nearly every cell is decided here: this runs once a cell
            return False
        return not cell.translate(_INVISIBLE).strip()
    return isinstance(cell, list | dict) and not cell


def shown(cell: Any) -> str:
    """A cell as the text a person sees."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VERDADERO" if cell else "FALSO"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, list):
        return "; ".join(shown(item) for item in cell)
    return str(cell)


def clip(text: str, length: int = 80) -> str:
    """Text short enough to be quoted in a message."""
    line = tidy(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def quoted(names: Sequence[str], most: int = 20) -> str:
    """Names as a sentence lists them: «No.», «Compromiso»."""
    return ", ".join(f"«{clip(name, 40)}»" for name in names[:most])
