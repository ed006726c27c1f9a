"""WordPress: pages and posts by its REST API, else the page itself; the lists and tables inside them.

API: `/wp-json/wp/v2/pages|posts` with `slug`, `search`, `include`, `per_page`, `page`; `X-WP-TotalPages`
(developer.wordpress.org/rest-api/using-the-rest-api/pagination).
"""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser

from connectors.base import Context, HarvestError, Options, Row, Snapshot, SourceChanged, SourceDown
from connectors.catalogue import absolute, text_of
from connectors.delegate import DelegateConnector, DelegateOptions
from connectors.json_rows import flatten
from connectors.paging import Walk
from connectors.table import Reading
from connectors.text import tidy

_API = "/wp-json/wp/v2/"
_TABLE, _LIST = "html_table", "html_list"
_DROPPED = frozenset({"_links", "guid", "yoast_head", "yoast_head_json", "author", "template", "meta", "class_list"})


class WordpressOptions(DelegateOptions):
    """Options of `wordpress`."""

    type: str = Field(default="pages", pattern=r"^[\w-]+$", description="pages, posts, o el tipo propio del sitio")
    slug: str | None = Field(default=None, description="nombre corto de la página o entrada")
    id: int | None = Field(default=None, ge=1, description="número de la página o entrada")
    search: str | None = Field(default=None, description="texto que se busca")
    category: int | None = Field(default=None, ge=1, description="número de la categoría de las entradas")
    base: str | None = Field(default=None, description="raíz del sitio, si WordPress está en una carpeta")
    each: Literal["content", "post"] = Field(
        default="content",
        description="content: las filas están dentro de cada página; post: cada entrada es un compromiso",
    )
    max_pages: int = Field(default=20, ge=1, le=1000, description="páginas de resultados que se piden a lo más")


