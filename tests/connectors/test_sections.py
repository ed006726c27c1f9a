"""Titles of sections between the rows of a table."""

from __future__ import annotations

import pytest

from connectors.base import Draft
from connectors.csv_table import CsvOptions, CsvTable
from connectors.sections import Sections, titles_section
from tests.connectors.kit import context, drafts_of, snapshot

BODY = (
    "Eje 1. Gobierno honesto,,\nCompromiso,Responsable,Avance\nAbrir el padrón,Finanzas,10%\nObjetivo 1.1 Obra,,\nPublicar la obra,Obras,20%\n"
    ",,\nEje 2. Bienestar,,\nCompromiso,Responsable,Avance\nPublicar las becas,Educación,30%\n"
)


def drafts_of_csv(text: str) -> list[Draft]:
    return drafts_of(CsvTable(CsvOptions()), snapshot(text), context())


def test_a_row_knows_the_title_of_the_section_that_it_stands_in_also_one_above_the_header() -> None:
    ctx = context()
    drafts = drafts_of(CsvTable(CsvOptions()), snapshot(BODY.encode()), ctx)
    told = [(draft.values["title"], draft.values["section"], draft.raw["(sección)"]) for draft in drafts]
    assert told == [
        ("Abrir el padrón", "Eje 1. Gobierno honesto", "Eje 1. Gobierno honesto"),
        ("Publicar la obra", "Eje 1. Gobierno honesto", "Eje 1. Gobierno honesto"),
        ("Publicar las becas", "Eje 2. Bienestar", "Eje 2. Bienestar"),
    ]
    assert "SECTION_ROW" in {note.code for note in ctx.notes}


def test_a_section_ends_with_the_next_of_its_level_and_takes_those_within_with_it() -> None:
    sections = Sections()
    assert sections.axis is None
    assert sections.enter("EJE I: Salud")
    assert sections.enter("Objetivo 1.2")
    assert sections.axis == "EJE I: Salud"
    assert not sections.enter("Salud para todas")
    assert sections.enter("Eje II. Agua")
    assert sections.axis == "Eje II. Agua"


@pytest.mark.parametrize("text", ["Ejecutar la obra", "Programa de agua", "Compromiso 5", "Temascalcingo"])
def test_a_title_of_a_commitment_is_none_of_a_section(text: str) -> None:
    assert not titles_section(text)


def test_a_row_that_names_an_institution_alone_gives_it_to_the_rows_below() -> None:
    lines = (
        "No.,Compromiso,Estatus\nDependencia: Secretaría de Educación,,\n1,Abrir bibliotecas,En proceso\n"
        "SECRETARÍA DE SALUD,,\n2,Tablero de medicamentos,Cumplido\n3,Hospitales,En proceso\n"
    )
    drafts = drafts_of_csv(lines)
    assert [draft.values["institution"] for draft in drafts] == [
        "Secretaría de Educación",
        *["SECRETARÍA DE SALUD"] * 2,
    ]
    assert drafts[1].raw["(dependencia)"] == "SECRETARÍA DE SALUD"
    assert "section" not in drafts[0].values


def test_the_institution_of_a_section_yields_to_that_of_the_row() -> None:
    drafts = drafts_of_csv(
        "No.,Compromiso,Dependencia,Estatus\nSecretaría de Salud,,,\n1,Abrir,DIF,En proceso\n2,Ver,,En proceso\n"
    )
    assert [draft.values["institution"] for draft in drafts] == ["DIF", "Secretaría de Salud"]


def test_an_institution_ends_with_the_axis_that_it_stands_in() -> None:
    drafts = drafts_of_csv(
        "No.,Compromiso,Estatus\nEje 1. Salud,,\nSecretaría de Salud,,\n1,Abrir,En proceso\nEje 2. Agua,,\n2,Medir,Cumplido\n"
    )
    assert [(draft.values["section"], draft.values.get("institution")) for draft in drafts] == [
        ("Eje 1. Salud", "Secretaría de Salud"),
        ("Eje 2. Agua", None),
    ]


def test_who_publishes_a_table_is_not_who_answers_for_its_rows() -> None:
    drafts = drafts_of_csv("Secretaría de la Contraloría,,\nNo.,Compromiso,Estatus\n1,Abrir,En proceso\n")
    assert "institution" not in drafts[0].values
