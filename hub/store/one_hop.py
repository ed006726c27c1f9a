"""SQLite statements that cost one change of thread each.

aiosqlite runs every call in the connection's thread, and SQLAlchemy's adapter makes four of them for a statement:
cursor, execute, fetchall, close. A publication has some ninety statements, most of them short: here each is one call.
The BEGIN of a transaction goes with its first statement, and one that is over is not rolled back once more.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_ss_cursor,
)
from sqlalchemy.engine import Engine


class _Answer(NamedTuple):
    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor of which nothing is left in the driver once a statement has run: its rows are all here."""

    __slots__ = ("_answer", "arraysize")

    _adapt_connection: _Connection

    def __init__(self, adapt_connection: _Connection) -> None:
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
        if operation.startswith("BEGIN"):
            self._adapt_connection.begin = operation
            return
        await self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, call: Any, operation: str, parameters: Any) -> None:
        connection, driver = self._adapt_connection, self._adapt_connection.driver

        async with connection._execute_mutex:
            begin = connection.begun()

            def work() -> _Answer:
                cursor = driver._conn.cursor()
                try:
                    if begin is not None:
                        cursor.execute(begin)
                    call(cursor, operation, parameters)
                    rows = cursor.fetchall() if cursor.description else []
                    return _Answer(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
                finally:
                    cursor.close()

            self._answer = await driver._execute(work)
        self._rows = deque(self._answer.rows)
        self._answer.rows.clear()


class _Stream(AsyncAdapt_aiosqlite_ss_cursor):
    """A cursor that fetches as it is read, for which a transaction may have to begin as well."""

    __slots__ = ()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        connection: Any = self._adapt_connection
        begin = connection.begun()
        if begin is not None:
            await connection.driver.execute(begin)
        return await super()._execute_async(operation, parameters)


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that knows, in the event loop's thread, how far its transaction is.

    Attributes:
        begin: the BEGIN that the next statement takes along.
        open: whether a transaction may be open in the driver. What the driver itself says is of no use here: a statement
            whose task was cancelled still waits in its queue.
    """

    __slots__ = ("begin", "open")

    _cursor_cls = _Cursor  # type: ignore[assignment]
    _ss_cursor_cls = _Stream

    def __init__(self, dbapi: Any, driver: Any) -> None:
        super().__init__(dbapi, driver)
        self.begin: str | None = None
        self.open = False

    @property
    def driver(self) -> Any:
        """aiosqlite's connection."""
        return self._connection

    def begun(self) -> str | None:
        """The BEGIN that a statement has to run first; from now on a transaction may be open."""
        begin, self.begin = self.begin, None
        self.open = self.open or begin is not None
        return begin

    def commit(self) -> None:
        """End the transaction, if its BEGIN has been run."""
        self.begin = None
        if self.open:
            super().commit()
            self.open = False

    def rollback(self) -> None:
        """Undo the transaction, if its BEGIN has been run: the pool asks for it after each commit as well."""
        self.begin = None
        if self.open:
            super().rollback()
            self.open = False


def use(engine: Engine) -> None:
    """Let the connections of a SQLite engine work so."""
    event.listen(engine, "do_connect", _connect)


def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> _Connection:
    plain = dialect.loaded_dbapi.connect(*arguments, **options)
    return _Connection(plain.dbapi, plain.driver_connection)
