"""Which header means which field, and which columns hold persons."""

from __future__ import annotations

import pytest

from connectors.column_names import SYNONYMS
from connectors.mapping import FIELDS, REPORTS
from connectors.synonyms import SURE, best_fields, default_fields, header_hits, is_key_of_another, is_personal, meanings


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("No.", "number"),
        ("Núm.", "number"),
        ("Número de compromiso", "number"),
        ("Compromiso", "title"),
        ("COMPROMISOS", "title"),
        ("Nombre del compromizo", "title"),
        ("Estatus", "status"),
        ("Situación", "status"),
        ("Semáforo", "status"),
        ("% de avance", "progress"),
        ("Porcentaje de avance (%)", "progress"),
        ("Dependencia responsable", "institution"),
        ("Dependencias responsables:", "institution"),
        ("ODS", "ods"),
        ("Objetivos de Desarrollo Sostenible", "ods"),
        ("Alineación con los ODS", "ods"),
        ("Fecha de inicio", "start"),
        ("Fecha  de termino", "end"),
        ("Término", "end"),
        ("Liga de evidencia", "evidence"),
        ("Municipio", "municipality"),
        ("Lead Institution", "institution"),
        ("Commitment Unique Identifier", "code"),
        ("metadatos.descripcion", "description"),
        ("Responsable(s)", "institution"),
        ("Institución(es) responsable(s)", "institution"),
        ("Fecha programada de conclusión", "end"),
    ],
)
def test_a_usual_header_is_recognised(column: str, field: str) -> None:
    assert best_fields([column]) == {field: column}


@pytest.mark.parametrize("column", ["Otra cosa", "X", "", "Presupuesto ejercido 2020", "Población total"])
def test_an_unusual_header_is_nothing(column: str) -> None:
    assert best_fields([column]) == {}


@pytest.mark.parametrize(
    "column", ["Fecha de inicio de la gestión", "Fecha de término del contrato", "Número de plan de vuelo"]
)
def test_a_name_with_a_word_of_its_own_is_never_sure(column: str) -> None:
    assert meanings(column)
    assert all(confidence < SURE for _, confidence in meanings(column))


@pytest.mark.parametrize("column", ["Titular del compromiso", "Nombre del comprador", "Fecha de oficio"])
def test_another_word_is_no_slip_of_the_pen(column: str) -> None:
    assert best_fields([column]) == {}


@pytest.mark.parametrize(("column", "field"), [("Compromizo", "title"), ("Dependecia responsable", "institution")])
def test_a_slip_of_the_pen_is_read(column: str, field: str) -> None:
    assert best_fields([column]) == {field: column}


@pytest.mark.parametrize("column", ["cve_dep", "idInstitucion", "clave del estatus", "dependencia.id"])
def test_the_key_of_something_else_is_no_key_of_the_commitment(column: str) -> None:
    assert is_key_of_another(column)


@pytest.mark.parametrize("column", ["clave", "id_compromiso", "Clave del compromiso", "cve_ent", "cve_mun", "folio"])
def test_a_key_of_the_commitment_or_a_place_is_none(column: str) -> None:
    assert not is_key_of_another(column)


@pytest.mark.parametrize(("column", "field"), [("Fecha de término prevista", "end"), ("Fecha de inicio real", "start")])
def test_a_qualified_name_is_what_it_was(column: str, field: str) -> None:
    assert best_fields([column]) == {field: column}


def test_every_field_and_column_is_used_once_the_surest_first() -> None:
    columns = ["Estatus", "Situación", "Compromiso", "Objetivo", "ODS"]
    assert best_fields(columns) == {"title": "Compromiso", "description": "Objetivo", "ods": "ODS", "status": "Estatus"}
    assert [candidate.column for candidate in default_fields(columns)["status"]] == ["Estatus", "Situación"]


def test_every_field_of_a_commitment_has_synonyms_and_no_other() -> None:
    assert set(SYNONYMS) == set(FIELDS["commitment"]) - {REPORTS}  # columns of it are told by their periods


@pytest.mark.parametrize(
    "column",
    ["Correo electrónico", "Teléfono", "Nombre del enlace", "ds:mbox", "ds:contactPoint", "contacto.correo", "E-mail"],
)
def test_columns_of_persons_are_known_and_never_proposed(column: str) -> None:
    assert is_personal(column)
    assert default_fields([column]) == {}


@pytest.mark.parametrize("column", ["Responsable", "Compromiso", "Enlace", "Dependencia responsable", "Total", "Motel"])
def test_other_columns_are_no_persons(column: str) -> None:
    assert not is_personal(column)


def test_headers_are_told_from_banners_by_count() -> None:
    assert header_hits(["No.", "Compromiso", "x"]) == 2


@pytest.mark.parametrize(
    ("column", "field"), [("name_es", "title"), ("titulo_en", "title"), ("descripcion_es", "description")]
)
def test_the_language_a_name_is_written_for_changes_nothing(column: str, field: str) -> None:
    assert meanings(column)[0][0] == field


def test_a_bare_name_below_something_unknown_is_no_sure_title() -> None:
    assert "title" not in best_fields(["linea_base.titulo", "fuente.nombre"])
    assert best_fields(["attributes.titulo"]) == {"title": "attributes.titulo"}


def test_columns_of_a_numbered_milestone_are_not_those_of_the_commitment() -> None:
    found = best_fields(["Compromiso", "Hito 1", "Fecha hito 1", "Estatus hito 1", "Responsable"])
    assert found == {"title": "Compromiso", "institution": "Responsable", "milestones": "Hito 1"}


def test_wrappers_in_a_path_are_passed_over() -> None:
    assert "number" not in best_fields(["institucion.data.id"])
    assert best_fields(["institucion.data.attributes.nombre"]) == {"institution": "institucion.data.attributes.nombre"}


def test_a_status_in_words_comes_before_a_traffic_light() -> None:
    assert best_fields(["semaforo", "estatus.descripcion"])["status"] == "estatus.descripcion"


def test_a_title_beside_a_column_named_compromiso_is_the_title() -> None:
    assert best_fields(["Compromiso", "Título", "Responsable"])["title"] == "Título"
    assert best_fields(["Compromiso", "Nombre", "Responsable"])["title"] == "Compromiso"
