from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub.follower import stop
from hub.harvest.outcome import Outcome
from hub.model import RunVerdict as V
from hub.scheduler import Scheduler
from tests.hub.harvest.conftest import World, until

pytestmark = pytest.mark.anyio


async def test_each_look_harvests_what_is_due_and_only_that(world: World) -> None:
    await world.sync(world.source(schedule="daily"))
    scheduler = Scheduler(world.harvester())
    assert [await scheduler.once(), await scheduler.once()] == [1, 0]
    world.time.at += timedelta(days=1, seconds=1)
    assert await scheduler.once() == 1
    assert [run.verdict for run in await world.store.runs()] == [V.UNCHANGED, V.PUBLISHED]


async def test_a_look_takes_up_what_a_killed_process_left(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    dead = await world.store.start_run("puebla-csv", now=world.time.now(), owner="dead", lease=60)
    assert dead is not None
    scheduler = Scheduler(world.harvester())
    assert await scheduler.once() == 0
    world.time.at += timedelta(seconds=61)
    assert await scheduler.once() == 1


async def test_it_goes_on_after_trouble_and_tells_each_outcome(world: World, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Outcome] = []
    done = asyncio.Event()

    def on_outcome(outcome: Outcome) -> None:
        told.append(outcome)
        if len(told) == 1:
            raise RuntimeError("nobody listens")
        done.set()

    await world.sync(world.source(schedule="hourly"))
    scheduler = Scheduler(world.harvester(), on_outcome=on_outcome, look=0.01)
    task = asyncio.create_task(scheduler.run())
    await until(lambda: bool(told))
    world.time.at += timedelta(hours=1, seconds=1)
    await asyncio.wait_for(done.wait(), 10)
    await stop(task)
    assert "nobody listens" in caplog.text
    assert [outcome.source for outcome in told] == ["puebla-csv", "puebla-csv"]
