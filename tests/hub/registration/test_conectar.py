"""hub.web.conectar: the whole registration as a person walks it, with a browser that runs no script."""

from __future__ import annotations

import html
import json
import re

import httpx
import pytest

from hub.web.conectar import key_of
from tests.hub.registration.conftest import HARVEST, REVIEW, Counter

pytestmark = pytest.mark.anyio
OWN = {"sec-fetch-site": "same-origin", "origin": "http://hub.example"}
SCRIPT = "<script>alert(1)</script>"


def inputs(page: str) -> dict[str, str]:
    """The named inputs of the last form of a page, as a browser would send them."""
    form = page[page.rindex("<form") :]
    found = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


async def send(counter: Counter, form: dict[str, str], path: str = "/conectar", **headers: str) -> httpx.Response:
    return await counter.client.post(path, data=form, headers=headers or OWN)


def code_after(page: str, words: str) -> str:
    """The text of the first code block after some words."""
    found = re.search(r"<code>([^<]+)</code>", page[page.index(words) :])
    assert found is not None
    return html.unescape(found[1])


async def test_the_form_leads_from_an_address_to_an_approved_source(counter: Counter) -> None:
    begin = await counter.client.get("/conectar")
    assert begin.status_code == 200
    first = inputs(begin.text) | {
        "url": counter.sites.url("/hidalgo/avances.csv"),
        "title": "Plan de Hidalgo",
        "state": "Hidalgo",
    }

    preview = await send(counter, first)
    assert preview.status_code == 200
    assert "Padrón abierto de proveedores" in preview.text
    assert "no-store" in preview.headers["cache-control"]
    second = inputs(preview.text)
    assert (second["connector"], second["key"], second["paso"]) == ("csv", "plan-de-hidalgo", "registrar")

    registered = await send(counter, second | {"contact": "datos@hidalgo.example"})
    assert registered.status_code == 200
    token = code_after(registered.text, 'id="token"')
    body = code_after(registered.text, "con esta línea")
    assert (await counter.client.get("/conectar/plan-de-hidalgo")).status_code == 200

    early = await send(counter, {}, "/conectar/plan-de-hidalgo")
    assert (early.status_code, 'role="alert"' in early.text) == (422, True)
    counter.serve(body)
    proved = await send(counter, {}, "/conectar/plan-de-hidalgo")
    assert proved.status_code == 200
    assert "espera la revisión" in proved.text
    assert (await counter.ask(REVIEW, await counter.token(), key="plan-de-hidalgo", approve=True))["errors"] == []
    harvest = await counter.ask(HARVEST, token, key="plan-de-hidalgo")
    assert (harvest["run"]["verdict"], harvest["run"]["added"]) == ("PUBLISHED", 8)


async def test_what_is_wrong_stands_beside_what_was_written(counter: Counter) -> None:
    form = {"paso": "registrar", "url": "ftp://x", "title": SCRIPT, "key": "No", "contact": "x", "connector": "csv"}
    answer = await send(counter, form)
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3
    assert inputs(answer.text)["title"] == SCRIPT
    assert SCRIPT not in answer.text
    assert await counter.store.sources() == []


async def test_scripts_in_addresses_titles_and_cells_stay_text(counter: Counter) -> None:
    counter.sites.add(
        "/x.csv",
        f"No.,Compromiso,Estatus\n1,{SCRIPT} Presupuesto abierto,Concluido\n2,Agua,Concluido\n".encode(),
        "text/csv",
    )
    preview = await send(counter, {"paso": "revisar", "url": counter.sites.url("/x.csv"), "title": SCRIPT})
    assert preview.status_code == 200
    assert SCRIPT not in preview.text
    assert html.escape(SCRIPT) in preview.text
    await counter.register(title=SCRIPT)
    for path in ("/conectar/puebla-csv", "/fuentes", "/fuentes/puebla-csv", f"/conectar/{SCRIPT}"):
        assert SCRIPT not in (await counter.client.get(path)).text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://mal.example"},
        {"origin": "null"}, {"origin": "http://hub.example:81"},
    ],
)  # fmt: skip
async def test_a_form_of_another_site_is_refused(counter: Counter, headers: dict[str, str]) -> None:
    for path in ("/conectar", "/conectar/puebla-csv"):
        answer = await counter.client.post(path, data={"url": counter.sites.url("/x")}, headers=headers)
        assert answer.status_code == 403
    assert counter.sites.log == []


async def test_what_is_no_form_or_too_large_is_refused(counter: Counter) -> None:
    for content, kind in ((b"{}", "application/json"), (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded")):
        answer = await counter.client.post("/conectar", content=content, headers=OWN | {"content-type": kind})
        assert answer.status_code == 403
    assert (await counter.client.get("/conectar/no-hay")).status_code == 404


async def test_a_source_of_the_configuration_has_no_registration(counter: Counter) -> None:
    assert (await counter.client.get("/conectar/bundled")).status_code == 404


def test_a_key_is_made_from_words() -> None:
    assert key_of("Segundo Plan de Acción Local, Puebla (2023)") == "segundo-plan-de-accion-local-puebla-2023"
    assert key_of("á") == ""
    assert len(key_of("palabra " * 40)) <= 64


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        ("Compromiso,Responsable,No iniciado,En proceso,Cumplido", "{},Secretaría de Salud,,X,"),
        ("Compromiso,Responsable,Avance 1er trimestre 2024,Avance 2do trimestre 2024", "{},Secretaría de Salud,10%,35%"),
        ("Compromiso,Responsable 1,Responsable 2,Fecha de inicio", "{},Secretaría de Salud,Secretaría de Obras,15/03/2024"),
    ],
)  # fmt: skip
async def test_a_field_of_several_columns_is_shown_with_all_of_them(counter: Counter, names: str, cells: str) -> None:
    rows = [cells.format(f"Publicar el padrón número {number} de obras") for number in ("uno", "dos", "tres", "cuatro")]
    counter.sites.add("/hidalgo/varias.csv", "\n".join([names, *rows]).encode(), "text/csv")
    asked = {"url": counter.sites.url("/hidalgo/varias.csv"), "title": "Plan de Hidalgo", "state": "Hidalgo"}
    shown = await send(counter, inputs((await counter.client.get("/conectar")).text) | asked)
    assert shown.status_code == 200
    table = shown.text[shown.text.index('id="columnas"') :]
    assert all(name in table for name in names.split(","))


