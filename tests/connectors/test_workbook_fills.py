"""Columns of a sheet that speak by colour alone."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from connectors.table import Reading
from connectors.xlsx import XlsxOptions, read_workbook

HEAD = ["No.", "Compromiso", "Dependencia", "Semáforo"]
TITLES = ("Abrir", "Oír", "Ver")
GREEN, YELLOW, RED = "#00B050", "#FFFF00", "#FF0000"


def read(
    head: list[str], shades: tuple[str, ...], more: Any = None, *, striped: bool = False
) -> tuple[list[Any], Reading]:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Datos")
        formats = {shade: book.add_format({"bg_color": shade}) for shade in (GREEN, YELLOW, RED)}
        sheet.write_row("A1", head)
        for at, (title, shade) in enumerate(zip(TITLES, shades, strict=False), 1):
            sheet.write_row(at, 0, [at, title, "Finanzas"], formats[shade] if striped else None)
            sheet.write_blank(at, 3, None, formats[shade])
        if more is not None:
            more(sheet, formats)
    reading = Reading()
    rows = list(read_workbook(target.getvalue(), XlsxOptions(), reading))
    return [row.values.get(head[3]) for row in rows], reading


def beside(sheet: Any, formats: Any) -> None:
    for at, (shade, word) in enumerate(((GREEN, "Cumplido"), (YELLOW, "En proceso"), (RED, "Sin iniciar")), 6):
        sheet.write_blank(at, 1, None, formats[shade])
        sheet.write(at, 2, word)


def inside(sheet: Any, formats: Any) -> None:
    sheet.write(6, 1, "Simbología")
    for at, (shade, word) in enumerate(((GREEN, "Verde: cumplido"), (YELLOW, "En proceso"), (RED, "Sin iniciar")), 7):
        sheet.write(at, 1, word, formats[shade])


def test_a_legend_s_words_are_what_the_colours_say() -> None:
    words, reading = read(HEAD, (GREEN, RED, YELLOW), inside)
    assert words == ["cumplido", "Sin iniciar", "En proceso"]
    (note,) = [note for note in reading.notes if note.code == "COLOUR_LEGEND"]
    assert note.severity == "INFO"
    assert "verde: «cumplido»" in note.message


def test_a_legend_may_stand_beside_its_colours() -> None:
    words, _ = read(HEAD, (GREEN, RED, YELLOW), beside)
    assert words[:3] == ["Cumplido", "Sin iniciar", "En proceso"]


def test_colours_without_a_legend_are_named_and_asked_about() -> None:
    words, reading = read(HEAD, (GREEN, RED, YELLOW))
    assert words == ["Verde", "Rojo", "Amarillo"]
    (note,) = [note for note in reading.notes if note.code == "COLOUR_ONLY"]
    assert note.severity == "WARNING"


def test_rows_in_stripes_and_columns_of_something_else_say_nothing_by_colour() -> None:
    words, reading = read(HEAD, (GREEN, YELLOW, GREEN), striped=True)
    assert (words, reading.notes) == ([None] * 3, [])
    words, reading = read([*HEAD[:3], "Observaciones"], (GREEN, RED, YELLOW))
    assert (words, reading.notes) == ([None] * 3, [])


def test_one_colour_alone_says_nothing() -> None:
    words, reading = read(HEAD, (GREEN, GREEN, GREEN))
    assert (words, reading.notes) == ([None] * 3, [])


def test_a_legend_beside_the_table_is_no_column_of_it() -> None:
    def aside(sheet: Any, formats: Any) -> None:
        for at, (shade, word) in enumerate(((GREEN, "100%"), (YELLOW, "50%"), (RED, "0%")), 1):
            sheet.write_blank(at, 6, None, formats[shade])
            sheet.write(at, 7, word)

    words, reading = read([*HEAD[:3], "Avance"], (GREEN, RED, YELLOW), aside)
    assert words == ["100%", "0%", "50%"]
    assert [note.code for note in reading.notes] == ["COLOUR_LEGEND"]
