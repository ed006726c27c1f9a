"""The rows behind groups: what is asked of them, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared, insert_columns, insert_into, listed
from hub.store.links import natural_group
from hub.store.tables import group_key, grouping, pending, record, staged
from hub.store.values import Key

BATCH = 1000


class Group(NamedTuple):
    """A commitment by its natural keys, as the table `grouping` has it."""

    id: int
    code: str
    basis: str
    own_rank: int | None
    plan_id: int
    leader_id: int | None = None


_RUN: Any = bindparam("run")
_SOURCE: Any = bindparam("source")
TOP = Prepared(lambda _: select(func.coalesce(func.max(grouping.c.id), 0)))
KEYS = Prepared(lambda dialect: select(group_key).where(listed(group_key.c.key, "keys", dialect)))
BY_ID = Prepared(lambda dialect: select(grouping).where(listed(grouping.c.id, "ids", dialect, BigInteger)))
BY_CODE = Prepared(lambda dialect: select(grouping).where(listed(grouping.c.code, "codes", dialect)))
PENDING = Prepared(
    lambda _: (
        select(
            pending.c.seq,
            staged.c.native_key,
            staged.c.series,
            staged.c.number,
            staged.c.own_code,
            pending.c.plan_id,
            pending.c.rank,
            pending.c.group_id,
        )
        .join(staged, _same_pending())
        .where(pending.c.run_id == _RUN, pending.c.action == "resolve", pending.c.seq > bindparam("after"))
        .order_by(pending.c.seq)
        .limit(BATCH)
    )
)
DONE = Prepared(
    lambda _: (
        update(pending)
        .where(pending.c.run_id == _RUN, pending.c.kind == "commitment", pending.c.native_key == bindparam("k"))
        .values(group_id=bindparam("g"), duplicate=bindparam("d"), action="done")
    )
)


async def write_groups(connection: AsyncConnection, groups: Sequence[Group]) -> None:
    """Update groups whose codes may have gone round among them: first out of the way, then into place."""
    if not groups:
        return
    await _AWAY.many(connection, [{"group": g.id, "away": f"~{g.id}"} for g in groups])
    rows = [{"group": g.id, "c": g.code, "b": g.basis, "r": g.own_rank, "p": g.plan_id} for g in groups]
    await _SETTLE.many(connection, rows)


_AWAY = Prepared(
    lambda _: update(grouping).where(grouping.c.id == bindparam("group")).values(code=bindparam("away", type_=Key()))
)
_SETTLE = Prepared(
    lambda _: (
        update(grouping)
        .where(grouping.c.id == bindparam("group"))
        .values(code=bindparam("c", type_=Key()), basis=bindparam("b"), own_rank=bindparam("r"), plan_id=bindparam("p"))
    )
)


async def insert_groups(connection: AsyncConnection, groups: Sequence[Group]) -> None:
    """Write new groups."""
    columns = dict(zip(Group._fields, zip(*groups, strict=True), strict=False))  # no columns of no groups
    await insert_columns(connection, grouping, columns)


async def save_keys(connection: AsyncConnection, keys: Mapping[str, int]) -> None:
    """Let natural keys lead to these groups, whatever they led to before."""
    await _SAVE_KEY.of_columns(connection, {"key": list(keys), "group_id": list(keys.values())})


def _save_key(dialect: str) -> Any:
    insert = insert_into(group_key, dialect).values(key=bindparam("key"), group_id=bindparam("group_id"))
    return insert.on_conflict_do_update(index_elements=["key"], set_={"group_id": insert.excluded.group_id})


_SAVE_KEY = Prepared(_save_key)


def _resolved(dialect: str) -> Any:
    """Records of this source that this publication has placed."""
    columns = (staged.c.native_key, staged.c.series, staged.c.number, staged.c.own_code)
    return (
        select(pending.c.group_id, pending.c.plan_id, pending.c.rank, *columns)
        .join(staged, _same_pending())
        .where(
            pending.c.run_id == _RUN,
            pending.c.kind == "commitment",
            pending.c.action != "resolve",
            listed(pending.c.group_id, "ids", dialect, BigInteger),
            ~pending.c.duplicate,
        )
    )


def _kept(dialect: str, *, complete: bool) -> Any:
    """Records of this source that stay as they are, or were written by this publication already."""

    def of_run(table: Any) -> Any:
        same = (table.c.run_id == _RUN, table.c.kind == record.c.kind, table.c.native_key == record.c.native_key)
        return select(table.c.native_key).where(*same).exists()

    stands = or_(of_run(staged), record.c.run_id == _RUN)
    columns = (record.c.native_key, record.c.series, record.c.number, record.c.own_code)
    return select(natural_group(), record.c.plan_id, record.c.rank, *columns).where(
        record.c.kind == "commitment",
        record.c.source == _SOURCE,
        record.c.gone_at.is_(None),
        or_(
            and_(record.c.natural_id.is_(None), listed(record.c.group_id, "ids", dialect, BigInteger)),
            listed(record.c.natural_id, "ids", dialect, BigInteger),
        ),
        ~record.c.duplicate,
        stands if complete else or_(stands, record.c.missing_since.is_(None)),
        ~of_run(pending),
    )


RESOLVED = Prepared(_resolved)
KEPT_WHOLE = Prepared(lambda dialect: _kept(dialect, complete=True))
KEPT = Prepared(lambda dialect: _kept(dialect, complete=False))


def _same_pending() -> Any:
    return and_(
        staged.c.run_id == pending.c.run_id,
        staged.c.kind == pending.c.kind,
        staged.c.native_key == pending.c.native_key,
    )
