"""The hub's own schema over a made-up country, served as in production but for the harvest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.readmodel.generate import generate
from hub.readmodel.reader import connect
from schema.api import build_schema
from schema.context import Context
from schema.http.config import HttpConfig
from schema.http.engine import Asker
from schema.http.view import GraphQL
from schema.live import Snapshot
from schema.read.file import ReadFile

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def country(folder: Path, size: int = 60, config: HttpConfig | None = None, **options: Any) -> GraphQL:
    """An endpoint over `size` made-up commitments."""
    path = folder / "1.db"
    generate(path, size)
    connection = connect(path)

    def context(asker: Asker) -> Context:
        return Context(file=ReadFile(connection), live=Snapshot(MOMENT))

    return GraphQL(build_schema(), config=config, context=context, **options)
