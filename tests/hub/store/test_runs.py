from __future__ import annotations

from datetime import timedelta

import pytest

from hub.model import Issue, IssueSeverity, RunVerdict, UnmatchedValue
from hub.store import RunCounts, Store, UnknownRun
from tests.hub.store.world import GRACE, HOUR, NOW, STATE, commitment, start

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def hub(store: Store) -> Store:
    await store.sync_sources([STATE], now=NOW)
    return store


async def test_only_one_run_holds_a_source(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    assert run.verdict is RunVerdict.RUNNING
    assert await hub.start_run("veracruz", now=NOW + timedelta(seconds=59), owner="b", lease=60.0) is None
    await hub.finish_run(run.id, verdict=RunVerdict.UNCHANGED, now=NOW + MINUTE)
    assert await hub.start_run("veracruz", now=NOW + MINUTE, owner="b", lease=60.0) is not None


async def test_a_heartbeat_keeps_the_lease_and_its_loss_is_told(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    assert await hub.heartbeat(run.id, now=NOW + MINUTE)
    assert await hub.start_run("veracruz", now=NOW + MINUTE + timedelta(seconds=30), owner="b", lease=60.0) is None
    other = await hub.start_run("veracruz", now=NOW + 2 * MINUTE, owner="b", lease=60.0)
    assert other is not None
    assert not await hub.heartbeat(run.id, now=NOW + 2 * MINUTE)
    dead = await hub.run(run.id)
    assert dead is not None
    assert (dead.verdict, dead.finished_at) == (RunVerdict.INTERRUPTED, NOW + 2 * MINUTE)


async def test_dead_runs_are_closed_their_staging_dropped_and_the_source_due(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    await hub.stage(run.id, [("commitment", "k1", commitment(1))])
    assert await hub.take_interrupted(now=NOW + timedelta(seconds=30), lease=60.0) == []
    closed = await hub.take_interrupted(now=NOW + 2 * MINUTE, lease=60.0)
    assert [(r.id, r.verdict) for r in closed] == [(run.id, RunVerdict.INTERRUPTED)]
    assert await hub.staged_count(run.id) == {}
    source = await hub.source("veracruz")
    assert source is not None
    assert source.next_due_at == NOW + 2 * MINUTE


async def test_a_run_that_died_after_its_publication_was_published(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    await hub.stage(run.id, [("commitment", "k1", commitment(1))])
    await hub.publish(run.id, now=NOW, grace=GRACE)
    (closed,) = await hub.take_interrupted(now=NOW + HOUR, lease=60.0)
    assert closed.verdict is RunVerdict.PUBLISHED


async def test_a_finished_run_keeps_its_counts_issues_and_measure(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    issue = Issue(severity=IssueSeverity.ERROR, code="UNREAD_COLUMN", message="La columna «X» no se leyó.", raw="X")
    await hub.finish_run(
        run.id,
        verdict=RunVerdict.PUBLISHED,
        now=NOW + HOUR,
        counts=RunCounts(read=3, added=2, bytes=10),
        issues=[issue, issue],
        next_due=NOW + 2 * HOUR,
        measure={"accepted": 3},
        fingerprint="f",
        fetched_at=NOW,
        unmatched=[UnmatchedValue(field="ods", raw="x", count=2)],
    )
    assert [(value.raw, value.count) for value in await hub.unmatched("veracruz")] == [("x", 2)]
    found = await hub.last_good_run("veracruz")
    assert found is not None
    assert (found[0].read, found[0].added, found[0].bytes, found[1]) == (3, 2, 10, {"accepted": 3})
    assert await hub.run_issues(run.id) == [issue, issue]
    assert await hub.run_issues(run.id, first=1) == [issue]
    source = await hub.source("veracruz")
    assert source is not None
    assert (source.fingerprint, source.next_due_at, source.last_fetched_at) == ("f", NOW + 2 * HOUR, NOW)
    later = await start(hub, "veracruz", NOW + 3 * HOUR)
    done = await hub.finish_run(later.id, verdict=RunVerdict.HELD, now=NOW + 4 * HOUR, reason="poco")
    assert done == await hub.run(later.id)
    source = await hub.source("veracruz")
    assert source is not None
    assert (source.fingerprint, source.next_due_at, source.last_fetched_at) == ("f", None, NOW)
    assert len(await hub.unmatched("veracruz")) == 1, "it read nothing that the queue could be compared with"


async def test_runs_are_paged_newest_first(hub: Store) -> None:
    made = []
    for hour in range(5):
        run = await start(hub, "veracruz", NOW + hour * HOUR)
        await hub.finish_run(run.id, verdict=RunVerdict.HELD, now=NOW + hour * HOUR, reason="menos de 5")
        made.insert(0, run.id)
    first = await hub.runs("veracruz", first=2)
    rest = await hub.runs("veracruz", first=10, after=first[-1].id)
    assert [run.id for run in [*first, *rest]] == made
    assert await hub.count_runs() == 5
    assert (await hub.last_runs())["veracruz"].id == made[0]
    assert await hub.last_good_run("veracruz") is None


async def test_an_unknown_run_is_said_so(hub: Store) -> None:
    with pytest.raises(UnknownRun, match="nope"):
        await hub.finish_run("nope", verdict=RunVerdict.FAILED, now=NOW)
    with pytest.raises(UnknownRun):
        await hub.diff("nope")
    assert await hub.run("nope") is None


async def test_the_live_counter_moves_with_runs_and_the_version_does_not(hub: Store) -> None:
    before = await hub.epoch()
    run = await start(hub, "veracruz", NOW)
    after = await hub.changed_since(before)
    assert after is not None
    assert (after.data_version, after.live) == (before.data_version, before.live + 1)
    assert await hub.heartbeat(run.id, now=NOW)
    assert await hub.changed_since(after) is None
