"""Moves of a PostgreSQL store are heard; a SQLite store has to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from hub.follower import stop
from hub.store import SourceRecord, Store
from hub.store.engine import parse_url
from hub.store.listening import Listener
from tests.hub.harvest.conftest import until
from tests.stores import Databases

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = SourceRecord(key="puebla", title="Puebla", connector="csv", url="x", jurisdiction="21")


@asynccontextmanager
async def heard(store: Store) -> AsyncIterator[Listener]:
    """A listener that has begun to listen."""
    listener = store.listener(retry=0.01)
    assert listener is not None
    task = asyncio.create_task(listener.run())
    try:
        await until(lambda: listener.connected)
        listener.moved.clear()
        yield listener
    finally:
        await stop(task)


async def cut(url: str) -> None:
    """End every other connection to a database, as a restart of the server does."""
    engine = create_async_engine(parse_url(url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        for (pid,) in (await connection.execute(text(others))).all():
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await engine.dispose()


async def test_a_sqlite_store_tells_nobody(sqlite_store: Store) -> None:
    assert sqlite_store.listener() is None


async def test_what_another_process_moves_is_heard(databases: Databases) -> None:
    url = await databases.url("postgresql")
    here, there = await Store.open(url), await Store.open(url)
    async with heard(here) as listener:
        await there.sync_sources([SOURCE], now=NOW)
        await asyncio.wait_for(listener.moved.wait(), 10)
        listener.moved.clear()
        await there.start_run("puebla", now=NOW, owner="x", lease=60)
        await asyncio.wait_for(listener.moved.wait(), 10)
    await there.close()
    await here.close()


async def test_a_lost_connection_is_made_anew_and_counts_as_a_move(databases: Databases) -> None:
    url = await databases.url("postgresql")
    here, there = await Store.open(url), await Store.open(url)
    async with heard(here) as listener:
        await cut(url)
        await asyncio.wait_for(listener.moved.wait(), 10)
        await until(lambda: listener.connected)
        listener.moved.clear()
        await there.sync_sources([SOURCE], now=NOW)
        await asyncio.wait_for(listener.moved.wait(), 10)
    await there.close()
    await here.close()


async def test_who_has_listened_leaves_no_connection_behind(databases: Databases) -> None:
    url = await databases.url("postgresql")
    store = await Store.open(url)
    async with heard(store) as listener:
        pass
    assert not listener.connected
    async with store.reading() as reading:  # a connection that nobody listens with
        assert reading.data_version == 0
    await store.close()
