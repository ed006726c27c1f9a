"""Publication: one transaction from what a run staged to what the public sees.

Plans get their identity, commitments theirs; what differs from the current records is written and its former state
kept as a version; what vanished is marked, and leaves when its grace has passed; changes are told; the data version
moves by one if something public changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import Text, and_, case, delete, exists, func, literal, not_, or_, select, tuple_, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Issue, RecordKind
from hub.store.changes import write_aliases, write_changes
from hub.store.engine import MANY, Base
from hub.store.errors import UnknownSource
from hub.store.groups import DUPLICATES_LAST, GroupBook
from hub.store.links import natural_group, read_links, relink
from hub.store.moves import begin, close, expire, leave, move_version, staged_again
from hub.store.plans import resolve_plans
from hub.store.records import KINDS, Counts, Publication, SourceRecord, decode_body
from hub.store.runs import drop_staging, insert_of
from hub.store.sources import BUNDLED, get_source
from hub.store.staging import hold_lease, same_record, source_counts
from hub.store.tables import Time, counter, grouping, pending, plan, record, run, source, staged, staged_plan

_STAGED = ("kind", "native_key", "body", "hash", "jurisdiction", "series", "number", "own_code", "plan_ref")


class Publishing(Base):
    async def publish(self, run_id: str, *, now: datetime, grace: timedelta, complete: bool = True) -> Publication:
        """Make what a run staged public, in ONE transaction; a crash anywhere leaves the old version whole.

        Args:
            grace: how long a vanished record stays in the current view, marked missing.
            complete: False when the run read only part of its source: then nothing vanishes.

        Raises:
            LeaseLost: another run took over; nothing is written.
        """
        async with self._write() as connection:
            at = await begin(connection, now)
            key = await hold_lease(connection, run_id)
            origin = await get_source(connection, key)
            if origin is None:
                raise UnknownSource(f"There is no source {key!r}.", remedy="It must be synced before it is harvested.")
            work = _Publication(connection, run_id, origin, at, complete)
            await work.resolve()
            kinds = await work.apply(grace)
            version_now, changes = await work.tell()
            await drop_staging(connection, run_id)
            await connection.execute(delete(pending).where(pending.c.run_id == run_id))
            values = {"published_version": version_now}
            await connection.execute(update(run).where(run.c.id == run_id).values(values))
        if work.written > MANY:
            await self._analyze("record", "version", "grouping", "group_key")
        return Publication(
            kinds=kinds,
            data_version=version_now,
            published=work.moved,
            changes=changes,
            expired=work.expired,
            at=at,
        )

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
            .order_by(record.c.code)
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


class _Publication:
    """The steps of one publication, inside its transaction."""

    def __init__(
        self, connection: AsyncConnection, run_id: str, origin: SourceRecord, at: datetime, complete: bool
    ) -> None:
        self._connection = connection
        self._run = run_id
        self._source = origin
        self._at = at
        self._complete = complete
        self._first = False
        """Whether the source has no record yet: then nothing can be replaced, return or vanish."""
        self.moved = False
        self.written = 0
        self.expired = 0

    async def resolve(self) -> None:
        """Whose plan, whose commitment, which code: for everything that is new or differs."""
        connection = self._connection
        held = select(record.c.kind).where(record.c.kind.in_(KINDS), record.c.source == self._source.key).limit(1)
        self._first = (await connection.execute(held)).first() is None
        await connection.execute(delete(pending).where(pending.c.run_id == self._run))
        await connection.execute(delete(staged_plan).where(staged_plan.c.run_id == self._run))
        self._plans = await resolve_plans(connection, self._run, self._source)
        await self._collect_pending()
        apart = (await read_links(connection)).apart()
        book = GroupBook(connection, self._run, self._source.key, self._plans, complete=self._complete, apart=apart)
        await book.resolve()
        self._recoded = book.recoded
        if not self._first:
            await self._drop_idle()

    async def apply(self, grace: timedelta) -> dict[RecordKind, Counts]:
        """Write records and versions; the counts are of the source's own records."""
        kinds = await source_counts(self._connection, self._run, self._source.key)
        self.written = written = await self._write_records()
        cascaded = await self._cascade()
        superseded: dict[str, int] = {}
        returned = vanished = 0
        if not self._first:
            superseded = await self._supersede() if self._complete else {}
            returned = await self._return()
            vanished = await self._mark_missing() if self._complete else 0
        self.expired = await expire(self._connection, self._at, grace)
        await write_aliases(self._connection, self._at)
        relinked = await relink(self._connection, self._at)
        moves = (written, cascaded, superseded, returned, vanished, self.expired, relinked, self._plans.touched)
        self.moved = any(moves)
        if written or superseded or vanished:
            await self._connection.execute(
                update(source).where(source.c.key == self._source.key).values(changed_at=self._at)
            )
        if not self._complete:
            kinds = {kind: msgspec.structs.replace(counts, removed=0) for kind, counts in kinds.items()}
        return _with_takeovers(kinds, superseded)

    async def tell(self) -> tuple[int, int]:
        """Data version after the publication, and the number of change rows."""
        if not self.moved:
            current = await self._connection.execute(select(counter.c.value).where(counter.c.name == "data_version"))
            return int(current.scalar_one()), 0
        moved = await move_version(self._connection, self._at)
        changes = await write_changes(self._connection, self._at, moved, self._run)
        return moved, changes

    async def _collect_pending(self) -> None:
        """The staged records that are new, differ, are back after their grace, or belong elsewhere now."""
        rank = self._rank()
        known = and_(record.c.native_key.is_not(None), record.c.gone_at.is_(None))
        same_keys = and_(
            known,
            record.c.plan_id == staged_plan.c.plan_id,
            record.c.series == staged.c.series,
            record.c.number.is_not_distinct_from(staged.c.number),
            record.c.own_code.is_not_distinct_from(staged.c.own_code),
            not_(record.c.duplicate),
        )
        keeps = or_(staged.c.kind != "commitment", same_keys)
        duplicate = func.coalesce(record.c.duplicate, literal(False))
        query = (
            select(
                staged.c.run_id,
                staged.c.kind,
                staged.c.native_key,
                # duplicates are placed last: who had the number keeps it
                staged.c.seq + case((duplicate, DUPLICATES_LAST), else_=0),
                case((keeps, "keep"), else_="resolve"),
                staged_plan.c.plan_id,
                natural_group(),  # until it is resolved: the group that it was of
                rank,
                case((keeps, duplicate), else_=False),
            )
            .select_from(
                staged.outerjoin(
                    staged_plan,
                    and_(staged_plan.c.run_id == staged.c.run_id, staged_plan.c.plan_ref == staged.c.plan_ref),
                ).outerjoin(record, same_record(self._source.key))
            )
            .where(
                staged.c.run_id == self._run,
                or_(
                    record.c.native_key.is_(None),
                    record.c.gone_at.is_not(None),
                    record.c.hash != staged.c.hash,
                    record.c.rank != rank,
                    record.c.duplicate,
                    record.c.plan_id.is_distinct_from(staged_plan.c.plan_id),
                ),
            )
        )
        names = ["run_id", "kind", "native_key", "seq", "action", "plan_id", "group_id", "rank", "duplicate"]
        await self._connection.execute(pending.insert().from_select(names, query))

    def _rank(self) -> Any:
        """`hub.store.sources.rank_of`, in SQL."""
        origin = self._source
        if origin.precedence is not None:
            return literal(origin.precedence)
        if origin.connector == BUNDLED:
            return literal(2)
        own = origin.jurisdiction
        if not own or own == "00":
            return literal(1)
        near = or_(staged.c.jurisdiction == own, func.substr(staged.c.jurisdiction, 1, 2) == own)
        return case((near, 0), else_=1)

    async def _drop_idle(self) -> None:
        """Forget the pending ones that turned out to be what they are already."""
        same = (
            select(literal(1))
            .select_from(record.join(staged, same_record(self._source.key)))
            .where(
                staged.c.run_id == pending.c.run_id,
                staged.c.kind == pending.c.kind,
                staged.c.native_key == pending.c.native_key,
                record.c.gone_at.is_(None),
                record.c.hash == staged.c.hash,
                record.c.rank == pending.c.rank,
                record.c.duplicate == pending.c.duplicate,
                natural_group().is_not_distinct_from(pending.c.group_id),
                record.c.plan_id.is_not_distinct_from(pending.c.plan_id),
            )
        )
        await self._connection.execute(delete(pending).where(pending.c.run_id == self._run, exists(same)))

    async def _write_records(self) -> int:
        """Close what is replaced, then write the pending records."""
        replaced = select(pending.c.kind, literal(self._source.key), pending.c.native_key).where(
            pending.c.run_id == self._run
        )
        ours = tuple_(record.c.kind, record.c.source, record.c.native_key).in_(replaced)
        if not self._first:
            await close(self._connection, self._at, ours)
        natural = grouping.alias("natural")
        joined = (
            pending.join(
                staged,
                and_(
                    staged.c.run_id == pending.c.run_id,
                    staged.c.kind == pending.c.kind,
                    staged.c.native_key == pending.c.native_key,
                ),
            )
            .outerjoin(natural, natural.c.id == pending.c.group_id)
            .outerjoin(grouping, grouping.c.id == func.coalesce(natural.c.leader_id, natural.c.id))
            .outerjoin(plan, plan.c.id == pending.c.plan_id)
        )
        query = (
            select(
                *(staged.c[name] for name in _STAGED),
                literal(self._source.key),
                pending.c.plan_id,
                grouping.c.id,
                case((natural.c.leader_id.is_not(None), natural.c.id)),
                func.coalesce(grouping.c.code, plan.c.code, ""),
                func.coalesce(plan.c.code, ""),
                pending.c.rank,
                pending.c.duplicate,
                literal(self._at, Time),
                literal(self._run),
                sql_cast(None, Text),
                sql_cast(None, Text),
            )
            .select_from(joined)
            .where(pending.c.run_id == self._run)
        )
        names = [
            *_STAGED,
            "source",
            "plan_id",
            "group_id",
            "natural_id",
            "code",
            "plan_code",
            "rank",
            "duplicate",
            "valid_from",
            "run_id",
            "missing_since",
            "gone_at",
        ]
        insert = insert_of(self._connection)(record).from_select(names, query)
        keys = ["kind", "source", "native_key"]
        done = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=keys, set_={name: insert.excluded[name] for name in names if name not in keys}
            )
        )
        return done.rowcount

    async def _cascade(self) -> int:
        """Carry new codes of plans and commitments into records, those of other sources too."""
        total = 0
        targets = [(record.c.group_id, self._recoded), (record.c.plan_id, set(self._plans.recoded))]
        group_code = select(grouping.c.code).where(grouping.c.id == record.c.group_id).scalar_subquery()
        plan_code = select(plan.c.code).where(plan.c.id == record.c.plan_id).scalar_subquery()
        code = func.coalesce(group_code, plan_code)
        for column, ids in targets:
            listed = sorted(ids)
            for start in range(0, len(listed), 500):
                stale = and_(
                    column.in_(listed[start : start + 500]),
                    record.c.gone_at.is_(None),
                    or_(record.c.code != code, record.c.plan_code != plan_code),
                )
                await close(self._connection, self._at, stale)
                done = await self._connection.execute(
                    update(record)
                    .where(stale)
                    .values(code=code, plan_code=plan_code, valid_from=self._at, run_id=self._run)
                )
                total += done.rowcount
        return total

    async def _supersede(self) -> dict[str, int]:
        """A record whose commitment (or plan) the same source now publishes under another key leaves at once."""
        counts: dict[str, int] = {}
        for kind, column in (("commitment", "group_id"), ("plan", "plan_id")):
            other = record.alias("other")
            taken = select(literal(1)).where(
                other.c[column] == record.c[column],
                other.c.kind == kind,
                other.c.source == self._source.key,
                other.c.gone_at.is_(None),
                other.c.native_key != record.c.native_key,
                exists(staged_again(self._run, other)),
            )
            gone = and_(self._not_staged(kind), exists(taken))
            present = select(func.count()).where(gone, record.c.missing_since.is_(None))
            count = (await self._connection.execute(present)).scalar_one()
            if await leave(self._connection, self._at, gone):
                counts[kind] = count
        return counts

    def _not_staged(self, *kinds: str) -> Any:
        """The source's current records that the run did not stage."""
        return and_(
            record.c.kind.in_(kinds or KINDS),
            record.c.source == self._source.key,
            record.c.gone_at.is_(None),
            ~exists(staged_again(self._run, record)),
        )

    async def _return(self) -> int:
        """What is staged is not missing."""
        done = await self._connection.execute(
            update(record)
            .where(
                record.c.source == self._source.key,
                record.c.missing_since.is_not(None),
                record.c.gone_at.is_(None),
                exists(staged_again(self._run, record)),
            )
            .values(missing_since=None)
        )
        return done.rowcount

    async def _mark_missing(self) -> int:
        done = await self._connection.execute(
            update(record).where(self._not_staged(), record.c.missing_since.is_(None)).values(missing_since=self._at)
        )
        return done.rowcount


def _with_takeovers(kinds: dict[RecordKind, Counts], superseded: dict[str, int]) -> dict[RecordKind, Counts]:
    """A record that came under a new key for one that left is modified, neither added nor removed."""
    result = dict(kinds)
    for name, count in superseded.items():
        kind = cast("RecordKind", name)
        old = result[kind]
        result[kind] = msgspec.structs.replace(
            old,
            added=max(0, old.added - count),
            removed=max(0, old.removed - count),
            modified=old.modified + count,
        )
    return result
