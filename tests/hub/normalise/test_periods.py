from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise.periods import between, parse, term, years
from hub.normalise.result import Outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [("PAL 2019-2021", "2019/2021"), ("entre 2019 y 2021", "2019/2021"), ("2022Q4", "2022-10/2022-12"),
     ("ene-jun/2021", "2021-01/2021-06"), ("01/2021 - 06/2021", "2021-01/2021-06"),
     ("DICIEMBRE 2022 – DICIEMBRE 2023", "2022-12/2023-12"), ("enero a junio de 2020", "2020-01/2020-06"), ("2021-22", "2021/2022"),
     ("18 meses", "P18M"), ("1 año y 6 meses", "P1Y6M"), ("4to. Trimestre 2024", "2024-10/2024-12"), ("Q1 2020", "2020-01/2020-03"),
     ("Primer semestre de 2021", "2021-01/2021-06"), ("Trimestral", "P3M"), ("2010/2012", "2010/2012"), ("Vigencia: dos años", "P2Y")],
)  # fmt: skip
def test_periods_and_durations(text: str, expected: str) -> None:
    assert parse(text).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tercer trimestre",
        "Permanente",
        "2015-2013",
        "Mensual y trimestral",
        "Segunda etapa",
        "entre 2021 y 2019",
        "06/2022 - 01/2021",
    ],
)
def test_a_stage_without_dates_is_ambiguous(text: str) -> None:
    assert parse(text).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(2021, (2021,)), ("2021, 2022 y 2023", (2021, 2022, 2023)), ("2021-2023", (2021, 2022, 2023)), ("[2020, 2021]", (2020, 2021)),
     ("2019/20", (2019, 2020)), ("año 2020", (2020,)), ([2019, 2021], (2019, 2021))],
)  # fmt: skip
def test_years_of_a_cell(cell: object, expected: tuple[int, ...]) -> None:
    assert years(cell).value == expected


def test_years_that_cannot_be() -> None:
    assert years("1821").outcome is Outcome.OUT_OF_RANGE
    assert years("2023-2020").outcome is Outcome.AMBIGUOUS
    assert years("1950-2050").outcome is Outcome.OUT_OF_RANGE


@given(st.text(max_size=60))
def test_any_text_gives_a_stable_period_or_none(text: str) -> None:
    found = parse(text)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
    if found.value is not None:
        assert parse(found.value).value == found.value
    listed = years(text)
    assert listed.value is None or all(1900 <= year <= 2100 for year in listed.value)


@given(
    st.integers(1990, 2060),
    st.integers(0, 25),
    st.sampled_from(["{}-{}", "{} - {}", "{} – {}", "{} a {}", "{}/{}", "de {} a {}"]),
)
def test_a_range_of_years_comes_back(start: int, length: int, form: str) -> None:
    text = form.format(start, start + length)
    expected = f"{start}/{start + length}" if length else str(start)
    assert parse(text).value == expected
    assert years(text).value == between(expected)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Inicio: enero de 2022\nTérmino: diciembre de 2023", "2022-01/2023-12"),
        ("Fecha de inicio: 15/02/2022 Fecha de término: 30/11/2023", "2022-02-15/2023-11-30"),
        ("Inicia en febrero de 2022 y concluye en marzo de 2023", "2022-02/2023-03"),
    ],
)  # fmt: skip
def test_two_ends_named_in_one_cell_are_a_period(text: str, period: str) -> None:
    assert parse(text).value == period


@pytest.mark.parametrize(
    ("form", "text", "column", "ends"),
    [
        ("2024-12", "dic-24", "Plazo", (None, "2024-12")),
        ("2024-12-31", "31/12/2024", "Plazo de cumplimiento", (None, "2024-12-31")),
        ("2024", "2024", "Plazo", ("2024", "2024")),
        ("2022-12/2023-12", "DICIEMBRE 2022 - DICIEMBRE 2023", "PLAZO", ("2022-12", "2023-12")),
        ("2024-12", "diciembre 2024", "Periodo", ("2024-12", "2024-12")),
        ("2024-12", "hasta diciembre de 2024", "Periodo", (None, "2024-12")),
        ("2024-01", "Desde enero de 2024", None, ("2024-01", None)),
    ],
)
def test_one_date_is_both_ends_of_a_term_unless_words_or_column_say_which(
    form: str, text: str, column: str | None, ends: tuple[str | None, str | None]
) -> None:
    assert term(form, text, column) == ends
