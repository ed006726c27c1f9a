"""Runs and leases: at most one run per source, and a dead one is told from a slow one by its heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Issue, Run, RunVerdict, UnmatchedValue
from hub.store.bulk import Prepared, insert_into, insert_rows
from hub.store.engine import Base
from hub.store.errors import UnknownRun
from hub.store.fetched import write_fetched
from hub.store.live import bump_live
from hub.store.records import RunCounts
from hub.store.tables import lease as lease_table
from hub.store.tables import run, run_issue, source, staged, staged_plan
from hub.store.times import time_text, time_value
from hub.store.unmatched import write_unmatched
from hub.store.values import plain
from hub.store.waiting import Waiting

GOOD = (RunVerdict.PUBLISHED, RunVerdict.UNCHANGED, RunVerdict.EMPTY)
"""Verdicts that leave a source healthy (EMPTY only where its floor is 0: then nothing was held)."""

IdFactory = Callable[[datetime], str]

_RUN_COLUMNS = [run.c[name] for name in Run.__struct_fields__]


def sortable_id(now: datetime) -> str:
    """A run id whose text order is time order: ``20261121t231820123456-1f3a9c``."""
    return now.strftime("%Y%m%dt%H%M%S%f") + "-" + uuid4().hex[:6]


def insert_of(connection: AsyncConnection) -> Callable[[Table], Any]:
    """The INSERT of the connection's kind of database, which knows ON CONFLICT."""
    return partial(insert_into, dialect=connection.dialect.name)


def run_of(row: Any) -> Run:
    return msgspec.convert(plain(row), Run)


class Runs(Base):
    async def start_run(
        self, source_key: str, *, now: datetime, owner: str, lease: float, ids: IdFactory = sortable_id
    ) -> Run | None:
        """Begin a run of a source and take its lease; None when another run holds it.

        A lease without a heartbeat for `lease` is taken over: the dead run becomes INTERRUPTED.
        """
        async with self._write() as connection:
            held = (await _HELD(connection, source=source_key)).one_or_none()
            if held is not None:
                if time_value(held.heartbeat_at) + timedelta(seconds=lease) > now:
                    return None
                self._waiting.pop(held.run_id, None)
                await _interrupt(connection, held.run_id, now)
            started = Run(id=ids(now), source=source_key, verdict=RunVerdict.RUNNING, started_at=now)
            taken = await _TAKE(connection, source=source_key, run_id=started.id, owner=owner, heartbeat_at=now)
            if taken.rowcount == 0:
                return None
            await insert_rows(connection, run, [_values(started)])
            await bump_live(connection)
        self._waiting[started.id] = Waiting()
        return started

    async def heartbeat(self, run_id: str, *, now: datetime) -> bool:
        """Say that a run lives. False: its lease was lost, it must stop."""
        async with self._write() as connection:
            done = await connection.execute(
                update(lease_table).where(lease_table.c.run_id == run_id).values(heartbeat_at=now)
            )
            return done.rowcount > 0

    async def take_interrupted(self, *, now: datetime, lease: float) -> list[Run]:
        """Close the runs that died: INTERRUPTED (or PUBLISHED, had they come so far), staging dropped, due again."""
        dead = now - timedelta(seconds=lease)
        async with self._write() as connection:
            rows = await connection.execute(
                select(lease_table.c.run_id, lease_table.c.source)
                .where(lease_table.c.heartbeat_at <= dead)
                .with_for_update()
            )
            found = rows.all()
            for run_id, key in found:
                self._waiting.pop(run_id, None)
                await _interrupt(connection, run_id, now)
                await connection.execute(update(source).where(source.c.key == key).values(next_due_at=now))
            if not found:
                return []
            await bump_live(connection)
            closed = await connection.execute(
                select(*_RUN_COLUMNS).where(run.c.id.in_([run_id for run_id, _ in found])).order_by(run.c.id)
            )
            return [run_of(row) for row in closed]

    async def finish_run(
        self,
        run_id: str,
        *,
        verdict: RunVerdict,
        now: datetime,
        reason: str | None = None,
        counts: RunCounts | None = None,
        issues: Iterable[Issue] = (),
        next_due: datetime | None = None,
        measure: dict[str, Any] | None = None,
        fingerprint: str | None = None,
        fetched_at: datetime | None = None,
        unmatched: Iterable[UnmatchedValue] | None = None,
    ) -> Run:
        """Close a run: verdict, counts, issues; drop what it staged; give the lease back.

        Args:
            next_due: when the source is to be harvested again; None: not by itself.
            measure: what the next run is judged against (any JSON object), see `last_good_run`.
            fingerprint: of the configuration and code that parsed; kept for the next run where given.
            fetched_at: the source was reached then (also where nothing had changed).
            unmatched: what it met that no vocabulary knows, as for `note_unmatched`; None: the queue stays as it is.

        Raises:
            UnknownRun: no such run.
        """
        told = msgspec.structs.asdict(counts or RunCounts()) | {
            "verdict": verdict,
            "reason": reason,
            "finished_at": now,
        }
        known: dict[str, Any] = {"fingerprint": fingerprint, "last_fetched_at": fetched_at, "next_due_at": next_due}
        waiting = self._waiting.get(run_id)
        async with self._write() as connection:
            begun = await _get(connection, run_id)
            if begun is None:
                raise UnknownRun(f"There is no run {run_id!r}.")
            finished = msgspec.structs.replace(begun, **told)
            await _FINISH.later(connection, run=run_id, measure=measure, **told | {"verdict": verdict.value})
            rows = [{"seq": seq, "body": msgspec.json.encode(issue).decode()} for seq, issue in enumerate(issues)]
            await insert_rows(connection, run_issue, rows, run_id=run_id)
            if waiting is not None and waiting.fetched is not None:
                await write_fetched(connection, waiting.fetched)
            if unmatched is not None:
                await write_unmatched(connection, begun.source, unmatched, now)
            await _LEARN.later(connection, key=begun.source, **known)
            await self._forget_staged(connection, run_id)
            await _GIVE_BACK.later(connection, run=run_id)
            await bump_live(connection)
        self._waiting.pop(run_id, None)
        return finished

    async def _forget_staged(self, connection: AsyncConnection, run_id: str) -> None:
        """Delete what a run staged; where nothing was written, nothing need be deleted."""
        waiting = self._waiting.get(run_id)
        if waiting is None or waiting.written:
            await drop_staging(connection, run_id)

    async def forget_run(self, run_id: str) -> None:
        """Leave no trace of a run: what it staged, its lease, itself (a dry run ends so)."""
        async with self._write() as connection:
            await self._forget_staged(connection, run_id)
            await _GIVE_BACK.later(connection, run=run_id)
            await connection.execute(delete(run).where(run.c.id == run_id))
            await bump_live(connection)
        self._waiting.pop(run_id, None)

    async def runs(self, source_key: str | None = None, *, first: int = 20, after: str | None = None) -> list[Run]:
        """Runs, newest first; `after` is the id of the last one seen."""
        query = select(*_RUN_COLUMNS).order_by(run.c.id.desc()).limit(first)
        if source_key is not None:
            query = query.where(run.c.source == source_key)
        if after is not None:
            query = query.where(run.c.id < after)
        async with self._read() as connection:
            return [run_of(row) for row in await connection.execute(query)]

    async def count_runs(self, source_key: str | None = None) -> int:
        query = select(func.count()).select_from(run)
        if source_key is not None:
            query = query.where(run.c.source == source_key)
        async with self._read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def run(self, run_id: str) -> Run | None:
        async with self._read() as connection:
            return await _get(connection, run_id)

    async def run_issues(self, run_id: str, *, first: int | None = None) -> list[Issue]:
        """The issues of a run, in the order in which they were found."""
        query = select(run_issue.c.body).where(run_issue.c.run_id == run_id).order_by(run_issue.c.seq).limit(first)
        async with self._read() as connection:
            rows = await connection.execute(query)
            return [msgspec.json.decode(body, type=Issue) for body in rows.scalars()]

    async def last_runs(self) -> dict[str, Run]:
        """Source key -> its newest run."""
        newest = select(func.max(run.c.id)).group_by(run.c.source)
        async with self._read() as connection:
            rows = await connection.execute(select(*_RUN_COLUMNS).where(run.c.id.in_(newest)))
            return {row.source: run_of(row) for row in rows}


