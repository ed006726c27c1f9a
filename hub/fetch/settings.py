"""What an operator may set about fetching, what one source may, and the clock it all runs on."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio

PRODUCT = "gobierno-abierto-hub"
"""The name we go by in the User-Agent, and the one a publisher writes into robots.txt."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and the passing of it. Tests inject their own; nothing here sleeps by itself."""

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The operator's settings, those of `[network]` and `[harvest]` in config.toml.

    Attributes:
        allow: CIDR ranges that sources may use although they are not public.
        timeout: seconds to connect, and between two reads; a whole request may take `TOTAL` times that.
        max_body: bytes of one body, decompressed.
        attempts: how often one request is tried.
        pace: seconds between the starts of two requests to one host.
        host_concurrency: requests to one host at the same time; None: 2, or no limit where `pace` is 0.
        retry_after_max: seconds. A `Retry-After` above it ends the run; a `Crawl-delay` above it is cut to it.
        backoff: seconds before the second attempt; doubled before each further one, jitter added.
        max_redirects: hops followed for one request.
    """

    allow: tuple[str, ...] = ()
    timeout: float = 30.0
    max_body: int = 25_000_000
    respect_robots: bool = True
    attempts: int = 4
    pace: float = 0.5
    host_concurrency: int | None = None
    retry_after_max: float = 60.0
    backoff: float = 1.0
    max_redirects: int = 10
    version: str = "0"
    contact: str = ""

    TOTAL = 4

    @property
    def total_timeout(self) -> float:
        """Seconds one whole request may take, body included."""
        return self.timeout * self.TOTAL

    @property
    def user_agent(self) -> str:
        """Who we are and whom to write to. Characters that a header cannot carry are left out."""
        product = f"{PRODUCT}/{self.version}"
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable() and c not in "()")
        return f"{product} (+{contact.strip()})" if contact.strip() else product


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """What one source may do that others may not.

    Attributes:
        key: the source's key, for messages.
        verify_tls: False only where the operator has said so for this very source.
        respect_robots: None: as the operator's settings say.
        files: the folder that relative paths start from. None: this source may name no file at all, which
            is the case of every source that a stranger registered.
        headers: sent with every request of this source to its own origin.
        stranger: the addresses come from somebody the operator does not know: ports 80 and 443 only, but for
            addresses in the ranges that the operator allows.
        stay: no redirect may lead away from the site that was asked (its step from http to https is none).
        max_body: bytes of one body, where less than the settings say.
    """

    key: str
    verify_tls: bool = True
    respect_robots: bool | None = None
    files: Path | None = None
    headers: dict[str, str] = field(default_factory=dict)
    stranger: bool = False
    stay: bool = False
    max_body: int | None = None

    def file_of(self, url: str) -> Path | None:
        """The file a `file:` URL or a bare path names; None for http, https and any other scheme."""
        parts = urlsplit(url)
        base = self.files or Path()
        if parts.scheme == "file":
            if parts.netloc not in ("", "localhost"):
                return None
            return base / url2pathname(parts.path)
        return base / url if not parts.scheme else None
