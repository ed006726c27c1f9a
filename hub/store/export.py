"""What leaves the store: current records, versions, changes, aliases; streamed in batches, nothing held whole.

Each export is one read transaction, so that what it gives is of one moment however long it takes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import cast as sql_cast
from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Change, Issue, RecordKind, Run
from hub.store.engine import Base
from hub.store.live import read_epoch
from hub.store.records import Epoch, RecordVersion, SourceRecord, StoredRecord
from hub.store.runs import run_of
from hub.store.sources import source_of
from hub.store.tables import Time, alias, change, plain, record, run, run_issue, source, version

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

    async def records(self, kind: RecordKind) -> AsyncIterator[list[StoredRecord]]:
        """Current records, missing ones included, in batches, ordered by code, rank, source and native key."""
        columns = [record.c[name] for name in (*_COLUMNS, "missing_since", "run_id", "body")]
        order = (record.c.code, record.c.rank, record.c.source, record.c.native_key)
        after: tuple[Any, ...] | None = None
        while True:
            query = select(*columns).where(record.c.kind == kind, record.c.gone_at.is_(None))
            if after is not None:
                query = query.where(tuple_(*order) > after)
            rows = (await self._connection.execute(query.order_by(*order).limit(BATCH))).all()
            if not rows:
                return
            yield [StoredRecord(**_renamed(row._mapping)) for row in rows]
            after = (rows[-1].code, rows[-1].rank, rows[-1].source, rows[-1].native_key)

    async def versions(self, kind: RecordKind) -> AsyncIterator[list[RecordVersion]]:
        """Every version of every record, those in force too, in batches ordered by group: all of a group's versions
        stand together (a batch may end inside a group). `hub.store.merge.timeline` makes the merged history."""
        old = select(
            *(version.c[name] for name in _COLUMNS), version.c.valid_to, version.c.run_id, version.c.body
        ).where(version.c.kind == kind)
        new = select(
            *(record.c[name] for name in _COLUMNS),
            sql_cast(literal(None), Time).label("valid_to"),
            record.c.run_id,
            record.c.body,
        ).where(record.c.kind == kind, record.c.gone_at.is_(None))
        both = old.union_all(new).subquery()
        result = await self._connection.stream(
            select(both).order_by(both.c.group_id, both.c.source, both.c.native_key, both.c.valid_from)
        )
        async for rows in result.partitions(BATCH):
            yield [RecordVersion(**_renamed(row._mapping)) for row in rows]

    async def changes(self, since: int = 0, *, first: int | None = None) -> AsyncIterator[list[Change]]:
        """Changes after sequence number `since`, oldest first."""
        left = first
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            rows = (
                await self._connection.execute(
                    select(change).where(change.c.seq > since).order_by(change.c.seq).limit(size)
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
        columns = [record.c[name] for name in (*_COLUMNS, "missing_since", "run_id", "body")]
        rows = await self._connection.execute(
            select(*columns)
            .where(record.c.kind == "commitment", record.c.code.in_(list(codes)), record.c.gone_at.is_(None))
            .order_by(record.c.code, record.c.rank, record.c.source, record.c.native_key)
        )
        return [StoredRecord(**_renamed(row._mapping)) for row in rows]


class Export(Base):
    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """One read transaction for as many exports as wanted: all are of one data version."""
        async with self._read() as connection:
            yield Reading(connection, await read_epoch(connection))

    async def export_records(self, kind: RecordKind) -> AsyncIterator[list[StoredRecord]]:
        """As `Reading.records`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.records(kind):
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

    async def last_change_seq(self) -> int:
        """The sequence number of the newest change; 0 before the first."""
        async with self._read() as connection:
            return int((await connection.execute(select(func.coalesce(func.max(change.c.seq), 0)))).scalar_one())

    async def export_runs(self, after: str = "") -> AsyncIterator[list[Run]]:
        """As `Reading.runs`, in a transaction of its own."""
        async with self.reading() as reading:
            async for batch in reading.runs(after):
                yield batch


def _renamed(row: Any) -> dict[str, Any]:
    values = dict(row)
    values["group"] = values.pop("group_id")
    values["run"] = values.pop("run_id")
    return values


def _change_of(row: Any) -> Change:
    values = plain(row)
    values["run"] = values.pop("run_id")
    values["changed_fields"] = tuple(msgspec.json.decode(values["changed_fields"]))
    return msgspec.convert(values, Change)
