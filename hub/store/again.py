"""The publication of a source that has records: what differs is written, its former state kept, what vanished is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast

from hub.model import RecordKind
from hub.store.bulk import Prepared, insert_into, listed, one_of
from hub.store.engine import tell_planner
from hub.store.first import STAGED
from hub.store.groups import DUPLICATES_LAST, GroupBook
from hub.store.links import natural_group
from hub.store.moves import AT, RUN, SOURCE, closing, leaving, staged_again
from hub.store.records import KINDS, Counts, SourceRecord
from hub.store.sources import rank_of
from hub.store.staging import same_record, source_counts
from hub.store.steps import Steps
from hub.store.tables import grouping, pending, plan, record, staged, staged_plan

_OWN: Any = bindparam("own", type_=Text())


class Absent(NamedTuple):
    """A current record of the source that the run did not stage.

    Attributes:
        identity: the commitment or the plan that it is of.
        missing: whether it was marked as missing before.
    """

    kind: str
    native_key: str
    identity: int | None
    missing: bool


class Republication(Steps):
    """Of a source that has published before.

    Args of `apply`:
        complete: False when the run read only part of its source: then nothing vanishes.
    """

    async def apply(self, grace: timedelta, *, complete: bool) -> dict[RecordKind, Counts]:
        """Write records and versions; the counts are of the source's own records."""
        values = {"run": self._run, "source": self._source.key}
        kinds = await source_counts(self._connection, self._run, self._source.key)
        collected = (await _COLLECT(self._connection, **values, **_ranks(self._source))).rowcount
        await tell_planner(self._connection, collected, "pending")
        apart = self._links.apart()
        self._book = GroupBook(
            self._connection, self._run, self._source.key, self._plans.book, complete=complete, apart=apart
        )
        await self._book.begin()
        await self._book.resolve()
        await _DROP_IDLE.later(self._connection, **values)
        if (await _ANY_PENDING(self._connection, run=self._run)).first() is not None:
            await _CLOSE_REPLACED.later(self._connection, at=self._at, **values)
            self.written = (await _WRITE(self._connection, at=self._at, **values)).rowcount
        superseded: dict[str, int] = {}
        vanished = 0
        if complete:
            absent = [Absent(*row) for row in await _ABSENT(self._connection, **values)]
            superseded, left = await self._supersede(absent)
            vanished = await self._mark(left)
        returned = (await _RETURN(self._connection, **values)).rowcount
        await self.finish(grace, left=sum(superseded.values()) + vanished + self._silently, returned=returned)
        await _FORGET.later(self._connection, run=self._run)
        if not complete:
            kinds = {kind: msgspec.structs.replace(counts, removed=0) for kind, counts in kinds.items()}
        return _with_takeovers(kinds, superseded)

    duplicates = True
    _silently = 0
    """Records that left although they were missing already."""

    async def _supersede(self, absent: Sequence[Absent]) -> tuple[dict[str, int], list[Absent]]:
        """A record whose commitment (or plan) the same source now publishes under another key leaves at once.

        Returns:
            how many there were of each kind that were not missing yet, and the absent ones that stay for their grace.
        """
        counts: dict[str, int] = {}
        gone: set[Absent] = set()
        for kind, taken in _TAKEN.items():
            mine = {one: identity for one in absent if one.kind == kind and (identity := one.identity) is not None}
            if not mine:
                continue
            values = {"run": self._run, "source": self._source.key, "ids": sorted(set(mine.values()))}
            standing = set((await taken(self._connection, **values)).scalars())
            replaced = [one for one, identity in mine.items() if identity in standing]
            if not replaced:
                continue
            keyed = {"kind": kind, "source": self._source.key, "keys": [one.native_key for one in replaced]}
            await _CLOSE_KEYS.later(self._connection, at=self._at, **keyed)
            await _LEAVE_KEYS.later(self._connection, at=self._at, **keyed)
            counts[kind] = sum(not one.missing for one in replaced)
            self._silently += len(replaced) - counts[kind]
            gone |= set(replaced)
        return counts, [one for one in absent if one not in gone]

    async def _mark(self, absent: Sequence[Absent]) -> int:
        """Mark as missing what is not so yet; how many there were."""
        total = 0
        for kind in sorted({one.kind for one in absent}):
            keys = [one.native_key for one in absent if one.kind == kind and not one.missing]
            if keys:
                given = {"kind": kind, "source": self._source.key, "keys": keys}
                total += (await _MARK_KEYS(self._connection, at=self._at, **given)).rowcount
        return total


def _ranks(origin: SourceRecord) -> dict[str, Any]:
    """`hub.store.sources.rank_of`, as parameters of `_RANK`."""
    own = origin.jurisdiction
    return {"own": own, "near": rank_of(origin, own), "far": rank_of(origin, None)}


_RANK: Any = case(
    (
        or_(staged.c.jurisdiction == _OWN, func.substr(staged.c.jurisdiction, 1, 2) == _OWN),
        sql_cast(bindparam("near"), record.c.rank.type),
    ),
    else_=sql_cast(bindparam("far"), record.c.rank.type),
)


