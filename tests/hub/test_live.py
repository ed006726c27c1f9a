from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.live import StoreLive, is_stale
from hub.model import IssueSeverity, SourceState
from hub.model import RunVerdict as V
from hub.store.records import SourceRecord
from tests.hub.harvest.conftest import PUEBLA, World
from tests.sites import Fault
from tests.sites.content import commitments

pytestmark = pytest.mark.anyio

MONTH = timedelta(days=30)


def live(world: World, **values: float) -> StoreLive:
    return StoreLive(world.store, stale_after=MONTH, now=world.time.now, max_age=values.get("max_age", 0.0))


async def test_a_source_is_stale_when_it_was_not_read_for_too_long(world: World) -> None:
    now = world.time.at
    assert is_stale(world.source(), now, MONTH)
    assert not is_stale(world.source(last_fetched_at=now - MONTH), now, MONTH)
    assert is_stale(world.source(last_fetched_at=now - MONTH - timedelta(seconds=1)), now, MONTH)
    assert not is_stale(world.source(last_fetched_at=now - 9 * MONTH, schedule="never"), now, MONTH)
    assert is_stale(world.source(last_fetched_at=now - 9 * MONTH, state=SourceState.PAUSED), now, MONTH)


async def test_health_freshness_and_the_last_run_are_those_of_the_store(world: World) -> None:
    await world.sync(world.source())
    state = live(world)
    before = (await state.sources())["puebla-csv"]
    assert (before.stale, before.healthy, before.last_run) == (True, False, None)
    await world.run()
    after = (await state.sources())["puebla-csv"]
    assert (after.stale, after.healthy) == (False, True)
    assert after.last_run is not None
    assert (after.last_run.verdict, after.last_run.read) == (V.PUBLISHED, 8)
    world.sites.set(PUEBLA, Fault.HALF_ROWS)
    await world.run()
    held = (await state.sources())["puebla-csv"]
    assert (held.stale, held.healthy) == (False, False)
    world.time.at += MONTH + timedelta(minutes=1)
    assert (await state.sources())["puebla-csv"].stale
    assert state.stale_keys == ["puebla-csv"]


async def test_while_a_run_is_under_way_health_is_what_the_one_before_left(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    started = await world.store.start_run("puebla-csv", now=world.time.now(), owner="x", lease=60)
    found = (await live(world).sources())["puebla-csv"]
    assert found.last_run == started
    assert found.healthy


async def test_a_snapshot_serves_until_it_is_too_old_or_forgotten(world: World) -> None:
    await world.sync(world.source())
    state = live(world, max_age=1000.0)
    assert (await state.sources())["puebla-csv"].last_run is None
    await world.run()
    assert (await state.sources())["puebla-csv"].last_run is None
    state.forget()
    assert (await state.sources())["puebla-csv"].last_run is not None


async def test_runs_page_from_the_newest_on(world: World) -> None:
    await world.sync(world.source())
    for _ in range(3):
        await world.run()
    state = live(world)
    first = await state.runs("puebla-csv", 2, None)
    assert ([run.verdict for run in first.runs], first.total, first.has_next) == ([V.UNCHANGED] * 2, 3, True)
    last = first.runs[-1]
    rest = await state.runs("puebla-csv", 2, (last.started_at, last.id))
    assert ([run.verdict for run in rest.runs], rest.has_next) == ([V.PUBLISHED], False)
    assert set(await state.runs_by_id([last.id, last.id, "none"])) == {last.id}


async def test_issues_and_unmatched_values_come_from_the_store(world: World) -> None:
    world.sites.publish(PUEBLA, commitments("puebla").edited(0, "Estatus", "quién sabe"))
    await world.sync(world.source())
    outcome = await world.run()
    state = live(world)
    assert [value.raw for value in await state.unmatched("puebla-csv")] == ["quién sabe"]
    assert outcome.run is not None
    assert {issue.severity for issue in await state.run_issues(outcome.run, 5)} <= set(IssueSeverity)
    assert len(await state.run_issues(outcome.run, 5)) == len(outcome.issues)


class Slow:
    """A store whose first list of sources arrives only when it is let through."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._first = True
        self.read, self.through = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def sources(self) -> list[SourceRecord]:
        found: list[SourceRecord] = await self._store.sources()
        if self._first:
            self._first = False
            self.read.set()
            await self.through.wait()
        return found


async def test_of_two_snapshots_taken_at_once_the_older_never_stands_in_the_place_of_the_newer(world: World) -> None:
    await world.sync(world.source())
    store = Slow(world.store)
    state = StoreLive(store, stale_after=MONTH, now=world.time.now, max_age=60.0)
    older = asyncio.create_task(state.refresh())
    await store.read.wait()
    await world.run()
    newer = asyncio.create_task(state.refresh())
    await world.store.epoch()  # it has had its turn
    store.through.set()
    await asyncio.gather(older, newer)
    assert (await state.sources())["puebla-csv"].healthy
    assert state.epoch == await world.store.epoch()


async def test_a_source_goes_stale_by_time_alone_though_nobody_looks_at_the_store(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    state = live(world, max_age=1e9)
    await state.refresh()
    before = state.version
    read = (await state.sources())["puebla-csv"].fetched_at
    assert read is not None
    world.time.at = read + MONTH - timedelta(milliseconds=1)
    assert (state.stale_keys, state.version) == ([], before)
    world.time.at += timedelta(seconds=1)
    assert state.version == before + 1
    assert state.stale_keys == ["puebla-csv"]
    assert (await state.sources())["puebla-csv"].stale
    assert state.version == before + 1


async def test_what_answers_hang_on_moves_with_the_store_too(world: World) -> None:
    await world.sync(world.source())
    state = live(world, max_age=1e9)
    await state.refresh()
    before = state.version
    await world.run()
    await state.refresh()
    assert state.version > before
    assert state.stale_keys == []


async def test_a_source_that_is_never_due_is_not_made_stale_by_time(world: World) -> None:
    await world.sync(world.source(schedule="never"))
    await world.run()
    state = live(world, max_age=1e9)
    await state.refresh()
    before = state.version
    world.time.at += 20 * MONTH
    assert (state.stale_keys, state.version) == ([], before)
