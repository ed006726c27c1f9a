"""hub.serving.graphql: the site's own fast path, over data that move."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from hub.config import load
from hub.serving.graphql import GraphQLFastPath
from hub.site import Site
from schema.http.ratelimit import ClientAddress, RateLimit
from tests.hub.serving.kit import Site as MadeUp
from tests.hub.serving.kit import connected, request, served

pytestmark = pytest.mark.anyio

CONFIG = """
[sources.puebla-csv]
title = "Compromisos de Puebla"
state = "Puebla"
connector = "csv"
url = "compromisos.csv"
[sources.puebla-csv.fields]
number = "No."
title = "Compromiso"
"""
COUNT = request(b'{"query":"{ commitments { totalCount } }"}')
JSON = (b"content-type", b"application/json")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


async def harvest(site: Site, folder: Path, count: int) -> None:
    """Publish so many commitments, and let the site see them."""
    rows = "".join(f"{number},Compromiso {number}\n" for number in range(1, count + 1))
    (folder / "compromisos.csv").write_text(f"No.,Compromiso\n{rows}", "utf-8")
    source = await site.hub.store.source("puebla-csv")
    assert source is not None
    (outcome,) = await site.hub.harvester.harvest([source])
    assert outcome.healthy, outcome.reason
    await site.follower.look()


@pytest.mark.parametrize("cache", [0, 1_000_000])
async def test_answers_of_the_fast_path_move_with_the_data(tmp_path: Path, cache: int) -> None:
    (tmp_path / "config.toml").write_text(f"[server]\nresponse_cache = {cache}\n{CONFIG}", "utf-8")
    site = Site(load(tmp_path / "config.toml", {}))
    seen = []
    async with site.serving(), served(site) as server, connected(server.port) as client:
        for count in (3, 5):
            await harvest(site, tmp_path, count)
            for _ in range(3):
                client.send(COUNT)
                await client.until(client.answers + 1)
                document = json.loads(client.received.rpartition(b"\r\n\r\n")[2])
                seen.append((document["data"]["commitments"]["totalCount"], document["extensions"]["dataVersion"]))
        tasks = site.planner.planned
    assert [total for total, _ in seen] == [3, 3, 3, 5, 5, 5]
    assert seen[0][1] < seen[3][1] == seen[5][1]
    assert len(site.fast_path.heads) == 1
    assert tasks == (6 if cache == 0 else 2)


def scope_of(*headers: tuple[bytes, bytes], method: str = "POST") -> dict[str, Any]:
    return {"type": "http", "method": method, "headers": [JSON, *headers]}


@pytest.mark.parametrize(
    "scope",
    [
        scope_of((b"origin", b"https://example.org")),
        scope_of((b"authorization", b"Bearer abc")),
        scope_of((b"accept", b"text/event-stream")),
        scope_of((b"accept", b"image/png")),
        scope_of((b"content-encoding", b"gzip")),
        scope_of(method="GET"),
        scope_of(method="PUT"),
    ],
    ids=["origin", "token", "stream", "unacceptable", "encoded", "GET", "PUT"],
)
async def test_heads_that_need_more_are_left_to_asgi(tmp_path: Path, scope: dict[str, Any]) -> None:
    assert MadeUp(tmp_path / "site").fast_path.head(scope) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "no JSON"),
        (b'{"query":"{ nothing }"}', "invalid"),
        (b'{"query":"{ __schema { queryType { name } } }"}', "not planned"),
        (b'{"query":"{ odsGoals { name } }' + b" " * 4_000 + b'"}', "too large"),
        (b'{"documentId":"unknown"}', "an unknown document"),
    ],
)
async def test_what_is_left_to_asgi_is_not_counted(tmp_path: Path, body: bytes, why: str) -> None:
    site = MadeUp(tmp_path / "site", quota="1/hour")
    fast = site.fast_path
    head = fast.head(scope_of())
    assert head is not None
    client = fast.client("192.0.2.1")
    assert fast.answer(head, body, client) is None, why
    stats = site.graphql.cache.stats
    assert (stats.hits, stats.misses, site.graphql.stats.executed, site.graphql.stats.refused) == (0, 0, 0, 0)
    assert fast.answer(head, b'{"query":"{ odsGoals { name } }"}', client) is not None
    assert fast.answer(head, b'{"query":"{ odsGoals { name } }"}', client) is None  # the quota is one
    assert (stats.hits, stats.misses) == (0, 1)


async def test_a_failure_is_not_counted_either(tmp_path: Path) -> None:
    site = MadeUp(tmp_path / "site", quota="1/hour")
    fast = site.fast_path
    head = fast.head(scope_of())
    assert head is not None
    with pytest.raises(TypeError):
        fast.answer(head, None, fast.client(None))  # type: ignore[arg-type]
    assert fast.answer(head, b'{"query":"{ odsGoals { name } }"}', fast.client(None)) is not None


async def test_clients_are_known_as_the_quota_knows_them(tmp_path: Path) -> None:
    view = MadeUp(tmp_path / "site").graphql
    limit = RateLimit(view, "1/hour", address=ClientAddress(("10.0.0.0/8",)))
    fast = GraphQLFastPath(b"/graphql", view, limit)
    assert fast.client("192.0.2.1") == "192.0.2.1"
    assert fast.client("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert fast.client("10.1.2.3") == "10.1.2.3"
    assert fast.client(None) == "unknown"


def asked(aliases: int) -> bytes:
    """A body that asks for everything so many times."""
    fields = " ".join(f"a{n}: commitments(first: 60) {{ nodes {{ title description }} }}" for n in range(aliases))
    return json.dumps({"query": f"{{ {fields} }}"}).encode()


@pytest.mark.parametrize(("aliases", "at_once"), [(1, True), (25, False)])
async def test_what_takes_long_to_compress_is_left_to_asgi(tmp_path: Path, aliases: int, at_once: bool) -> None:
    site = MadeUp(tmp_path / "site")
    packed = site.fast_path.head(scope_of((b"accept-encoding", b"gzip")))
    plain = site.fast_path.head(scope_of())
    assert packed is not None
    assert plain is not None
    whole = site.fast_path.answer(plain, asked(aliases), "a")
    assert whole is not None
    assert (len(whole.body) < 200_000) == at_once
    found = site.fast_path.answer(packed, asked(aliases), "a")
    assert (found is not None) == at_once
    if found is not None:
        assert gzip.decompress(found.body) == whole.body
        assert b"content-encoding: gzip\r\n" in found.headers
        assert b"content-length: %d\r\n" % len(found.body) in found.headers
