"""Which other sites' pages may read what the hub answers, as the operator says (CORS)."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware


def share(app: Starlette, origins: list[str]) -> None:
    """Let the pages of some origins read what an application answers."""
    if origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "HEAD"], allow_headers=["*"])
