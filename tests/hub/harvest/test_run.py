from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import SourceRefused
from hub.harvest.outcome import Step
from hub.model import RunVerdict as V
from hub.store import Store
from hub.store.records import SourceRecord
from tests.hub.harvest.conftest import PUEBLA, World, until
from tests.sites import Fault
from tests.sites.content import commitments

pytestmark = pytest.mark.anyio


async def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the counter that says that something moved."""
    from sqlalchemy import MetaData, select
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{store._engine.url.database}")
    meta = MetaData()
    async with engine.connect() as connection:
        await connection.run_sync(meta.reflect)
        rows = {
            table.name: sorted(map(repr, (await connection.execute(select(table))).all()))
            for table in meta.sorted_tables
            if table.name != "counter"
        }
    await engine.dispose()
    return rows  # type: ignore[return-value]


async def test_a_second_run_costs_one_request_writes_no_version_and_tells_the_rows_of_the_first(world: World) -> None:
    await world.sync(world.source())
    first = await world.run()
    before = await world.public()
    second = await world.run()
    assert (first.requests, second.requests) == (2, 1)  # robots.txt is remembered
    assert (second.verdict, second.read, second.rejected) == (V.UNCHANGED, first.read, first.rejected)
    assert (second.bytes, second.added, second.modified, second.removed) == (0, 0, 0, 0)
    assert await world.public() == before
    assert (await world.last_run()).read == 8


async def test_a_dry_run_shows_the_difference_and_leaves_no_trace(world: World) -> None:
    await world.sync(world.source())
    rows, bodies = await everything(world.store), world.bodies()
    outcome = await world.run(dry_run=True)
    assert (outcome.verdict, outcome.read, outcome.added) == (V.PUBLISHED, 8, 8)
    assert {change["change"] for change in outcome.changes} == {"added"}
    assert "Presupuesto participativo en escuelas rurales" in {change["title"] for change in outcome.changes}
    assert await everything(world.store) == rows
    assert world.bodies() == bodies == []


async def test_a_dry_run_over_published_data_names_the_fields_and_leaves_no_trace(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    rows, bodies = await everything(world.store), world.bodies()
    world.sites.set(PUEBLA, Fault.EDITED)
    outcome = await world.run(dry_run=True)
    assert (outcome.verdict, outcome.added, outcome.modified) == (V.PUBLISHED, 0, 1)
    assert [change["change"] for change in outcome.changes] == ["modified"]
    assert "status" in outcome.changes[0]["fields"]
    assert (await everything(world.store), world.bodies()) == (rows, bodies)
    assert (await world.run()).verdict is V.PUBLISHED  # and the real run does what was shown


async def test_a_dry_run_says_why_a_run_would_be_held(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    world.sites.set(PUEBLA, Fault.HALF_ROWS)
    outcome = await world.run(dry_run=True)
    assert outcome.verdict is V.HELD
    assert "4 compromisos" in (outcome.reason or "")


async def test_of_two_runs_of_one_source_at_once_one_waits_for_another_time(world: World) -> None:
    await world.sync(world.source())
    world.sites.latency = 0.05
    source = (await world.store.sources())[0]
    outcomes = await asyncio.gather(*(world.harvester().harvest([source]) for _ in range(2)))
    assert sorted(outcome.verdict for [outcome] in outcomes) == [V.PUBLISHED, V.RUNNING]
    busy = next(outcome for [outcome] in outcomes if outcome.verdict is V.RUNNING)
    assert "en curso" in (busy.reason or "")
    assert await world.store.count_runs("puebla-csv") == 1


async def test_a_run_that_lost_its_lease_publishes_nothing_and_disturbs_no_other_source(world: World) -> None:
    world.settings = {"lease": 0.06}
    await world.sync(
        world.source(), world.source("/hidalgo/avances.csv", "hidalgo", jurisdiction="13", title="Hidalgo")
    )
    world.sites.set(PUEBLA, Fault.TIMEOUT)
    harvesting = asyncio.create_task(world.harvest())
    await until(lambda: bool(world.sites.asked(PUEBLA)) and Step("hidalgo", "done") in world.steps)
    zombie = await world.last_run()
    later = world.time.at + timedelta(hours=1)
    assert [run.id for run in await world.store.take_interrupted(now=later, lease=60)] == [zombie.id]
    found = await harvesting
    assert found["puebla-csv"].verdict is V.INTERRUPTED
    assert found["hidalgo"].verdict is V.PUBLISHED
    assert all(key[1] != "puebla-csv" for key in (await world.public())["records"])
    stored = await world.store.run(zombie.id)
    assert stored is not None
    assert stored.verdict is V.INTERRUPTED


async def test_a_zombie_that_comes_back_after_its_lease_was_taken_cannot_publish(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.public()
    world.sites.set(PUEBLA, Fault.EDITED)

    def usurp(step: Any) -> None:
        if step.phase == "reading":
            world.steps.append(step)

    async def tables() -> Any:  # between fetch and publication another process takes the source over
        await world.store.take_interrupted(now=world.time.at + timedelta(hours=1), lease=60)
        return world.lookups

    outcome = await world.run(harvester=world.harvester(lookups=tables, on_step=usurp))
    assert outcome.verdict is V.INTERRUPTED
    assert await world.public() == before


async def test_ctrl_c_leaves_everything_whole_and_the_source_due(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.public()
    assert [source.key for source in await world.harvester().due()] == []
    world.sites.set(PUEBLA, Fault.TIMEOUT)
    harvesting = asyncio.create_task(world.harvest())
    await until(lambda: len(world.sites.asked(PUEBLA)) == 2)
    harvesting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await harvesting
    stopped = await world.last_run()
    assert (stopped.verdict, stopped.reason) == (V.INTERRUPTED, "La corrida se interrumpió; se retoma en la próxima.")
    assert await world.public() == before
    assert [source.key for source in await world.harvester().due()] == ["puebla-csv"]
    world.sites.set(PUEBLA, None)
    assert (await world.run()).verdict is V.UNCHANGED


async def test_a_longer_retry_after_sets_the_next_attempt(world: World) -> None:
    await world.sync(world.source(schedule="hourly"))
    world.sites.set(PUEBLA, Fault.RATE_LIMITED, value="7200")
    asked = world.time.at
    await world.run()
    source = await world.store.source("puebla-csv")
    assert source is not None
    assert source.next_due_at is not None
    assert abs(source.next_due_at - asked - timedelta(hours=2)) < timedelta(seconds=1)
    assert await world.harvester().due() == []
    world.time.at += timedelta(hours=2, seconds=1)
    assert [source.key for source in await world.harvester().due()] == ["puebla-csv"]


async def test_a_weekly_source_that_is_down_is_asked_again_within_the_hour_and_then_ever_later(world: World) -> None:
    await world.sync(world.source())
    world.sites.set(PUEBLA, Fault.SERVER_ERROR)
    waits = []
    for _ in range(4):
        await world.run()
        source = await world.store.source("puebla-csv")
        assert source is not None
        assert source.next_due_at is not None
        waits.append(round((source.next_due_at - world.time.at) / timedelta(minutes=1)))
        world.time.at = source.next_due_at
    assert waits == [15, 30, 60, 120]


async def test_a_source_of_schedule_never_is_read_once_and_asks_for_nothing_after(world: World) -> None:
    await world.sync(world.source(schedule="never"))
    assert len(await world.harvester().due()) == 1
    await world.run()
    world.time.at += timedelta(days=900)
    assert await world.harvester().due() == []


async def test_a_source_of_schedule_never_that_fails_does_not_stand_due_at_every_look(world: World) -> None:
    await world.sync(world.source(schedule="never"))
    world.sites.set(PUEBLA, Fault.FORBIDDEN)
    await world.run()
    assert await world.harvester().due() == []
    world.time.at += timedelta(days=1, seconds=1)
    assert len(await world.harvester().due()) == 1


async def test_reviewed_lookups_read_the_same_bytes_anew(world: World) -> None:
    table = commitments("puebla").edited(0, "Estatus", "ahí va")
    world.sites.publish(PUEBLA, table)
    await world.sync(world.source())
    first = await world.run()
    assert [value.raw for value in await world.store.unmatched("puebla-csv")] == ["ahí va"]
    assert (await world.run()).verdict is V.UNCHANGED
    world.review('[puebla-csv.status]\n"ahí va" = "IN_PROGRESS"\n')
    second = await world.run()
    assert await world.store.unmatched("puebla-csv") == [], "what the last value's line resolved leaves the queue"
    assert (first.verdict, second.verdict, second.modified, second.requests) == (V.PUBLISHED, V.PUBLISHED, 1, 1)


async def test_what_vanishes_is_marked_missing_and_leaves_when_its_grace_has_passed(world: World) -> None:
    await world.sync(world.source(max_drop=0.5, schedule="daily"))
    await world.run()
    table = commitments("puebla")
    world.sites.publish(PUEBLA, table.__class__(table.columns, table.rows[:-1]))
    outcome = await world.run()
    assert (outcome.verdict, outcome.removed) == (V.PUBLISHED, 1)
    held = await world.public()
    missing = [key for key, (_, _, since, _) in held["records"].items() if since is not None]
    assert [key[2] for key in missing] == ["#C8"]
    world.time.at += timedelta(days=6)
    await world.run()
    assert len(await world.commitments()) == 8
    world.time.at += timedelta(days=1, minutes=1)
    await world.run()  # UNCHANGED, and the sweep after it lets the record go
    after = await world.public()
    assert len(await world.commitments()) == 7
    assert after["version"] == held["version"] + 1
    assert after["changes"][-1].kind == "REMOVED"
    assert any(version[3] == held["records"][missing[0]][1] for version in after["versions"])  # never erased


async def test_what_comes_back_within_its_grace_was_never_gone(world: World) -> None:
    await world.sync(world.source(max_drop=0.5))
    await world.run()
    table = commitments("puebla")
    world.sites.publish(PUEBLA, table.__class__(table.columns, table.rows[:-1]))
    await world.run()
    world.sites.publish(PUEBLA, table)
    await world.run()
    assert all(since is None for _, _, since, _ in (await world.public())["records"].values())


async def test_a_registered_source_that_lost_its_proof_is_not_read(world: World) -> None:
    async def prove(source: SourceRecord) -> None:
        raise SourceRefused("La prueba de propiedad ya no está en el sitio.", code="PROOF_LOST")

    await world.store.add_source(world.source(origin="registered"))
    outcome = await world.run(harvester=world.harvester(prove=prove))
    assert (outcome.verdict, outcome.requests) == (V.REFUSED, 0)
    assert [issue.code for issue in outcome.issues] == ["PROOF_LOST"]


async def test_a_registered_source_may_name_no_local_file(world: World, tmp_path: Any) -> None:
    (tmp_path / "secreto.csv").write_text("No.,Compromiso\n1,x\n")
    await world.store.add_source(world.source((tmp_path / "secreto.csv").as_uri(), origin="registered"))
    outcome = await world.run()
    assert (outcome.verdict, outcome.read) == (V.REFUSED, 0)


async def test_an_error_of_our_own_is_masked_and_leaves_the_good_data(world: World, caplog: Any) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.public()

    async def broken() -> Any:
        raise RuntimeError("secreto interno")

    outcome = await world.run(harvester=world.harvester(lookups=broken))
    assert outcome.verdict is V.FAILED
    assert "Error interno" in (outcome.reason or "")
    assert "secreto" not in (outcome.reason or "")
    assert "secreto interno" in caplog.text
    assert await world.public() == before


async def test_an_issue_names_the_commitment_it_is_about_by_its_public_code(world: World) -> None:
    page = world.root / "numeros.csv"
    page.write_text(
        "No,Compromiso,Estatus\n1,Uno,Concluido\n2,Dos,Verdoso\n3,Tres,Concluido\n3,Otro,Concluido\n4,,Concluido\n"
    )
    await world.sync(world.source("numeros.csv", fields={}))
    named = {issue.code: issue.record_code for issue in (await world.run()).issues}
    codes = await world.commitments()
    assert codes[named["UNMATCHED_VALUE"] or ""].title == "Dos"
    assert (codes[named["DUPLICATE_CODE"] or ""].number, named["MISSING_TITLE"]) == (3, None)
    assert {i.code: i.record_code for i in await world.store.run_issues((await world.last_run()).id)} == named
    page.write_text("No,Compromiso,Estatus\n2,Dos,Verdoso\n3,Tres,Concluido\n3,Otro,Concluido\n")
    held = await world.run()
    assert (held.verdict, [i.record_code for i in held.issues if i.code == "UNMATCHED_VALUE"]) == (
        V.HELD,
        [named["UNMATCHED_VALUE"]],
    )
