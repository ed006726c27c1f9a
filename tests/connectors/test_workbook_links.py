"""What a workbook says beside its cells: where they lead, and which formulas nobody has worked out."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import xlsxwriter

from connectors.base import Row
from connectors.table import Reading
from connectors.xlsx import XlsxOptions, read_workbook

HEAD = ["No.", "Compromiso", "Avance", "Evidencia"]


def book(fill: Any) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Datos")
        sheet.write_row("A1", ["Plan de acción"])
        sheet.write_row("A2", HEAD)
        fill(sheet)
    return target.getvalue()


def read(data: bytes, *expected: str) -> tuple[list[Row], Reading]:
    reading = Reading(expected)
    return list(read_workbook(data, XlsxOptions(), reading)), reading


def test_the_address_behind_a_word_is_a_column_of_its_own() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row("A3", [1, "Abrir", 10])
        sheet.write_url("D3", "https://ejemplo.gob.mx/a?b=1&c=2", string="Ver")
        sheet.write_row("A4", [2, "Oír", 20])
        sheet.write_formula("D4", '=HYPERLINK("https://ejemplo.gob.mx/d?x=1&y=2","Ver")', value="Ver")
        sheet.write_row("A5", [3, "Ver", 30])

    rows, _ = read(book(fill))
    assert [row.values["Evidencia (href)"] for row in rows] == [
        "https://ejemplo.gob.mx/a?b=1&c=2", "https://ejemplo.gob.mx/d?x=1&y=2", None,
    ]  # fmt: skip
    assert [row.values["Evidencia"] for row in rows] == ["Ver", "Ver", None]


def test_a_mapping_may_name_that_column() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row("A3", [1, "Abrir", 10])
        sheet.write_url("D3", "https://ejemplo.gob.mx/a", string="Ver")

    rows, _ = read(book(fill), "Compromiso", "Evidencia (href)")
    assert rows[0].values["Evidencia (href)"] == "https://ejemplo.gob.mx/a"


def test_a_cell_that_says_where_it_leads_needs_no_other_column() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row("A3", [1, "Abrir", 10])
        sheet.write_url("D3", "https://ejemplo.gob.mx/a")
        sheet.write_row("A4", [2, "Oír", 20])
        sheet.write_url("D4", "internal:Datos!A1", string="Índice")

    rows, _ = read(book(fill))
    assert list(rows[0].values) == HEAD


def test_formulas_that_nobody_has_worked_out_are_said() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row("A3", [1, "Abrir"])
        sheet.write_formula("C3", "=1/2", value=0.5)
        sheet.write_row("A4", [2, "Oír"])
        sheet.write_formula("C4", "=1/4", value=0.25)
        sheet.write_row("A5", [3, "Ver"])
        sheet.write_formula("C5", '=IF(1>2,"x","")', value="")

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(fill))) as whole, zipfile.ZipFile(target, "w") as changed:
        for name in whole.namelist():
            body = whole.read(name).replace(b"<v>0.25</v>", b"<v></v>")
            changed.writestr(name, re.sub(rb'<c r="C5"([^>]*)>', rb'<c r="C5" t="str"\1>', body))
    rows, reading = read(target.getvalue())
    assert [row.values["Avance"] for row in rows] == [0.5, None, None]
    (note,) = [note for note in reading.notes if note.code == "FORMULA_WITHOUT_VALUE"]
    assert "C4" in note.message
    assert "una celda" in note.message
