"""The fast path of the site: kept and planned answers to GraphQL by POST, counted against the client's quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.serving.fast_path import FastPath, Instant
from schema.http.head import Head
from schema.http.ratelimit import RateLimit
from schema.http.view import GraphQL

_ORIGIN = b"origin"


class GraphQLFastPath(FastPath[Head]):
    """What `RateLimit` around CORS around `GraphQL` would answer, for requests that need none of their waiting.

    A request of a page of another origin, one beyond the quota, one that is refused, and one that streams or says who asks
    are left to them.

    Args:
        view: the endpoint.
        limit: the quota of clients around it; None: there is none.
    """

    def __init__(self, target: bytes, view: GraphQL, limit: RateLimit | None) -> None:
        super().__init__(target)
        self._view = view
        self._limit = limit

    def head(self, scope: Mapping[str, Any]) -> Head | None:
        if any(name == _ORIGIN for name, _ in scope["headers"]):
            return None
        return self._view.head(scope)

    def client(self, address: str | None) -> str:
        if self._limit is None:
            return ""
        return self._limit.address.of({"client": None if address is None else (address, 0), "headers": ()})

    def answer(self, head: Head, body: bytes, client: str) -> Instant | None:
        limit = self._limit
        quota = b"" if limit is None else limit.admit(client)
        if quota is None:
            return None
        found = None
        try:
            found = self._view.at_once(head, body)
        finally:
            if found is None and limit is not None:
                limit.take_back(client)
        return None if found is None else Instant(found[0] + quota, found[1])
