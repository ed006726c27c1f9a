"""The served hub: GraphQL first in line, then everything else that has an address, and the tasks that keep it fresh."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.app import Hub
from hub.config import Config, ConfigError
from hub.fetch import Clock
from hub.follower import Follower, stop
from hub.harvest.harvester import OnOutcome
from hub.live import StoreLive
from hub.past import PastLive
from hub.process import settle
from hub.readmodel import ReadModel, ReadModels
from hub.readmodel.past import PastModels
from hub.registration.sessions import Sessions, principal_of
from hub.scheduler import Scheduler
from hub.store.errors import StoreError
from hub.store.records import FetchRecord
from hub.web.asking import OwnDocuments
from hub.web.conectar import Connect
from hub.web.days import Days
from hub.web.doors.endpoints import Doors
from hub.web.doors.table_files import TableFiles
from hub.web.operation.routes import OperatorPage
from hub.web.pages.routes import Pages
from hub.web.pages.site import PageSite
from hub.web.robots import Robots, robots_of
from hub.web.snapshots import Published, Snapshots
from schema.api import build_schema, published_sdl
from schema.context import Context, Settings
from schema.http.config import HttpConfig
from schema.http.cors import with_cors
from schema.http.engine import Asker
from schema.http.errors import RequestError
from schema.http.graphiql import GraphiQL
from schema.http.ratelimit import ClientAddress, RateLimit
from schema.http.request import Operation
from schema.http.trusted import TrustedDocuments
from schema.http.view import GraphQL
from schema.plan.executor import PlannedExecutor
from schema.read.file import ReadFile
from schema.registration import Principal

if TYPE_CHECKING:
    from hub.metrics import Metrics

log = logging.getLogger("hub.site")

ASSETS = Path(__file__).parent / "web" / "assets"


class Site:
    """The ASGI application of one process.

    Args:
        config: what to serve.
        harvest: run the scheduler in this process (`hub up`); False: serve only.
        on_outcome: told of each run of the scheduler.
        assets: the folder that `make assets` fills.
        clock: of harvests and freshness; tests bring their own.
    """

    def __init__(
        self,
        config: Config,
        *,
        harvest: bool = False,
        on_outcome: OnOutcome | None = None,
        clock: Clock | None = None,
        assets: Path = ASSETS,
    ) -> None:
        self.config = config
        self.hub = Hub(config, clock=clock)
        self._assets = assets
        self._harvest = harvest
        self._on_outcome = on_outcome
        self.models = ReadModels(config.read_path)
        self.schema = build_schema()
        self.trouble: str | None = None
        self.title = config.hub.title
        self.public_url = config.server.public_url
        self._files: dict[int, ReadFile] = {}
        self._settings = Settings(max_page=config.server.max_page)
        limits = _http_config(config)
        self.planner = PlannedExecutor(self.schema, self.model_if_any, config=limits, settings=self._settings)
        self.graphql = GraphQL(
            self.schema,
            config=limits,
            executors=(self.planner,),
            graphiql=GraphiQL(assets=assets / "graphiql"),
            context=self.context,
            answer_extensions=self.answer_extensions,
            version=self.version,
            authenticate=self.authenticate,
            trusted=_trusted(config),
        )
        self._documents = OwnDocuments(self.schema, self.model_if_any, self.context, self.answer_extensions)
        self.answer = self._documents.answer
        self._rest = self._application()
        self._address = ClientAddress(tuple(config.server.trusted_proxies))
        self._behind_proxy = bool(config.server.trusted_proxies)
        self._app = self._limited(self._dispatch)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """GraphQL is asked most: it is told from the rest by one comparison."""
        if self._behind_proxy and scope["type"] != "lifespan":
            scope = {**scope, "client": (self._address.of(scope), 0)}
        if scope.get("path") == "/graphql":
            return self._graphql_with_cors(scope, receive, send)
        return self._rest(scope, receive, send)

    # -- what a request sees ------------------------------------------------------------------------------------------

    def file(self) -> ReadFile:
        """The read-model file of the newest version, with its reference tables held."""
        model = self.models.current
        found = self._files.get(model.data_version)
        if found is None:
            found = self._files[model.data_version] = ReadFile(model.connection)
            for old in [version for version in self._files if version < model.data_version - 1]:
                del self._files[old]
        return found

    def model(self) -> ReadModel:
        """The read model of the newest version."""
        return self.models.current

    def model_if_any(self) -> ReadModel | None:
        """The read model of the newest version, once there is one."""
        return self.models.current if self.models.ready else None

    def context(self, asker: Asker) -> Context:
        """What the resolvers of one request may know."""
        principal = asker.principal if isinstance(asker.principal, Principal) else Principal()
        return Context(
            file=self.file(), live=self.live, principal=replace(principal, address=asker.address),
            events=self.follower, settings=self._settings, newest=self.file, registration=self.office,
        )  # fmt: skip

    def reading(self, file: ReadFile) -> Context:
        """What a door of the public may know, over a file of its own choice."""
        return Context(file=file, live=self.live, settings=self._settings)

    def answer_extensions(self) -> dict[str, Any]:
        """What stands beside every answer."""
        version = self.models.current.data_version if self.models.ready else 0
        return {"dataVersion": version, "staleSources": self.live.stale_keys}

    def version(self) -> tuple[int, int]:
        """What every cached answer hangs on."""
        return (self.models.current.data_version if self.models.ready else 0, self.live.epoch.live)

    async def robots(self, address: str) -> Robots:
        """What robots.txt says of the address of a source, for the pages."""
        return await robots_of(address, self.hub.store.robots, respected=self.config.network.respect_robots)

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The country as it was at the end of a span of time, for the pages."""
        return await self._days.at(first, last)

    async def _moved(self) -> None:
        """Serve what this process itself has just changed, without waiting for the follower's next look."""
        await self.hub.build_read_model()
        self.models.refresh()
        await self.live.refresh()

    async def authenticate(self, secret: str) -> Principal | None:
        """Who an access token stands for; None for an unknown or revoked one."""
        found = await self.hub.store.find_token(secret)
        return None if found is None else await principal_of(self.hub.store, found, self.live.now())

    # -- routes -------------------------------------------------------------------------------------------------------

    def _application(self) -> Starlette:
        pages = Pages(self, assets=self._assets)
        routes: list[BaseRoute] = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
            Route("/schema.graphql", self._sdl),
            Route("/snapshots/{sha256}", self._snapshots, methods=["GET", "HEAD"]),
            *Doors(self).routes(),
            *TableFiles(self).routes(),
            *Connect(self).routes(),
            *OperatorPage(self).routes(),
            *pages.routes(),
        ]
        if self._assets.is_dir():
            routes.append(Mount("/assets", StaticFiles(directory=self._assets)))
        app = Starlette(routes=routes, lifespan=self._lifespan, exception_handlers={404: pages.not_found})
        if self.config.server.cors:
            app.add_middleware(
                CORSMiddleware,
                allow_origins=self.config.server.cors,
                allow_methods=["GET", "HEAD"],
                allow_headers=["*"],
            )
        return app

    async def ask(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        """The whole response to one operation, without a server (`hub query`)."""
        async with self.opened():
            operation = Operation(query=document, variables=variables or {})
            try:
                _, body = await self.graphql.engine.answer(operation, Asker(principal=Principal(operator=True)))
            except RequestError as error:
                body = self.graphql.engine.refusal(error)
            return orjson.loads(body)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """The store open, the newest version served, nothing running in the background."""
        async with self.hub:
            await self.hub.prepare()
            self.live = StoreLive(self.hub.store, stale_after=self.config.harvest.stale_after, now=self.hub.clock.now)
            self.follower = Follower(self.hub.store, self.models, self.live, self.hub.build_read_model)
            await self.follower.catch_up()
            self.office = self.hub.office(self._moved)
            self.sessions = Sessions(self.hub.store, self.hub.clock.now)
            self._archived: ASGIApp = Snapshots(self.hub.archive, self._published)
            past = PastModels(self.hub.store, self.config.read_path / "past")
            stale_after = self.config.harvest.stale_after
            self._days = Days(
                self,
                self.schema,
                self.model_if_any,
                now=self.live.now,
                model_at=past.at,
                live_at=lambda at: PastLive(self.hub.store, at, stale_after=stale_after),
            )
            try:
                yield
            finally:
                await past.close()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        try:
            async with self.serving():
                gc.collect()
                settle()  # the schema stays: looking through it again and again is most of what collecting costs
                yield
        except (ConfigError, StoreError, OSError) as error:
            self.trouble = str(error)
            raise

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Open, with everything that runs in the background."""
        async with self.opened():
            tasks = [asyncio.create_task(self.follower.follow())]
            if self._harvest:
                scheduler = Scheduler(self.hub.harvester, on_outcome=self._on_outcome)
                tasks.append(asyncio.create_task(scheduler.run()))
            try:
                yield
            finally:
                await stop(*tasks)

    async def _snapshots(self, request: Request) -> ASGIApp:
        """The archived bytes; Starlette calls what it is given."""
        return self._archived

    async def _published(self, sha256: str) -> Published | None:
        record: FetchRecord | None = await self.hub.store.snapshot(sha256)
        return Published(record.media_type, record.charset) if record else None

    async def _healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _readyz(self, request: Request) -> Response:
        try:
            await self.hub.store.check()
        except StoreError as error:
            return JSONResponse({"ready": False, "reason": str(error)}, status_code=503)
        if not self.models.ready:
            return JSONResponse({"ready": False, "reason": "there is no read model yet"}, status_code=503)
        return JSONResponse({"ready": True, "dataVersion": self.models.current.data_version})

    async def _metrics(self, request: Request) -> Response:
        await self.metrics.observe(self.live, self.models, self.graphql.cache.stats)
        return Response(self.metrics.text(), media_type=self.metrics.media_type)

    @cached_property
    def metrics(self) -> Metrics:
        """What Prometheus is told; most hubs are never asked."""
        from hub.metrics import Metrics

        return Metrics()

    async def _sdl(self, request: Request) -> Response:
        return PlainTextResponse(published_sdl(self.schema), media_type="text/plain")

    # -- around everything --------------------------------------------------------------------------------------------

    def _limited(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> ASGIApp:
        server = self.config.server
        self._graphql_with_cors: ASGIApp = with_cors(self.graphql, tuple(server.cors))
        if not server.rate_limit:
            return app
        return RateLimit(
            app,
            server.rate_limit,
            address=self._address,
            paths=("/graphql", "/api/"),
            answer_extensions=self.answer_extensions,
            max_cost=server.max_cost,
        )


def _http_config(config: Config) -> HttpConfig:
    server = config.server
    return HttpConfig(
        max_body=server.max_body,
        body_seconds=server.body_timeout,
        max_seconds=server.max_seconds,
        max_tokens=server.max_tokens,
        max_depth=server.max_depth,
        max_aliases=server.max_aliases,
        max_cost=server.max_cost,
        max_page=server.max_page,
        introspection=server.introspection,
        only_trusted=server.only_trusted,
        cache_bytes=server.response_cache,
    )


def _trusted(config: Config) -> TrustedDocuments | None:
    folder = config.server.trusted_documents
    if folder is None:
        return None
    try:
        return TrustedDocuments.load(config.resolve(folder), only=config.server.only_trusted)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{config.path}: server.trusted_documents: {error}") from None
