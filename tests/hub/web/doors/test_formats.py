"""hub.web.doors.formats: no cell becomes a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.doors.formats import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_would_begin_a_formula_is_disarmed(text: str) -> None:
    assert safe_cell(text) == "'" + text


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.one_of(st.integers(), st.floats(), st.none()))
def test_numbers_stay_numbers(value: float | None) -> None:
    assert safe_cell(value) is value
