"""What somebody may have meant by an address that is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rapidfuzz import fuzz, process

from hub.normalise.text import fold

MOST = 5
LEAST = 55
"""Likeness, 0 to 100, under which a name is not worth showing."""


def near(text: str, candidates: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The candidates, as (address, name), whose names are most like a text; upper case and accents are ignored."""
    pairs = list(candidates)
    names = [fold(name) for _, name in pairs]
    found: Any = process.extract(fold(text[:200]), names, scorer=fuzz.ratio, limit=MOST, score_cutoff=LEAST)
    return [pairs[index] for _, _, index in found]
