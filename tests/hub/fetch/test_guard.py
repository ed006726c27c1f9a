"""Only public addresses, however they are written and wherever a name moves to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssrfguard import BlockedAddressError

from connectors.base import SourceRefused
from hub.fetch.guard import is_refused, public_only, web_only
from tests.hub.fetch.conftest import Lab
from tests.sites import Fault, Sites

PUBLIC = public_only()
PRIVATE = [
    ip_network(cidr)
    for cidr in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
]
_private_v4 = st.one_of(
    *(st.integers(int(net.network_address), int(net.broadcast_address)).map(IPv4Address) for net in PRIVATE)
)
_WRAPPERS = (
    lambda v4: IPv6Address((0xFFFF << 32) | int(v4)),  # IPv4-mapped
    lambda v4: IPv6Address(int(v4)),  # IPv4-compatible
    lambda v4: IPv6Address((0xFFFF << 48) | int(v4)),  # IPv4-translated (SIIT)
    lambda v4: IPv6Address((0x64FF9B << 96) | int(v4)),  # NAT64
    lambda v4: IPv6Address((0x2002 << 112) | (int(v4) << 80)),  # 6to4
)


@given(_private_v4)
def test_no_private_address_is_public(address: IPv4Address) -> None:
    assert not PUBLIC.permits_address(address)
    assert is_refused(f"http://{address}/", PUBLIC)


@given(_private_v4, st.sampled_from(_WRAPPERS))
def test_no_wrapping_makes_a_private_address_public(address: IPv4Address, wrap: Any) -> None:
    wrapped = wrap(address)
    assert not PUBLIC.permits_address(wrapped)
    assert is_refused(f"http://[{wrapped}]/", PUBLIC)


_UNICAST = ip_network("2000::/3")
_DECODED = [ip_network(cidr) for cidr in ("::/96", "::ffff:0:0/96", "64:ff9b::/96")]


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_global_unicast_and_wrapped_ipv4_can_be_public_in_ipv6(address: IPv6Address) -> None:
    if address not in _UNICAST and not any(address in wrapper for wrapper in _DECODED):
        assert not PUBLIC.permits_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "187.191.64.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert PUBLIC.permits_address(address)


@given(_private_v4)
def test_an_allowed_range_is_allowed_and_nothing_beside_it(address: IPv4Address) -> None:
    policy = public_only(["10.0.0.0/8"])
    assert policy.permits_address(address) == (address in ip_network("10.0.0.0/8"))


@pytest.mark.parametrize("cidr", ["loopback", "64:ff9b::/96", "1.2.3.4/99"])
def test_a_range_that_cannot_be_meant_is_an_error(cidr: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_only([cidr])


HOSTS = (
    "2130706433",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "127.1",
    "127.0.0.1.",
    "①②⑦.0.0.1",
    "[::1]",
    "0",
    "localhost",
)


@pytest.mark.anyio
@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_of_loopback_gets_through(host: str, lab: Lab, sites: Sites) -> None:
    fetch = lab.run(allow=())
    with pytest.raises(SourceRefused) as caught:
        await fetch(f"http://{host}:{sites.port}/puebla/compromisos.csv")
    assert caught.value.code == "ADDRESS_REFUSED"
    assert sites.log == []


def _answers(*addresses: str) -> list[Any]:
    families = {4: socket.AF_INET, 6: socket.AF_INET6}
    return [(families[ip_address(a).version], socket.SOCK_STREAM, 6, "", (a, 80)) for a in addresses]


@pytest.mark.anyio
async def test_a_name_that_moves_after_the_check_wins_nothing(lab: Lab, sites: Sites) -> None:
    lookups: list[str] = []

    def rebinding(host: str, port: int, *_: Any) -> list[Any]:
        lookups.append(host)
        public = len(lookups) == 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7" if public else "127.0.0.1", port))]

    # The first answer stands for a checked one: documentation addresses are allowed here so that nothing is really reached.
    fetcher = lab.fetcher(allow=("203.0.113.0/24",), attempts=1, timeout=0.2, resolver=rebinding)
    with pytest.raises(Exception, match=r"datos\.example"):
        await lab.run(fetcher)(f"http://datos.example:{sites.port}/puebla/compromisos.csv")
    assert lookups == ["datos.example"]  # asked once: what was checked is what is connected to
    assert sites.log == []


@pytest.mark.anyio
@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("::1",), ("169.254.169.254",)])
async def test_a_public_name_of_a_private_address_is_refused(addresses: tuple[str, ...], lab: Lab) -> None:
    fetcher = lab.fetcher(allow=(), resolver=lambda *_: _answers(*addresses))
    with pytest.raises(SourceRefused, match="no es pública"):
        await lab.run(fetcher)("http://datos.example/")


@pytest.mark.anyio
async def test_a_redirect_is_checked_like_the_first_address(lab: Lab, sites: Sites) -> None:
    path = "/puebla/compromisos.csv"
    sites.set(path, Fault.REDIRECT_PRIVATE, value="http://127.0.0.2:1/")
    fetch = lab.run(allow=("127.0.0.1/32",))
    with pytest.raises(SourceRefused) as caught:
        await fetch(sites.url(path))
    assert caught.value.code == "ADDRESS_REFUSED"


@pytest.mark.anyio
async def test_ports_of_other_services_are_refused_on_public_addresses(lab: Lab) -> None:
    with pytest.raises(SourceRefused):
        await lab.run(allow=())("http://8.8.8.8:25/")


def test_any_port_of_an_allowed_range_is_the_operators_to_name() -> None:
    assert not is_refused("http://127.0.0.1:9/", public_only(("127.0.0.0/8",)))
    assert is_refused("http://127.0.0.1:9/", web_only(("127.0.0.0/8",)))


def test_refusals_are_ssrfguards_own() -> None:
    with pytest.raises(BlockedAddressError):
        PUBLIC.check_address("127.0.0.1")
