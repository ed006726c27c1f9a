"""hub.oncall: what a serving process has loaded, and what it opens when it is asked for it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest

from hub.app import Hub
from hub.config import ConfigError, load
from hub.model import RunVerdict
from hub.oncall import OnCall
from hub.site import Site
from tests.hub.test_site import CONFIG, QUERY, write

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]

NEVER = frozenset(
    {
        "alembic",
        "connectors",
        "httpcore",
        "jinja2",
        "limits",
        "pdfplumber",
        "rich",
        "selectolax",
        "sqlalchemy",
        "tenacity",
    }
)
"""Packages that answering GraphQL needs nothing of."""
ASK = f"""
import asyncio, sys
from pathlib import Path
import httptools, uvicorn, uvloop  # what `hub serve` runs on
import hub.cli.serve
from hub.config import load
from hub.site import Site

async def send(message):
    if message["type"] == "http.response.body":
        sys.stdout.buffer.write(message["body"])

async def main():
    body = b'{{"query": "{QUERY}"}}'
    scope = {{"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "http_version": "1.1",
        "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1), "asgi": {{}}}}
    async def receive():
        return {{"type": "http.request", "body": body, "more_body": False}}
    site = Site(load(Path(sys.argv[1]), {{}}))
    async with site.serving():
        await site(scope, receive, send)
        await site.follower.look()

asyncio.run(main())
print()
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


async def prepared(folder: Path, config: str = CONFIG) -> Path:
    """A hub that has read its source once; its configuration."""
    write(folder, 3)
    path = folder / "config.toml"
    path.write_text(config, "utf-8")
    site = Site(load(path, {}))
    async with site.opened():
        hub = await site.whole()
        await hub.harvester.harvest(await hub.store.sources())
    return path


async def test_a_process_that_only_answers_graphql_loads_nothing_that_harvests_or_writes(tmp_path: Path) -> None:
    path = await prepared(tmp_path)
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", ASK, str(path)], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    answer, loaded = done.stdout.splitlines()
    document = orjson.loads(answer)
    assert document["data"]["commitments"]["totalCount"] == 3
    assert document["extensions"]["dataVersion"] == 1
    assert document["extensions"]["staleSources"] == []
    assert set(loaded.split()) & NEVER == set()


async def test_a_prepared_store_is_only_looked_at_until_something_else_is_asked(tmp_path: Path) -> None:
    site = Site(load(await prepared(tmp_path), {}))
    transport = httpx.ASGITransport(site)
    async with site.serving(), httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        assert (await client.post("/graphql", json={"query": QUERY})).json()["data"]["commitments"]["totalCount"] == 3
        assert (await client.get("/readyz")).json() == {"ready": True, "dataVersion": 1}
        with pytest.raises(RuntimeError, match="not open"):
            _ = site.hub
        assert (await client.get("/fuentes")).status_code == 200
        assert site.hub.store.dialect == "sqlite"
        refused = await client.post("/graphql", json={"query": QUERY}, headers={"Authorization": "Bearer none"})
        assert refused.status_code == 401


async def test_another_configuration_is_checked_at_start_though_the_store_is_prepared(tmp_path: Path) -> None:
    path = await prepared(tmp_path)
    wrong = CONFIG.replace(
        "[sources.puebla-csv.fields]", "[sources.puebla-csv.options]\nnonsense = 1\n[sources.puebla-csv.fields]"
    )
    path.write_text(wrong, "utf-8")
    with pytest.raises(ConfigError, match="nonsense"):
        async with Site(load(path, {})).opened():
            pass


async def test_a_version_without_its_file_is_built_at_start(tmp_path: Path) -> None:
    config = load(await prepared(tmp_path), {})
    (built,) = config.read_path.glob("1.db")
    built.unlink()
    site = Site(config)
    async with site.opened():
        assert site.model().data_version == 1
    assert built.exists()


async def test_a_file_of_another_format_is_built_anew_at_start(tmp_path: Path) -> None:
    config = load(await prepared(tmp_path), {})
    old = sqlite3.connect(config.read_path / "1.db")
    old.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    old.commit()
    old.close()
    site = Site(config)
    async with site.opened():
        assert site.model().data_version == 1
        assert site.model().meta["format"] != "0"


async def test_while_the_store_cannot_be_opened_pages_say_so_and_later_they_are_there(tmp_path: Path) -> None:
    config = load(await prepared(tmp_path), {})
    store = config.store_file
    assert store is not None
    site = Site(config)
    transport = httpx.ASGITransport(site)
    async with site.opened(), httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        kept = store.rename(store.with_suffix(".kept"))
        store.write_bytes(b"no database at all " * 100)
        away = await client.get("/fuentes")
        assert (away.status_code, int(away.headers["retry-after"]) > 0) == (503, True)
        assert "almacén" in away.text
        assert (await client.post("/graphql", json={"query": QUERY})).json()["data"]["commitments"]["totalCount"] == 3
        kept.replace(store)
        assert (await client.get("/fuentes")).status_code == 200


async def test_hub_up_harvests_though_its_store_was_only_looked_at_first(tmp_path: Path) -> None:
    path = await prepared(
        tmp_path, CONFIG.replace('url = "compromisos.csv"', 'url = "compromisos.csv"\nschedule = "never"')
    )
    async with Hub(load(path, {})) as hub:
        await hub.store.update_source("puebla-csv", next_due_at=datetime(2026, 1, 1, tzinfo=UTC))
    write(tmp_path, 4)
    ended = asyncio.Event()
    site = Site(load(path, {}), harvest=True, on_outcome=lambda outcome: ended.set() if outcome.healthy else None)
    async with site.serving():
        await asyncio.wait_for(ended.wait(), 60)
        assert [run.verdict for run in await site.hub.store.runs("puebla-csv", first=1)] == [RunVerdict.PUBLISHED]


async def test_what_cannot_be_opened_leaves_nothing_open(tmp_path: Path) -> None:
    path = await prepared(tmp_path)
    path.write_text(CONFIG.replace('state = "Puebla"', 'state = "Atlántida"'), "utf-8")
    whole = OnCall(load(path, {}), None, _nothing)
    with pytest.raises(ConfigError, match="Atlántida"):
        await whole()
    with pytest.raises(RuntimeError, match="not open"):
        _ = whole.office
    await whole.close()


async def _nothing() -> None:
    """Nobody is told."""
