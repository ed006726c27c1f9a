"""Titles of sections between the rows of a table."""

from __future__ import annotations

import pytest

from connectors.csv_table import CsvOptions, CsvTable
from connectors.sections import Sections, titles_section
from tests.connectors.kit import context, drafts_of, snapshot

BODY = (
    "Eje 1. Gobierno honesto,,\nCompromiso,Responsable,Avance\nAbrir el padrón,Finanzas,10%\nObjetivo 1.1 Obra,,\nPublicar la obra,Obras,20%\n"
    ",,\nEje 2. Bienestar,,\nCompromiso,Responsable,Avance\nPublicar las becas,Educación,30%\n"
)


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
