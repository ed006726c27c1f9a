"""Many rows and many keys in one statement each, past SQLAlchemy's work per row and per key.

A statement is compiled once and handed to the driver with all its rows; a list of keys is ONE parameter, so that its text
is the same however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Table, Text, any_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.tables import Key, Time, clean, time_text

_WRITTEN: dict[type, Callable[[Any], Any]] = {Key: clean, Time: time_text}


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if rows:
        names = rows[0].keys()
        await execute_rows(connection, table.insert().values({name: bindparam(name) for name in names}), rows)


async def execute_rows(connection: AsyncConnection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement once per row; its bound parameters bear the names of the row's values.

    Only for columns that a driver takes as they are, and `Key` and `Time`.
    """
    compiled: Any = statement.compile(dialect=connection.dialect)
    names: list[str] = compiled.positiontup
    first = rows[0]
    fixed = {name: value for name, value in compiled.params.items() if name not in first}
    writers = {name: writer for name in names if (writer := _WRITTEN.get(type(compiled.binds[name].type))) is not None}
    columns: list[list[Any]] = []
    for name in names:
        writer = writers.get(name)
        values = [fixed[name]] * len(rows) if name in fixed else [row[name] for row in rows]
        if writer is not None:
            values = [None if value is None else writer(value) for value in values]
        columns.append(values)
    await connection.exec_driver_sql(compiled.string, list(zip(*columns, strict=True)))


def among(connection: AsyncConnection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Condition: the column, of texts or of integers, is one of the values."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        kind = BigInteger() if listed and isinstance(listed[0], int) else Text()
        return column == any_(bindparam(None, listed, type_=ARRAY(kind), unique=True))
    text = msgspec.json.encode(listed).decode()
    return column.in_(
        select(func.json_each(bindparam(None, text, type_=Text(), unique=True)).table_valued("value").c.value)
    )
