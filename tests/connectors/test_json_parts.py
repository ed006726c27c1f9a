"""Reports and milestones that stand as lists of objects inside a record."""

from __future__ import annotations

import json
from typing import Any

from connectors.base import Draft
from connectors.json_parts import figures, holds_records, is_ordered, milestones, named, reports, take, tells
from connectors.json_rows import JsonOptions, JsonRows
from tests.connectors.kit import context, snapshot

_REPORTS = [
    {"fecha": "2023-09-30", "porcentaje": 55, "descripcion": "Portal en pruebas"},
    {"fecha": "2023-03-31", "porcentaje": 20, "descripcion": "Se instaló la mesa"},
]


def _drafts(document: Any, fields: dict[str, Any] | None = None) -> list[Draft]:
    ctx = context(fields=fields)
    connector = JsonRows(JsonOptions())
    found = [connector.draft(row, ctx) for row in list(connector.rows(snapshot(json.dumps(document)), ctx))]
    return [draft for draft in found if isinstance(draft, Draft)]


def test_the_name_of_a_list_says_whether_it_holds_reports_or_milestones() -> None:
    assert named(["avances", "reportes_de_avance", "hitos", "Actividades", "telefonos", "documentos"]) == {
        "avances": "progress_reports",
        "reportes_de_avance": "progress_reports",
        "hitos": "milestones",
        "Actividades": "milestones",
    }


def test_reports_are_told_oldest_first_with_date_progress_and_summary() -> None:
    assert reports(_REPORTS) == [
        {"date": "2023-03-31", "progress": 20, "summary": "Se instaló la mesa"},
        {"date": "2023-09-30", "progress": 55, "summary": "Portal en pruebas"},
    ]


def test_a_report_of_a_quarter_is_dated_by_its_end() -> None:
    entries = [
        {"anio": 2024, "trimestre": 2, "avance": "50%", "estatus": "En proceso"},
        {"anio": 2024, "trimestre": 1, "avance": "25%", "estatus": "En proceso"},
    ]
    assert [report["date"] for report in reports(entries)] == ["2024-03", "2024-06"]
    assert [report["date"] for report in reports([{"periodo": "2do trimestre 2024", "avance": 5}])] == ["2024-06"]


def test_a_list_whose_entries_tell_nothing_of_progress_is_none_of_reports() -> None:
    assert reports([{"nombre": "Minuta", "url": "https://example.org/m.pdf"}]) == []
    assert not tells("progress_reports", [{"telefono": "5512345678"}])


def test_a_milestone_has_title_dates_status_and_progress() -> None:
    entries: list[dict[str, Any]] = [
        {"nombre": "Diagnóstico", "fecha_inicio": "2021-10-01", "fecha_fin": "2021-12-31", "estatus": {"id": 3, "nombre": "Cumplido"}},
        {"nombre": "Publicación", "fecha": "2022-12-31", "avance": 30, "medio_de_verificacion": "Sitio web"},
    ]  # fmt: skip
    assert milestones(entries) == [
        {"title": "Diagnóstico", "start": "2021-10-01", "end": "2021-12-31", "status": "Cumplido"},
        {"title": "Publicación", "end": "2022-12-31", "progress": 30, "verification": "Sitio web"},
    ]


def test_a_list_without_names_is_none_of_milestones() -> None:
    assert milestones([{"inicio": "2021-10-01"}]) == []


def test_the_newest_report_is_known_only_where_all_tell_their_time() -> None:
    assert is_ordered(_REPORTS)
    assert is_ordered(_REPORTS[:1])
    assert not is_ordered([{"avance": 10}, {"avance": 20}])
    assert not is_ordered([{"fecha": "03/04/2024", "avance": 10}, {"fecha": "05/06/2024", "avance": 20}])


def test_lists_become_the_reports_and_milestones_of_their_record() -> None:
    document = [
        {"titulo": "Portal de obra", "dependencia": "Secretaría de Obras", "avances": _REPORTS, "hitos": [{"hito": "Mesa", "fecha": "2023-01-31"}]},
        {"titulo": "Presupuesto", "dependencia": "Secretaría de Finanzas", "avances": [], "hitos": []},
    ]  # fmt: skip
    first, second = _drafts(document)
    assert first.values["progress"] == 55
    assert [report["progress"] for report in first.values["progress_reports"]] == [20, 55]
    assert first.values["milestones"] == [{"title": "Mesa", "end": "2023-01-31"}]
    assert not {"progress", "progress_reports", "milestones"} & second.values.keys()


def test_a_mapping_names_the_lists() -> None:
    document = [{"t": "Portal", "bitacora": _REPORTS, "pasos": [{"paso": 1, "nombre": "Mesa", "fecha": "2023-01-31"}]}]
    fields = {"title": "t", "progress_reports": {"columns": ["bitacora"]}, "milestones": "pasos"}
    (draft,) = _drafts(document, fields)
    assert [report["progress"] for report in draft.values["progress_reports"]] == [20, 55]
    assert draft.values["milestones"] == [{"title": "Mesa", "end": "2023-01-31"}]


def test_what_a_record_says_of_itself_stands_before_its_newest_report() -> None:
    document = [{"titulo": "Portal", "estatus": "Cumplido", "avance": 100, "reportes": _REPORTS}]
    (draft,) = _drafts(document)
    assert draft.values["progress"] == 100


def test_activities_under_a_description_are_milestones_and_objectives_are_not() -> None:
    values: dict[str, Any] = {"description": [{"descripcion": "Levantar datos", "inicio": "2024-01-01"}]}
    take(values, [])
    assert values == {"milestones": [{"title": "Levantar datos", "start": "2024-01-01"}]}
    plain: dict[str, Any] = {"description": [{"nombre": "Mejorar"}, {"nombre": "Abrir"}]}
    take(plain, [])
    assert "milestones" not in plain


def test_figures_of_a_list_of_reports_are_those_of_its_entries() -> None:
    assert figures(_REPORTS) == [20, 55]
    assert figures("40 %") == ["40 %"]


def test_the_lists_of_what_a_commitment_has_several_of_hold_no_commitments() -> None:
    records = [{"numero": 1, "compromiso": "Justicia abierta", "hitos": []}]
    assert not holds_records("data", "hitos", records)
    assert holds_records("ejes", "actividades", [{"nombre": "Eje 1", "actividades": []}])
    assert holds_records("data", "acciones", records)


def test_milestones_are_not_taken_for_the_commitments_whose_they_are() -> None:
    document = {
        "data": [
            {"numero": n, "compromiso": f"Compromiso que sigue {n}", "hitos": [
                {"nombre": "Uno", "fecha_inicio": "2021-10-01", "fecha_fin": "2021-12-31", "estatus": "Cumplido", "responsable": "Juzgado"},
                {"nombre": "Dos", "fecha_inicio": "2022-01-01", "fecha_fin": "2022-12-31", "estatus": "En proceso", "responsable": "Juzgado"},
            ]}
            for n in (1, 2)
        ]
    }  # fmt: skip
    drafts = _drafts(document)
    assert [draft.values["number"] for draft in drafts] == [1, 2]
    assert [len(draft.values["milestones"]) for draft in drafts] == [2, 2]


def test_strapi_wraps_lists_and_entries() -> None:
    hitos = {"data": [{"id": 1, "attributes": {"nombre": "Licitar", "fecha": "2024-03-31"}}]}
    (draft,) = _drafts([{"id": 7, "titulo": "Red de bibliotecas", "estatus": "en proceso", "hitos": hitos}])
    assert draft.values["milestones"] == [{"title": "Licitar", "end": "2024-03-31"}]