def _collect(_: str) -> Any:
    """The staged records that are new, differ, are back after their grace, or belong elsewhere now."""
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
            _RANK,
            case((keeps, duplicate), else_=False),
        )
        .select_from(
            staged.outerjoin(
                staged_plan,
                and_(staged_plan.c.run_id == staged.c.run_id, staged_plan.c.plan_ref == staged.c.plan_ref),
            ).outerjoin(record, same_record(SOURCE))
        )
        .where(
            staged.c.run_id == RUN,
            or_(
                record.c.native_key.is_(None),
                record.c.gone_at.is_not(None),
                record.c.hash != staged.c.hash,
                record.c.rank != _RANK,
                record.c.duplicate,
                record.c.plan_id.is_distinct_from(staged_plan.c.plan_id),
            ),
        )
    )
    names = ["run_id", "kind", "native_key", "seq", "action", "plan_id", "group_id", "rank", "duplicate"]
    return pending.insert().from_select(names, query)


def _drop_idle(_: str) -> Any:
    """Forget the pending ones that turned out to be what they are already."""
    same = (
        select(literal(1))
        .select_from(record.join(staged, same_record(SOURCE)))
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
    return delete(pending).where(pending.c.run_id == RUN, exists(same))


def _replaced(_: str) -> Any:
    ours = select(pending.c.kind, SOURCE, pending.c.native_key).where(pending.c.run_id == RUN)
    return tuple_(record.c.kind, record.c.source, record.c.native_key).in_(ours)


def _write(dialect: str) -> Any:
    """The pending records, over those that they replace."""
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
    values: dict[str, Any] = {name: staged.c[name] for name in STAGED} | {
        "source": SOURCE,
        "plan_id": pending.c.plan_id,
        "group_id": grouping.c.id,
        "natural_id": case((natural.c.leader_id.is_not(None), natural.c.id)),
        "code": func.coalesce(grouping.c.code, plan.c.code, ""),
        "plan_code": func.coalesce(plan.c.code, ""),
        "rank": pending.c.rank,
        "duplicate": pending.c.duplicate,
        "valid_from": AT,
        "run_id": RUN,
        "missing_since": sql_cast(None, Text),
        "gone_at": sql_cast(None, Text),
    }
    query = select(*values.values()).select_from(joined).where(pending.c.run_id == RUN)
    insert = insert_into(record, dialect).from_select(list(values), query)
    keys = ["kind", "source", "native_key"]
    return insert.on_conflict_do_update(
        index_elements=keys, set_={name: insert.excluded[name] for name in values if name not in keys}
    )


def _absent(_: str) -> Any:
    """The source's current records that the run did not stage: mostly none or few, so they are asked for once."""
    identity = case((record.c.kind == "commitment", record.c.group_id), (record.c.kind == "plan", record.c.plan_id))
    return select(record.c.kind, record.c.native_key, identity, record.c.missing_since.is_not(None)).where(
        one_of(record.c.kind, KINDS),
        record.c.source == SOURCE,
        record.c.gone_at.is_(None),
        ~staged_again(record),
    )


def _taken(kind: str, column: str) -> Prepared:
    """Those of some commitments (or plans) that the source publishes with this run."""
    return Prepared(
        lambda dialect: select(record.c[column]).where(
            listed(record.c[column], "ids", dialect, BigInteger),
            record.c.kind == literal_column(f"'{kind}'"),
            record.c.source == SOURCE,
            record.c.gone_at.is_(None),
            staged_again(record),
        )
    )


def _keyed(dialect: str) -> Any:
    """The source's current records of some native keys."""
    of_kind = record.c.kind == bindparam("kind", type_=Text())
    return and_(
        of_kind, record.c.source == SOURCE, listed(record.c.native_key, "keys", dialect), record.c.gone_at.is_(None)
    )


_COLLECT = Prepared(_collect)
_DROP_IDLE = Prepared(_drop_idle)
_ANY_PENDING = Prepared(lambda _: select(literal(1)).select_from(pending).where(pending.c.run_id == RUN).limit(1))
_CLOSE_REPLACED = closing(_replaced)
_WRITE = Prepared(_write)
_ABSENT = Prepared(_absent)
_TAKEN = {"commitment": _taken("commitment", "group_id"), "plan": _taken("plan", "plan_id")}
_CLOSE_KEYS = closing(_keyed)
_LEAVE_KEYS = leaving(_keyed)
_MARK_KEYS = Prepared(lambda dialect: update(record).where(_keyed(dialect)).values(missing_since=AT))
_RETURN = Prepared(  # what is staged is not missing
    lambda _: (
        update(record)
        .where(
            record.c.source == SOURCE,
            record.c.missing_since.is_not(None),
            record.c.gone_at.is_(None),
            staged_again(record),
        )
        .values(missing_since=None)
    )
)
_FORGET = Prepared(lambda _: delete(pending).where(pending.c.run_id == RUN))


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
