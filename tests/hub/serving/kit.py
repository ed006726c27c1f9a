"""A site of the kind that the fast path is for, and connections over loopback on which bytes are sent as they stand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httptools
import uvicorn
from uvicorn.server import ServerState

from hub.readmodel import ReadModel
from hub.serving.fast_path import Instant
from hub.serving.graphql import GraphQLFastPath
from hub.serving.protocol import FastPathProtocol
from schema.api import build_schema
from schema.http.config import HttpConfig
from schema.http.cors import with_cors
from schema.http.head import Head
from schema.http.ratelimit import ClientAddress, RateLimit
from schema.http.view import GraphQL
from schema.plan.executor import PlannedExecutor
from tests.schema.http.country import country

PLAIN, FAST = "httptools", FastPathProtocol
DATE = b"Sun, 22 Nov 2026 06:00:00 GMT"
MAX_BODY = 3_000
PATIENCE = 20.0


class Counted(GraphQLFastPath):
    """The fast path, and how many requests it answered."""

    answered = 0

    def answer(self, head: Head, body: bytes, client: str) -> Instant | None:
        found = super().answer(head, body, client)
        self.answered += found is not None
        return found


class Site:
    """GraphQL over a made-up country behind CORS and a quota, as `hub.site` puts it together."""

    def __init__(
        self, folder: Path, *, quota: str = "1000000/hour", cors: Sequence[str] = ("*",), **limits: Any
    ) -> None:
        config = HttpConfig(max_body=MAX_BODY, **limits)
        folder.mkdir()
        model: list[ReadModel] = []
        planner = PlannedExecutor(build_schema(), lambda: model[0], config=config)
        self.graphql: GraphQL = country(folder, config=config, executors=(planner,), new_id=lambda: "id-1")
        model.append(ReadModel.open(folder / "1.db"))
        covered = with_cors(self.graphql, tuple(cors))
        address = ClientAddress()
        self.limit = RateLimit(covered, quota, address=address, paths=("/graphql",), clock=lambda: self.now)
        self.now = 1_000.0
        self.limited = True
        self.gate = asyncio.Event()
        self._covered = covered
        self.fast_path = Counted(b"/graphql", self.graphql, self.limit)

    def unlimited(self) -> Site:
        """The same without a quota."""
        self.limited = False
        self.fast_path = Counted(b"/graphql", self.graphql, None)
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/graphql":
            await (self.limit if self.limited else self._covered)(scope, receive, send)
        elif scope["path"] == "/slow":
            await self.gate.wait()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
            await send({"type": "http.response.body", "body": b"slow"})
        else:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})


def config_of(site: Any, http: Any = FAST, **more: Any) -> uvicorn.Config:
    """uvicorn's settings, as `hub serve` has them."""
    more = {"access_log": False, **more}
    return uvicorn.Config(
        site, http=http, ws="websockets-sansio", lifespan="off", server_header=False, log_config=None, **more
    )


@dataclass
class Served:
    """A site that listens on loopback."""

    port: int
    state: ServerState


@asynccontextmanager
async def served(site: Any, http: Any = FAST, **more: Any) -> AsyncIterator[Served]:
    """A site behind uvicorn's protocol class, its clock standing still."""
    config = config_of(site, http, **more)
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", DATE)]
    loop = asyncio.get_running_loop()
    made: Any = config.http_protocol_class
    server = await loop.create_server(
        lambda: made(config=config, server_state=state, app_state={}, _loop=loop), "127.0.0.1", 0
    )
    try:
        yield Served(server.sockets[0].getsockname()[1], state)
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.wait_for(server.wait_closed(), PATIENCE)
        while state.tasks:
            await asyncio.wait(list(state.tasks))


async def happens(what: Callable[[], object]) -> None:
    """Let the event loop run until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not what():  # noqa: ASYNC110 - what happens is seen from outside
            await asyncio.sleep(0)


class Client:
    """One connection: sends bytes, and keeps all that comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._parser = httptools.HttpResponseParser(self)
        self.received = b""
        self.answers = 0
        self.ended = False

    def on_message_complete(self) -> None:
        self.answers += 1

    def send(self, data: bytes) -> None:
        """Write; whether the other side has hung up shows when reading."""
        self._writer.write(data)

    async def sent(self) -> None:
        """Until the kernel has what was written."""
        try:
            await self._writer.drain()
        except ConnectionError:
            self.ended = True

    async def until(self, answers: int) -> None:
        """Until so many answers have come since the beginning, or the server has closed."""
        while self.answers < answers and not self.ended:
            try:
                data = await asyncio.wait_for(self._reader.read(65_536), PATIENCE)
            except ConnectionError:
                data = b""
            self.received += data
            self.ended = self.ended or not data
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                self.ended = True


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    """A connection to a port of loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def talk(port: int, steps: Iterable[tuple[Sequence[bytes], int]]) -> bytes:
    """What a server says on one connection, whole.

    Args:
        steps: pieces to be written one after another, and how many answers there are to be when they are through.
    """
    async with connected(port) as client:
        for pieces, answers in steps:
            if client.ended:
                break
            for piece in pieces:
                client.send(piece)
                await client.sent()
            await client.until(answers)
        return client.received


def request(
    body: bytes = b"", headers: Mapping[str, str] | Sequence[tuple[str, str]] = (), *, line: str = "POST /graphql HTTP/1.1",
    length: bool = True,
) -> bytes:  # fmt: skip
    """The bytes of a request: a POST of JSON where nothing else is said."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    names = {name.lower() for name, _ in pairs}
    if "host" not in names:
        pairs.insert(0, ("Host", "hub"))
    if line.startswith("POST") and "content-type" not in names:
        pairs.append(("Content-Type", "application/json"))
    if length and (body or line.startswith("POST")):
        pairs.append(("Content-Length", str(len(body))))
    return "\r\n".join((line, *(f"{name}: {value}" for name, value in pairs), "", "")).encode("latin-1") + body
