"""robots.txt: asked for at most once a day and host, obeyed, and shown (RFC 9309)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import anyio
from protego import Protego

from hub.fetch.errors import refused
from hub.fetch.settings import PRODUCT, Clock

DAY = timedelta(days=1)
"""RFC 9309 §2.4: a crawler should not use a cached version for more than 24 hours."""
MAX_BYTES = 512_000
"""RFC 9309 §2.5: at least 500 kibibytes are to be parsed; what is beyond is not read."""


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """What a host answered. `host` is the origin (``https://example.org``), `body` the text, empty unless `status` is 200."""

    host: str
    fetched_at: datetime
    status: int
    body: str = ""


class RobotsLike(Protocol):
    """A remembered record, whoever keeps it. `body` may be None where there was none."""

    @property
    def fetched_at(self) -> datetime: ...
    @property
    def status(self) -> int: ...
    @property
    def body(self) -> str | None: ...


class RobotsCache(Protocol):
    """Where records outlive a process: the store, or nothing."""

    async def get(self, host: str) -> RobotsLike | None: ...

    async def put(self, record: RobotsRecord) -> None: ...


class NoCache:
    """Remembers nothing beyond the process."""

    async def get(self, host: str) -> RobotsLike | None:
        """Nothing is known."""
        return None

    async def put(self, record: RobotsRecord) -> None:
        """Nothing to keep."""


@dataclass(frozen=True, slots=True)
class _Rules:
    fetched_at: datetime
    parsed: Protego
    delay: float | None


class Robots:
    """The rules of every host, fetched when first needed."""

    def __init__(self, cache: RobotsCache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, anyio.Lock] = {}

    async def check(
        self, host: str, url: str, ask: Callable[[], Awaitable[tuple[int, bytes]]], *, name: str
    ) -> float | None:
        """The host's ``Crawl-delay`` in seconds, if it has one for us.

        Args:
            host: the origin of `url`.
            ask: fetches ``/robots.txt`` of that origin, redirects followed: its status and body, 4xx meaning none. A
                host that answers 5xx or not at all raises SourceDown out of it, which is passed on: unreachable means
                wait, not "allowed" (RFC 9309 §2.3.1.4).
            name: how the host is called in messages.

        Raises:
            SourceRefused: ``ROBOTS``, the address is disallowed.
            SourceDown: ``ROBOTS_UNAVAILABLE`` (5xx or 429), or the host is down. Nothing is remembered then.
        """
        rules = self._fresh(host)
        if rules is None:
            async with self._locks.setdefault(host, anyio.Lock()):
                rules = self._fresh(host) or await self._learn(host, ask)
        if not rules.parsed.can_fetch(url, PRODUCT):
            raise refused("ROBOTS", host=name)
        return rules.delay

    def _fresh(self, host: str) -> _Rules | None:
        rules = self._rules.get(host)
        return rules if rules is not None and self._is_fresh(rules.fetched_at) else None

    def _is_fresh(self, fetched_at: datetime) -> bool:
        return timedelta() <= self._clock.now() - fetched_at < DAY

    async def _learn(self, host: str, ask: Callable[[], Awaitable[tuple[int, bytes]]]) -> _Rules:
        known = await self._cache.get(host)
        if known is None or not self._is_fresh(known.fetched_at) or known.status >= 500:
            status, body = await ask()
            text = body.decode("utf-8-sig", "replace") if status == 200 else ""
            fresh = RobotsRecord(host, self._clock.now(), status, text)
            await self._cache.put(fresh)
            known = fresh
        parsed = Protego.parse(known.body or "")
        delay = parsed.crawl_delay(PRODUCT)
        rules = self._rules[host] = _Rules(known.fetched_at, parsed, float(delay) if delay is not None else None)
        return rules
