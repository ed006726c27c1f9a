from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.store import (
    BadStoreUrl,
    NewerSchema,
    NotMigrated,
    Store,
    StoreDamaged,
    StoreDenied,
    StoreReadOnly,
    StoreUnreachable,
)
from tests.stores import Databases

pytestmark = pytest.mark.anyio


async def test_migrating_twice_changes_nothing(store: Store) -> None:
    await store.migrate()
    found, needed = await store.revision()
    assert found == needed
    await store.check()
    assert await store.integrity() == []
    assert await store.epoch() == (0, 0)


async def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from hub.store.tables import metadata

    async with store._engine.connect() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert difference == []


async def test_a_database_of_a_newer_hub_asks_for_an_upgrade(store: Store) -> None:
    async with store._engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (store.migrate, store.check):
        with pytest.raises(NewerSchema, match="Upgrade the hub"):
            await act()


async def test_an_empty_database_asks_for_a_migration(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/new/deep/hub.db")
    with pytest.raises(NotMigrated, match="hub up"):
        await store.check()
    with pytest.raises(NotMigrated):
        await store.sources()
    await store.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"this is a text file, and a long one, not a database at all" * 100)
    with pytest.raises(StoreDamaged, match=r"hub\.db"):
        await Store.open(f"sqlite:///{path}")


async def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "hub.db").mkdir()
    with pytest.raises(BadStoreUrl, match=r"names the folder .*hub\.db"):
        await Store.open(f"sqlite:///{tmp_path}/hub.db")


@pytest.mark.parametrize("name", ["¿qué?x=1", "a#b", "50%20 off", "c d", "é&f;g"])
async def test_a_file_is_made_where_its_address_says_whatever_its_path_is_written_with(
    tmp_path: Path, name: str
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/{name}/hub.db")
    await store.migrate()
    await store.close()
    assert os.listdir(tmp_path) == [name]
    assert "hub.db" in os.listdir(tmp_path / name)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly, match="file"):
        await Store.open(f"sqlite:///{tmp_path}/file/hub.db")


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "hub.db", "", "sqlite:///:memory:"])
async def test_an_address_of_another_kind_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(BadStoreUrl, match=r"sqlite:///var/hub\.db"):
        await Store.open(url)


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    store = await Store.open("postgresql://hub:secret@127.0.0.1:1/hub")
    with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1") as caught:
        await store.check()
    assert "secret" not in str(caught.value)
    await store.close()


async def test_a_database_that_the_server_lacks_is_named(databases: Databases) -> None:
    url = await databases.url("postgresql")
    store = await Store.open(url.replace("/hub_", "/no_"))
    with pytest.raises(StoreDenied, match="no such database"):
        await store.check()
    await store.close()


async def test_sqlite_is_durable_and_waits_for_its_turn(sqlite_store: Store) -> None:
    async with sqlite_store._read() as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert found == ["wal", 2, 60000]


async def test_a_full_disk_leaves_what_was(databases: Databases) -> None:
    url = await databases.url("sqlite")
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    store = await Store.open(url)
    from sqlalchemy import event

    from hub.store import SourceRecord, StoreFull

    event.listen(
        store._engine.sync_engine,
        "connect",
        lambda made, _record: made.cursor().execute(f"PRAGMA max_page_count={pages}"),
    )
    big = SourceRecord(key="a", title="x" * 500_000, connector="csv", url="x")
    with pytest.raises(StoreFull, match="Free space"):
        await store.sync_sources([big])
    assert await store.sources() == []
    assert await store.integrity() == []
    await store.close()
