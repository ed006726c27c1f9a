"""Bars of progress: what they say, how they are drawn, and when they say nothing sure."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.bars import filled
from connectors.html_cells import cell
from connectors.html_list import HtmlListOptions, read_html_list
from connectors.table import Reading


def td(inside: str) -> LexborNode:
    node = LexborHTMLParser(f"<table><tr><td>{inside}</td></tr></table>").css_first("td")
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("inside", "share"),
    [
        ('<div class="progress"><div class="progress-bar" style="width: 60%" aria-valuenow="60"></div></div>', "60%"),
        ('<div role="progressbar" aria-valuenow="3" aria-valuemin="0" aria-valuemax="4"></div>', "75%"),
        ('<div class="progress-bar bg-success" style="height:5px;width:33.5%"></div>', "33.5%"),
        ('<progress value="0.4"></progress>', "40%"),
        ('<progress value="20" max="80"></progress>', "25%"),
        ('<div class="progress" role="progressbar" aria-valuenow="25"><div class="progress-bar" style="width: 25%"></div></div>', "25%"),
        ('<div class="progress-bar" style="width:30%"></div><div class="progress-bar" style="width:20%"></div>', ""),
        ('<div role="progressbar" aria-valuenow="130"></div>', ""),
        ('<div style="width: 50%"></div>', ""),
        ('<div role="progressbar" aria-valuenow="mucho"></div>', ""),
        ('<div class="progress"><div class="bar" style="width: 45%"></div></div>', "45%"),
        ('<div class="progress" style="width:100%"><div class="bar" style="width: 45%"></div></div>', "45%"),
        ('<div class="barra-avance"><span style="width:0%;background:green"></span></div>', "0%"),
        ('<div class="easyPieChart" data-percent="73"><canvas></canvas></div>', "73%"),
        ('<div data-percentage="40 %"></div>', "40%"), ('<div data-percent="140"></div>', ""),
        ('<div class="sidebar"><img style="width: 50%"></div>', ""),
    ],
)  # fmt: skip
def test_the_one_share_that_bars_show_is_told(inside: str, share: str) -> None:
    assert filled(td(inside)) == share


def test_a_cell_with_a_word_is_read_by_it_and_one_without_by_its_bar() -> None:
    bar = '<div class="progress-bar" style="width: 60%">{}</div>'
    assert cell(td(bar.format("En proceso"))).text == "En proceso"
    assert cell(td(bar.format(""))).text == "60%"


@pytest.mark.parametrize(
    "bar",
    [
        '<div class="progress"><div class="progress-bar" style="width: {}%"></div></div>',
        '<div class="progress-bar" role="progressbar" aria-valuenow="{0}">{0}%</div>', '<progress max="100" value="{}"></progress>',
        '<p>Porcentaje de avance:</p><div class="barra"><span style="width:{}%"></span></div>',
    ],
)  # fmt: skip
def test_a_bar_under_a_heading_is_how_far_its_record_is(bar: str) -> None:
    cards = "".join(
        f"<article><h3>{title}</h3><p>Responsable: Finanzas</p>{bar.format(share)}</article>"
        for title, share in (("Abrir el padrón", 45), ("Medir la obra", 0))
    )
    rows = list(read_html_list(f"<h1>Compromisos</h1>{cards}".encode(), HtmlListOptions(), Reading()))
    progress = [
        next(row.values[name] for name in ("Avance", "Porcentaje de avance") if name in row.values) for row in rows
    ]
    assert [row.values["title"] for row in rows] == ["Abrir el padrón", "Medir la obra"]
    assert progress == ["45%", "0%"]
