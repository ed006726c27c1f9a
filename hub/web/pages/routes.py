"""The pages' addresses, and what is the same for all of them: kept answers, headers, errors."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from hub.readmodel.past import NotReady
from hub.web.maps import country_of
from hub.web.pages import (
    about,
    card,
    commitment,
    commitments,
    connect,
    downloads,
    events,
    goals,
    national,
    plans,
    queries,
    reconciliation,
    sources,
    states,
    wayside,
)
from hub.web.pages.answers import Answers
from hub.web.pages.render import STATIC, environment
from hub.web.pages.selection import BadAddress
from hub.web.pages.site import PageFailed, PageSite, Refused, StoreAway
from hub.web.pages.view import Missing, Page, View
from hub.web.words import chosen_language
from schema.http import cache
from schema.http.compress import CODINGS, compress

log = logging.getLogger("hub.web.pages")

Handler = Callable[[View], Awaitable[Page]]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
OLDEST = 60.0
"""Seconds after which a kept page is made anew."""
KEPT = 32_000_000
"""Bytes of ready pages that a process keeps."""
ADDRESSES: dict[str, Handler] = {
    "/": national.page,
    "/compromisos": commitments.page,
    "/compromisos/{code}": commitment.page,
    "/estados": states.index,
    "/estados/{code}": states.page,
    "/planes": plans.index,
    "/planes/{code}": plans.page,
    "/ods": goals.index,
    "/ods/{number}": goals.page,
    "/eventos": events.page,
    "/eventos.ics": events.calendar,
    "/conciliacion": reconciliation.page,
    "/fuentes": sources.index,
    "/fuentes/{key}": sources.page,
    "/conectar": connect.page,
    "/consultas": queries.page,
    "/descargas": downloads.page,
    "/acerca": about.page,
    "/robots.txt": wayside.robots,
    "/sitemap.xml": wayside.sitemap,
    "/favicon.svg": wayside.favicon,
    "/tarjeta.svg": card.svg,
    "/tarjeta.png": card.png,
}


class Pages:
    """The pages over one site.

    Args:
        assets: the folder that `make assets` fills.
        clock: seconds; what is kept is made anew each `OLDEST` of them, since a source may go stale by time alone.
    """

    def __init__(
        self, site: PageSite, *, assets: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._site = site
        self._environment = environment(country_of(assets / "map" / "mexico.json") if assets else None)
        self._clock = clock
        self._answers = Answers(site)
        self._cache = cache.ResponseCache(KEPT, 2_000_000)

    def routes(self) -> list[BaseRoute]:
        """Every address; `not_found` is for the rest."""
        return [
            Mount("/static", GZipMiddleware(_Forever(directory=STATIC))),
            Route("/favicon.ico", Endpoint(self, wayside.favicon)),
            *(Route(path, Endpoint(self, handler)) for path, handler in ADDRESSES.items()),
        ]

    async def not_found(self, request: Request, error: Exception) -> Response:
        """The answer to an address that nothing has."""
        page = await self._safely(request, _nothing)
        return Response(page.body, page.status, media_type=page.media_type, headers=_text_headers())

    async def answer(self, handler: Handler, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, from what is kept where it is kept."""
        request = Request(scope, receive)
        headers = request.headers
        coding = _coding(headers.get("accept-encoding", ""))
        language = chosen_language(request.query_params.get("lang"), headers.get("accept-language", ""))
        key = (scope["path"], scope["query_string"], language, headers.get("host"), scope.get("scheme"), coding)
        version = self._version()
        kept = self._cache.get(key, version)
        if kept is None:
            page = await self._safely(request, handler)
            if self._version() != version:  # the data moved under the page: its parts may disagree
                version = self._version()
                page = await self._safely(request, handler)
            kept = _entry(page, coding, version[0])
            if page.kept and page.status == 200:
                self._cache.put(key, version, kept)
            if page.status != 200:
                start = {"type": "http.response.start", "status": page.status, "headers": [*kept.headers]}
                await send(start)
                await send(kept.body)
                return
        asked = headers.get("if-none-match")
        if asked is not None and cache.matches(asked.encode(), kept.etag):
            await send(cache.not_modified(kept))
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [*kept.headers]})
        await send(kept.body)

    def _version(self) -> tuple[int, int, int]:
        return (*self._site.version(), int(self._clock() // OLDEST))

    async def _safely(self, request: Request, handler: Handler) -> Page:
        view = None
        try:
            view = View(request, self._answers.of(self._version()), self._environment)
            await view.settle()
            return await handler(view)
        except NotReady:
            assert view is not None
            return view.render("making.html", http=503, kept=False, headers={"Retry-After": "5"})
        except BadAddress as error:
            if view is None or error.to_come:
                view = View(_plain(request), self._answers.of(self._version()), self._environment)
            return view.render("bad_address.html", http=400, kept=False, error=error)
        except Refused as error:
            assert view is not None
            return view.render("refused.html", http=400, kept=False, error=error)
        except Missing as error:
            assert view is not None
            return view.render("missing.html", http=404, kept=False, error=error)
        except StoreAway as error:
            assert view is not None
            later = {"Retry-After": str(error.retry_after)}
            return view.render("away.html", http=503, kept=False, headers=later)
        except Exception as error:
            number = secrets.token_hex(4)
            log.exception("page %s failed (%s)", request.url.path, number)
            view = view or View(_plain(request), self._answers.of(self._version()), self._environment)
            told = str(error) if isinstance(error, PageFailed) else number
            return view.render("failed.html", http=500, kept=False, told=told)


class Endpoint:
    """One address as an ASGI callable."""

    def __init__(self, pages: Pages, handler: Handler) -> None:
        self._pages = pages
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await Response(status_code=405, headers={"Allow": "GET, HEAD"})(scope, receive, send)
            return
        await self._pages.answer(self._handler, scope, receive, send)


class _Forever(StaticFiles):
    """Static files whose address holds their content's tag."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


async def _nothing(view: View) -> Page:
    raise Missing(view.path)


def _plain(request: Request) -> Request:
    """The same request without what its address asks for, but for the language."""
    language = request.query_params.get("lang")
    kept = urlencode({"lang": language}) if language else ""
    return Request({**request.scope, "query_string": kept.encode()})


def _coding(accepted: str) -> str | None:
    offered = {
        item.partition(";")[0].strip().lower()
        for item in accepted.split(",")
        if not item.replace(" ", "").endswith("q=0")
    }
    return next((coding for coding in CODINGS if coding in offered), None)


def _entry(page: Page, coding: str | None, version: int) -> cache.Entry:
    coding = coding if len(page.body) > 1_000 else None
    body = compress(page.body, coding)
    tag = cache.entity_tag(body, version)
    headers = [
        (b"content-type", page.media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"vary", b"accept-language, accept-encoding"),
        (b"cache-control", b"public, max-age=0, must-revalidate" if page.kept else b"no-store"),
        *SAFE,
        *((name.lower().encode(), value.encode()) for name, value in page.headers.items()),
    ]
    if page.status == 200:
        headers.append((b"etag", tag))
    if page.location is not None:
        headers.append((b"location", page.location.encode()))
    if coding is not None:
        headers.append((b"content-encoding", coding.encode()))
    return cache.entry(headers, body, tag, 200)


def _text_headers() -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in SAFE}
