"""Addresses that strangers name: which ones may be asked at all, and when two are one. Pure: nothing is resolved.

What a name resolves to is checked where it counts, on the connection itself (`hub.fetch.guard`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

import httpx

from connectors.base import HarvestError
from hub.fetch.guard import WEB_PORTS, allowed_only, is_refused, web_only
from hub.fetch.redirects import parse_url

LONGEST = 2_000
"""Characters of an address."""

NOT_PUBLIC = (
    "La dirección no se puede usar: el hub sólo consulta sitios públicos por http o https, en los puertos 80 y 443."
)
_LOOPBACK = ("127.0.0.1", "::1")
_PRIVATE_NAMES = re.compile(r"(?:.*\.)?(?:local|localdomain|internal|intranet|lan|home|corp|home\.arpa)|[^.]+")
"""Names of nobody's public site: RFC 6761, RFC 6762, RFC 8375, and those that networks keep for themselves."""


class AddressRefused(ValueError):
    """The address cannot be registered or previewed; the text says why."""


def checked_address(text: str, allow: Sequence[str] = ()) -> str:
    """The address, without fragment and surrounding space.

    Args:
        allow: CIDR ranges that the operator admits although they are not public; on them any harmless port will do.

    Raises:
        AddressRefused: it is no http or https address, carries a password, or is not a public one.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST or any(not char.isprintable() or char.isspace() for char in stripped):
        raise AddressRefused(f"Escriba una dirección http o https de hasta {LONGEST} caracteres, sin espacios.")
    if urlsplit_safely(stripped) not in ("http", "https"):
        raise AddressRefused("Sólo se leen direcciones que empiezan con http:// o https://.")
    try:
        url = parse_url(stripped)
    except HarvestError as error:
        raise AddressRefused(NOT_PUBLIC if error.code == "ADDRESS_REFUSED" else error.reason) from None
    if url.userinfo:
        raise AddressRefused("La dirección no debe llevar usuario ni contraseña: lo que se registra es público.")
    if not _is_public(url, allow):
        raise AddressRefused(NOT_PUBLIC)
    return str(url)


def urlsplit_safely(text: str) -> str:
    """The scheme of an address, in lower case; empty where there is none."""
    try:
        return urlsplit(text).scheme.lower()
    except ValueError:
        return ""


def _is_public(url: httpx.URL, allow: Sequence[str]) -> bool:
    """Whether nothing in the address itself says that it is not public."""
    host = url.host.rstrip(".").lower()
    web = url.port is None or url.port in WEB_PORTS
    if host == "localhost" or host.endswith(".localhost"):
        return any(_is_allowed(address, allow) for address in _LOOPBACK)
    if _is_literal(host):
        return not is_refused(str(url), (web_only if web else allowed_only)(allow))
    if is_refused(str(url), web_only(allow)) if web else not allow:
        return False
    return bool(allow) or not _PRIVATE_NAMES.fullmatch(host)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_allowed(address: str, allow: Sequence[str]) -> bool:
    parsed = ip_address(address)
    return any(parsed in network for network in (ip_network(entry, strict=False) for entry in allow))


def same_address(text: str) -> str:
    """What all spellings of one address have in common: scheme, default port, case of the host and fragment left out."""
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError, TypeError):
        return text
    if url.scheme not in ("http", "https"):
        return text
    host = url.raw_host.decode("ascii", "replace").rstrip(".").lower()
    port = "" if url.port is None or url.port in WEB_PORTS else f":{url.port}"
    path = posixpath.normpath("/" + unquote(url.path).lstrip("/"))
    return f"{host}{port}{path}?{unquote(url.query.decode('ascii', 'replace'))}".rstrip("?")


def challenge_url(source_url: str, path: str) -> str:
    """An address on the very site of a source: its scheme, host and port."""
    return str(httpx.URL(source_url).copy_with(path=path, query=None, fragment=None, userinfo=b""))
