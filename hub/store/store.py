"""The facade: one `Store`, its methods told apart by noun in the modules it is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import select, text

from hub.store import migrations
from hub.store.before import Beginning
from hub.store.decisions import Decisions
from hub.store.engine import make_engine, parse_url, translated
from hub.store.export import Export
from hub.store.fetches import Fetches
from hub.store.listening import Listening
from hub.store.live import Live
from hub.store.past import Past
from hub.store.publish import Publishing
from hub.store.records import CONFIG_MARK, HEAD
from hub.store.registration import Registrations
from hub.store.runs import Runs
from hub.store.sessions import Sessions
from hub.store.sources import Sources
from hub.store.staging import Staging
from hub.store.tables import counter, lease
from hub.store.tokens import Tokens
from hub.store.unmatched import Unmatched


class Store(
    Sources,
    Runs,
    Beginning,
    Fetches,
    Staging,
    Publishing,
    Export,
    Past,
    Unmatched,
    Decisions,
    Tokens,
    Sessions,
    Registrations,
    Live,
    Listening,
):
    """The system of record. Every method is one short transaction unless it says otherwise.

    Raises of every method: a `StoreError` that names the trouble and its remedy.
    """

    @classmethod
    async def open(cls, url: str) -> Self:
        """A store by its configured address; no schema is read or written yet.

        Raises:
            BadStoreUrl: the address is of neither kind. StoreReadOnly, StoreDamaged: a SQLite file cannot be opened.
        """
        return cls(make_engine(parse_url(url)))

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    async def migrate(self) -> None:
        """Bring the schema to this hub's revision; two hubs may do it at once.

        Raises:
            NewerSchema: a newer hub wrote the database.
        """
        async with self._write() as connection:
            if self._postgres:
                await connection.execute(text("SELECT pg_advisory_xact_lock(4715201)"))
            await connection.run_sync(migrations.upgrade)

    async def check(self) -> None:
        """That the store answers and its schema is this hub's.

        Raises:
            NotMigrated, NewerSchema, StoreUnreachable, StoreDenied, …
        """
        async with self._read() as connection:
            await connection.run_sync(migrations.check)

    async def in_place(self, mark: int, *, died_before: datetime) -> bool:
        """As `Watched.in_place`."""
        kept = select(counter.c.value).where(counter.c.name == CONFIG_MARK)
        dead = select(lease.c.source).where(lease.c.heartbeat_at <= died_before).limit(1)
        async with self._read() as connection:
            if await connection.run_sync(migrations.current) != HEAD:
                return False
            if (await connection.execute(kept)).scalar_one_or_none() != mark:
                return False
            return (await connection.execute(dead)).first() is None

    async def revision(self) -> tuple[str | None, str]:
        """The schema's revision found, and the one this hub needs."""
        async with self._read() as connection:
            return await connection.run_sync(migrations.current), migrations.head()

    async def integrity(self) -> list[str]:
        """What SQLite's integrity check finds; empty when all is well (PostgreSQL checks its own pages)."""
        with translated(self._engine.url):
            async with self._read() as connection:
                if self._postgres:
                    await connection.execute(text("SELECT 1"))
                    return []
                found = (await connection.execute(text("PRAGMA integrity_check"))).scalars().all()
                return [] if list(found) == ["ok"] else [str(line) for line in found]
