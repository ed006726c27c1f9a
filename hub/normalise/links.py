"""Links that are safe to show: http and https with a host; everything else stays raw."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hub.model import Evidence
from hub.normalise.text import as_text, clean

_URL = re.compile(r"https?://[^\s<>\"'|;{}\\^`]+", re.IGNORECASE)
_USUAL = re.compile(
    r"https?://[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?:/(?:[\w/%.~?=&+#-]*[\w/%~=&+#-])?)?", re.ASCII
)
"""One address and nothing else, written so plainly that there is nothing to take apart."""
_SCHEME = re.compile(r"\b(?:javascript|data|vbscript|file|ftp|blob|about|mailto|tel):\S*", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"»”"
_LONGEST = 4_000
_NAMED_BY = ("title", "titulo", "título", "nombre", "name", "descripcion", "descripción", "documento")
"""What an object calls the title of its link."""


class Links(NamedTuple):
    """The links of a cell; `dropped` are addresses of other schemes, never shown as links."""

    evidence: tuple[Evidence, ...] = ()
    dropped: tuple[str, ...] = ()


def read(cell: Any) -> Links:
    """Every http(s) link of a cell, of a list, or of dicts with an address and a title."""
    if isinstance(cell, str):
        return _read(cell)
    if isinstance(cell, dict):
        links = _read(as_text(cell.get("url") or next(filter(_has_address, cell.values()), None)))
        title = next((said for key in _NAMED_BY if (said := clean(as_text(cell.get(key))))), None)
        return Links(tuple(Evidence(url=e.url, title=title) for e in links.evidence), links.dropped)
    if isinstance(cell, list | tuple):
        parts = [read(item) for item in cell]
        every = {e.url: e for part in reversed(parts) for e in reversed(part.evidence)}
        dropped = tuple(text for part in parts for text in part.dropped)
        return Links(tuple(reversed(every.values())), dropped)
    return _read(as_text(cell)) if cell else Links()


def _has_address(cell: Any) -> bool:
    return isinstance(cell, str) and _URL.search(cell) is not None


def _read(text: str) -> Links:
    if len(text) <= _LONGEST and _USUAL.fullmatch(text):
        return Links((Evidence(url=text),))
    return _searched(text)


@lru_cache(maxsize=1_024)
def _searched(text: str) -> Links:
    found: dict[str, Evidence] = {}
    bad = list(_SCHEME.findall(_URL.sub(" ", text)))
    for match in _URL.finditer(text):
        url = match.group()
        while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
            url = url[:-1]
        if safe(url):
            found.setdefault(url, Evidence(url=url))
        else:
            bad.append(match.group())
    return Links(tuple(found.values()), tuple(bad))


def safe(url: str) -> bool:
    """Whether an address is http(s), has a host, carries no credentials and no control characters."""
    if len(url) > _LONGEST or " " in url or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme.casefold() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def one(cell: Any) -> str | None:
    """The one link of a cell that should hold a single address."""
    links = read(cell)
    return links.evidence[0].url if links.evidence else None
