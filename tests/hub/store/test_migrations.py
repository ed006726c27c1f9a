"""hub.store.migrations: the revision that the code names is the newest there is, and older stores are brought to it."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, text

from hub.store import Store, migrations
from hub.store.engine import make_engine, parse_url
from tests.hub.store.world import HOUR, NOW, SOURCES, STATE, codes, commitment, publish, records

FIRST = "0001"


def test_the_revision_named_is_the_newest_there_is() -> None:
    assert migrations.scripts().get_current_head() == migrations.head()


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
