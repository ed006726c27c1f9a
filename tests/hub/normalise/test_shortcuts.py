"""What is settled at a glance is settled as the long way would settle it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.normalise import kinds, links, text

ADDRESSES = st.from_regex(
    r"(https?://)[a-z0-9.-]{0,12}(:[0-9]{1,6})?[/?#][a-zA-Z0-9/._~%?=&+#@:,;()-]{0,20}", fullmatch=True
)
PHRASES = st.sampled_from(sorted(text.NO_DATA))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ADDRESSES | st.text(alphabet="htps:/.aB1 ,;)?=#@_-ñ\n", max_size=30))
def test_a_plain_address_is_read_as_a_search_would_find_it(cell: str) -> None:
    assert links.read(cell) == (links._searched(cell) if cell else links.Links())


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(str.__add__, PHRASES, st.sampled_from(["", " ", ".", " más", "s"]))
    | st.builds(str.upper, PHRASES)
    | st.text(alphabet="noNdsiáÁ \u00a0\u200b./-—01²", max_size=12)
    | st.builds(
        lambda phrase, marks: marks.join(phrase.replace("a", "á")), PHRASES, st.sampled_from(["-", " ", "\u200b", "é"])
    )
)
def test_a_first_word_settles_only_what_the_whole_text_would(cell: str) -> None:
    assert text.no_data(cell) == text._says_no_data(cell)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_regex(r"[0-9]{1,8}", fullmatch=True) | st.text(alphabet="0123456789٣²P .-", max_size=8))
def test_bare_digits_are_numbered_as_words_would_be(cell: str) -> None:
    assert kinds.number(cell) == kinds._worded_number(cell)
