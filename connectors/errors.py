"""What is wrong with a configuration, in one sentence that names the key and the remedy."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from connectors.base import HarvestError
from connectors.text import fold


class ConfigError(HarvestError):
    """The operator's configuration is wrong, not the source. `key` is the setting to mend."""

    def __init__(self, reason: str, *, key: str) -> None:
        super().__init__(reason, code="CONFIG")
        self.key = key


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a person most likely meant, or None when nothing is close (a similarity under 55 of 100)."""
    found = process.extractOne(word, list(choices), scorer=fuzz.WRatio, processor=fold, score_cutoff=55)
    return found[0] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`` ¿Quiso decir «x»?`` or, when nothing is close, the list of what there is."""
    known = list(choices)
    close = nearest(word, known)
    if close is not None:
        return f" ¿Quiso decir «{close}»?"
    return f" Hay: {', '.join(known)}." if known else ""
