"""connectors.ticks: the marked column of a row, what is a mark, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Row
from connectors.errors import ConfigError
from connectors.mapping import Mapping
from connectors.ticks import tick_of, ticked

NAMES = ("Cumplido", "En proceso", "Sin avance")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("X", "", ""), "Cumplido"), (("", " x ", None), "En proceso"), (("-", "—", "✔️"), "Sin avance"),
        (("✘", "✔", "✘"), "En proceso"), (("No", "No", "Sí"), "Sin avance"), ((False, True, False), "En proceso"),
        ((0, 0, 1), "Sin avance"), (("☐", "☒", "☐"), "En proceso"), (("○", "●", "○"), "En proceso"),
        (("", "", ""), None), (("X", "X", ""), ["Cumplido", "En proceso"]),
        (("12/03/2023", "", ""), "Cumplido: 12/03/2023"), (("80%", "X", ""), ["Cumplido: 80%", "En proceso"]),
    ],
)  # fmt: skip
def test_the_marked_column_of_a_row_tells_its_name(cells: tuple[Any, ...], told: Any) -> None:
    assert ticked(dict(zip(NAMES, cells, strict=True))) == told


def test_a_cell_with_a_word_of_its_own_is_no_mark() -> None:
    assert [tick_of(cell) for cell in ("Parcial", "2", "a", "50%")] == [None] * 4


def test_a_mapping_reads_the_status_from_the_column_that_is_marked() -> None:
    columns = ["Compromiso", *(f"Estatus / {name}" for name in NAMES)]
    mapping = Mapping.from_fields({"title": "Compromiso", "status": {"columns": columns[1:], "ticked": True}})
    rows = [("Uno", "", "X", ""), ("Dos", "X", "X", ""), ("Tres", "", "", "")]
    drafts = [mapping.bind(columns).draft(Row(dict(zip(columns, row, strict=True)), "row 2")) for row in rows]
    assert [draft.values.get("status") for draft in drafts] == ["En proceso", ["Cumplido", "En proceso"], None]
    assert drafts[0].columns["status"] == " + ".join(columns[1:])


def test_marks_without_columns_to_look_in_are_refused() -> None:
    with pytest.raises(ConfigError, match="«ticked» necesita «columns»"):
        Mapping.from_fields({"title": "Compromiso", "status": {"column": "Cumplido", "ticked": True}})
