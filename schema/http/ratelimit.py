"""Requests per client, as an ASGI middleware around any app.

Headers follow the IETF draft "RateLimit header fields for HTTP": `RateLimit-Policy` says the quota, `RateLimit` what is
left of it. A client is its network address; what a trusted proxy says of it is believed, what anyone else says is not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from hub.rate import Rate
from schema.http.cache import lines
from schema.http.errors import RATE_LIMITED
from schema.http.execution import Answer

if TYPE_CHECKING:
    from limits.aio.storage import Storage

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

_LEFT = b'"default";r=%d;t=%d'

TOO_MANY_REQUESTS = 4429
"""Close code of a WebSocket beyond its quota: clients of graphql-transport-ws do not come back at once after it."""


class ClientAddress:
    """Who sent a request: its peer, or, through proxies that the operator trusts, the address they say.

    Raises:
        ValueError: an entry of `trusted_proxies` is no address and no network.
    """

    def __init__(self, trusted_proxies: tuple[str, ...] = ()) -> None:
        self._trusted: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(entry, strict=False) for entry in trusted_proxies
        )

    def of(self, scope: Scope) -> str:
        """The client's address. Of X-Forwarded-For, the last address that no trusted proxy has."""
        client = scope.get("client")
        address = client[0] if client else "unknown"
        if not self._trusted or not self._is_trusted(address):
            return _network(address) if ":" in address else address
        forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        hops = b",".join(forwarded).decode("latin-1").split(",") if forwarded else []
        for hop in reversed(hops):
            try:
                address = str(ip_address(hop.strip()))
            except ValueError:
                break
            if not self._is_trusted(address):
                break
        return _network(address)

    def _is_trusted(self, address: str) -> bool:
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)


def _seconds(rest: float) -> int:
    """What is left of a window in whole seconds, one at least."""
    return math.ceil(rest) or 1


def _network(address: str) -> str:
    """An IPv6 client is its /64: it may choose any address in there for each request."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ip_network((parsed, 64), strict=False))


class Windows:
    """Requests per client in fixed windows of time, counted in this process.

    The library's own memory storage takes ten times as long for the same sum, on every request, and starts a task to
    clean up. Here windows that are over go when a new client comes and there are many.

    Args:
        seconds: length of a window.
        clock: seconds since any moment.
    """

    _MANY = 10_000

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._open: dict[str, list[float]] = {}
        self._sweep_at = self._MANY

    def hit(self, client: str) -> tuple[int, float]:
        """Counts one request: how many there were in the client's window, and how long the window still lasts."""
        now = self._clock()
        window = self._open.get(client)
        if window is None or window[1] <= now:
            if len(self._open) >= self._sweep_at:
                self._open = {name: kept for name, kept in self._open.items() if kept[1] > now}
                self._sweep_at = max(self._MANY, 2 * len(self._open))
            window = self._open[client] = [0, now + self._seconds]
        window[0] += 1
        return int(window[0]), window[1] - now

    def forget(self, client: str) -> None:
        """Takes back the last `hit`."""
        self._open[client][0] -= 1

    def __len__(self) -> int:
        return len(self._open)


class RateLimit:
    """Counts requests and refuses those beyond a client's quota with 429, `Retry-After` and a GraphQL-shaped error.

    Args:
        app: what is limited.
        quota: as `hub.rate` reads it: ``"600/minute"``.
        address: how a client is known.
        paths: prefixes of the paths that count; none: all of them.
        answer_extensions: what stands beside every answer.
        max_cost: the cost limit, for `extensions.cost`.
        storage: a storage of the library `limits` that several workers share; by default each counts for itself.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        app: ASGIApp,
        quota: str,
        *,
        address: ClientAddress | None = None,
        paths: tuple[str, ...] = (),
        answer_extensions: Callable[[], Mapping[str, Any]] | None = None,
        max_cost: int = 50_000,
        storage: Storage | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app = app
        self.rate = Rate.parse(quota)
        self.address = address or ClientAddress()
        self.paths = paths
        self.refused = 0
        self._extensions = answer_extensions or (lambda: {"dataVersion": 0, "staleSources": []})
        self._max_cost = max_cost
        self._clock = clock
        self._storage = storage
        self._window = self.rate.seconds
        self._windows = Windows(self._window, clock)
        self._policy = (b"ratelimit-policy", b'"default";q=%d;w=%d' % (self.rate.amount, self._window))
        self._lines = lines((self._policy, (b"ratelimit", _LEFT)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (self.paths and not scope["path"].startswith(self.paths)):
            await self.app(scope, receive, send)
            return
        client = self.address.of(scope)
        if scope["type"] == "websocket":
            await self.app(scope, self._counted(client, receive, send), send)
            return
        used, rest = self._windows.hit(client) if self._storage is None else await self._hit(client)
        headers = self._told(used, rest)
        if used > self.rate.amount:
            self.refused += 1
            await self._refuse(_seconds(rest), headers, send)
            return

        def send_with_limits(message: MutableMapping[str, Any]) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = (*message["headers"], *headers)
            return send(message)

        await self.app(scope, receive, send_with_limits)

    def admit(self, client: str) -> bytes | None:
        """Counts a request of a client, where there is room for it and no waiting to learn that: the header lines of its answer.

        None where there is none, and then it is not counted.
        """
        if self._storage is not None:
            return None
        used, rest = self._windows.hit(client)
        if used > self.rate.amount:
            self._windows.forget(client)
            return None
        return self._lines % (self.rate.amount - used, _seconds(rest))

    def take_back(self, client: str) -> None:
        """Undoes `admit`: the request comes again in another way."""
        self._windows.forget(client)

    def _told(self, used: int, rest: float) -> Headers:
        left = max(0, self.rate.amount - used)
        return (self._policy, (b"ratelimit", _LEFT % (left, _seconds(rest))))

    async def _hit(self, client: str) -> tuple[int, float]:
        """Counts one request: how many there were in the client's window, and how many seconds it still lasts."""
        if self._storage is None:
            return self._windows.hit(client)
        key = f"hub/{client}/{self.rate}"
        used = await self._storage.incr(key, self._window)
        return used, await self._storage.get_expiry(key) - self._clock()

    def _counted(self, client: str, receive: Receive, send: Send) -> Receive:
        """`receive` of a WebSocket on which each message counts as a request; beyond the quota it is closed."""

        async def receive_counted() -> MutableMapping[str, Any]:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            used, rest = await self._hit(client)
            if used <= self.rate.amount:
                return message
            self.refused += 1
            reason = f"Too many requests: {self.rate}. Try again in {max(1, math.ceil(rest))} seconds."
            await send({"type": "websocket.close", "code": TOO_MANY_REQUESTS, "reason": reason})
            return {"type": "websocket.disconnect", "code": TOO_MANY_REQUESTS}

        return receive_counted

    async def _refuse(self, seconds: int, headers: Headers, send: Send) -> None:
        text = f"Too many requests: {self.rate} from one client. Try again in {seconds} seconds."
        error = {"message": text, "extensions": {"code": RATE_LIMITED, "retryAfter": seconds}}
        body = Answer(None, [error]).encode(self._extensions(), self._max_cost)
        start = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(seconds).encode()),
            (b"cache-control", b"no-store"),
            *headers,
        ]
        await send({"type": "http.response.start", "status": 429, "headers": start})
        await send({"type": "http.response.body", "body": body})
