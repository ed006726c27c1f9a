from __future__ import annotations

from load import sample_of

TOLD = {"requests": 200, "seconds": 2.0, "bad": 1, "p50": 1500, "p99": 9000, "bytes": 40_000, "reading": 0.25}


def test_rates_are_by_the_generators_own_clock_and_times_in_milliseconds() -> None:
    taken = sample_of(TOLD, used=1.0, asking=0.75)
    assert (taken.rate, taken.p50, taken.p99, taken.bad, taken.size) == (100.0, 1.5, 9.0, 1, 200.0)
    assert taken.cpu == 5000.0
    assert taken.server_busy == 0.5


def test_the_generator_is_not_charged_for_reading_its_bodies_before_the_clock_starts() -> None:
    assert sample_of(TOLD, used=1.0, asking=0.75).busy == 0.25


def test_no_answer_at_all_is_no_division_by_zero() -> None:
    assert sample_of({**TOLD, "requests": 0}, used=1.0, asking=0.5).rate == 0
