from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import parse

from hub.rate import Rate


@given(
    amount=st.integers(0, 10**6),
    count=st.one_of(st.none(), st.integers(1, 500)),
    unit=st.sampled_from(["second", "minutes", "Hour", "DAYS", "month", "year"]),
    per=st.sampled_from(["/", " / ", " per "]),
)
def test_a_rate_is_read_as_the_library_reads_it(amount: int, count: int | None, unit: str, per: str) -> None:
    text = f"{amount}{per}{'' if count is None else f'{count} '}{unit}"
    theirs = parse(text)
    ours = Rate.parse(text)
    assert (ours.amount, ours.seconds, str(ours)) == (theirs.amount, theirs.get_expiry(), str(theirs))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "10",
        "10/",
        "/minute",
        "10/fortnight",
        "10/0 minutes",
        "-1/minute",
        "10/minute;9/hour",
        "1.5/minute",
        "١/minute",
    ],
)
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="1200/minute"):
        Rate.parse(text)
