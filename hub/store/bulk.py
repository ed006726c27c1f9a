"""Statements that are built once and run as the driver's own text, with many rows or many keys in each.

SQLAlchemy builds, keys and looks up an expression each time it runs; a publication has dozens of short ones, for which that
is most of the work. A `Prepared` statement is built and compiled at its first use for each kind of database. A list of keys
is ONE parameter, so that the text is the same however many there are.

SQLite is given many rows a statement. Its driver lets go of the interpreter's lock for each statement that it runs: once a row
of `executemany`, and each time a thread that computes takes the lock and keeps it for milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    Insert,
    Table,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import one_hop
from hub.store.texts import clean
from hub.store.times import time_text
from hub.store.values import Key, Time

_ENCODE = msgspec.json.Encoder().encode


def _json_list(values: Iterable[Any]) -> str:
    return _ENCODE(list(values)).decode()


class _Keys(Text):
    """A list of texts or of integers, as SQLite takes it: one JSON text."""


_WRITTEN: dict[type, Callable[[Any], Any]] = {
    Key: clean,
    Time: time_text,
    JSON: lambda value: _ENCODE(value).decode(),
    _Keys: _json_list,
    ARRAY: list,
}


_ROW = re.compile(r"VALUES (\((?:\?, )*\?\))")
_SIZES = (256, 64, 16, 4, 1)
"""Rows of one INSERT: few sizes, so that few texts have to be prepared; 256 rows of 25 columns are a fifth of SQLite's limit."""


