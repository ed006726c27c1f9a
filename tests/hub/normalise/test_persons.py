"""Who is a person, by a given name alone."""

from __future__ import annotations

import pytest

from hub.normalise.institutions import read
from hub.normalise.persons import are_persons


@pytest.mark.parametrize(
    "text",
    ["Daniela Escobar", "MARÍA GUADALUPE HERNÁNDEZ LÓPEZ", "Juan H", "José Luis de la Cruz", "Laura Q y Luisa Pérez", "Ana, Carlos y Elena", "Esteban"],
)  # fmt: skip
def test_a_usual_given_name_and_nothing_but_names_is_a_person(text: str) -> None:
    assert are_persons(text)


@pytest.mark.parametrize(
    "text",
    ["Benito Juárez", "Gustavo A. Madero", "Álvaro Obregón", "Venustiano Carranza", "Felipe Carrillo Puerto", "Secretaría de Salud", "INCAY",
     "Juan Pérez A.C.", "Carlos Mérida 2030", "Ana coordina el área", "Guadalupe", "", "San Juan"],
)  # fmt: skip
def test_a_place_with_the_name_of_a_person_and_a_body_are_none(text: str) -> None:
    assert not are_persons(text)


def test_a_person_without_a_title_is_left_out_and_counted() -> None:
    found = read("Secretaría de Movilidad; Daniela Escobar")
    assert ([one.name for one in found.institutions], found.persons) == (["Secretaría de Movilidad"], 1)


@pytest.mark.parametrize("name", ["Miguel Hidalgo", "Fundación Daniela Escobar", "Daniela Escobar Fundación", "Elena"])
def test_what_may_be_a_body_stays(name: str) -> None:
    assert [one.name for one in read(name).institutions] == [name]
