"""hub.harvest.judge: two counts in, a verdict out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.harvest.judge import LastGood, Measure, Rules, judge
from hub.model import RunVerdict

P, E, H = RunVerdict.PUBLISHED, RunVerdict.EMPTY, RunVerdict.HELD


@pytest.mark.parametrize(
    ("measure", "rules", "last", "verdict", "says"),
    [
        (Measure(read=6, accepted=6), Rules(), None, P, None),
        (Measure(read=2, accepted=2), Rules(floor=3), None, H, "al menos 3"),
        (Measure(read=8, accepted=8), Rules(), LastGood(10, {}), P, None),
        (Measure(read=7, accepted=7), Rules(), LastGood(10, {}), H, "la vez anterior fueron 10"),
        (Measure(read=2, accepted=2), Rules(), LastGood(3, {}), H, "fueron 3"),
        (Measure(read=5, accepted=5), Rules(max_drop=0.5), LastGood(10, {}), P, None),
        (Measure(read=10, accepted=4), Rules(), None, H, "6 de 10"),
        (Measure(read=10, accepted=10, duplicates=3), Rules(), None, H, "repiten la clave"),
        (Measure(read=10, accepted=10, duplicates=1), Rules(), None, P, None),
        (Measure(read=9, accepted=9, broken_chain="la página 2 no contestó"), Rules(), None, H, "página 2"),
        (Measure(), Rules(), None, E, "ningún compromiso"),
        (Measure(), Rules(floor=0), None, E, "ningún compromiso"),
        (Measure(), Rules(), LastGood(6, {}), H, "antes traía 6"),
        (Measure(), Rules(floor=0), LastGood(6, {}), H, "antes traía 6"),
        (Measure(other=1), Rules(), None, H, "floor = 0"),
        (Measure(other=1), Rules(floor=0), None, P, None),
        (Measure(read=4, accepted=4, filled={"status": 0}), Rules(), LastGood(4, {"status": 4}), H, "status"),
        (Measure(read=4, accepted=4, filled={"status": 3}), Rules(), LastGood(4, {"status": 4}), P, None),
        (Measure(read=4, accepted=4, filled={"ods": 0}), Rules(), LastGood(4, {"ods": 1}), P, None),
    ],
)
def test_each_case_has_its_verdict_and_says_why(
    measure: Measure, rules: Rules, last: LastGood | None, verdict: RunVerdict, says: str | None
) -> None:
    judgement = judge(measure, rules, last)
    assert judgement.verdict is verdict
    assert (says in (judgement.reason or "")) if says else judgement.reason is None


def test_a_source_that_says_itself_that_it_has_nothing_is_believed_where_its_floor_is_zero() -> None:
    judgement = judge(Measure(), Rules(floor=0), LastGood(5, {}), empty_reason="Sin plan vigente.")
    assert (judgement.verdict, judgement.publish) == (E, True)


def test_a_source_that_says_it_has_nothing_is_held_where_something_is_expected() -> None:
    assert judge(Measure(), Rules(floor=1), LastGood(5, {}), empty_reason="Sin plan vigente.").verdict is H


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 20), st.floats(0, 1))
def test_nothing_below_the_floor_or_beyond_the_drop_is_ever_published(
    accepted: int, before: int, floor: int, max_drop: float
) -> None:
    last = LastGood(before, {}) if before else None
    judgement = judge(Measure(read=accepted, accepted=accepted), Rules(floor, max_drop), last)
    if judgement.verdict is P:
        assert accepted >= floor
        assert last is None or accepted >= before * (1 - max_drop)
