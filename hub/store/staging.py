"""What a run has read, waiting to be judged and published: in batches, and what publishing it would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, cast

from sqlalchemy import Text, and_, bindparam, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Record, RecordKind
from hub.store.bulk import Prepared, insert_rows, listed, one_of
from hub.store.engine import FEW, Base
from hub.store.errors import LeaseLost, UnknownRun
from hub.store.fetched import write_fetched
from hub.store.merge import changed_fields
from hub.store.records import KINDS, Counts, Diff, DiffLine, decode_body
from hub.store.runs import drop_staging
from hub.store.staged_rows import Staged, rows_of
from hub.store.tables import lease, record, run, staged
from hub.store.waiting import MOST, Waiting


class Staging(Base):
    async def stage(self, run_id: str, batch: Iterable[Staged]) -> int:
        """`stage_rows` of a batch of records."""
        return await self.stage_rows(run_id, rows_of(run_id, batch))

    async def stage_rows(self, run_id: str, rows: Sequence[dict[str, Any]]) -> int:
        """Keep a batch of what a run has read, as `rows_of` gives it; call it as often as there are batches. Some thousand
        rows wait in memory before they are written.

        A key that the run already staged with the same content is counted and dropped; with other content it is kept
        under a key of its own (``key~2``), for nothing published is lost.

        Returns:
            how many of the batch were repeats of something staged before.

        Raises:
            LeaseLost: the run no longer holds its source; of rows that wait it may be told when they are written.
        """
        if not rows:
            return 0
        waiting = self._waiting.get(run_id)
        if waiting is None:  # a run that this process has not begun, or whose lease it saw taken
            async with self._read() as connection:
                await hold_lease(connection, run_id)
            waiting = self._waiting[run_id] = Waiting()
        for seq, row in enumerate(rows, waiting.number(len(rows))):
            row["seq"] = seq
        repeats = 0
        known: dict[tuple[str, str], str | None] = {}
        if waiting.written:
            for kind in {row["kind"] for row in rows}:
                keys = {row["native_key"] for row in rows if row["kind"] == kind}
                known |= await self._written_hashes(run_id, kind, keys)
        for row in rows:
            if waiting.is_first(row):
                waiting.add(row)
            else:
                repeats += await self._is_repeat(waiting, row, known)
        if len(waiting.rows) > MOST:
            await self._write_waiting(run_id)
        return repeats

    async def _is_repeat(self, waiting: Waiting, row: dict[str, Any], known: dict[tuple[str, str], str | None]) -> bool:
        """Whether the run staged the very record before; if not it waits, another one under a key as its next copy."""
        kind, key, copy = row["kind"], row["native_key"], 1
        while True:
            place = (kind, row["native_key"])
            if waiting.written and place not in known:
                known |= await self._written_hashes(row["run_id"], kind, {row["native_key"]})
            there = waiting.hash_of(*place) or known.get(place)
            if there is None:
                waiting.add(row)
                return False
            if there == row["hash"]:
                return True
            copy += 1
            row["native_key"] = f"{key}~{copy}"

    async def _written_hashes(
        self, run_id: str, kind: str, keys: AbstractSet[str]
    ) -> dict[tuple[str, str], str | None]:
        """Kind and native key -> content hash of the row in the table; None where there is none."""
        async with self._read() as connection:
            rows = await _STORED(connection, run=run_id, kind=kind, keys=sorted(keys))
            found: dict[str, str] = dict(rows.all())
        return {(kind, key): found.get(key) for key in keys}

    async def _write_waiting(self, run_id: str) -> None:
        """Put the rows that wait into the table.

        Raises:
            LeaseLost: the run no longer holds its source.
        """
        waiting = self._waiting.get(run_id)
        if waiting is None or not waiting.rows:
            return
        before = waiting.total - len(waiting.rows)
        async with self._write() as connection:
            await hold_lease(connection, run_id)
            if waiting.fetched is not None:
                await write_fetched(connection, waiting.fetched)
            await insert_rows(connection, staged, waiting.rows)
        waiting.clear(written=True)
        if (waiting.total // FEW).bit_length() > (before // FEW).bit_length():  # at each doubling
            await self._analyze("staged")

    async def staged_count(self, run_id: str) -> dict[RecordKind, int]:
        """How many records of each kind a run has staged."""
        await self._write_waiting(run_id)
        async with self._read() as connection:
            rows = await connection.execute(
                select(staged.c.kind, func.count()).where(staged.c.run_id == run_id).group_by(staged.c.kind)
            )
            return {cast("RecordKind", kind): count for kind, count in rows}

    async def drop_staged(self, run_id: str) -> None:
        """Forget what a run staged (a dry run ends so)."""
        self._waiting.pop(run_id, None)
        async with self._write() as connection:
            await drop_staging(connection, run_id)

    async def diff(self, run_id: str, *, sample: int = 20) -> Diff:
        """What publishing the run would change among its source's own records. Writes nothing.

        Args:
            sample: how many changed records of each sort to show.

        Raises:
            UnknownRun: no such run.
        """
        await self._write_waiting(run_id)
        async with self._read() as connection:
            key = await run_source(connection, run_id)
            kinds = await source_counts(connection, run_id, key)
            lines = await _sample(connection, run_id, key, sample) if sample else []
            return Diff(kinds=kinds, sample=tuple(lines))


_LEASE = Prepared(lambda _: select(lease.c.source).where(lease.c.run_id == bindparam("run")).with_for_update())
_STORED = Prepared(
    lambda dialect: select(staged.c.native_key, staged.c.hash).where(
        staged.c.run_id == bindparam("run"),
        staged.c.kind == bindparam("kind"),
        listed(staged.c.native_key, "keys", dialect),
    )
)


async def hold_lease(connection: AsyncConnection, run_id: str) -> str:
    """The source whose lease the run holds, its row locked until the transaction ends.

    Raises:
        LeaseLost: the run holds none (any more).
    """
    key: str | None = (await _LEASE(connection, run=run_id)).scalar_one_or_none()
    if key is None:
        raise LeaseLost(f"The run {run_id} no longer holds its source.", remedy="Another run took over.")
    return key


async def run_source(connection: AsyncConnection, run_id: str) -> str:
    key: str | None = (await connection.execute(select(run.c.source).where(run.c.id == run_id))).scalar_one_or_none()
    if key is None:
        raise UnknownRun(f"There is no run {run_id!r}.")
    return key


def same_record(key: Any) -> Any:
    """Join condition: the record of source `key` that a staged row is about."""
    return and_(record.c.kind == staged.c.kind, record.c.source == key, record.c.native_key == staged.c.native_key)


_RUN: Any = bindparam("run")
_SOURCE: Any = bindparam("source")


def _vanished(run_id: Any, key: Any) -> Any:
    stands = select(staged.c.native_key).where(
        staged.c.run_id == run_id, staged.c.kind == record.c.kind, staged.c.native_key == record.c.native_key
    )
    other = staged.alias("referring")
    referred = select(other.c.native_key).where(  # a plan record made from references is staged at publication only
        other.c.run_id == run_id, other.c.kind == "commitment", other.c.plan_ref == record.c.plan_ref
    )
    return and_(
        one_of(record.c.kind, KINDS),
        record.c.source == key,
        record.c.gone_at.is_(None),
        record.c.missing_since.is_(None),
        ~stands.exists(),
        or_(record.c.kind != "plan", ~referred.exists()),
    )


def _compared(_: str) -> Any:
    current = and_(record.c.native_key.is_not(None), record.c.gone_at.is_(None))
    return (
        select(
            staged.c.kind,
            func.count(),
            func.count().filter(current),
            func.count().filter(and_(current, record.c.hash == staged.c.hash)),
        )
        .select_from(staged.outerjoin(record, same_record(_SOURCE)))
        .where(staged.c.run_id == _RUN)
        .group_by(staged.c.kind)
    )


_COMPARED = Prepared(_compared)
_REMOVED = Prepared(
    lambda _: select(record.c.kind, func.count()).where(_vanished(_RUN, _SOURCE)).group_by(record.c.kind)
)


async def source_counts(connection: AsyncConnection, run_id: str, key: str) -> dict[RecordKind, Counts]:
    """Added, modified, removed, unchanged of each kind, as the source's own records."""
    rows = await _COMPARED(connection, run=run_id, source=key)
    found = {kind: (total - known, known - same, same) for kind, total, known, same in rows}
    removed: dict[str, int] = dict((await _REMOVED(connection, run=run_id, source=key)).all())
    result: dict[RecordKind, Counts] = {}
    for kind in sorted({*found, *removed}):
        added, modified, unchanged = found.get(kind, (0, 0, 0))
        result[cast("RecordKind", kind)] = Counts(
            added=added, modified=modified, removed=removed.get(kind, 0), unchanged=unchanged
        )
    return result


