"""Ruled PDFs over several pages with their golden output, and those that cannot be read, in their publisher's words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Row, SourceChanged
from connectors.pdf_table import PdfOptions, PdfTable
from tests.connectors.kit import context, drafts_of, golden, mutate, snapshot, survives
from tests.connectors.pdf_maker import pdf, ruled

HEADER = ["No.", "Compromiso", "Estatus"]
WIDTHS = [40, 300, 120]
PAGES = [
    ruled(
        [
            HEADER,
            ["1", "Abrir los datos (todos)", "En proceso"],
            ["2", "Publicar el año", "Concluido"],
            ["3", "^", "Cumplido"],
        ],
        WIDTHS,
    ),
    ruled([HEADER, ["4", "Niñez", "En proceso"], ["Total", "", ""]], WIDTHS),
    ruled([["5", "Agua", "Concluido"]], WIDTHS),
]


def read(body: bytes, **options: Any) -> list[Row]:
    return list(PdfTable(PdfOptions(**options)).rows(snapshot(body), context()))


def test_a_table_over_three_pages_gives_its_golden_drafts() -> None:
    golden("pdf_table/paginas.json", drafts_of(PdfTable(PdfOptions()), snapshot(pdf(PAGES)), context()))


def test_two_tables_of_other_widths_are_two_tables() -> None:
    other = ruled([["Día", "Lugar"], ["1", "Plaza"]], [100, 200])
    rows = read(pdf([PAGES[2].replace(b"(5)", b"(No.)").replace(b"(Agua)", b"(Compromiso)"), other, *PAGES]))
    assert {row.locator.split(" row")[0] for row in rows} == {"page 3", "page 4", "page 5"}


def test_pages_are_bounded_and_the_bound_is_reported() -> None:
    ctx = context()
    rows = list(PdfTable(PdfOptions(pages=1)).rows(snapshot(pdf(PAGES)), ctx))
    assert (len(rows), [note.code for note in ctx.notes if note.code == "PAGES_LIMIT"]) == (3, ["PAGES_LIMIT"])


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (pdf([ruled([HEADER, ["1", "a", "b"]], WIDTHS, rules=False)]), "PDF_WITHOUT_RULES", "líneas"),
        (pdf([b""]), "PDF_WITHOUT_TEXT", "imagen escaneada"),
        (pdf([ruled([["\x01\x02", "\x03\x04"], ["\x05", "\x06"]], [100, 200])]), "PDF_WITHOUT_TEXT", "mapa Unicode"),
        (pdf(PAGES[:1], encrypted=True), "ENCRYPTED", "contraseña"),
        (pdf(PAGES)[:700], "DAMAGED_FILE", "dañado"),
        (b"%PDF-1.7 nada", "DAMAGED_FILE", "dañado"),
        (b"<html><body>404</body></html>", "WRONG_FORMAT", "HTML"),
        (b"", "EMPTY_FILE", "vacía"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, code: str, words: str) -> None:
    with pytest.raises(SourceChanged, match=words) as caught:
        read(body)
    assert caught.value.code == code


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_mutated_files_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(PdfTable(PdfOptions()), snapshot(mutate(pdf(PAGES[:1]), data)), context())


def test_sheets_of_one_commitment_each_are_one_list_and_so_is_a_commitment_a_column() -> None:
    sheets = [
        ruled([["Compromiso", title], ["Responsable", who], ["Estatus", "Cumplido"], ["Avance", "100%"]], [120, 300])
        for title, who in (("Abrir", "Finanzas"), ("Medir", "Obras"))
    ]
    side = ruled([["Compromiso", "Abrir", "Medir"], ["Responsable", "Finanzas", "Obras"], ["Estatus", "Cumplido", "Cumplido"], ["Avance", "100%", "100%"]], [120, 150, 150])  # fmt: skip
    for body in (pdf(sheets), pdf([side])):
        rows = read(body)
        assert [(row.values["Compromiso"], row.values["Responsable"], row.values["Avance"]) for row in rows] == [
            ("Abrir", "Finanzas", "100%"), ("Medir", "Obras", "100%"),
        ]  # fmt: skip
        assert len({row.locator for row in rows}) == 2


def test_a_cell_that_is_only_painted_says_its_colour() -> None:
    paint = b"\n".join(
        b"%s rg %d %d %d %d re f" % (rgb, 40 + 340, 750 - 24 * row, 118, 22)
        for row, rgb in ((2, b"0 .7 .3"), (3, b"1 0 0"), (4, b"1 1 0"))
    )
    table = ruled([HEADER, ["1", "Abrir", ""], ["2", "Medir", ""], ["3", "Contar", ""]], WIDTHS)
    rows = read(pdf([paint + b"\n0 g\n" + table]))
    assert [row.values["Estatus"] for row in rows] == ["Verde", "Rojo", "Amarillo"]


def text_at(x: int, y: int, text: str, size: int = 9) -> bytes:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("cp1252")


@pytest.mark.parametrize("head", [[], [HEADER]])
def test_a_row_that_a_page_breaks_and_leaves_open_is_one(head: list[list[str]]) -> None:
    first = ruled([HEADER, ["1", "Abrir", "Concluido"], ["2", "Publicar el", "En"]], WIDTHS, closed=False)
    rest = ruled([*head, ["", "Año entero", "proceso"], ["3", "Medir", "Concluido"]], WIDTHS)
    rows = read(pdf([first, rest]))
    assert [tuple(row.values.values()) for row in rows] == [
        ("1", "Abrir", "Concluido"), ("2", "Publicar el Año entero", "En proceso"), ("3", "Medir", "Concluido"),
    ]  # fmt: skip
    assert [row.locator for row in rows] == ["page 1 row 2", "page 1 row 3", f"page 2 row {2 + len(head)}"]


def test_a_row_without_its_number_at_the_head_of_a_page_goes_on_with_the_one_before() -> None:
    first = ruled([HEADER, ["1", "Abrir", "Concluido"], ["2", "Publicar", "En proceso"]], WIDTHS)
    rows = read(pdf([first, ruled([["", "Año entero", ""], ["3", "Medir", "Concluido"]], WIDTHS)]))
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", "Publicar Año entero", "Medir"]


def test_a_row_with_its_number_at_the_head_of_a_page_is_another() -> None:
    first = ruled([HEADER, ["1", "Abrir", "Concluido"], ["2", "Publicar", "En proceso"]], WIDTHS)
    rows = read(pdf([first, ruled([["3", "año entero", ""]], WIDTHS)]))
    assert [row.values["Compromiso"] for row in rows] == ["Abrir", "Publicar", "año entero"]


def test_the_heading_above_a_sheet_tells_its_commitment() -> None:
    sheet = ruled([["Responsable", "Finanzas"], ["Estatus", "Cumplido"], ["Avance", "100%"]], [120, 300])
    pages = [
        text_at(40, 775, f"Compromiso {number}. {title}", 12) + text_at(40, 760, "Una nota") + sheet
        for number, title in (("1", "Abrir"), ("2", "Medir"))
    ]
    assert [(row.values["Compromiso No."], row.values["Compromiso"], row.values["Responsable"]) for row in read(pdf(pages))] == [
        ("1", "Abrir", "Finanzas"), ("2", "Medir", "Finanzas"),
    ]  # fmt: skip


@pytest.mark.parametrize("matrix", ["0 1 -1 0 {x} 728", "0 -1 1 0 {x} 748"])
def test_a_name_that_stands_on_its_side_is_read_as_it_is_turned(matrix: str) -> None:
    table = ruled([["No.", "Compromiso", ""], ["1", "Abrir", "Concluido"]], WIDTHS)
    up = "-" not in matrix.split()[1]
    said = "".join(
        f"BT /F1 5 Tf {matrix.format(x=x)} Tm ({word}) Tj ET\n"
        for word, x in (("Estatus", 400 if up else 410), ("al 3", 410 if up else 400))
    )
    (row,) = read(pdf([table + b"\n" + said.encode()]))
    assert row.values["Estatus al 3"] == "Concluido"
