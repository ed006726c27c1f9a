"""Sheets in the shape of Quintana Roo's: vertical tables, roles, names of persons that are not read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.qroo_ficha import QrooFicha
from tests.connectors.kit import FIXTURES, Site, context, drafts_of, golden, harvest, mutate, snapshot, survives

HOST = "https://gobiernoabierto.ejemplo.gob.mx"
URL = f"{HOST}/index.php/plan-de-accion/compromisos"
PAGES = FIXTURES / "qroo_ficha"


def site() -> Site:
    first, second = ((PAGES / f"{name}.html").read_bytes() for name in ("compromisos", "compromisos-2"))
    return Site({URL: first, f"{URL}-2": second, f"{URL}-9": SourceChanged("no está", code="NOT_FOUND")})


@pytest.mark.anyio
async def test_the_sheets_of_a_page_and_of_those_it_links_to_are_read() -> None:
    web = site()
    ctx = context(web, URL, state="23")
    drafts = await harvest(QrooFicha(QrooFicha.Options()), ctx)
    golden("qroo_ficha/drafts.json", drafts)
    assert [draft.values["title"] for draft in drafts] == ["Presupuesto que se entiende", "Agua medida"]
    assert web.asked == [URL, f"{URL}-2", f"{URL}-9"]
    assert [note.code for note in ctx.notes] == ["BROKEN_CHAIN"]


@pytest.mark.anyio
async def test_who_takes_part_is_read_by_institution_and_role_without_names_of_persons() -> None:
    drafts = await harvest(QrooFicha(QrooFicha.Options()), context(site(), URL))
    assert drafts[0].values["institutions"] == [
        {"name": "SEFIPLAN", "role": "Lídera"}, {"name": "SECOES", "role": "Supervisión"},
        {"name": "Colectivo Mar, A.C.", "role": "Apoyo"},
    ]  # fmt: skip
    assert "Persona" not in repr(drafts)
    assert "Directora" not in repr(drafts)


@pytest.mark.anyio
async def test_the_walk_stops_at_its_maximum_and_stays_on_the_page_when_told() -> None:
    ctx = context(site(), URL)
    assert len(await harvest(QrooFicha(QrooFicha.Options(max_pages=1)), ctx)) == 1
    assert [note.code for note in ctx.notes] == ["PAGES_MAX"]
    assert len(await harvest(QrooFicha(QrooFicha.Options(follow=False)), context(site(), URL))) == 1


@pytest.mark.parametrize(
    "head",
    [
        ("No.", "Compromiso", "Dependencia responsable", "ODS", "Estatus", "Avance", "Fecha de inicio"),
        ("Compromiso", "Responsable", "Plazo"),
    ],
)
def test_the_header_of_a_list_of_commitments_is_no_sheet(head: tuple[str, ...]) -> None:
    cells = "".join(f"<td>{name}</td>" for name in head)
    page = f"<table><tr>{cells}</tr><tr>{'<td>algo</td>' * len(head)}</tr></table>"
    with pytest.raises(SourceChanged, match="ficha"):
        drafts_of(QrooFicha(QrooFicha.Options(follow=False)), snapshot(page, URL), context(url=URL))


def test_a_banner_with_the_number_above_fields_of_its_own_is_no_sheet() -> None:
    fields = "<tr><td>Nombre</td><td>Abrir el padrón</td></tr><tr><td>Plazo</td><td>2025</td></tr>"
    page = f"<table><tr><th colspan=2>Compromiso 1</th></tr>{fields}</table>"
    with pytest.raises(SourceChanged, match="ficha"):
        drafts_of(QrooFicha(QrooFicha.Options(follow=False)), snapshot(page, URL), context(url=URL))


def test_a_page_without_a_sheet_is_refused() -> None:
    with pytest.raises(SourceChanged, match="ficha"):
        drafts_of(
            QrooFicha(QrooFicha.Options(follow=False)), snapshot("<html><p>Hola</p></html>", URL), context(url=URL)
        )


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        QrooFicha.Options(pagina=2)  # type: ignore[call-arg]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = (PAGES / data.draw(st.sampled_from(["compromisos.html", "compromisos-2.html"]))).read_bytes()
    survives(QrooFicha(QrooFicha.Options()), snapshot(mutate(body, data), URL), context())


def test_fields_that_the_kind_does_not_have_are_told() -> None:
    ctx = context(url=URL)
    rows = "<tr><td>Compromiso</td><td>Abrir</td></tr><tr><td>Plazo</td><td>2025</td></tr><tr><td>Responsable</td><td>Finanzas</td></tr>"
    drafts_of(QrooFicha(QrooFicha.Options(follow=False)), snapshot(f"<table>{rows}</table>", URL), ctx)
    assert [(note.code, "«Responsable»" in note.message) for note in ctx.notes] == [("UNMAPPED_COLUMN", True)]
