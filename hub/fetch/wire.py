"""One request and its answer on the wire, at the host's pace, within its time, in our errors."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import httpx

from connectors.base import HarvestError
from hub.fetch.body import Received
from hub.fetch.errors import Retryable, translate
from hub.fetch.guard import (
    WEB_PORTS,
    Policy,
    Refusal,
    Resolver,
    allowed_only,
    guarded_client,
    no_tls,
    public_only,
    tls_context,
    web_only,
)
from hub.fetch.pace import Pace
from hub.fetch.settings import Clock, FetchSettings

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What one source's run has asked for: requests sent, and bytes of bodies received as they came over the wire."""

    requests: int = 0
    bytes: int = 0


_STRANGERS: dict[str, Callable[[tuple[str, ...]], Policy]] = {
    "stranger": web_only,
    "stranger, other port": allowed_only,
}


def _rule(url: httpx.URL, stranger: bool) -> str:
    if not stranger:
        return "known"
    return "stranger" if url.port is None or url.port in WEB_PORTS else "stranger, other port"


class Wire:
    """Holds the clients of the process, made when the first request needs one: one for https, one for plain http (others only
    for strangers' addresses, or TLS that is not to be verified)."""

    def __init__(
        self, settings: FetchSettings, clock: Clock, resolver: Resolver | None, tls: ssl.SSLContext | None
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._tls = tls
        self._known_only = public_only(settings.allow)  # a wrong range is told at once
        self._clients: dict[tuple[str, bool, str], httpx.AsyncClient] = {}
        concurrency = settings.host_concurrency or (2 if settings.pace > 0 else None)
        self._pace = Pace(settings.pace, concurrency, clock)

    async def exchange(
        self,
        request: httpx.Request,
        use: Callable[[httpx.Response, Received], Awaitable[T]],
        tally: Tally,
        *,
        verify_tls: bool = True,
        stranger: bool = False,
        gap: float | None = None,
    ) -> T:
        """Send a request and hand its answer to `use`, which reads as much of the body as it wants.

        Args:
            stranger: the address comes from somebody the operator does not know.
            gap: seconds between two requests that this host asks for.

        Raises:
            Retryable: another attempt may help.
            HarvestError: none will.
        """
        host = request.url.host
        received = Received()
        async with self._pace.slot(host, gap):
            tally.requests += 1
            try:
                with anyio.fail_after(self._settings.total_timeout):
                    response = await self._client(request.url, verify_tls, stranger).send(request, stream=True)
                    try:
                        return await use(response, received)
                    finally:
                        await response.aclose()
            except (HarvestError, Retryable):
                raise
            except (OSError, httpx.HTTPError, httpx.InvalidURL, UnicodeError, Refusal) as error:
                raise self._ours(error, host) from error
            finally:
                tally.bytes += received.wire

    def _ours(self, error: Exception, host: str) -> HarvestError | Retryable:
        settings = self._settings
        return translate(error, host=host, timeout=settings.timeout, total=settings.total_timeout)

    def _client(self, url: httpx.URL, verify_tls: bool, stranger: bool) -> httpx.AsyncClient:
        rule = _rule(url, stranger)
        client = self._clients.get((url.scheme, verify_tls, rule))
        if client is None:
            policy = self._known_only if rule == "known" else _STRANGERS[rule](self._settings.allow)
            client = self._clients[url.scheme, verify_tls, rule] = guarded_client(
                policy,
                verify=self._trust(url.scheme, verify_tls),
                timeout=self._settings.timeout,
                resolver=self._resolver,
            )
        return client

    def _trust(self, scheme: str, verify_tls: bool) -> ssl.SSLContext:
        if scheme == "http":
            return no_tls()
        return self._tls if verify_tls and self._tls is not None else tls_context(verify=verify_tls)

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
