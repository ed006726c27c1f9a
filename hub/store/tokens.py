"""Access tokens: only their hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

import msgspec
from sqlalchemy import select, update

from hub.store.engine import Base
from hub.store.tables import token

Role = Literal["operator", "reader", "publisher"]


class TokenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A token as the hub knows it. A ``publisher``'s is for its ``source`` alone."""

    id: str
    role: Role
    created_at: datetime
    source: str | None = None
    name: str | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


_COLUMNS = [token.c[name] for name in TokenRecord.__struct_fields__]


def token_hash(secret: str) -> str:
    """Tokens are long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_token(
    secret: str, *, role: Role, now: datetime, source: str | None = None, name: str | None = None
) -> tuple[TokenRecord, dict[str, Any]]:
    """A token as the hub knows it, and the row that keeps it."""
    made = TokenRecord(id=uuid4().hex[:12], role=role, created_at=now, source=source, name=name)
    return made, msgspec.structs.asdict(made) | {"hash": token_hash(secret)}


class Tokens(Base):
    async def add_token(
        self, secret: str, *, role: Role, now: datetime, source: str | None = None, name: str | None = None
    ) -> TokenRecord:
        """Keep the hash of a new token."""
        made, values = new_token(secret, role=role, now=now, source=source, name=name)
        async with self._write() as connection:
            await connection.execute(token.insert().values(values))
        return made

    async def find_token(self, secret: str) -> TokenRecord | None:
        """The token of this secret, unless it was revoked. Writes nothing: see `touch_token`."""
        query = select(*_COLUMNS).where(token.c.hash == token_hash(secret), token.c.revoked_at.is_(None))
        async with self._read() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else TokenRecord(**row._mapping)

    async def touch_token(self, token_id: str, *, now: datetime) -> None:
        """Note that a token was used (call it seldom: once an hour is enough)."""
        async with self._write() as connection:
            await connection.execute(update(token).where(token.c.id == token_id).values(last_used_at=now))

    async def tokens(self) -> list[TokenRecord]:
        """All of them, revoked ones too, oldest first."""
        async with self._read() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(token.c.created_at, token.c.id))
            return [TokenRecord(**row._mapping) for row in rows]

    async def revoke_token(self, token_id: str, *, now: datetime) -> bool:
        """False when there is no such token, or it is revoked already."""
        async with self._write() as connection:
            done = await connection.execute(
                update(token).where(token.c.id == token_id, token.c.revoked_at.is_(None)).values(revoked_at=now)
            )
            return done.rowcount > 0
