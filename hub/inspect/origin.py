"""Whose source this is, by what its address and its page say: the state, a title, a key. Pure; only sure things are taken."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from hub.normalise import places
from hub.normalise.text import words

_HOST_WORDS = re.compile(r"[.\-_]")
_GENERIC = frozenset(
    [
        "www",
        "gob",
        "org",
        "com",
        "net",
        "mx",
        "datos",
        "dato",
        "abiertos",
        "abierto",
        "datosabiertos",
        "transparencia",
        "portal",
        "api",
        "files",
        "file",
        "wp",
        "content",
        "uploads",
        "sites",
        "default",
        "download",
        "index",
        "html",
        "htm",
        "php",
        "aspx",
        "csv",
        "xlsx",
        "xls",
        "ods",
        "json",
        "pdf",
        "http",
        "https",
        "localhost",
        "data",
        "dataset",
        "datasets",
        "resource",
        "explore",
        "action",
        "show",
        "compromisos",
        "compromiso",
        "avances",
        "avance",
        "plan",
        "pal",
        "gobierno",
        "gobiernoabierto",
        "accion",
        "local",
    ]
)
_KEY = re.compile(r"[^a-z0-9]+")


def state_of(url: str, *texts: str) -> str | None:
    """INEGI key of the one state that the address, or else the texts, name; None where they name none or several."""
    for text in (_address_words(url), *texts):
        found = _states(text)
        if len(found) == 1:
            return found.pop()
    return None


def state_of_site(url: str) -> str | None:
    """INEGI key of the one state whose government's site it is: a host under ``gob.mx`` with a label that is its name."""
    *labels, last, top = (urlsplit(url).hostname or "").split(".") if urlsplit(url).hostname else ("", "", "")
    if (last, top) != ("gob", "mx"):
        return None
    found = {code for name, code in _NAMES for label in labels if label == name}
    return found.pop() if len(found) == 1 else None


def _address_words(url: str) -> str:
    parts = urlsplit(url)
    host = _HOST_WORDS.sub(" ", parts.hostname or "") if parts.scheme in ("http", "https") else ""
    return f"{host} {re.sub('[^A-Za-zÁÉÍÓÚÑáéíóúñ]+', ' ', unquote(parts.path))}"


def _states(text: str) -> set[str]:
    """States named by their plain names, longest first: “Baja California Sur” is not Baja California."""
    rest = f" {words(text)} "
    found: set[str] = set()
    for name, code in _NAMES:
        if f" {name} " in rest:
            found.add(code)
            rest = rest.replace(f" {name} ", "  ")
    return found


def _names() -> list[tuple[str, str]]:
    pairs = [
        (words(place.name), place.code) for place in places.everywhere() if len(place.code) == 2 and place.code != "00"
    ]
    pairs += [(name.replace(" ", ""), code) for name, code in pairs if " " in name]
    pairs += [("cdmx", "09"), ("edomex", "15")]
    plain = [(name, code) for name, code in pairs if name != "mexico"]
    return sorted(plain, key=lambda pair: -len(pair[0]))


_NAMES = _names()


def title_of(url: str, state: str | None, connector: str) -> str:
    """A title for the source, for its operator to mend."""
    parts = urlsplit(url)
    where = parts.hostname if parts.scheme in ("http", "https") else PurePath(url).name
    place = places.jurisdiction(state) if state else None
    whose = f" de {place.name}" if place else ""
    return f"Compromisos de gobierno abierto{whose} ({where})"


def key_of(url: str, state: str | None, taken: set[str]) -> str:
    """A key of the form [a-z0-9-]{3,64} that no other source has: the state, else the words of the address."""
    parts = urlsplit(url)
    place = places.jurisdiction(state) if state else None
    said = [words(place.name)] if place else []
    address = (
        f"{parts.hostname or ''} {unquote(parts.path)}" if parts.scheme in ("http", "https") else PurePath(url).stem
    )
    said += [
        word
        for word in words(address).split()
        if word not in _GENERIC and not word.isdigit() and word not in " ".join(said)
    ][:3]
    base = _KEY.sub("-", " ".join(said)).strip("-")[:48].strip("-") or "fuente"
    base = base if len(base) >= 3 else f"fuente-{base}"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
