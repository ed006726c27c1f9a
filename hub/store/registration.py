"""Registrations, proofs of ownership, and the log of who did what to which source."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import SourceState
from hub.store.engine import Base
from hub.store.live import bump_live
from hub.store.records import SourceRecord
from hub.store.runs import insert_of
from hub.store.sources import source_of, values_of
from hub.store.tables import audit, challenge, source, token
from hub.store.tokens import new_token

Taken = Literal["key", "address"]


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
    async def register_source(
        self,
        record: SourceRecord,
        made: Challenge,
        *,
        secret: str | None,
        entry: AuditEntry,
        address_of: Callable[[str], str],
        gives_way: Callable[[SourceRecord, Challenge | None], bool],
    ) -> Taken | None:
        """Store a registration, its challenge and its publisher's token, all or nothing; two at once never both.

        Args:
            secret: of the publisher's new token; tokens of a former registration of the key are then revoked. None: the
                publisher holds one already.
            address_of: what two spellings of one address have in common.
            gives_way: whether a source that is there makes room for this one.

        Returns:
            What another source holds already, nothing being written; None: it is registered.
        """
        async with self._write() as connection:
            if self._postgres:
                await connection.execute(text("SELECT pg_advisory_xact_lock(4715202)"))
            known = [source_of(row) for row in await connection.execute(select(source))]
            challenges = {row.source: Challenge(**row._mapping) for row in await connection.execute(select(challenge))}
            address = address_of(record.url)
            for other in known:
                clash: Taken | None = "key" if other.key == record.key else None
                if clash is None and address_of(other.url) == address:
                    clash = "address"
                if clash is None:
                    continue
                if not gives_way(other, challenges.get(other.key)):
                    return clash
                await _forget(connection, other.key, entry.at if secret else None)
            await connection.execute(source.insert().values(values_of(record)))
            await connection.execute(challenge.insert().values(msgspec.structs.asdict(made)))
            if secret is not None:
                _, row = new_token(secret, role="publisher", now=entry.at, source=record.key)
                await connection.execute(token.insert().values(row))
            await connection.execute(audit.insert().values(msgspec.structs.asdict(entry)))
            await bump_live(connection)
            return None

    async def mark_verified(self, source_key: str, body: str, *, now: datetime) -> bool:
        """Note that a challenge was met. False when it is no longer the source's challenge."""
        async with self._write() as connection:
            current = select(challenge.c.source).where(challenge.c.source == source_key, challenge.c.body == body)
            done = await connection.execute(
                update(source).where(source.c.key == source_key, current.exists()).values(verified_at=now)
            )
            await bump_live(connection)
            return done.rowcount > 0

    async def move_source(
        self,
        source_key: str,
        state: SourceState,
        *,
        among: Collection[SourceState],
        verified: bool = False,
        **values: Any,
    ) -> bool:
        """Change a source's state (and other columns) if it is in one of those states still; whether it was.

        Args:
            verified: only where its ownership stands proved.
        """
        condition = [source.c.key == source_key, source.c.state.in_([one.value for one in among])]
        if verified:
            condition.append(source.c.verified_at.is_not(None))
        async with self._write() as connection:
            done = await connection.execute(update(source).where(*condition).values(state=state.value, **values))
            await bump_live(connection)
            return done.rowcount > 0

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

    async def audit_log(
        self, source_key: str | None = None, *, action: str | None = None, first: int = 100
    ) -> list[AuditEntry]:
        """The newest entries first, of one source or action where one is named."""
        columns = [audit.c[name] for name in AuditEntry.__struct_fields__]
        query = select(*columns).order_by(audit.c.seq.desc()).limit(first)
        if source_key is not None:
            query = query.where(audit.c.source == source_key)
        if action is not None:
            query = query.where(audit.c.action == action)
        async with self._read() as connection:
            return [AuditEntry(**row._mapping) for row in await connection.execute(query)]


async def _forget(connection: AsyncConnection, key: str, revoked_at: datetime | None) -> None:
    """Remove a registration that never published; revoke its tokens where their holder is not the new one's."""
    await connection.execute(delete(source).where(source.c.key == key))
    await connection.execute(delete(challenge).where(challenge.c.source == key))
    if revoked_at is not None:
        mine = (token.c.source == key, token.c.revoked_at.is_(None))
        await connection.execute(update(token).where(*mine).values(revoked_at=revoked_at))
