"""Every address of the site besides GraphQL and the operator's probes: pages, doors, forms, archived bytes.

Most of what they need, a process that answers GraphQL does not: this module is loaded with the first request for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.app import Hub
from hub.past import PastLive
from hub.readmodel.past import PastModels
from hub.store.records import FetchRecord
from hub.web.conectar import Connect
from hub.web.days import Days
from hub.web.doors.endpoints import Doors
from hub.web.doors.table_files import TableFiles
from hub.web.operation.routes import OperatorPage
from hub.web.pages.routes import Pages
from hub.web.pages.site import PageSite
from hub.web.robots import Robots, robots_of
from hub.web.sharing import share
from hub.web.snapshots import Published, Snapshots
from schema.api import published_sdl

if TYPE_CHECKING:
    from hub.site import Site


class Addresses:
    """The ASGI application of these addresses.

    Args:
        site: what answers the pages' questions.
        hub: the whole hub, open.
        assets: the folder that `make assets` fills.
    """

    def __init__(self, site: Site, hub: Hub, assets: Path) -> None:
        self._site = site
        self._hub = hub
        stale_after = hub.config.harvest.stale_after
        self._past = PastModels(hub.store, hub.config.read_path / "past")
        self._days = Days(
            site,
            site.schema,
            site.model_if_any,
            now=site.live.now,
            model_at=self._past.at,
            live_at=lambda at: PastLive(hub.store, at, stale_after=stale_after),
        )
        self._archived: ASGIApp = Snapshots(hub.archive, self._published)
        self._app = self._application(assets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def close(self) -> None:
        """Let go of the read models of other days."""
        await self._past.close()

    async def robots(self, address: str) -> Robots:
        """What robots.txt says of the address of a source, for the pages."""
        respected = self._hub.config.network.respect_robots
        return await robots_of(address, self._hub.store.robots, respected=respected)

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The country as it was at the end of a span of time, for the pages."""
        return await self._days.at(first, last)

    def _application(self, assets: Path) -> Starlette:
        site = self._site
        pages = Pages(site, assets=assets)
        routes: list[BaseRoute] = [
            Route("/schema.graphql", self._sdl),
            Route("/snapshots/{sha256}", self._snapshots, methods=["GET", "HEAD"]),
            *Doors(site).routes(),
            *TableFiles(site).routes(),
            *Connect(site).routes(),
            *OperatorPage(site).routes(),
            *pages.routes(),
        ]
        if assets.is_dir():
            routes.append(Mount("/assets", StaticFiles(directory=assets)))

        async def missing(request: Request, error: Exception) -> Response:
            return _without_slash(routes, request) or await pages.not_found(request, error)

        app = Starlette(routes=routes, exception_handlers={404: missing})
        app.router.redirect_slashes = False  # Starlette's would lead to an absolute address, and behind TLS to http://
        share(app, self._hub.config.server.cors)
        return app

    async def _sdl(self, request: Request) -> Response:
        return PlainTextResponse(published_sdl(self._site.schema), media_type="text/plain")

    async def _snapshots(self, request: Request) -> ASGIApp:
        """The archived bytes; Starlette calls what it is given."""
        return self._archived

    async def _published(self, sha256: str) -> Published | None:
        record: FetchRecord | None = await self._hub.store.snapshot(sha256)
        return Published(record.media_type, record.charset) if record else None


def _without_slash(routes: Sequence[BaseRoute], request: Request) -> Response | None:
    """The way to the same address without the slashes at its end, where that is one; relative, so that host and scheme stay."""
    path = request.scope["path"].rstrip("/")
    if not path or path == request.scope["path"]:
        return None
    scope = {**request.scope, "path": path}
    if not any(isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE for route in routes):
        return None
    asked = request.scope["query_string"].decode("latin-1")
    return Response(status_code=307, headers={"Location": f"{quote(path)}?{asked}" if asked else quote(path)})
