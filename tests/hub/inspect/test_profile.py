"""hub.inspect.profile: what the cells of a column look like."""

from __future__ import annotations

import pytest

from hub.inspect.profile import profile


@pytest.mark.parametrize(("cell", "share"), [("Ver", 0.0), ("VER", 1.0), ("Ver.", 1.0), ("Veracruz", 1.0)])
def test_what_a_link_says_is_not_a_state(cell: str, share: float) -> None:
    assert profile("Más información", [cell] * 8)["state"] == share


def test_one_number_over_and_over_does_not_run() -> None:
    assert not profile("tipo", ["3"] * 6).running
    assert profile("No.", ["1", "1", "2", "2", "3"]).running
