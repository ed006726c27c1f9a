"""Sessions at the operator's page: begun with a token, ended by hand, by time, or with the token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hub.store import Store
from hub.store.registration import AuditEntry
from hub.store.tokens import TokenRecord
from schema.registration import Principal

LIFE = timedelta(hours=8)
"""How long a session holds: a day's work."""

TOUCHED_EVERY = timedelta(hours=1)
"""The last use of a token is written down at most so often."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who acts, until when.

    Attributes:
        secret: what the cookie carries.
        form_secret: what every form of this session carries, so that no page of another site can send one.
    """

    principal: Principal
    expires_at: datetime
    secret: str = field(repr=False)

    @property
    def form_secret(self) -> str:
        return hmac.digest(self.secret.encode(), b"form", "sha256").hex()

    def sent(self, form_secret: str) -> bool:
        """Whether a form was made for this session. Takes the same time whatever it says."""
        return hmac.compare_digest(self.form_secret.encode(), form_secret.encode("utf-8", "replace"))


async def principal_of(store: Store, found: TokenRecord, now: datetime) -> Principal:
    """Who a token stands for; notes that it was used."""
    if found.last_used_at is None or now - found.last_used_at > TOUCHED_EVERY:
        await store.touch_token(found.id, now=now)
    sources = frozenset({found.source}) if found.role == "publisher" and found.source else frozenset()
    return Principal(name=found.name or found.id, operator=found.role == "operator", sources=sources, token=found.id)


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def begin(self, token: str, address: str | None) -> Session | None:
        """A session for the holder of a token; None for one that does not hold.

        Args:
            address: where they sign in from; for quotas, never kept.
        """
        found = await self._store.find_token(token)
        if found is None:
            return None
        now = self._now().astimezone(UTC)
        secret, expires_at = secrets.token_urlsafe(32), now + LIFE
        principal = await principal_of(self._store, found, now)
        await self._store.add_session(secret, found.id, now=now, expires_at=expires_at)
        await self._store.log(AuditEntry(at=now, actor=found.id, action="sign-in"))
        return Session(replace(principal, address=address), expires_at, secret)

    async def find(self, secret: str, address: str | None) -> Session | None:
        """The session that a cookie names; None where it holds no longer."""
        now = self._now().astimezone(UTC)
        found = await self._store.session(secret, now=now)
        if found is None:
            return None
        principal = await principal_of(self._store, found.token, now)
        return Session(replace(principal, address=address), found.expires_at, secret)

    async def end(self, session: Session) -> None:
        """Make the session worthless, wherever its cookie has got to."""
        await self._store.end_session(session.secret)
        actor = session.principal.token or "operator"
        await self._store.log(AuditEntry(at=self._now().astimezone(UTC), actor=actor, action="sign-out"))
