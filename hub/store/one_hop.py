"""SQLite statements that cost one change of thread each.

aiosqlite runs every call in the connection's thread, and SQLAlchemy's adapter makes four of them for a statement:
cursor, execute, fetchall, close. A publication has some ninety statements, most of them short: here each is one call.
The BEGIN of a transaction goes with its first statement, one whose answer nobody waits for goes with the next, or with
the COMMIT; and a transaction that is over is not rolled back once more.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_ss_cursor,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.util import await_only as await_


class _Call(NamedTuple):
    """A method of the driver's cursor, with what it is given."""

    run: Callable[..., Any]
    operation: str
    parameters: Any


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
        await self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, call: Any, operation: str, parameters: Any) -> None:
        connection, driver = self._adapt_connection, self._adapt_connection.driver

        async with connection._execute_mutex:
            before = connection.due()

            def work() -> _Answer:
                cursor = driver._conn.cursor()
                try:
                    _run_all(cursor, before)
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
        await connection.flush()
        return await super()._execute_async(operation, parameters)


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that knows, in the event loop's thread, how far its transaction is.

    Attributes:
        begin: the BEGIN that the next statement takes along.
        later: the statements that it takes along as well, in order.
        open: whether a transaction may be open in the driver. What the driver itself says is of no use here: a statement
            whose task was cancelled still waits in its queue.
    """

    __slots__ = ("begin", "later", "open")

    _cursor_cls = _Cursor  # type: ignore[assignment]
    _ss_cursor_cls = _Stream

    def __init__(self, dbapi: Any, driver: Any) -> None:
        super().__init__(dbapi, driver)
        self.begin: str | None = None
        self.later: list[_Call] = []
        self.open = False

    @property
    def driver(self) -> Any:
        """aiosqlite's connection."""
        return self._connection

    def due(self) -> list[_Call]:
        """What a statement has to run first; from now on a transaction may be open."""
        begin, self.begin = self.begin, None
        later, self.later = self.later, []
        if begin is None:
            return later
        self.open = True
        return [_Call(sqlite3.Cursor.execute, begin, ()), *later]

    async def flush(self, *, commit: bool = False) -> None:
        """Run what waits, and end the transaction if that is asked for, in one change of thread."""
        before, raw = self.due(), self.driver._conn

        def work() -> None:
            with closing(raw.cursor()) as cursor:
                _run_all(cursor, before)
            if commit:
                raw.commit()

        if before or commit:
            await self.driver._execute(work)

    def commit(self) -> None:
        """End the transaction, if it has done anything."""
        if self.later or self.open:
            try:
                await_(self.flush(commit=True))
            except Exception as error:
                self._handle_exception(error)
        self.begin, self.open = None, False

    def rollback(self) -> None:
        """Undo the transaction, if its BEGIN has been run: the pool asks for it after each commit as well."""
        self.begin = None
        self.later.clear()
        if self.open:
            super().rollback()
            self.open = False


def _run_all(cursor: sqlite3.Cursor, calls: Sequence[_Call]) -> None:
    for call, operation, parameters in calls:
        call(cursor, operation, parameters)


def take_along(connection: Connection, operation: str, parameters: Any, *, many: bool) -> bool:
    """Let a statement whose answer nobody waits for run with the next one, or with the COMMIT. It may fail only then.

    Args:
        many: whether the parameters are a list, for a run each.

    Returns:
        False where the connection is of another database: nothing was done.
    """
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, _Connection):
        return False
    raw.later.append(_Call(sqlite3.Cursor.executemany if many else sqlite3.Cursor.execute, operation, parameters))
    return True


def begin(connection: Connection, operation: str) -> None:
    """Let a transaction begin with its first statement.

    Args:
        operation: the BEGIN that it takes.
    """
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, _Connection)
    raw.begin = operation


def use(engine: Engine) -> None:
    """Let the connections of a SQLite engine work so."""
    event.listen(engine, "do_connect", _connect)


def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> _Connection:
    plain = dialect.loaded_dbapi.connect(*arguments, **options)
    return _Connection(plain.dbapi, plain.driver_connection)
