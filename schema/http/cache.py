"""The response cache: the bytes of a request to the bytes of its answer, for as long as the data stand still."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[bytes, bytes], ...]
Message = dict[str, Any]

_OVERHEAD = 600
"""What an entry costs beside its bytes: objects, headers, its place in the table."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A ready answer (status 200).

    Attributes:
        headers: as ASGI has them.
        lines: the same in one (see `lines`).
        body: the ASGI message of the body.
        etag: its strong entity tag; empty where it has none.
        size: bytes that it takes in memory, roughly.
    """

    headers: Headers
    lines: bytes
    body: Message
    etag: bytes
    size: int


@dataclass(slots=True)
class CacheStats:
    """Counters since the process began, and what is held now (bytes)."""

    hits: int = 0
    misses: int = 0
    not_modified: int = 0
    evictions: int = 0
    entries: int = 0
    bytes: int = 0


class ResponseCache:
    """Ready answers by request, least recently used out first, at most `capacity` bytes.

    Everything held belongs to ONE version of the data: with the first request of another version all of it goes. So
    an answer can never outlive its data, and nothing has to be invalidated.
    """

    def __init__(self, capacity: int, largest: int) -> None:
        self.capacity = capacity
        self.largest = largest
        self.stats = CacheStats()
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._version: Hashable = None

    def get(self, key: Hashable, version: Hashable) -> Entry | None:
        """The answer kept for `key`, if the data still have `version`; whether there is one is counted."""
        entry = self.find(key, version)
        if entry is None:
            self.stats.misses += 1
        return entry

    def find(self, key: Hashable, version: Hashable) -> Entry | None:
        """The same for one who may leave the request to another: only a hit is counted."""
        if version != self._version:
            self.clear()
            self._version = version
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
            self.stats.hits += 1
        return entry

    def put(self, key: Hashable, version: Hashable, entry: Entry) -> None:
        """Keeps an answer that was computed wholly on `version`; one of another version is dropped."""
        size = entry.size
        if size > self.largest or size > self.capacity or version != self._version:
            return
        before = self._entries.pop(key, None)
        if before is not None:
            self.stats.bytes -= before.size
        self._entries[key] = entry
        self.stats.bytes += size
        while self.stats.bytes > self.capacity:
            _, oldest = self._entries.popitem(last=False)
            self.stats.bytes -= oldest.size
            self.stats.evictions += 1
        self.stats.entries = len(self._entries)

    def clear(self) -> None:
        """Drops everything."""
        self._entries.clear()
        self.stats.entries = self.stats.bytes = 0


def entity_tag(body: bytes, version: object) -> bytes:
    """The strong entity tag of exactly these bytes; it begins with the data version, for people who read headers."""
    return b'"%s-%s"' % (str(version).encode(), hashlib.blake2b(body, digest_size=12).hexdigest().encode())


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header names `etag` (weak comparison, RFC 9110 13.1.2)."""
    if if_none_match.strip() == b"*":
        return True
    return any(tag.strip().removeprefix(b"W/") == etag for tag in if_none_match.split(b","))


def entry(headers: Iterable[tuple[bytes, bytes]], body: bytes, etag: bytes, key_size: int) -> Entry:
    """A ready answer; `key_size` is the size of the request that it is kept under."""
    kept = tuple(headers)
    size = len(body) + key_size + _OVERHEAD
    return Entry(kept, lines(kept), {"type": "http.response.body", "body": body}, etag, size)


def lines(headers: Headers) -> bytes:
    """Headers as HTTP/1.1 writes them, each with its line end."""
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def not_modified(kept: Entry) -> Message:
    """The start of a 304 for an answer: its headers without those of the body."""
    headers = tuple(pair for pair in kept.headers if pair[0] not in (b"content-length", b"content-type"))
    return {"type": "http.response.start", "status": 304, "headers": headers}
