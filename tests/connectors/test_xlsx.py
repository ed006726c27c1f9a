"""Spreadsheets: a workbook with every quirk and its golden output, the real one, other formats, and hostile ones."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Context, Row, SourceChanged
from connectors.table import Reading
from connectors.xlsx import Xlsx, XlsxOptions, read_workbook
from tests.connectors.kit import context, drafts_of, golden, mutate, snapshot, survives


def book(*sheets: str, hidden: str = "Notas") -> bytes:
    """A workbook with banners, two header rows, merged cells, percent formats, dates, totals and a hidden sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        percent, whole = workbook.add_format({"num_format": "0.0%"}), workbook.add_format({"num_format": 9})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name in sheets or ("Compromisos",):
            sheet = workbook.add_worksheet(name)
            sheet.merge_range("A1:F1", "Plan de acción local 2021-2023")
            for column, text in zip("ABEF", ("No.", "Compromiso", "Inicio", "Responsable"), strict=True):
                sheet.merge_range(f"{column}3:{column}4", text)
            sheet.merge_range("C3:D3", "Avance")
            sheet.write_row("C4", ["Programado", "Real"])
            sheet.write("A5", 1)
            sheet.merge_range("B5:B6", "Publicar el gasto")
            sheet.write("A6", 2)
            sheet.write("C5", 0.75, percent)
            sheet.write("D5", 1, whole)
            sheet.write("C6", 0.5)
            sheet.write("E5", datetime(2021, 2, 1), day)  # noqa: DTZ001 - a spreadsheet's dates have no zone
            sheet.write_row("F5", ["Finanzas"])
            sheet.write_row("A7", [3, "Abrir el cabildo", 0, 12.5])
            sheet.write_row("A8", ["Total", "", 1.25])
            sheet.write("A10", "Fuente: Secretariado Técnico Local")
        if hidden:
            sheet = workbook.add_worksheet(hidden)
            sheet.write_row("A1", ["No.", "Compromiso"])
            sheet.write_row("A2", [9, "Borrador"])
            sheet.hide()
    return target.getvalue()


def read(body: bytes, fields: Any = None, **options: Any) -> tuple[list[Row], Context]:
    ctx = context(fields=fields)
    return list(Xlsx(XlsxOptions(**options)).rows(snapshot(body), ctx)), ctx


def test_a_workbook_with_merged_cells_and_percent_formats_gives_its_golden_drafts() -> None:
    ctx = context(
        fields={
            "number": "No.",
            "title": "Compromiso",
            "progress": "Real",
            "start": "Inicio",
            "institution": "Responsable",
        }
    )
    golden("xlsx/libro.json", drafts_of(Xlsx(XlsxOptions()), snapshot(book()), ctx))
    assert {"HIDDEN_SHEET", "TOTAL_ROW", "FOOT_ROW"} <= {note.code for note in ctx.notes}


def test_every_visible_sheet_with_the_mapped_columns_is_read() -> None:
    rows, _ = read(book("2021", "2022"), {"title": "Compromiso"})
    assert [row.locator for row in rows] == [f"sheet '{name}' row {n}" for name in ("2021", "2022") for n in (5, 6, 7)]


def test_a_sheet_is_chosen_by_name_number_or_pattern() -> None:
    body = book("Plan 2021", "Plan 2022", "Otro")
    assert {row.locator.split(" row")[0] for row in read(body, sheet="plan 2022")[0]} == {"sheet 'Plan 2022'"}
    assert {row.locator.split(" row")[0] for row in read(body, sheet=3)[0]} == {"sheet 'Otro'"}
    assert {row.locator.split(" row")[0] for row in read(body, sheet="re:^Plan")[0]} == {
        "sheet 'Plan 2021'",
        "sheet 'Plan 2022'",
    }
    with pytest.raises(SourceChanged, match=r"«Plan 2023».*«Plan 2021»") as caught:
        read(body, sheet="Plan 2023")
    assert caught.value.code == "NO_SHEET"


