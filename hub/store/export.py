"""What leaves the store: current records, versions, changes, aliases; streamed in batches, nothing held whole.

Each export is one read transaction, so that what it gives is of one moment however long it takes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, func, literal, select, tuple_
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Change, ChangeKind, Issue, RecordKind, Run
from hub.store.bulk import Prepared, listed
from hub.store.engine import Base
from hub.store.live import read_epoch
from hub.store.records import Epoch, KeptChange, RecordVersion, SourceRecord, StoredRecord
from hub.store.runs import run_of
from hub.store.sources import source_of
from hub.store.tables import alias, change, record, run, run_issue, source, version
from hub.store.times import time_value
from hub.store.values import Time

BATCH = 2000

_COLUMNS = (
    "kind",
    "source",
    "native_key",
    "code",
    "plan_code",
    "group_id",
    "rank",
    "duplicate",
    "valid_from",
)
_RECORD = (*_COLUMNS, "missing_since", "run_id", "body")
_ORDER = ("code", "rank", "source", "native_key")
_BEFORE_ALL = ("", -(1 << 31), "", "")
"""A place in that order that is before every record's."""
_CHANGE = [change.c[name] for name in ("seq", "kind", "code", "at", "data_version", "run_id", "changed_fields")]


class Alias(NamedTuple):
    old_code: str
    new_code: str


class Reading:
    """A moment of the store: everything read through it is of one data version."""

    def __init__(self, connection: AsyncConnection, epoch: Epoch) -> None:
        self._connection = connection
        self.epoch = epoch

    @property
    def data_version(self) -> int:
        return self.epoch.data_version

    async def records(self, kind: RecordKind, *, contested: bool = False) -> AsyncIterator[list[StoredRecord]]:
        """Current records, missing ones included, in batches, ordered by code, rank, source and native key.

        Args:
            contested: only those of jurisdictions of which several sources publish records of the kind.
        """
        after: tuple[Any, ...] = _BEFORE_ALL
        query = _CONTESTED if contested else _CURRENT
        while True:
            values = dict(zip(_ORDER, after, strict=True))
            rows = (await query(self._connection, of=kind, **values)).all()
            if not rows:
                return
            yield [_stored(row) for row in rows]
            if len(rows) < BATCH:
                return
            after = tuple(rows[-1][_RECORD.index(name)] for name in _ORDER)

    async def versions(self, kind: RecordKind, *, storied: bool = False) -> AsyncIterator[list[RecordVersion]]:
        """Every version of every record, those in force too, in batches ordered by group: all of a group's versions
        stand together (a batch may end inside a group). `hub.store.merge.timeline` makes the merged history.

        Args:
            storied: only groups that have had more than one version or more than one record.
        """
        old = select(
            *(version.c[name] for name in _COLUMNS), version.c.valid_to, version.c.run_id, version.c.body
        ).where(version.c.kind == kind)
        new = select(
            *(record.c[name] for name in _COLUMNS),
            sql_cast(literal(None), Time).label("valid_to"),
            record.c.run_id,
            record.c.body,
        ).where(record.c.kind == kind, record.c.gone_at.is_(None))
        if storied:
            new = new.where(record.c.group_id.in_(_storied_groups(kind)))
        # Of the whole union and not of a subquery of it: so SQLite merges two parts in the order of their indexes.
        both = old.union_all(new).order_by("group_id", "source", "native_key", "valid_from")
        result = await self._connection.stream(both)
        async for rows in result.partitions(BATCH):
            yield [_version(row) for row in rows]

    async def changes(self, since: int = 0, *, first: int | None = None) -> AsyncIterator[list[Change]]:
        """Changes after sequence number `since`, oldest first."""
        async for rows in self.kept_changes(since, first=first):
            yield [_change_of(row) for row in rows]

    async def kept_changes(self, since: int = 0, *, first: int | None = None) -> AsyncIterator[list[KeptChange]]:
        """As `changes`, in the store's own words."""
        left = first
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            rows = (await _CHANGES(self._connection, since=since, size=size)).all()
            if not rows:
                return
            yield [KeptChange._make(row) for row in rows]
            since = rows[-1][0]
            left = None if left is None else left - len(rows)

    async def aliases(self) -> list[Alias]:
        """Codes that commitments and plans had before."""
        rows = await self._connection.execute(select(alias.c.old_code, alias.c.new_code).order_by(alias.c.old_code))
        return [Alias(*row) for row in rows]

    async def sources(self) -> list[SourceRecord]:
        rows = await self._connection.execute(select(source).order_by(source.c.key))
        return [source_of(row) for row in rows]

    async def runs(self, after: str = "") -> AsyncIterator[list[Run]]:
        """Runs by id, oldest first, after the one named."""
        columns = [run.c[name] for name in Run.__struct_fields__]
        while True:
            rows = (
                await self._connection.execute(select(*columns).where(run.c.id > after).order_by(run.c.id).limit(BATCH))
            ).all()
            if not rows:
                return
            yield [run_of(row) for row in rows]
            after = rows[-1].id

    async def run_issues(self, run_id: str) -> list[Issue]:
        rows = await self._connection.execute(
            select(run_issue.c.body).where(run_issue.c.run_id == run_id).order_by(run_issue.c.seq)
        )
        return [msgspec.json.decode(body, type=Issue) for body in rows.scalars()]

    async def members(self, codes: Iterable[str]) -> list[StoredRecord]:
        """The current records of these commitments, all sources."""
        return [_stored(row) for row in await _MEMBERS(self._connection, codes=codes)]


