"""Ask only for what has changed: our own ETag and Last-Modified per address, the content's hash as the last word."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Protocol


class ValidatorLike(Protocol):
    """What is remembered of the last good answer of one address."""

    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...
    @property
    def sha256(self) -> str: ...
    @property
    def media_type(self) -> str | None: ...
    @property
    def charset(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Validator:
    """What is remembered of the last good answer of one address, in the headers' own words."""

    sha256: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    media_type: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One answer, as it is recorded, so that a run can be explained, and repeated from the archive.

    Attributes:
        key: what the validator is remembered under: the address for a GET; for a POST also the hash of what was
            sent (`fetch_key`).
        final_url: where redirects led; equal to `url` without any.
        size: bytes, decompressed.
        not_modified: 304, or the same bytes again.
    """

    key: str
    url: str
    final_url: str
    validator: Validator
    status: int
    size: int
    not_modified: bool
    headers: Mapping[str, str] = field(default_factory=dict)


Recorder = Callable[[FetchRecord], Awaitable[None]]


def fetch_key(method: str, url: str, body: bytes | None) -> str:
    """The address for a GET; the method, the address and the hash of what was sent for anything else."""
    if method == "GET":
        return url
    return f"{method} {url} {hashlib.sha256(body or b'').hexdigest()}"


def conditional_headers(validator: ValidatorLike | None) -> dict[str, str]:
    """If-None-Match and If-Modified-Since, as the site itself gave them (RFC 9110 §13)."""
    headers: dict[str, str] = {}
    if validator is not None and validator.etag:
        headers["If-None-Match"] = validator.etag
    if validator is not None and validator.last_modified:
        headers["If-Modified-Since"] = validator.last_modified
    return headers


def content_type(value: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header, lower case; (None, None) without one."""
    if not value:
        return None, None
    message = Message()
    message["content-type"] = value
    media_type = value.split(";", 1)[0].strip().lower()
    charset = message.get_content_charset()
    return media_type or None, charset
