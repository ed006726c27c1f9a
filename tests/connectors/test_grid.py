"""Headers and rows from plain cells: what is a header, what is left out, what is filled down."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Note, Row, SourceChanged
from connectors.errors import ConfigError
from connectors.grid import MAX_COLUMNS, GridOptions, Shape, tabulate
from connectors.header import Line, Merge, find_header


def lines(*rows: list[Any]) -> list[Line]:
    return [Line(number, list(row)) for number, row in enumerate(rows, 1)]


def read(
    rows: list[list[Any]], expected: tuple[str, ...] = (), merges: tuple[Merge, ...] = (), **options: Any
) -> tuple[list[Row], list[Note]]:
    notes: list[Note] = []
    shape = Shape(GridOptions(**options), expected, merges)
    return list(tabulate(lines(*rows), shape, notes)), notes


def test_the_header_is_found_below_banner_rows() -> None:
    header = find_header(
        lines(
            ["Plan de acción", None, None], ["Estado:", "Puebla", None], ["No.", "Compromiso", "Estatus"], [1, "a", "b"]
        )
    )
    assert header is not None
    assert (header.first, header.columns) == (2, ["No.", "Compromiso", "Estatus"])


def test_a_sipot_file_is_read_from_the_row_after_tabla_campos() -> None:
    rows, _ = read(
        [
            ["TÍTULO", "NOMBRE CORTO", "DESCRIPCIÓN"],
            ["x", "y", "z"],
            ["Tabla Campos", None, None],
            ["Ejercicio", "Denominación", "Liga"],
            ["2020", "a", "b"],
        ]
    )
    assert [row.values for row in rows] == [{"Ejercicio": "2020", "Denominación": "a", "Liga": "b"}]


def test_the_mapped_names_decide_where_two_rows_could_be_the_header() -> None:
    table = [["Clave", "Nombre", "Tipo"], ["Núm.", "Acuerdo", "Semáforo"], ["1", "a", "rojo"]]
    rows, _ = read(table, ("Acuerdo", "Semáforo"))
    assert rows[0].values == {"Núm.": "1", "Acuerdo": "a", "Semáforo": "rojo"}


def test_merged_headers_are_joined_upper_and_lower() -> None:
    merges = (Merge(0, 0, 1, 0), Merge(0, 1, 0, 2))
    header = find_header(
        lines(["Compromiso", "Avance", None], [None, "Programado", "Real"], ["a", 1, 2]), merges=merges
    )
    assert header is not None
    assert header.columns == ["Compromiso", "Avance / Programado", "Avance / Real"]


def test_names_that_reach_down_beside_a_group_of_all_the_others_are_of_the_same_header() -> None:
    rows: list[list[Any]] = [
        ["No.", "Compromiso", "Seguimiento", None, None],
        [None, None, "Dependencia", "Estatus", "Avance"],
        ["1", "Abrir", "Finanzas", "Cumplido", "100%"],
    ]
    merges = [Merge(0, 0, 1, 0), Merge(0, 1, 1, 1), Merge(0, 2, 0, 4)]
    header = find_header([Line(number, row) for number, row in enumerate(rows, 1)], merges=merges)
    assert header is not None
    assert (header.first, header.depth, header.names[:2]) == (0, 2, ("No.", "Compromiso"))
    assert [str(name).rsplit(" / ")[-1] for name in header.names[2:]] == ["Dependencia", "Estatus", "Avance"]


def test_a_year_may_name_a_column() -> None:
    rows, _ = read([["Compromiso", "2021", "2022"], ["Abrir", "10", "20"]])
    assert rows[0].values == {"Compromiso": "Abrir", "2021": "10", "2022": "20"}


def test_vertical_merges_fill_down_and_horizontal_ones_do_not_fill_right() -> None:
    merges = (Merge(1, 0, 2, 0), Merge(3, 1, 3, 2))
    rows, _ = read(
        [["Plan", "Compromiso", "Estatus"], ["P1", "a", "x"], [None, "b", "y"], ["P2", "c", None]], merges=merges
    )
    assert [tuple(row.values.values()) for row in rows] == [("P1", "a", "x"), ("P1", "b", "y"), ("P2", "c", None)]


def test_blank_cells_are_inherited_only_where_the_option_says_so() -> None:
    table = [["Plan", "Compromiso"], ["P1", "a"], [None, "b"]]
    assert read(table)[0][1].values["Plan"] is None
    rows, notes = read(table, inherit=("PLAN",))
    assert (rows[1].values["Plan"], [note.code for note in notes]) == ("P1", ["INHERITED"])
    with pytest.raises(ConfigError, match=r"«Planes».*«Plan»"):
        read(table, inherit=("Planes",))


def test_totals_and_notes_are_left_out_with_a_note_unless_kept() -> None:
    table = [
        ["No.", "Compromiso", "Avance"],
        ["1", "Total de recursos publicados", "5"],
        ["TOTAL:", None, "5"],
        ["Nota: cifras preliminares", None, None],
    ]
    rows, notes = read(table)
    assert [row.values["Compromiso"] for row in rows] == ["Total de recursos publicados"]
    assert [(note.code, note.raw) for note in notes] == [
        ("TOTAL_ROW", "TOTAL: | 5"),
        ("FOOT_ROW", "Nota: cifras preliminares"),
    ]
    assert len(read(table, keep_totals=True)[0]) == 3


@pytest.mark.parametrize(
    "first",
    [
        "TOTAL: 12 compromisos",
        "Total de compromisos: 12",
        "Promedio general",
        "Totales",
        "Suma 48.3 %",
        "Subtotal eje 1",
        "Total del eje 2. Agua",
    ],
)
def test_a_row_of_totals_is_known_by_its_first_cell(first: str) -> None:
    rows, notes = read([["No.", "Compromiso", "Avance"], [1, "Total transparencia", 3], [first, None, 3]])
    assert ([row.values["No."] for row in rows], [note.code for note in notes]) == ([1], ["TOTAL_ROW"])


@pytest.mark.parametrize(
    ("first", "kept"),
    [("EJE 1: SALUD PARA TODAS", False), ("Municipales", False), ("C-05", True), ("Compromiso 5", True), (5, True)],
)
def test_a_title_alone_in_the_column_of_numbers_heads_a_section(first: Any, kept: bool) -> None:
    head = ["No.", "Compromiso", "Estatus", "Avance"]
    rows, notes = read([head, [first, None, "", None], [1, "Agua medida", "En proceso", 3]])
    assert [row.values["No."] for row in rows] == ([first, 1] if kept else [1])
    assert [note.code for note in notes] == ([] if kept else ["SECTION_ROW"])


def test_a_row_that_only_tells_types_is_left_out() -> None:
    types = ["número", "texto", "%", "dd/mm/aaaa"]
    rows, notes = read([["No.", "Compromiso", "Avance", "Inicio"], types, [1, "texto", 3, "13/01/2021"]])
    assert ([row.values["No."] for row in rows], [note.code for note in notes]) == ([1], ["TYPE_ROW"])


def test_a_second_table_after_a_blank_row_takes_its_own_header() -> None:
    table = [["No.", "Compromiso"], ["1", "a"], [None, None], ["Compromiso", "Estatus"], ["b", "hecho"]]
    rows, _ = read(table)
    assert [row.values for row in rows] == [{"No.": "1", "Compromiso": "a"}, {"Compromiso": "b", "Estatus": "hecho"}]


def test_the_operator_may_say_where_the_header_is() -> None:
    table = [["a", "b"], ["x", "y"], ["1", "2"]]
    assert read(table, header_row=2)[0][0].values == {"x": "1", "y": "2"}
    assert read(table, header_row=1, header_rows=2)[0][0].values == {"a / x": "1", "b / y": "2"}


def test_columns_without_name_or_data_are_dropped_and_those_with_data_named() -> None:
    rows, _ = read([["No.", "", "Compromiso", ""], ["1", None, "a", "x"]])
    assert rows[0].values == {"No.": "1", "Compromiso": "a", "(columna 4)": "x"}


CELL = (
    st.none()
    | st.integers(-5, 99)
    | st.text("abñ :.Totalcmpris", max_size=12)
    | st.lists(st.text(max_size=3), max_size=2)
)
TABLE = st.lists(st.lists(CELL, max_size=5), max_size=12)


@given(
    TABLE, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), max_size=3)
)
@settings(max_examples=300, deadline=None)
def test_no_grid_breaks_the_reader_and_every_row_says_where_it_is(
    table: list[list[Any]], spans: list[tuple[int, int, int, int]]
) -> None:
    merges = tuple(Merge(top, left, top + down, left + right) for top, left, down, right in spans)
    rows, _ = read(table, merges=merges)
    numbers = [int(row.locator.removeprefix("row ")) for row in rows]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= len(table) for number in numbers)


@given(st.lists(st.lists(st.text("xyz", min_size=1, max_size=6), min_size=3, max_size=3), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_every_cell_under_a_plain_header_comes_out_once(body: list[list[str]]) -> None:
    rows, _ = read([["No.", "Compromiso", "Estatus"], *body])
    assert [list(row.values.values()) for row in rows] == body


def test_columns_may_be_named_by_the_dates_of_their_periods() -> None:
    head = ["No.", "Compromiso", date(2024, 1, 1), date(2024, 2, 1)]
    rows, _ = read([["Avance"], head, [1, "Abrir", 0.1, 0.2], [2, "Oír", 0.3, 0.4]])
    assert list(rows[0].values) == ["No.", "Compromiso", "2024-01-01", "2024-02-01"]
    assert len(rows) == 2


def test_a_row_of_data_with_its_dates_is_no_header() -> None:
    rows, _ = read([["Plan", "Título", "De", "A"], ["Abrir", "Compromiso", date(2024, 1, 1), date(2024, 2, 1)]])
    assert list(rows[0].values) == ["Plan", "Título", "De", "A"]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("Cargando…", True), ("Ningún dato disponible en esta tabla", True), ("No se encontraron resultados.", True),
        ("No data available in table", True), ("Sin registros", True), ("Loading records...", True),
        ("Sin datos abiertos no hay transparencia", False), ("Sin avance", False), ("Cargando el padrón", False),
    ],
)  # fmt: skip
def test_a_row_that_only_says_that_there_is_none_is_left_out_with_a_note(text: str, left_out: bool) -> None:
    rows, notes = read([["Compromiso", "Responsable"], [text, None]])
    assert (rows == [], [note.code for note in notes] == ["NOTHING_ROW"]) == (left_out, left_out)


HEAD = ["No.", "Compromiso", "Responsable", "Semáforo"]


def test_a_legend_and_the_lines_under_it_are_no_rows() -> None:
    body = [[1, "Abrir", "Finanzas", None], [None] * 4, [None, "Simbología", None, None], [None, "Cumplido", None, None], ["V", "En proceso", None, None]]  # fmt: skip
    rows, notes = read([HEAD, *body])
    assert [row.values["Compromiso"] for row in rows] == ["Abrir"]
    assert [(note.code, "3" in note.message) for note in notes] == [("FOOT_ROW", True)]


def test_the_lines_of_a_note_are_no_rows_and_a_row_after_it_is_one() -> None:
    body = [[1, "Abrir", "Finanzas", None], ["Notas:", None, None, None], ["1/ Preliminar", None, None, None], [2, "Oír", "Gobierno", None]]  # fmt: skip
    rows, _ = read([HEAD, *body])
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", "Oír"]


def test_the_units_under_the_header_are_no_row() -> None:
    rows, notes = read([HEAD, [None, "(texto)", "(nombre)", "[color]"], [1, "(Re)abrir", "Finanzas", "Verde"]])
    assert [row.values["Compromiso"] for row in rows] == ["(Re)abrir"]
    assert [note.code for note in notes] == ["TYPE_ROW"]


@pytest.mark.parametrize("title", ["EJE 2. SALUD", "Objetivo III", "Línea de acción 1.2", "Programa: Agua"])
def test_the_title_of_a_section_is_no_row_in_a_table_without_numbers(title: str) -> None:
    rows, notes = read([HEAD[1:], ["Abrir", "Finanzas", "x"], [title, None, None], ["Oír", "Gobierno", "x"]])
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", "Oír"]
    assert [note.code for note in notes] == ["SECTION_ROW"]


@pytest.mark.parametrize("title", ["Programa de agua", "Ejecutar la obra", "Compromiso 5", "C-05"])
def test_a_commitment_that_only_has_a_title_is_a_row(title: str) -> None:
    rows, _ = read([HEAD[1:], ["Abrir", "Finanzas", "x"], [title, None, None]])
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", title]


def test_the_year_s_title_above_a_second_table_is_no_row() -> None:
    rows, _ = read([HEAD, [1, "Abrir", "x", "y"], [None] * 4, ["Compromisos 2024", None, None, None], HEAD, [1, "Oír", "x", "y"]])  # fmt: skip
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", "Oír"]


def test_a_table_wider_than_any_list_is_refused_and_one_with_empty_columns_beside_it_is_read() -> None:
    with pytest.raises(SourceChanged, match="revise el separador") as caught:
        read([[f"c{number}" for number in range(MAX_COLUMNS + 1)], [1] * (MAX_COLUMNS + 1)])
    assert caught.value.code == "TOO_WIDE"
    blank = [None] * 16_000
    rows, _ = read([["No.", "Compromiso", *blank], [1, "Datos abiertos de obra", *blank]])
    assert rows[0].values["Compromiso"] == "Datos abiertos de obra"
