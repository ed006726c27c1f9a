"""Hubs as they are in production: a folder with config.toml and store, served by `hub serve`.

Everything is on that production has: the limit of requests (set so high that nobody meets it), CORS, the follower that looks
at the store, the planner's limits. Only the response cache is off where requests are to be cold.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from contest import Server
from generator import DATA

from hub.app import Hub
from hub.config import load
from hub.model import Plan, Program, Record, RunVerdict
from hub.readmodel.files import file_of
from hub.store import SourceRecord

BATCH = 2_000
START = datetime(2026, 1, 1, tzinfo=UTC)
COMMAND = [sys.executable, "-c", "from hub.cli import main; main()"]
CONFIG = """[server]
host = "127.0.0.1"
rate_limit = "1000000000/minute"
[store]
url = "{url}"
archive = "archive"
read = "read"
"""


def served(name: str, folder: Path, *, cached: bool, cold: bool = True) -> Server:
    """`hub serve` of a folder as a contestant."""
    settings = {"HUB_SERVER__PORT": "{port}", "HUB_SERVER__RESPONSE_CACHE": "64000000" if cached else "0"}
    command = ["env", *(f"{key}={value}" for key, value in settings.items()), *COMMAND]
    return Server(name, [*command, "--config", str(folder / "config.toml"), "serve"], cold=cold)


def folder_of(name: str, url: str = "sqlite:///hub.db") -> Path:
    """A hub's folder with its configuration; what was there before is gone."""
    folder = DATA / "hubs" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG.format(url=url), "utf-8")
    return folder


def around_file(model: Path) -> Path:
    """A hub that serves a given read-model file.

    Its store says the data version of the file because one plan was published there; the file stands where the hub would
    have built it. Which store that is, and what else it holds, is not on the read path (`stores.py` measures that).
    """
    folder = folder_of(model.stem)
    done = asyncio.run(publish(folder, [("plan", "p1", _PLAN)]))
    place = file_of(folder / "read", done.version)
    place.parent.mkdir()
    os.link(model, place)
    asyncio.run(prepare(folder))
    return folder


_PLAN = Plan(native_key="p1", title="Plan", jurisdiction="30", program=Program.COCREACION_LOCAL, ordinal=1)


async def prepare(folder: Path) -> None:
    """Leave the store as a hub that has been started once leaves it."""
    async with Hub(load(folder / "config.toml")) as hub:
        await hub.prepare()


@dataclass(frozen=True)
class Published:
    """A publication: the data version after it, and when (`time.monotonic`) its transaction began and had ended."""

    version: int
    began: float
    committed: float


async def publish(
    folder: Path, records: Iterable[tuple[str, str, Record]], *, source: str = "bench", now: datetime = START
) -> Published:
    """Publish records as one run of a source into a hub's store, and build nothing.

    Raises:
        RuntimeError: another run holds the source.
    """
    async with Hub(load(folder / "config.toml")) as hub:
        store = hub.store
        await store.migrate()
        await store.sync_sources([SourceRecord(key=source, title="Bench", connector="csv", url="https://example.org/")])
        run = await store.start_run(source, now=now, owner="bench", lease=3600.0)
        if run is None:
            raise RuntimeError(f"another run holds {source}")
        stream = iter(records)
        while batch := list(islice(stream, BATCH)):
            await store.stage(run.id, batch)  # type: ignore[arg-type]
        began = time.monotonic()
        done = await store.publish(run.id, now=now, grace=timedelta(days=7))
        committed = time.monotonic()
        await store.finish_run(run.id, verdict=RunVerdict.PUBLISHED, now=now, fetched_at=datetime.now(UTC))
        return Published(done.data_version, began, committed)


async def build(folder: Path) -> Path:
    """Build the read model of a folder's store as a hub does; the file."""
    async with Hub(load(folder / "config.toml")) as hub:
        await hub.prepare()
        await hub.build_read_model()
        return file_of(folder / "read", await hub.store.data_version())
