"""hub.store.glance: plain SQL on a SQLite store tells what the store tells."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hub.model import Issue, IssueSeverity, RunVerdict, SourceState, UnmatchedValue
from hub.store import NotMigrated, Store, StoreDamaged
from hub.store.glance import Glance
from hub.store.watched import Watched
from tests.hub.store.world import HOUR, NOW, SOURCES, STATE, commitment, plan, publish, start
from tests.stores import Databases

pytestmark = pytest.mark.anyio


class Pair:
    """One SQLite file, as the store and as a glance."""

    def __init__(self, store: Store, glance: Glance, path: Path) -> None:
        self.store, self.glance, self.path = store, glance, path


@pytest.fixture
async def pair(databases: Databases, anyio_backend: str) -> AsyncIterator[Pair]:
    url = await databases.url("sqlite")
    path = Path(url.removeprefix("sqlite:///"))
    store = await Store.open(url)
    glance = await Glance.open(path)
    assert glance is not None
    yield Pair(store, glance, path)
    await glance.close()
    await store.close()


async def told(store: Watched) -> list[object]:
    """All that a store tells those who look."""
    runs = await store.runs(first=100)
    return [
        await store.epoch(),
        await store.sources(),
        await store.last_runs(),
        runs,
        await store.runs(STATE.key, first=1),
        await store.runs(first=100, after=runs[0].id) if runs else None,
        await store.count_runs(),
        await store.count_runs(STATE.key),
        [await store.run(run.id) for run in runs],
        await store.run("none"),
        [await store.run_issues(run.id) for run in runs],
        [await store.run_issues(run.id, first=1) for run in runs],
        *[
            await store.unmatched(key, resolved=resolved)
            for key in (None, STATE.key)
            for resolved in (None, True, False)
        ],
        await store.last_change_seq(),
        [change async for batch in store.export_changes() for change in batch],
        [change async for batch in store.export_changes(2) for change in batch],
    ]


async def test_of_an_empty_store_both_tell_the_same(pair: Pair) -> None:
    assert await told(pair.glance) == await told(pair.store)


async def test_of_a_store_with_everything_in_it_both_tell_the_same(pair: Pair) -> None:
    store = pair.store
    other = msgspec.structs.replace(
        STATE, key="otra", url="o", options={"a": [1, None, "ñ"]}, fields={"title": "Título"}, floor=0, enabled=False
    )
    await store.sync_sources([*SOURCES, other], now=NOW)
    await publish(store, SOURCES[0], [plan(), *(commitment(n) for n in range(1, 6))], NOW)
    await publish(store, SOURCES[1], [commitment(1, "Otro título")], NOW + HOUR)
    await publish(store, SOURCES[0], [plan(), *(commitment(n, "Cambia") for n in range(1, 4))], NOW + 2 * HOUR)
    await store.note_unmatched(
        STATE.key, [UnmatchedValue(field="status", raw=raw, count=n) for n, raw in enumerate("xyz")], now=NOW
    )
    await store.resolve_unmatched(STATE.key, "status", "x", value="COMPLETED", by="op", now=NOW)
    await store.set_source_state(SOURCES[1].key, SourceState.PAUSED, "por «revisar»")
    held = await start(store, STATE.key, NOW + 3 * HOUR)
    issues = [Issue(severity=IssueSeverity.WARNING, code="X", message=f"«{n}»") for n in range(3)]
    await store.finish_run(held.id, verdict=RunVerdict.HELD, now=NOW + 4 * HOUR, reason="menos", issues=issues)
    await start(store, STATE.key, NOW + 5 * HOUR)
    found = await told(pair.glance)
    assert found == await told(store)
    assert all(found[position] for position in (1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 18, 19, 20)), found


async def test_a_glance_sees_what_others_write_while_it_is_open(pair: Pair) -> None:
    before = await pair.glance.epoch()
    await pair.store.sync_sources(SOURCES, now=NOW)
    assert (await pair.glance.epoch()).live > before.live


async def both_in_place(pair: Pair, mark: int, died_before: datetime = NOW) -> bool:
    """Whether the store is in place, in which the two agree."""
    found = await pair.glance.in_place(mark, died_before=died_before)
    assert found == await pair.store.in_place(mark, died_before=died_before)
    return found


async def test_a_store_is_in_place_only_for_the_configuration_that_it_was_made_to_agree_with(pair: Pair) -> None:
    store = pair.store
    assert not await both_in_place(pair, 7)
    await store.sync_sources(SOURCES, now=NOW, mark=7)
    assert await both_in_place(pair, 7)
    assert not await both_in_place(pair, 8)
    await store.sync_sources(SOURCES[:1], now=NOW, mark=8)
    assert await both_in_place(pair, 8)
    await store.sync_sources(SOURCES, now=NOW)
    assert not await both_in_place(pair, 8)


async def test_a_store_with_a_dead_run_is_not_in_place_and_one_with_a_living_run_is(pair: Pair) -> None:
    await pair.store.sync_sources(SOURCES, now=NOW, mark=7)
    await start(pair.store, STATE.key, NOW)
    assert await both_in_place(pair, 7, NOW - timedelta(seconds=1))
    assert not await both_in_place(pair, 7, NOW)


async def test_a_postgresql_store_is_in_place_as_a_sqlite_store_is(databases: Databases) -> None:
    store = await Store.open(await databases.url("postgresql"))
    assert not await store.in_place(7, died_before=NOW)
    await store.sync_sources(SOURCES, now=NOW, mark=7)
    assert await store.in_place(7, died_before=NOW)
    assert not await store.in_place(8, died_before=NOW)
    await start(store, STATE.key, NOW)
    assert await store.in_place(7, died_before=NOW - timedelta(seconds=1))
    assert not await store.in_place(7, died_before=NOW)
    await store.close()


async def test_without_a_schema_a_store_is_not_in_place(tmp_path: Path) -> None:
    (tmp_path / "hub.db").touch()
    glance = await Glance.open(tmp_path / "hub.db")
    assert glance is not None
    assert not await glance.in_place(7, died_before=NOW)
    await glance.close()


async def test_where_there_is_no_file_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert await Glance.open(tmp_path / "hub.db") is None
    assert not (tmp_path / "hub.db").exists()


async def test_a_file_that_is_no_store_is_told_as_the_store_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"no database at all " * 100)
    glance = await Glance.open(path)
    assert glance is not None
    with pytest.raises(StoreDamaged, match=r"hub\.db is not a database of the hub"):
        await glance.epoch()
    await glance.close()


async def test_a_schema_that_another_hub_has_moved_on_is_told_with_the_remedy(pair: Pair) -> None:
    await pair.glance.check()
    with closing(sqlite3.connect(pair.path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    assert not await pair.glance.in_place(7, died_before=NOW)
    with pytest.raises(NotMigrated, match=r"schema is 9999, .* Restart this hub"):
        await pair.glance.check()