def _take(dialect: str) -> Any:
    names = ("source", "run_id", "owner", "heartbeat_at")
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return insert_into(lease_table, dialect).values(values).on_conflict_do_nothing()


_HELD = Prepared(
    lambda _: (
        select(lease_table.c.run_id, lease_table.c.heartbeat_at)
        .where(lease_table.c.source == bindparam("source"))
        .with_for_update()
    )
)
_TAKE = Prepared(_take)


def _finish(_: str) -> Any:
    names = ("verdict", "reason", "finished_at", "measure", *RunCounts.__struct_fields__)
    return update(run).where(run.c.id == bindparam("run")).values({name: bindparam(name) for name in names})


def _learn(_: str) -> Any:
    """What a run says of its source; what it does not know of the fingerprint and the last fetch stays."""
    values: dict[str, Any] = {
        name: func.coalesce(bindparam(name, type_=source.c[name].type), source.c[name])
        for name in ("fingerprint", "last_fetched_at")
    }
    return (
        update(source)
        .where(source.c.key == bindparam("key"))
        .values(values | {"next_due_at": bindparam("next_due_at")})
    )


_FINISH = Prepared(_finish)
_LEARN = Prepared(_learn)
_GIVE_BACK = Prepared(lambda _: delete(lease_table).where(lease_table.c.run_id == bindparam("run")))


_ONE = Prepared(lambda _: select(*_RUN_COLUMNS).where(run.c.id == bindparam("id")))


async def _get(connection: AsyncConnection, run_id: str) -> Run | None:
    row = (await _ONE(connection, id=run_id)).one_or_none()
    return None if row is None else run_of(row)


def _values(record: Run) -> dict[str, Any]:
    return msgspec.structs.asdict(record) | {"verdict": record.verdict.value}


async def _interrupt(connection: AsyncConnection, run_id: str, now: datetime) -> None:
    """Close a dead run and forget what it staged. One that died after its publication was PUBLISHED."""
    published = (
        await connection.execute(select(run.c.published_version).where(run.c.id == run_id))
    ).scalar_one_or_none()
    verdict = RunVerdict.INTERRUPTED if published is None else RunVerdict.PUBLISHED
    reason = f"La corrida se interrumpió y se retoma; última señal antes de {time_text(now)}."
    await connection.execute(
        update(run)
        .where(run.c.id == run_id, run.c.verdict == RunVerdict.RUNNING.value)
        .values(verdict=verdict.value, reason=reason if published is None else None, finished_at=now)
    )
    await drop_staging(connection, run_id)
    await connection.execute(delete(lease_table).where(lease_table.c.run_id == run_id))


async def drop_staging(connection: AsyncConnection, run_id: str) -> None:
    """Forget what a run staged."""
    await connection.execute(delete(staged).where(staged.c.run_id == run_id))
    await connection.execute(delete(staged_plan).where(staged_plan.c.run_id == run_id))
