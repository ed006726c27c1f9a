"""GraphQL over server-sent events, distinct connections mode."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from schema.http.config import HttpConfig
from tests.schema.http.kit import JSON, LIVE, Reply, app, ask

pytestmark = pytest.mark.anyio

STREAM = ("accept", "text/event-stream")


def events(reply: Reply) -> list[tuple[str, Any]]:
    """The events of a stream: name and data."""
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    found = []
    for block in reply.body.decode().split("\n\n"):
        lines = [line.partition(":") for line in block.splitlines() if line and not line.startswith(":")]
        if lines:
            fields = {name: value.strip() for name, _, value in lines}
            found.append((fields["event"], json.loads(fields["data"]) if fields["data"] else None))
    return found


async def stream(query: str, config: HttpConfig | None = None, **rest: Any) -> Reply:
    body = json.dumps({"query": query, **rest}).encode()
    return await ask(app(config), body=body, headers=[("content-type", JSON), STREAM])


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_subscription_is_a_stream_of_next_and_a_complete(method: str) -> None:
    query = "subscription { count(to: 2) }"
    if method == "POST":
        reply = await stream(query)
    else:
        reply = await ask(app(), "GET", query=urlencode({"query": query}).encode(), headers=[STREAM])
    assert reply.status == 200
    assert "no-cache" in reply.headers["cache-control"]
    found = events(reply)
    assert [(name, data and data["data"]) for name, data in found] == [
        ("next", {"count": 0}),
        ("next", {"count": 1}),
        ("complete", None),
    ]
    assert found[0][1]["extensions"]["dataVersion"] == 7


@pytest.mark.parametrize(
    ("query", "data"), [("{ hello }", {"hello": "hola mundo"}), ("mutation { add(a: 1, b: 2) }", {"add": 3})]
)
async def test_a_query_or_mutation_is_one_next(query: str, data: dict[str, Any]) -> None:
    (name, answer), end = events(await stream(query))
    assert (name, answer["data"], end) == ("next", data, ("complete", None))


async def test_a_mutation_by_get_is_405() -> None:
    reply = await ask(app(), "GET", query=b"query=mutation%7Badd(a:1,b:2)%7D", headers=[STREAM])
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("query", ["{", "{ nothing }", "subscription { nothing }"])
async def test_a_faulty_operation_is_told_in_the_stream(query: str) -> None:
    (name, answer), end = events(await stream(query))
    assert (name, end) == ("next", ("complete", None))
    assert answer["errors"][0]["extensions"]["code"].startswith("GRAPHQL_")
    assert "data" not in answer


async def test_a_request_that_cannot_be_read_is_400() -> None:
    reply = await ask(app(), body=b"[]", headers=[("content-type", JSON), STREAM])
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json; charset=utf-8")


async def test_a_subscription_that_breaks_is_masked_and_completed() -> None:
    reply = await stream("subscription { breaks }")
    assert b"tlayuda" not in reply.body
    found = events(reply)
    assert found[1][1]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert found[-1] == ("complete", None)


async def test_a_stream_is_never_compressed_or_kept() -> None:
    endpoint = app()
    body = b'{"query":"{ long(size: 1000) }"}'
    for _ in range(2):
        reply = await ask(endpoint, body=body, headers=[("content-type", JSON), STREAM, ("accept-encoding", "gzip")])
        assert "content-encoding" not in reply.headers
    assert endpoint.cache.stats.hits == endpoint.cache.stats.entries == 0


async def test_a_silent_stream_is_kept_alive_and_ends_when_the_client_leaves() -> None:
    endpoint = app(HttpConfig(keep_alive=0.01))
    sent: list[bytes] = []
    left = asyncio.Event()
    alive = asyncio.Event()
    body = b'{"query":"subscription { forever }"}'
    requests = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if message.get("body") == b":\n\n":
            alive.set()

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"accept", b"text/event-stream")],
        "client": None,
    }
    task = asyncio.create_task(endpoint(scope, receive, send))
    async with asyncio.timeout(5):
        await alive.wait()
        assert LIVE
        left.set()
        await task
    assert not LIVE
    assert not any(b"complete" in chunk for chunk in sent)
