"""GraphQL over HTTP as one ASGI callable, and as a function for what can be answered at once.

A repeated query is answered straight from its bytes: one look at the headers, one in the table, two messages sent. Only
what is not there becomes an operation. What waits for nothing may be asked by `head` and `at_once`, without ASGI.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import strawberry

from schema.http import cache
from schema.http.compress import compress
from schema.http.config import HttpConfig
from schema.http.engine import Asker, Engine
from schema.http.envelope import Envelopes
from schema.http.errors import RequestError
from schema.http.graphiql import GraphiQL
from schema.http.head import Head, Heads
from schema.http.negotiation import EVENT_STREAM, HTML, JSON, RESPONSE_JSON
from schema.http.patience import Patience
from schema.http.request import Receive, from_query_string, read_rest, too_large
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


@dataclass(slots=True)
class EndpointStats:
    """Counters since the process began, of requests that the cache did not answer."""

    executed: int = 0
    refused: int = 0
    failed: int = 0
    streams: int = 0


class GraphQL:
    """The GraphQL endpoint: GET, POST, text/event-stream and graphql-transport-ws on one path.

    Args:
        schema: any Strawberry schema.
        config: limits and switches.
        options: passed to `Engine`: `executors`, `context`, `answer_extensions`, `version`, `authenticate`, `trusted`,
            `cost_model`, `new_id`.
        graphiql: the query editor, where it is not the default one.

    `stats` and `cache.stats` count what was answered, for metrics.
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
        self.stats = EndpointStats()
        self._heads = Heads(self.config)
        self._envelopes = Envelopes()
        self._version = self.engine.version
        self._patience = Patience(self.config.body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._not_http(scope, receive, send)
            return
        media = JSON
        try:
            head = self._heads.read(scope)
            media = head.media
            if head.refusal is not None:
                raise head.refusal.with_traceback(None)  # remembered: it must not gather frames
            if len(scope["query_string"]) + len(scope["path"]) > self.config.max_url:
                raise RequestError(414, f"The URL is longer than {self.config.max_url} bytes; use POST.")
            body = None
            if head.post:
                # Nearly every body comes whole: that case is spared a coroutine.
                with self._patience:
                    message = await receive()
                    if message["type"] != "http.request":
                        return  # the client went away
                    body = message.get("body", b"")
                    if message.get("more_body"):
                        body = await read_rest(receive, body, self.config.max_body)
                        if body is None:
                            return
                if len(body) > self.config.max_body:
                    raise too_large(self.config.max_body)
            if head.media is EVENT_STREAM or head.media is HTML:
                await self._other(scope, head, body, receive, send)
                return
            key = self._key(head, scope["query_string"] if body is None else body)
            if key is not None:
                kept = self.cache.get(key, self._version())
                if kept is not None:
                    if head.if_none_match is not None:
                        await self._send_kept(kept, head, send)
                        return
                    await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
                    await send(kept.body)
                    return
            await self._execute(scope, head, body, key, send)
        except RequestError as error:
            await self._refuse(error, media, send)
        except Exception as error:
            self.stats.failed += 1
            await _send(send, 500, _shown(media), self.engine.failure(error), (_PRIVATE,))

    def head(self, scope: Mapping[str, Any]) -> Head | None:
        """The head of a POST that `at_once` may answer; None where such a request is refused, streams or says who asks."""
        head = self._heads.read(scope)
        plain = head.post and head.refusal is None and head.authorization is None and head.media in _TYPES
        return head if plain else None

    def at_once(self, head: Head, body: bytes) -> tuple[bytes, bytes] | None:
        """The answer to a POST, with the status 200, where it is kept or planned and short: header lines and body.

        None leaves it to ASGI; nothing is counted of what is left.
        """
        if len(body) > self.config.max_body:
            return None
        key, version = self._key(head, body), self._version()
        kept = None if key is None else self.cache.find(key, version)
        if kept is not None:
            return kept.lines, kept.body["body"]
        try:
            text = self.engine.at_once(self._envelopes.read(body), version)
        except RequestError:
            return None
        coding = None if text is None else self._coding(head, text)
        if text is None or (coding is not None and len(text) >= _LONG_TO_COMPRESS):
            return None
        self.stats.executed += 1
        packed = compress(text, coding)
        if key is not None:
            self.cache.stats.misses += 1
            headers = _head(head.media, b"%d" % len(packed), coding)
            self.cache.put(key, version, cache.entry(headers, packed, b"", len(body)))
        return _lines(head.media, coding) % len(packed), packed

    def _key(self, head: Head, asked: bytes) -> Hashable:
        """What an answer is kept under, None where it is not: the body or query string, and what decides its form."""
        if head.authorization is not None or not self.cache.capacity:
            return None
        return (asked, head.media, head.coding, head.post)

    def _coding(self, head: Head, text: bytes) -> str | None:
        return head.coding if len(text) > self.config.compress_above else None

    async def _not_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            raise RuntimeError(f"the GraphQL endpoint knows no {scope['type']} scope")
        await WebSocketSession(self.engine, scope, receive, send).run()

    async def _execute(self, scope: Scope, head: Head, body: bytes | None, key: Hashable, send: Send) -> None:
        """Answers a request that the cache does not hold; keeps the answer under `key` where everyone may have it."""
        operation = from_query_string(scope["query_string"]) if body is None else self._envelopes.read(body)
        asker = await self._asker(scope, head)
        version = self._version()
        answer, text = await self.engine.answer(operation, asker)
        self.stats.executed += 1
        coding = self._coding(head, text)
        if not answer.shared or asker.private or asker.principal is not None:
            status = 200 if answer.data is not None or head.media == JSON else 400
            await _send(send, status, head.media, text, (_PRIVATE,), coding)
            return
        packed = text if coding is None else await _compressed(text, coding)
        headers = _head(head.media, b"%d" % len(packed), coding)
        tag = b""
        if body is None:
            # What is asked by POST nobody else may keep (RFC 9110, 9.3.3): it is told nothing of keeping.
            tag = cache.entity_tag(packed, self.engine.answer_extensions().get("dataVersion", 0))
            headers += ((b"etag", tag), _PUBLIC, _VARY)
        kept = cache.entry(headers, packed, tag, len(scope["query_string"]) + len(body or b""))
        if key is not None and version == self._version():
            self.cache.put(key, version, kept)
        await self._send_kept(kept, head, send)

    async def _other(self, scope: Scope, head: Head, body: bytes | None, receive: Receive, send: Send) -> None:
        """Answers with what is no single JSON document: a stream of events, or the editor's page."""
        if head.media == HTML and self.graphiql is not None:
            await self.graphiql(scope, receive, send)
            return
        operation = from_query_string(scope["query_string"]) if body is None else self._envelopes.read(body)
        asker = await self._asker(scope, head)
        self.stats.streams += 1
        await send_events(self.engine, operation, asker, receive, send)

    async def _asker(self, scope: Scope, head: Head) -> Asker:
        principal = None if head.authorization is None else await self.engine.authenticate(head.authorization)
        client = scope.get("client")
        return Asker(principal, client[0] if client else None)

    async def _send_kept(self, kept: cache.Entry, head: Head, send: Send) -> None:
        if head.if_none_match is not None and cache.matches(head.if_none_match, kept.etag):
            self.cache.stats.not_modified += 1
            await send(cache.not_modified(kept))
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
        await send(kept.body)

    async def _refuse(self, error: RequestError, media: str, send: Send) -> None:
        """Sends a request error. With application/json a readable request is 200, whatever its operation does."""
        self.stats.refused += 1
        status = 200 if error.well_formed and media == JSON else error.status
        await _send(send, status, _shown(media), self.engine.refusal(error), (*error.headers, _PRIVATE))


_TYPES = {media: (b"content-type", media.encode() + b"; charset=utf-8") for media in (JSON, RESPONSE_JSON)}


def _head(media: str, length: bytes, coding: str | None) -> cache.Headers:
    """The headers that every answer has."""
    headers = (_TYPES[media], (b"content-length", length), _NOSNIFF)
    return headers if coding is None else (*headers, (b"content-encoding", coding.encode()))


@lru_cache
def _lines(media: str, coding: str | None) -> bytes:
    """The same in one, with ``%d`` where the length goes."""
    return cache.lines(_head(media, b"%d", coding))


def _shown(media: str) -> str:
    """The media type of an error."""
    return media if media in _TYPES else JSON


async def _compressed(body: bytes, coding: str | None) -> bytes:
    if coding is None or len(body) < _LONG_TO_COMPRESS:
        return compress(body, coding)
    return await asyncio.to_thread(compress, body, coding)


async def _send(
    send: Send, status: int, media: str, body: bytes, headers: cache.Headers, coding: str | None = None
) -> None:
    body = await _compressed(body, coding)
    own = _head(media, b"%d" % len(body), coding)
    await send({"type": "http.response.start", "status": status, "headers": (*own, *headers)})
    await send({"type": "http.response.body", "body": body})
