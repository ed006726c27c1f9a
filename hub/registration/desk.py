"""What everybody behind the counter works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hub.fetch import Clock, Fetcher
from hub.harvest.harvester import Harvester
from hub.normalise.lookups import Lookups
from hub.registration.intake import Intake
from hub.registration.quota import Quota
from hub.store import Store
from hub.store.registration import AuditEntry
from schema.registration import Principal

AT_ONCE = 4
"""Previews that are read at the same time; more wait."""


def _slots() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


async def nothing() -> None:
    """Nobody else looks."""


@dataclass(slots=True)
class Desk:
    """What registration works with.

    Attributes:
        fetcher: for addresses that strangers name; it tries once and waits for nobody.
        quota: of previews, registrations and verifications, by client and by host.
        moved: called after something public moved, so that the same answer shows it.
    """

    store: Store
    fetcher: Fetcher
    harvester: Harvester
    intake: Intake
    quota: Quota
    lookups: Callable[[], Awaitable[Lookups]]
    clock: Clock = field(default_factory=Clock)
    moved: Callable[[], Awaitable[None]] = nothing
    slots: asyncio.Semaphore = field(default_factory=_slots)

    def now(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    async def log(self, principal: Principal, action: str, source: str | None, **detail: Any) -> None:
        """One line of the audit log."""
        entry = AuditEntry(at=self.now(), actor=actor_of(principal), action=action, source=source, detail=detail)
        await self.store.log(entry)


def actor_of(principal: Principal) -> str:
    """Who acts, as the audit log names them: a token's id, ``operator`` (the command line) or ``public``."""
    return principal.token or ("operator" if principal.operator else "public")


def may_manage(principal: Principal, key: str) -> bool:
    """Whether somebody is the operator or the source's own publisher."""
    return principal.operator or key in principal.sources


class Clerk:
    """Does its part of the work at the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
