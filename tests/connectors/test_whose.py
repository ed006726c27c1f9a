"""connectors.whose: which state a title names, and when that is another one than the source's."""

from __future__ import annotations

import pytest

from connectors.base import SourceChanged
from connectors.whose import refuse_another, states_in


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Gobierno del Estado de Jalisco", "14"),
        ("Compromisos de gobierno abierto de Jalisco | ITEI", "14"),
        ("Plan de Acción Local de Hidalgo", "13"),
        ("Gobierno abierto en Morelos", "17"),
        ("Gobierno de Guerrero", "12"),
        ("Ciudad de México: compromisos", "09"),
        ("Estado Libre y Soberano de Baja California Sur", "03"),
        ("BAJA CALIFORNIA", "02"),
        ("Estado de México", "15"),
        ("Nuevo Léon, ejercicio local", "19"),
        ("Oaxaca, ejercicio local de gobierno abierto", "20"),
    ],
)
def test_a_title_names_the_state_that_it_is_of(title: str, state: str) -> None:
    assert states_in(title) == {state}


@pytest.mark.parametrize(
    "title",
    [
        "Gobierno de México", "Gobierno abierto", "Calle Miguel Hidalgo 23", "Ayuntamiento de Guerrero", "Parque Morelos",
        "Ciudad de Puebla", "José María Morelos y Pavón", "Hidalguense", "Victoria de Durango", "",
    ],
)  # fmt: skip
def test_persons_streets_municipalities_and_the_country_are_no_state(title: str) -> None:
    assert states_in(title) == set()


def test_what_is_titled_as_another_states_is_refused_with_both_names_and_the_remedy() -> None:
    with pytest.raises(SourceChanged) as refused:
        refuse_another("30", ["Gobierno Abierto Jalisco"])
    assert refused.value.code == "WRONG_STATE"
    assert "Jalisco" in refused.value.reason
    assert "Veracruz" in refused.value.reason
    assert "corrija" in refused.value.reason


def test_a_title_that_names_the_sources_own_state_too_is_read() -> None:
    assert refuse_another("30", ["Veracruz frente a Jalisco"]) is None
    assert refuse_another("30", ["Red de Jalisco"], ["Compromisos de Veracruz"]) is None
    assert refuse_another("30193", ["Compromisos de Veracruz"]) is None


def test_a_national_source_reads_every_state() -> None:
    assert refuse_another(None, ["Jalisco"]) is None
    assert refuse_another("00", ["Jalisco"]) is None


def test_what_only_lesser_headings_say_is_a_warning() -> None:
    note = refuse_another("30", ["Gobierno abierto"], ["Visita de Jalisco"])
    assert note is not None
    assert (note.code, note.severity) == ("OTHER_STATE", "WARNING")
    assert refuse_another("30", ["Compromisos"], ["Resultados"]) is None
