"""Lists inside the objects of a list: which are the records, and what is said above them."""

from __future__ import annotations

import json
from typing import Any

from connectors.base import Row
from connectors.json_rows import JsonOptions, JsonRows
from tests.connectors.kit import context, snapshot


def read(document: Any, **options: Any) -> list[Row]:
    return list(JsonRows(JsonOptions(**options)).rows(snapshot(json.dumps(document)), context()))


ONE = {"compromiso": "Abrir el padrón", "dependencia": "Finanzas", "estatus": "Concluido"}
TWO = {"compromiso": "Oír a todos", "dependencia": "Gobierno", "estatus": "En proceso"}
THREE = {"compromiso": "Ver la obra", "dependencia": "Obras", "estatus": "En proceso"}
AXES = {"plan": {"nombre": "Segundo plan", "ejes": [
    {"nombre": "Eje 1", "compromisos": [ONE, TWO]}, {"nombre": "Eje 2", "compromisos": [THREE]}, {"nombre": "Eje 3", "compromisos": []},
]}}  # fmt: skip


def test_the_commitments_of_each_axis_are_rows_that_know_their_axis() -> None:
    for rows in (read(AXES), read(AXES, rows="plan.ejes[].compromisos[]")):
        assert [(row.values["ejes.nombre"], row.values["compromiso"]) for row in rows] == [
            ("Eje 1", "Abrir el padrón"), ("Eje 1", "Oír a todos"), ("Eje 2", "Ver la obra"),
        ]  # fmt: skip
        assert rows[2].locator == "/plan/ejes/1/compromisos/0"


def test_milestones_within_commitments_are_no_rows() -> None:
    milestones = [{"titulo": f"Hito {n}", "responsable": "Finanzas", "estatus": "Concluido", "avance": 100, "fecha_inicio": "2024-01-01"} for n in (1, 2)]  # fmt: skip
    rows = read({"compromisos": [{"titulo": "Abrir", "hitos": milestones}, {"titulo": "Oír", "hitos": milestones}]})
    assert [row.values["titulo"] for row in rows] == ["Abrir", "Oír"]


def test_what_stands_around_a_list_alone_is_no_column() -> None:
    rows = read({"total": 2, "results": [ONE, TWO]})
    assert list(rows[0].values) == list(ONE)


def test_records_that_go_by_keys_keep_them() -> None:
    rows = read({"compromisos": {"C01": ONE, "C02": TWO, "C03": THREE}})
    assert [(row.values["clave"], row.values["compromiso"]) for row in rows][:2] == [("C01", "Abrir el padrón"), ("C02", "Oír a todos")]  # fmt: skip


def test_a_key_that_a_record_says_itself_is_its_own() -> None:
    rows = read({"a": {**ONE, "clave": "X-1"}, "b": {**TWO, "clave": "X-2"}, "c": {**THREE, "clave": "X-3"}})
    assert [row.values["clave"] for row in rows] == ["X-1", "X-2", "X-3"]


def test_names_that_only_count_the_records_are_no_keys() -> None:
    for start in (0, 1):
        rows = read({str(start + n): record for n, record in enumerate((ONE, TWO, THREE))})
        assert "clave" not in rows[0].values


def test_lists_alike_of_one_object_are_one_list_whose_records_know_their_group() -> None:
    document = {"Eje 1": [ONE, TWO], "Eje 2": [], "Eje 3": [THREE]}
    for rows in (read(document), read(document, rows="values(@)[]")):
        assert [(row.values["grupo"], row.values["compromiso"]) for row in rows] == [
            ("Eje 1", "Abrir el padrón"), ("Eje 1", "Oír a todos"), ("Eje 3", "Ver la obra"),
        ]  # fmt: skip


def test_lists_of_other_things_beside_the_commitments_are_not_read_with_them() -> None:
    rows = read({"compromisos": [ONE, TWO], "indicadores": [{"nombre": "a", "valor": 1}] * 5})
    assert [row.values["compromiso"] for row in rows] == ["Abrir el padrón", "Oír a todos"]
