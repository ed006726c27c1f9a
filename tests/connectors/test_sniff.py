"""What a body is, told from its bytes alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sniff import DELIMITERS, Format, find_delimiter, sniff


def _zip(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Format.EMPTY),
        (b"\xef\xbb\xbf\r\n", Format.EMPTY),
        (b"%PDF-1.7\n...", Format.PDF),
        (b"\n%PDF-1.7\n...", Format.PDF),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), Format.XLSX),
        (_zip("[Content_Types].xml", "xl/workbook.xml")[:120], Format.XLSX),
        (_zip("[Content_Types].xml", "word/document.xml"), Format.ZIP),
        (_zip("datos.csv"), Format.ZIP),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), Format.XLS),
        (b"\x89PNG\r\n\x1a\n", Format.BINARY),
        (b"\x1f\x8b\x08\x00", Format.ZIP),
        (bytes(range(256)) * 8, Format.BINARY),
        (b"<!DOCTYPE html><html><body>", Format.HTML),
        (b"  <table><tr><td>1,2</td></tr></table>", Format.HTML),
        (b"@extends('layout')\n{{-- nota --}}\n<table><tr><td>x</td></tr></table>", Format.HTML),
        (b"<h2><strong>Oaxaca</strong></h2><p>Texto, con comas, varias</p>", Format.HTML),
        (b'<?xml version="1.0"?><Workbook><Row/></Workbook>', Format.XML),
        (b'{"a": 1}', Format.JSON),
        (b'[{"a": 1}, {"a": 2}]', Format.JSON),
        (b'{"a": 1}\n{"a": 2}\n', Format.JSONL),
        (b'{"a": [1, 2', Format.JSON),
        (b"[nombre],[correo]\na,b\n", Format.CSV),
        (b"a,b\n1,2\n", Format.CSV),
        (b"a\tb\n1\t2\n", Format.TSV),
        (b"sep=;\na;b\n", Format.CSV),
        (b'titulo;nota\nUno;"<p>Un, dos, tres</p>"\nDos;"<table><tr></tr></table>"\n', Format.CSV),
        ("Año,b\n1,2\n".encode("utf-16"), Format.CSV),
        (b"Solo una frase que no es una tabla", Format.TEXT),
    ],
)
def test_a_format_is_told_from_the_bytes(body: bytes, expected: Format) -> None:
    assert sniff(body).format is expected


def test_prose_with_commas_does_not_hide_a_semicolon_table() -> None:
    text = "No.;Compromiso\n1;Abrir, publicar, contar\n2;Uno, dos\n3;Sin comas\n"
    assert find_delimiter(text)[0] == ";"


def test_the_encoding_a_page_names_is_used_while_it_holds() -> None:
    assert sniff('<meta charset="windows-1252"><p>Año</p>'.encode("cp1252")).encoding == "cp1252"
    flipped = sniff('<meta charset="iso-8859-1"><p>Año</p>'.encode())
    assert (flipped.encoding, [note.code for note in flipped.notes]) == ("utf-8", ["ENCODING_FLIP"])


def test_the_real_files_are_what_their_publishers_made_them(shared: Path) -> None:
    expected = {".csv": Format.CSV, ".html": Format.HTML, ".json": Format.JSON, ".xlsx": Format.XLSX}
    for path in sorted((shared / "sources").glob("*/*")):
        found = sniff(path.read_bytes())
        assert found.format is expected[path.suffix], path.name
        if path.name == "datos.csv":
            assert found.encoding == "cp1252"


@given(st.binary(max_size=3_000))
@settings(max_examples=300, deadline=None)
def test_sniffing_never_raises(body: bytes) -> None:
    found = sniff(body)
    assert 0 <= found.confidence <= 1
    if found.encoding:
        body.decode(found.encoding, errors="replace")


WORD = st.text("abcdeñáó 123", min_size=1, max_size=8).filter(str.strip)


@given(st.sampled_from(DELIMITERS), st.lists(st.tuples(WORD, WORD, WORD), min_size=2, max_size=20))
@settings(max_examples=100, deadline=None)
def test_the_delimiter_that_wrote_a_table_is_found(delimiter: str, rows: list[tuple[str, str, str]]) -> None:
    text = "\n".join(delimiter.join(row) for row in rows)
    assert find_delimiter(text)[0] == delimiter


@pytest.mark.parametrize(
    "text",
    [
        'callback({"compromisos": []});',
        "window.DATOS = [\n  {a: 1}];",
        "const filas = [{}]",
        "// datos\nvar x={};",
        "export default [{}]",
    ],
)
def test_javascript_around_data_is_told_from_a_table(text: str) -> None:
    assert sniff(text.encode()).format is Format.SCRIPT


@pytest.mark.parametrize(
    "text", ["Compromiso (2024),Avance\nUno,2\n", "No. (clave),Título [corto]\n1,Uno\n", "var,valor\na,{b}\n"]
)
def test_a_table_with_brackets_in_its_header_is_no_javascript(text: str) -> None:
    assert sniff(text.encode()).format is Format.CSV


def test_a_spreadsheet_saved_as_xml_is_told_from_a_page() -> None:
    body = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Table><Row/></Table></Workbook>'
    assert sniff(body.encode()).format is Format.XML
