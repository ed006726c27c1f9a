"""Server-sent events in the distinct connections mode of the GraphQL over SSE protocol.

One request, one operation: an event ``next`` for each answer, then ``complete``; a comment now and then keeps proxies
from closing a silent stream. A faulty operation is told inside the stream, since EventSource shows a browser no body of a
failed request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any

from schema.http.engine import Asker, Engine
from schema.http.errors import RequestError
from schema.http.request import Operation, Receive

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"vary", b"accept, accept-encoding, authorization"),
]
_COMPLETE = b"event: complete\ndata:\n\n"
_KEEP_ALIVE = b":\n\n"


async def send_events(engine: Engine, operation: Operation, asker: Asker, receive: Receive, send: Send) -> None:
    """Sends the answers of one operation until it is complete or the client leaves.

    Raises:
        RequestError: before the stream began, for a request that is at fault itself and not its operation.
    """
    try:
        answers = engine.open(operation, asker)
    except RequestError as error:
        if not error.well_formed:
            raise
        answers = _once(engine.refusal(error))
    await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
    gone = asyncio.ensure_future(_until_gone(receive))
    async with aclosing(answers):
        following = asyncio.ensure_future(_next(answers))
        try:
            while True:
                await asyncio.wait(
                    {gone, following}, timeout=engine.config.keep_alive, return_when=asyncio.FIRST_COMPLETED
                )
                if gone.done():
                    return
                if not following.done():
                    await _chunk(send, _KEEP_ALIVE)
                    continue
                answer = following.result()
                if answer is None:
                    break
                await _chunk(send, b"event: next\ndata: " + answer + b"\n\n")
                following = asyncio.ensure_future(_next(answers))
        finally:
            await _cancel(gone, following)
    await send({"type": "http.response.body", "body": _COMPLETE})


async def _chunk(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _next(answers: AsyncGenerator[bytes, None]) -> bytes | None:
    """The next answer, or None after the last one. JSON in UTF-8 has no line breaks: one data line carries it."""
    return await anext(answers, None)


async def _once(answer: bytes) -> AsyncGenerator[bytes, None]:
    yield answer


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    """Ends tasks, and waits until they have let go of what they held."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
