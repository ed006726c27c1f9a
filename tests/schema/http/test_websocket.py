"""graphql-transport-ws: every message and every close code of the protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.http.config import HttpConfig
from tests.schema.http.kit import LIVE, app

pytestmark = pytest.mark.anyio

PROTOCOL = "graphql-transport-ws"


class Socket:
    """The client's end of one WebSocket."""

    def __init__(self, asgi: Any, subprotocols: list[str], headers: list[tuple[bytes, bytes]]) -> None:
        self.scope = {
            "type": "websocket",
            "path": "/graphql",
            "subprotocols": subprotocols,
            "headers": headers,
            "client": ("192.0.2.1", 1),
        }
        self.to_server: asyncio.Queue[Any] = asyncio.Queue()
        self.to_client: asyncio.Queue[Any] = asyncio.Queue()
        self.task = asyncio.create_task(asgi(self.scope, self.to_server.get, self._send))
        self.to_server.put_nowait({"type": "websocket.connect"})

    async def _send(self, message: Any) -> None:
        await self.to_client.put(message)
        if message["type"] == "websocket.close":
            await self.to_server.put({"type": "websocket.disconnect", "code": message["code"]})

    def say(self, message: Any) -> None:
        self.to_server.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def frame(self, **frame: Any) -> None:
        self.to_server.put_nowait({"type": "websocket.receive", **frame})

    async def hear(self) -> Any:
        async with asyncio.timeout(5):
            message = await self.to_client.get()
        return json.loads(message["text"]) if message["type"] == "websocket.send" else message

    async def closed(self) -> tuple[int, str]:
        while True:
            message = await self.hear()
            if message["type"] == "websocket.close":
                return message["code"], message.get("reason", "")

    async def leave(self) -> None:
        self.to_server.put_nowait({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(5):
            await self.task


@asynccontextmanager
async def socket(
    config: HttpConfig | None = None,
    *,
    init: dict[str, Any] | bool | None = None,
    subprotocols: list[str] | None = None,
    headers: list[tuple[bytes, bytes]] | None = None,
) -> AsyncIterator[Socket]:
    """A socket that was accepted and, unless `init` is False, initialised with that payload."""
    opened = Socket(app(config), [PROTOCOL] if subprotocols is None else subprotocols, headers or [])
    accepted = await opened.hear()
    assert accepted["type"] == "websocket.accept"
    try:
        if init is not False:
            opened.say({"type": "connection_init", **({"payload": init} if init else {})})
            assert await opened.hear() == {"type": "connection_ack"}
        yield opened
    finally:
        await opened.leave()


def subscribe(key: str, query: str, **rest: Any) -> dict[str, Any]:
    return {"type": "subscribe", "id": key, "payload": {"query": query, **rest}}


async def test_a_subscription_sends_each_event_and_completes() -> None:
    async with socket() as ws:
        ws.say(subscribe("1", "subscription ($to: Int!) { count(to: $to) }", variables={"to": 3}))
        for number in range(3):
            message = await ws.hear()
            assert (message["type"], message["id"]) == ("next", "1")
            assert message["payload"]["data"] == {"count": number}
            assert message["payload"]["extensions"]["dataVersion"] == 7
        assert await ws.hear() == {"type": "complete", "id": "1"}
        ws.say(subscribe("1", "{ hello }"))  # the id is free again
        assert (await ws.hear())["payload"]["data"] == {"hello": "hola mundo"}


@pytest.mark.parametrize(
    ("query", "data"),
    [("{ hello }", {"hello": "hola mundo"}), ("mutation { add(a: 1, b: 2) }", {"add": 3})],
)
async def test_queries_and_mutations_run_as_well(query: str, data: dict[str, Any]) -> None:
    async with socket() as ws:
        ws.say(subscribe("q", query))
        assert (await ws.hear())["payload"]["data"] == data
        assert await ws.hear() == {"type": "complete", "id": "q"}


@pytest.mark.parametrize("subprotocols", [[], ["graphql-ws"], ["soap"], ["graphql-ws", "graphql-sse"]])
async def test_any_other_subprotocol_is_closed_with_4406(subprotocols: list[str]) -> None:
    async with socket(init=False, subprotocols=subprotocols) as ws:
        assert await ws.closed() == (4406, "Subprotocol not acceptable")


async def test_our_subprotocol_is_chosen_among_several() -> None:
    ws = Socket(app(), ["graphql-ws", PROTOCOL], [])
    assert await ws.hear() == {"type": "websocket.accept", "subprotocol": PROTOCOL}
    await ws.leave()


@pytest.mark.parametrize(
    "frame",
    [
        {"bytes": b'{"type":"ping"}'},
        {"bytes": b"\xff"},
        {"text": ""},
        {"text": "garbage"},
        {"text": "1"},
        {"text": "null"},
        {"text": "[]"},
        {"text": '"ping"'},
        {"text": "{}"},
        {"text": '{"type":1}'},
        {"text": '{"type":"start","id":"1","payload":{"query":"{ hello }"}}'},
        {"text": '{"type":"next","id":"1","payload":{}}'},
        {"text": '{"type":"ping","type":"ping"}'},
        {"text": '{"type":"ping","payload":1}'},
        {"text": '{"type":"pong","payload":[]}'},
        {"text": '{"type":"complete"}'},
        {"text": '{"type":"complete","id":1}'},
        {"text": '{"type":"subscribe"}'},
        {"text": '{"type":"subscribe","id":""}'},
        {"text": '{"type":"subscribe","id":"1"}'},
        {"text": '{"type":"subscribe","id":"1","payload":null}'},
        {"text": '{"type":"subscribe","id":"1","payload":{}}'},
        {"text": '{"type":"subscribe","id":"1","payload":{"query":1}}'},
        {"text": '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}'},
        {"text": '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}'},
        {"text": "\ud800"},
        {"text": "[" * 10_000},
    ],
)
async def test_a_message_outside_the_protocol_is_closed_with_4400(frame: dict[str, Any]) -> None:
    async with socket() as ws:
        ws.frame(**frame)
        code, reason = await ws.closed()
        assert code == 4400
        assert 0 < len(reason.encode()) <= 123


async def test_a_message_that_is_too_big_is_closed_with_1009() -> None:
    async with socket(HttpConfig(websocket_message=1000)) as ws:
        ws.frame(text='{"type":"ping","payload":{"a":"' + "x" * 1000 + '"}}')
        assert (await ws.closed())[0] == 1009


async def test_an_operation_before_the_acknowledgement_is_closed_with_4401() -> None:
    async with socket(init=False) as ws:
        ws.say(subscribe("1", "{ hello }"))
        assert await ws.closed() == (4401, "Unauthorized")


async def test_a_second_initialisation_is_closed_with_4429() -> None:
    async with socket() as ws:
        ws.say({"type": "connection_init"})
        assert await ws.closed() == (4429, "Too many initialisation requests")


async def test_silence_is_closed_with_4408() -> None:
    async with socket(HttpConfig(websocket_init_timeout=0.01), init=False) as ws:
        assert await ws.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize(
    "payload",
    [{"Authorization": "Bearer bad"}, {"authorization": "good"}, {"headers": {"Authorization": "Bearer bad"}}],
)
async def test_an_unknown_token_is_closed_with_4403(payload: dict[str, Any]) -> None:
    async with socket(init=False) as ws:
        ws.say({"type": "connection_init", "payload": payload})
        assert await ws.closed() == (4403, "Forbidden")


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        ({"Authorization": "Bearer good"}, []),
        ({"headers": {"authorization": "bearer good"}}, []),
        ({}, [(b"authorization", b"Bearer good")]),
    ],
)
async def test_a_token_reaches_the_resolvers(payload: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
    async with socket(init=payload, headers=headers) as ws:
        ws.say(subscribe("1", "{ who }"))
        assert (await ws.hear())["payload"]["data"] == {"who": "Ana"}


async def test_an_id_in_use_is_closed_with_4409() -> None:
    async with socket() as ws:
        ws.say(subscribe("1", "subscription { forever }"))
        await ws.hear()
        ws.say(subscribe("1", "{ hello }"))
        assert await ws.closed() == (4409, "Subscriber for 1 already exists")
    assert not LIVE


async def test_a_faulty_operation_ends_alone() -> None:
    async with socket() as ws:
        for query, code in (
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("query A { hello } query B { hello }", "BAD_USER_INPUT"),
        ):
            ws.say(subscribe("1", query))
            message = await ws.hear()
            assert (message["type"], message["id"]) == ("error", "1")
            assert message["payload"][0]["extensions"]["code"] == code
        ws.say(subscribe("1", "{ hello boom }"))
        message = await ws.hear()
        assert message["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_a_subscription_that_breaks_is_masked_and_completed() -> None:
    async with socket() as ws:
        ws.say(subscribe("1", "subscription { breaks }"))
        assert (await ws.hear())["payload"]["data"] == {"breaks": 1}
        message = await ws.hear()
        assert "tlayuda" not in json.dumps(message)
        assert message["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert await ws.hear() == {"type": "complete", "id": "1"}


async def test_a_completed_operation_is_let_go_and_says_nothing_more() -> None:
    async with socket() as ws:
        ws.say(subscribe("1", "subscription { forever }"))
        assert (await ws.hear())["payload"]["data"] == {"forever": 0}
        assert LIVE
        ws.say({"type": "complete", "id": "1"})
        ws.say({"type": "complete", "id": "unknown"})  # crossing our own complete: no fault
        ws.say({"type": "ping"})
        assert await ws.hear() == {"type": "pong"}
        ws.say(subscribe("1", "{ hello }"))
        assert (await ws.hear())["payload"]["data"] == {"hello": "hola mundo"}
        assert not LIVE


async def test_operations_of_a_client_that_left_are_let_go() -> None:
    async with socket() as ws:
        ws.say(subscribe("1", "subscription { forever }"))
        await ws.hear()
        assert LIVE
    assert not LIVE


async def test_a_ping_is_answered_with_its_payload_before_and_after_the_acknowledgement() -> None:
    async with socket(init=False) as ws:
        ws.say({"type": "ping", "payload": {"a": 1}})
        assert await ws.hear() == {"type": "pong", "payload": {"a": 1}}
        ws.say({"type": "pong"})
        ws.say({"type": "connection_init"})
        assert await ws.hear() == {"type": "connection_ack"}


async def test_more_operations_than_allowed_are_refused_one_by_one() -> None:
    async with socket(HttpConfig(websocket_operations=2)) as ws:
        for key in ("1", "2"):
            ws.say(subscribe(key, "subscription { forever }"))
            await ws.hear()
        ws.say(subscribe("3", "{ hello }"))
        message = await ws.hear()
        assert (message["type"], message["id"]) == ("error", "3")
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_slow_client_slows_its_subscription() -> None:
    ws = Socket(app(), [PROTOCOL], [])
    ws.to_client = asyncio.Queue(maxsize=1)
    await ws.hear()
    ws.say({"type": "connection_init"})
    await ws.hear()
    ws.say(subscribe("1", "subscription { count(to: 10000) }"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert ws.to_client.qsize() == 1
    assert (await ws.hear())["payload"]["data"] == {"count": 0}
    assert (await ws.hear())["payload"]["data"] == {"count": 1}
    ws.to_client = asyncio.Queue()
    await ws.leave()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40).map(lambda text: {"text": text}),
            st.binary(max_size=20).map(lambda data: {"bytes": data}),
            st.fixed_dictionaries(
                {"type": st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete", "next", "x"])},
                optional={
                    "id": st.sampled_from(["1", "2", "", 3, None]),
                    "payload": st.sampled_from([{}, {"query": "{ hello }"}, {"query": "{"}, {"query": 1}, None, 7, []]),
                },
            ).map(lambda message: {"text": json.dumps(message)}),
        ),
        max_size=8,
    )
)
async def test_no_frames_of_any_kind_break_the_socket(frames: list[dict[str, Any]]) -> None:
    ws = Socket(app(), [PROTOCOL], [])
    for frame in frames:
        ws.frame(**frame)
    await ws.leave()
    assert ws.task.exception() is None
    codes = {4400, 4401, 4403, 4408, 4409, 4429, 1009}
    while not ws.to_client.empty():
        message = ws.to_client.get_nowait()
        assert message["type"] != "websocket.close" or message["code"] in codes
