"""hub.registration.addresses: which addresses strangers may name, and when two are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.registration.addresses import NOT_PUBLIC, AddressRefused, challenge_url, checked_address, same_address

PRIVATE = [
    "http://10.0.0.1/", "http://10.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[fd00::1]/",
    "http://[64:ff9b::a00:1]/", "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1:8080/", "http://0/",
    "http://0.0.0.0/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://１０.0.0.1/",
    "http://100.64.0.1/", "http://localhost/", "http://localhost./", "http://x.localhost/", "http://intranet/",
    "http://db.internal/", "http://impresora.local/", "https://[fe80::1]/", "http://224.0.0.1/", "http://198.18.0.1/",
]  # fmt: skip
NO_ADDRESS = [
    "bundled:", "file:///etc/passwd", "/etc/passwd", "compromisos.csv", "ftp://datos.example.org/x.csv", "gopher://x/",
    "javascript:alert(1)", "data:text/csv,a", "", " ", "http://", "http:///x", "https://usuario:clave@datos.gob.mx/x.csv",
    "http://datos.gob.mx@10.0.0.1/", "http://datos.gob.mx:22/", "http://datos.gob.mx:6379/", "http://datos gob mx/",
    "http://datos.gob.mx/\r\nX: y", "http://datos.gob.mx:99999/", "https://datos.gob.mx/" + "x" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("url", [*PRIVATE, "http://127.0.0.1/", "http://127.0.0.1:8000/"])
def test_an_address_that_is_not_public_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(AddressRefused, match="sólo consulta sitios públicos") as caught:
        checked_address(url)
    assert str(caught.value) == NOT_PUBLIC


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://transparencia.puebla.gob.mx/compromisos.csv", "http://datos.gob.mx:80/x?y=1", "https://datos.gob.mx:443/",
        "https://8.8.8.8/x.csv", "https://[2606:2800:220:1::1]/x", "https://xn--mxico-bsa.example/", "https://méxico.mx/á",
    ],
)  # fmt: skip
def test_a_public_address_is_taken(url: str) -> None:
    assert checked_address(f"  {url}#parte ").startswith("http")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8123/x", True), ("http://localhost:8123/x", True), ("http://10.0.0.1/x", False),
        ("http://127.0.0.1:22/x", False), ("http://8.8.8.8:8123/x", False), ("http://[::1]:8123/", False),
        ("http://169.254.169.254/", False),
    ],
)  # fmt: skip
def test_an_allowed_range_opens_its_addresses_on_any_harmless_port_and_nothing_else(url: str, allowed: bool) -> None:
    if allowed:
        assert checked_address(url, ["127.0.0.0/8"])
    else:
        with pytest.raises(AddressRefused):
            checked_address(url, ["127.0.0.0/8"])


@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_and_has_a_normal_form(text: str) -> None:
    same_address(text)
    try:
        taken = checked_address(text)
    except AddressRefused:
        return
    assert taken.startswith(("http://", "https://"))
    assert same_address(taken) == same_address(same_address(taken) and taken)


@pytest.mark.parametrize(
    "other",
    [
        "http://datos.gob.mx/a/b.csv?x=1", "HTTPS://DATOS.GOB.MX/a/b.csv?x=1", "https://datos.gob.mx:443/a/b.csv?x=1",
        "https://datos.gob.mx./a/b.csv?x=1", "https://datos.gob.mx/a/./b.csv?x=1", "https://datos.gob.mx/c/../a/b.csv?x=1",
        "https://datos.gob.mx/a/%62.csv?x=1#fila", "https://datos.gob.mx//a/b.csv?x=1", "https://datos.gob.mx/a/b.csv/?x=1",
    ],
)  # fmt: skip
def test_two_spellings_of_one_address_are_one(other: str) -> None:
    assert same_address(other) == same_address("https://datos.gob.mx/a/b.csv?x=1")


@pytest.mark.parametrize(
    "other",
    ["https://datos.gob.mx/a/b.csv", "https://datos.gob.mx:8443/a/b.csv?x=1", "https://x.datos.gob.mx/a/b.csv?x=1",
     "https://datos.gob.mx/A/b.csv?x=1", "https://datos.gob.mx/a/b.csv?x=2"],
)  # fmt: skip
def test_other_addresses_are_others(other: str) -> None:
    assert same_address(other) != same_address("https://datos.gob.mx/a/b.csv?x=1")


def test_the_challenge_stands_on_the_very_site_of_the_source() -> None:
    assert challenge_url("https://datos.gob.mx:8443/a/b.csv?x=1#y", "/.well-known/x.txt") == (
        "https://datos.gob.mx:8443/.well-known/x.txt"
    )
