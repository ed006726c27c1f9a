from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise.percent import number, parse
from hub.normalise.result import Outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [("75,5", 75.5), ("75,5%", 75.5), ("  100 %", 100), ("% 80", 80), (".5%", 0.5), ("Avance: 60", 60), ("60 de avance", 60),
     ("45%.", 45), ("85.5% (17 de 20)", 85.5), ("100% (2019-2020)", 100), ("46 Por Ciento", 46), ("0", 0), (87, 87), (87.5, 87.5)],
)  # fmt: skip
def test_labels_and_commas_around_a_percentage(text: Any, expected: float) -> None:
    assert parse(text).value == expected


@pytest.mark.parametrize(
    "text", ["0.97", "1", "1.5", "50/100", "3 de 7", "casi 50%", "más de 50%", "40-60%", "50% y 60%", True]
)
def test_what_may_be_read_twice_is_ambiguous(text: Any) -> None:
    found = parse(text)
    assert (found.outcome, found.value) == (Outcome.AMBIGUOUS, None)


@pytest.mark.parametrize("text", ["117.46", "122%", "-5%", "1,234", 101, -1])
def test_what_lies_outside_0_to_100_is_reported(text: Any) -> None:
    assert (parse(text).outcome, parse(text).value) == (Outcome.OUT_OF_RANGE, None)


@pytest.mark.parametrize("text", ["529,928 MDP", "12 acciones", "19ª Posición", "Alto", "31/12/2020", "$50", "12.5.3"])
def test_other_numbers_are_not_percentages(text: str) -> None:
    assert parse(text).outcome is Outcome.UNMATCHED


def test_the_columns_scale_decides_bare_numbers_and_a_sign_always_wins() -> None:
    assert parse("0.97", "fraction").value == 97
    assert parse("0.97", "percent").value == 0.97
    assert parse(1, "fraction").value == 100
    assert parse("1.038", "fraction").outcome is Outcome.OUT_OF_RANGE
    assert parse("97%", "fraction").value == 97


@given(
    st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()),
    st.sampled_from([None, "percent", "fraction"]),
)
def test_any_cell_gives_0_to_100_or_nothing(cell: Any, scale: Any) -> None:
    found = parse(cell, scale)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
    assert found.value is None or 0 <= found.value <= 100


@given(
    st.integers(0, 10_000).map(lambda n: n / 100),
    st.sampled_from(["{}%", "{} %", "Avance {}%", "{} por ciento", "({}%)"]),
)
def test_a_written_percentage_comes_back(value: float, form: str) -> None:
    assert parse(form.format(value)).value == value


@given(st.integers(0, 10**9))
def test_thousands_are_never_decimals(value: int) -> None:
    assert number(f"{value:,}") == value


@pytest.mark.parametrize("text", ["33 1/3 %", "4 5 %", "Etapa 2 45%"])
def test_a_number_loose_beside_the_percentage_leaves_it_open(text: str) -> None:
    assert parse(text).value is None


def test_the_day_of_a_percentage_is_no_second_end_of_a_range() -> None:
    assert parse("45% al 31/12/2023").value == 45
    assert parse("45% al 60%").value is None
