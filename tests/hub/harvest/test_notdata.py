"""hub.harvest.notdata: a wall or a login form is no data, and data are no wall."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.harvest.notdata import HEAD, examine

PAGE = "<html><body><h1>Gobierno abierto</h1>{}<p>Compromiso 1: Datos de obra pública</p></body></html>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<!DOCTYPE html><title>Just a moment...</title><div class='cf-chl-widget'></div>", "CHALLENGE"),
        ("<html><script src='/_Incapsula_Resource?x=1'></script></html>", "CHALLENGE"),
        ("<html><title>Access Denied</title></html>", "CHALLENGE"),
        ("<html><body><div class='g-recaptcha'></div></body></html>", "CHALLENGE"),
        ("<html><form>Iniciar sesión <input name=p type='password'></form></html>", "LOGIN"),
        ("", "EMPTY_BODY"),
        ("  \n ", "EMPTY_BODY"),
        ("No.,Compromiso\n1,Datos abiertos\n", None),
        (PAGE.format("<div class='g-recaptcha'></div>"), None),
        (PAGE.format("<form>Iniciar sesión <input type='password'></form>"), None),
        ('{"data": []}', None),
    ],
)
def test_what_a_body_is_told_from_its_head(body: str, kind: str | None) -> None:
    found = examine(body.encode(), len(body))
    assert (found.kind if found else None) == kind


@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    examine(body, len(body))


def test_no_real_page_is_taken_for_a_wall(shared: Path) -> None:
    for path in (shared / "sources").rglob("*.*"):
        body = path.read_bytes()
        assert examine(body[:HEAD], len(body)) is None, path.name
