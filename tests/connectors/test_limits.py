"""connectors.limits: what is too long to be a list of commitments is refused by count, with the remedy."""

from __future__ import annotations

from itertools import chain, repeat

import pytest

from connectors.base import Note, SourceChanged
from connectors.blocks import read_blocks
from connectors.grid import GridOptions, Shape, tabulate
from connectors.header import Line
from connectors.html_cells import MAX_TAGS, parse_html
from connectors.html_list import HtmlListOptions, read_html_list
from connectors.limits import MAX_BLOCKS, MAX_ROWS, refuse_rows
from connectors.table import Reading


def test_a_million_rows_are_read_and_more_than_two_are_not() -> None:
    refuse_rows(1_000_000)
    refuse_rows(MAX_ROWS)
    with pytest.raises(SourceChanged, match="archivo propio") as refused:
        refuse_rows(MAX_ROWS + 1)
    assert refused.value.code == "TOO_LARGE"


def test_a_table_of_endless_blank_lines_ends() -> None:
    notes: list[Note] = []
    head = [Line(1, ["No.", "Compromiso"]), Line(2, [1, "Abrir el padrón"])]
    rows = tabulate(chain(head, repeat(Line(3, [None, None]))), Shape(GridOptions()), notes)
    assert next(rows).values["Compromiso"] == "Abrir el padrón"
    with pytest.raises(SourceChanged) as refused:
        next(rows)
    assert refused.value.code == "TOO_LARGE"


@pytest.mark.parametrize("options", [HtmlListOptions(), HtmlListOptions(selector="li")])
def test_a_list_of_endless_items_is_refused_with_the_remedy(options: HtmlListOptions) -> None:
    page = b"<html><h1>Compromisos</h1><ol>" + b"<li>Uno" * (MAX_BLOCKS + 1)
    with pytest.raises(SourceChanged, match="CSV o XLSX") as refused:
        next(read_html_list(page, options, Reading()))
    assert refused.value.code == "TOO_LARGE"


def test_a_page_of_endless_paragraphs_is_refused_as_prose_too() -> None:
    with pytest.raises(SourceChanged) as refused:
        read_blocks("<p>Uno" * (MAX_BLOCKS + 2), "https://x.gob.mx/")
    assert refused.value.code == "TOO_LARGE"


def test_a_page_of_endless_tags_is_not_parsed() -> None:
    with pytest.raises(SourceChanged) as refused:
        parse_html(b"<b></b>" * (MAX_TAGS // 2 + 1))
    assert refused.value.code == "TOO_LARGE"
