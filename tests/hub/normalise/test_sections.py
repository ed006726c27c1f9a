"""The title of a section tells axis or theme where no cell does."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Draft, SourceInfo
from hub.model import Commitment, PolicyAxis
from hub.normalise.lookups import Lookups
from hub.normalise.profile import Decisions
from hub.normalise.record import RunContext, normalise


def read(**values: Any) -> Commitment:
    draft = Draft("commitment", "", {"title": "Abrir el padrón", **values}, {}, "row 2")
    found = normalise(draft, RunContext(SourceInfo("x", "X", "https://ejemplo.gob.mx/"), Decisions(), Lookups()))
    assert not found.issues
    assert isinstance(found.record, Commitment)
    return found.record


@pytest.mark.parametrize(
    ("values", "axis", "themes"),
    [
        ({"section": "Eje 1. Datos abiertos"}, PolicyAxis.OPEN_DATA, ()),
        ({"section": "Eje 2. Bienestar"}, None, ("Eje 2. Bienestar",)),
        ({"section": "Eje 2. Bienestar", "themes": "Salud"}, None, ("Salud",)),
        ({"section": "Eje 1. Datos abiertos", "axis": "Presupuesto abierto"}, PolicyAxis.OPEN_BUDGET, ()),
    ],
)
def test_a_section_is_an_axis_of_the_alliance_or_else_a_theme_and_a_cell_of_its_own_goes_before(
    values: dict[str, Any], axis: PolicyAxis | None, themes: tuple[str, ...]
) -> None:
    record = read(**values)
    assert (record.axis, record.themes) == (axis, themes)
