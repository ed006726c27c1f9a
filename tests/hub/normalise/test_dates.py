from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise import dates
from hub.normalise.dates import parse
from hub.normalise.result import Outcome

ES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/03/2019", "2019-03-25"), ("5.º de marzo de 2019", "2019-03-05"), ("05/05/2020", "2020-05-05"), ("29/07/13", "2013-07-29"), ("20140214", "2014-02-14"),
        ("07/29/13 09:00 AM", "2013-07-29"), ("15-mar-19", "2019-03-15"), ("jul-22", "2022-07"), ("Dic.-24", "2024-12"), ("ene/23", "2023-01"), ("ene-23 a dic-24", "2023-01/2024-12"),
        ("Ene-23/Dic-24", "2023-01/2024-12"), ("de ene-23 a jun-23", "2023-01/2023-06"), ("15-dic-24", "2024-12-15"), ("07/2022", "2022-07"), ("Dic. 2022", "2022-12"),
        ("primero de enero de 2020", "2020-01-01"), ("quince de marzo de dos mil diecisiete", "2017-03-15"),
        ("Fecha de publicación: 3 de mayo de 2019", "2019-05-03"), ("Xalapa, Ver., a 14 de enero de 2016", "2016-01-14"),
        ("del 20 al 25 de mayo de 2020", "2020-05-20/2020-05-25"), ("20, 21 y 22 de mayo de 2020", "2020-05-20/2020-05-22"),
        ("28 de mayo de 2020 al 3 de junio de 2021", "2020-05-28/2021-06-03"), ("2022", "2022"), (2022, "2022"),
        ("1 de mayo al 3 de junio de 2020", "2020-05-01/2020-06-03"), ("enero - junio 2020", "2020-01/2020-06"),
        ("a más tardar en junio de 2024", "2024-06"), ("A más tardar el 30/06/2024", "2024-06-30"), ("para diciembre de 2023", "2023-12"),
        ("01/01/2021 - 31/12/2021", "2021-01-01/2021-12-31"), (date(2020, 1, 2), "2020-01-02"),
        (datetime(2020, 1, 2, 3, 4), "2020-01-02"),  # noqa: DTZ001 - a spreadsheet's cell has no zone
    ],
)  # fmt: skip
def test_notations_of_published_dates(text: Any, expected: str) -> None:
    assert parse(text).value == expected


@pytest.mark.parametrize(
    "text",
    ["01/11/2022", "31/02/2020", "2022-13", "2021-02-30", "jul-05", "jul 22", "mayo", "12 y 15 de mayo de 2020", "finales de 2022",
     "Jueves 29 de mayo de 2020", "31/12/2022 (prorrogado)", "2020-12-01/2020-01-01", "01/01/2021 al 05/12/2021"],
)  # fmt: skip
def test_doubtful_dates_are_ambiguous(text: str) -> None:
    assert (parse(text).outcome, parse(text).value) == (Outcome.AMBIGUOUS, None)


def test_a_columns_order_is_kept_and_never_swapped() -> None:
    assert parse("01/11/2022", "dmy").value == "2022-11-01"
    assert parse("01/11/2022", "mdy").value == "2022-01-11"
    assert parse("03/15/2019", "dmy").outcome is Outcome.AMBIGUOUS


def test_a_serial_number_is_not_a_date() -> None:
    assert parse("44197").value is None
    assert parse(44197).value is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(1735603200000, "2024-12-31"), ("1735603200", "2024-12-31"), (1735603200000.0, "2024-12-31"), ("/Date(1735603200000)/", "2024-12-31"),
     ("/Date(1735624800000-0600)/", "2024-12-31")],
)  # fmt: skip
def test_an_instant_since_1970_is_its_day(cell: Any, expected: str) -> None:
    assert parse(cell).value == expected


@pytest.mark.parametrize("text", ["2221234567", "5512345678", "9999999999999", "123456789"])
def test_figures_that_are_no_instant_of_our_time_are_no_date(text: str) -> None:
    assert parse(text).value is None


def test_ends_are_partial_dates_without_times() -> None:
    assert dates.ends("2024-05-31T10:00-06:00/2024-05-31T12:00-06:00") == ("2024-05-31", None)
    assert dates.ends("2020-01/2021-06") == ("2020-01", "2021-06")


@given(st.text(max_size=60), st.sampled_from([None, "dmy", "mdy"]))
def test_any_text_gives_a_date_that_exists_or_none(text: str, order: Any) -> None:
    found = parse(text, order)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
    if found.value is not None:
        assert date(1900, 1, 1) <= dates.first(found.value) <= dates.last(found.value) <= date(2100, 12, 31)
        assert parse(found.value).value == found.value


_NOTATIONS = [
    lambda d: d.isoformat(), lambda d: d.strftime("%Y%m%d"), lambda d: d.strftime("%Y/%m/%d"),
    lambda d: f"{d.day} de {ES[d.month - 1]} de {d.year}", lambda d: f"{d.day} {ES[d.month - 1]} {d.year}".upper(),
    lambda d: f"{d.day} de {ES[d.month - 1]} del {d.year}", lambda d: f"{EN[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day} {EN[d.month - 1][:3]} {d.year}", lambda d: f"{DAYS[d.weekday()]}, {d.day} de {ES[d.month - 1]} de {d.year}",
    lambda d: f"{d.day}-{ES[d.month - 1][:3]}-{d.year}", lambda d: f"{d.isoformat()}T09:00:00Z", lambda d: f"{d.day}th {EN[d.month - 1]} {d.year}",
]  # fmt: skip


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(_NOTATIONS))
def test_a_date_comes_back_from_every_notation(day: date, write: Any) -> None:
    assert parse(write(day)).value == day.isoformat()


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(["dmy", "mdy"]), st.sampled_from("/-."))
def test_a_numeric_date_comes_back_in_its_columns_order(day: date, order: Any, mark: str) -> None:
    form = f"%d{mark}%m{mark}%Y" if order == "dmy" else f"%m{mark}%d{mark}%Y"
    assert parse(day.strftime(form), order).value == day.isoformat()
    alone = parse(day.strftime(form))
    assert alone.value in (None, day.isoformat())


def test_signs_that_only_resemble_digits_are_no_numbers() -> None:
    assert parse("❶ de mayo de 2020").value is None


@pytest.mark.parametrize("text", ["1900-01-00", "2024-00-10", "2024-05-00"])
def test_a_day_or_month_nought_is_no_date(text: str) -> None:
    assert parse(text).value is None
