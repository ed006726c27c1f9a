"""The served hub: GraphQL first in line, then everything else that has an address, and the tasks that keep it fresh."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.config import Config, ConfigError
from hub.follower import Follower, stop
from hub.live import RETRY_AFTER, StoreLive
from hub.oncall import OfficeOnCall, OnCall
from hub.process import settle
from hub.readmodel import ReadModel, ReadModels
from hub.readmodel.files import file_of
from hub.readmodel.reader import readable
from hub.serving.graphql import GraphQLFastPath
from hub.store.errors import StoreError
from hub.store.watched import Watched
from hub.web.asking import OwnDocuments
from hub.web.sharing import share
from schema.api import build_schema
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
    from hub.addresses import Addresses
    from hub.app import Hub
    from hub.fetch import Clock
    from hub.harvest.harvester import OnOutcome
    from hub.metrics import Metrics
    from hub.registration.office import Office
    from hub.registration.sessions import Sessions
    from hub.web.pages.site import PageSite
    from hub.web.robots import Robots

log = logging.getLogger("hub.site")

GRAPHQL = "/graphql"
"""Where GraphQL is served."""
PROBES = ("/healthz", "/readyz", "/metrics")
"""What an operator's machines ask all the time, and so without loading the pages."""
ASSETS = Path(__file__).parent / "web" / "assets"