class Wordpress(DelegateConnector[WordpressOptions]):
    """Reads what pages or posts hold. The source's address may be the site's, a page's, or of its REST API."""

    name: ClassVar[str] = "wordpress"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = WordpressOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """Pages of the REST API; where it is closed, the page that the source names."""
        told = False
        try:
            async for page in self._rest(ctx):
                told = True
                yield page
        except SourceDown:
            raise
        except HarvestError as error:
            if told or self.options.search or self.options.category:
                raise
            ctx.note(
                "REST_CLOSED",
                f"La API de WordPress no está abierta ({error.reason}); se leyó la página.",
                severity="INFO",
            )
        if not told:
            yield await ctx.fetch(ctx.source.url)

    async def _rest(self, ctx: Context) -> AsyncIterator[Snapshot]:
        url, query = self._listing(ctx.source.url)
        walk = Walk(ctx, self.options.max_pages, self.options.type)
        number = 0
        while not walk.at_most():
            number += 1
            page = await walk.fetch(ctx.fetch(f"{url}?{urlencode([*query, ('per_page', 100), ('page', number)])}"))
            if page is None:
                return
            posts = _posts(page)
            if number == 1 and not posts:
                raise SourceChanged("WordPress no tiene una página con ese nombre.", code="NO_PAGE")
            if not walk.goes_on(page.sha256, len(posts)):
                return
            yield page
            pages = _header(page, "x-wp-totalpages")
            if pages is None or number >= pages:
                walk.complete()

    def _listing(self, url: str) -> tuple[str, list[tuple[str, Any]]]:
        """The REST address of what the source names, and its query."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        if _API in parts.path:
            kept = [
                (name, value) for name, values in asked.items() for value in values if name not in {"page", "per_page"}
            ]
            return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", kept
        segments = [segment for segment in parts.path.split("/") if segment and segment != "index.php"]
        named = next((asked[name][0] for name in ("page_id", "p") if name in asked), None)
        slug = self.options.slug or (segments[-1] if segments and not named and not self._chosen() else None)
        folder = segments if named else []
        root = (self.options.base or "/".join([f"{parts.scheme}://{parts.netloc}", *folder])).rstrip("/")
        query: list[tuple[str, Any]] = []
        if self.options.id or named:
            query.append(("include", self.options.id or named))
        elif slug:
            query.append(("slug", slug))
        if self.options.search:
            query.append(("search", self.options.search))
        if self.options.category:
            query.append(("categories", self.options.category))
        kind = (
            "posts" if "p" in asked or (self.options.category and self.options.type == "pages") else self.options.type
        )
        return f"{root}{_API}{kind}", query

    def _chosen(self) -> bool:
        return bool(self.options.id or self.options.search or self.options.category)

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows inside each page, or a row a post."""
        if snapshot.read()[:1].strip() not in (b"[", b"{") or _API not in snapshot.url:
            yield from self._content(snapshot, reading)
            return
        posts = _posts(snapshot)
        if self.options.each == "post":
            yield from self._post_rows(posts, reading)
            return
        refused: list[SourceChanged] = []
        for index, post in enumerate(posts):
            body = _rendered(post, "content").encode()
            link = absolute(snapshot.url, text_of(post, "link")) or snapshot.url
            inner = Snapshot(link, snapshot.sha256, snapshot.fetched_at, len(body), "text/html", "utf-8", content=body)
            try:
                for row in self._content(inner, reading):
                    row.locator = f"/{index}/content {row.locator}"
                    yield row
            except SourceChanged as error:
                refused.append(error)
        if posts and len(refused) == len(posts):
            raise refused[0]
        if refused:
            reading.note(
                "PAGES_WITHOUT_ROWS", f"{len(refused)} de {len(posts)} páginas no traen una lista o tabla.", "INFO"
            )

    def _content(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The table inside a page, else its list; with `parser` that one alone."""
        if self.options.parser is not None:
            yield from self.parse_as(self.options.parser, snapshot, reading)
            return
        order = (_TABLE, _LIST) if b"<table" in snapshot.read().lower() else (_LIST, _TABLE)
        try:
            rows = list(self.parse_as(order[0], snapshot, reading))
        except SourceChanged as error:
            try:
                rows = list(self.parse_as(order[1], snapshot, reading))
            except SourceChanged:
                raise error from None
        yield from rows

    def _post_rows(self, posts: list[dict[str, Any]], reading: Reading) -> Iterator[Row]:
        flat = [_post_cells(post) for post in posts]
        columns = list(dict.fromkeys(column for cells in flat for column in cells))
        if columns:
            reading.header(columns)
        for index, cells in enumerate(flat):
            yield Row({column: cells.get(column) for column in columns}, f"/{index}", self.options.kind)


def _posts(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The posts of a REST answer.

    Raises:
        SourceChanged: the API is closed, fails, or is not WordPress'.
    """
    try:
        answer = json.loads(snapshot.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceChanged("la respuesta no es JSON", code="NOT_THIS_KIND") from error
    if isinstance(answer, dict) and "code" in answer and "content" not in answer:
        raise SourceChanged(text_of(answer, "message") or "la API responde con un error", code="PLATFORM_ERROR")
    posts = answer if isinstance(answer, list) else [answer]
    if not all(isinstance(post, dict) and ("content" in post or "title" in post) for post in posts):
        raise SourceChanged("la respuesta no es de WordPress", code="NOT_THIS_KIND")
    return posts


def _header(snapshot: Snapshot, name: str) -> int | None:
    value = next((v for k, v in snapshot.headers.items() if k.lower() == name), None)
    return int(value) if value is not None and value.isdigit() else None


def _rendered(post: dict[str, Any], name: str) -> str:
    found = post.get(name)
    said = found.get("rendered") if isinstance(found, dict) else found
    return said if isinstance(said, str) else ""


def _post_cells(post: dict[str, Any]) -> dict[str, Any]:
    """A post as cells: rendered members as plain text, its own fields (`acf`) dotted, the machinery left out."""
    cells: dict[str, Any] = {}
    for name, value in flatten({name: value for name, value in post.items() if name not in _DROPPED}).items():
        base, _, member = name.rpartition(".")
        if member == "rendered":
            cells[base] = _plain(str(value or ""))
        elif member != "protected":
            cells[name] = value
    return cells


def _plain(markup: str) -> str:
    body = LexborHTMLParser(f"<body>{markup}").body
    return tidy(html.unescape(body.text(separator=" "))) if body is not None else ""
