"""Where an answer leads, decided without a network."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import HarvestError, SourceChanged, SourceRefused
from hub.fetch.redirects import Hop, Trail, origin, parse_url, same_site

START = Hop("POST", httpx.URL("http://datos.example/a/b?c=1"), b"{}")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("d", "http://datos.example/a/d"),
        ("/d", "http://datos.example/d"),
        ("?e=2", "http://datos.example/a/b?e=2"),
        ("//otra.example/x", "http://otra.example/x"),
        ("https://datos.example/a/b?c=1#nota", "https://datos.example/a/b?c=1"),
        ("http://ana:clave@otra.example/", "http://otra.example/"),
    ],
)
def test_a_location_is_read_against_the_address_it_came_from(location: str, target: str) -> None:
    assert str(Trail(10).follow(START, 302, location).url) == target


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_only_307_and_308_send_the_same_again(status: int, method: str) -> None:
    hop = Trail(10).follow(START, status, "/d")
    assert (hop.method, hop.body) == (method, b"{}" if method == "POST" else None)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", "javascript:alert(1)", "data:text/csv,a"])
def test_other_schemes_are_refused(location: str) -> None:
    with pytest.raises(SourceRefused):
        Trail(10).follow(START, 302, location)


@given(st.text(max_size=40))
def test_no_location_breaks_us(location: str) -> None:
    try:
        hop = Trail(10).follow(START, 302, location)
    except HarvestError:
        return
    assert hop.url.scheme in ("http", "https")
    assert not hop.url.userinfo


@given(st.text(max_size=40))
def test_no_address_breaks_us(text: str) -> None:
    try:
        url = parse_url(text)
    except HarvestError:
        return
    assert url.scheme in ("http", "https")
    assert url.host


@given(st.integers(1, 20))
def test_a_chain_is_followed_to_its_limit_and_no_further(limit: int) -> None:
    trail, hop = Trail(limit), START
    for step in range(limit):
        hop = trail.follow(hop, 302, f"/paso/{step}")
    with pytest.raises(SourceChanged) as caught:
        trail.follow(hop, 302, "/otro")
    assert caught.value.code == "REDIRECT_LOOP"


@pytest.mark.parametrize(
    ("first", "other", "same"),
    [
        ("http://a.example/x", "http://a.example/y", True),
        ("http://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "http://a.example/y", False),
        ("http://a.example/x", "http://b.example/x", False),
        ("http://a.example/x", "http://a.example:8080/x", False),
        ("http://a.example:80/x", "http://a.example/x", True),
    ],
)
def test_secrets_go_to_the_same_site_only(first: str, other: str, same: bool) -> None:
    assert same_site(httpx.URL(first), httpx.URL(other)) is same


def test_an_origin_leaves_the_default_port_out() -> None:
    assert origin(httpx.URL("https://a.example:443/x")) == "https://a.example"
    assert origin(httpx.URL("http://a.example:8080/x")) == "http://a.example:8080"