async def _sample(connection: AsyncConnection, run_id: str, key: str, size: int) -> list[DiffLine]:
    joined = staged.outerjoin(record, same_record(key))
    absent = (record.c.native_key.is_(None)) | (record.c.gone_at.is_not(None))
    base = select(staged.c.kind, staged.c.native_key, staged.c.body, record.c.code, record.c.body.label("old"))
    base = base.select_from(joined).where(staged.c.run_id == run_id).order_by(staged.c.seq).limit(size)
    lines = []
    for row in await connection.execute(base.where(absent)):
        item = decode_body(row.kind, row.body, "", "", False)
        lines.append(DiffLine(change="added", kind=row.kind, native_key=row.native_key, title=_title(item)))
    # Null-proof conditions keep the outer join, and so the order of the loops: staged rows first.
    modified = base.where(
        func.coalesce(type_coerce(record.c.gone_at, Text), "") == "",
        func.coalesce(record.c.hash, staged.c.hash) != staged.c.hash,
    )
    for row in await connection.execute(modified):
        new, old = (decode_body(row.kind, body, "", "", False) for body in (row.body, row.old))
        lines.append(
            DiffLine(
                change="modified",
                kind=row.kind,
                native_key=row.native_key,
                title=_title(new),
                code=row.code,
                fields=changed_fields(old, new),
            )
        )
    gone = select(record).where(_vanished(run_id, key)).order_by(record.c.kind, record.c.native_key).limit(size)
    for row in await connection.execute(gone):
        item = decode_body(row.kind, row.body, "", "", False)
        lines.append(
            DiffLine(change="removed", kind=row.kind, native_key=row.native_key, title=_title(item), code=row.code)
        )
    return lines


def _title(item: Record) -> str:
    text: str = getattr(item, "title", None) or getattr(item, "indicator", None) or item.native_key
    return text
