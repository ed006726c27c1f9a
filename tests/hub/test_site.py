"""hub.site: what is served is one data version whole, while others are being published."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.config import load
from hub.live import StoreLive
from hub.site import Site
from hub.store import Store

pytestmark = pytest.mark.anyio

CONFIG = """
[server]
max_page = 500
rate_limit = ""
[sources.puebla-csv]
title = "Compromisos de Puebla"
state = "Puebla"
connector = "csv"
url = "compromisos.csv"
[sources.puebla-csv.fields]
number = "No."
title = "Compromiso"
"""
QUERY = "{ commitments(first: 500) { totalCount nodes { code title } } nationalView { commitments } }"


def write(folder: Path, count: int) -> None:
    rows = "".join(f"{number},Compromiso {number} de {count}\n" for number in range(1, count + 1))
    (folder / "compromisos.csv").write_text(f"No.,Compromiso\n{rows}", "utf-8")


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """A site with its follower at work, and a client of it."""
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    site = Site(load(folder / "config.toml", {}))
    async with site.serving(), httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://hub") as client:
        yield site, client


async def ask(client: httpx.AsyncClient, query: str = QUERY) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    assert "errors" not in document
    return document


async def harvest(site: Site) -> None:
    source = await site.hub.store.source("puebla-csv")
    assert source is not None
    (outcome,) = await site.hub.harvester.harvest([source])
    assert outcome.healthy, outcome.reason


async def test_no_answer_fails_or_mixes_two_versions_while_data_are_published(tmp_path: Path) -> None:
    write(tmp_path, 5)
    seen: set[tuple[int, int]] = set()
    async with serving(tmp_path) as (site, client):
        await harvest(site)
        await site.follower.look()
        done = asyncio.Event()

        async def load_it() -> None:
            while not done.is_set():
                document = await ask(client)
                held = document["data"]["commitments"]
                titles = {node["title"].rpartition(" de ")[2] for node in held["nodes"]}
                assert held["totalCount"] == len(held["nodes"]) == document["data"]["nationalView"]["commitments"]
                assert titles == {str(held["totalCount"])}
                seen.add((document["extensions"]["dataVersion"], held["totalCount"]))
                await asyncio.sleep(0)  # an in-process answer never waits, and others must have their turn

        clients = [asyncio.create_task(load_it()) for _ in range(4)]
        for count in (8, 12, 18, 27):
            write(tmp_path, count)
            await harvest(site)
            for old in sorted(site.config.read_path.glob("[0-9]*.db"))[:-1]:
                old.unlink()
            await site.follower.look()
        await asyncio.sleep(0)
        document = await ask(client)
        done.set()
        await asyncio.gather(*clients)
    assert document["data"]["commitments"]["totalCount"] == 27
    assert len({version for version, _ in seen}) == len(seen) >= 4


async def test_a_repeated_answer_comes_from_the_cache_until_the_data_move(tmp_path: Path) -> None:
    write(tmp_path, 3)
    async with serving(tmp_path) as (site, client):
        await harvest(site)
        await site.follower.look()
        first = await client.post("/graphql", json={"query": QUERY})
        again = await client.post("/graphql", json={"query": QUERY})
        assert first.content == again.content
        assert site.graphql.cache.stats.hits >= 1
        write(tmp_path, 4)
        await harvest(site)
        await site.follower.look()
        moved = await client.post("/graphql", json={"query": QUERY})
        assert moved.content != first.content
        assert moved.json()["data"]["commitments"]["totalCount"] == 4


async def test_a_kept_answer_says_that_a_source_went_stale_though_the_store_did_not_move(tmp_path: Path) -> None:
    write(tmp_path, 3)
    async with serving(tmp_path) as (site, client):
        await harvest(site)
        await site.follower.look()
        time = [site.live.now()]
        site.live = StoreLive(site.hub.store, stale_after=timedelta(days=30), now=lambda: time[0])
        await site.live.refresh()
        assert [(await ask(client))["extensions"]["staleSources"] for _ in range(2)] == [[], []]
        fast, body = site.graphql, b'{"query": "{ states { code } }"}'
        head = fast.head({"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]})
        assert head is not None
        answers = [fast.at_once(head, body)]
        time[0] += timedelta(days=31)
        assert (await ask(client))["extensions"]["staleSources"] == ["puebla-csv"]
        answers.append(fast.at_once(head, body))
        told = [json.loads(answer[1])["extensions"]["staleSources"] for answer in answers if answer is not None]
        assert told == [[], ["puebla-csv"]]


async def test_archived_bytes_are_served_as_a_download(tmp_path: Path) -> None:
    write(tmp_path, 3)
    async with serving(tmp_path) as (site, client):
        await harvest(site)
        await site.follower.look()
        document = await ask(client, "{ commitments(first: 1) { nodes { lineage { snapshotUrl sha256 } } } }")
        (node,) = document["data"]["commitments"]["nodes"]
        answer = await client.get(node["lineage"]["snapshotUrl"])
        assert answer.content == (tmp_path / "compromisos.csv").read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]


async def test_liveness_readiness_metrics_and_schema_have_their_addresses(tmp_path: Path) -> None:
    write(tmp_path, 3)
    async with serving(tmp_path) as (_, client):
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).json()["ready"] is True
        assert "hub_data_version" in (await client.get("/metrics")).text
        assert "type Commitment" in (await client.get("/schema.graphql")).text


async def test_a_token_is_needed_to_be_known_and_a_wrong_one_is_401(tmp_path: Path) -> None:
    write(tmp_path, 3)
    async with serving(tmp_path) as (_, client):
        answer = await client.post("/graphql", json={"query": QUERY}, headers={"Authorization": "Bearer nope"})
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_with_the_store_out_of_reach_pages_and_api_say_so_and_the_data_stay_served(tmp_path: Path) -> None:
    write(tmp_path, 3)
    away = await Store.open("postgresql://hub:secret@127.0.0.1:1/hub")
    async with serving(tmp_path) as (site, client):
        await harvest(site)
        await site.follower.look()
        site.live = StoreLive(away, stale_after=timedelta(days=30))
        page = await client.get("/fuentes")
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert "El almacén no responde" in page.text
        assert "secret" not in page.text
        assert 'href="/compromisos"' in page.text
        assert (await client.get("/compromisos")).status_code == 200
        answer = (await client.post("/graphql", json={"query": "{ harvestRuns { totalCount } }"})).json()
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert "out of reach" in error["message"]
        assert "127.0.0.1" not in error["message"]
        assert (await ask(client))["data"]["commitments"]["totalCount"] == 3
    await away.close()
