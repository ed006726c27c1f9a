from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schema.http.config import HttpConfig
from schema.http.errors import RequestError
from schema.http.patience import Patience
from tests.schema.http.kit import JSON, app

pytestmark = pytest.mark.anyio


async def answered(endpoint: Any, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What the endpoint sends to a client that sends these messages and then nothing."""
    waiting = iter(messages)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        for message in waiting:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(dict(message))

    headers = [(b"content-type", JSON.encode()), (b"accept", JSON.encode())]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await endpoint(scope, receive, send)
    return sent


@pytest.mark.parametrize("begun", [[], [{"type": "http.request", "body": b'{"query":', "more_body": True}]])
async def test_a_body_that_never_ends_is_408_and_ends_the_connection(begun: list[dict[str, Any]]) -> None:
    start, body = await answered(app(HttpConfig(body_seconds=0)), *begun)
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b"did not arrive within 0 seconds" in body["body"]


async def test_a_body_that_comes_in_time_is_answered_and_leaves_nothing_behind() -> None:
    endpoint = app(HttpConfig(body_seconds=0))
    whole = {"type": "http.request", "body": b'{"query":"{ hello }"}'}
    for _ in range(3):
        start, _ = await answered(endpoint, whole)
        assert start["status"] == 200
        await asyncio.sleep(0)


async def test_each_that_waits_is_ended_in_its_turn() -> None:
    patience = Patience(0)

    async def wait() -> int:
        try:
            with patience:
                await asyncio.Event().wait()
        except RequestError as error:
            return error.status
        return 0

    assert set(await asyncio.gather(wait(), wait(), wait())) == {408}
    assert await wait() == 408


async def test_who_is_cancelled_from_outside_is_not_told_of_time() -> None:
    async def wait() -> None:
        with Patience(3600):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