class Export(Base):
    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """One read transaction for as many exports as wanted: all are of one data version."""
        async with self._read() as connection:
            yield Reading(connection, await read_epoch(connection))

    async def export_records(self, kind: RecordKind, *, contested: bool = False) -> AsyncIterator[list[StoredRecord]]:
        """As `Reading.records`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.records(kind, contested=contested):
                yield batch

    async def export_versions(self, kind: RecordKind) -> AsyncIterator[list[RecordVersion]]:
        """As `Reading.versions`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.versions(kind):
                yield batch

    async def export_changes(self, since: int = 0) -> AsyncIterator[list[Change]]:
        """As `Reading.changes`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.changes(since):
                yield batch

    async def changes(self, since: int = 0, *, first: int = 100) -> list[Change]:
        """A page of changes, oldest first."""
        async with self.reading() as reading:
            return [item async for batch in reading.changes(since, first=first) for item in batch]

    async def changed_codes(self, since: int = 0) -> set[str]:
        """The codes of which a change was told after sequence number `since`."""
        async with self._read() as connection:
            rows = await connection.execute(select(change.c.code).where(change.c.seq > since).distinct())
            return set(rows.scalars())

    async def last_change_seq(self) -> int:
        """The sequence number of the newest change; 0 before the first."""
        async with self._read() as connection:
            return int((await connection.execute(select(func.coalesce(func.max(change.c.seq), 0)))).scalar_one())


def _current(_: str, *, contested: bool) -> Any:
    """Current records of a kind that come after one."""
    of_kind = and_(record.c.kind == bindparam("of"), record.c.gone_at.is_(None))
    order = tuple_(*(record.c[name] for name in _ORDER))
    after = tuple_(*(bindparam(name, type_=record.c[name].type) for name in _ORDER))
    query = select(*(record.c[name] for name in _RECORD)).where(of_kind, order > after)
    if contested:
        several = (
            select(record.c.jurisdiction)
            .where(of_kind)
            .group_by(record.c.jurisdiction)
            .having(func.min(record.c.source) < func.max(record.c.source))
        )
        query = query.where(record.c.jurisdiction.in_(several))
    return query.order_by(*order.clauses).limit(BATCH)


_CURRENT = Prepared(lambda dialect: _current(dialect, contested=False))
_CONTESTED = Prepared(lambda dialect: _current(dialect, contested=True))
_MEMBERS = Prepared(
    lambda dialect: (
        select(*(record.c[name] for name in _RECORD))
        .where(record.c.kind == "commitment", listed(record.c.code, "codes", dialect), record.c.gone_at.is_(None))
        .order_by(*(record.c[name] for name in _ORDER))
    )
)
_CHANGES = Prepared(
    lambda _: select(*_CHANGE).where(change.c.seq > bindparam("since")).order_by(change.c.seq).limit(bindparam("size"))
)


def _storied_groups(kind: RecordKind) -> Any:
    """Groups with a version that is over, or with several current records."""
    over = select(version.c.group_id).where(version.c.kind == kind)
    several = (
        select(record.c.group_id)
        .where(record.c.kind == kind, record.c.gone_at.is_(None))
        .group_by(record.c.group_id)
        .having(func.count() > 1)
    )
    return over.union(several)


def _stored(row: Any) -> StoredRecord:
    kind, source, native_key, code, plan_code, group, rank, duplicate, begun, missing, run_id, body = row
    return StoredRecord(
        kind=kind, source=source, native_key=native_key, code=code, plan_code=plan_code, group=group, rank=rank,
        duplicate=bool(duplicate), valid_from=time_value(begun),
        missing_since=None if missing is None else time_value(missing), run=run_id, body=body,
    )  # fmt: skip


def _version(row: Any) -> RecordVersion:
    kind, source, native_key, code, plan_code, group, rank, duplicate, begun, ended, run_id, body = row
    return RecordVersion(
        kind=kind, source=source, native_key=native_key, code=code, plan_code=plan_code, group=group, rank=rank,
        duplicate=duplicate, valid_from=begun, valid_to=ended, run=run_id, body=body,
    )  # fmt: skip


_KINDS = {kind.value: kind for kind in ChangeKind}


def _change_of(kept: KeptChange) -> Change:
    seq, kind, code, at, data_version, run_id, fields = kept
    return Change(
        seq=seq, kind=_KINDS[kind], code=code, at=time_value(at), data_version=data_version, run=run_id,
        changed_fields=() if fields == "[]" else tuple(msgspec.json.decode(fields)),
    )  # fmt: skip
