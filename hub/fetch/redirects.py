"""Where an answer sends us on to. Pure; every hop is checked again by whoever goes there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx

from connectors.base import HarvestError
from hub.fetch.errors import changed, refused

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NUMERIC = re.compile(r"[0-9a-fx.]*[0-9][0-9a-fx.]*", re.IGNORECASE)
_NO_HOST = re.compile(r"[%\s]")
_LONGEST_HOST = 253
"""RFC 1035 §2.3.4."""
_AS_GET = frozenset({301, 302, 303})


def parse_url(text: str) -> httpx.URL:
    """An http or https URL, without fragment.

    Raises:
        SourceRefused: ``ADDRESS_REFUSED``, another scheme.
        SourceChanged: ``URL_INVALID``.
    """
    try:
        url = httpx.URL(text.strip())
        host = url.host
        port = url.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _why_invalid(text) from error
    if url.scheme not in ("http", "https"):
        raise refused("SCHEME_REFUSED", as_code="ADDRESS_REFUSED", scheme=url.scheme[:20])
    named = host and len(host) <= _LONGEST_HOST and (":" in host or not _NO_HOST.search(host))
    if not named or not (port is None or 1 <= port <= 65_535):
        raise changed("URL_INVALID", host=host[:60] or "—")
    return url.copy_with(fragment=None)


def _why_invalid(text: str) -> HarvestError:
    """An address that cannot be read: refused where its host is a disguised number, such as ``0177.0.0.1``."""
    try:
        host = unicodedata.normalize("NFKC", urlsplit(text.strip()).hostname or "")
    except ValueError:
        host = ""
    if _NUMERIC.fullmatch(host):
        return refused("ADDRESS_REFUSED", host=host[:60])
    return changed("URL_INVALID", host=host[:60] or "—")


def origin(url: httpx.URL) -> str:
    """Scheme, host and port, the default port left out."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def same_site(first: httpx.URL, other: httpx.URL) -> bool:
    """One origin, or its own step from http to https."""
    if origin(first) == origin(other):
        return True
    upgrade = first.scheme == "http" and other.scheme == "https" and first.host == other.host
    return upgrade and first.port is None and other.port is None


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a chain. `url` carries no user and password."""

    method: str
    url: httpx.URL
    body: bytes | None = None


@dataclass(slots=True)
class Trail:
    """The hops made so far for one request.

    The same address may come twice only if the site set a cookie in between, as session pages do.
    """

    limit: int
    _seen: set[tuple[str, str, str]] = field(default_factory=set)
    _hops: int = 0

    def follow(self, hop: Hop, status: int, location: str, cookies: tuple[str, str] = ("", "")) -> Hop:
        """The next hop.

        Args:
            cookies: as sent with `hop`, and as they stand after its answer.

        Raises:
            SourceChanged: ``REDIRECT_LOOP`` (a circle, or more than `limit` hops), ``REDIRECT_INVALID``.
            SourceRefused: ``ADDRESS_REFUSED``, for a scheme that is neither http nor https.
        """
        before, after = cookies
        self._seen.add((hop.method, str(hop.url), before))
        self._hops += 1
        try:
            target = hop.url.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise changed("REDIRECT_INVALID", host=hop.url.host) from error
        url = parse_url(str(target)).copy_with(userinfo=b"")
        to_get = status in _AS_GET and hop.method != "HEAD"
        following = Hop("GET", url) if to_get else replace(hop, url=url)
        if self._hops > self.limit or (following.method, str(url), after) in self._seen:
            raise changed("REDIRECT_LOOP", limit=self.limit, host=url.host)
        return following
