"""hub.web.conectar: the whole registration as a person walks it, with a browser that runs no script."""

from __future__ import annotations

import html
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
