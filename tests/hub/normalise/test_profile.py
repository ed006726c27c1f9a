"""How a column of progress is read: percentages, fractions, or neither is sure."""

from __future__ import annotations

from typing import Any

import pytest

from hub.normalise.profile import ScaleVotes


def decided(*cells: Any) -> str | None:
    votes = ScaleVotes()
    for cell in cells:
        votes.observe(cell)
    return votes.decide()


@pytest.mark.parametrize(
    "cells", [("75 %", "1", "50%"), (0.45, "100%", "25 %"), ("0.5", "60 por ciento"), ("80%", 1, 0)]
)
def test_signed_percentages_tell_nothing_of_a_bare_number_that_may_be_a_fraction(cells: tuple[Any, ...]) -> None:
    assert decided(*cells) is None


@pytest.mark.parametrize("cells", [("75 %", "0", "50%"), ("75%", 30, 1), (1, 20, 100), ("10%", "0.5", "40", "80")])
def test_bare_numbers_above_one_make_percentages_of_their_column(cells: tuple[Any, ...]) -> None:
    assert decided(*cells) == "percent"


@pytest.mark.parametrize("cells", [(0.5, 1, 0), ("0.25", "1.0")])
def test_bare_numbers_from_naught_to_one_are_fractions_where_none_has_a_sign(cells: tuple[Any, ...]) -> None:
    assert decided(*cells) == "fraction"
