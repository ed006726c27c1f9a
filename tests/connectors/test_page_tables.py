"""connectors.page_tables: who reads one table of a page does not pay for the others."""

from __future__ import annotations

import pytest

from connectors.base import SourceChanged
from connectors.html_page import page
from connectors.html_table import HtmlTableOptions, read_html_table
from connectors.page_tables import PageTables
from connectors.table import Reading

HUGE = "<table>" + "<tr><td rowspan=1000 colspan=1000>a" * 400 + "</table>"
PLAN = "<table><tr><th>No.<th>Compromiso<th>Estatus<tr><td>1<td>Abrir los datos<td>Cumplido<tr><td>2<td>Abrir las compras<td>En proceso</table>"


def sheet(number: int) -> str:
    return (
        f"<table><tr><td>Compromiso<td>Abrir {number}<tr><td>Responsable<td>Finanzas<tr><td>Estatus<td>Cumplido</table>"
    )


def titles(body: str, table: int) -> list[object]:
    return [
        row.values["Compromiso"] for row in read_html_table(body.encode(), HtmlTableOptions(table=table), Reading())
    ]


def test_one_table_is_read_beside_another_that_is_too_large() -> None:
    assert titles(HUGE + PLAN, 2) == ["Abrir los datos", "Abrir las compras"]
    with pytest.raises(SourceChanged, match="rowspan"):
        titles(HUGE + PLAN, 1)


def test_only_a_table_of_one_record_is_laid_out_with_the_others() -> None:
    tables = PageTables(page((sheet(1) + PLAN + sheet(2)).encode(), Reading(), None))
    assert [grid.number for grid in tables.with_its_likes(2)] == [2]
    assert [grid.number for grid in tables.with_its_likes(1)] == [1, 2, 3]
    assert titles(sheet(1) + PLAN + sheet(2), 1) == ["Abrir 1", "Abrir 2"]


def test_a_table_that_is_not_there_is_told_with_how_many_there_are() -> None:
    with pytest.raises(SourceChanged, match="tabla 7: hay 2"):
        titles(PLAN + PLAN, 7)
