from __future__ import annotations

from typing import Any

import pytest
from limits.aio.storage import MemoryStorage

from schema.http.ratelimit import ClientAddress, RateLimit, Windows
from tests.schema.http.kit import JSON, app, ask
from tests.schema.http.test_websocket import Socket

pytestmark = pytest.mark.anyio

BODY = b'{"query":"{ hello }"}'
TYPE = ("content-type", JSON)


async def test_the_request_beyond_the_quota_is_429_and_says_when_to_come_back() -> None:
    limited = RateLimit(app(), "2/hour", answer_extensions=lambda: {"dataVersion": 7, "staleSources": []})
    for left in (1, 0):
        reply = await ask(limited, body=BODY, headers=[TYPE])
        assert reply.status == 200
        assert reply.headers["ratelimit-policy"] == '"default";q=2;w=3600'
        assert reply.headers["ratelimit"].startswith(f'"default";r={left};t=')
    reply = await ask(limited, body=BODY, headers=[TYPE])
    assert reply.status == 429
    assert 0 < int(reply.headers["retry-after"]) <= 3600
    error = reply.json["errors"][0]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert reply.json["extensions"]["dataVersion"] == 7
    assert "data" not in reply.json
    assert limited.refused == 1


async def test_a_new_window_begins_when_the_old_one_is_over() -> None:
    now = [1000.0]
    limited = RateLimit(app(), "1/minute", clock=lambda: now[0])
    assert (await ask(limited, body=BODY, headers=[TYPE])).status == 200
    now[0] += 59.5
    refused = await ask(limited, body=BODY, headers=[TYPE])
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    now[0] += 0.5
    assert (await ask(limited, body=BODY, headers=[TYPE])).status == 200


async def test_workers_may_share_a_storage() -> None:
    storage = MemoryStorage()
    first, second = (RateLimit(app(), "1/hour", storage=storage) for _ in range(2))
    assert (await ask(first, body=BODY, headers=[TYPE])).status == 200
    assert (await ask(second, body=BODY, headers=[TYPE])).status == 429


async def test_each_message_of_a_websocket_counts_as_a_request() -> None:
    limited = RateLimit(app(), "3/hour")
    ws = Socket(limited, ["graphql-transport-ws"], [])
    ws.say({"type": "connection_init"})
    for _ in range(3):
        ws.say({"type": "ping"})
    heard = [await ws.hear() for _ in range(5)]
    assert [message["type"] for message in heard] == [
        "websocket.accept", "connection_ack", "pong", "pong", "websocket.close"
    ]  # fmt: skip
    assert heard[-1]["code"] == 4429
    await ws.leave()
    assert limited.refused == 1
    assert (await ask(limited, body=BODY, headers=[TYPE])).status == 429


def test_windows_that_are_over_are_forgotten() -> None:
    now = [0.0]
    windows = Windows(60, lambda: now[0])
    for number in range(25_000):
        windows.hit(f"client {number}")
        now[0] += 0.01
    assert len(windows) <= 20_000


async def test_each_client_has_its_own_quota() -> None:
    limited = RateLimit(app(), "1/hour")
    for client in ("192.0.2.1", "192.0.2.2"):
        assert (await ask(limited, body=BODY, headers=[TYPE], client=(client, 1))).status == 200
    assert (await ask(limited, body=BODY, headers=[TYPE], client=("192.0.2.1", 2))).status == 429


async def test_other_paths_are_not_counted() -> None:
    limited = RateLimit(app(), "1/hour", paths=("/api",))
    for _ in range(3):
        reply = await ask(limited, body=BODY, headers=[TYPE])
        assert reply.status == 200
        assert "ratelimit" not in reply.headers


async def test_a_cached_answer_does_not_collect_headers() -> None:
    limited = RateLimit(app(), "100/hour")
    for left in (99, 98, 97):
        reply = await ask(limited, body=BODY, headers=[TYPE])
        assert reply.headers["ratelimit"].startswith(f'"default";r={left};')


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ((), "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (("192.0.2.0/24",), "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        (("192.0.2.0/24",), "203.0.113.1", "198.51.100.7", "203.0.113.1"),
        (("192.0.2.0/24",), "192.0.2.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (("192.0.2.0/24",), "192.0.2.1", "198.51.100.7, 192.0.2.9", "198.51.100.7"),
        (("192.0.2.0/24",), "192.0.2.1", "", "192.0.2.1"),
        (("192.0.2.0/24",), "192.0.2.1", "garbage", "192.0.2.1"),
        (("192.0.2.1",), "192.0.2.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ((), "2001:db8:1:2::9", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_trusted_proxies_are_believed(trusted: tuple[str, ...], peer: str, forwarded: str, client: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope: dict[str, Any] = {"client": (peer, 1), "headers": headers}
    assert ClientAddress(trusted).of(scope) == client


def test_a_proxy_that_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        ClientAddress(("nonsense",))


async def test_a_request_admitted_without_asgi_is_counted_and_told_the_same() -> None:
    limited, asgi = (RateLimit(app(), "2/hour", clock=lambda: 1_000.0) for _ in range(2))
    for _ in range(2):
        told = limited.admit("192.0.2.1")
        assert told is not None
        reply = await ask(asgi, body=BODY, headers=[TYPE])
        assert dict(line.split(": ") for line in told.decode().splitlines()).items() <= reply.headers.items()
    assert limited.admit("192.0.2.1") is None
    reply = await ask(limited, body=BODY, headers=[TYPE])
    assert (reply.status, limited.refused) == (429, 1)


async def test_a_request_that_is_taken_back_or_not_admitted_is_not_counted() -> None:
    limited = RateLimit(app(), "1/hour", clock=lambda: 1_000.0)
    for _ in range(3):
        assert limited.admit("192.0.2.1") is not None
        limited.take_back("192.0.2.1")
    reply = await ask(limited, body=BODY, headers=[TYPE])
    assert reply.headers["ratelimit"] == '"default";r=0;t=3600'
    assert limited.admit("192.0.2.1") is None
    assert limited.refused == 0


async def test_a_storage_that_must_be_waited_for_admits_nobody_at_once() -> None:
    assert RateLimit(app(), "1/hour", storage=MemoryStorage()).admit("192.0.2.1") is None
