"""Which web pages of other origins may read the answers."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from starlette.middleware.cors import CORSMiddleware

EXPOSED = ("ETag", "RateLimit", "RateLimit-Policy", "Retry-After")
"""Headers of ours that a page's script may read."""
_ORIGIN = b"origin"


def with_cors(app: Any, origins: Sequence[str]) -> Any:
    """`app` for pages of these origins; ``"*"`` is every origin, none leaves the app as it is.

    No credentials are ever allowed: the hub knows no cookies, and a token is sent by whoever holds it.
    """
    if not origins:
        return app
    shared = CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        expose_headers=EXPOSED,
        max_age=600,
    )

    def told_where_it_matters(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        # A page of another origin says so, and nobody keeps the answer to a POST: such a one need not be told of origins.
        told = scope["type"] != "http" or scope["method"] != "POST" or _ORIGIN in [name for name, _ in scope["headers"]]
        return (shared if told else app)(scope, receive, send)

    return told_where_it_matters
