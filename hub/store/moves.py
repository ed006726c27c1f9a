"""The moves that publications are made of: records leave, versions close, the data version goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared
from hub.store.live import bump_live, read_data_version
from hub.store.tables import counter, record, staged, version
from hub.store.times import time_value
from hub.store.values import Time

_TICK = timedelta(microseconds=1)
_COPIED = ("kind", "source", "native_key", "body", "group_id", "code", "plan_code", "rank", "duplicate", "valid_from")

RUN: Any = bindparam("run")
SOURCE: Any = bindparam("source")
AT: Any = bindparam("at", type_=Time())

_TURN = Prepared(lambda _: select(counter.c.at).where(counter.c.name == "data_version").with_for_update())
_MOVE = Prepared(
    lambda _: update(counter).where(counter.c.name == "data_version").values(value=counter.c.value + 1, at=AT)
)
_OVERDUE: Any = record.c.missing_since <= bindparam("before", type_=Time())


async def begin(connection: AsyncConnection, now: datetime) -> datetime:
    """Take the turn to publish (one at a time), and an instant later than every publication's before."""
    last = (await _TURN(connection)).scalar_one()
    before = None if last is None else time_value(last)
    return now if before is None or now > before else before + _TICK


def staged_again(table: Any) -> Any:
    """Condition of a `Prepared` statement: the run staged the record."""
    same = (staged.c.run_id == RUN, staged.c.kind == table.c.kind, staged.c.native_key == table.c.native_key)
    return select(literal(1)).where(*same).exists()


def _closed(where: Any, at: Any) -> Any:
    """Copy current records into history, ended at `at`. What began at that very instant was never public."""
    query = select(*(record.c[name] for name in _COPIED), record.c.run_id, at).where(
        where, record.c.gone_at.is_(None), record.c.valid_from < at
    )
    return version.insert().from_select([*_COPIED, "run_id", "valid_to"], query)


def closing(where: Callable[[str], Any]) -> Prepared:
    """The statement that closes the records of a condition, for a parameter `at`."""
    return Prepared(lambda dialect: _closed(where(dialect), AT))


def leaving(where: Callable[[str], Any]) -> Prepared:
    """The statement by which the records of a condition leave the current view, once they are closed."""
    return Prepared(lambda dialect: update(record).where(where(dialect), record.c.gone_at.is_(None)).values(gone_at=AT))


async def close(connection: AsyncConnection, at: datetime, where: Any) -> None:
    """Close the records of a condition, once."""
    await connection.execute(_closed(where, literal(at, Time)))


_ANY_OVERDUE = Prepared(lambda _: select(literal(1)).where(and_(_OVERDUE, record.c.gone_at.is_(None))).limit(1))
_CLOSE_OVERDUE = closing(lambda _: _OVERDUE)
_LEAVE_OVERDUE = leaving(lambda _: _OVERDUE)


async def expire(connection: AsyncConnection, at: datetime, grace: timedelta) -> int:
    """Vanished records, of every source, whose grace has passed."""
    before = at - grace
    if (await _ANY_OVERDUE(connection, before=before)).first() is None:
        return 0
    await _CLOSE_OVERDUE.later(connection, at=at, before=before)
    done: int = (await _LEAVE_OVERDUE(connection, at=at, before=before)).rowcount
    return done


async def move_version(connection: AsyncConnection, at: datetime) -> int:
    await _MOVE.later(connection, at=at)
    await bump_live(connection)
    return await read_data_version(connection)
