from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.harvest.attempts import FIRST_RETRY, LONGEST_RETRY, LONGEST_WAIT, in_a_row, next_attempt
from hub.model import Run
from hub.model import RunVerdict as V

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def run(verdict: V) -> Run:
    return Run(id="x", source="s", verdict=verdict, started_at=NOW)


@pytest.mark.parametrize(
    "verdict", [V.PUBLISHED, V.UNCHANGED, V.HELD, V.BLOCKED, V.REFUSED, V.SOURCE_CHANGED, V.FAILED]
)
def test_a_source_that_answered_is_due_by_its_schedule(verdict: V) -> None:
    assert next_attempt("weekly", verdict, NOW) == NOW + WEEK


def test_an_interrupted_run_is_due_at_once() -> None:
    assert next_attempt("never", V.INTERRUPTED, NOW) == NOW


def test_a_source_that_is_down_is_asked_again_ever_later_but_at_least_daily() -> None:
    waits = [next_attempt("weekly", V.SOURCE_DOWN, NOW, failures=n) for n in range(1, 10)]
    minutes = [(at - NOW) / timedelta(minutes=1) for at in waits if at is not None]
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@given(st.sampled_from(["hourly", "daily", "weekly", "30 4 * * 1"]), st.integers(0, 10_000))
def test_down_never_means_later_than_the_schedule(schedule: str, failures: int) -> None:
    at = next_attempt(schedule, V.SOURCE_DOWN, NOW, failures=failures)
    regular = next_attempt(schedule, V.PUBLISHED, NOW)
    assert at is not None
    assert regular is not None
    assert NOW + min(FIRST_RETRY, regular - NOW) <= at <= min(regular, NOW + LONGEST_RETRY)


def test_what_a_site_asks_for_is_granted_even_beyond_its_schedule_but_not_for_years() -> None:
    def at(wait: timedelta) -> datetime | None:
        return next_attempt("hourly", V.SOURCE_DOWN, NOW, failures=1, retry_at=NOW + wait)

    assert at(timedelta(minutes=2)) == NOW + timedelta(minutes=2)
    assert at(3 * HOUR) == NOW + 3 * HOUR
    assert at(timedelta(days=4000)) == NOW + LONGEST_WAIT


def test_a_retry_after_that_lies_in_the_past_asks_for_nothing() -> None:
    assert next_attempt("weekly", V.SOURCE_DOWN, NOW, failures=1, retry_at=NOW - HOUR) == NOW + FIRST_RETRY


def test_never_means_never_once_read_and_until_then_tries_on() -> None:
    assert next_attempt("never", V.PUBLISHED, NOW, ever_read=True) is None
    assert next_attempt("never", V.SOURCE_DOWN, NOW, failures=1, ever_read=True) is None
    assert next_attempt("never", V.SOURCE_DOWN, NOW, failures=1, ever_read=False) == NOW + FIRST_RETRY
    assert next_attempt("never", V.HELD, NOW, ever_read=False) == NOW + LONGEST_RETRY


def test_a_row_of_failures_ends_at_the_first_other_verdict_and_passes_over_what_did_not_end() -> None:
    runs = [run(v) for v in (V.RUNNING, V.SOURCE_DOWN, V.INTERRUPTED, V.SOURCE_DOWN, V.UNCHANGED, V.SOURCE_DOWN)]
    assert len(in_a_row(runs, V.SOURCE_DOWN)) == 2
    assert in_a_row([run(V.HELD)], V.SOURCE_DOWN) == []
