"""HTML in the cells of a CSV."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv_table import CsvOptions, CsvTable
from connectors.markup import without_tags
from tests.connectors.kit import context, drafts_of, snapshot


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>Abrir el padrón</p>", "Abrir el padrón"), ("Finanzas<br/>Obras", "Finanzas\nObras"), ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<span class='badge'>En proceso</span>", "En proceso"), ("<STRONG>Oír</STRONG> a todos", "Oír a todos"),
        ("menos de < 5 %", "menos de < 5 %"), ("a <b c", "a <b c"), ("<<Abrir>>", "<<Abrir>>"), ("<p></p>", ""),
    ],
)  # fmt: skip
def test_tags_are_no_words(text: str, said: str) -> None:
    assert without_tags(text) == said


@given(st.text(max_size=60))
def test_a_text_without_tags_stands_as_it_is(text: str) -> None:
    if ">" not in text:
        assert without_tags(text) == text


def test_cells_are_read_without_tags_links_with_them_and_the_raw_stays() -> None:
    body = 'Compromiso,Dependencia,Estatus,Evidencia\n<p>Abrir</p>,Finanzas<br>Obras,<b>Concluido</b>,"<a href=""https://x.gob.mx/a"">Ver</a>"\n'
    (draft,) = drafts_of(CsvTable(CsvOptions()), snapshot(body), context())
    assert (draft.values["title"], draft.values["institution"], draft.values["status"]) == (
        "Abrir",
        "Finanzas\nObras",
        "Concluido",
    )
    assert draft.values["evidence"] == '<a href="https://x.gob.mx/a">Ver</a>'
    assert draft.raw["Compromiso"] == "<p>Abrir</p>"
