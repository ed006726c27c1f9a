"""Proofs of ownership, and the log of who did what to which source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select

from hub.store.engine import Base
from hub.store.runs import insert_of
from hub.store.tables import audit, challenge


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher must serve at `url`, until `expires_at`, to prove that the source is its own."""

    source: str
    url: str
    body: str
    created_at: datetime
    expires_at: datetime


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `actor` is a token id, ``operator``, ``config`` or ``hub``; `detail` holds no secret."""

    at: datetime
    actor: str
    action: str
    source: str | None = None
    detail: dict[str, Any] = {}


class Registrations(Base):
    async def set_challenge(self, made: Challenge) -> None:
        """Keep a source's challenge in place of any before."""
        values = msgspec.structs.asdict(made)
        async with self._write() as connection:
            await connection.execute(
                insert_of(connection)(challenge)
                .values(values)
                .on_conflict_do_update(index_elements=["source"], set_=values)
            )

    async def challenge(self, source_key: str, *, now: datetime | None = None) -> Challenge | None:
        """The source's challenge; with `now`, only while it has not expired."""
        async with self._read() as connection:
            row = (await connection.execute(select(challenge).where(challenge.c.source == source_key))).one_or_none()
        found = None if row is None else Challenge(**row._mapping)
        return None if found is None or (now is not None and found.expires_at <= now) else found

    async def drop_challenge(self, source_key: str) -> None:
        async with self._write() as connection:
            await connection.execute(delete(challenge).where(challenge.c.source == source_key))

    async def log(self, entry: AuditEntry) -> None:
        """Append to the audit log, which is never rewritten."""
        async with self._write() as connection:
            await connection.execute(audit.insert().values(msgspec.structs.asdict(entry)))

    async def audit_log(self, source_key: str | None = None, *, first: int = 100) -> list[AuditEntry]:
        """The newest entries first."""
        columns = [audit.c[name] for name in AuditEntry.__struct_fields__]
        query = select(*columns).order_by(audit.c.seq.desc()).limit(first)
        if source_key is not None:
            query = query.where(audit.c.source == source_key)
        async with self._read() as connection:
            return [AuditEntry(**row._mapping) for row in await connection.execute(query)]
