"""connectors.drawn_tables: tables without ``<table>``, and rows of boxes that are none."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import SourceChanged
from connectors.drawn_tables import drawn_tables
from connectors.html_cells import parse_html
from connectors.html_table import HtmlTable, HtmlTableOptions
from tests.connectors.kit import context, snapshot

ROW = "<div class='row'><div>{}</div><div>{}</div><div>{}</div></div>"
NAMES = ("Compromiso", "Responsable", "Estatus")
ONE, TWO = ("Abrir", "Finanzas", "Cumplido"), ("Medir", "Obras", "")
RECORDS: Any = [
    dict(zip(NAMES, ("Abrir", "Finanzas", "Cumplido"), strict=True)),
    dict(zip(NAMES, ("Medir", "Obras", None), strict=True)),
]


def read(body: str) -> Any:
    return [row.values for row in HtmlTable(HtmlTableOptions()).rows(snapshot(body), context())]


def aria(kind: str, cells: tuple[str, ...]) -> str:
    return "<div role=row>" + "".join(f"<span role={kind}>{cell}</span>" for cell in cells) + "</div>"


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{ROW.format(*NAMES)}{ROW.format(*ONE)}{ROW.format(*TWO)}</div>",
        f"<div class=thead>{ROW.format(*NAMES)}</div><div class=tbody>{ROW.format(*ONE)}{ROW.format(*TWO)}</div>",
        f"<div role=table><div role=rowgroup>{aria('columnheader', NAMES)}</div><div role=rowgroup>{aria('cell', ONE)}{aria('cell', TWO)}</div></div>",
        "".join(f"<ul>{''.join(f'<li>{cell}</li>' for cell in row)}</ul>" for row in (NAMES, ONE, TWO)),
    ],
)  # fmt: skip
def test_rows_of_boxes_under_a_row_of_names_are_a_table(body: str) -> None:
    assert (
        read(f"<h1>Compromisos</h1>{body}<footer><div><div>Pie</div><div>de</div><div>página</div></div></footer>")
        == RECORDS
    )


@pytest.mark.parametrize(
    "body",
    [
        "<div><div>Inicio</div><div>Transparencia</div></div><div><div>Uno</div><div>Dos</div></div>",
        f"<div>{ROW.format(*NAMES)}</div>",
        "<ul role=tablist><li>Compromiso</li><li>Responsable</li></ul><ul><li>Uno</li><li>Dos</li></ul>",
    ],
)  # fmt: skip
def test_boxes_without_names_or_rows_are_no_table(body: str) -> None:
    with pytest.raises(SourceChanged):
        read(body)


def test_drawn_tables_are_counted_after_the_real_ones() -> None:
    body = f"<div>{ROW.format(*NAMES)}{ROW.format(*ONE)}</div><table><tr><td>Compromiso</td></tr><tr><td>Contar</td></tr></table>"
    rows = list(HtmlTable(HtmlTableOptions(table=2)).rows(snapshot(body), context()))
    assert [(row.locator, row.values["Compromiso"]) for row in rows] == [("table 2 row 2", "Abrir")]


def test_a_row_of_names_that_stands_under_another_begins_no_table_of_its_own() -> None:
    tree = parse_html("<body>" + ROW.format(*NAMES) * 50 + ROW.format(*ONE))
    (table,) = drawn_tables(tree, 0)
    assert len(table.rows) == 51
