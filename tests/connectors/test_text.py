"""connectors.text: one line of text as a person reads it."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from connectors.html_cells import text_of
from connectors.html_lines import lines_of
from connectors.text import tidy


def test_letters_that_typesetting_joins_are_letters_again() -> None:
    assert tidy("De\ufb01nición del \ufb02ujo") == "Definición del flujo"


def test_words_of_a_line_that_are_hidden_are_not_read_and_hidden_blocks_are() -> None:
    body = "<div id=x><span style='display: none'>20231130</span>30/11/2023 <i hidden>x</i><div style='display:none'>Plegado</div></div>"
    node = LexborHTMLParser(body).css_first("#x")
    assert node is not None
    assert text_of(node) == "30/11/2023\nPlegado"


def test_a_figure_that_a_program_counts_up_to_is_read_and_not_the_one_it_begins_with() -> None:
    body = (
        "<p id=x>Avance: <span data-to-value='45' data-from-value='0'>0</span>% <span data-count='3'>de tres</span></p>"
    )
    node = LexborHTMLParser(body).css_first("#x")
    assert node is not None
    assert text_of(node) == "Avance: 45% de tres"
    assert [line.text for line in lines_of([node], under=True)] == ["Avance: 45% de tres"]


def test_a_raised_figure_that_leads_to_a_note_is_no_word_and_a_unit_is() -> None:
    body = "<p id=x>Padrón abierto<sup>1</sup> de 5 m<sup>2</sup>, N<sup>o</sup> 3 del gasto.<sup>[2]</sup></p>"
    node = LexborHTMLParser(body).css_first("#x")
    assert node is not None
    assert text_of(node) == "Padrón abierto de 5 m2, No 3 del gasto."
