"""`Retry-After` in both forms, and nothing that could stop a run for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.fetch.retry import retry_after

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YEAR = 366 * 86_400


@given(st.integers(0, YEAR))
def test_seconds_are_seconds(seconds: int) -> None:
    assert retry_after(f" {seconds} ", NOW) == seconds


@given(st.integers(-YEAR, YEAR))
def test_a_date_is_the_time_until_then_and_never_negative(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(header, NOW) == max(seconds, 0)


@given(st.text(max_size=60))
def test_no_header_breaks_us_or_asks_for_more_than_a_year(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or 0 <= wait <= YEAR


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "٣", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_nonsense_says_nothing(header: str | None) -> None:
    assert retry_after(header, NOW) is None


@pytest.mark.parametrize("header", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_for_ever_is_a_year(header: str) -> None:
    assert retry_after(header, NOW) == YEAR


@pytest.mark.parametrize(
    "header", ["Mon, 02 Mar 2026 09:01:00 GMT", "Monday, 02-Mar-26 09:01:00 GMT", "Mon Mar  2 09:01:00 2026"]
)
def test_the_three_date_forms_of_http_are_read(header: str) -> None:
    assert retry_after(header, NOW) == 60
