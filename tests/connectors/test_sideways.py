"""Tables on their side: which ones are, and how each is set upright."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Row
from connectors.csv_table import CsvOptions, CsvTable, read_csv
from connectors.header import Line, Merge
from connectors.sideways import set_up
from connectors.table import Reading
from connectors.xlsx import XlsxOptions, read_workbook
from tests.connectors.kit import context, drafts_of, snapshot


def lines(*rows: list[Any]) -> list[Line]:
    return [Line(number, list(row)) for number, row in enumerate(rows, 1)]


def stood(*rows: list[Any], expected: tuple[str, ...] = (), merges: tuple[Merge, ...] = ()) -> list[list[Any]] | None:
    found = set_up(lines(*rows), expected, merges)
    return None if found is None else [line.cells for line in found]


SIDEWAYS: list[list[Any]] = [
    ["Compromiso", "Abrir el padrón", "Oír a todos"],
    ["Responsable", "Finanzas", "Gobierno"],
    ["Estatus", "En proceso", None],
    ["Avance", "45%", "0%"],
]


def test_each_column_beside_the_names_is_a_commitment() -> None:
    assert stood(*SIDEWAYS) == [
        ["Compromiso", "Responsable", "Estatus", "Avance"],
        ["Abrir el padrón", "Finanzas", "En proceso", "45%"],
        ["Oír a todos", "Gobierno", None, "0%"],
    ]


def test_sheets_one_under_another_are_a_commitment_each() -> None:
    one = [["Compromiso:", "Abrir"], ["Responsable:", "Finanzas"], ["Estatus:", "Concluido"]]
    two = [["Compromiso:", "Oír"], ["Estatus:", "En proceso"], ["Responsable:", "Gobierno"]]
    assert stood(["FICHA", None], *one, [None, None], *two) == [
        ["Compromiso", "Responsable", "Estatus"],
        ["Abrir", "Finanzas", "Concluido"],
        ["Oír", "Gobierno", "En proceso"],
    ]


def test_a_row_without_a_name_continues_the_field_above() -> None:
    found = stood(["Compromiso", "Abrir"], ["Estatus", "Concluido"], ["Evidencia", "a"], [None, "b"], ["Avance", "1"])
    assert found is not None
    assert found[1] == ["Abrir", "Concluido", "a\nb", "1"]


def test_a_value_that_is_merged_over_columns_holds_for_each() -> None:
    rows = [*SIDEWAYS[:1], ["Responsable", "Finanzas", None], *SIDEWAYS[2:]]
    found = stood(*rows, merges=(Merge(1, 1, 1, 2),))
    assert found is not None
    assert [line[1] for line in found[1:]] == ["Finanzas", "Finanzas"]


@pytest.mark.parametrize(
    "rows",
    [
        [["No.", "Compromiso", "Estatus"], [1, "Abrir", "Concluido"], [2, "Oír", "En proceso"]],
        [["Campo", "Descripción"], ["Compromiso", "Nombre"], ["Estatus", "Cómo va"], ["Avance", "Cuánto"]],
        [["Estatus", "Total"], ["Concluido", 2], ["En proceso", 3]],
        [["Compromiso", "Abrir"], ["Población", "Todos"], ["Costo", "3"], ["Zona", "Sur"], ["Tel", "1"]],
        [["Compromiso"], ["Estatus"], ["Avance"]],
    ],
)
def test_a_table_that_stands_a_dictionary_and_a_summary_are_left_as_they_are(rows: list[list[Any]]) -> None:
    assert stood(*rows) is None


def test_names_that_the_mapping_waits_for_tell_it_too() -> None:
    rows = [["Promesa 1", "Abrir"], ["Quién", "Finanzas"], ["Cómo", "Bien"]]
    assert stood(*rows) is None
    assert stood(*rows, expected=("Promesa 1", "Quién", "Cómo")) is not None


@given(st.lists(st.lists(st.none() | st.text(max_size=8) | st.integers(), max_size=5), max_size=12))
def test_any_grid_is_set_up_without_losing_its_shape(rows: list[list[Any]]) -> None:
    found = stood(*rows)
    assert found is None or len({len(line) for line in found}) == 1


def test_a_csv_on_its_side_is_read_and_said() -> None:
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in SIDEWAYS)
    reading = Reading()
    rows = list(read_csv(io.BytesIO(text.encode()), CsvOptions(), reading))
    assert [row.values["Compromiso"] for row in rows] == ["Abrir el padrón", "Oír a todos"]
    assert [row.locator for row in rows] == ["row 1 column B", "row 1 column C"]
    assert [note.code for note in reading.notes] == ["LYING_TABLE"]


def test_a_header_row_that_is_declared_is_believed() -> None:
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in SIDEWAYS)
    rows = list(read_csv(io.BytesIO(text.encode()), CsvOptions(header_row=1), Reading()))
    assert [row.values["Compromiso"] for row in rows] == ["Responsable", "Estatus", "Avance"]


def test_a_book_with_a_sheet_a_commitment_is_a_list_of_them() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        percent = book.add_format({"num_format": "0%"})
        for number, title in enumerate(("Abrir el padrón", "Oír a todos"), 1):
            sheet = book.add_worksheet(f"C{number}")
            sheet.merge_range("A1:B1", "FICHA DE COMPROMISO")
            for at, (name, value) in enumerate((("Compromiso", title), ("Responsable", "Finanzas"), ("Estatus", "En proceso")), 1):  # fmt: skip
                sheet.write_row(at, 0, [name, value])
            sheet.write(4, 0, "Avance")
            sheet.write(4, 1, 0.25 * number, percent)
    reading = Reading()
    rows: list[Row] = list(read_workbook(target.getvalue(), XlsxOptions(), reading))
    assert [(row.values["Compromiso"], row.values["Avance"], row.locator) for row in rows] == [
        ("Abrir el padrón", "25%", "sheet 'C1' row 2 column B"),
        ("Oír a todos", "50%", "sheet 'C2' row 2 column B"),
    ]
    assert [note.code for note in reading.notes] == ["LYING_TABLE"]


def test_sheets_of_two_commitments_side_by_side_are_two() -> None:
    rows = [["Compromiso", "Abrir", None, "Compromiso", "Oír"], ["Responsable", "Finanzas", None, "Responsable", "Gobierno"], ["Estatus", "x", None, "Estatus", "y"]]  # fmt: skip
    assert stood(*rows) == [
        ["Compromiso", "Responsable", "Estatus"],
        ["Abrir", "Finanzas", "x"],
        ["Oír", "Gobierno", "y"],
    ]


def test_the_levels_of_a_results_matrix_are_rows() -> None:
    matrix = [
        [None, "Resumen narrativo", "Indicadores", "Supuestos"],
        ["Fin", "Contribuir a la calidad del empleo", "Crecimiento", None],
        ["Propósito", "Las personas acceden a un empleo", "Ocupación", None],
        ["Componente 1", "Apoyos entregados", "Apoyos", None],
        ["Actividades", "Capacitación", "Cursos", None],
    ]
    assert stood(*matrix) is None
    assert stood(*matrix[1:]) is None


def test_a_banner_with_the_number_of_a_commitment_begins_it_and_numbers_it() -> None:
    rows = [
        row
        for number, title in ((1, "Abrir"), (2, "Medir"))
        for row in (
            [f"Compromiso {number}", None],
            ["Nombre", title],
            ["Dependencia", "Finanzas"],
            ["Estatus", "Cumplido"],
            ["Plazo", "2025"],
        )
    ]
    stood = set_up([Line(number, list(cells)) for number, cells in enumerate(rows, 1)])
    assert stood is not None
    assert [line.cells[:2] for line in stood] == [["Compromiso No.", "Nombre"], ["1", "Abrir"], ["2", "Medir"]]


def test_a_table_at_the_foot_of_a_sheet_gives_no_fields() -> None:
    body = (
        "Nombre del compromiso,Alerta temprana,\nObjetivo,Avisar,\nDependencia responsable,Protección Civil,\nAvance,40%,\n"
        "Hito,Fecha,Estatus\nPrimero,jun-23,Cumplido\nSegundo,dic-24,En proceso\n"
    )
    drafts = drafts_of(CsvTable(CsvOptions()), snapshot(body), context())
    assert [draft.values["title"] for draft in drafts] == ["Alerta temprana"]
    assert not {"milestones", "status"} & drafts[0].values.keys()
