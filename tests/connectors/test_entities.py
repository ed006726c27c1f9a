"""HTML's character references outside of HTML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv_table import CsvOptions, CsvTable
from connectors.entities import References
from connectors.json_rows import JsonOptions, JsonRows
from tests.connectors.kit import context, snapshot


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Secretar&iacute;a de Finanzas", "Secretaría de Finanzas"), ("A&ntilde;o", "Año"), ("Agua &amp; suelo", "Agua & suelo"),
        ("&#191;Qu&#233;?", "¿Qué?"), ("&#xF3;", "ó"), ("AT&T; UNAM", "AT&T; UNAM"), ("I&D", "I&D"),
        ("https://x.mx/?a=1&copy=2", "https://x.mx/?a=1&copy=2"), ("<b>Abrir</b>", "<b>Abrir</b>"), ("uno; dos", "uno; dos"),
    ],
)  # fmt: skip
def test_a_reference_is_the_character_that_it_stands_for_and_nothing_else_changes(written: str, read: str) -> None:
    references = References()
    assert references.written_out(written) == read
    assert (references.note() is None) == (written == read)


@given(st.text().filter(lambda text: "&" not in text))
def test_a_text_without_an_ampersand_is_the_very_same(text: str) -> None:
    assert References().written_out(text) is text


def test_a_csv_keeps_an_institution_whole_and_tells_what_it_read() -> None:
    ctx = context()
    body = "Compromiso,Dependencia\nParticipaci&oacute;n,Secretar&iacute;a de Finanzas\nAgua,CEA\n"
    rows = list(CsvTable(CsvOptions()).rows(snapshot(body.encode()), ctx))
    assert [row.values["Dependencia"] for row in rows] == ["Secretaría de Finanzas", "CEA"]
    said = [note for note in ctx.notes if note.code == "HTML_ENTITIES"]
    assert len(said) == 1
    assert "2 textos" in said[0].message


def test_json_has_them_written_out_in_texts_and_in_lists_of_texts() -> None:
    ctx = context()
    document = [{"titulo": "Informaci&oacute;n", "temas": ["Educaci&oacute;n", 3], "avance": 4}]
    rows = list(JsonRows(JsonOptions()).rows(snapshot(json.dumps(document).encode()), ctx))
    assert dict(rows[0].values) == {"titulo": "Información", "temas": ["Educación", 3], "avance": 4}
    assert "HTML_ENTITIES" in {note.code for note in ctx.notes}
