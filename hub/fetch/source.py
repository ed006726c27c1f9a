"""`Fetch` for one run of one source: counts what it asks for, keeps its own cookies, remembers what it saw."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread
import httpx

from connectors.base import Snapshot, SourceChanged
from hub.fetch import redirects
from hub.fetch.archive import Archive, Stored
from hub.fetch.body import ACCEPT_ENCODING, Received, drain, receive, receive_head
from hub.fetch.conditional import (
    FetchRecord,
    Recorder,
    Validator,
    ValidatorLike,
    conditional_headers,
    content_type,
    fetch_key,
)
from hub.fetch.errors import Retryable, down, refused
from hub.fetch.local import read_file
from hub.fetch.redirects import Hop, Trail
from hub.fetch.retry import Retrier, retry_after
from hub.fetch.robots import MAX_BYTES, Robots
from hub.fetch.settings import Clock, FetchSettings, SourcePolicy
from hub.fetch.status import Answered, refuse_status
from hub.fetch.wire import Tally, Wire

_KEPT_HEADERS = frozenset(
    [
        "content-type",
        "content-length",
        "content-encoding",
        "content-disposition",
        "etag",
        "last-modified",
        "date",
        "server",
        "link",
        "x-archive-orig-date",
        "memento-datetime",
        "x-total-count",
        "x-wp-total",
        "x-wp-totalpages",
        "cf-mitigated",
    ]
)
"""Headers kept with a snapshot. Cookies and everything else personal to our visit are not."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all sources of a process share."""

    settings: FetchSettings
    clock: Clock
    archive: Archive
    wire: Wire
    robots: Robots
    retrier: Retrier


@dataclass(frozen=True, slots=True)
class _Answer:
    """The end of one exchange: a redirect (`location`), 304 (`stored` None), or a stored body."""

    status: int
    headers: Mapping[str, str]
    location: str | None = None
    stored: Stored | None = None


