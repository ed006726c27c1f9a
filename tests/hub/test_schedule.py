"""hub.schedule: when a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.schedule import Cron, next_due

MOMENTS = st.integers(946_684_800, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ("daily", "2026-11-21T10:00", "2026-11-22T10:00"),
        ("30 4 * * 1", "2026-11-21T10:00", "2026-11-23T04:30"),
        ("*/15 * * * *", "2026-11-21T10:01", "2026-11-21T10:15"),
        ("0 0 29 2 *", "2026-11-21T10:00", "2028-02-29T00:00"),
        ("0 6 1 * 0", "2026-11-21T10:00", "2026-11-22T06:00"),
        ("0 6 * * 7", "2026-11-21T10:00", "2026-11-22T06:00"),
    ],
)
def test_the_next_time_is_the_first_that_matches(schedule: str, after: str, due: str) -> None:
    assert next_due(schedule, datetime.fromisoformat(after).replace(tzinfo=UTC)) == datetime.fromisoformat(due).replace(
        tzinfo=UTC
    )


def test_never_is_never() -> None:
    assert next_due("never", datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_a_day_that_does_not_exist_never_comes() -> None:
    assert next_due("0 0 31 2 *", datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "5-1 * * * *", "* * * * x", "*/0 * * * *"])
def test_a_wrong_field_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cron|hourly"):
        Cron.parse(text)


@given(MOMENTS, st.integers(0, 59), st.integers(0, 23))
def test_a_daily_cron_comes_within_a_day(after: datetime, minute: int, hour: int) -> None:
    due = next_due(f"{minute} {hour} * * *", after)
    assert due is not None
    assert timedelta(0) < due - after <= timedelta(days=1)
    assert (due.minute, due.hour) == (minute, hour)
