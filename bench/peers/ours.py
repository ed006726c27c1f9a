"""The hub's own GraphQL face over one read-model file: python ours.py FILE PORT planned|cached|executed|static."""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from typing import Any

import uvicorn

from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.context import Context
from schema.http.config import HttpConfig
from schema.http.view import GraphQL
from schema.live import Snapshot
from schema.plan.executor import PlannedExecutor
from schema.read.file import ReadFile

MMAP = 1 << 40


def application(path: str, mode: str) -> Any:
    """The endpoint: with the planner, with planner and response cache, or with neither."""
    model = ReadModel.open(path)
    schema = build_schema()
    config = HttpConfig(cache_bytes=64_000_000 if mode == "cached" else 0, max_cost=10**9)
    file = ReadFile(model.connection)
    live = Snapshot(datetime.now(UTC))
    executors = () if mode == "executed" else (PlannedExecutor(schema, lambda: model, config=config),)
    return GraphQL(
        schema,
        config=config,
        executors=executors,
        context=lambda asker: Context(file=file, live=live),
        answer_extensions=lambda: {"dataVersion": model.data_version, "staleSources": []},
        version=lambda: model.data_version,
    )


def static() -> Any:
    """The same bytes for everybody: what this server can do at most. The size is in the request's path: /20000."""

    kept: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        await receive()
        found = kept.get(scope["path"])
        if found is None:
            body = b"x" * int(scope["path"].strip("/") or 1000)
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            found = kept[scope["path"]] = (
                {"type": "http.response.start", "status": 200, "headers": headers},
                {"type": "http.response.body", "body": body},
            )
        await send(found[0])
        await send(found[1])

    return app


def main() -> None:
    path, port, mode = sys.argv[1:4]
    app = static() if mode == "static" else application(path, mode)
    gc.collect()
    gc.freeze()  # as the served hub does
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False, loop="uvloop",
                http="httptools", lifespan="off")  # fmt: skip


if __name__ == "__main__":
    main()
