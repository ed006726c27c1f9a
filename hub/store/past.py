"""The store as it was at an instant: what was public then, under the codes that its records have now.

Nothing that was published is ever forgotten (`record`, `version`), so the past is a matter of asking. Only how a missing
mark came and went is not kept: a record is missing then if it is marked now and was by then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, literal, or_, select, union
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import RecordKind, Run, RunVerdict
from hub.store.engine import Base
from hub.store.export import BATCH, Reading
from hub.store.live import read_epoch
from hub.store.records import Epoch, KeptChange, RecordVersion, SourceRecord, StoredRecord
from hub.store.runs import GOOD, run_of
from hub.store.tables import change, grouping, plan, record, run, version
from hub.store.times import time_text
from hub.store.values import Time, plain

_NEVER = sql_cast(literal(None), Time)
_RUN = [run.c[name] for name in Run.__struct_fields__]
_ORDER = ("code", "rank", "source", "native_key")


class PastReading(Reading):
    """One moment of the store, read as of an earlier one.

    Attributes:
        at: the instant whose records are given: those public then, the publication of that very instant included.
    """

    def __init__(self, connection: AsyncConnection, epoch: Epoch, at: datetime) -> None:
        super().__init__(connection, epoch)
        self.at = at

    async def records(self, kind: RecordKind, *, contested: bool = False) -> AsyncIterator[list[StoredRecord]]:
        """The records that stood then, in batches, ordered as `Reading.records` orders those of now.

        Raises:
            ValueError: contested ones are asked for, which no past moment tells apart.
        """
        if contested:
            raise ValueError("a past moment does not tell which jurisdictions were contested")
        known = self._known(kind).subquery()
        query = select(known).where(known.c.valid_to.is_(None)).order_by(*(known.c[name] for name in _ORDER))
        result = await self._connection.stream(query)
        async for rows in result.partitions(BATCH):
            yield [_stored(row) for row in rows]

    async def versions(self, kind: RecordKind, *, storied: bool = False) -> AsyncIterator[list[RecordVersion]]:
        """What had been published until then, ordered as `Reading.versions`; what still stood then has no end."""
        known = self._known(kind).subquery()
        query = select(known)
        if storied:
            several = (
                select(known.c.group)
                .group_by(known.c.group)
                .having(or_(func.count() > 1, func.count(known.c.valid_to) > 0))
            )
            query = query.where(known.c.group.in_(several))
        order = (known.c.group, known.c.source, known.c.native_key, known.c.valid_from)
        result = await self._connection.stream(query.order_by(*order))
        async for rows in result.partitions(BATCH):
            yield [_version(row) for row in rows]

    async def kept_changes(self, since: int = 0, *, first: int | None = None) -> AsyncIterator[list[KeptChange]]:
        """Changes told until then. Their numbers rise with time."""
        last = time_text(self.at)
        async for batch in super().kept_changes(since, first=first):
            told = [kept for kept in batch if kept.at <= last]
            if told:
                yield told
            if len(told) < len(batch):
                return

    async def sources(self) -> list[SourceRecord]:
        """The sources that the hub knew then, as they are described now."""
        return [
            source for source in await super().sources() if source.created_at is None or source.created_at <= self.at
        ]

    def _known(self, kind: RecordKind) -> Any:
        """Every version that had begun by then, as `RecordVersion` has it, and what `StoredRecord` has besides."""
        now = select(
            *_common(record, record.c.code, record.c.plan_code),
            _NEVER.label("valid_to"),
            self._if_by_then(record.c.missing_since).label("missing_since"),
        ).where(record.c.kind == kind, record.c.gone_at.is_(None), record.c.valid_from <= self.at)
        same = and_(
            record.c.kind == version.c.kind,
            record.c.source == version.c.source,
            record.c.native_key == version.c.native_key,
        )
        # The mark of a record that has left stands with it; it is of the version that ended as it left.
        marked = and_(record.c.gone_at == version.c.valid_to, record.c.missing_since <= self.at)
        joined = version.outerjoin(record, same)
        codes = (func.coalesce(record.c.code, version.c.code), func.coalesce(record.c.plan_code, version.c.plan_code))
        if kind == "commitment":  # codes belong to commitments, which records may leave
            joined = joined.outerjoin(grouping, grouping.c.id == version.c.group_id)
            joined = joined.outerjoin(plan, plan.c.id == grouping.c.plan_id)
            codes = (func.coalesce(grouping.c.code, version.c.code), func.coalesce(plan.c.code, version.c.plan_code))
        then = (
            select(
                *_common(version, *codes),
                self._if_by_then(version.c.valid_to).label("valid_to"),
                case((marked, record.c.missing_since), else_=_NEVER).label("missing_since"),
            )
            .select_from(joined)
            .where(version.c.kind == kind, version.c.valid_from <= self.at)
        )
        return now.union_all(then)

    def _if_by_then(self, column: Any) -> Any:
        """An instant if it had come by then, else nothing."""
        return case((column <= self.at, column), else_=_NEVER)


class SourceRuns(NamedTuple):
    """The runs of one source that tell how it stood at an instant: the newest, and the newest that had ended, that had
    read it with success, that had published something."""

    last: Run | None
    ended: Run | None
    good: Run | None
    published: Run | None


class Past(Base):
    """What the store tells of earlier moments."""

    @asynccontextmanager
    async def reading_at(self, at: datetime) -> AsyncIterator[PastReading]:
        """One read transaction over what was public at an instant."""
        async with self._read() as connection:
            live = (await read_epoch(connection)).live
            yield PastReading(connection, Epoch(await _version_at(connection, at), live), at)

    async def moments(self, after: datetime | None = None) -> list[datetime]:
        """The instants, in order, at which the records of the public changed; only those after one, where it is given.

        A publication that only marked records missing is told by its run: the marks may be gone since.
        """
        begun = select(record.c.valid_from.label("moment"))
        had_begun = select(version.c.valid_from.label("moment"))
        ended = select(version.c.valid_to.label("moment"))
        marked = select(record.c.missing_since.label("moment")).where(record.c.missing_since.is_not(None))
        silent = select(run.c.finished_at.label("moment")).where(
            run.c.published_version.is_not(None), run.c.finished_at.is_not(None), run.c.added == 0, run.c.modified == 0
        )
        if after is not None:  # whatever began later ended later too: the index on valid_to finds both
            begun = begun.where(record.c.valid_from > after)
            had_begun = had_begun.where(version.c.valid_to > after, version.c.valid_from > after)
            ended = ended.where(version.c.valid_to > after)
            marked = marked.where(record.c.missing_since > after)
            silent = silent.where(run.c.finished_at > after)
        query = union(begun, had_begun, ended, marked, silent)
        async with self._read() as connection:
            return sorted((await connection.execute(query)).scalars())

    async def runs_at(self, at: datetime, source_key: str | None, *, first: int, after: str | None = None) -> list[Run]:
        """As `Runs.runs`, at an instant: what had not begun is left out, what ended later is under way."""
        query = select(*_RUN).where(run.c.started_at <= at).order_by(run.c.id.desc()).limit(first)
        if source_key is not None:
            query = query.where(run.c.source == source_key)
        if after is not None:
            query = query.where(run.c.id < after)
        async with self._read() as connection:
            return [_run_at(row, at) for row in await connection.execute(query)]

    async def count_runs_at(self, at: datetime, source_key: str | None) -> int:
        """How many runs had begun by an instant."""
        query = select(func.count()).select_from(run).where(run.c.started_at <= at)
        if source_key is not None:
            query = query.where(run.c.source == source_key)
        async with self._read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def source_runs_at(self, at: datetime) -> dict[str, SourceRuns]:
        """Source key -> its runs that tell how it stood at an instant; a source without any run by then is absent."""
        over = run.c.finished_at <= at
        wanted = (
            run.c.started_at <= at,
            over,
            and_(over, run.c.verdict.in_([verdict.value for verdict in GOOD])),
            and_(over, run.c.verdict == RunVerdict.PUBLISHED.value),
        )
        found: list[dict[str, Run]] = []
        async with self._read() as connection:
            for condition in wanted:
                newest = select(func.max(run.c.id)).where(condition).group_by(run.c.source)
                rows = await connection.execute(select(*_RUN).where(run.c.id.in_(newest)))
                found.append({row.source: _run_at(row, at) for row in rows})
        return {key: SourceRuns(*(runs.get(key) for runs in found)) for key in found[0]}


async def _version_at(connection: AsyncConnection, at: datetime) -> int:
    """The data version of an instant, as far as changes and runs tell it; 0 where nothing had been published."""
    told = select(func.max(change.c.data_version)).where(change.c.at <= at)
    published = select(func.max(run.c.published_version)).where(run.c.finished_at <= at)
    found = [(await connection.execute(query)).scalar_one() for query in (told, published)]
    return max((int(value) for value in found if value is not None), default=0)


def _run_at(row: Any, at: datetime) -> Run:
    """A run as it was known at an instant."""
    found = run_of(row)
    if found.finished_at is None or found.finished_at <= at:
        return found
    return Run(id=found.id, source=found.source, verdict=RunVerdict.RUNNING, started_at=found.started_at)


def _common(table: Any, code: Any, plan_code: Any) -> list[Any]:
    """What every version and every current record has, under the names of `RecordVersion`."""
    return [
        table.c.kind, table.c.source, table.c.native_key, code.label("code"), plan_code.label("plan_code"),
        table.c.group_id.label("group"), table.c.rank, table.c.duplicate, table.c.valid_from, table.c.run_id.label("run"),
        table.c.body,
    ]  # fmt: skip


def _stored(row: Any) -> StoredRecord:
    values = plain(row)
    return StoredRecord(**{name: values[name] for name in StoredRecord.__struct_fields__})


def _version(row: Any) -> RecordVersion:
    values = plain(row)
    return RecordVersion(**{name: values[name] for name in RecordVersion.__struct_fields__})
