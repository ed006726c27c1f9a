"""What a site's robots.txt says of the address of a source, as it was last read (RFC 9309)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

import httpx
from protego import Protego

from hub.fetch.redirects import origin
from hub.fetch.settings import PRODUCT
from hub.store.records import RobotsEntry
from hub.web.labels import N_

WORDS = {
    "ALLOWED": N_("permite leer esta dirección"),
    "DISALLOWED": N_("pide no leer esta dirección, y no se lee"),
    "ABSENT": N_("el sitio no tiene robots.txt: todo se puede leer"),
    "UNREACHABLE": N_("el sitio no lo pudo entregar: se espera antes de leer"),
    "UNASKED": N_("aún no se ha consultado"),
    "LOCAL": N_("no aplica: es un archivo de este hub"),
    "IGNORED": N_("quien opera este hub decidió no consultarlo"),
}


class Robots(NamedTuple):
    """A word of `WORDS`, when robots.txt was read, and the seconds that it asks to leave between two requests."""

    word: str
    read_at: datetime | None = None
    delay: float | None = None


async def robots_of(
    address: str, known: Callable[[str], Awaitable[RobotsEntry | None]], *, respected: bool = True
) -> Robots:
    """What robots.txt says of an address.

    Args:
        known: what was last read of an origin (`https://example.org`).
        respected: whether the hub asks at all.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return Robots("LOCAL")
    if url.scheme not in ("http", "https") or not url.host:
        return Robots("LOCAL")
    if not respected:
        return Robots("IGNORED")
    entry = await known(origin(url))
    if entry is None:
        return Robots("UNASKED")
    if entry.status >= 500 or entry.status == 429:
        return Robots("UNREACHABLE", entry.fetched_at)
    if entry.status != 200 or entry.body is None:
        return Robots("ABSENT", entry.fetched_at)
    rules = Protego.parse(entry.body)
    delay = rules.crawl_delay(PRODUCT)
    word = "ALLOWED" if rules.can_fetch(address, PRODUCT) else "DISALLOWED"
    return Robots(word, entry.fetched_at, float(delay) if delay is not None else None)
