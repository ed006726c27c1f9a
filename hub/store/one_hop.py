"""SQLite statements that cost one change of thread each.

aiosqlite runs every call in the connection's thread, and SQLAlchemy's adapter makes four of them for a statement:
cursor, execute, fetchall, close. A publication has some ninety statements, most of them short: here each is one call.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.engine import Engine


class _Answer(NamedTuple):
    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor of which nothing is left in the driver once a statement has run: its rows are all here."""

    __slots__ = ("_answer", "arraysize")

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows: deque[Any] = deque()
        self._answer = _Answer(None, -1, None, [])
        self.arraysize = 1

    @property
    def description(self) -> Any:
        return self._answer.description

    @property
    def rowcount(self) -> int:
        return self._answer.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._answer.lastrowid

    async def _async_soft_close(self) -> None:
        return None

    def close(self) -> None:
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, call: Any, operation: str, parameters: Any) -> None:
        driver: Any = self._connection

        def work() -> _Answer:
            cursor = driver._conn.cursor()
            try:
                call(cursor, operation, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return _Answer(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:
            self._answer = await driver._execute(work)
        self._rows = deque(self._answer.rows)
        self._answer.rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor  # type: ignore[assignment]


def use(engine: Engine) -> None:
    """Let the connections of a SQLite engine work so."""
    event.listen(engine, "do_connect", _connect)


def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> _Connection:
    plain = dialect.loaded_dbapi.connect(*arguments, **options)
    return _Connection(plain.dbapi, plain.driver_connection)
