"""An imitation of WordPress: its REST API open and closed, lists and tables inside pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged, SourceRefused
from connectors.wordpress import Wordpress
from tests.connectors.kit import Site, as_bytes, context, golden, harvest, mutate, snapshot, survives

HOST = "https://gobiernoabierto.ejemplo.gob.mx"
TABLE = "<h2>Plan</h2><table><tr><th>Compromiso</th><th>Estatus</th></tr><tr><td>Abrir el presupuesto</td><td>En proceso</td></tr><tr><td>Medir el agua</td><td>Concluido</td></tr></table>"
LIST = "<ul><li><strong>Compromiso 1:</strong> Abrir el presupuesto.</li><li><strong>Compromiso 2:</strong> Medir el agua.</li></ul>"
FIELDS = {"title": "Compromiso", "status": "Estatus"}


def post(id: int, content: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "date": "2024-05-01T10:00:00", "modified": "2024-06-01T10:00:00", "slug": f"p-{id}", "status": "publish",
        "type": "page", "link": f"{HOST}/p-{id}/", "title": {"rendered": f"Compromiso n&uacute;mero {id}"},
        "content": {"rendered": content, "protected": False}, "_links": {"self": []}, **more,
    }  # fmt: skip


def listing(posts: list[Any], url: str, pages: int | None = 1) -> Any:
    headers = {"X-WP-Total": str(len(posts)), "X-WP-TotalPages": str(pages)} if pages is not None else {}
    return replace(snapshot(as_bytes(posts), url), headers=headers)


def rest(kind: str, query: str, page: int = 1) -> str:
    return f"{HOST}/wp-json/wp/v2/{kind}?{query}{'&' if query else ''}per_page=100&page={page}"


def wordpress(**options: Any) -> Wordpress:
    return Wordpress(Wordpress.Options(**options))


def site(*answers: tuple[str, Any]) -> Site:
    return Site(dict(answers))


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "content"), [("table", TABLE), ("list", LIST)])
async def test_what_a_page_holds_is_read_through_the_rest_api(name: str, content: str) -> None:
    url = rest("pages", "slug=compromisos")
    fields = FIELDS if name == "table" else {}
    ctx = context(site((url, listing([post(7, content)], url))), f"{HOST}/plan/compromisos/", fields=fields)
    drafts = await harvest(wordpress(), ctx)
    golden(f"wordpress/{name}.json", drafts)
    assert len(drafts) == 2


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("url", "options", "asked"),
    [
        (f"{HOST}/?page_id=877", {}, rest("pages", "include=877")),
        (f"{HOST}/?p=12", {}, rest("posts", "include=12")),
        (HOST, {"slug": "compromisos"}, rest("pages", "slug=compromisos")),
        (HOST, {"id": 5, "type": "posts"}, rest("posts", "include=5")),
        (HOST, {"category": 4}, rest("posts", "categories=4")),
        (HOST, {"search": "gobierno abierto", "type": "posts"}, rest("posts", "search=gobierno+abierto")),
        (f"{HOST}/wp-json/wp/v2/pages?slug=x", {}, rest("pages", "slug=x")),
    ],
)
async def test_every_way_to_name_a_page_becomes_a_rest_query(url: str, options: dict[str, Any], asked: str) -> None:
    web = site((asked, listing([post(1, TABLE)], asked)))
    assert len(await harvest(wordpress(**options), context(web, url, fields=FIELDS))) == 2
    assert web.asked == [asked]


@pytest.mark.anyio
async def test_a_wordpress_in_a_folder_is_found_by_its_page_number() -> None:
    asked = f"{HOST}/gobiernoabierto/wp-json/wp/v2/pages?include=877&per_page=100&page=1"
    web = site((asked, listing([post(877, TABLE)], asked)))
    assert len(await harvest(wordpress(), context(web, f"{HOST}/gobiernoabierto/?page_id=877", fields=FIELDS))) == 2


@pytest.mark.anyio
async def test_results_are_walked_to_the_last_page_the_header_names() -> None:
    urls = [rest("posts", "categories=4", n) for n in (1, 2)]
    acf = {"acf": {"estatus": "En proceso", "avance": 50}}
    web = site(*((url, listing([post(n, "<p>Texto</p>", **acf)], url, 2)) for n, url in enumerate(urls, 1)))
    ctx = context(web, HOST, fields={"title": "title", "status": "acf.estatus", "code": "id"})
    drafts = await harvest(wordpress(category=4, each="post"), ctx)
    golden("wordpress/posts.json", drafts)
    assert [(d.key, d.values["title"]) for d in drafts] == [("1", "Compromiso número 1"), ("2", "Compromiso número 2")]
    assert "PAGES_COMPLETE" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_a_page_that_comes_again_ends_the_walk_with_a_warning() -> None:
    urls = [rest("posts", "categories=4", n) for n in (1, 2)]
    web = site(*((url, listing([post(1, TABLE)], url, 9)) for url in urls))
    ctx = context(web, HOST, fields=FIELDS)
    assert len(await harvest(wordpress(category=4), ctx)) == 2
    assert ("PAGES_REPEAT", "WARNING") in {(note.code, note.severity) for note in ctx.notes}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "closed",
    [SourceRefused("cerrado", code="FORBIDDEN"), {"code": "rest_no_route", "message": "No se ha encontrado", "data": {"status": 404}},
     "<html>no</html>", []],
)  # fmt: skip
async def test_where_the_api_is_closed_the_page_is_read(closed: Any) -> None:
    page = f"{HOST}/plan/compromisos/"
    web = site((rest("pages", "slug=compromisos"), closed), (page, f"<html><body>{TABLE}</body></html>"))
    ctx = context(web, page, fields=FIELDS)
    assert [draft.values["title"] for draft in await harvest(wordpress(), ctx)] == [
        "Abrir el presupuesto",
        "Medir el agua",
    ]
    assert "REST_CLOSED" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_a_page_without_a_list_or_table_is_told() -> None:
    url = rest("pages", "slug=compromisos")
    with pytest.raises(SourceChanged):
        await harvest(
            wordpress(),
            context(site((url, listing([post(1, "<p>Hola</p>")], url))), f"{HOST}/compromisos", fields=FIELDS),
        )


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        wordpress(pagina=1)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = as_bytes([post(1, TABLE), post(2, LIST)])
    survives(wordpress(), snapshot(mutate(body, data), rest("pages", "")), context(fields=FIELDS))
