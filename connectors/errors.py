"""What is wrong with a configuration, in one sentence that names the key and the remedy."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from connectors.base import HarvestError
from connectors.text import clip, fold


class ConfigError(HarvestError):
    """The operator's configuration is wrong, not the source. `key` is the setting to mend."""

    def __init__(self, reason: str, *, key: str) -> None:
        super().__init__(reason, code="CONFIG")
        self.key = key


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a person most likely meant, or None when nothing is close (a similarity under 55 of 100)."""
    from rapidfuzz import fuzz, process  # loaded only where something is wrong

    found = process.extractOne(word, list(choices), scorer=fuzz.WRatio, processor=fold, score_cutoff=55)
    return found[0] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`` ¿Quiso decir «x»?`` or, when nothing is close, the list of what there is."""
    known = list(choices)
    close = nearest(word, known)
    if close is not None:
        return f" ¿Quiso decir «{close}»?"
    return f" Hay: {', '.join(known)}." if known else ""


def sentence(error: ValidationError, key: str, known: Iterable[str]) -> str:
    """The first finding of a pydantic error as one Spanish sentence that names the key and the remedy."""
    first = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    where = f"{key}.{path}" if path else key
    if first["type"] == "extra_forbidden":
        return f"«{where}» no existe.{did_you_mean(str(first['loc'][-1]), known)}"
    if first["type"] == "missing":
        return f"Falta «{where}»."
    detail = str(first.get("ctx", {}).get("error") or _SPANISH.get(first["type"], first["msg"]))
    expected = first.get("ctx", {}).get("expected")
    if expected:
        detail = f"debe ser {str(expected).replace(' or ', ' o ')}"
    return f"«{where}» no vale {clip(repr(first['input']), 40)}: {detail}."


_SPANISH = {
    "string_type": "debe ser un texto",
    "int_type": "debe ser un número entero",
    "int_parsing": "debe ser un número entero",
    "bool_type": "debe ser true o false",
    "bool_parsing": "debe ser true o false",
    "tuple_type": "debe ser una lista",
    "list_type": "debe ser una lista",
    "dict_type": "debe ser una tabla",
    "greater_than_equal": "es demasiado pequeño",
    "less_than_equal": "es demasiado grande",
    "string_too_long": "es demasiado largo",
    "string_too_short": "está vacío",
}
