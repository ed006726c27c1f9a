"""What leaves the store: current records, versions, changes, aliases; streamed in batches, nothing held whole.

Each export is one read transaction, so that what it gives is of one moment however long it takes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, func, literal, select, tuple_
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Change, ChangeKind, Issue, RecordKind, Run
from hub.store.engine import Base
from hub.store.live import read_epoch
from hub.store.records import Epoch, RecordVersion, SourceRecord, StoredRecord
from hub.store.runs import run_of
from hub.store.sources import source_of
from hub.store.tables import Time, alias, change, record, run, run_issue, source, version

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
        columns = [record.c[name] for name in _RECORD]
        order = (record.c.code, record.c.rank, record.c.source, record.c.native_key)
        current = and_(record.c.kind == kind, record.c.gone_at.is_(None))
        if contested:
            several = (
                select(record.c.jurisdiction)
                .where(current)
                .group_by(record.c.jurisdiction)
                .having(func.min(record.c.source) < func.max(record.c.source))
            )
            current = and_(current, record.c.jurisdiction.in_(several))
        after: tuple[Any, ...] | None = None
        while True:
            query = select(*columns).where(current)
            if after is not None:
                query = query.where(tuple_(*order) > after)
            rows = (await self._connection.execute(query.order_by(*order).limit(BATCH))).all()
            if not rows:
                return
            yield [_stored(row) for row in rows]
            after = (rows[-1].code, rows[-1].rank, rows[-1].source, rows[-1].native_key)
            if len(rows) < BATCH:
                return

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
        both = old.union_all(new).subquery()
        result = await self._connection.stream(
            select(both).order_by(both.c.group_id, both.c.source, both.c.native_key, both.c.valid_from)
        )
        async for rows in result.partitions(BATCH):
            yield [_version(row) for row in rows]

    async def changes(self, since: int = 0, *, first: int | None = None) -> AsyncIterator[list[Change]]:
        """Changes after sequence number `since`, oldest first."""
        left = first
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            rows = (
                await self._connection.execute(
                    select(*_CHANGE).where(change.c.seq > since).order_by(change.c.seq).limit(size)
                )
            ).all()
            if not rows:
                return
            yield [_change_of(row) for row in rows]
            since = rows[-1].seq
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
        columns = [record.c[name] for name in _RECORD]
        rows = await self._connection.execute(
            select(*columns)
            .where(record.c.kind == "commitment", record.c.code.in_(list(codes)), record.c.gone_at.is_(None))
            .order_by(record.c.code, record.c.rank, record.c.source, record.c.native_key)
        )
        return [_stored(row) for row in rows]


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

    async def export_runs(self, after: str = "") -> AsyncIterator[list[Run]]:
        """As `Reading.runs`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.runs(after):
                yield batch


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
        duplicate=duplicate, valid_from=begun, missing_since=missing, run=run_id, body=body,
    )  # fmt: skip


def _version(row: Any) -> RecordVersion:
    kind, source, native_key, code, plan_code, group, rank, duplicate, begun, ended, run_id, body = row
    return RecordVersion(
        kind=kind, source=source, native_key=native_key, code=code, plan_code=plan_code, group=group, rank=rank,
        duplicate=duplicate, valid_from=begun, valid_to=ended, run=run_id, body=body,
    )  # fmt: skip


def _change_of(row: Any) -> Change:
    seq, kind, code, at, data_version, run_id, fields = row
    return Change(
        seq=seq, kind=ChangeKind(kind), code=code, at=at, data_version=data_version, run=run_id,
        changed_fields=() if fields == "[]" else tuple(msgspec.json.decode(fields)),
    )  # fmt: skip