class _Compiled(NamedTuple):
    """A statement's text, its parameters in order, and of those the constants and what writes them for the driver.

    Attributes:
        row: of an INSERT of which one text can write several rows, the place of one: ``(?, ?)``.
    """

    text: str
    names: list[str]
    fixed: dict[str, Any]
    writers: dict[str, Callable[[Any], Any]]
    row: str | None

    def of_rows(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Texts that write a few rows each, and their parameters."""
        assert self.row is not None
        start = 0
        for size in _SIZES:
            while len(rows) - start >= size:
                text = self.text.replace(self.row, ", ".join(repeat(self.row, size)), 1)
                yield text, tuple(chain.from_iterable(rows[start : start + size]))
                start += size


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    binds, names = compiled.binds, list(compiled.positiontup)
    writers = {name: writer for name in names if (writer := _WRITTEN.get(type(binds[name].type))) is not None}
    fixed = {name: binds[name].value for name in names if not binds[name].required}
    found = _ROW.search(compiled.string) if isinstance(statement, Insert) and dialect.name == "sqlite" else None
    row = found[1] if found is not None and compiled.string.count("?") == len(names) == found[1].count("?") else None
    return _Compiled(compiled.string, names, fixed, writers, row)


class Prepared:
    """A statement with named parameters, told how to build for a kind of database (``postgresql`` or ``sqlite``).

    Its rows are the driver's: times are text, and SQLite's booleans are integers and its JSON text (`json_value`). For parameters that a driver takes as
    they are, and `Key`, `Time` and JSON.
    """

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    async def __call__(self, connection: AsyncConnection, **values: Any) -> Any:
        """Run it once; its `CursorResult`."""
        text, row = self._given(connection, values)
        return await connection.exec_driver_sql(text, row)

    async def later(self, connection: AsyncConnection, **values: Any) -> None:
        """Run it once, before the next statement or the commit: nobody waits for what it says, but that it fails."""
        text, row = self._given(connection, values)
        await _run_unasked(connection, text, row, many=False)

    async def many(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], **same: Any) -> None:
        """Run it `later`, once for each row; `same` are the values that all rows share."""
        if rows:
            names = [name for name in self._of(connection).names if name in rows[0] and name not in same]
            columns = {name: [row[name] for row in rows] for name in names}
            await self._run_columns(connection, columns, len(rows), same)

    async def of_columns(self, connection: AsyncConnection, columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
        """As `many`, of rows told by their columns, which are all of one length."""
        if length := len(next(iter(columns.values()))):
            await self._run_columns(connection, columns, length, same)

    async def _run_columns(
        self, connection: AsyncConnection, columns: Mapping[str, Sequence[Any]], length: int, same: Mapping[str, Any]
    ) -> None:
        """Hand rows to the driver, each column written in one go."""
        compiled = self._of(connection)
        text, names, fixed, writers, row = compiled
        written: list[Iterable[Any]] = []
        for name in names:
            writer = writers.get(name)
            if name in columns:
                written.append(_written(writer, columns[name]))
            else:
                value = same[name] if name in same else fixed[name]
                written.append(repeat(value if writer is None or value is None else writer(value), length))
        rows = list(zip(*written, strict=True))
        if row is None:
            await _run_unasked(connection, text, rows, many=True)
            return
        for part, parameters in compiled.of_rows(rows):
            await _run_unasked(connection, part, parameters, many=False)

    def _given(self, connection: AsyncConnection, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """The text of the statement, and its parameters as the driver takes them."""
        text, names, fixed, writers, _ = self._of(connection)
        row = []
        for name in names:
            value = values[name] if name in values else fixed[name]
            writer = writers.get(name)
            row.append(value if writer is None or value is None else writer(value))
        return text, tuple(row)

    def _of(self, connection: AsyncConnection) -> _Compiled:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._build(dialect.name), dialect)
        return found


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], /, *names: str, **same: Any
) -> None:
    """Insert rows that all have the same columns.

    Args:
        names: the columns that are taken of the rows; none: all that they have.
        same: the values that all rows share.
    """
    if rows:
        await _insert(table, (*(names or rows[0]), *same)).many(connection, rows, **same)


@lru_cache(maxsize=64)
def _insert(table: Table, names: tuple[str, ...]) -> Prepared:
    statement = table.insert().values({name: bindparam(name) for name in names})
    return Prepared(lambda _: statement)


async def insert_columns(
    connection: AsyncConnection, table: Table, columns: Mapping[str, Sequence[Any]], /, **same: Any
) -> None:
    """Insert rows told by their columns, which are all of one length."""
    if columns:
        await _insert(table, (*columns, *same)).of_columns(connection, columns, **same)


def _written(writer: Callable[[Any], Any] | None, values: Sequence[Any]) -> Sequence[Any]:
    """A column as the driver takes it."""
    if writer is None or (writer is clean and _are_clean(values)):
        return values
    return [None if value is None else writer(value) for value in values]


def _are_clean(texts: Sequence[str | None]) -> bool:
    """Whether `clean` would leave all these texts as they are: most columns are told so in one look."""
    together = "".join(filter(None, texts))
    if "\x00" in together:
        return False
    try:
        return together.isascii() or together.encode() is not None
    except UnicodeEncodeError:
        return False


async def _run_unasked(connection: AsyncConnection, text: str, parameters: Any, *, many: bool) -> None:
    """Run a statement whose answer nobody waits for: on SQLite with the next one, for a change of thread less."""
    open_one = connection.sync_connection
    assert open_one is not None
    if not one_hop.take_along(open_one, text, parameters, many=many):
        await connection.exec_driver_sql(text, parameters)


def json_value(cell: Any) -> Any:
    """What a JSON cell of a `Prepared` statement says: SQLite's driver gives its text."""
    return msgspec.json.decode(cell) if isinstance(cell, str) else cell


def insert_into(table: Table, dialect: str) -> Any:
    """The INSERT of a kind of database that knows ON CONFLICT."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 4 MB that a hub on SQLite never needs

        return postgresql.insert(table)
    return sqlite.insert(table)


def one_of(column: ColumnElement[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Condition of a `Prepared` statement: the column is one of a few words of ours, written into its text.

    Raises:
        ValueError: something that is no plain word.
    """
    known = list(words)
    if not all(word.isidentifier() for word in known):
        raise ValueError(f"not words: {known}")
    return column.in_([literal_column(f"'{word}'") for word in known])


def listed(column: ColumnElement[Any], name: str, dialect: str, kind: Any = Text) -> ColumnElement[bool]:
    """Condition of a `Prepared` statement: the column, of texts or of integers, is in the list given as `name`."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(kind())))
    return column.in_(select(func.json_each(bindparam(name, type_=_Keys())).table_valued("value").c.value))


def among(connection: AsyncConnection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Condition: the column, of texts or of integers, is one of the values."""
    known = list(values)
    if connection.dialect.name == "postgresql":
        kind = BigInteger() if known and isinstance(known[0], int) else Text()
        return column == any_(bindparam(None, known, type_=ARRAY(kind), unique=True))
    return column.in_(
        select(
            func.json_each(bindparam(None, _json_list(known), type_=Text(), unique=True)).table_valued("value").c.value
        )
    )
