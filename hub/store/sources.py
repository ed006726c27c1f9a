"""The sources: those of config.toml and those registered by their publishers are one thing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import SourceState
from hub.store.engine import Base
from hub.store.errors import UnknownSource
from hub.store.live import bump_live
from hub.store.records import CONFIG_MARK, SourceRecord
from hub.store.tables import counter, record, source
from hub.store.values import plain

DECLARED = (
    "title",
    "connector",
    "url",
    "jurisdiction",
    "schedule",
    "floor",
    "max_drop",
    "license",
    "contact",
    "options",
    "fields",
    "fallback",
    "fallback_after",
    "enabled",
    "verify_tls",
    "precedence",
)
"""What its owner says of a source; everything else is the hub's own knowledge and outlives a new config."""

BUNDLED = "bundled"


def source_of(row: Any) -> SourceRecord:
    """A row as a record."""
    return msgspec.convert(plain(row), SourceRecord)


def values_of(record: SourceRecord) -> dict[str, Any]:
    """A record as column values."""
    values = msgspec.structs.asdict(record)
    values["state"] = record.state.value
    return values


def rank_of(record: SourceRecord, jurisdiction: str | None) -> int:
    """How near a source is to the publisher of something in `jurisdiction`: 0 nearest.

    The source's own ``precedence`` wins; else bundled is 2, a national publisher 1, the state or municipality itself,
    or its state, 0; a state that publishes about another one counts like a national publisher.
    """
    if record.precedence is not None:
        return record.precedence
    if record.connector == BUNDLED:
        return 2
    own = record.jurisdiction
    if not own or own == "00" or not jurisdiction:
        return 1
    return 0 if jurisdiction == own or jurisdiction[:2] == own else 1


async def get_source(connection: AsyncConnection, key: str) -> SourceRecord | None:
    row = (await connection.execute(_ONE, {"of": key})).one_or_none()
    return None if row is None else source_of(row)


_ONE = select(source).where(source.c.key == bindparam("of"))


class Sources(Base):
    async def sync_sources(
        self, records: Iterable[SourceRecord], *, now: datetime | None = None, mark: int | None = None
    ) -> None:
        """Make the sources of origin ``config`` those given; absent ones become not configured, their data kept.

        What the hub knows of a source (state, freshness, fingerprint, next attempt) stays as it is. A registered
        source of the same key becomes the operator's.

        Args:
            mark: of the configuration that the records are of, 63 bits: whoever starts with the same one finds by it that
                they agree (`Glance.in_place`). None: nobody shall.
        """
        wanted = {record.key: record for record in records}
        async with self._write() as connection:
            rows = await connection.execute(select(source))
            known = {row.key: source_of(row) for row in rows}
            moved = False
            for key, record in wanted.items():
                moved |= await _sync_one(connection, known.get(key), record, now)
            for key, old in known.items():
                if key not in wanted and old.origin == "config" and old.configured:
                    await connection.execute(update(source).where(source.c.key == key).values(configured=False))
                    moved = True
            if moved:
                await bump_live(connection)
            await _set_mark(connection, mark, now)

    async def add_source(self, record: SourceRecord) -> bool:
        """Store a registered source. False, and nothing written, when the key is taken."""
        async with self._write() as connection:
            if await get_source(connection, record.key) is not None:
                return False
            await connection.execute(source.insert().values(values_of(record)))
            await bump_live(connection)
            return True

    async def sources(self) -> list[SourceRecord]:
        """Every source ever known, by key."""
        async with self._read() as connection:
            rows = await connection.execute(select(source).order_by(source.c.key))
            return [source_of(row) for row in rows]

    async def source(self, key: str) -> SourceRecord | None:
        async with self._read() as connection:
            return await get_source(connection, key)

    async def source_keys_by_url(self, url: str) -> list[str]:
        """The sources that read exactly this address."""
        async with self._read() as connection:
            rows = await connection.execute(select(source.c.key).where(source.c.url == url).order_by(source.c.key))
            return list(rows.scalars())

    async def set_source_state(self, key: str, state: SourceState, reason: str | None = None) -> None:
        """Pause, approve, reject … a source; `reason` is public.

        Raises:
            UnknownSource: there is none of that key.
        """
        await self.update_source(key, state=state.value, reason=reason)

    async def update_source(self, key: str, **values: Any) -> None:
        """Set columns of a source by the names of `SourceRecord` (times aware, `state` as text).

        Raises:
            UnknownSource: there is none of that key.
        """
        async with self._write() as connection:
            done = await connection.execute(update(source).where(source.c.key == key).values(**values))
            if done.rowcount == 0:
                raise UnknownSource(f"There is no source {key!r}.", remedy="`hub source list` shows them.")
            await bump_live(connection)

    async def source_counts(self) -> dict[str, int]:
        """Source key -> commitments in the current view."""

        async with self._read() as connection:
            rows = await connection.execute(
                select(record.c.source, func.count())
                .where(record.c.kind == "commitment", record.c.gone_at.is_(None))
                .group_by(record.c.source)
            )
            return dict(rows.all())


async def _set_mark(connection: AsyncConnection, mark: int | None, now: datetime | None) -> None:
    """Keep which configuration the sources agree with; write nothing where it is the one before."""
    kept = select(counter.c.value).where(counter.c.name == CONFIG_MARK)
    if (await connection.execute(kept)).scalar_one_or_none() == mark:
        return
    await connection.execute(delete(counter).where(counter.c.name == CONFIG_MARK))
    if mark is not None:
        await connection.execute(counter.insert().values(name=CONFIG_MARK, value=mark, at=now))


async def _sync_one(
    connection: AsyncConnection, old: SourceRecord | None, new: SourceRecord, now: datetime | None
) -> bool:
    """Write one configured source; whether anything moved."""
    if old is None:
        values = values_of(new) | {"origin": "config", "configured": True}
        if values["created_at"] is None:
            values["created_at"] = now
        await connection.execute(source.insert().values(values))
        return True
    values = values_of(new)
    before = values_of(old)
    changed = {name: values[name] for name in DECLARED if values[name] != before[name]}
    if old.origin != "config" or not old.configured:
        changed |= {"origin": "config", "configured": True}
    if changed:
        await connection.execute(update(source).where(source.c.key == new.key).values(changed))
    return bool(changed)
