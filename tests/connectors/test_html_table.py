"""Tables of web pages: a small one with every quirk and its golden output, the real ones, and hostile ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Context, Row, SourceChanged
from connectors.errors import ConfigError
from connectors.html_table import HtmlTable, HtmlTableOptions
from tests.connectors.kit import FIXTURES, context, drafts_of, golden, mutate, snapshot, survives

BOARD = FIXTURES / "html_table" / "tablero.html"
FIELDS = {
    "number": "No.",
    "title": "Compromiso",
    "status": "2023@class",
    "institution": "Responsable",
    "evidence": "Evidencia (href)",
}


def read(body: bytes | str, fields: Any = None, **options: Any) -> tuple[list[Row], Context]:
    ctx = context(fields=fields)
    return list(HtmlTable(HtmlTableOptions(**options)).rows(snapshot(body), ctx)), ctx


def test_a_board_with_spans_lists_links_and_classes_gives_its_golden_drafts() -> None:
    ctx = context(fields=FIELDS)
    golden("html_table/tablero.json", drafts_of(HtmlTable(HtmlTableOptions()), snapshot(BOARD.read_bytes()), ctx))
    assert {"TEMPLATE_TEXT", "TABLE_SKIPPED"} <= {note.code for note in ctx.notes}


def test_a_table_of_names_and_values_is_one_record() -> None:
    body = "<table><tr><th>COMPROMISO</th><td>Abrir</td></tr><tr><th>PLAZO</th><td>DICIEMBRE 2022</td></tr></table>"
    rows, _ = read(body)
    assert [row.values for row in rows] == [{"COMPROMISO": "Abrir", "PLAZO": "DICIEMBRE 2022"}]
    rows, _ = read("<table><tr><td>Compromiso<td>Uno<td>Dos<tr><td>ODS<td>1<td>2</table>", orientation="vertical")
    assert [row.values for row in rows] == [{"Compromiso": "Uno", "ODS": "1"}, {"Compromiso": "Dos", "ODS": "2"}]


def test_paired_lists_give_a_row_each_and_uneven_ones_are_reported() -> None:
    body = """<table><tr><td>Meta</td><td>Indicador</td><td>Área</td></tr>
    <tr><td><ul><li>Uno<li>Dos</ul></td><td><ul><li>A<li>B</ul></td><td>X</td></tr>
    <tr><td><ul><li>Tres<li>Cuatro<li>Cinco</ul></td><td><ul><li>C<li>D</ul></td><td>Y</td></tr></table>"""
    rows, ctx = read(body, {"title": "Meta"}, pair=("Meta", "Indicador"))
    assert [(r.values["Meta"], r.values["Indicador"], r.values["Área"], r.locator) for r in rows] == [
        ("Uno", "A", "X", "table 1 row 2 item 1"),
        ("Dos", "B", "X", "table 1 row 2 item 2"),
        ("Tres", "C", "Y", "table 1 row 3 item 1"),
        ("Cuatro", "D", "Y", "table 1 row 3 item 2"),
        ("Cinco", None, "Y", "table 1 row 3 item 3"),
    ]
    assert "UNEVEN_PAIR" in {note.code for note in ctx.notes}


def test_a_pair_of_a_column_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"«Metas».*«Meta»"):
        read("<table><tr><th>Meta<th>Área<tr><td>1<td>2</table>", {"title": "Meta"}, pair=("Metas",))


def test_every_table_with_the_mapped_columns_is_read_and_the_rest_named() -> None:
    table = "<table><tr><th>No.<th>Compromiso<tr><td>{}<td>{}</table>"
    body = table.format(1, "Uno") + "<table><tr><th>Día<th>Lugar<tr><td>1<td>Plaza</table>" + table.format(2, "Dos")
    rows, ctx = read(body, {"title": "Compromiso"})
    assert [row.locator for row in rows] == ["table 1 row 2", "table 3 row 2"]
    assert [note.message for note in ctx.notes if note.code == "TABLE_SKIPPED"] == [
        "Tablas de la página que no se leyeron: 2."
    ]


def test_a_table_can_be_chosen_by_number_or_selector() -> None:
    body = "<table><tr><th>A<th>B<tr><td>1<td>2</table><div id=x><table><tr><th>C<th>D<tr><td>3<td>4</table></div>"
    assert read(body, {"title": "C"}, table=2)[0][0].values == {"C": "3", "D": "4"}
    assert read(body, {"title": "C"}, selector="#x")[0][0].locator == "table 2 row 2"
    with pytest.raises(SourceChanged, match="ya no tiene la tabla 7"):
        read(body, {"title": "C"}, table=7)
    with pytest.raises(ConfigError, match="selector CSS"):
        read(body, {"title": "C"}, selector="##[")


def test_cells_keep_nothing_of_a_nested_table_row_or_script() -> None:
    body = "<table><tr><th>A<th>B<tr><td>x<script>alert(1)</script><td><table><tr><td>y</td></tr></table></table>"
    assert [row.values for row in read(body, {"title": "A"}, table=1)[0]] == [{"A": "x", "B": "y"}]


LIGHTS = (
    "<table><tr><th>Compromiso</th><th>Estatus</th></tr>"
    "<tr><td>Obra a la vista</td><td{first}</td></tr><tr><td>Agua medida</td><td{second}</td></tr></table>"
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("><img src='v.png' alt='Cumplido'>", "><img src='a.png' alt='En proceso'>"),
        ("><span title='Cumplido'></span>", "><i class='x' aria-label='En proceso'></i>"),
    ],
)
def test_a_picture_says_what_stands_for_it_where_a_cell_has_no_text(first: str, second: str) -> None:
    rows, _ = read(LIGHTS.format(first=first, second=second))
    assert [row.values["Estatus"] for row in rows] == ["Cumplido", "En proceso"]


def test_a_column_that_speaks_by_classes_alone_is_offered_without_being_asked_for() -> None:
    rows, _ = read(LIGHTS.format(first=" class='cuadro completado'>", second="><b class='cuadro proceso'></b>"))
    assert [row.values["Estatus@class"] for row in rows] == ["cuadro completado", "cuadro proceso"]
    rows, _ = read(LIGHTS.format(first=" class='a'>Cumplido", second=" class='b'>En proceso"))
    assert "Estatus@class" not in rows[0].values


def test_a_header_that_is_a_class_of_a_missing_column_is_a_renamed_column() -> None:
    with pytest.raises(SourceChanged) as caught:
        read(BOARD.read_bytes(), {"title": "Compromiso", "status": "Semáforo@class"})
    assert caught.value.code == "RENAMED_COLUMN"


def test_a_page_without_tables_says_its_title() -> None:
    with pytest.raises(SourceChanged, match=r"«Acceso».*ninguna tabla") as caught:
        read("<html><title>Acceso</title><body><form></form></body></html>")
    assert caught.value.code == "NO_TABLE"


def test_elements_nested_without_end_are_refused_at_once() -> None:
    with pytest.raises(SourceChanged) as caught:
        read("<div>" * 100_000 + "<table><tr><td>x</td></tr></table>")
    assert caught.value.code == "TOO_DEEP"


def test_links_relative_to_the_page_are_whole_addresses() -> None:
    """A relative link says nothing once it has left its page, and evidence is an address."""
    body = (
        "<table><tr><th>Compromiso<th>Evidencia"
        '<tr><td>Abrir<td><a href="/e/1.pdf">ver</a><tr><td>Cerrar<td><a href="https://otro.mx/2.pdf">ver</a>'
        '<tr><td>Medir<td><a href="../3 b.pdf">ver</a></table>'
    )

    def links(text: str, base: str) -> list[str]:
        rows = HtmlTable(HtmlTableOptions()).rows(snapshot(text, base), context(fields={"title": "Compromiso"}))
        return [row.values["Evidencia (href)"] for row in rows]

    where = "https://x.gob.mx/plan/tabla/"
    assert links(body, where) == [
        "https://x.gob.mx/e/1.pdf",
        "https://otro.mx/2.pdf",
        "https://x.gob.mx/plan/3%20b.pdf",
    ]
    assert links('<base href="/otra/">' + body, where)[2] == "https://x.gob.mx/3%20b.pdf"
    assert links(body, "file:///tmp/t.html") == ["/e/1.pdf", "https://otro.mx/2.pdf", "../3 b.pdf"]


def test_spans_beyond_reason_are_bounded() -> None:
    body = '<table><tr><th>A<th>B<tr><td colspan="999999999" rowspan="65000">x<tr><td>1<td>2</table>'
    assert len(read(body, {"title": "A"})[0]) <= 2


def test_the_real_goals_by_programme_are_read_and_paired(shared: Path) -> None:
    folder = shared / "sources" / "html_tables"
    rows, _ = read(
        (folder / "competitivo.blade.html").read_bytes(), {"title": "Programa", "institution": "Área Responsable"}
    )
    assert len(rows) == 8
    assert rows[0].values["Meta 2024"][0] == "Contar con el Instituto Municipal de Emprendimiento."
    pairs, ctx = read(
        (folder / "bienestar.blade.html").read_bytes(),
        {"title": "Meta 2024"},
        pair=("Meta 2024", "Indicadores Informe"),
    )
    assert len(pairs) == 24
    assert "UNEVEN_PAIR" in {note.code for note in ctx.notes}


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_mutated_pages_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(HtmlTable(HtmlTableOptions()), snapshot(mutate(BOARD.read_bytes(), data)), context())


@given(st.binary(max_size=1_000))
@settings(max_examples=80, deadline=None)
def test_random_bytes_raise_nothing_but_a_harvest_error(body: bytes) -> None:
    survives(HtmlTable(HtmlTableOptions()), snapshot(body), context())
    survives(HtmlTable(HtmlTableOptions()), snapshot(b"<table>" + body), context())


def test_names_that_cells_bear_for_small_screens_are_the_header() -> None:
    row = "<tr><td data-label='Compromiso'>{}</td><td data-label='Responsable'>{}</td></tr>"
    rows, _ = read(f"<table>{row.format('Abrir', 'Finanzas')}{row.format('Medir', 'Obras')}</table>")
    assert [row.values for row in rows] == [
        {"Compromiso": "Abrir", "Responsable": "Finanzas"}, {"Compromiso": "Medir", "Responsable": "Obras"},
    ]  # fmt: skip


def test_a_columns_name_repeated_in_each_of_its_cells_is_taken_away() -> None:
    head = "<tr><th>Compromiso</th><th>Responsable</th></tr>"
    row = "<tr><td><span>Compromiso:</span> {}</td><td>{}</td></tr>"
    rows, _ = read(
        f"<table>{head}{row.format('Abrir: primera parte', 'Responsable: Finanzas')}{row.format('Medir', 'Obras')}</table>"
    )
    assert [row.values for row in rows] == [
        {"Compromiso": "Abrir: primera parte", "Responsable": "Responsable: Finanzas"}, {"Compromiso": "Medir", "Responsable": "Obras"},
    ]  # fmt: skip


def test_letters_and_numbers_of_a_published_sheet_are_no_cells() -> None:
    cells = "".join(f"<th>{letter}</th>" for letter in "AB")
    head = f"<thead><tr><th></th>{cells}</tr></thead>"
    lines = "".join(
        f"<tr><th>{n}</th><td>{one}</td><td>{two}</td></tr>"
        for n, (one, two) in enumerate((("Compromiso", "Responsable"), ("Abrir", "Finanzas")), 1)
    )
    rows, _ = read(f"<table class=waffle>{head}<tbody>{lines}</tbody></table>")
    assert [(row.locator, row.values) for row in rows] == [
        ("table 1 row 3", {"Compromiso": "Abrir", "Responsable": "Finanzas"})
    ]


def test_a_column_that_every_row_marks_by_the_same_picture_is_marked_where_another_is_empty() -> None:
    head = "<tr><th>Compromiso</th><th>Cumplido</th><th>En proceso</th></tr>"
    icon = "<i class='fa fa-check'></i>"
    rows, _ = read(f"<table>{head}<tr><td>Abrir<td>{icon}<td></tr><tr><td>Medir<td>{icon}<td></tr></table>")
    assert [(row.values["Cumplido"], row.values["En proceso"]) for row in rows] == [("✔", None), ("✔", None)]


def test_letters_written_as_entities_twice_are_the_letters_that_they_say() -> None:
    head = "<tr><th>Compromiso</th><th>Responsable</th></tr>"
    rows, ctx = read(f"<table>{head}<tr><td>Padr&amp;oacute;n</td><td>Secretar&amp;#237;a de Salud</td></tr></table>")
    assert [row.values for row in rows] == [{"Compromiso": "Padrón", "Responsable": "Secretaría de Salud"}]
    assert "HTML_ENTITIES" in {note.code for note in ctx.notes}
