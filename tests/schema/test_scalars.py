"""Instants, dates and cursors: what is taken, what is given, what is refused."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.cursors import decode_cursor, encode_cursor
from schema.errors import HubError
from schema.ids import global_id, parse_global_id
from schema.scalars import parse_date, parse_datetime, parse_partial_date, utc_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES))  # noqa: DTZ001
def test_an_instant_is_the_same_instant_in_utc_and_its_text_sorts_by_time(moment: datetime) -> None:
    text = parse_datetime(moment.isoformat())
    assert datetime.fromisoformat(text) == moment
    assert text == utc_text(moment)
    assert len(text) == 27
    assert text.endswith("Z")
    assert parse_datetime(text) == text
    assert utc_text(moment + timedelta(microseconds=1)) > text


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("2020-11-10T00:00Z", "2020-11-10T00:00:00.000000Z"),
        ("2020-11-10t00:00:00z", "2020-11-10T00:00:00.000000Z"),
        ("2020-11-10T00:00:00-06:00", "2020-11-10T06:00:00.000000Z"),
        ("2020-11-10T00:00:00.123456789+0000", "2020-11-10T00:00:00.123456Z"),
    ],
)
def test_customary_spellings_of_an_instant_are_taken(given_text: str, text: str) -> None:
    assert parse_datetime(given_text) == text


@pytest.mark.parametrize(
    "value", ["0001-01-01T00:00:00+14:00", "2020-02-30T00:00:00Z", "2020-11-10T25:00:00Z", None, 5, [], "x" * 1000]
)
def test_what_is_no_instant_is_refused(value: object) -> None:
    with pytest.raises(HubError, match="is not an instant"):
        parse_datetime(value)


@pytest.mark.parametrize("value", ["2022-2-3", "2022-13-01", "20221201", "2022-12", "", None, 2022, "２０２２-12-01"])
def test_what_is_no_calendar_date_is_refused(value: object) -> None:
    with pytest.raises(HubError, match="is not a date"):
        parse_date(value)
    assert parse_date("2024-02-29") == "2024-02-29"


def test_a_partial_date_is_as_precise_as_it_is_given() -> None:
    for text in ("2022", "2022-12", "2022-12-15"):
        assert parse_partial_date(text) == text
    for value in ("22", "2022-13", "2022-12-32", "2022-", 2022, None):
        with pytest.raises(HubError, match="is not a date"):
            parse_partial_date(value)


KEYS = st.tuples(
    st.text(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.none()
)


@given(KEYS, st.text(max_size=20))
def test_a_cursor_carries_its_key_back_and_only_under_its_own_order(key: tuple[object, ...], order: str) -> None:
    cursor = encode_cursor(order, key)
    if len(cursor) > 4096:
        return
    assert decode_cursor(cursor, order, (str, int, (int, float), type(None))) == key
    with pytest.raises(HubError, match="another list or order"):
        decode_cursor(cursor, order + "!", (str, int, (int, float), type(None)))


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_a_forged_cursor_or_id_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(HubError):
        decode_cursor(text, "CODE ASC", (str,))
    with contextlib.suppress(HubError):
        parse_global_id(text)


@given(st.text(alphabet="abcXYZ", min_size=1), st.text(min_size=1))
def test_an_id_gives_its_type_and_key_back(name: str, key: str) -> None:
    assert parse_global_id(global_id(name, key)) == (name, key)


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(datetime(2020, 1, 1))  # noqa: DTZ001
    assert utc_text(datetime(2020, 1, 1, tzinfo=UTC)) == "2020-01-01T00:00:00.000000Z"
