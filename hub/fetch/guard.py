"""Only public addresses, checked on the socket that is really opened.

`ssrfguard` resolves a name once, checks every answer and connects to one of the answers it checked, so a name
that moves between check and connection (DNS rebinding) wins nothing. Redirect hops come through the same
transport and are checked alike. This module is the only one that knows that package.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_network

import httpx
from ssrfguard import DEFAULT_DENIED, AddressTable, Block, BlockedAddressError, BlockedURLError, Policy, Reach, Resolver
from ssrfguard import SSRFGuardError as Refusal
from ssrfguard.httpx import AsyncClient

_OURS = (
    # What the IANA registries do not say. IPv6 hands out 2000::/3 only: the rest is refused, wrappers around
    # IPv4 excepted, which ssrfguard decodes by their longer prefixes.
    ("::/3", "not global unicast", "RFC4291"),
    ("4000::/2", "not global unicast", "RFC4291"),
    ("8000::/1", "not global unicast", "RFC4291"),
    ("168.63.129.16/32", "Azure platform service", "cloud metadata"),
)
_UNSAFE_PORTS = frozenset(
    # "Bad ports" of the WHATWG Fetch standard: services that can be made to misread an HTTP request.
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515),
        *(526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049),
        *(3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)


@cache
def _ports(*, safe: bool) -> frozenset[int]:
    """All ports, or all that no service which can be made to misread HTTP listens on. Made where they are needed: each
    set takes megabytes."""
    every = frozenset(range(1, 65536))
    return every - _UNSAFE_PORTS if safe else every


def _table() -> AddressTable:
    known = {block.network for block in DEFAULT_DENIED.blocks}
    ours = [Block(ip_network(cidr), name, rfc, Reach.DENIED) for cidr, name, rfc in _OURS]
    return AddressTable((*DEFAULT_DENIED.blocks, *(block for block in ours if block.network not in known)))


_TABLE = _table()


def public_only(allow: Iterable[str] = ()) -> Policy:
    """The rule: public addresses, and the ranges an operator allows.

    Args:
        allow: CIDR ranges, e.g. ``127.0.0.0/8``.

    Raises:
        ValueError: a range that is none, or one that would let wrapped IPv4 addresses through unseen.
    """
    ranges = tuple(ip_network(cidr, strict=False) for cidr in allow)
    return Policy(
        denied_networks=_TABLE,
        allowed_networks=ranges,
        # Where an operator allows a private range, any port in it is theirs to name; strangers are held to `web_only`.
        allowed_ports=_ports(safe=not ranges),
        # An allowed loopback name such as localhost may also have an address that is not allowed: only
        # checked addresses are ever connected to, so leaving that one out is safe. Without allowed ranges
        # a name with both kinds is an attack, and refused whole.
        on_partial_block="drop" if ranges else "reject",
        max_redirects=100,  # counted by ourselves, hop by hop
    )


WEB_PORTS = frozenset({80, 443})


def web_only(allow: Iterable[str] = ()) -> Policy:
    """The rule for addresses that strangers name: as `public_only`, on the web's own ports."""
    return replace(public_only(allow), allowed_ports=WEB_PORTS)


def allowed_only(allow: Iterable[str] = ()) -> Policy:
    """The rule for strangers' addresses on any other port: the ranges an operator allows, and nothing else."""
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    blocks = tuple(Block(network, "not allowed by the operator", "policy", Reach.DENIED) for network in everything)
    return replace(
        public_only(allow),
        denied_networks=AddressTable(blocks),
        allowed_ports=_ports(safe=True),
        on_partial_block="drop",
    )


def is_refused(url: str, policy: Policy) -> bool:
    """Whether the URL alone, before any name is resolved, is already refused: scheme, port, literal address."""
    try:
        policy.check_url(url)
    except (BlockedURLError, BlockedAddressError):
        return True
    return False


def guarded_client(
    policy: Policy,
    *,
    verify: ssl.SSLContext,
    timeout: float,
    resolver: Resolver | None = None,
) -> httpx.AsyncClient:
    """The one client of a process: pinned connections, no proxy from the environment, no memory for cookies.

    A proxy would resolve names itself, out of our sight; so none is taken from the environment. Cookies are kept by
    each source's own run, never by the client that all share.
    """
    return AsyncClient(
        policy=policy,
        resolver=resolver,
        verify=verify,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(timeout, pool=None),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
    )


def tls_context(*, verify: bool) -> ssl.SSLContext:
    """A TLS context; making one costs some 20 ms, so it is made once."""
    return httpx.create_ssl_context(verify=verify)


def no_tls() -> ssl.SSLContext:
    """The context of a client that asks over plain http alone: it trusts nobody, and reads no certificates for it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


__all__: Sequence[str] = (
    "WEB_PORTS", "Policy", "Refusal", "Resolver", "allowed_only", "guarded_client", "is_refused", "no_tls", "public_only",
    "tls_context", "web_only",
)  # fmt: skip
