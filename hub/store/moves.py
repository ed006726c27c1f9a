"""The moves that publications are made of: records leave, versions close, the data version goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.live import bump_live
from hub.store.tables import Time, counter, record, staged, version

_TICK = timedelta(microseconds=1)
_COPIED = ("kind", "source", "native_key", "body", "group_id", "code", "plan_code", "rank", "duplicate", "valid_from")


async def begin(connection: AsyncConnection, now: datetime) -> datetime:
    """Take the turn to publish (one at a time), and an instant later than every publication's before."""
    last = await connection.execute(select(counter.c.at).where(counter.c.name == "data_version").with_for_update())
    before: datetime | None = last.scalar_one()
    return now if before is None or now > before else before + _TICK


def staged_again(run_id: str, table: Any) -> Any:
    return select(literal(1)).where(
        staged.c.run_id == run_id, staged.c.kind == table.c.kind, staged.c.native_key == table.c.native_key
    )


async def close(connection: AsyncConnection, at: datetime, where: Any) -> None:
    """Copy current records into history, ended at `at`. What began at that very instant was never public."""
    query = select(*(record.c[name] for name in _COPIED), record.c.run_id, literal(at, Time)).where(
        where, record.c.gone_at.is_(None), record.c.valid_from < at
    )
    await connection.execute(version.insert().from_select([*_COPIED, "run_id", "valid_to"], query))


async def leave(connection: AsyncConnection, at: datetime, where: Any) -> int:
    """Records leave the current view; they stay, as does their history."""
    await close(connection, at, where)
    done = await connection.execute(update(record).where(where, record.c.gone_at.is_(None)).values(gone_at=at))
    return done.rowcount


async def expire(connection: AsyncConnection, at: datetime, grace: timedelta) -> int:
    """Vanished records, of every source, whose grace has passed."""
    return await leave(connection, at, record.c.missing_since <= at - grace)


async def move_version(connection: AsyncConnection, at: datetime) -> int:
    await connection.execute(
        update(counter).where(counter.c.name == "data_version").values(value=counter.c.value + 1, at=at)
    )
    await bump_live(connection)
    moved = await connection.execute(select(counter.c.value).where(counter.c.name == "data_version"))
    return int(moved.scalar_one())
