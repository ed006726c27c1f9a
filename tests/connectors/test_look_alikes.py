"""Tables that resemble a list of commitments and are none: a harvest without a mapping publishes nothing of them."""

from __future__ import annotations

import pytest

from connectors.base import SourceChanged
from connectors.csv_table import CsvOptions, CsvTable
from connectors.look_alikes import require_account
from connectors.synonyms import best_fields
from tests.connectors.kit import context, snapshot


@pytest.mark.parametrize(
    "header",
    [
        "Ejercicio,Nombre,Primer apellido,Segundo apellido,Puesto,Percepción bruta,Fecha de alta",
        "Clave CCT,Nombre,Nivel,Turno,Municipio,Domicilio,Alumnos",
        "id,nombre,descripcion,dependencia,costo,tiempo_respuesta,fundamento,estatus,url",
        "ID,Proyecto,Colonia,Alcaldía,Votos,Monto,Estatus",
        "Nombre,Cargo,Dependencia,Teléfono,Correo electrónico",
        "Nombre,Dependencia,Correo electrónico",
        "Indicador,Título,Línea base,Periodicidad,Eje,ODS",
        "Nombre,Contratista,Número de contrato,Monto,Fecha de inicio,Fecha de término,Avance,Dependencia",
    ],
)
def test_columns_that_give_no_account_of_commitments_are_refused(header: str) -> None:
    columns = header.split(",")
    with pytest.raises(SourceChanged) as caught:
        require_account(best_fields(columns), columns)
    assert caught.value.code == "NOT_COMMITMENTS"
    assert "hub check" in caught.value.reason


@pytest.mark.parametrize(
    "header",
    [
        "No.,Compromiso",
        "Clave,Nombre,Dependencia responsable,Estatus",
        "Título,ODS,Presupuesto",
        "Acción,Responsable,Avance,Fecha de término",
        "Compromiso,Responsable,Correo electrónico,Presupuesto",
        "Acción,Dependencia,Presupuesto,Avance",
        "Número,Proyecto,Monto,Fecha de inicio,Fecha de término,Estatus",
        "Título,Responsable,Correo electrónico,Teléfono,Estatus,Fecha de término",
    ],
)
def test_columns_that_give_one_are_read(header: str) -> None:
    columns = header.split(",")
    require_account(best_fields(columns), columns)


def test_a_title_or_an_address_that_speaks_of_commitments_is_believed() -> None:
    columns = ["Nombre", "Descripción"]
    require_account(best_fields(columns), columns, ["Compromisos del Plan de Acción Local"])
    require_account(best_fields(columns), columns, ["https://ejemplo.gob.mx/datos/compromisos_2024.csv"])


def test_a_payroll_gives_no_commitment_by_default_and_a_mapping_is_obeyed() -> None:
    body = "Nombre,Primer apellido,Puesto\nAna,López,Analista\n"
    with pytest.raises(SourceChanged):
        list(CsvTable(CsvOptions()).rows(snapshot(body), context()))
    assert list(CsvTable(CsvOptions()).rows(snapshot(body), context(fields={"title": "Puesto"})))


def test_a_source_that_is_called_one_of_commitments_is_believed() -> None:
    body = "Nombre,Descripción\nPadrón abierto,Publicar el padrón\n"
    with pytest.raises(SourceChanged):
        list(CsvTable(CsvOptions()).rows(snapshot(body), context()))
    assert list(CsvTable(CsvOptions()).rows(snapshot(body), context(title="Compromisos de Puebla")))
