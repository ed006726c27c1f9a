"""The same bytes for everybody: the most that this server can do. python static.py PORT; the size is the path: /20000."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

kept: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read the request, send bytes that are there already."""
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


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False,
                lifespan="off", ws="websockets-sansio", loop="uvloop", http="httptools")  # fmt: skip
