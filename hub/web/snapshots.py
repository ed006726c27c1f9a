"""`/snapshots/{sha256}`: the bytes a fact came from, exactly as published, and never a page of ours.

A published page may carry scripts. It is therefore handed over as a download, with a content security policy that
sandboxes it and with sniffing switched off, so that nothing in it ever runs under the hub's name.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from connectors.base import HarvestError

_PIECE = 1 << 18
_AT_ONCE = 1 << 20
_VERIFIED = 4_096
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_CHARSET = re.compile(r"[a-z0-9_.:+-]{1,40}")
_UNKNOWN = "application/octet-stream"
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class Bodies(Protocol):
    """An archive of bodies by hash; `hub.fetch.Archive` is one. Raises HarvestError for what it cannot give back."""

    def has(self, sha256: str) -> bool: ...

    def size(self, sha256: str) -> int: ...

    def open(self, sha256: str) -> BinaryIO: ...

    def verify(self, sha256: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Published:
    """How a body was declared when it was published."""

    media_type: str | None = None
    charset: str | None = None


Describe = Callable[[str], Awaitable[Published | None]]


class Snapshots:
    """The ASGI endpoint; mount it as ``Route("/snapshots/{sha256}", Snapshots(…))``.

    Args:
        bodies: the archive.
        describe: how a body was declared, by its hash; None where nobody knows. What it says decides the media type.
    """

    def __init__(self, bodies: Bodies, describe: Describe) -> None:
        self._bodies = bodies
        self._describe = describe
        self._verified: dict[str, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request, str(request.path_params.get("sha256", "")))
        response.headers.update(_SAFE)
        await response(scope, receive, send)

    async def _answer(self, request: Request, sha256: str) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Sólo GET y HEAD.", 405, headers={"Allow": "GET, HEAD"})
        if not _SHA256.fullmatch(sha256):
            return PlainTextResponse("La dirección lleva un SHA-256: 64 cifras hexadecimales en minúsculas.", 404)
        if not self._bodies.has(sha256):
            return PlainTextResponse("Este contenido no está archivado.", 404)
        headers = await self._headers(sha256)
        if _known_to_client(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        try:
            return await self._whole(sha256, headers, body=request.method == "GET")
        except HarvestError as error:
            return PlainTextResponse(error.reason, 500, headers={"Cache-Control": "no-store"})

    async def _headers(self, sha256: str) -> dict[str, str]:
        published = await self._describe(sha256) or Published()
        media_type = (published.media_type or "").lower()
        if not _MEDIA_TYPE.fullmatch(media_type):
            media_type = _UNKNOWN
        charset = (published.charset or "").lower()
        suffix = mimetypes.guess_extension(media_type, strict=False) or ".bin"
        return {
            "Content-Type": f"{media_type}; charset={charset}" if _CHARSET.fullmatch(charset) else media_type,
            "Content-Disposition": f'attachment; filename="{sha256}{suffix}"',
            "ETag": f'"{sha256}"',
            "Cache-Control": "public, max-age=31536000, immutable",
        }

    async def _whole(self, sha256: str, headers: dict[str, str], *, body: bool) -> Response:
        """Nothing leaves before it has been hashed: half of a damaged body would look like all of a short one."""
        size = await anyio.to_thread.run_sync(self._bodies.size, sha256)
        if size <= _AT_ONCE:
            content = await anyio.to_thread.run_sync(self._read, sha256)
            headers["Content-Length"] = str(len(content))
            return Response(content if body else b"", headers=headers)
        if sha256 not in self._verified:
            await anyio.to_thread.run_sync(self._bodies.verify, sha256)
            self._remember(sha256)
        headers["Content-Length"] = str(size)
        return StreamingResponse(self._pieces(sha256), headers=headers) if body else Response(headers=headers)

    def _read(self, sha256: str) -> bytes:
        with self._bodies.open(sha256) as stream:
            return stream.read()

    def _remember(self, sha256: str) -> None:
        self._verified[sha256] = None
        while len(self._verified) > _VERIFIED:
            self._verified.pop(next(iter(self._verified)))

    async def _pieces(self, sha256: str) -> AsyncIterator[bytes]:
        with self._bodies.open(sha256) as stream:
            while piece := await anyio.to_thread.run_sync(stream.read, _PIECE):
                yield piece


def _known_to_client(header: str, etag: str) -> bool:
    """If-None-Match by weak comparison (RFC 9110 §13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
