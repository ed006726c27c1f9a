"""What `Watched` asks, of a SQLite store, in plain SQL.

A process that serves looks at the store twice a second and writes nothing there. SQLAlchemy, which the store is written
with, takes more of its start and of its memory than all that answers GraphQL: it is loaded where there is something to
write. A test holds that a glance and the store tell the same.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiosqlite
import msgspec

from hub.model import Change, ChangeKind, Issue, Run
from hub.store.errors import NotMigrated, StoreDamaged
from hub.store.records import BUSY_TIMEOUT, CONFIG_MARK, HEAD, Epoch, QueuedValue, SourceRecord
from hub.store.sqlite_errors import sqlite_error
from hub.store.times import time_text

BATCH = 2000

_BOOLEANS = ("enabled", "verify_tls", "configured")
_JSON = ("options", "fields")
_SOURCE = ", ".join(f'"{name}"' for name in SourceRecord.__struct_fields__)
_RUN = ", ".join(f'"{name}"' for name in Run.__struct_fields__)
_QUEUED = ", ".join(f'"{name}"' for name in QueuedValue.__struct_fields__)


class Glance:
    """The store of one SQLite file, to look at. Close it."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    async def open(cls, path: Path) -> Self | None:
        """A store's file; None where there is none yet.

        Raises:
            StoreError: it cannot be opened.
        """
        if not await asyncio.to_thread(path.is_file):
            return None
        address = f"file:{quote(str(path))}?mode=rw"  # rw: who reads a WAL alone has to make its index
        try:
            connection = await aiosqlite.connect(address, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)
        except sqlite3.Error as error:
            raise sqlite_error(str(error), str(path)) or StoreDamaged(f"The store {path}: {error}.") from None
        return cls(connection, path)

    async def close(self) -> None:
        """Let go of the file."""
        await self._connection.close()

    async def in_place(self, mark: int, *, died_before: datetime) -> bool:
        if not await self._all("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"):
            return False
        if await self._all("SELECT version_num FROM alembic_version") != [(HEAD,)]:
            return False
        if await self._all("SELECT value FROM counter WHERE name = ?", (CONFIG_MARK,)) != [(mark,)]:
            return False
        return not await self._all("SELECT 1 FROM lease WHERE heartbeat_at <= ? LIMIT 1", (time_text(died_before),))

    # -- Watched ------------------------------------------------------------------------------------------------------

    async def check(self) -> None:
        """That the store answers and its schema is this hub's still.

        Raises:
            NotMigrated: another hub has migrated it since.
        """
        found = [revision for (revision,) in await self._all("SELECT version_num FROM alembic_version")]
        if found != [HEAD]:
            raise NotMigrated(
                f"The store's schema is {', '.join(found) or 'missing'}, {HEAD} is needed.",
                remedy="Restart this hub in the version that made it.",
            )

    async def epoch(self) -> Epoch:
        values = dict(await self._all("SELECT name, value FROM counter"))
        return Epoch(values["data_version"], values["live"])

    async def sources(self) -> list[SourceRecord]:
        rows = await self._all(f"SELECT {_SOURCE} FROM source ORDER BY key")
        return [_source_of(row) for row in rows]

    async def last_runs(self) -> dict[str, Run]:
        newest = "SELECT max(id) FROM run GROUP BY source"
        found = [_run_of(row) for row in await self._all(f"SELECT {_RUN} FROM run WHERE id IN ({newest})")]
        return {run.source: run for run in found}

    async def runs(self, source_key: str | None = None, *, first: int = 20, after: str | None = None) -> list[Run]:
        wanted = {"source = ?": source_key, "id < ?": after}
        conditions, values = _where(wanted)
        rows = await self._all(f"SELECT {_RUN} FROM run{conditions} ORDER BY id DESC LIMIT ?", (*values, first))
        return [_run_of(row) for row in rows]

    async def count_runs(self, source_key: str | None = None) -> int:
        conditions, values = _where({"source = ?": source_key})
        ((count,),) = await self._all(f"SELECT count(*) FROM run{conditions}", values)
        return int(count)

    async def run(self, run_id: str) -> Run | None:
        rows = await self._all(f"SELECT {_RUN} FROM run WHERE id = ?", (run_id,))
        return _run_of(rows[0]) if rows else None

    async def run_issues(self, run_id: str, *, first: int | None = None) -> list[Issue]:
        rows = await self._all(
            "SELECT body FROM run_issue WHERE run_id = ? ORDER BY seq LIMIT ?", (run_id, -1 if first is None else first)
        )
        return [msgspec.json.decode(body, type=Issue) for (body,) in rows]

    async def unmatched(self, source_key: str | None = None, *, resolved: bool | None = False) -> list[QueuedValue]:
        conditions, values = _where({"source = ?": source_key})
        if resolved is not None:
            decided = "resolved_at IS NOT NULL" if resolved else "resolved_at IS NULL"
            conditions += f" AND {decided}" if conditions else f" WHERE {decided}"
        rows = await self._all(
            f"SELECT {_QUEUED} FROM unmatched{conditions} ORDER BY count DESC, source, field, raw", values
        )
        return [msgspec.convert(_named(QueuedValue, row), QueuedValue) for row in rows]

    async def last_change_seq(self) -> int:
        ((newest,),) = await self._all("SELECT coalesce(max(seq), 0) FROM change")
        return int(newest)

    async def export_changes(self, since: int = 0) -> AsyncIterator[list[Change]]:
        columns = "seq, kind, code, at, data_version, run_id, changed_fields"
        last = await self.last_change_seq()  # of one moment, though read in batches: changes are only ever added
        while rows := await self._all(
            f"SELECT {columns} FROM change WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", (since, last, BATCH)
        ):
            yield [_change_of(row) for row in rows]
            since = rows[-1][0]

    def listener(self) -> None:
        """SQLite tells nobody: it has to be asked."""
        return

    async def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of one statement."""
        try:
            return list(await self._connection.execute_fetchall(sql, values))
        except sqlite3.Error as error:
            raise sqlite_error(str(error), str(self._path)) or StoreDamaged(
                f"The store {self._path}: {error}."
            ) from error


def _where(wanted: dict[str, Any]) -> tuple[str, list[Any]]:
    """The conditions whose value is given, and the values."""
    given = {condition: value for condition, value in wanted.items() if value is not None}
    return (f" WHERE {' AND '.join(given)}" if given else ""), list(given.values())


def _named(kind: type[msgspec.Struct], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(kind.__struct_fields__, row, strict=True))


def _source_of(row: Sequence[Any]) -> SourceRecord:
    values = _named(SourceRecord, row)
    values |= {name: bool(values[name]) for name in _BOOLEANS} | {
        name: msgspec.json.decode(values[name]) for name in _JSON
    }
    return msgspec.convert(values, SourceRecord)


def _run_of(row: Sequence[Any]) -> Run:
    return msgspec.convert(_named(Run, row), Run)


def _change_of(row: Sequence[Any]) -> Change:
    seq, kind, code, at, data_version, run_id, fields = row
    return Change(
        seq=seq, kind=ChangeKind(kind), code=code, at=datetime.fromisoformat(at), data_version=data_version, run=run_id,
        changed_fields=tuple(msgspec.json.decode(fields)),
    )  # fmt: skip
