"""What columns hold, the same on SQLite and PostgreSQL: times and keys as text that sorts alike, numbers of rows, rows as dicts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from hub.store.texts import clean
from hub.store.times import time_text, time_value


class Time(TypeDecorator[datetime]):
    """Aware UTC datetimes as fixed-width text."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else time_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else time_value(value)

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(27, collation=collation))


class Key(TypeDecorator[str]):
    """Text compared by code point."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))


def row_number() -> Any:
    """A 64-bit integer that SQLite also takes as its rowid."""
    return BigInteger().with_variant(Integer(), "sqlite")


def plain(row: Any) -> dict[str, Any]:
    """A result row as a dict with plain text keys (SQLAlchemy's quoted names are a subclass of str)."""
    return {str(name): value for name, value in row._mapping.items()}
