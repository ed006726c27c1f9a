"""Rows that continue the one above them are one commitment."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Draft
from connectors.csv_table import CsvOptions, CsvTable
from connectors.html_table import HtmlTable, HtmlTableOptions
from connectors.xlsx import Xlsx, XlsxOptions
from tests.connectors.kit import context, drafts_of, snapshot

HEAD = "No,Compromiso,Actividad,Dependencia responsable,Estatus\n"


def csv(text: str, **fields: Any) -> list[Draft]:
    return drafts_of(CsvTable(CsvOptions()), snapshot(text.encode()), context(fields=fields))


def shown(drafts: list[Draft], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(draft.values.get(name) for name in names) for draft in drafts]


def test_cells_merged_over_the_rows_of_one_commitment_make_one() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["No.", "Compromiso", "Actividad", "Responsable", "Avance"])
        for column, value in zip("ABE", (1, "Presas seguras", 50), strict=True):
            sheet.merge_range(f"{column}2:{column}3", value)
        sheet.write_row("C2", ["Inventario", "Comisión del Agua"])
        sheet.write_row("C3", ["Publicación", "Protección Civil"])
        sheet.write_row("A4", [2, "Escuelas abiertas", "Portal", "Secretaría de Educación", 80])
    ctx = context()
    drafts = drafts_of(Xlsx(XlsxOptions()), snapshot(target.getvalue()), ctx)
    assert shown(drafts, "number", "institution", "progress") == [
        (1, ["Comisión del Agua", "Protección Civil"], 50),
        (2, "Secretaría de Educación", 80),
    ]
    assert drafts[0].raw["Actividad"] == ["Inventario", "Publicación"]
    assert "CONTINUED_ROW" in {note.code for note in ctx.notes}


def test_a_merged_title_with_numbers_of_its_own_rows_makes_several() -> None:
    page = """<table><tr><th>No.<th>Compromiso<th>Meta del año<tr><td>1<td rowspan=2>Obra abierta<td>a<tr><td>2<td>b</table>"""
    drafts = drafts_of(HtmlTable(HtmlTableOptions()), snapshot(page.encode()), context())
    assert shown(drafts, "number") == [("1",), ("2",)]


def test_a_rowspan_at_the_right_edge_reaches_the_rows_below() -> None:
    page = """<table><tr><th>No.<th>Compromiso<th>Avance<tr><td>1<td>Uno<td rowspan=2>60%<tr><td>2<td>Dos</table>"""
    drafts = drafts_of(HtmlTable(HtmlTableOptions()), snapshot(page.encode()), context())
    assert shown(drafts, "number", "progress") == [("1", "60%"), ("2", "60%")]


def test_blanks_that_merged_cells_leave_in_a_csv_continue_the_row_above() -> None:
    drafts = csv(f"{HEAD}1,Uno,A,Finanzas,Cumplido\n,,B,Salud,\n,,C,,\n2,Dos,A,Salud,En proceso\n")
    assert shown(drafts, "number", "institution", "status", "description") == [
        ("1", ["Finanzas", "Salud"], "Cumplido", "A\nB\nC"),
        ("2", "Salud", "En proceso", "A"),
    ]


PLAIN = "No,Compromiso,Descripción,Dependencia responsable,Estatus\n"


def test_a_row_without_title_that_says_more_of_its_own_stays_a_row() -> None:
    assert len(csv(f"{PLAIN}1,Uno,A,Finanzas,Cumplido\n,,B,Salud,En proceso\n2,,B,Salud,\n")) == 3


def test_an_activity_without_title_is_of_the_commitment_above_whatever_its_own_status() -> None:
    drafts = csv(f"{HEAD}1,Uno,A,Finanzas,Cumplido\n,,B,Salud,En proceso\n2,Dos,C,Salud,\n")
    assert shown(drafts, "title", "status") == [("Uno", None), ("Dos", None)]
    assert drafts[0].values["milestones"] == [
        {"title": "A", "status": "Cumplido"}, {"title": "B", "status": "En proceso"},
    ]  # fmt: skip


def test_activities_without_a_column_of_numbers_are_of_the_commitment_above() -> None:
    drafts = csv("Compromiso,Actividad,Avance\nUno,A,100%\n,B,50%\nDos,C,0%\nDos,D,10%\n")
    told = [(d.values["title"], [(m["title"], m["progress"]) for m in d.values["milestones"]]) for d in drafts]
    assert told == [("Uno", [("A", "100%"), ("B", "50%")]), ("Dos", [("C", "0%"), ("D", "10%")])]
    assert shown(drafts, "progress") == [(None,), (None,)]


def test_what_one_cell_says_of_all_the_activities_is_the_commitments() -> None:
    drafts = csv(f"{HEAD}1,Uno,A,Finanzas,Cumplido\n,,B,Salud,\n")
    assert shown(drafts, "status", "milestones") == [("Cumplido", [{"title": "A"}, {"title": "B"}])]
    page = (
        "<table><tr><th>No.<th>Compromiso<th>Actividad<th>Estatus<th>Avance<tr><td rowspan=2>1<td rowspan=2>Uno<td>A<td rowspan=2>Cumplido<td>100%"
        "<tr><td>B<td>50%</table>"
    )
    drafts = drafts_of(HtmlTable(HtmlTableOptions()), snapshot(page.encode()), context())
    assert shown(drafts, "status", "milestones") == [
        ("Cumplido", [{"title": "A", "progress": "100%"}, {"title": "B", "progress": "50%"}])
    ]


def test_the_same_activity_twice_and_activities_without_a_commitment_stay_rows() -> None:
    assert len(csv("Compromiso,Actividad,Avance\nUno,A,100%\nUno,A,50%\n")) == 2
    assert len(csv("Actividad,Responsable,Avance\nA,x,100%\nB,x,50%\n", title="Actividad")) == 2


def test_a_number_and_title_repeated_beside_other_activities_are_one_commitment() -> None:
    drafts = csv(f"{HEAD}1,Uno,A,Finanzas,Cumplido\n1,Uno,B,Salud,Cumplido\n1,Otro,B,Salud,Cumplido\n")
    assert shown(drafts, "title", "institution") == [("Uno", ["Finanzas", "Salud"]), ("Otro", "Salud")]


def test_rows_that_contradict_each_other_or_are_the_same_twice_are_kept_apart() -> None:
    assert len(csv(f"{PLAIN}1,Uno,A,Finanzas,Cumplido\n1,Uno,B,Salud,En proceso\n")) == 2
    assert len(csv(f"{PLAIN}1,Uno,A,Finanzas,Cumplido\n1,Uno,A,Finanzas,Cumplido\n")) == 2


def test_each_institution_keeps_the_role_of_its_own_row() -> None:
    text = "No,Compromiso,Dependencia,Rol\n1,Uno,Finanzas,Lidera\n,,Salud,Apoya\n"
    drafts = csv(text, number="No", title="Compromiso", institution="Dependencia", role="Rol")
    assert drafts[0].values["institutions"] == [
        {"name": "Finanzas", "role": "Lidera"},
        {"name": "Salud", "role": "Apoya"},
    ]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_there_are_as_many_commitments_as_numbers_however_many_rows_each_has(sizes: list[int]) -> None:
    lines = [
        f"{n if row == 0 else ''},{f'Compromiso {n}' if row == 0 else ''},A{row},D{n}-{row},"
        for n, size in enumerate(sizes, 1)
        for row in range(size)
    ]
    assert [draft.values["number"] for draft in csv(HEAD + "\n".join(lines) + "\n")] == [
        str(n) for n in range(1, len(sizes) + 1)
    ]


def test_rows_labelled_as_milestones_are_those_of_the_commitment_above() -> None:
    body = (
        "No.,Compromiso / Hito,Responsable,Inicio,Término,Estatus,Avance\n1,Compromiso 1. Agua abierta,CEA,ene-23,dic-24,En proceso,50%\n"
        "1.1,Hito 1. Mapa de pozos,CEA,ene-23,jun-23,Cumplido,100%\n1.2,Hito 2: Tablero,CEA,jul-23,dic-24,En proceso,25%\n"
        "2,Compromiso 2. Justicia abierta,TSJ,feb-23,nov-24,En proceso,30%\n"
    )
    ctx = context()
    drafts = drafts_of(CsvTable(CsvOptions()), snapshot(body), ctx)
    assert [draft.values["title"] for draft in drafts] == [
        "Compromiso 1. Agua abierta",
        "Compromiso 2. Justicia abierta",
    ]
    assert drafts[0].values["milestones"][0] == {
        "start": "ene-23", "end": "jun-23", "status": "Cumplido", "progress": "100%", "title": "Hito 1. Mapa de pozos",
    }  # fmt: skip
    assert "milestones" not in drafts[1].values
    assert "MILESTONE_ROW" in {note.code for note in ctx.notes}


def test_the_column_of_types_tells_milestones_from_commitments() -> None:
    body = "Tipo,Nombre,Responsable,Estatus\nCompromiso,Agua,CEA,En proceso\nHito,Mapa,CEA,Cumplido\nCompromiso,Justicia,TSJ,Cumplido\n"
    drafts = drafts_of(CsvTable(CsvOptions()), snapshot(body), context())
    assert [(draft.values["title"], len(draft.values.get("milestones", ()))) for draft in drafts] == [
        ("Agua", 1),
        ("Justicia", 0),
    ]


def test_a_list_of_milestones_alone_stays_a_list() -> None:
    body = "Compromiso,Responsable,Estatus\nEtapa 1. Diagnóstico,CEA,Cumplido\nEtapa 2. Tablero,CEA,En proceso\n"
    assert len(drafts_of(CsvTable(CsvOptions()), snapshot(body), context())) == 2
