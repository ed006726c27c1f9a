"""Text is folded as Unicode says, by a shorter way where there is one."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel.rows import fold

LATIN = "".join(map(chr, range(256)))


def spelled_out(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")
    return plain.casefold()


@given(st.text() | st.text(LATIN))
def test_folding_takes_accents_and_case_away_and_nothing_else(text: str) -> None:
    assert fold(text) == spelled_out(text)


def test_every_letter_of_latin_1_is_folded_as_unicode_says() -> None:
    assert [fold("é" + letter) for letter in LATIN] == [spelled_out("é" + letter) for letter in LATIN]
