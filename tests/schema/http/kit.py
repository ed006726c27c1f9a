"""A small schema of every kind, and a client that can send what a well-behaved one cannot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.federation import Schema

from schema.errors import ErrorCode, HubError
from schema.http.config import HttpConfig
from schema.http.view import GraphQL

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"


@strawberry.type
class Book:
    title: str
    pages: int

    @strawberry.field
    def author(self) -> str:
        return "Sor Juana"

    @strawberry.field
    def related(self, first: int = 50) -> BookConnection:
        return BookConnection(size=min(first, 2))

    @strawberry.field
    def sequels(self) -> list[Book]:
        return []


@strawberry.type
class BookEdge:
    cursor: str
    node: Book


@strawberry.type
class BookConnection:
    size: strawberry.Private[int]

    @strawberry.field
    def nodes(self) -> list[Book]:
        return [Book(title=f"Tomo {number}", pages=number) for number in range(self.size)]

    @strawberry.field
    def edges(self) -> list[BookEdge]:
        return [BookEdge(cursor=str(number), node=book) for number, book in enumerate(self.nodes())]

    @strawberry.field
    def total_count(self) -> int:
        return self.size


@strawberry.federation.type(keys=["code"])
class Shelf:
    code: strawberry.ID

    @strawberry.field
    def places(self) -> int:
        return 12

    @classmethod
    def resolve_reference(cls, code: strawberry.ID) -> Shelf | None:
        return cls(code=code) if str(code).startswith("S") else None


@strawberry.input
class Range:
    min: int | None = None
    max: int | None = None


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "mundo") -> str:
        return f"hola {name}"

    @strawberry.field
    def shelf(self, code: str) -> Shelf:
        return Shelf(code=strawberry.ID(code))

    @strawberry.field
    def books(self, first: int | None = None, after: str | None = None, last: int | None = None) -> BookConnection:
        return BookConnection(size=min(first if first is not None else last or 3, 5))

    @strawberry.field
    def between(self, range: Range) -> int:
        return (range.max or 0) - (range.min or 0)

    @strawberry.field
    def share(self, of: float) -> float:
        return of / 2

    @strawberry.field
    def boom(self) -> str | None:
        raise ValueError("the password is tlayuda")

    @strawberry.field
    def refused(self) -> str | None:
        raise HubError(ErrorCode.BAD_USER_INPUT, "No state is called 'Verazruc'; did you mean 'Veracruz'?")

    @strawberry.field
    def secret(self, info: strawberry.Info) -> str:
        info.context.private = True
        return "only for you"

    @strawberry.field
    def who(self, info: strawberry.Info) -> str | None:
        return str(info.context.principal) if info.context.principal else None

    @strawberry.field
    def long(self, size: int) -> str:
        return "ñandú " * size

    @strawberry.field
    def failures(self, count: int) -> list[Failure | None]:
        return [Failure() for _ in range(count)]


@strawberry.type
class Failure:
    @strawberry.field
    def why(self) -> str | None:
        raise HubError(ErrorCode.NOT_FOUND, "There is nothing here.")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(self, a: int, b: int) -> int:
        return a + b


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def forever(self, info: strawberry.Info) -> AsyncGenerator[int, None]:
        LIVE.add(asyncio.current_task())
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            LIVE.clear()

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("the password is tlayuda")


LIVE: set[Any] = set()
"""Whether a `forever` is running: emptied when its resolver was let go."""

schema = Schema(query=Query, mutation=Mutation, subscription=Subscription, types=[Shelf])


async def authenticate(token: str) -> str | None:
    return {"good": "Ana"}.get(token)


def app(config: HttpConfig | None = None, **options: Any) -> GraphQL:
    options.setdefault("authenticate", authenticate)
    options.setdefault("answer_extensions", lambda: {"dataVersion": 7, "staleSources": ["puebla-csv"]})
    options.setdefault("new_id", lambda: "id-1")
    return GraphQL(schema, config=config, **options)


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: list[bytes] = field(default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


async def ask(
    asgi: Any,
    method: str = "POST",
    *,
    body: bytes | Sequence[bytes] = b"",
    query: bytes = b"",
    path: str = "/graphql",
    headers: Sequence[tuple[str, str]] = (),
    client: tuple[str, int] | None = ("192.0.2.1", 5000),
    leaves: bool = False,
) -> Reply:
    """One request, byte for byte. `leaves`: the client goes away before its body is complete."""
    parts = [body] if isinstance(body, bytes) else list(body)
    messages = [
        {"type": "http.request", "body": part, "more_body": leaves or number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": client,
        "scheme": "http",
        "http_version": "1.1",
    }
    reply = Reply()
    ended = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        if not leaves:
            await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert reply.status == 0, "two answers were sent"
            reply.status = message["status"]
            reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            assert reply.status, "a body was sent before its start"
            reply.chunks.append(message.get("body", b""))
            reply.body += message.get("body", b"")
            if not message.get("more_body"):
                ended.set()

    await asgi(scope, receive, send)
    return reply


async def post(asgi: Any, value: Any, *, accept: str | None = None, headers: Sequence[tuple[str, str]] = ()) -> Reply:
    """A JSON POST as a good client sends it."""
    sent = [("content-type", JSON), *headers]
    if accept is not None:
        sent.append(("accept", accept))
    return await ask(asgi, body=json.dumps(value).encode(), headers=sent)
