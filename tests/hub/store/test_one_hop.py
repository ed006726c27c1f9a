"""What a transaction on SQLite costs in changes of thread, and that it stays whole at that price."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import one_hop
from hub.store.engine import Base, make_engine

pytestmark = pytest.mark.anyio


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[Base]:
    engine = make_engine(make_url(f"sqlite+aiosqlite:///{tmp_path}/hub.db"))
    base = Base(engine)
    async with base._write() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))
    yield base
    await engine.dispose()


async def rows(base: Base) -> list[Any]:
    async with base._read() as connection:
        return list((await connection.execute(text("SELECT n FROM t"))).scalars())


async def test_a_transaction_begins_with_its_first_statement(base: Base) -> None:
    async with base._write() as connection:
        raw = await connection.get_raw_connection()
        adapted: Any = raw.dbapi_connection
        assert (adapted.open, adapted.driver.in_transaction) == (False, False)
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        assert (adapted.open, adapted.driver.in_transaction) == (True, True)
    assert (adapted.open, adapted.driver.in_transaction) == (False, False)
    assert await rows(base) == [1]


async def add(base: Base, statement: str) -> None:
    async with base._write() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        await connection.execute(text(statement))


async def test_a_failed_statement_leaves_nothing_open(base: Base) -> None:
    with pytest.raises(DBAPIError, match="no such column"):
        await add(base, "INSERT INTO t SELECT missing FROM t")
    with pytest.raises(StatementError):
        await add(base, "INSERT INTO t VALUES (:never_given)")
    await add(base, "INSERT INTO t VALUES (2)")
    assert await rows(base) == [1, 2]


async def test_a_stream_reads_inside_its_transaction(base: Base) -> None:
    async with base._write() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1), (2)"))
    async with base._read() as connection:
        result = await connection.stream(text("SELECT n FROM t ORDER BY n"))
        async with base._write() as other:
            await other.execute(text("INSERT INTO t VALUES (3)"))
        seen = [row.n async for row in result]
        again = (await connection.execute(text("SELECT count(*) FROM t"))).scalar_one()
    assert (seen, again) == ([1, 2], 2)
    assert await rows(base) == [1, 2, 3]


async def test_a_cancelled_write_holds_no_lock(base: Base) -> None:
    started = asyncio.Event()

    async def write() -> None:
        async with base._write() as connection:
            started.set()
            await connection.execute(text("INSERT INTO t VALUES (1)"))
            await asyncio.Event().wait()

    for turns in range(8):  # at whatever point it is cancelled
        started.clear()
        task = asyncio.create_task(write())
        await started.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with base._write() as connection:
            await connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": 10 + turns})
    assert await rows(base) == [10 + turns for turns in range(8)]


async def later(connection: AsyncConnection, statement: str, *rows: tuple[int]) -> None:
    sync = connection.sync_connection
    assert sync is not None
    assert one_hop.take_along(sync, statement, rows or (), many=bool(rows))


async def test_what_nobody_waits_for_runs_in_order_before_the_next_statement(base: Base) -> None:
    async with base._write() as connection:
        await later(connection, "INSERT INTO t VALUES (?)", (1,), (2,))
        await later(connection, "UPDATE t SET n = n + 10")
        seen = (await connection.execute(text("SELECT n FROM t"))).scalars().all()
        await later(connection, "UPDATE t SET n = n + 100")
        streamed = [row.n async for row in await connection.stream(text("SELECT n FROM t"))]
    assert (seen, streamed) == ([11, 12], [111, 112])


async def test_what_nobody_waits_for_is_committed_though_nothing_follows_it(base: Base) -> None:
    async with base._write() as connection:
        await later(connection, "INSERT INTO t VALUES (1)")
        raw: Any = (await connection.get_raw_connection()).dbapi_connection
        assert not raw.driver.in_transaction
    assert not raw.driver.in_transaction
    assert await rows(base) == [1]


async def fail(base: Base, *statements: str, unasked: str) -> None:
    async with base._write() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        await later(connection, unasked)
        for statement in statements:
            await connection.execute(text(statement))


async def test_what_nobody_waits_for_fails_its_transaction_as_a_whole(base: Base) -> None:
    with pytest.raises(DBAPIError, match="no such column"):
        await fail(base, unasked="INSERT INTO t SELECT missing FROM t")
    with pytest.raises(DBAPIError, match="no such column"):
        await fail(base, "INSERT INTO t VALUES (3)", unasked="INSERT INTO t SELECT missing FROM t")
    with pytest.raises(StatementError):
        await fail(base, "INSERT INTO t VALUES (:never_given)", unasked="INSERT INTO t VALUES (4)")
    await add(base, "INSERT INTO t VALUES (2)")
    assert await rows(base) == [1, 2]
