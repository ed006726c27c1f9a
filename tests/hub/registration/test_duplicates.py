"""hub.registration.duplicates: likely pairs by title, of one jurisdiction and two sources."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from hub.normalise.text import fold
from hub.registration.duplicates import LIKELY, WORDS, Title, likely

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def title(code: str, text: str, source: str = "a", jurisdiction: str = "21") -> Title:
    return Title(code, source, jurisdiction, text)


def pairs(*titles: Title, fresh: frozenset[str] | None = None) -> set[tuple[str, str]]:
    return {(found.code_a, found.code_b) for found in likely(titles, fresh, NOW)}


FIRST = title("A-1", "Presupuesto abierto en las escuelas públicas")


@pytest.mark.parametrize(
    "other",
    [
        "PRESUPUESTO ABIERTO EN LAS ESCUELAS PUBLICAS", "Escuelas públicas: presupuesto abierto en las",
        "Presupuesto abierto en las escuelas públicas del estado de Puebla", "Presupuesto abierto en escuelas públicas",
    ],
)  # fmt: skip
def test_the_same_words_are_a_likely_pair(other: str) -> None:
    assert pairs(FIRST, title("B-1", other, "b")) == {("A-1", "B-1")}


@pytest.mark.parametrize(
    "other",
    [
        title("B-1", "Vigilancia comunitaria de los incendios forestales", "b"),
        title("B-1", FIRST.title, "b", "30"),
        title("B-1", FIRST.title, "a"),
        title("A-1", FIRST.title, "b"),
        title("B-1", "Presupuesto abierto", "b"),
    ],
)
def test_other_words_places_sources_or_too_few_words_are_none(other: Title) -> None:
    assert pairs(FIRST, other) == set()


def test_two_that_one_source_tells_apart_are_two() -> None:
    again = title("A-2", FIRST.title, "b")
    assert pairs(FIRST, again, title("A-2", "Otro nombre", "a")) == set()


def test_only_pairs_with_something_fresh_are_looked_for() -> None:
    other = title("B-1", FIRST.title, "b")
    assert pairs(FIRST, other, fresh=frozenset({"B-1"})) == pairs(FIRST, other, fresh=frozenset({"A-1"})) != set()
    assert pairs(FIRST, other, fresh=frozenset({"C-1"})) == set()


WORD = st.sampled_from(
    [
        "agua",
        "obra",
        "plan",
        "datos",
        "escuela",
        "salud",
        "abierto",
        "público",
        "rural",
        "norte",
        "sur",
        "rutas",
        "becas",
        "clima",
        "mapa",
    ]
)
TITLES = st.lists(st.lists(WORD, min_size=2, max_size=8).map(" ".join), max_size=12)


@given(TITLES, TITLES)
@settings(max_examples=150, deadline=None)
def test_what_is_found_is_what_a_look_at_every_pair_finds(mine: list[str], theirs: list[str]) -> None:
    held = [title(f"A-{n}", text, "a") for n, text in enumerate(mine)]
    held += [title(f"B-{n}", text, "b") for n, text in enumerate(theirs)]
    wanted = set()
    for one, other in combinations(held, 2):
        first, second = fold(one.title), fold(other.title)
        enough = min(len(set(first.split())), len(set(second.split()))) >= WORDS
        alike = fuzz.token_set_ratio(first, second) >= LIKELY
        if one.source != other.source and enough and alike:
            shares_a_word = set(first.split()) & set(second.split())
            assert shares_a_word
            wanted.add(tuple(sorted((one.code, other.code))))
    found = pairs(*held)
    assert found <= wanted
    subsets = {
        pair for pair in wanted
        if _words(held, pair[0]) <= _words(held, pair[1]) or _words(held, pair[1]) <= _words(held, pair[0])
    }  # fmt: skip
    assert subsets <= found


def _words(held: list[Title], code: str) -> set[str]:
    return set(next(fold(one.title) for one in held if one.code == code).split())


def test_ten_thousand_titles_are_compared_in_seconds() -> None:
    words = [f"palabra{n}" for n in range(3000)]
    held = [
        title(
            f"{'AB'[n % 2]}-{n}",
            " ".join(words[(n * k) % 2999] for k in (3, 5, 7, 11, 13)) + " en el estado",
            "ab"[n % 2],
        )
        for n in range(10_000)
    ]
    began = time.process_time()
    likely(held, None, NOW)
    assert time.process_time() - began < 20
