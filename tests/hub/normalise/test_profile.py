"""How a column of progress is read: percentages, fractions, or neither is sure."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Draft
from hub.normalise.profile import ScaleVotes, profile


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


def test_one_column_of_dates_in_a_list_proves_the_order_of_those_beside_it() -> None:
    steps = [{"start": "01/02/2024", "end": "30/06/2024"}, {"start": "01/07/2024", "end": "31/12/2024"}]
    drafts = [Draft("commitment", "", {"milestones": steps}, {}, "row 1")]
    assert profile(drafts).orders == {"milestones.start": "dmy", "milestones.end": "dmy"}


def test_a_column_of_a_list_that_contradicts_itself_takes_no_order_from_another() -> None:
    steps = [{"start": "13/02/2024", "end": "30/06/2024"}, {"start": "02/13/2024", "end": "31/12/2024"}]
    drafts = [Draft("commitment", "", {"milestones": steps}, {}, "row 1")]
    assert profile(drafts).orders == {"milestones.end": "dmy"}
