"""A walk over the pages that a page links to: within one host, its breadth and depth capped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from urllib.parse import urldefrag, urljoin, urlsplit

from connectors.base import Context, HarvestError, Snapshot, SourceDown
from connectors.blocks import Link
from connectors.html_cells import parse_html
from connectors.paging import BROKEN, MAXIMUM, REPEAT
from connectors.spanish import clean

Wanted = Callable[[Link], bool]


def links_of(page: Snapshot) -> list[Link]:
    """Every http link of a page, absolute and without its fragment, in order and once.

    Raises:
        SourceChanged: elements are nested beyond reading.
    """
    found: dict[str, Link] = {}
    for node in parse_html(page.read()).css("a[href]"):
        try:
            url = urldefrag(urljoin(page.url, clean(node.attributes.get("href") or "")))[0].replace(" ", "%20")
            scheme = urlsplit(url).scheme
        except ValueError:
            continue
        if scheme in {"http", "https"}:
            found.setdefault(url, Link(clean(node.text()), url))
    return list(found.values())


async def crawl(ctx: Context, wanted: Wanted, *, most: int, depth: int) -> AsyncIterator[Snapshot]:
    """The source's page, then the pages it leads to, nearest first.

    A link that cannot be had is noted (BROKEN_CHAIN) and the walk goes on; so is a page met twice under two addresses
    (PAGES_REPEAT, not given again) and the maximum (PAGES_MAX).

    Args:
        wanted: which links are followed; links to other hosts never are.
        most: how many pages are asked for, the first included.
        depth: how many links away from the first page.

    Raises:
        HarvestError: the first page cannot be had, or the site is down.
    """
    start = ctx.source.url
    host = urlsplit(start).netloc
    met = {urldefrag(start)[0].rstrip("/")}
    bodies: set[str] = set()
    queue: list[tuple[str, int]] = [(start, 0)]
    asked = 0
    while queue:
        url, level = queue.pop(0)
        if asked >= most:
            ctx.note(
                MAXIMUM, f"Quedan {len(queue) + 1} páginas sin leer: el máximo de esta fuente es {most}.", field="pages"
            )
            return
        asked += 1
        try:
            page = await ctx.fetch(url)
        except SourceDown:
            raise
        except HarvestError as error:
            if asked == 1:
                raise
            ctx.note(BROKEN, f"Una página enlazada no se pudo leer: {error.reason}", field="pages", raw=url)
            continue
        if page.sha256 in bodies:
            ctx.note(REPEAT, "Dos direcciones responden la misma página; se leyó una vez.", severity="INFO", raw=url)
            continue
        bodies.add(page.sha256)
        yield page
        if level < depth:
            for link in links_of(page):
                address = link.url.rstrip("/")
                if urlsplit(address).netloc == host and address not in met and wanted(link):
                    met.add(address)
                    queue.append((link.url, level + 1))
