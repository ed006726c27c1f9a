"""Workbooks and PDFs, made in code."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter
from fpdf import FPDF
from fpdf.fonts import FontFace

from tests.sites.content import Table

_MADE = datetime(2024, 1, 31, 12, 0, tzinfo=UTC)


def as_xlsx(table: Table, *, sheet: str = "Compromisos", title: str | None = None) -> bytes:
    """A workbook of one sheet; `title` is merged over the header."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE.replace(tzinfo=None)})
    page = book.add_worksheet(sheet)
    top = 0
    if title is not None:
        page.merge_range(0, 0, 0, len(table.columns) - 1, title)
        top = 2
    page.write_row(top, 0, table.columns)
    for number, row in enumerate(table.rows, top + 1):
        for column, cell in enumerate(row):
            if table.columns[column] in ("No.", "Avance"):
                page.write_number(number, column, float(cell))
            else:
                page.write_string(number, column, cell)
    book.close()
    return out.getvalue()


def as_pdf(table: Table) -> bytes:
    """A PDF with one ruled table; the link column is left out, as it would not fit."""
    pdf = _blank()
    pdf.set_font("helvetica", size=7)
    columns = [i for i, name in enumerate(table.columns) if name != "Liga"]
    with pdf.table(headings_style=FontFace(emphasis=""), width=270, col_widths=_widths(table, columns)) as ruled:
        for cells in (table.columns, *table.rows):
            row = ruled.row()
            for column in columns:
                row.cell(cells[column])
    return bytes(pdf.output())


def scanned_pdf() -> bytes:
    """A PDF without a letter in it, as a scanner makes it: lines and boxes only."""
    pdf = _blank()
    for line in range(12):
        pdf.rect(20, 20 + line * 14, 240, 10, style="F" if line % 2 else "D")
    return bytes(pdf.output())


def _widths(table: Table, columns: list[int]) -> tuple[int, ...]:
    wide = {"Compromiso": 60, "Dependencia responsable": 45}
    return tuple(wide.get(table.columns[column], 20) for column in columns)


def _blank() -> FPDF:
    pdf = FPDF(orientation="landscape")
    pdf.set_creation_date(_MADE)
    pdf.add_page()
    return pdf