async def previewed(counter: Counter, path: str, body: str, **more: str) -> tuple[httpx.Response, dict[str, str]]:
    """The preview of a body at an address of the sites, and the inputs of its form."""
    counter.sites.add(path, body.encode(), "text/html" if path.endswith("html") else "text/csv")
    asked = {"url": counter.sites.url(path), "title": "Plan de Hidalgo", "state": "Hidalgo"} | more
    answer = await send(counter, inputs((await counter.client.get("/conectar")).text) | asked)
    assert answer.status_code == 200
    return answer, inputs(answer.text)


LINES = "Compromiso,Área,Fase,Situación\n" + "".join(
    f"Publicar el padrón número {number} de obras,Secretaría de Salud,Primera,En proceso\n" for number in (1, 2, 3)
)


async def test_a_column_that_was_taken_for_another_field_is_corrected_in_the_form_and_checked_again(
    counter: Counter,
) -> None:
    first, form = await previewed(counter, "/hidalgo/fases.csv", LINES)
    assert form["campo-title"] == "Compromiso"
    assert re.search(
        r'<button name="otra"[^>]* formnovalidate', first.text
    )  # what only a registration needs may be missing
    again = await send(counter, form | {"campo-status": "Situación", "campo-plan": "Fase", "otra": "1"})
    assert again.status_code == 200
    assert again.text.count("En proceso") >= 3
    second = inputs(again.text)
    assert (second["campo-status"], second["campo-plan"], second["connector"]) == ("Situación", "Fase", "csv")
    made = await send(counter, second | {"contact": "datos@hidalgo.example"})
    assert made.status_code == 200
    source = await counter.store.source("plan-de-hidalgo")
    assert source is not None
    assert (source.fields["status"], source.fields["plan"], source.fields["title"]) == (
        "Situación",
        "Fase",
        "Compromiso",
    )
    assert "Nada se ha guardado" in first.text


async def test_an_input_that_is_emptied_takes_its_field_out_and_what_is_left_alone_keeps_its_reading(
    counter: Counter,
) -> None:
    body = "Compromiso,Responsable,Avance\n" + "".join(
        f"Publicar el padrón {n},Secretaría de Salud,0.{n}\n" for n in range(1, 6)
    )
    _, form = await previewed(counter, "/hidalgo/fraccion.csv", body)
    again = await send(counter, form | {"campo-institution": "", "otra": "1"})
    fields = json.loads(inputs(again.text)["fields"])
    assert fields == {"title": "Compromiso", "progress": {"column": "Avance", "scale": "fraction"}}


async def test_a_correction_that_reads_nothing_says_so_and_keeps_what_was_written(counter: Counter) -> None:
    _, form = await previewed(counter, "/hidalgo/fases.csv", LINES)
    again = await send(counter, form | {"campo-title": "No existe", "otra": "1"})
    assert again.status_code == 200
    assert "No existe" in again.text
    assert inputs(again.text)["campo-title"] == "No existe"
    assert inputs(again.text)["paso"] == "registrar"


async def test_a_proposal_with_patterns_of_ours_is_checked_again_and_one_with_anothers_is_refused(
    counter: Counter,
) -> None:
    items = "".join(f"<li>Compromiso {n}. Publicar el padrón número {n} de obras</li>" for n in (1, 2, 3))
    _, form = await previewed(counter, "/hidalgo/lista.html", f"<html><h1>Compromisos</h1><ul>{items}</ul></html>")
    assert "pattern" in form["fields"]
    assert (await send(counter, form | {"otra": "1"})).status_code == 200
    strange = json.dumps({"title": {"column": "item", "pattern": "(?P<title>.+)x"}})
    assert (await send(counter, form | {"fields": strange, "otra": "1"})).status_code == 422


async def test_the_page_of_an_exercise_without_commitments_yet_can_be_registered(counter: Counter) -> None:
    page = (
        "<html><h1><strong>Hidalgo</strong>, ejercicio local de gobierno abierto</h1><p>El 9 de marzo de 2015 se firmó la "
        "declaratoria conjunta para integrarse al ejercicio local de gobierno abierto.</p></html>"
    )
    answer, form = await previewed(counter, "/hidalgo/ejercicio.html", page)
    assert "Todavía no hay compromisos" in answer.text
    made = await send(counter, form | {"contact": "datos@hidalgo.example"})
    assert made.status_code == 200
    source = await counter.store.source("plan-de-hidalgo")
    assert source is not None
    assert (source.connector, source.floor) == ("inai_exercise", 0)
