"""What was fetched: validators for conditional requests, responses for replay, robots.txt per host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import func, select

from hub.store.engine import Base
from hub.store.fetched import Fetched, write_fetched
from hub.store.records import FetchRecord, RobotsEntry, Validator
from hub.store.runs import GOOD, insert_of
from hub.store.tables import fetch, robots, run
from hub.store.values import plain
from hub.store.waiting import Waiting


class Fetches(Base):
    async def record_fetches(
        self,
        source_key: str,
        records: Iterable[FetchRecord],
        validators: Mapping[str, Validator] | None = None,
    ) -> None:
        """Keep the responses of a run, in order, and the validators they gave."""
        async with self._write() as connection:
            await write_fetched(connection, Fetched(source_key, list(records), validators or {}))

    def stage_fetches(
        self, run_id: str, source_key: str, records: Iterable[FetchRecord], validators: Mapping[str, Validator]
    ) -> None:
        """As `record_fetches`, with the first rows of the run that are written: at the latest when it is finished."""
        waiting = self._waiting.setdefault(run_id, Waiting())
        waiting.fetched = Fetched(source_key, list(records), dict(validators))

    async def last_snapshots(self, source_key: str) -> list[FetchRecord]:
        """The responses of the last complete fetch, in order: what `--from-archive` reads again."""
        complete = [verdict.value for verdict in GOOD] + ["HELD", "SOURCE_CHANGED"]
        newest = (
            select(func.max(fetch.c.run_id))
            .join(run, run.c.id == fetch.c.run_id)
            .where(fetch.c.source == source_key, run.c.verdict.in_(complete))
            .scalar_subquery()
        )
        async with self._read() as connection:
            rows = await connection.execute(select(fetch).where(fetch.c.run_id == newest).order_by(fetch.c.seq))
            return [_fetch_of(row) for row in rows]

    async def run_snapshots(self, run_id: str) -> list[FetchRecord]:
        """The responses of one run, in order."""
        async with self._read() as connection:
            rows = await connection.execute(select(fetch).where(fetch.c.run_id == run_id).order_by(fetch.c.seq))
            return [_fetch_of(row) for row in rows]

    async def snapshot(self, sha256: str) -> FetchRecord | None:
        """The first response that had these bytes, for its address and media type."""
        async with self._read() as connection:
            query = select(fetch).where(fetch.c.sha256 == sha256).order_by(fetch.c.run_id, fetch.c.seq).limit(1)
            row = (await connection.execute(query)).first()
            return None if row is None else _fetch_of(row)

    async def robots(self, host: str) -> RobotsEntry | None:
        """What was last read of a host's robots.txt (``host`` with scheme and port, as the fetcher likes it)."""
        async with self._read() as connection:
            row = (await connection.execute(select(robots).where(robots.c.host == host))).one_or_none()
            return None if row is None else msgspec.convert(plain(row), RobotsEntry)

    async def set_robots(self, entry: RobotsEntry) -> None:
        values = msgspec.structs.asdict(entry)
        async with self._write() as connection:
            await _upsert(connection, robots, {"host": values.pop("host")}, values)


def _fetch_of(row: Any) -> FetchRecord:
    values = plain(row)
    values["run"] = values.pop("run_id")
    return msgspec.convert(values, FetchRecord)


async def _upsert(connection: Any, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    await connection.execute(
        insert_of(connection)(table)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )
