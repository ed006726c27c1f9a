"""Days counted as numbers: read as dates in a column of dates alone, and never where a number cannot be one."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from connectors.base import Context, Row
from connectors.xlsx import Xlsx, XlsxOptions
from tests.connectors.kit import context, snapshot


def read(header: str, cells: list[Any], fields: Any = None, *, date_1904: bool = False) -> tuple[list[Any], Context]:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": date_1904}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Avance")
        sheet.write_row("A1", ["No.", "Compromiso", header])
        for row, cell in enumerate(cells, 1):
            sheet.write_row(row, 0, [row, f"Abrir el cabildo {row}"])
            sheet.write(row, 2, cell, *([day] if isinstance(cell, datetime) else []))
    ctx = context(fields=fields)
    rows: list[Row] = list(Xlsx(XlsxOptions()).rows(snapshot(target.getvalue()), ctx))
    return [row.values[header] for row in rows], ctx


def codes(ctx: Context) -> set[str]:
    return {note.code for note in ctx.notes if note.code.startswith("SERIAL")}


@pytest.mark.parametrize(
    "header", ["Fecha de inicio", "Término", "Plazo", "Inicio", "FECHA COMPROMETIDA", "Fecha límite de entrega"]
)
def test_numbers_of_a_column_of_dates_are_dates_and_the_report_names_the_cells_format(header: str) -> None:
    cells, ctx = read(header, [44200, 44561.5, "Por definir"])
    assert cells == [date(2021, 1, 4), date(2021, 12, 31), "Por definir"]
    (note,) = [note for note in ctx.notes if note.code == "SERIAL_DATE"]
    assert all(part in note.message for part in (f"«{header}»", "«Avance»", "44200", "fila 2", "«General»", "«Fecha»"))


def test_a_mapping_says_date_where_the_header_does_not() -> None:
    cells, _ = read("Cuándo", [44200], {"title": "Compromiso", "end": "Cuándo"})
    assert cells == [date(2021, 1, 4)]
    assert read("Cuándo", [44200])[0] == [44200]


def test_dates_with_their_format_stand_beside_those_without() -> None:
    cells, ctx = read("Término", [datetime(2021, 1, 4), 44201])  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert (cells, codes(ctx)) == ([date(2021, 1, 4), date(2021, 1, 5)], {"SERIAL_DATE"})


def test_a_number_that_is_no_date_leaves_the_whole_column_as_it_is() -> None:
    cells, ctx = read("Fecha de término", [44200, 12, 2023])
    assert (cells, codes(ctx)) == ([44200, 12, 2023], {"SERIAL_DATE_UNSURE"})


@pytest.mark.parametrize(
    ("header", "cells"), [("Fecha de término", [2021, 2022]), ("Presupuesto", [44200, 45000]), ("Plazo", [30, 60])]
)
def test_years_sums_and_counts_of_days_are_no_serials(header: str, cells: list[int]) -> None:
    found, ctx = read(header, cells)
    assert (found, codes(ctx)) == (cells, set())


def test_a_book_that_counts_from_1904_is_read_so() -> None:
    assert read("Término", [42738], date_1904=True)[0] == [date(2021, 1, 4)]
