"""hub.web.dates: dates as people of both languages write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.dates import date_in_words, day_of, instant_in_words, period_in_words


@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        ("2026-11-21", "21 de noviembre de 2026", "21 November 2026"),
        ("2016-05-03", "3 de mayo de 2016", "3 May 2016"),
        ("2016-05", "mayo de 2016", "May 2016"),
        ("2016", "2016", "2016"),
        ("2016-13", "2016-13", "2016-13"),
        ("primavera", "primavera", "primavera"),
    ],
)
def test_a_date_is_as_precise_as_it_was_published(value: str, spanish: str, english: str) -> None:
    assert (date_in_words(value, "es"), date_in_words(value, "en")) == (spanish, english)


def test_an_instant_is_told_in_central_mexico_s_time() -> None:
    assert instant_in_words("2026-11-22T00:15:31.269349Z", "es") == "21 de noviembre de 2026, 18:15 h"
    assert instant_in_words("2026-11-22T00:15:31.269349Z", "en") == "21 November 2026, 18:15"


@pytest.mark.parametrize(
    ("start", "end", "spanish", "english"),
    [
        ("2016", "2018", "2016–2018", "2016–2018"),
        ("2020-10-20", "2020-10-22", "20–22 de octubre de 2020", "20–22 October 2020"),
        ("2020-10-28", "2020-11-05", "28 de octubre – 5 de noviembre de 2020", "28 October – 5 November 2020"),
        ("2023-07", "2023-12", "julio – diciembre de 2023", "July – December 2023"),
        ("2019-01-01", "2020-08-01", "1 de enero de 2019 – 1 de agosto de 2020", "1 January 2019 – 1 August 2020"),
        ("2023", "2024-10", "2023 – octubre de 2024", "2023 – October 2024"),
        ("2020-01", "2020-01", "enero de 2020", "January 2020"),
        ("2020-13-01", "2020-13-04", "2020-13-01 – 2020-13-04", "2020-13-01 – 2020-13-04"),
        ("2019", None, "2019 – …", "2019 – …"),
        (None, "2019", "… – 2019", "… – 2019"),
        (None, None, "", ""),
    ],
)
def test_a_period_says_once_what_its_ends_share(start: str | None, end: str | None, spanish: str, english: str) -> None:
    assert (period_in_words(start, end, "es"), period_in_words(start, end, "en")) == (spanish, english)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_a_day_ends_a_microsecond_before_the_next(day: date) -> None:
    span = day_of(day.isoformat())
    assert span is not None
    first, last = span
    assert first.utcoffset() == last.utcoffset() == timedelta(0)
    after = last + timedelta(microseconds=1)
    assert after - first == timedelta(days=1)
    assert after.replace(tzinfo=None) == datetime.combine(day + timedelta(days=1), datetime.min.time()) + timedelta(
        hours=6
    )


@pytest.mark.parametrize("value", ["", "ayer", "2020-02-30", "2020", "9999-12-31T00:00:00Z"])
def test_what_is_no_day_has_no_end(value: str) -> None:
    assert day_of(value) is None
