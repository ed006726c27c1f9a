"""The graphql-transport-ws protocol: any number of operations over one WebSocket.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md tells messages and close codes. A subprotocol that is not
``graphql-transport-ws``, the retired ``graphql-ws`` among them, is closed with 4406.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any

import orjson

from schema.http.engine import Asker, Engine
from schema.http.errors import RATE_LIMITED, RequestError
from schema.http.execution import dumps
from schema.http.request import Operation, from_parameters, load_json

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

PROTOCOL = "graphql-transport-ws"

BAD_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
BAD_SUBPROTOCOL = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
TOO_MANY_INITS = 4429
INTERNAL_ERROR = 4500
TOO_BIG = 1009


class _CloseError(Exception):
    """The client broke the protocol: the socket is to be closed with `code` and `reason`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketSession:
    """One WebSocket from its opening to its end.

    Answers are sent one at a time and each operation waits for its own to be taken, so that a slow client slows its
    operations and fills no memory.
    """

    def __init__(self, engine: Engine, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self.engine = engine
        self.scope = scope
        self._receive = receive
        self._send = send
        self._sending = asyncio.Lock()
        self._closed = False
        self._initialised = False
        self._acknowledged = asyncio.Event()
        self._principal: Any = None
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serves the socket until either side closes it. Every operation has ended when this returns."""
        message = await self._receive()
        if message["type"] != "websocket.connect":
            return
        if PROTOCOL not in self.scope.get("subprotocols", ()):
            await self._send({"type": "websocket.accept"})
            await self._close(BAD_SUBPROTOCOL, "Subprotocol not acceptable")
            return
        await self._send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        timer = asyncio.create_task(self._watch_init())
        try:
            while not self._closed:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._handle(message)
        except _CloseError as close:
            await self._close(close.code, close.reason)
        except Exception as error:
            self.engine.formatter.unexpected(error)
            await self._close(INTERNAL_ERROR, "Internal error")
        finally:
            self._closed = True
            tasks = [timer, *self._operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch_init(self) -> None:
        try:
            async with asyncio.timeout(self.engine.config.websocket_init_timeout):
                await self._acknowledged.wait()
        except TimeoutError:
            await self._close(INIT_TIMEOUT, "Connection initialisation timeout")

    async def _handle(self, frame: MutableMapping[str, Any]) -> None:
        message = self._read(frame)
        kind = message.get("type")
        if kind == "connection_init":
            await self._initialise(message)
        elif kind == "ping":
            await self._say({"type": "pong", **_payload(message)})
        elif kind == "pong":
            _payload(message)
        elif kind == "subscribe":
            await self._subscribe(message)
        elif kind == "complete":
            task = self._operations.pop(_id(message), None)
            if task is not None:
                task.cancel()
        else:
            raise _CloseError(BAD_MESSAGE, f"Unknown message type {str(kind)[:40]!r}")

    def _read(self, frame: MutableMapping[str, Any]) -> dict[str, Any]:
        text = frame.get("text")
        if text is None:
            raise _CloseError(BAD_MESSAGE, "Messages are JSON text, not binary")
        if len(text) > self.engine.config.websocket_message:
            raise _CloseError(TOO_BIG, "Message too big")
        try:
            message = load_json(text.encode(), "The message")
        except (RequestError, UnicodeEncodeError) as error:
            raise _CloseError(BAD_MESSAGE, str(error)) from None
        if not isinstance(message, dict):
            raise _CloseError(BAD_MESSAGE, "A message is a JSON object")
        return message

    async def _initialise(self, message: dict[str, Any]) -> None:
        if self._initialised:
            raise _CloseError(TOO_MANY_INITS, "Too many initialisation requests")
        self._initialised = True
        token = _authorization(_payload(message).get("payload") or {}, self.scope)
        try:
            self._principal = await self.engine.authenticate(token)
        except RequestError:
            raise _CloseError(FORBIDDEN, "Forbidden") from None
        self._acknowledged.set()
        await self._say({"type": "connection_ack"})

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged.is_set():
            raise _CloseError(UNAUTHORIZED, "Unauthorized")
        key = _id(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise _CloseError(BAD_MESSAGE, "A subscribe message has an object as payload")
        try:
            operation = from_parameters(payload)
        except RequestError as error:
            raise _CloseError(BAD_MESSAGE, str(error)) from None
        if key in self._operations:
            raise _CloseError(DUPLICATE_ID, f"Subscriber for {key} already exists")
        most = self.engine.config.websocket_operations
        if len(self._operations) >= most:
            refused = RequestError(
                429, f"{most} operations run on this connection already; complete one first.", code=RATE_LIMITED
            )
            await self._say({"type": "error", "id": key, "payload": refused.errors})
            return
        self._operations[key] = asyncio.create_task(self._operate(key, operation))

    async def _operate(self, key: str, operation: Operation) -> None:
        """Runs one operation to its end. Cancelled when the client completes it or leaves."""
        client = self.scope.get("client")
        asker = Asker(principal=self._principal, address=client[0] if client else None)
        ident = orjson.dumps(key)
        try:
            async with aclosing(self.engine.open(operation, asker)) as answers:
                async for answer in answers:
                    await self._say(b'{"type":"next","id":%b,"payload":%b}' % (ident, answer))
            end: dict[str, Any] = {"type": "complete", "id": key}
        except RequestError as error:
            end = {"type": "error", "id": key, "payload": error.errors}
        except Exception as error:
            end = {"type": "error", "id": key, "payload": [self.engine.formatter.unexpected(error)]}
        # Free the id before the client can know that it is free.
        if self._operations.get(key) is asyncio.current_task():
            del self._operations[key]
        await self._say(end)

    async def _say(self, message: dict[str, Any] | bytes) -> None:
        text = message if isinstance(message, bytes) else dumps(message)
        async with self._sending:
            if self._closed:
                return
            try:
                await self._send({"type": "websocket.send", "text": text.decode()})
            except (OSError, RuntimeError):
                self._closed = True  # the client is gone; the read loop learns of it next

    async def _close(self, code: int, reason: str) -> None:
        async with self._sending:
            if self._closed:
                return
            self._closed = True
            short = reason.encode()[:120].decode(errors="ignore")
            try:
                await self._send({"type": "websocket.close", "code": code, "reason": short})
            except (OSError, RuntimeError):
                return


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    """The optional object `payload` of a message, as a member to repeat."""
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _CloseError(BAD_MESSAGE, "The payload is not an object")
    return {} if payload is None else {"payload": payload}


def _id(message: dict[str, Any]) -> str:
    key = message.get("id")
    if not isinstance(key, str) or not key or len(key) > 200:
        raise _CloseError(BAD_MESSAGE, "A message of an operation has a string as id")
    return key


def _authorization(payload: dict[str, Any], scope: MutableMapping[str, Any]) -> str | None:
    """The Authorization of `connection_init` (itself, or in its `headers`), else of the handshake."""
    headers = payload.get("headers")
    for members in (payload, headers if isinstance(headers, dict) else {}):
        for name, value in members.items():
            if name.lower() == "authorization":
                return str(value)
    for name, value in scope.get("headers", ()):
        if name == b"authorization":
            return bytes(value).decode("latin-1")
    return None
