"""Text as it is shown and compared."""

from __future__ import annotations

import pytest

from hub.normalise.text import clean, title, words


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("Publicar el gasto.", "Publicar el gasto"),
        ("Publicar el gasto", "Publicar el gasto"),
        ("Apoyar a Agua Limpia A.C.", "Apoyar a Agua Limpia A.C."),
        ("Apoyar a Agua Limpia, A. C.", "Apoyar a Agua Limpia, A. C."),
        ("Abrir datos de salud, agua, etc.", "Abrir datos de salud, agua, etc."),
        ("Y así...", "Y así..."),
        ("Abrir datos. Publicar el gasto.", "Abrir datos. Publicar el gasto."),
        (".", ""),
    ],
)
def test_a_title_loses_the_full_stop_of_its_one_sentence_alone(published: str, shown: str) -> None:
    assert title(published) == shown


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\u2060"])
def test_marks_that_nobody_sees_are_not_part_of_a_text(mark: str) -> None:
    assert clean(f"{mark}Portal de {mark}datos{mark}") == "Portal de datos"
    assert words(f"En{mark} proceso") == "en proceso"
