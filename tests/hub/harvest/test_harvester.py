from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub.harvest.harvester import is_due, is_runnable
from hub.harvest.outcome import Outcome
from hub.model import RunVerdict as V
from hub.model import SourceState
from tests.hub.harvest.conftest import PUEBLA, World, until

pytestmark = pytest.mark.anyio


async def test_only_what_is_enabled_configured_and_active_is_harvested(world: World) -> None:
    source = world.source()
    now = world.time.at
    assert is_runnable(source)
    for changed in (
        world.source(enabled=False),
        world.source(configured=False),
        world.source(state=SourceState.PAUSED),
        world.source(state=SourceState.PENDING),
    ):
        assert not is_runnable(changed)
        assert not is_due(changed, now)


async def test_due_is_what_was_never_read_or_whose_time_has_come(world: World) -> None:
    now = world.time.at
    hour = timedelta(hours=1)
    assert is_due(world.source(), now)
    assert is_due(world.source(next_due_at=now, last_fetched_at=now), now)
    assert not is_due(world.source(next_due_at=now + hour), now)
    assert not is_due(world.source(last_fetched_at=now), now)  # read once, schedule "never"


async def test_those_that_wait_longest_come_first(world: World) -> None:
    at = world.time.at
    await world.sync(*(world.source(key=key) for key in ("fuente-a", "fuente-b", "fuente-c", "fuente-d")))
    await world.store.update_source("fuente-a", next_due_at=at - timedelta(hours=1))
    await world.store.update_source("fuente-b", next_due_at=at - timedelta(hours=5))
    await world.store.update_source("fuente-d", next_due_at=at + timedelta(hours=5))
    assert [source.key for source in await world.harvester().due()] == ["fuente-c", "fuente-b", "fuente-a"]


async def test_no_more_sources_run_at_once_than_the_settings_say(world: World) -> None:
    world.settings = {"concurrency": 2}
    world.sites.latency = 0.03
    await world.sync(*(world.source(key=f"fuente-{n}", title=f"Plan {n}") for n in range(5)))
    await world.harvest()
    running: set[str] = set()
    most = 0
    for step in world.steps:
        (running.discard if step.phase == "done" else running.add)(step.source)
        most = max(most, len(running))
    assert most == 2


async def test_outcomes_come_in_the_order_asked_for_and_each_is_told_when_it_ends(world: World) -> None:
    told: list[str] = []

    async def on_outcome(outcome: Outcome) -> None:
        told.append(outcome.source)

    await world.sync(*(world.source(key=f"fuente-{n}", title=f"Plan {n}") for n in range(3)))
    found = await world.harvest("fuente-2", "fuente-0", on_outcome=on_outcome)
    assert list(found) == ["fuente-2", "fuente-0"]
    assert sorted(told) == ["fuente-0", "fuente-2"]


async def test_the_after_word_comes_once_a_batch_and_never_after_a_dry_run(world: World) -> None:
    built: list[int] = []

    async def build() -> None:
        built.append(await world.store.data_version())

    from hub.harvest.harvester import Harvester

    await world.sync(world.source(), world.source("/hidalgo/avances.csv", "hidalgo", jurisdiction="13"))
    harvester = Harvester(world.environment(), published=build)
    await harvester.harvest(await harvester.due(), dry_run=True)
    assert built == []
    await harvester.harvest(await harvester.due())
    assert built == [2]


async def test_a_killed_run_is_closed_and_its_source_due_again(world: World) -> None:
    await world.sync(world.source())
    run = await world.store.start_run("puebla-csv", now=world.time.now(), owner="dead", lease=60)
    assert run is not None
    harvester = world.harvester()
    assert await harvester.recover() == []  # its lease still stands
    assert (await world.run()).verdict is V.RUNNING
    world.time.at += timedelta(seconds=61)
    assert await harvester.recover() == ["puebla-csv"]
    stored = await world.store.run(run.id)
    assert stored is not None
    assert stored.verdict is V.INTERRUPTED
    assert [source.key for source in await harvester.due()] == ["puebla-csv"]
    assert (await world.run()).verdict is V.PUBLISHED


async def test_cancelling_stops_every_source_and_waits_for_each(world: World) -> None:
    from tests.sites import Fault

    paths = {"puebla-csv": PUEBLA, "hidalgo": "/hidalgo/avances.csv"}
    await world.sync(*(world.source(path, key) for key, path in paths.items()))
    for path in paths.values():
        world.sites.set(path, Fault.TIMEOUT)
    harvesting = asyncio.create_task(world.harvest())
    await until(lambda: all(world.sites.asked(path) for path in paths.values()))
    harvesting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await harvesting
    assert [(await world.last_run(key)).verdict for key in paths] == [V.INTERRUPTED] * 2
