"""GraphQL over HTTP as one ASGI callable.

A repeated query is answered straight from its bytes: one look at the headers, one in the table, two messages sent. Only
what is not there becomes an operation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from typing import Any

import strawberry

from schema.http import cache
from schema.http.compress import CODINGS, compress
from schema.http.config import HttpConfig
from schema.http.engine import Asker, Engine
from schema.http.errors import RequestError
from schema.http.graphiql import GraphiQL
from schema.http.negotiation import (
    ANSWERS,
    EVENT_STREAM,
    HTML,
    JSON,
    PAGES,
    body_media_problem,
    choose,
    choose_encoding,
)
from schema.http.request import Receive, from_body, from_query_string, read_body
from schema.http.sse import send_events
from schema.http.websocket import WebSocketSession

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_VARY = (b"vary", b"accept, accept-encoding, authorization")
_PUBLIC = (b"cache-control", b"public, max-age=0, must-revalidate")
_PRIVATE = (b"cache-control", b"private, no-store")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_LONG_TO_COMPRESS = 200_000
"""Bytes above which compression leaves the event loop."""


class GraphQL:
    """The GraphQL endpoint: GET, POST, text/event-stream and graphql-transport-ws on one path.

    Args:
        schema: any Strawberry schema.
        config: limits and switches.
        options: passed to `Engine`: `executors`, `context`, `answer_extensions`, `version`, `authenticate`, `trusted`,
            `cost_model`, `new_id`.
        graphiql: the query editor, or None for none.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        config: HttpConfig | None = None,
        graphiql: GraphiQL | None = None,
        **options: Any,
    ) -> None:
        self.config = config or HttpConfig()
        self.engine = Engine(schema, config=self.config, **options)
        self.cache = cache.ResponseCache(self.config.cache_bytes, self.config.cache_entry)
        self.graphiql = (graphiql or GraphiQL()) if self.config.graphiql else None
        self._get_offers = PAGES if self.graphiql else ANSWERS
        self._version = self.engine.version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await self._http(scope, receive, send)
        elif kind == "websocket":
            await WebSocketSession(self.engine, scope, receive, send).run()
        else:
            raise RuntimeError(f"the GraphQL endpoint knows no {kind} scope")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        media = JSON
        try:
            pairs = scope["headers"]
            headers: dict[bytes, bytes] = dict(pairs)
            if len(headers) != len(pairs):
                headers = _joined(pairs)
            media = self._media(scope["method"], headers.get(b"accept"))
            self._check_sizes(scope, headers)
            body: bytes | None = None
            if scope["method"] == "POST":
                _check_body_headers(headers)
                body = await read_body(receive, headers.get(b"content-length"), self.config.max_body)
                if body is None:
                    return  # the client went away
            elif media == HTML and self.graphiql is not None:
                await self.graphiql(scope, receive, send)
                return
            if media == EVENT_STREAM:
                await self._events(scope, headers, body, receive, send)
                return
            coding = choose_encoding(headers.get(b"accept-encoding"), CODINGS)
            if b"authorization" in headers:
                await self._execute(scope, headers, body, media, coding, None, send)
                return
            question = scope["query_string"] if body is None else body
            key = (question, media, coding, body is None)
            kept = self.cache.get(key, self._version())
            if kept is None:
                await self._execute(scope, headers, body, media, coding, key, send)
                return
            await self._send_kept(kept, headers.get(b"if-none-match") if body is None else None, send)
        except RequestError as error:
            await self._refuse(error, media, send)
        except Exception as error:
            await _send(send, 500, media, self.engine.failure(error), [_PRIVATE])

    def _check_sizes(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        if len(scope["query_string"]) + len(scope["path"]) > self.config.max_url:
            raise RequestError(414, f"The URL is longer than {self.config.max_url} bytes; send the operation by POST.")
        if sum(map(len, headers)) + sum(map(len, headers.values())) > self.config.max_headers:
            raise RequestError(431, f"The request headers are larger than {self.config.max_headers} bytes.")

    def _media(self, method: str, accept: bytes | None) -> str:
        """The media type of the answer. Raises RequestError (405, 406)."""
        if method == "POST":
            offers: tuple[str, ...] = ANSWERS
        elif method == "GET":
            offers = self._get_offers
        else:
            raise RequestError(405, "Only GET and POST are served here.", headers=[(b"allow", b"GET, POST")])
        media = choose(accept, offers)
        if media is None:
            raise RequestError(406, "Not acceptable; ask for application/graphql-response+json or application/json.")
        return media

    async def _execute(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        body: bytes | None,
        media: str,
        coding: str | None,
        key: Hashable,
        send: Send,
    ) -> None:
        """Answers a request that the cache does not hold; keeps the answer under `key` where everyone may have it."""
        operation = from_query_string(scope["query_string"]) if body is None else from_body(body)
        asker = await self._asker(scope, headers)
        version = self._version()
        answer, text = await self.engine.answer(operation, asker)
        status = 200 if answer.data is not None or media == JSON else 400
        if not answer.shared or asker.private or asker.principal is not None:
            await _send(send, status, media, text, [_PRIVATE], coding if self._long(text) else None)
            return
        applied = coding if self._long(text) else None
        packed = await _compressed(text, applied)
        tag = cache.entity_tag(packed, self.engine.answer_extensions().get("dataVersion", 0))
        start = [*_head(media, packed, applied), (b"etag", tag), _PUBLIC]
        entry = cache.entry(status, start, packed, tag, len(scope["query_string"]) + len(body or b""))
        if key is not None and version == self._version():
            self.cache.put(key, version, entry)
        await self._send_kept(entry, headers.get(b"if-none-match") if body is None else None, send)

    async def _events(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes | None, receive: Receive, send: Send
    ) -> None:
        operation = from_query_string(scope["query_string"]) if body is None else from_body(body)
        asker = await self._asker(scope, headers)
        await send_events(self.engine, operation, asker, receive, send)

    async def _asker(self, scope: Scope, headers: dict[bytes, bytes]) -> Asker:
        authorization = headers.get(b"authorization")
        principal = await self.engine.authenticate(
            authorization.decode("latin-1") if authorization is not None else None
        )
        client = scope.get("client")
        return Asker(principal=principal, address=client[0] if client else None)

    async def _send_kept(self, kept: cache.Entry, if_none_match: bytes | None, send: Send) -> None:
        if if_none_match is not None and cache.matches(if_none_match, kept.etag):
            self.cache.stats.not_modified += 1
            await send(cache.not_modified(kept))
            await send({"type": "http.response.body", "body": b""})
            return
        await send({**kept.start, "headers": list(kept.start["headers"])})
        await send(kept.body)

    async def _refuse(self, error: RequestError, media: str, send: Send) -> None:
        """Sends a request error. With application/json a readable request is 200, whatever its operation does."""
        status = 200 if error.well_formed and media == JSON else error.status
        shown = JSON if media in (HTML, EVENT_STREAM) else media
        await _send(send, status, shown, self.engine.refusal(error), [*error.headers, _PRIVATE])

    def _long(self, body: bytes) -> bool:
        return len(body) > self.config.compress_above


def _joined(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers that were sent more than once, as one list each (RFC 9110, 5.3). Raises RequestError (400)."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name not in headers:
            headers[name] = value
        elif name in (b"content-type", b"content-length", b"authorization", b"content-encoding", b"host"):
            raise RequestError(400, f"The header {name.decode('latin-1')} is given twice.")
        else:
            headers[name] += b", " + value
    return headers


def _check_body_headers(headers: dict[bytes, bytes]) -> None:
    """Raises RequestError (415) for a body of another media type or in a content coding."""
    problem = body_media_problem(headers.get(b"content-type"))
    if problem is None and headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        problem = "Request bodies are taken as they are; send no Content-Encoding."
    if problem is not None:
        raise RequestError(415, problem, headers=[(b"accept", b"application/json")])


def _head(media: str, body: bytes, coding: str | None) -> cache.Headers:
    headers = [
        (b"content-type", media.encode() + b"; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        _VARY,
        _NOSNIFF,
    ]
    if coding is not None:
        headers.append((b"content-encoding", coding.encode()))
    return headers


async def _compressed(body: bytes, coding: str | None) -> bytes:
    if coding is None or len(body) < _LONG_TO_COMPRESS:
        return compress(body, coding)
    return await asyncio.to_thread(compress, body, coding)


async def _send(
    send: Send, status: int, media: str, body: bytes, headers: cache.Headers, coding: str | None = None
) -> None:
    body = await _compressed(body, coding)
    await send({"type": "http.response.start", "status": status, "headers": [*_head(media, body, coding), *headers]})
    await send({"type": "http.response.body", "body": body})
