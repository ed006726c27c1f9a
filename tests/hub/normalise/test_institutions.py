from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import InstitutionRole as R
from hub.normalise.institutions import Role, person, read, role


def _names(cell: object) -> list[str]:
    return [one.name for one in read(cell).institutions]


def test_one_institution_with_y_or_commas_in_its_name_stays_one() -> None:
    assert _names("Secretaría de Finanzas y Administración") == ["Secretaría de Finanzas y Administración"]
    assert _names("Secretaría de Trabajo, Previsión y Vivienda") == ["Secretaría de Trabajo, Previsión y Vivienda"]
    assert _names("Mexicanos Primero Jalisco, A.C.") == ["Mexicanos Primero Jalisco, A.C."]


def test_lists_are_split_at_safe_marks() -> None:
    expected = ["Secretaría de Salud", "Contraloría", "UNAM"]
    for cell in ("Secretaría de Salud; Contraloría | UNAM", "1. Secretaría de Salud\n2. Contraloría\n3. UNAM", expected,
                 "• Secretaría de Salud • Contraloría • UNAM", "Secretaría de Salud, Contraloría, UNAM"):  # fmt: skip
        assert _names(cell) == expected, cell


def test_persons_are_left_out_and_counted() -> None:
    assert read("Lic. Juan Pérez López").persons == 1
    assert _names("Mtra. Ana Ruiz, Secretaría de Finanzas") == ["Secretaría de Finanzas"]
    assert _names("Secretaría de Finanzas (Lic. Ana Ruiz)") == ["Secretaría de Finanzas"]
    assert all(
        one.raw is None or "Ana" not in one.raw for one in read("Mtra. Ana Ruiz, Secretaría de Finanzas").institutions
    )
    assert not person("Ciudadanos por la Transparencia A.C.")
    assert not person("Dra. Matilde Montoya, Hospital")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Lídera", Role.LIDERA), ("LIDERA", Role.LIDERA), ("Coordinación", Role.COORDINA), ("Supervisión", Role.SUPERVISA), ("Apoya", Role.APOYA),
     ("Roll de trabajo: Apoyo", Role.APOYA), ("Facilitadora", Role.FACILITA), ("Organizaciones de la Sociedad Civil", Role.SOCIEDAD_CIVIL),
     ("*OSC por definir", Role.UNKNOWN), ("Supporting Institution(s)", Role.APOYA)],
)  # fmt: skip
def test_words_of_parts(word: str, expected: Role) -> None:
    assert role(word).value is expected


def test_a_role_beside_the_name_wins_over_the_default() -> None:
    found = read("SEFIPLAN (coordina); SECOES: apoyo", R.LEAD).institutions
    assert (found[0].name, found[0].role) == ("SEFIPLAN", R.COORDINATION)


@given(st.text(max_size=100))
def test_any_text_gives_trimmed_distinct_names(text: str) -> None:
    names = [(one.name, one.role) for one in read(text).institutions]
    assert len(set(names)) == len(names)
    assert all(name == name.strip() != "" for name, _ in names)
    role(text)


def test_objects_of_a_list_are_known_by_their_names() -> None:
    cell = [{"id": 3, "nombre": "SEP"}, {"Nombre": "Secretaría de Salud"}, {"id": 4, "otro": "x"}]
    assert [one.name for one in read(cell).institutions] == [
        "SEP",
        "Secretaría de Salud",
        "id: 4",
        "otro: x",
    ]


@pytest.mark.parametrize(
    ("cell", "names", "left_out"),
    [
        ("Secretaría de Hacienda\nTel. 555 123 4567", ["Secretaría de Hacienda"], 1),
        ("Contraloría del Estado (contraloria@ejemplo.gob.mx)", ["Contraloría del Estado"], 1),
        ("Secretaría del Trabajo, tel: (55) 1234-5678 ext. 12", ["Secretaría del Trabajo"], 1),
        ("Instituto de Salud\n55 1234 5678", ["Instituto de Salud"], 1), ("Escuela Secundaria 102", ["Escuela Secundaria 102"], 0),
    ],
)  # fmt: skip
def test_how_to_reach_somebody_is_no_institution_and_is_not_kept(cell: str, names: list[str], left_out: int) -> None:
    found = read(cell)
    assert [one.name for one in found.institutions] == names
    assert found.persons == left_out
    assert not any("@" in (one.raw or "") or "1234" in (one.raw or "") for one in found.institutions)


def test_a_name_that_goes_on_in_the_next_line_is_one_name() -> None:
    found = read("Secretaría\nde Hacienda.\nContraloría\ndel Estado")
    assert [one.name for one in found.institutions] == ["Secretaría de Hacienda", "Contraloría del Estado"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Secretaría de Movilidad/Instituto de Movilidad", ["Secretaría de Movilidad", "Instituto de Movilidad"]),
        ("SEDUOP/ITAI/Ayuntamiento de Tepic", ["SEDUOP", "ITAI", "Ayuntamiento de Tepic"]),
        ("Colectivo 8/80", ["Colectivo 8/80"]),
        ("Dirección de Agua (norte/sur)", ["Dirección de Agua (norte/sur)"]),
    ],
)
def test_a_slash_parts_bodies_and_no_name_of_one(cell: str, names: list[str]) -> None:
    assert [one.name for one in read(cell).institutions] == names


@pytest.mark.parametrize("cell", ["X", "x", "Sí", "1", "No"])
def test_a_mark_is_no_institution_and_is_counted(cell: str) -> None:
    reading = read(cell)
    assert (reading.institutions, reading.marks) == ((), 1)
