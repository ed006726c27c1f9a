"""Sessions of people at the operator's page: only the hash of their secret is kept, and none outlives its token."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Column, Table, delete, select

from hub.store.engine import Base
from hub.store.tables import metadata, token
from hub.store.tokens import TokenRecord, token_hash
from hub.store.values import Key, Time

session = Table(
    "session",
    metadata,
    Column("hash", Key, primary_key=True),
    Column("token", Key, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
)


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A session that holds: the token it was made from, and until when."""

    token: TokenRecord
    expires_at: datetime


class Sessions(Base):
    async def add_session(self, secret: str, token_id: str, *, now: datetime, expires_at: datetime) -> None:
        """Keep the hash of a new session; those that have expired go."""
        row = {"hash": token_hash(secret), "token": token_id, "created_at": now, "expires_at": expires_at}
        async with self._write() as connection:
            await connection.execute(delete(session).where(session.c.expires_at <= now))
            await connection.execute(session.insert().values(row))

    async def session(self, secret: str, *, now: datetime) -> SessionRecord | None:
        """The session of this secret, unless it has ended, has expired, or its token was revoked."""
        columns = [token.c[name] for name in TokenRecord.__struct_fields__]
        query = (
            select(*columns, session.c.expires_at)
            .join(token, token.c.id == session.c.token)
            .where(session.c.hash == token_hash(secret), session.c.expires_at > now, token.c.revoked_at.is_(None))
        )
        async with self._read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        *values, expires_at = row
        return SessionRecord(
            token=TokenRecord(**dict(zip(TokenRecord.__struct_fields__, values, strict=True))), expires_at=expires_at
        )

    async def end_session(self, secret: str) -> None:
        """Make a session worthless, now and for good."""
        async with self._write() as connection:
            await connection.execute(delete(session).where(session.c.hash == token_hash(secret)))
