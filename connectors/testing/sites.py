"""Sites that exist in memory only: an honest one, one that never ends, one that is down."""

from __future__ import annotations

import hashlib
import json as jsonlib
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from connectors.base import HarvestError, Snapshot, SourceChanged, SourceDown

Body: TypeAlias = "bytes | str | Path | Snapshot | HarvestError | Mapping[str, Any] | list[Any] | Callable[[Any], Any]"
"""What an address answers: bytes, text, a file, a JSON value, a whole snapshot, an error to raise, or a function of the
JSON that was sent, which gives one of these."""

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MOST_REQUESTS = 2_000
"""A walk that asks for more pages than this of a site without end does not end by itself."""


class WithoutEnd(BaseException):
    """The connector goes on asking. Not an Exception, so that no handler in the connector takes it for an answer."""


def snapshot(
    body: bytes, url: str, media_type: str | None = None, headers: Mapping[str, str] | None = None
) -> Snapshot:
    """A snapshot of given bytes."""
    return Snapshot(
        url=url, sha256=hashlib.sha256(body).hexdigest(), fetched_at=NOW, size=len(body), media_type=media_type,
        headers=dict(headers or {}), content=body,
    )  # fmt: skip


def as_bytes(body: Any) -> bytes:
    """The bytes of what an address answers."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, Path):
        return body.read_bytes()
    if isinstance(body, str):
        return body.encode()
    return jsonlib.dumps(body, ensure_ascii=False).encode()


class Site:
    """A `connectors.base.Fetch` over a table address → body. `asked` are the addresses, in order.

    Args:
        answers: the table, or a function that answers every request: ``await answers(url, method=…, headers=…, json=…)``.
        media_type: of every answer that does not say its own.
    """

    def __init__(
        self, answers: Mapping[str, Any] | Callable[..., Awaitable[Snapshot]], media_type: str | None = None
    ) -> None:
        self._answers = answers
        self._media_type = media_type
        self.asked: list[str] = []

    async def __call__(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Snapshot:
        self.asked.append(url)
        return await self.answer(url, method=method, headers=headers, json=json)

    async def answer(self, url: str, *, json: Any = None, **more: Any) -> Snapshot:
        """The answer to one request. Raises HarvestError, as the hub's own fetch does."""
        if not isinstance(self._answers, Mapping):
            return await self._answers(url, json=json, **more)
        found = self._answers.get(url)
        if callable(found) and not isinstance(found, HarvestError):
            found = found(json)
        if found is None:
            raise SourceChanged(f"No existe {urlsplit(url).path}.", code="NOT_FOUND")
        if isinstance(found, HarvestError):
            raise found
        return found if isinstance(found, Snapshot) else snapshot(as_bytes(found), url, self._media_type)


class Changed(Site):
    """The same site with every body changed, as a hostile or broken one would.

    Args:
        change: a body to another.
    """

    def __init__(self, site: Site, change: Callable[[bytes], bytes]) -> None:
        super().__init__(site._answers, site._media_type)
        self._change = change

    async def answer(self, url: str, **more: Any) -> Snapshot:
        try:
            found = await super().answer(url, **more)
            body, media_type, headers = found.read(), found.media_type, found.headers
        except HarvestError:
            raise
        except Exception:  # the author's own answers do not know this address
            raise SourceChanged(f"No existe {urlsplit(url).path}.", code="NOT_FOUND") from None
        if len(self.asked) > MOST_REQUESTS:
            raise WithoutEnd(f"more than {MOST_REQUESTS} requests")
        return snapshot(self._change(body), url, media_type, headers)


class Down(Site):
    """A site that does not answer."""

    def __init__(self) -> None:
        super().__init__({})

    async def answer(self, url: str, **more: Any) -> Snapshot:
        raise SourceDown(f"{urlsplit(url).netloc} no responde.", code="TIMEOUT")


class Endless(Site):
    """A site whose every page leads to another: links, cursors, totals and Link headers never run out.

    An address that nobody declared answers like the nearest declared one, never twice the same bytes.
    """

    def __init__(self, site: Site, known: Mapping[str, bytes]) -> None:
        super().__init__(site._answers, site._media_type)
        self._known = dict(known)

    async def answer(self, url: str, **more: Any) -> Snapshot:
        number = len(self.asked)
        if number > MOST_REQUESTS:
            raise WithoutEnd(f"more than {MOST_REQUESTS} requests")
        body = await self._body(url, **more)
        following = f"{url.split('#')[0].split('?')[0].rstrip('/')}/compromiso-{number}?page={number + 1}"
        headers = {
            "link": f'<{following}>; rel="next"', "x-wp-total": "1000000000", "x-wp-totalpages": "1000000",
            "x-total-count": "1000000000",
        }  # fmt: skip
        return snapshot(_going_on(body, following, number), url, self._media_type, headers)

    async def _body(self, url: str, **more: Any) -> bytes:
        try:
            body = (await super().answer(url, **more)).read()
        except Exception:  # undeclared: the site has it all the same
            return self._nearest(url)
        self._known[url] = body
        return body

    def _nearest(self, url: str) -> bytes:
        if not self._known:
            raise SourceDown("Nada respondió todavía.", code="TIMEOUT")
        return self._known[max(self._known, key=lambda known: _common(known, url))]


def _common(one: str, other: str) -> int:
    """How many characters two addresses share at their beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


_MORE = re.compile(r"^has_?(?:next|more)(?:_?page)?$", re.IGNORECASE)
_CURSOR = re.compile(r"^(?:next|after|end)?_?(?:cursor|page_?token)$", re.IGNORECASE)
_COUNT = re.compile(r"^(?:total|count|num_?found|total_?(?:count|pages|results)|pages)$", re.IGNORECASE)


def _going_on(body: bytes, following: str, number: int) -> bytes:
    """A body that leads to a next page."""
    text = body.lstrip()
    if text[:1] in (b"{", b"["):
        try:
            document = jsonlib.loads(text)
        except ValueError:
            return body + f"\n{number}".encode()
        return jsonlib.dumps(_endless_json(document, following, number), ensure_ascii=False).encode()
    if text[:1] == b"<":
        link = f'<p><a rel="next" href="{following}">Compromiso {number}: siguiente página</a></p>'.encode()
        at = body.lower().rfind(b"</body>")
        return body[:at] + link + body[at:] if at >= 0 else body + link
    return body + f"\n{number}".encode()


def _endless_json(value: Any, following: str, number: int) -> Any:
    if isinstance(value, list):
        return [_endless_json(item, following, number) for item in value]
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for name, item in value.items():
        if _MORE.match(name):
            changed[name] = True
        elif _CURSOR.match(name):
            changed[name] = f"cursor-{number}"
        elif name.lower() == "next" and not isinstance(item, (dict, list)):
            changed[name] = following
        elif _COUNT.match(name) and isinstance(item, int):
            changed[name] = 1_000_000_000
        else:
            changed[name] = _endless_json(item, following, number)
    changed.setdefault("_page", number)
    return changed
