"""The declared mapping: every way of reading a field, and what is wrong with it in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Draft, Note, Row, SourceChanged
from connectors.errors import ConfigError
from connectors.mapping import Mapping, find_column

ROW: dict[str, Any] = {
    "Núm.": "3",
    "Compromiso:": " Abrir los datos ",
    "Avance / Real": "45%",
    "ODS": "16, 17",
    "Clave": "PUE-03",
    "Dependencia": "Finanzas",
    "Corresponsable": "Contraloría; Congreso",
    "Correo": "ana@ejemplo.gob.mx",
    "Nota": "Plan 2 (2021)",
}


def draft(fields: dict[str, Any], row: dict[str, Any] = ROW) -> Draft:
    return Mapping.from_fields(fields).bind(list(row)).draft(Row(row, "row 2"))


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"title": "compromiso"}, {"title": "Abrir los datos"}),
        ({"number": "NUM"}, {"number": "3"}),
        ({"progress": "Real"}, {"progress": "45%"}),
        ({"progress": "avance/real"}, {"progress": "45%"}),
        ({"plan": {"value": "Segundo"}}, {"plan": "Segundo"}),
        ({"ods": {"column": "ODS", "split": ","}}, {"ods": ["16", "17"]}),
        ({"ods": {"column": "ODS", "split": ",", "item": 2}}, {"ods": "17"}),
        ({"plan_ordinal": {"column": "Nota", "pattern": r"Plan (\d+)"}}, {"plan_ordinal": "2"}),
        ({"year": {"column": "Nota", "pattern": r"Plan (?P<plan>\d) \((?P<year>\d+)\)"}}, {"year": "2021"}),
        ({"description": {"columns": ["Núm.", "Nota"], "join": " · "}}, {"description": "3 · Plan 2 (2021)"}),
        (
            {"institution": {"columns": ["Dependencia", "Corresponsable"]}},
            {"institution": ["Finanzas", "Contraloría; Congreso"]},
        ),
        (
            {"institution": ["Dependencia", {"column": "Corresponsable", "role": "SUPPORT", "split": ";"}]},
            {
                "institution": "Finanzas",
                "institutions": [{"name": "Contraloría", "role": "SUPPORT"}, {"name": "Congreso", "role": "SUPPORT"}],
            },
        ),
        ({"url": {"column": "Liga", "optional": True}, "number": "Núm."}, {"number": "3"}),
    ],
)
def test_a_field_is_read_as_declared(fields: dict[str, Any], values: dict[str, Any]) -> None:
    assert draft(fields).values == values


def test_raw_keeps_the_cells_as_published_but_no_persons() -> None:
    found = draft({"title": "Compromiso", "code": "Clave"})
    assert found.raw["Compromiso:"] == " Abrir los datos "
    assert "Correo" not in found.raw
    assert (found.key, found.columns) == ("PUE-03", {"title": "Compromiso:", "code": "Clave"})


def test_personal_data_in_nested_cells_are_dropped_too() -> None:
    found = draft({"title": "titulo"}, {"titulo": "x", "enlaces": [{"correo": "a@b.mx", "area": "TI"}]})
    assert found.raw["enlaces"] == [{"area": "TI"}]


def test_hints_reach_the_normaliser_by_model_field() -> None:
    mapping = Mapping.from_fields(
        {"progress": {"column": "Avance", "scale": "fraction"}, "end": {"column": "Fin", "date_order": "mdy"}}
    )
    assert mapping.hints == {"progress": {"scale": "fraction"}, "end": {"date_order": "mdy"}}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"titel": "Compromiso"}, "«fields.titel».*«title»"),
        ({"title": {"colum": "Compromiso"}}, "«fields.title.colum».*«column»"),
        ({"title": {}}, "de dónde sale"),
        ({"title": {"column": "a", "value": "b"}}, "de dónde sale"),
        ({"progress": {"column": "a", "scale": "per cent"}}, "fields.progress.scale.*percent"),
        ({"title": 7}, "«fields.title»"),
        ({"title": {"column": "a", "pattern": "(["}}, "expresión regular"),
        ({"title": {"column": "a", "pattern": "(a+)+b"}}, "no terminar"),
    ],
)
def test_a_wrong_mapping_is_one_sentence_with_the_key_and_the_remedy(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Mapping.from_fields(fields)


def test_a_column_that_is_gone_names_the_nearest() -> None:
    with pytest.raises(SourceChanged, match=r"«Dependencias».*«Dependencia»") as caught:
        draft({"institution": "Dependencias"})
    assert caught.value.code == "RENAMED_COLUMN"


def test_unread_and_personal_columns_are_reported_once() -> None:
    notes: list[Note] = []
    Mapping.from_fields({"title": "Compromiso"}).bind(list(ROW), notes)
    assert [note.code for note in notes] == ["UNREAD_COLUMN", "PERSONAL_COLUMN"]
    assert "«Nota»" in notes[0].message
    assert "«Correo»" in notes[1].message


def test_without_a_mapping_usual_names_are_recognised_and_said() -> None:
    notes: list[Note] = []
    bound = Mapping.from_fields({}).bind(
        ["No.", "Compromiso", "Estatus", "Dependencia responsable", "Otra cosa rara"], notes
    )
    assert bound.columns == {
        "number": "No.",
        "title": "Compromiso",
        "institution": "Dependencia responsable",
        "status": "Estatus",
    }
    assert notes[0].code == "AUTO_MAPPED"


def test_without_a_mapping_or_a_usual_title_nothing_is_guessed() -> None:
    with pytest.raises(SourceChanged) as caught:
        Mapping.from_fields({}).bind(["Día", "Lugar"])
    assert caught.value.code == "UNMAPPED"


def test_other_kinds_of_record_have_their_own_fields() -> None:
    bound = Mapping.from_fields({"state": "Entidad", "members.academia": "Academia"}, "exercise").bind(
        ["Entidad", "Academia"]
    )
    made = bound.draft(Row({"Entidad": "Puebla", "Academia": "2"}, "row 1", "exercise"))
    assert (made.kind, made.values) == ("exercise", {"state": "Puebla", "members": {"academia": "2"}})
    with pytest.raises(ConfigError, match=r"«fields.progress»"):
        Mapping.from_fields({"progress": "x"}, "plan")


@pytest.mark.parametrize(
    ("name", "columns", "found"),
    [
        ("Real", ["Avance / Real", "Meta / Real"], None),
        ("a", ["A", "a"], "a"),
        ("Término", ["TERMINO :"], "TERMINO :"),
        ("x", [], None),
    ],
)
def test_a_column_is_found_exactly_then_folded_then_by_its_last_part(
    name: str, columns: list[str], found: str | None
) -> None:
    assert find_column(name, columns) == found


def test_a_renamed_column_is_told_with_the_columns_that_may_have_taken_its_place() -> None:
    mapping = Mapping.from_fields({"title": "Compromiso", "status": "Estatus"})
    with pytest.raises(SourceChanged) as changed:
        mapping.bind(["Compromiso", "Situación actual", "Teléfono"])
    assert "ya no publica la columna «Estatus»" in changed.value.reason
    assert "que ningún campo lee: «Situación actual»." in changed.value.reason
    assert "«Compromiso»" not in changed.value.reason


@pytest.mark.parametrize(
    ("cell", "number", "title"),
    [
        ("Compromiso 3: Abrir el padrón", "3", "Abrir el padrón"),
        ("COMPROMISO IV. Medir el agua", "4", "Medir el agua"),
        ("Compromiso con la niñez", None, "Compromiso con la niñez"),
        ("3. Abrir el padrón", None, "3. Abrir el padrón"),
    ],
)
def test_a_column_known_by_its_name_gives_the_number_that_its_title_begins_with(
    cell: str, number: str | None, title: str
) -> None:
    values = Mapping({}).bind(["Compromiso"]).draft(Row({"Compromiso": cell}, "row 2")).values
    assert (values.get("number"), values["title"]) == (number, title)
    told = Mapping.from_fields({"title": "Compromiso"}).bind(["Compromiso"])
    assert told.draft(Row({"Compromiso": cell}, "row 2")).values == {"title": cell}


def test_a_heading_read_for_a_table_says_how_to_point_to_the_header_below() -> None:
    with pytest.raises(SourceChanged, match="header_row"):
        Mapping.from_fields({}).bind(["Gobierno del Estado"])
    with pytest.raises(SourceChanged) as caught:
        Mapping.from_fields({}).bind(["Ramo", "Capítulo", "Monto"])
    assert "header_row" not in caught.value.reason
