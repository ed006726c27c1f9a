"""Published text on the pages: whatever a source says stays text."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from hub.site import Site
from tests.hub.web.country import ask

pytestmark = pytest.mark.anyio
PAGES = (
    "/compromisos?state=21",
    "/estados/21",
    "/fuentes",
    "/fuentes/hostil",
    "/",
    "/descargas",
    "/acerca",
    "/consultas",
    "/planes?state=21",
)


async def codes(site: Site) -> list[str]:
    nodes = (await ask(site, '{ commitments(filter: { source: ["hostil"] }) { nodes { code plan { code } } } }'))[
        "commitments"
    ]["nodes"]
    assert len(nodes) == 3
    return [node["code"] for node in nodes]


def harmless(page: str) -> None:
    assert "<script>alert" not in page
    assert '" onmouseover="' not in page
    assert "<b>Fuente</b>" not in page
    assert "<i>de</i>" not in page
    assert not re.search(r'href="\s*(javascript|data):', page, re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_hostile_source_writes_text_and_nothing_else(
    client: httpx.AsyncClient, path: str, language: str
) -> None:
    answer = await client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    harmless(answer.text)


async def test_a_hostile_commitment_is_shown_as_it_was_published(client: httpx.AsyncClient, site: Site) -> None:
    for code in await codes(site):
        answer = await client.get(f"/compromisos/{code}")
        assert answer.status_code == 200
        harmless(answer.text)
        assert "49" not in re.findall(r'class="prose">([^<]*)', answer.text)
    first = (await client.get(f"/compromisos/{(await codes(site))[0]}")).text
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; Presupuesto" in first


async def test_an_address_with_signs_is_linked_escaped(client: httpx.AsyncClient, site: Site) -> None:
    pages = [(await client.get(f"/compromisos/{code}")).text for code in await codes(site)]
    assert any("https://example.org/3" in html.unescape(page) for page in pages)
    assert not any("?a=1&b=<2>" in page for page in pages)


async def test_what_a_visitor_searches_for_is_shown_as_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/compromisos", params={"text": '"><script>alert(1)</script>'})
    assert answer.status_code == 200
    harmless(answer.text)
    assert "&lt;script&gt;" in answer.text
