"""The only way out. One per process: one HTTP client, one pace per host, one archive, for every source."""

from __future__ import annotations

import random
import ssl
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType

from hub.fetch.archive import Archive
from hub.fetch.conditional import Recorder, ValidatorLike
from hub.fetch.guard import Resolver
from hub.fetch.retry import Retrier
from hub.fetch.robots import NoCache, Robots, RobotsCache
from hub.fetch.scratch import ForgetfulRobots, ScratchArchive
from hub.fetch.settings import Clock, FetchSettings, SourcePolicy
from hub.fetch.source import Shared, SourceFetch
from hub.fetch.wire import Wire


class Fetcher:
    """Makes the `connectors.base.Fetch` of every run, and shares what they can share: never headers or cookies.

    The HTTP client is made on the first request, so a Fetcher that reads files only costs nothing.

    Args:
        robots: where robots.txt is remembered beyond this process.
        resolver: stands in for ``socket.getaddrinfo``; what it returns is checked all the same.
        tls: the TLS context to verify with; None: the usual authorities.
        rng: the jitter of the back-off.

    Raises:
        ValueError: a range in `settings.allow` that is none.
    """

    def __init__(
        self,
        settings: FetchSettings,
        archive: Archive,
        *,
        robots: RobotsCache | None = None,
        clock: Clock | None = None,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        rng: random.Random | None = None,
    ) -> None:
        clock = clock or Clock()
        self.archive = archive
        self._wire = Wire(settings, clock, resolver, tls)
        retrier = Retrier(settings, clock, rng or random.Random())  # noqa: S311 - jitter, not a secret
        self._known_robots = robots or NoCache()
        self._shared = Shared(settings, clock, archive, self._wire, Robots(self._known_robots, clock), retrier)

    def for_source(
        self,
        policy: SourcePolicy,
        validators: Mapping[str, ValidatorLike] | None = None,
        recorder: Recorder | None = None,
        *,
        scratch: ScratchArchive | None = None,
    ) -> SourceFetch:
        """The `Fetch` of one run.

        Args:
            validators: what is remembered of the source's addresses, by `conditional.fetch_key`. None or empty:
                nothing is asked conditionally.
            recorder: told of every snapshot, before the connector sees it.
            scratch: where the bodies of a run that leaves no trace go; it remembers no robots.txt either.
        """
        shared = self._shared
        if scratch is not None:
            robots = Robots(ForgetfulRobots(self._known_robots), shared.clock)
            shared = replace(shared, archive=scratch, robots=robots)
        return SourceFetch(shared, policy, validators or {}, recorder)

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()
