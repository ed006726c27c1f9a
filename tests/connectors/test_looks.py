"""connectors.looks: what a cell without a word says by its looks."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from connectors.looks import colour, idle, looks


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("#00b050", "verde"), ("#FFFF00", "amarillo"), ("red", "rojo"), ("#f00", "rojo"), ("#c00000", "rojo"),
        ("rgb(255, 192, 0)", "amarillo"), ("rgba(237,125,49,.8)", "naranja"), ("#92D050", "verde"), ("#28a745", "verde"),
        ("#dc3545", "rojo"), ("#ffc107", "amarillo"), ("#0d6efd", "azul"), ("#808080", "gris"), ("Green", "verde"),
        ("#fff", None), ("#ffffff", None), ("black", None), ("inherit", None), ("url(x.png)", None), ("#12", None), ("", None),
    ],
)  # fmt: skip
def test_a_colour_has_the_name_that_a_traffic_light_gives_it(text: str, name: str | None) -> None:
    assert colour(text) == name


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<td class="semaforo completado"></td>', "semaforo completado"),
        ('<td><i class="fa fa-circle"></i><b class="text-success"></b></td>', "fa fa-circle text-success"),
        ('<td style="width: 3em; background-color: #00B050"></td>', "verde"), ('<td bgcolor="red"></td>', "rojo"),
        ('<td><img src="/img/semaforo-amarillo.png?v=2"></td>', "semaforo-amarillo"),
        ('<td><svg><circle fill="#dc3545"></circle></svg></td>', "rojo"), ("<td></td>", ""),
        ('<td style="color: black; background: url(x.png)"></td>', ""),
    ],
)  # fmt: skip
def test_a_cell_without_a_word_speaks_by_class_colour_or_picture(cell: str, told: str) -> None:
    node = LexborHTMLParser(f"<table><tr>{cell}</tr></table>").css_first("td")
    assert node is not None
    assert looks(node) == told


def test_marks_that_all_cells_have_say_nothing() -> None:
    assert idle(["luz hecho", "luz falta", "luz hecho"]) == {"luz"}
    assert idle(["luz hecho", "luz hecho"]) == frozenset()
    assert idle(["a b", "c d"]) == frozenset()
