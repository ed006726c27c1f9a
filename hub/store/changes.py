"""Publication, fourth step: what changed for the public, told at the level of the merged commitment.

The state before the publication is read from history (versions that ended at its instant), the state after it from
the current records; nothing is remembered in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import ChangeKind, Commitment
from hub.store.bulk import Prepared, among, insert_rows
from hub.store.merge import Member, merge, merged_changes
from hub.store.parts import own_changes
from hub.store.records import decode_body
from hub.store.runs import insert_of
from hub.store.tables import alias, change, grouping, record, version
from hub.store.values import Time

BATCH = 500

_BORNE = ("code", "run_id")


async def write_changes(
    connection: AsyncConnection, at: datetime, data_version: int, run_id: str | None, *, first_new: int | None = None
) -> int:
    """Append the change rows of the publication of instant `at`; how many there were.

    Args:
        run_id: of the publication; None: each change is told of the run that had published its record.
        first_new: commitments from this group on came with the publication; None: none did.
    """
    start: int = (await _LAST(connection)).scalar_one()
    seq = start
    if first_new is not None:
        added = await _ADDED(connection, seq=seq, at=at, version=data_version, run=run_id, first=first_new)
        seq += added.rowcount
    affected = (await _AFFECTED(connection, at=at, first=first_new or _NO_GROUP)).scalars().all()
    for first in range(0, len(affected), BATCH):
        rows = []
        for code, kind, fields, run in await _changes(connection, at, affected[first : first + BATCH]):
            seq += 1
            told = msgspec.json.encode(fields).decode()
            rows.append({"seq": seq, "kind": kind.value, "code": code, "run_id": run_id or run, "changed_fields": told})
        await insert_rows(connection, change, rows, at=at, data_version=data_version)
    return seq - start


_NO_GROUP = 1 << 62
_AT: Any = bindparam("at", type_=Time())
_FIRST: Any = bindparam("first", type_=BigInteger())
_LAST = Prepared(lambda _: select(func.coalesce(func.max(change.c.seq), 0)))


def _added(_: str) -> Any:
    """Commitments of which nobody had a record, under a code that nobody bore: they need no comparison."""
    ended = select(literal(1)).where(
        version.c.valid_to == _AT, version.c.kind == "commitment", version.c.code == grouping.c.code
    )
    number = func.row_number().over(order_by=grouping.c.code) + bindparam("seq", type_=BigInteger())
    query = select(
        number,
        literal_column("'ADDED'"),
        grouping.c.code,
        _AT,
        cast(bindparam("version"), BigInteger),
        cast(bindparam("run"), Text),
        literal_column("'[]'"),
    ).where(grouping.c.id >= _FIRST, ~ended.exists())
    return change.insert().from_select(_COLUMNS, query)


def _affected(_: str) -> Any:
    """The codes, in order, of the other commitments of which some record changed: the one thing held whole."""
    ended = select(version.c.code).where(version.c.valid_to == _AT, version.c.kind == "commitment")
    begun = select(record.c.code).where(
        record.c.valid_from == _AT,
        record.c.kind == "commitment",
        record.c.gone_at.is_(None),
        record.c.group_id < _FIRST,
    )
    both = ended.union(begun).subquery()
    return select(both.c.code).order_by(both.c.code)


_COLUMNS = ["seq", "kind", "code", "at", "data_version", "run_id", "changed_fields"]
_ADDED = Prepared(_added)
_AFFECTED = Prepared(_affected)


def _before(connection: AsyncConnection, at: datetime, codes: Sequence[str], names: Sequence[str]) -> list[Any]:
    stood = select(*(record.c[name] for name in names)).where(
        record.c.kind == "commitment",
        among(connection, record.c.code, codes),
        record.c.gone_at.is_(None),
        record.c.valid_from < at,
    )
    ended = select(*(version.c[name] for name in names)).where(
        version.c.kind == "commitment", version.c.valid_to == at, among(connection, version.c.code, codes)
    )
    return [stood, ended]


def _after(connection: AsyncConnection, codes: Sequence[str], names: Sequence[str]) -> list[Any]:
    return [
        select(*(record.c[name] for name in names)).where(
            record.c.kind == "commitment", among(connection, record.c.code, codes), record.c.gone_at.is_(None)
        )
    ]


async def _changes(
    connection: AsyncConnection, at: datetime, codes: Sequence[str]
) -> list[tuple[str, ChangeKind, tuple[str, ...], str]]:
    runs: dict[str, str] = {}
    present: list[set[str]] = []
    for queries in (_before(connection, at, codes, _BORNE), _after(connection, codes, _BORNE)):
        found = set()
        for query in queries:
            for code, run_id in await connection.execute(query):
                found.add(code)
                runs[code] = run_id
        present.append(found)
    before, after = present
    both = [code for code in codes if code in before and code in after]
    modified = await _modified(connection, at, both) if both else {}
    result: list[tuple[str, ChangeKind, tuple[str, ...], str]] = []
    for code in codes:
        if code not in before and code in after:
            result.append((code, ChangeKind.ADDED, (), runs[code]))
        elif code in before and code not in after:
            result.append((code, ChangeKind.REMOVED, (), runs[code]))
        elif modified.get(code):
            result.append((code, ChangeKind.MODIFIED, modified[code], runs[code]))
    return result


class _Kept(NamedTuple):
    """A record of a commitment as it is kept."""

    code: str
    plan_code: str
    rank: int
    source: str
    native_key: str
    duplicate: bool
    body: str

    def member(self) -> Member:
        item = decode_body("commitment", self.body, self.code, self.plan_code, self.duplicate)
        assert isinstance(item, Commitment)
        return Member(self.rank, self.source, self.native_key, item)


async def _modified(connection: AsyncConnection, at: datetime, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    sides = []
    for queries in (_before(connection, at, codes, _Kept._fields), _after(connection, codes, _Kept._fields)):
        members: dict[str, list[_Kept]] = defaultdict(list)
        for query in queries:
            for row in await connection.execute(query):
                members[row.code].append(_Kept(*row))
        sides.append(members)
    return {code: _difference(sides[0][code], sides[1][code]) for code in codes}


def _difference(before: Sequence[_Kept], after: Sequence[_Kept]) -> tuple[str, ...]:
    """`merged_changes` of what its records make of a commitment; of one that one source publishes by the fields that differ."""
    old, new = before[0], after[0]
    if len(before) == len(after) == 1 and old.source == new.source and not (old.duplicate or new.duplicate):
        return own_changes(old.body, new.body, replanned=old.plan_code != new.plan_code)
    return merged_changes(*(merge([kept.member() for kept in side]) for side in (before, after)))


async def write_aliases(connection: AsyncConnection, at: datetime) -> None:
    """Keep the way from codes that ended at `at` to those by which the same records go now."""
    joined = and_(
        record.c.kind == version.c.kind,
        record.c.source == version.c.source,
        record.c.native_key == version.c.native_key,
    )
    public = record.alias("public")
    held = select(literal(1)).where(
        public.c.kind == version.c.kind, public.c.code == version.c.code, public.c.gone_at.is_(None)
    )
    rows = await connection.execute(
        select(version.c.code, func.max(record.c.code))
        .join(record, joined)
        .where(
            version.c.valid_to == at,
            version.c.kind.in_(("commitment", "plan")),
            record.c.gone_at.is_(None),
            record.c.code != version.c.code,
            ~held.exists(),
        )
        .group_by(version.c.code)
    )
    moved = [(old, new) for old, new in rows]
    for old, new in moved:
        await connection.execute(update(alias).where(alias.c.new_code == old).values(new_code=new))
        insert = insert_of(connection)(alias).values(old_code=old, new_code=new, at=at)
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["old_code"], set_={"new_code": new, "at": at})
        )
    await drop_taken_aliases(connection, at)


def _taken(_: str) -> Any:
    """A code that is borne again stands for itself."""
    borne = select(literal(1)).where(
        record.c.kind.in_([literal_column("'commitment'"), literal_column("'plan'")]),
        record.c.code == alias.c.old_code,
        record.c.valid_from == _AT,
        record.c.gone_at.is_(None),
    )
    return delete(alias).where(or_(borne.exists(), alias.c.old_code == alias.c.new_code))


_TAKEN = Prepared(_taken)


async def drop_taken_aliases(connection: AsyncConnection, at: datetime) -> None:
    """Forget the aliases of codes that are borne since `at`."""
    await _TAKEN.later(connection, at=at)


__all__ = ["drop_taken_aliases", "write_aliases", "write_changes"]
