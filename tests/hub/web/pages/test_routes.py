"""hub.web.pages.routes: what holds for every page."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from hub.site import Site
from hub.web.pages.routes import ADDRESSES, POLICY
from hub.web.pages.site import PageFailed, data_of
from tests.hub.web import country

pytestmark = pytest.mark.anyio

PAGES = (
    "/", "/compromisos", "/compromisos/JAL0008", "/compromisos?text=agua&state=14&order=title&direction=desc", "/estados",
    "/estados/14", "/estados/21", "/estados/01", "/planes", "/planes/MX-JAL-PAL-2", "/ods", "/ods/16", "/ods/7", "/eventos",
    "/conciliacion", "/fuentes", "/fuentes/bundled", "/fuentes/hostil", "/fuentes/muerta", "/conectar", "/consultas",
    "/descargas", "/acerca", "/?state=14&year=2019", "/?as_of=2016-01-01", "/?status=WITHDRAWN",
)  # fmt: skip
OTHERS = {
    "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
    "/favicon.svg": "image/svg+xml",
    "/favicon.ico": "image/svg+xml",
    "/tarjeta.svg": "image/svg+xml",
    "/eventos.ics": "text/calendar; charset=utf-8",
}
VOID = {"meta", "link", "input", "br", "img", "hr", "wbr"}


class Reader(HTMLParser):
    """What matters of a page: its tags, ids, links, and whether every element is closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_whole_in_both_languages(client: httpx.AsyncClient, path: str, language: str) -> None:
    answer = await client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    read = Reader(answer.text)
    assert (read.wrong, read.open) == ([], [])
    assert dict(read.tags)["html"]["lang"] == {"es": "es-MX", "en": "en"}[language]
    ids = read.values("id")
    assert sorted(set(ids)) == sorted(ids)
    assert [tag for tag, _ in read.tags].count("h1") == 1


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_what_its_policy_forbids(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    read = Reader(answer.text)
    assert not read.values("style")
    assert "style" not in [tag for tag, _ in read.tags]
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    scripts = [attributes for tag, attributes in read.tags if tag == "script"]
    assert all((attributes["src"] or "").startswith("/static/") for attributes in scripts)
    loaded = [
        attributes.get("href") or ""
        for tag, attributes in read.tags
        if tag == "link" and attributes.get("rel") in ("stylesheet", "icon")
    ]
    assert all(href.startswith("/") for href in loaded)


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_of_a_page_leads_to_the_web_or_to_a_page_that_is_there(
    client: httpx.AsyncClient, path: str
) -> None:
    read = Reader((await client.get(path)).text)
    hrefs = {attributes["href"] or "" for tag, attributes in read.tags if tag == "a" and "href" in attributes}
    assert all(re.match(r"/|#|https?://", href) for href in hrefs), hrefs
    ids = set(read.values("id"))
    assert {href[1:] for href in hrefs if href.startswith("#")} <= ids
    own = sorted(
        href for href in hrefs if href.startswith("/") and not href.startswith(("/graphql", "/api/", "/data/"))
    )
    for href in own[:: max(1, len(own) // 12)]:
        answer = await client.head(href)
        assert answer.status_code in (200, 301), href


@pytest.mark.parametrize("path", [*PAGES[:4], "/estados/14"])
async def test_every_message_of_a_spanish_page_has_its_english(client: httpx.AsyncClient, path: str) -> None:
    spanish = Reader((await client.get(path, params={"lang": "es"} if "?" not in path else None)).text)
    english = (await client.get(path, headers={"accept-language": "en"})).text
    for word in ("Ir al contenido", "Consulta y datos", "Ver como tabla", "compromisos de gobierno abierto"):
        assert word not in english
    assert spanish.tags


@pytest.mark.parametrize(("path", "media_type"), OTHERS.items())
async def test_what_is_no_page_says_what_it_is(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    if "svg" in media_type or "xml" in media_type:
        assert ElementTree.fromstring(answer.text).tag.endswith(("svg", "urlset"))


async def test_the_sitemap_names_every_commitment_and_state_once(client: httpx.AsyncClient, site: Site) -> None:
    found = re.findall(r"<loc>([^<]+)</loc>", (await client.get("/sitemap.xml")).text)
    total = (await country.ask(site, "{ commitments(first: 0) { totalCount } }"))["commitments"]["totalCount"]
    assert len(found) == len(set(found))
    assert sum("/compromisos/" in address for address in found) == total
    assert sum("/estados/" in address for address in found) == 32
    assert all(address.startswith("http://hub.example/") for address in found)


async def test_a_page_is_kept_by_its_tag_until_the_data_move(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    tag = first.headers["etag"]
    again = await client.get("/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == POLICY
    other = await client.get("/", headers={"if-none-match": tag, "accept-language": "en"})
    assert (other.status_code, other.headers["etag"] != tag) == (200, True)
    assert (await client.get("/?state=14", headers={"if-none-match": tag})).status_code == 200


async def test_a_page_follows_the_data_that_it_shows(tmp_path: Path) -> None:
    async with country.serving(country.write(tmp_path)) as (site, client):
        before = await client.get("/")
        assert "Aún no hay datos" in before.text
        assert "Aún no hay datos" in (await client.get("/compromisos")).text
        assert "Nada cumple" in (await client.get("/compromisos?text=agua")).text
        await country.harvest(site, "bundled")
        after = await client.get("/", headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert "<strong>128</strong>" in after.text


async def test_a_hub_without_data_has_its_pages_all_the_same(tmp_path: Path) -> None:
    async with country.serving(country.write(tmp_path)) as (_, client):
        for path in ADDRESSES:
            if "{" not in path:
                assert (await client.get(path)).status_code == 200, path


async def test_the_national_page_is_small(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content, 6)) < 40_000
    assert int(answer.headers["content-length"]) < 40_000


async def test_accept_encoding_is_obeyed(client: httpx.AsyncClient) -> None:
    for accepted, coding in (("zstd, gzip", "zstd"), ("gzip", "gzip"), ("br", None), ("gzip;q=0", None)):
        async with client.stream("GET", "/acerca", headers={"accept-encoding": accepted}) as answer:
            assert answer.headers.get("content-encoding") == coding


@pytest.mark.parametrize("path", [path for path in ADDRESSES if "{" not in path])
async def test_a_page_takes_no_other_method(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.request("DELETE", path)
    assert answer.status_code == 405
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/compromisos/JAL0088", "JAL0008"),
        ("/estados/ghihuagua", "Chihuahua"),
        ("/planes/MX-JAL-PAL-7", "MX-JAL-PAL-2"),
        ("/fuentes/bundeled", "bundled"),
        ("/ods/18", "16"),
        ("/nada/de/nada", ""),
        ("/compromisos/%3Cscript%3Ealert(1)%3C%2Fscript%3E", ""),
    ],
)  # fmt: skip
async def test_an_unknown_address_is_told_with_what_may_have_been_meant(
    client: httpx.AsyncClient, path: str, near: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-security-policy"] == POLICY
    assert "etag" not in answer.headers
    assert near in answer.text
    assert "<script>alert" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?ods=18", "ods=18"), ("/?ods=x", "ods=x"), ("/compromisos?year=veinte", "year=veinte"),
        ("/compromisos?status=COMPLETE", "COMPLETED"), ("/?program=OGP", "OGP_LOCAL"), ("/?as_of=ayer", "as_of=ayer"),
        ("/compromisos?order=precio", "order=PRECIO"), ("/compromisos?state=Narnia", "Narnia"), ("/?as_of=2020-13-01", "as_of"),
        ("/compromisos?after=xyz", "after"), ("/?ods=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "ods="),
    ],
)  # fmt: skip
async def test_an_address_that_asks_for_what_cannot_be_is_told_so(
    client: httpx.AsyncClient, path: str, said: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/estados/Veracruz", "/estados/30"),
        ("/estados/MX-VER", "/estados/30"),
        ("/estados/jalisco?lang=en", "/estados/14?lang=en"),
    ],
)
async def test_another_spelling_leads_to_the_one_address(client: httpx.AsyncClient, path: str, to: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, to)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/compromisos/", "/compromisos"),
        ("/compromisos///?text=agua%20potable&lang=en", "/compromisos?text=agua%20potable&lang=en"),
        ("/estados/14/", "/estados/14"),
        ("/catalog.jsonld/", "/catalog.jsonld"),
        ("/compromisos/MX%20%C3%B1/", "/compromisos/MX%20%C3%B1"),
    ],
)
async def test_slashes_at_the_end_lead_to_the_address_without_them_on_the_same_host(
    client: httpx.AsyncClient, path: str, to: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (307, to)


@pytest.mark.parametrize("path", ["/nada/", "//otro.mx/", "//otro.mx//compromisos/", "/compromisos/x/y/"])
async def test_slashes_at_the_end_of_what_is_no_address_lead_nowhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(client.base_url.copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_the_language_of_the_address_wins_and_stays_on_links(client: httpx.AsyncClient) -> None:
    answer = await client.get("/estados/14?lang=en", headers={"accept-language": "es"})
    assert 'lang="en"' in answer.text
    assert 'href="/compromisos?lang=en"' in answer.text


async def test_a_static_file_is_kept_for_ever_under_its_tag(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    address = re.search(r'href="(/static/hub\.css\?v=[0-9a-f]+)"', page)
    assert address is not None
    answer = await client.get(address[1])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_a_failure_of_the_hub_is_told_by_the_number_it_was_logged_under() -> None:
    answer = {
        "data": None,
        "errors": [{"message": "Internal error. Quote 4a2e.", "extensions": {"code": "INTERNAL", "id": "4a2e"}}],
    }
    with pytest.raises(PageFailed) as failed:
        data_of(answer)
    assert str(failed.value) == "4a2e"


async def test_the_stylesheet_travels_small_and_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    address = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert address is not None
    answer = await client.get(address[1], headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert len(gzip.compress(answer.content)) < 10_000