def test_a_formula_that_failed_is_read_as_nothing_and_said() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Avance")
        sheet.write_row("A1", ["No.", "Compromiso", "Estatus", "Avance"])
        sheet.write_row("A2", [1, "Publicar el gasto"])
        sheet.write_formula("C2", "=VLOOKUP(A2,Z:Z,1,0)", None, "#N/A")
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
        sheet.write_row("A3", [2, "Abrir el cabildo", "Cumplido", 100])
    rows, ctx = read(target.getvalue(), {"title": "Compromiso"})
    assert [(row.values["Estatus"], row.values["Avance"]) for row in rows] == [(None, None), ("Cumplido", 100)]
    said = next(note for note in ctx.notes if note.code == "FAILED_FORMULA")
    assert (said.severity, "2 celdas" in said.message, "C2" in said.message) == ("WARNING", True, True)


def test_a_hidden_sheet_is_read_only_when_named() -> None:
    assert [row.values["Compromiso"] for row in read(book(), sheet="Notas")[0]] == ["Borrador"]


def test_html_saved_as_xls_is_read_with_a_note() -> None:
    rows, ctx = read("<html><table><tr><td>Compromiso<td>ODS<tr><td>Año<td>16</table>".encode("cp1252"))
    assert (rows[0].values, ctx.notes[0].code) == ({"Compromiso": "Año", "ODS": "16"}, "HTML_AS_XLS")


def test_csv_saved_as_xls_is_read_with_a_note() -> None:
    rows, ctx = read(b"Compromiso\tODS\nUno\t16\nDos\t17\n")
    assert ([row.values["ODS"] for row in rows], ctx.notes[0].code) == (["16", "17"], "CSV_AS_XLS")


def test_an_ods_file_is_read() -> None:
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    lines = [
        "".join(cell.format("string", "", text) for text in ("No.", "Compromiso")),
        cell.format("float", 'office:value="1"', "1") + cell.format("string", "", "Año de la niñez"),
    ]
    content = _ods_content("".join(f"<table:table-row>{line}</table:table-row>" for line in lines))
    rows, _ = read(_ods(content))
    assert [(row.values, row.locator) for row in rows] == [
        ({"No.": 1, "Compromiso": "Año de la niñez"}, "sheet 'Hoja1' row 2")
    ]


def _ods_content(rows: str) -> str:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Hoja1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )


def _ods(content: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return target.getvalue()


def test_a_row_repeated_a_million_times_is_refused() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="1000"/>'
    with pytest.raises(SourceChanged) as caught:
        read(_ods(_ods_content(f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>')))
    assert caught.value.code == "TOO_LARGE"


def test_two_cells_at_the_corners_of_a_sheet_do_not_take_all_memory() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")
    with pytest.raises(SourceChanged, match="1048576") as caught:
        read(target.getvalue())
    assert caught.value.code == "TOO_LARGE"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            for _ in range(420):
                stream.write(bytes(1_000_000))
    with pytest.raises(SourceChanged) as caught:
        read(target.getvalue())
    assert caught.value.code == "ZIP_BOMB"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"%PDF-1.4", "WRONG_FORMAT"),
        (book()[:4_000], "DAMAGED_FILE"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), "DAMAGED_FILE"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 5_000, "DAMAGED_FILE"),
    ],
)
def test_what_cannot_be_opened_says_why(body: bytes, code: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(body)
    assert caught.value.code == code


def test_the_real_workbook_gives_its_17_sheets(shared: Path) -> None:
    body = (shared / "sources" / "xlsx" / "FORMATOS_PRESUPUESTOS.xlsx").read_bytes()
    headers: dict[int, list[str]] = {}
    counts = []
    for number in range(1, 18):
        reading = Reading(on_header=lambda header, n=number: headers.setdefault(n, header.columns))
        counts.append(len(list(read_workbook(body, XlsxOptions(sheet=number), reading))))
    assert headers[6][5:7] == [
        "Habitantes por tamaño de localidad / De hasta 500",
        "Habitantes por tamaño de localidad / 501-2500",
    ]
    assert headers[9] == ["Institución", "Área", "Responsabilidad", "Interactúa con", "Mecanismos de coordinación"]
    assert headers[5][0:2] == ["Población de referencia", "Hombres"]
    assert (counts[0], counts[5], counts[16]) == (2, 7, 3)
    rows, _ = read(body, {"title": "VARIABLES"})
    assert {row.locator.split("'")[1] for row in rows} == {"Formato 13. Fuentes de Informac"}


BOOK = book()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mutated_files_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(Xlsx(XlsxOptions()), snapshot(mutate(BOOK, data)), context())
