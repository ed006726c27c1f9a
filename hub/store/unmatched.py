"""Values that no vocabulary knows, and the reviewed decisions on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import UnmatchedValue
from hub.store.bulk import Prepared, insert_into
from hub.store.engine import Base
from hub.store.live import bump_live
from hub.store.records import QueuedValue
from hub.store.tables import unmatched
from hub.store.texts import clean


class Unmatched(Base):
    async def note_unmatched(self, source_key: str, values: Iterable[UnmatchedValue], *, now: datetime) -> None:
        """Make the queue of a source what its last run met: counts are of that run, first sightings and decisions
        stay; a value that is no longer met leaves, unless a decision was made about it."""
        async with self._write() as connection:
            await write_unmatched(connection, source_key, values, now)
            await bump_live(connection)

    async def unmatched(self, source_key: str | None = None, *, resolved: bool | None = False) -> list[QueuedValue]:
        """The queue, most frequent first. `resolved`: False open ones, True decided ones, None all."""
        query = select(unmatched).order_by(
            unmatched.c.count.desc(), unmatched.c.source, unmatched.c.field, unmatched.c.raw
        )
        if source_key is not None:
            query = query.where(unmatched.c.source == source_key)
        if resolved is not None:
            query = query.where(unmatched.c.resolved_at.is_not(None) if resolved else unmatched.c.resolved_at.is_(None))
        async with self._read() as connection:
            return [QueuedValue(**row._mapping) for row in await connection.execute(query)]

    async def decided_values(self) -> list[tuple[str, str, str, str]]:
        """Source, field, raw value and reviewed value of every decision that gave one."""
        async with self._read() as connection:
            return [tuple(row) for row in await _DECIDED(connection)]

    async def resolve_unmatched(
        self, source_key: str, field: str, raw: str, *, value: str, by: str, now: datetime
    ) -> bool:
        """Record a reviewed decision. False when there is no such value in the queue."""
        async with self._write() as connection:
            done = await connection.execute(
                update(unmatched)
                .where(
                    unmatched.c.source == source_key,
                    unmatched.c.field == field,
                    unmatched.c.raw == clean(raw),
                )
                .values(resolved_value=value, resolved_by=by, resolved_at=now)
            )
            await bump_live(connection)
            return done.rowcount > 0


async def write_unmatched(
    connection: AsyncConnection, source_key: str, values: Iterable[UnmatchedValue], now: datetime
) -> None:
    """As `Unmatched.note_unmatched`, inside a transaction."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for value in values:
        key = (value.field, clean(value.raw))
        known = rows.get(key)
        rows[key] = {
            "field": value.field,
            "raw": key[1],
            "count": value.count + (known["count"] if known else 0),
            "suggestion": value.suggestion,
            "first_seen": value.first_seen or now,
        }
    await _NOTE.many(connection, list(rows.values()), source=source_key, last_seen=now)
    await _FORGET.later(connection, source=source_key, now=now)


def _note(dialect: str) -> Any:
    names = ("source", "field", "raw", "count", "suggestion", "first_seen", "last_seen")
    insert = insert_into(unmatched, dialect).values({name: bindparam(name) for name in names})
    return insert.on_conflict_do_update(
        index_elements=["source", "field", "raw"],
        set_={name: insert.excluded[name] for name in ("count", "suggestion", "last_seen")},
    )


_NOTE = Prepared(_note)
_DECIDED = Prepared(
    lambda _: select(unmatched.c.source, unmatched.c.field, unmatched.c.raw, unmatched.c.resolved_value).where(
        unmatched.c.resolved_at.is_not(None), unmatched.c.resolved_value.is_not(None)
    )
)
_FORGET = Prepared(
    lambda _: unmatched.delete().where(
        unmatched.c.source == bindparam("source"),
        unmatched.c.last_seen < bindparam("now"),
        unmatched.c.resolved_at.is_(None),
    )
)
