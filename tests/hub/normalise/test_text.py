"""Titles as they are shown."""

from __future__ import annotations

import pytest

from hub.normalise.text import title


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
