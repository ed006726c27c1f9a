"""A body as it comes in: decompressed piece by piece, counted, cut off where it grows too large.

We ask for gzip and deflate and take nothing else. zlib is told how much to give at once, so that a gzip bomb costs one
piece of memory and stops at the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import httpx

from hub.fetch.errors import Retryable, changed, down

ACCEPT_ENCODING = "gzip, deflate"
_PIECE = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_DRAIN = 1 << 16


@dataclass(slots=True)
class Received:
    """How much came over the wire, still compressed: `wire`, in bytes."""

    wire: int = 0


class Inflate:
    """Bounded inflation of one content coding, ``gzip`` or ``deflate`` (which servers send with and without zlib's header)."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding == "gzip"
        self._stream: zlib._Decompress | None = None
        self._head = b""
        self._ended = 0
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Pieces of at most 256 KiB. Raises zlib.error where the data are damaged."""
        data, self._head = self._head + data, b""
        while data and not self._over:
            if self._stream is None and not self._begin(data):
                return
            stream = self._stream
            assert stream is not None
            piece = stream.decompress(data, _PIECE)
            if piece:
                yield piece
            data = stream.unconsumed_tail
            if stream.eof:
                data, self._stream = stream.unused_data, None
                self._ended += 1

    def _begin(self, data: bytes) -> bool:
        """Start a stream if there is enough to tell which; a gzip body may hold several members in a row."""
        if len(data) < 2:
            self._head = data
            return False
        if self._ended and not (self._gzip and data[:2] == _GZIP_MAGIC):
            self._over = True  # padding after the end
            return False
        self._stream = zlib.decompressobj(_GZIP if self._gzip else _deflate_bits(data))
        return True

    def finish(self) -> Iterator[bytes]:
        """What is still inside once all data were fed. Raises EOFError where the end is missing."""
        stream = self._stream
        while stream is not None and not stream.eof and (piece := stream.decompress(b"", _PIECE)):
            yield piece
        if stream is not None or (self._head and not self._ended):
            raise EOFError


def _deflate_bits(data: bytes) -> int:
    """RFC 1950's header (method 8, a multiple of 31), or raw deflate as some servers send it."""
    zlib_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


def coding_of(response: httpx.Response, host: str) -> str | None:
    """The one content coding of a response: ``gzip``, ``deflate`` or None.

    Raises:
        SourceChanged: ``ENCODING``, for a coding that was not asked for.
    """
    header: str = response.headers.get("content-encoding", "")
    named = [part.strip().lower() for part in header.split(",")]
    codings = [name.removeprefix("x-") for name in named if name not in ("", "identity")]
    if not codings:
        return None
    if len(codings) == 1 and codings[0] in ("gzip", "deflate"):
        return codings[0]
    raise changed("ENCODING", encoding=", ".join(codings)[:60], host=host)


async def receive(
    response: httpx.Response, sink: Callable[[bytes], object], *, limit: int, host: str, received: Received
) -> None:
    """Pass a body on, decompressed, to `sink`.

    Args:
        limit: bytes, on the wire and decompressed.

    Raises:
        SourceChanged: ``BODY_TOO_LARGE``, as soon as it is known; ``ENCODING``.
        Retryable: ``TRUNCATED``, where the compressed data are cut or damaged.
    """
    coding = coding_of(response, host)
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise changed("BODY_TOO_LARGE", limit=limit, host=host)
    size = 0
    try:
        async for piece in _pieces(response, coding, received):
            size += len(piece)
            if size > limit or received.wire > limit:
                raise changed("BODY_TOO_LARGE", limit=limit, host=host)
            sink(piece)
    except (zlib.error, EOFError) as error:
        raise Retryable(down("TRUNCATED", host=host)) from error


async def receive_head(response: httpx.Response, *, limit: int, host: str, received: Received) -> bytes:
    """The first `limit` bytes of a body, decompressed; the rest is not read.

    Raises:
        SourceChanged: ``ENCODING``.
        Retryable: ``TRUNCATED``.
    """
    head = bytearray()
    try:
        async for piece in _pieces(response, coding_of(response, host), received):
            head += piece
            if len(head) >= limit:
                break
    except (zlib.error, EOFError) as error:
        raise Retryable(down("TRUNCATED", host=host)) from error
    return bytes(head[:limit])


async def _pieces(response: httpx.Response, coding: str | None, received: Received) -> AsyncIterator[bytes]:
    inflate = Inflate(coding) if coding else None
    async for raw in response.aiter_raw():
        received.wire += len(raw)
        if inflate is None:
            yield raw
            continue
        for piece in inflate.feed(raw):
            yield piece
    if inflate is not None:
        for piece in inflate.finish():
            yield piece


async def drain(response: httpx.Response, received: Received) -> None:
    """Read the rest of an answer that nobody needs, if it is short, so that its connection can be used again."""
    try:
        start = received.wire
        async for raw in response.aiter_raw():
            received.wire += len(raw)
            if received.wire - start > _DRAIN:
                return
    except httpx.HTTPError:
        return