class Site:
    """The ASGI application of one process.

    Args:
        config: what to serve.
        harvest: run the scheduler in this process (`hub up`); False: serve only.
        on_outcome: told of each run of the scheduler.
        assets: the folder that `make assets` fills.
        clock: of harvests and freshness; tests bring their own.

    Attributes:
        trouble: what kept it from being opened.
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
        self.whole = OnCall(config, clock, self._moved)
        self._registration = OfficeOnCall(self.whole)
        self._addresses: Addresses | None = None
        self._loading = asyncio.Lock()
        self._assets = assets
        self._harvest = harvest
        self._on_outcome = on_outcome
        self.models = ReadModels(config.read_path)
        self.schema = build_schema()
        self.trouble: BaseException | None = None
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
            authenticate=self.whole.principal,
            trusted=_trusted(config),
        )
        self._documents = OwnDocuments(self.schema, self.model_if_any, self.context, self.answer_extensions)
        self.answer = self._documents.answer
        self._own = self._application()
        self._address = ClientAddress(tuple(config.server.trusted_proxies))
        self._behind_proxy = bool(config.server.trusted_proxies)
        self._graphql_with_cors: ASGIApp = with_cors(self.graphql, tuple(config.server.cors))
        limit = self._limit()
        self._app: ASGIApp = limit or self._dispatch
        self.fast_path = GraphQLFastPath(GRAPHQL.encode(), self.graphql, limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """GraphQL is asked most: it is told from the rest by one comparison."""
        if self._behind_proxy and scope["type"] != "lifespan":
            scope = {**scope, "client": (self._address.of(scope), 0)}
        if scope.get("path") == GRAPHQL:
            return self._graphql_with_cors(scope, receive, send)
        if scope.get("path") in PROBES or scope["type"] == "lifespan":
            return self._own(scope, receive, send)
        return self._elsewhere(scope, receive, send)

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
            events=self.follower, settings=self._settings, newest=self.file, registration=self._registration,
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
        return (self.models.current.data_version if self.models.ready else 0, self.live.version)

    # -- what only the whole hub knows ----------------------------------------------------------------------------------

    @property
    def hub(self) -> Hub:
        """The whole hub, for those who know that it is open; `await site.whole()` opens it."""
        return self.whole.hub

    @property
    def office(self) -> Office:
        """The registration of sources; as `hub`."""
        return self.whole.office

    @property
    def sessions(self) -> Sessions:
        """The sessions at the operator's page; as `hub`."""
        return self.whole.sessions

    async def addresses(self) -> Addresses:
        """Everything that has an address of its own, loaded once, in a thread."""
        async with self._loading:
            if self._addresses is None:
                hub = await self.whole()
                made = await asyncio.to_thread(_load_addresses)
                self._addresses = made(self, hub, self._assets)
        return self._addresses

    async def robots(self, address: str) -> Robots:
        """What robots.txt says of the address of a source, for the pages."""
        return await (await self.addresses()).robots(address)

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The country as it was at the end of a span of time, for the pages."""
        return await (await self.addresses()).at(first, last)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at an address besides GraphQL and the probes."""
        try:
            addresses: ASGIApp = self._addresses or await self.addresses()
        except StoreError as error:
            log.warning("the store cannot be opened for a page: %s", error)
            told = "El almacén no responde por ahora; intente de nuevo en un momento.\n"
            addresses = PlainTextResponse(told, 503, headers={"Retry-After": str(RETRY_AFTER)})
        await addresses(scope, receive, send)

    async def _moved(self) -> None:
        """Serve what this process itself has just changed, without waiting for the follower's next look."""
        await self._build()
        self.models.refresh()
        await self.live.refresh()

    async def _build(self) -> None:
        """Write the read model of the current data version, if nobody has: the only thing that following needs a hub for."""
        version = (await self._watched.epoch()).data_version
        if not await asyncio.to_thread(readable, file_of(self.config.read_path, version)):
            await (await self.whole()).build_read_model()

    # -- routes -------------------------------------------------------------------------------------------------------

    def _application(self) -> Starlette:
        routes = [
            Route(path, answer)
            for path, answer in zip(PROBES, (self._healthz, self._readyz, self._metrics), strict=True)
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        share(app, self.config.server.cors)
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
        """The newest version served, nothing running in the background.

        Where the store stands as the configuration wants it, it is only looked at; else it is prepared first.

        Raises:
            ConfigError: a source names what does not exist. StoreError: the store cannot be used.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            standing = await self.whole.standing()
            if standing is not None:
                stack.push_async_callback(standing.close)
            self._watched: Watched = standing or (await self.whole()).store
            stale_after = self.config.harvest.stale_after
            self.live = StoreLive(self._watched, stale_after=stale_after, now=self.whole.now)
            self.follower = Follower(self._watched, self.models, self.live, self._build)
            await self.follower.catch_up()
            yield

    async def _close(self) -> None:
        if self._addresses is not None:
            await self._addresses.close()
            self._addresses = None
        await self.whole.close()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self.serving())
            except BaseException as error:  # an interrupt as well: who started us tells it
                self.trouble = error
                raise
            gc.collect()
            settle()  # the schema stays: looking through it again and again is most of what collecting costs
            yield

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Open, with everything that runs in the background."""
        async with self.opened():
            tasks = [asyncio.create_task(self.follower.follow())]
            if self._harvest:
                tasks.append(asyncio.create_task(self._harvests()))
            try:
                yield
            finally:
                await stop(*tasks)

    async def _harvests(self) -> None:
        """Harvest what is due until cancelled; what that needs is loaded while the first requests are answered."""
        hub = None
        while hub is None:
            try:
                hub = await self.whole()
            except Exception as error:  # whatever it is, what is there stays served, and the next try may do better
                log.error("nothing can be harvested (%s: %s)", type(error).__name__, error)
                await asyncio.sleep(RETRY_AFTER)
        from hub.scheduler import Scheduler

        await Scheduler(hub.harvester, on_outcome=self._on_outcome).run()

    async def _healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _readyz(self, request: Request) -> Response:
        try:
            await self._watched.check()
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

    # -- around everything --------------------------------------------------------------------------------------------

    def _limit(self) -> RateLimit | None:
        """The quota of clients, around everything."""
        server = self.config.server
        if not server.rate_limit:
            return None
        return RateLimit(
            self._dispatch,
            server.rate_limit,
            address=self._address,
            paths=(GRAPHQL, "/api/"),
            answer_extensions=self.answer_extensions,
            max_cost=server.max_cost,
        )


def _load_addresses() -> type[Addresses]:
    """Load the pages and the doors; slow, so in a thread."""
    from hub.addresses import Addresses

    return Addresses


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
