"""connectors.text: one line of text as a person reads it."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from connectors.html_cells import text_of
from connectors.text import tidy


def test_letters_that_typesetting_joins_are_letters_again() -> None:
    assert tidy("De\ufb01nición del \ufb02ujo") == "Definición del flujo"


def test_words_of_a_line_that_are_hidden_are_not_read_and_hidden_blocks_are() -> None:
    body = "<div id=x><span style='display: none'>20231130</span>30/11/2023 <i hidden>x</i><div style='display:none'>Plegado</div></div>"
    node = LexborHTMLParser(body).css_first("#x")
    assert node is not None
    assert text_of(node) == "30/11/2023\nPlegado"