class SourceFetch:
    """The `connectors.base.Fetch` of one run. Not for two runs: it counts.

    Attributes:
        tally: requests and bytes so far, robots.txt included.
    """

    def __init__(
        self, shared: Shared, policy: SourcePolicy, validators: Mapping[str, ValidatorLike], recorder: Recorder | None
    ) -> None:
        self._shared = shared
        self._policy = policy
        self._validators = validators
        self._recorder = recorder
        self._cookies = httpx.Cookies()
        self.tally = Tally()

    async def __call__(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Snapshot:
        """Fetch an address, or read a configured file, into the archive.

        Raises:
            SourceDown: wait. SourceChanged: the maintainer acts. SourceRefused: the publisher acts.
            ArchiveError: the operator acts.
        """
        path = self._policy.file_of(url)
        if path is not None:
            if self._policy.files is None:
                raise refused("FILE_REFUSED", as_code="ADDRESS_REFUSED")
            return await self._file(url, path)
        body = None if json is None else dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        start = redirects.parse_url(url)
        sent = {**self._policy.headers, **(headers or {}), **_basic_auth(start)}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        return await self._remote(Hop(method, start.copy_with(userinfo=b""), body), sent)

    async def _remote(self, first: Hop, sent: Mapping[str, str]) -> Snapshot:
        shared = self._shared
        key = fetch_key(first.method, str(first.url), first.body)
        known = self._known(key)
        trail = Trail(shared.settings.max_redirects)
        hop = first
        while True:
            gap = await self._obey_robots(hop.url)
            # what was meant for one site, passwords above all, is not told to another
            extra = sent if redirects.same_site(first.url, hop.url) else {}
            attempt = partial(self._exchange, hop, extra, known, gap)
            cookies = self._cookie_text(hop.url)
            answer = await shared.retrier.run(attempt)
            if answer.location is None:
                return await self._snapshot(key, first, hop, answer, known)
            hop = trail.follow(hop, answer.status, answer.location, (cookies, self._cookie_text(hop.url)))
            if self._policy.stay and not redirects.same_site(first.url, hop.url):
                raise refused("REDIRECT_AWAY", host=first.url.host, target=hop.url.host)

    def _known(self, key: str) -> ValidatorLike | None:
        """What is remembered, if its body is still in the archive: a 304 is worth nothing without it."""
        known = self._validators.get(key)
        return known if known is not None and self._shared.archive.has(known.sha256) else None

    async def _exchange(
        self, hop: Hop, sent: Mapping[str, str], known: ValidatorLike | None, gap: float | None
    ) -> _Answer:
        request = self._request(hop, {**sent, **conditional_headers(known)})
        use = partial(self._use, hop.url.host, known is not None)
        policy = self._policy
        return await self._shared.wire.exchange(
            request, use, self.tally, verify_tls=policy.verify_tls, stranger=policy.stranger, gap=gap
        )

    def _request(self, hop: Hop, extra: Mapping[str, str]) -> httpx.Request:
        settings = self._shared.settings
        headers = httpx.Headers({"Accept": "*/*", "Accept-Language": "es-MX,es;q=0.9", **extra})
        headers["User-Agent"] = settings.user_agent
        headers["Accept-Encoding"] = ACCEPT_ENCODING
        timeout = httpx.Timeout(settings.timeout, pool=None).as_dict()
        request = httpx.Request(hop.method, hop.url, headers=headers, content=hop.body, extensions={"timeout": timeout})
        self._cookies.set_cookie_header(request)
        return request

    async def _use(self, host: str, conditional: bool, response: httpx.Response, received: Received) -> _Answer:
        self._cookies.extract_cookies(response)
        status = response.status_code
        headers = response.headers
        if status in redirects.REDIRECTS and "location" in headers:
            await drain(response, received)
            return _Answer(status, headers, location=headers["location"])
        if status == 304 and conditional:
            await drain(response, received)
            return _Answer(status, headers)
        if status not in (200, 203, 204, 205):
            await drain(response, received)
            refuse_status(Answered(status, headers.get("retry-after"), host, self._shared.clock.now()))
        with self._shared.archive.writer() as writer:
            limit = self._policy.max_body or self._shared.settings.max_body
            await receive(response, writer.write, limit=limit, host=host, received=received)
            return _Answer(status, headers, stored=await writer.commit())

    async def _obey_robots(self, url: httpx.URL) -> float | None:
        policy = self._policy.respect_robots
        if not (self._shared.settings.respect_robots if policy is None else policy):
            return None
        ask = partial(self._ask_robots, url.copy_with(raw_path=b"/robots.txt"))
        origin = redirects.origin(url)
        delay = await self._shared.robots.check(origin, str(url), ask, name=url.host)
        return None if delay is None else min(delay, self._shared.settings.retry_after_max)

    async def _ask_robots(self, url: httpx.URL) -> tuple[int, bytes]:
        """Status and text of a robots.txt, its redirects followed wherever they lead (RFC 9309 §2.3.1.2)."""
        hop, trail = Hop("GET", url), Trail(self._shared.settings.max_redirects)
        while True:
            attempt = partial(self._exchange_robots, hop)
            status, body, location = await self._shared.retrier.run(attempt)
            if location is None:
                return status, body
            try:
                hop = trail.follow(hop, status, location)
            except SourceChanged:
                return 404, b""  # a robots.txt that leads nowhere is one that is not there

    async def _exchange_robots(self, hop: Hop) -> tuple[int, bytes, str | None]:
        request = self._request(hop, {})
        use = partial(self._use_robots, hop.url.host)
        policy = self._policy
        return await self._shared.wire.exchange(
            request, use, self.tally, verify_tls=policy.verify_tls, stranger=policy.stranger
        )

    async def _use_robots(
        self, host: str, response: httpx.Response, received: Received
    ) -> tuple[int, bytes, str | None]:
        status, headers = response.status_code, response.headers
        if status == 429 or status >= 500:
            await drain(response, received)
            wait = retry_after(headers.get("retry-after"), self._shared.clock.now())
            raise Retryable(down("ROBOTS_UNAVAILABLE", status=status, host=host), wait)
        if status != 200:
            await drain(response, received)
            location = headers.get("location") if status in redirects.REDIRECTS else None
            return status, b"", location
        return status, await receive_head(response, limit=MAX_BYTES, host=host, received=received), None

    def _cookie_text(self, url: httpx.URL) -> str:
        request = httpx.Request("GET", url)
        self._cookies.set_cookie_header(request)
        cookies: str = request.headers.get("cookie", "")
        return cookies

    async def _snapshot(
        self, key: str, first: Hop, last: Hop, answer: _Answer, known: ValidatorLike | None
    ) -> Snapshot:
        headers = {name: value for name, value in answer.headers.items() if name in _KEPT_HEADERS}
        validator, size = self._validator(answer, known)
        unchanged = answer.stored is None or self._is_same(key, validator.sha256)
        url, final = str(first.url), str(last.url)
        record = FetchRecord(key, url, final, validator, answer.status, size, unchanged, headers)
        return await self._finish(record, answer.stored)

    def _is_same(self, key: str, sha256: str) -> bool:
        before = self._validators.get(key)
        return before is not None and before.sha256 == sha256

    def _validator(self, answer: _Answer, known: ValidatorLike | None) -> tuple[Validator, int]:
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        now = self._shared.clock.now()
        if answer.stored is not None:
            media_type, charset = content_type(answer.headers.get("content-type"))
            return Validator(answer.stored.sha256, now, etag, modified, media_type, charset), answer.stored.size
        assert known is not None
        etag, modified = etag or known.etag, modified or known.last_modified
        kept = Validator(known.sha256, now, etag, modified, known.media_type, known.charset)
        return kept, self._shared.archive.size(known.sha256)

    async def _file(self, url: str, path: Path) -> Snapshot:
        limit = self._shared.settings.max_body
        known = self._known(url)
        read = await anyio.to_thread.run_sync(read_file, path, url, self._shared.archive, limit, known)
        sha256 = read.stored.sha256 if read.stored is not None else known.sha256 if known is not None else ""
        validator = Validator(sha256, self._shared.clock.now(), read.etag, None, read.media_type)
        unchanged = read.stored is None or self._is_same(url, sha256)
        if read.stored is not None:
            self.tally.bytes += read.size
        return await self._finish(FetchRecord(url, url, url, validator, 200, read.size, unchanged), read.stored)

    async def _finish(self, record: FetchRecord, stored: Stored | None) -> Snapshot:
        if self._recorder is not None:
            await self._recorder(record)
        validator = record.validator
        return Snapshot(
            url=record.url,
            sha256=validator.sha256,
            fetched_at=validator.fetched_at,
            size=record.size,
            media_type=validator.media_type,
            charset=validator.charset,
            status=record.status,
            headers=record.headers,
            not_modified=record.not_modified,
            via=record.final_url if record.final_url != record.url else None,
            content=stored.content if stored is not None else None,
            opener=partial(self._shared.archive.open, validator.sha256),
        )


def _basic_auth(url: httpx.URL) -> dict[str, str]:
    """User and password written into an address, as the header they stand for; the address itself goes on without."""
    if not url.userinfo:
        return {}
    pair = f"{url.username}:{url.password}".encode()
    return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}
