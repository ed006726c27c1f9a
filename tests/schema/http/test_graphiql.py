from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from schema.http.config import HttpConfig
from schema.http.graphiql import DEFAULT_QUERY, GraphiQL
from schema.http.graphiql_files import FILES, SCRIPTS
from tests.schema.http.kit import app, ask

pytestmark = pytest.mark.anyio

BROWSER = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")


async def test_a_browser_gets_the_editor_in_spanish() -> None:
    reply = await ask(app(), "GET", headers=[BROWSER])
    assert (reply.status, reply.media) == (200, "text/html")
    page = reply.body.decode()
    assert '<html lang="es-MX">' in page
    assert "Bienvenida, bienvenido" in page
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.headers["vary"] == "accept"


async def test_a_browser_never_gets_it_by_post() -> None:
    reply = await ask(app(), headers=[("accept", "text/html"), ("content-type", "application/json")], body=b"{}")
    assert reply.status == 406


async def test_without_editor_a_browser_gets_json() -> None:
    reply = await ask(app(HttpConfig(graphiql=False)), "GET", headers=[BROWSER])
    assert (reply.status, reply.media) == (400, "application/json")
    reply = await ask(app(HttpConfig(graphiql=False)), "GET", headers=[("accept", "text/html")])
    assert reply.status == 406


async def test_scripts_are_the_pages_own_or_known_by_their_integrity() -> None:
    reply = await ask(app(), "GET", headers=[BROWSER])
    page, policy = reply.body.decode(), reply.headers["content-security-policy"]
    scripts = dict(part.split(" ", 1) for part in policy.split("; "))["script-src"]
    assert "unsafe" not in scripts
    (boot,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(boot.encode()).digest()).decode()}'" in scripts
    outside = re.findall(r'(?:src|href)="([^"]+)" integrity="([^"]+)" crossorigin="anonymous"', page)
    assert outside == [(file.cdn, file.integrity) for file in (FILES[-1], *FILES[:-1])]
    assert page.count("<script") == len(SCRIPTS) + 1


async def test_our_own_assets_are_preferred_where_all_are_there(tmp_path: Path) -> None:
    for file in FILES[:-1]:
        (tmp_path / file.name).write_text("")
    assert not GraphiQL(assets=tmp_path).local
    (tmp_path / FILES[-1].name).write_text("")
    reply = await ask(app(graphiql=GraphiQL(assets=tmp_path)), "GET", headers=[BROWSER])
    assert b"unpkg" not in reply.body
    assert "unpkg" not in reply.headers["content-security-policy"]
    assert all(f'="/assets/graphiql/{file.name}"'.encode() in reply.body for file in FILES)


async def test_a_query_cannot_close_the_script() -> None:
    reply = await ask(app(graphiql=GraphiQL(query="</script><script>alert(1)")), "GET", headers=[BROWSER])
    assert b"</script><script>alert" not in reply.body


def test_the_first_query_is_graphql() -> None:
    from graphql import parse

    assert parse(DEFAULT_QUERY)
