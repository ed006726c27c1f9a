"""hub.store.migrations: the revision that the code names is the newest there is, and older stores are brought to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, text

from hub.store import Store, migrations
from hub.store.engine import make_engine, parse_url
from tests.hub.store.world import HOUR, NOW, SOURCES, STATE, codes, commitment, publish, records

FIRST = "0001"


def test_the_revision_named_is_the_newest_there_is() -> None:
    assert migrations.scripts().get_current_head() == migrations.head()


def _schema(connection: Connection) -> dict[str, Any]:
    """Tables, columns, keys and indexes of a SQLite database, told without the order in which columns were added."""
    found: dict[str, Any] = {}
    for table in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars():
        columns = connection.execute(
            text(f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')")
        )
        indexes = {}
        for name, unique, origin, partial in connection.execute(
            text(f"SELECT name, \"unique\", origin, partial FROM pragma_index_list('{table}')")
        ):
            parts = connection.execute(text(f"SELECT name, \"desc\", coll, key FROM pragma_index_xinfo('{name}')"))
            said = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}).scalar()
            where = (said or "").partition(" WHERE ")[2]
            indexes[name] = (unique, origin, partial, where, [tuple(part) for part in parts])
        found[table] = ({tuple(column) for column in columns}, indexes)
    return found


def _held(connection: Connection) -> list[list[Any]]:
    tables = ("counter", "alembic_version")
    return [sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}")))) for name in tables]


@pytest.mark.anyio
async def test_a_new_store_is_what_the_revisions_make_of_it(tmp_path: Path) -> None:
    made = []
    for way in (migrations.create, migrations.migrate):
        engine = make_engine(parse_url(f"sqlite:///{tmp_path}/{way.__name__}.db"))
        async with engine.begin() as connection:
            await connection.run_sync(way)
            made.append((await connection.run_sync(_schema), await connection.run_sync(_held)))
        await engine.dispose()
    assert made[0] == made[1]
    assert len(made[0][0]) > 20


@pytest.mark.anyio
async def test_a_new_store_is_made_without_alembic(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from hub.store import Store\n"
        "async def main():\n"
        "    for _ in range(2):\n"
        "        store = await Store.open(sys.argv[1]); await store.migrate(); await store.check(); await store.close()\n"
        "asyncio.run(main()); assert 'alembic' not in sys.modules"
    )
    done = await anyio.run_process([sys.executable, "-c", code, f"sqlite:///{tmp_path}/hub.db"], check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def _rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """What every table holds; then the tables are dropped."""
    known = MetaData()
    known.reflect(connection)
    held = {
        name: [dict(row) for row in connection.execute(table.select()).mappings()]
        for name, table in known.tables.items()
    }
    known.drop_all(connection)
    return held


def _at_first(connection: Connection, held: dict[str, list[dict[str, Any]]]) -> None:
    """The first schema, with what it has room for of these rows."""
    command.upgrade(migrations._config(connection), FIRST)
    known = MetaData()
    known.reflect(connection)
    for name, table in known.tables.items():
        if name == "alembic_version":
            continue
        connection.execute(table.delete())
        rows = [{key: value for key, value in row.items() if key in table.c} for row in held[name]]
        if rows:
            connection.execute(table.insert(), rows)
    assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == FIRST


@pytest.mark.anyio
async def test_a_store_of_the_first_schema_keeps_its_records_and_publishes_again(store_url: str) -> None:
    engine = make_engine(parse_url(store_url))
    store = await Store.open(store_url)
    await store.sync_sources(SOURCES, now=NOW)
    await publish(store, STATE, [commitment(1), commitment(2), commitment(3)], NOW)
    before = await codes(store)
    await store.close()
    async with engine.begin() as connection:
        held = await connection.run_sync(_rows)
        await connection.run_sync(_at_first, held)
    await engine.dispose()

    store = await Store.open(store_url)
    await store.migrate()
    await store.check()
    assert await codes(store) == before
    done = await publish(store, STATE, [commitment(1), commitment(2, "Otro"), commitment(4)], NOW + HOUR)
    counts = done.kinds["commitment"]
    assert (counts.added, counts.modified, counts.removed, counts.unchanged) == (1, 1, 1, 1)
    assert {item.native_key for item in await records(store) if item.missing_since} == {"k3"}
    assert (await codes(store))[:3] == before
    await store.close()
