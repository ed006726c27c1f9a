"""What a process that serves needs only now and then: the whole hub, opened when somebody first asks for it.

Reading needs the read model alone. What harvests, registers, proves who asks or writes to the store is loaded with the first
request that wants it, in a thread, so that everybody else is answered meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hub.config import Config
from hub.mark import mark_of
from hub.store.glance import Glance
from hub.store.watched import Watched
from schema.registration import (
    ConnectorRequest,
    Duplicates,
    DuplicatesOutcome,
    HarvestOutcome,
    PreviewOutcome,
    Principal,
    RegisterOutcome,
    SourceOutcome,
    ValueDecision,
    ValueOutcome,
)

if TYPE_CHECKING:
    from hub.app import Hub
    from hub.fetch import Clock
    from hub.registration.office import Office
    from hub.registration.sessions import Sessions


class OnCall:
    """The whole hub of a process, once it is needed.

    Args:
        moved: called after something public moved.
    """

    def __init__(self, config: Config, clock: Clock | None, moved: Callable[[], Awaitable[None]]) -> None:
        self._config = config
        self._clock = clock
        self._moved = moved
        self._lock = asyncio.Lock()
        self._hub: Hub | None = None
        self._in_place = False

    def now(self) -> datetime:
        """The present instant, as harvests and registration see it."""
        return self._clock.now() if self._clock is not None else datetime.now(UTC)

    async def standing(self) -> Watched | None:
        """The store, to look at; None where something has to be written before it is served: `OnCall()` does so.

        Raises:
            StoreError: it cannot be read.
        """
        found = await self._store()
        if found is None:
            return None
        try:
            died_before = self.now() - timedelta(seconds=self._config.harvest.lease)
            self._in_place = await found.in_place(mark_of(self._config), died_before=died_before)
        finally:
            if not self._in_place:
                await found.close()
        return found if self._in_place else None

    async def _store(self) -> Watched | None:
        """The store, with as little loaded as its kind allows; None where there is none."""
        if self._config.store_file is not None:
            return await Glance.open(self._config.store_file)
        from hub.store.store import Store  # with all of SQLAlchemy

        return await Store.open(self._config.store_url)

    async def __call__(self) -> Hub:
        """The hub, opened and prepared.

        Raises:
            ConfigError: a source names what does not exist. StoreError: the store cannot be used.
        """
        async with self._lock:
            if self._hub is None:
                made = await asyncio.to_thread(_load)
                self._hub = await self._opened(made)
        return self._hub

    async def _opened(self, made: Callable[[Config, Clock | None], Hub]) -> Hub:
        hub = await made(self._config, self._clock).__aenter__()
        try:
            await (hub.join() if self._in_place else hub.prepare())
            self._office = hub.office(self._moved)
            self._sessions = _sessions(hub)
        except BaseException:
            await hub.__aexit__(None, None, None)
            raise
        return hub

    async def close(self) -> None:
        """Close the hub, if it was ever opened."""
        if self._hub is not None:
            await self._hub.__aexit__(None, None, None)
            self._hub = None

    @property
    def hub(self) -> Hub:
        """The hub, for those who know that it is open."""
        if self._hub is None:
            raise RuntimeError("the whole hub is not open: await OnCall() first")
        return self._hub

    @property
    def office(self) -> Office:
        """The registration of sources; as `hub`."""
        assert self.hub
        return self._office

    @property
    def sessions(self) -> Sessions:
        """The sessions at the operator's page; as `hub`."""
        assert self.hub
        return self._sessions

    async def principal(self, secret: str) -> Principal | None:
        """Who an access token stands for; None for an unknown or revoked one."""
        hub = await self()
        from hub.registration.sessions import principal_of

        found = await hub.store.find_token(secret)
        return None if found is None else await principal_of(hub.store, found, self.now())


def _load() -> Callable[[Config, Clock | None], Hub]:
    """Load everything; slow, so in a thread."""
    import hub.registration.office
    import hub.registration.sessions  # noqa: F401 - `OnCall` needs them at once
    from hub.app import Hub

    return lambda config, clock: Hub(config, clock=clock)


def _sessions(hub: Hub) -> Sessions:
    from hub.registration.sessions import Sessions

    return Sessions(hub.store, hub.clock.now)


class OfficeOnCall:
    """The `schema.registration.Registration` of a process that may never need one."""

    def __init__(self, on_call: OnCall) -> None:
        self._on_call = on_call

    async def _office(self) -> Office:
        await self._on_call()
        return self._on_call.office

    async def preview(self, principal: Principal, request: ConnectorRequest) -> PreviewOutcome:
        return await (await self._office()).preview(principal, request)

    async def register(self, principal: Principal, request: ConnectorRequest) -> RegisterOutcome:
        return await (await self._office()).register(principal, request)

    async def verify(self, principal: Principal, key: str) -> SourceOutcome:
        return await (await self._office()).verify(principal, key)

    async def review(self, principal: Principal, key: str, approve: bool, comment: str | None) -> SourceOutcome:
        return await (await self._office()).review(principal, key, approve, comment)

    async def harvest(self, principal: Principal, key: str) -> HarvestOutcome:
        return await (await self._office()).harvest(principal, key)

    async def pause(self, principal: Principal, key: str, paused: bool) -> SourceOutcome:
        return await (await self._office()).pause(principal, key, paused)

    async def resolve_value(self, principal: Principal, decision: ValueDecision) -> ValueOutcome:
        return await (await self._office()).resolve_value(principal, decision)

    async def resolve_duplicate(self, principal: Principal, codes: tuple[str, str], same: bool) -> DuplicatesOutcome:
        return await (await self._office()).resolve_duplicate(principal, codes, same)

    async def duplicates(self, decided: bool) -> Sequence[Duplicates]:
        return await (await self._office()).duplicates(decided)
