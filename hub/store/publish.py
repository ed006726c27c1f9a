"""Publication: one transaction from what a run staged to what the public sees.

Plans get their identity, commitments theirs; what differs from the current records is written and its former state
kept as a version; what vanished is marked, and leaves when its grace has passed; changes are told; the data version
moves by one if something public changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Issue, RecordKind
from hub.store.again import Republication
from hub.store.bulk import Prepared, insert_rows, one_of
from hub.store.changes import write_changes
from hub.store.engine import FEW, MANY, Base, tell_planner
from hub.store.errors import UnknownSource
from hub.store.fetched import write_fetched
from hub.store.first import FirstPublication
from hub.store.links import read_links, relink
from hub.store.moves import RUN, SOURCE, begin, expire, move_version
from hub.store.plans import RunPlans, resolve_plans, stage_plans
from hub.store.records import KINDS, Counts, Publication, SourceRecord, decode_body
from hub.store.runs import drop_staging
from hub.store.sources import get_source, rank_of
from hub.store.staging import hold_lease
from hub.store.steps import Steps
from hub.store.tables import record, run, staged
from hub.store.waiting import Waiting


class Publishing(Base):
    async def publish(self, run_id: str, *, now: datetime, grace: timedelta, complete: bool = True) -> Publication:
        """Make what a run staged public, in ONE transaction; a crash anywhere leaves the old version whole.

        Args:
            grace: how long a vanished record stays in the current view, marked missing.
            complete: False when the run read only part of its source: then nothing vanishes.

        Raises:
            LeaseLost: another run took over; nothing is written.
        """
        waiting = self._waiting.get(run_id) or Waiting()
        in_memory = None if waiting.written else waiting
        async with self._write() as connection:
            at = await begin(connection, now)
            key = await hold_lease(connection, run_id)
            origin = await get_source(connection, key)
            if origin is None:
                raise UnknownSource(f"There is no source {key!r}.", remedy="It must be synced before it is harvested.")
            if waiting.fetched is not None:
                await write_fetched(connection, waiting.fetched)
            if waiting.written:
                await _stage(connection, waiting)
            plans = await resolve_plans(connection, run_id, origin, in_memory)
            work: Steps
            given = (connection, run_id, origin, at, plans, await read_links(connection))
            if (await _HELD(connection, source=key)).first() is None:
                work = first = FirstPublication(*given)
                kinds = await first.apply(in_memory, grace)
            elif in_memory is not None and await _stands(connection, origin, plans, in_memory, complete=complete):
                work = Steps(*given)
                kinds = _unchanged(waiting.rows, plans.made)
                await work.finish(grace)
            else:
                if in_memory is not None:
                    await _stage(connection, waiting)
                await stage_plans(connection, run_id, plans)
                work = again = Republication(*given)
                kinds = await again.apply(grace, complete=complete)
                await drop_staging(connection, run_id)
            version_now, changes = await work.tell()
            await _DONE.later(connection, run=run_id, version=version_now)
        waiting.clear(written=waiting.written and isinstance(work, FirstPublication))
        await self._tell_of(work.written)
        return Publication(
            kinds=kinds,
            data_version=version_now,
            published=work.moved,
            changes=changes,
            expired=work.expired,
            at=at,
            duplicates=work.duplicates,
        )

    async def _tell_of(self, written: int) -> None:
        """Tell PostgreSQL of the records that a publication wrote: of many, and of fewer that are much of what it knows."""
        if written <= FEW or not self._postgres:
            return
        if written <= MANY:
            async with self._read() as connection:
                known = (await connection.exec_driver_sql(_KNOWN_RECORDS)).scalar_one()
            if written < known * _SHARE:
                return
        await self._analyze("record", "version", "grouping", "group_key")

    async def codes_of(self, source_key: str, native_keys: Sequence[str]) -> dict[str, str]:
        """Public codes of the commitments of one source, by native key; those it never published are left out."""
        found: dict[str, str] = {}
        async with self._read() as connection:
            for start in range(0, len(native_keys), 500):
                rows = await connection.execute(
                    select(record.c.native_key, record.c.code).where(
                        record.c.kind == "commitment",
                        record.c.source == source_key,
                        record.c.gone_at.is_(None),
                        record.c.native_key.in_(native_keys[start : start + 500]),
                    )
                )
                found |= {key: code for key, code in rows if code}
        return found

    async def duplicates_of(self, source_key: str, *, first: int = 500) -> list[Issue]:
        """Why commitments that a source publishes now did not get the code that their number asks for."""
        query = (
            select(record.c.body, record.c.code, record.c.plan_code)
            .where(
                record.c.kind == "commitment",
                record.c.source == source_key,
                record.c.gone_at.is_(None),
                record.c.missing_since.is_(None),
                record.c.duplicate,
            )
            .order_by(func.coalesce(record.c.code, ""))  # by the index of codes it would read every source's records
            .limit(first)
        )
        async with self._read() as connection:
            rows = (await connection.execute(query)).all()
        return [decode_body("commitment", body, code, plan_code, True).issues[-1] for body, code, plan_code in rows]

    async def sweep(self, *, now: datetime, grace: timedelta) -> Publication | None:
        """Let records leave whose grace has passed; None when there are none. One transaction."""
        async with self._write() as connection:
            at = await begin(connection, now)
            expired = await expire(connection, at, grace)
            if not expired:
                return None
            await relink(connection, at)
            version_now = await move_version(connection, at)
            changes = await write_changes(connection, at, version_now, None)
            return Publication(
                kinds={}, data_version=version_now, published=True, changes=changes, expired=expired, at=at
            )


_SHARE = 0.1
"""Of the records that PostgreSQL knows of: its own measure of when to look at a table again."""
_KNOWN_RECORDS = "SELECT reltuples FROM pg_class WHERE oid = 'record'::regclass"


async def _stage(connection: AsyncConnection, waiting: Waiting) -> None:
    """Put the rows that wait into the table, and let the planner know."""
    await insert_rows(connection, staged, waiting.rows)
    await tell_planner(connection, len(waiting.rows), "staged")


_HELD = Prepared(lambda _: select(literal(1)).where(one_of(record.c.kind, KINDS), record.c.source == SOURCE).limit(1))
_DONE = Prepared(lambda _: update(run).where(run.c.id == RUN).values(published_version=bindparam("version")))
_STANDING = Prepared(
    lambda _: select(
        record.c.kind, record.c.native_key, record.c.hash, record.c.rank, record.c.plan_id, record.c.duplicate,
        record.c.missing_since.is_not(None),
    ).where(one_of(record.c.kind, KINDS), record.c.source == SOURCE, record.c.gone_at.is_(None))
)  # fmt: skip


async def _stands(
    connection: AsyncConnection, origin: SourceRecord, plans: RunPlans, waiting: Waiting, *, complete: bool
) -> bool:
    """Whether what was read is what is public: the same content under the same keys, of the same plans, nothing missing."""
    if plans.book.touched:
        return False
    found = {}
    for kind, key, *known, duplicate, missing in (await _STANDING(connection, source=origin.key)).all():
        if duplicate or missing:
            return False  # it may get its number after all; it is back, or stays away
        found[kind, key] = known
    rows = [*waiting.rows, *plans.made]
    if complete and len(rows) != len(found):
        return False
    return all(
        found.get((row["kind"], row["native_key"]))
        == [row["hash"], rank_of(origin, row["jurisdiction"]), plans.of.get(row["plan_ref"])]
        for row in rows
    )


def _unchanged(*staged_rows: Iterable[dict[str, Any]]) -> dict[RecordKind, Counts]:
    counts: Counter[RecordKind] = Counter(row["kind"] for rows in staged_rows for row in rows)
    return {kind: Counts(unchanged=counts[kind]) for kind in sorted(counts)}
