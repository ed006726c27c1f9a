"""Content codings of an answer."""

from __future__ import annotations

import gzip

import zstandard

CODINGS = ("zstd", "gzip")
"""What is offered, best first."""


def compress(body: bytes, coding: str | None) -> bytes:
    """`body` in a content coding of `CODINGS`; None leaves it as it is. The same bytes give the same result."""
    if coding == "gzip":
        return gzip.compress(body, compresslevel=5, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(body)
    return body
