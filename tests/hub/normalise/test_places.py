from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise import places
from hub.normalise.places import PlaceContext, resolve, resolve_state
from hub.normalise.result import Outcome


def test_the_catalogue_is_whole() -> None:
    assert len(places.STATES) == 32
    assert len(places.municipalities()) == 2475
    assert sum(1 for _ in places.everywhere()) == 1 + 32 + 2475


@pytest.mark.parametrize("state", places.STATES.values(), ids=lambda s: s.code)
def test_a_filter_takes_every_state_by_key_iso_and_name(state: places.Place) -> None:
    for text in (
        state.code,
        state.iso or "",
        state.name,
        state.name.upper(),
        state.official_name,
        f"Estado de {state.name}",
    ):
        assert resolve_state(text).value == state.code, text


def test_every_municipality_is_found_by_key_and_by_name_within_its_state() -> None:
    for code, place in places.municipalities().items():
        assert resolve(code).value == code
        twins = [m for m in places.municipalities().values() if m.name == place.name and m.parent == place.parent]
        assert resolve(place.name, PlaceContext.MUNICIPALITY, place.parent).value == code or len(twins) > 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("México, Estado de", "15"), ("Puebla, Municipio de", "21114"), ("Sta. Catarina, Nuevo León", "19048"),
        ("Gral. Escobedo, N.L.", "19021"), ("Cd. Juárez", "08037"), ("Dr. Arroyo, NL", "19014"),
        ("Municipio de Chihuahua", "08019"), ("H. Ayuntamiento de Puebla", "21114"), ("Monterrey, Nuevo León", "19039"),
        ("Monterrey, N.L.", "19039"), ("Puebla, Puebla", "21114"), ("Estado de Puebla", "21"), ("México, D.F.", "09"),
        ("Ciudad de México", "09"), ("Mexico City, Mexico", "09"), ("Edo. Méx.", "15"), ("State of Mexico", "15"),
        ("Coahuila de Zaragoza", "05"), ("Gobierno del Estado de Jalisco", "14"), ("ciudad de Puebla", "21114"),
        ("Benito Juárez, Quintana Roo", "23005"), ("Guadalajara", "14039"), ("Oaxaca, Mexico", "20"), ("8", "08"),
        ("8019", "08019"), ("mx-nle", "19"), ("NUEVO LEÓN ", "19"), ("Q. Roo", "23"), ("República Mexicana", "00"),
        ("Nuevo Leno", "19"), ("Tamaulpias", "28"), ("Alcaldía Coyoacán", "09003"),
    ],
)  # fmt: skip
def test_customary_spellings_give_the_place(text: str, code: str) -> None:
    assert resolve(text).value == code


@pytest.mark.parametrize(
    ("text", "near"), [("Veracrus", "Veracruz"), ("Tamaulpias", "Tamaulipas"), ("Oaxcaa", "Oaxaca")]
)
def test_a_filter_forgives_no_wrong_letter_but_names_the_nearest(text: str, near: str) -> None:
    found = resolve_state(text)
    assert (found.value, found.suggestion) == (None, near)


@pytest.mark.parametrize(
    "text", ["Puebla", "Chihuahua", "Mexico", "México", "Tuxtla", "Benito Juárez", "Chihuahua, Mexico"]
)
def test_a_name_of_two_places_is_ambiguous_without_context(text: str) -> None:
    found = resolve(text)
    assert found.outcome is Outcome.AMBIGUOUS
    assert found.value is None


def test_context_decides_between_city_and_state() -> None:
    assert resolve("Puebla", PlaceContext.STATE).value == "21"
    assert resolve("Puebla", PlaceContext.MUNICIPALITY, "21").value == "21114"
    assert resolve("Mexico", PlaceContext.STATE).value == "15"


def test_an_unknown_filter_value_suggests_the_nearest_and_never_takes_it() -> None:
    found = resolve_state("Oaxca")
    assert (found.outcome, found.value, found.suggestion) == (Outcome.UNMATCHED, None, "Oaxaca")
    assert resolve_state("Municipio de Chihuahua").value is None
    assert resolve_state("33").outcome is Outcome.UNMATCHED


@given(st.text(max_size=80), st.sampled_from(PlaceContext))
def test_any_text_gives_a_known_place_or_none(text: str, context: PlaceContext) -> None:
    found = resolve(text, context)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
    if found.value is not None:
        assert places.jurisdiction(found.value) is not None
        if context is not PlaceContext.MUNICIPALITY or len(found.value) == 5:
            again = resolve(found.value, PlaceContext.ANY)
            assert again.value == found.value


@given(st.sampled_from(sorted(places.STATES)), st.sampled_from([str.upper, str.lower, str.title, "  {} ".format]))
def test_case_and_outer_spaces_do_not_matter(code: str, change: object) -> None:
    name = places.STATES[code].name
    assert resolve_state(change(name)).value == code  # type: ignore[operator]


def test_an_alcaldia_lies_in_mexico_city_and_nowhere_else() -> None:
    assert resolve("Alcaldía Benito Juárez").value == "09014"
