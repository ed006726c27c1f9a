from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.config import load
from hub.follower import BACKLOG, Broadcast, Follower, stop
from hub.live import StoreLive
from hub.model import ChangeKind
from hub.model import RunVerdict as V
from hub.readmodel import ReadModels
from hub.store.records import Epoch
from tests.hub.harvest.conftest import until
from tests.hub.harvest.test_kill import ROOT, ROWS, SOURCES, configuration, edition
from tests.sites import Sites
from tests.stores import Databases

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def serving(hub: Hub) -> AsyncIterator[tuple[Follower, ReadModels]]:
    """What a serving process does about new versions."""
    models = ReadModels(hub.config.read_path)
    live = StoreLive(hub.store, stale_after=timedelta(days=30))
    follower = Follower(hub.store, models, live, hub.build_read_model)
    await follower.catch_up()
    task = asyncio.create_task(follower.follow())
    try:
        yield follower, models
    finally:
        await stop(task)


@pytest.fixture
async def hub(tmp_path: Path, sites: Sites, databases: Databases, anyio_backend: str) -> AsyncIterator[Hub]:
    path = configuration(tmp_path, sites, await databases.url("sqlite"))
    async with Hub(load(path, {})) as hub:
        await hub.prepare()
        yield hub


def publish(sites: Sites, number: int) -> None:
    for key, path in SOURCES.items():
        sites.publish(path, edition(key, number))


async def test_what_another_process_published_is_served_within_two_seconds_and_never_in_parts(
    hub: Hub, sites: Sites, record_property: Callable[[str, object], None]
) -> None:
    publish(sites, 1)
    async with serving(hub) as (_, models):
        command = [
            sys.executable,
            "-c",
            "from hub.cli import main; main()",
            "--config",
            str(hub.config.path),
            "harvest",
            "--all",
        ]
        other = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
        )
        seen = set()
        while models.current.data_version < len(SOURCES):
            seen.add(models.current.data_version)
            connection = models.current.connection
            found = connection.execute("SELECT count(*) FROM commitment GROUP BY source").fetchall()
            assert {rows for (rows,) in found} <= {ROWS}
            await asyncio.sleep(0.01)
        served = datetime.now(UTC)
        assert await other.wait() == 0
        published = await hub.store.published_at()
    assert published is not None
    lag = (served - published).total_seconds()
    record_property("seconds from publication to service", lag)
    assert lag < 2.0


async def test_changes_and_runs_are_told_in_order_to_whoever_listens(hub: Hub, sites: Sites) -> None:
    publish(sites, 1)
    async with serving(hub) as (follower, models):
        changes, runs = follower.changes(), follower.runs()
        await hub.harvester.harvest(await hub.store.sources())
        told = [await asyncio.wait_for(anext(changes), 10) for _ in range(ROWS * len(SOURCES))]
        assert [change.seq for change in told] == list(range(1, len(told) + 1))
        assert {change.kind for change in told} == {ChangeKind.ADDED}
        assert models.current.data_version >= told[-1].data_version  # nothing is told before it can be asked for
        ended = [await asyncio.wait_for(anext(runs), 10) for _ in SOURCES]
        assert {run.verdict for run in ended} <= {V.PUBLISHED, V.RUNNING}


async def test_streams_end_when_the_follower_stops(hub: Hub) -> None:
    async with serving(hub) as (follower, _):
        listening = asyncio.create_task(anext(follower.changes(), None))
        await asyncio.sleep(0)
    assert await asyncio.wait_for(listening, 5) is None


async def test_trouble_in_building_is_waited_for_and_what_is_served_stays(
    hub: Hub, sites: Sites, caplog: pytest.LogCaptureFixture
) -> None:
    publish(sites, 1)
    models = ReadModels(hub.config.read_path)
    live = StoreLive(hub.store, stale_after=timedelta(days=30))
    troubles = [RuntimeError("no room"), None]

    async def build() -> None:
        if models.ready and troubles and (trouble := troubles.pop(0)):
            raise trouble
        await hub.build_read_model()

    follower = Follower(hub.store, models, live, build, poll=0.01)
    await follower.catch_up()
    task = asyncio.create_task(follower.follow())
    await hub.harvester.harvest((await hub.store.sources())[:1])
    await until(lambda: models.current.data_version >= 1)
    await stop(task)
    assert "no room" in caplog.text


async def test_on_postgresql_a_publication_is_served_although_nobody_looks(
    tmp_path: Path, sites: Sites, databases: Databases
) -> None:
    publish(sites, 1)
    async with Hub(load(configuration(tmp_path, sites, await databases.url("postgresql")), {})) as hub:
        await hub.prepare()
        models = ReadModels(hub.config.read_path)
        live = StoreLive(hub.store, stale_after=timedelta(days=30))
        follower = Follower(hub.store, models, live, hub.build_read_model, poll=3600, listening_poll=3600)
        await follower.catch_up()
        task = asyncio.create_task(follower.follow())
        await hub.harvester.harvest((await hub.store.sources())[:1])
        await until(lambda: models.current.data_version >= 1)
        await stop(task)


async def test_a_listener_that_falls_too_far_behind_is_let_go_and_disturbs_no_other() -> None:
    broadcast: Broadcast[int] = Broadcast()
    slow, quick = broadcast.listen(), broadcast.listen()
    for number in range(BACKLOG):
        broadcast.send(number)
    assert await anext(quick) == 0
    broadcast.send(BACKLOG)
    assert broadcast.listeners == 1
    assert [item async for item in slow][-1] == BACKLOG - 1
    broadcast.close()
    assert [item async for item in quick][-1] == BACKLOG


class Moving:
    """A store where somebody publishes before its epoch is first told."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._still = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hub.store, name)

    async def epoch(self) -> Epoch:
        if self._still:
            self._still = False
            await self._hub.harvester.harvest((await self._hub.store.sources())[:1])
        return await self._hub.store.epoch()


async def test_a_version_published_while_a_process_begins_is_served_with_its_first_look(hub: Hub, sites: Sites) -> None:
    publish(sites, 1)
    models = ReadModels(hub.config.read_path)
    live = StoreLive(Moving(hub), stale_after=timedelta(days=30))
    follower = Follower(hub.store, models, live, hub.build_read_model)
    await follower.catch_up()
    assert models.current.data_version == 0
    assert await follower.look()
    assert models.current.data_version == 1
    assert not await follower.look()
