"""An imitation of CKAN's Action API: choosing, paging, errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged, SourceRefused
from connectors.catalogue import Resource, choose, format_of
from connectors.ckan import Ckan
from tests.connectors.kit import Site, as_bytes, context, drafts_of, golden, harvest, mutate, snapshot, survives

HOST = "https://datos.ejemplo.gob.mx"
CSV = "No.,Compromiso,Estatus,Avance\n1,Abrir el presupuesto,En proceso,50 %\n2,Medir el agua,Concluido,100 %\n"
FIELDS = {"number": "No.", "title": "Compromiso", "status": "Estatus", "progress": "Avance"}


def resource(id: str, name: str, format: str, url: str, stored: bool = False) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "format": format,
        "url": url,
        "datastore_active": stored,
        "state": "active",
        "mimetype": None,
    }


PACKAGE = {
    "id": "p-1", "name": "gobierno-abierto", "title": "Gobierno abierto", "num_resources": 4,
    "resources": [
        resource("r-0", "Diccionario de datos", "CSV", f"{HOST}/f/diccionario.csv"),
        resource("r-1", "Compromisos del plan", "PDF", f"{HOST}/f/plan.pdf"),
        resource("r-2", "Compromisos y avances", "CSV", f"{HOST}/f/compromisos.csv", stored=True),
        resource("r-3", "Portal", "HTML", f"{HOST}/f/portal"),
    ],
}  # fmt: skip


def ok(result: Any) -> dict[str, Any]:
    return {"help": f"{HOST}/api/3/action/help_show", "success": True, "result": result}


def portal(**more: Any) -> Site:
    return Site(
        {f"{HOST}/api/3/action/package_show?id=gobierno-abierto": ok(PACKAGE), f"{HOST}/f/compromisos.csv": CSV, **more}
    )


def store(records: list[dict[str, Any]], size: int, total: int | None) -> dict[str, Any]:
    """datastore_search pages of `size` records, as many as a walk of any length asks for."""
    answers = {}
    for offset in range(len(records) + size + 1):
        chunk = records[offset : offset + size]
        fields = [{"id": "_id", "type": "int"}, {"id": "Compromiso", "type": "text"}]
        result = {
            "resource_id": "r-2",
            "fields": fields,
            "records": chunk,
            "limit": size,
            "offset": offset,
            "_links": {},
        }
        answers[page(offset, size)] = ok(result if total is None else {**result, "total": total})
    return answers


def page(offset: int, size: int) -> str:
    return f"{HOST}/api/3/action/datastore_search?resource_id=r-2&limit={size}&offset={offset}"


RECORDS = [
    {"_id": n, "No.": n, "Compromiso": f"Compromiso {n}", "Estatus": "En proceso", "Avance": "10 %"}
    for n in range(1, 6)
]


def ckan(**options: Any) -> Ckan:
    return Ckan(Ckan.Options(**options))


@pytest.mark.anyio
async def test_the_best_resource_of_a_data_set_is_read_and_the_choice_is_told() -> None:
    ctx = context(portal(), f"{HOST}/dataset/gobierno-abierto", fields=FIELDS)
    golden("ckan/file.json", await harvest(ckan(), ctx))
    assert [note.code for note in ctx.notes][:1] == ["RESOURCE_CHOSEN"]
    assert "«Compromisos y avances»" in ctx.notes[0].message


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("url", "options"),
    [(f"{HOST}/dataset/gobierno-abierto", {}), (f"{HOST}/es/dataset/gobierno-abierto", {}),
     (f"{HOST}/dataset/gobierno-abierto/resource/r-2", {}), (HOST, {"dataset": "gobierno-abierto"}),
     (f"{HOST}/api/3/action/package_show?id=x", {"dataset": "gobierno-abierto", "resource": "avances"})],
)  # fmt: skip
async def test_every_address_of_a_portal_leads_to_the_same_rows(url: str, options: dict[str, Any]) -> None:
    drafts = await harvest(ckan(**options), context(portal(), url, fields=FIELDS))
    assert [draft.values["title"] for draft in drafts] == ["Abrir el presupuesto", "Medir el agua"]


@pytest.mark.anyio
async def test_the_datastore_is_walked_to_its_total() -> None:
    ctx = context(portal(**store(RECORDS, 2, 5)), f"{HOST}/dataset/gobierno-abierto", fields=FIELDS)
    drafts = await harvest(ckan(datastore=True, resource="r-2", page_size=2), ctx)
    golden("ckan/datastore.json", drafts)
    assert len(drafts) == 5
    assert "PAGES_COMPLETE" in {note.code for note in ctx.notes}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("change", "outcome", "read"),
    [
        ({}, "PAGES_EMPTY", 5),
        ({page(2, 2): store(RECORDS, 2, None)[page(0, 2)]}, "PAGES_REPEAT", 2),
        ({page(2, 2): SourceChanged("no está", code="NOT_FOUND")}, "BROKEN_CHAIN", 2),
    ],
)
async def test_each_end_of_a_walk_has_its_name(change: dict[str, Any], outcome: str, read: int) -> None:
    site = portal(**store(RECORDS, 2, None))
    site.answers.update(change)
    ctx = context(site, f"{HOST}/dataset/gobierno-abierto", fields=FIELDS)
    drafts = await harvest(ckan(datastore=True, resource="r-2", page_size=2), ctx)
    assert len(drafts) == read
    assert outcome in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_a_walk_stops_at_its_maximum() -> None:
    ctx = context(portal(**store(RECORDS, 1, 5)), f"{HOST}/dataset/gobierno-abierto", fields=FIELDS)
    drafts = await harvest(ckan(datastore=True, resource="r-2", page_size=1, max_pages=3), ctx)
    assert (len(drafts), [n.severity for n in ctx.notes if n.code == "PAGES_MAX"]) == (3, ["WARNING"])


@pytest.mark.anyio
async def test_a_file_that_cannot_be_had_is_read_from_the_datastore() -> None:
    site = portal(**store(RECORDS, 1000, 5))
    del site.answers[f"{HOST}/f/compromisos.csv"]
    ctx = context(site, f"{HOST}/dataset/gobierno-abierto", fields=FIELDS)
    assert len(await harvest(ckan(), ctx)) == 5
    assert "DATASTORE_USED" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_a_search_is_walked_over_its_packages() -> None:
    def found(asked: str) -> dict[str, Any]:
        start = int(parse_qs(urlsplit(asked).query)["start"][0])
        return ok({"count": 2, "results": [[{**PACKAGE, "name": "otro", "resources": []}], [PACKAGE]][start]})

    base = f"{HOST}/api/3/action/package_search?q=gobierno+abierto&rows=1&start="
    site = portal(**{f"{base}{n}": found(f"{base}{n}") for n in (0, 1)})
    drafts = await harvest(ckan(search="gobierno abierto", page_size=1), context(site, HOST, fields=FIELDS))
    assert len(drafts) == 2


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            {"success": False, "error": {"__type": "Not Found Error", "message": "No encontrado"}},
            SourceChanged,
            "No encontrado",
        ),
        (
            {"success": False, "error": {"__type": "Authorization Error", "message": "Acceso denegado"}},
            SourceRefused,
            "niega",
        ),
        ("<html><form action=/login><input type='password'></form>", SourceRefused, "cuenta"),
        ("<html>Bienvenido</html>", SourceChanged, "JSON"),
        ({"hola": 1}, SourceChanged, "no responde como un portal CKAN"),
        (ok({**PACKAGE, "resources": []}), SourceChanged, "Hay: ninguno"),
    ],
)
async def test_a_portal_that_fails_is_told_in_words(answer: Any, error: type[Exception], said: str) -> None:
    site = Site({f"{HOST}/api/3/action/package_show?id=x": answer})
    with pytest.raises(error, match=said):
        await harvest(ckan(), context(site, f"{HOST}/dataset/x"))


def test_a_resource_that_is_not_there_is_refused_with_what_there_is() -> None:
    there = [Resource("a", "Presupuesto", "https://x/a.csv", "csv")]
    with pytest.raises(SourceChanged, match="«Presupuesto»"):
        choose(there, Ckan.Options(resource="compromisos"), context())


@pytest.mark.parametrize(
    ("declared", "media", "url", "format"),
    [(".CSV", None, "", "csv"), ("", "text/csv; charset=utf-8", "", "csv"), (None, None, "https://x/a.XLSX?y=1", "xlsx"),
     ("application/vnd.ms-excel", None, "", "xls"), (None, None, "https://x/a", "")],
)  # fmt: skip
def test_the_format_is_read_from_what_is_declared_or_the_address(declared, media, url, format) -> None:
    assert format_of(declared, media, url) == format


@pytest.mark.parametrize(
    "options",
    [{"recurso": "x"}, {"parser_options": {"delimiter": ";"}}, {"parser": "csv", "parser_options": {"delimitador": ";"}},
     {"parser": "word"}],
)  # fmt: skip
def test_an_unknown_option_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ckan(**options)


@pytest.mark.anyio
async def test_options_of_the_format_reach_its_connector() -> None:
    site = portal(**{f"{HOST}/f/compromisos.csv": CSV.replace(",", ";")})
    options = {"parser": "csv", "parser_options": {"delimiter": ";"}}
    assert len(await harvest(ckan(**options), context(site, f"{HOST}/dataset/gobierno-abierto", fields=FIELDS))) == 2


def test_keys_and_titles_do_not_depend_on_the_order_of_rows() -> None:
    def read(records: list[dict[str, Any]]) -> set[tuple[str, str]]:
        shot = snapshot(as_bytes(ok({"records": records})), page(0, 9))
        return {(d.key, d.values["title"]) for d in drafts_of(ckan(), shot, context(fields=FIELDS))}

    assert read(RECORDS) == read(RECORDS[::-1])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body, url = data.draw(
        st.sampled_from([(as_bytes(ok({"records": RECORDS})), page(0, 9)), (CSV.encode(), f"{HOST}/f.csv")])
    )
    survives(ckan(), snapshot(mutate(body, data), url), context(fields=FIELDS))
