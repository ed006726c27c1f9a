"""hub.inspect.engine: what is a list of commitments, what is not, and how it would be published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import ConfigError
from hub.inspect import Asked, Inspection, inspect_bytes
from hub.inspect.model import ENOUGH
from hub.model import CommitmentStatus
from tests.sites import platforms
from tests.sites.content import as_csv, as_html_list, as_html_table, as_json, commitments
from tests.sites.office import as_pdf, scanned_pdf

FALSE_FRIENDS = (
    "windows1252_csv/datos.csv",
    "windows1252_csv/diccionario.csv",
    "xlsx/FORMATOS_PRESUPUESTOS.xlsx",
    "dcat_inventory/conflicting_inventory_issue-106.csv",
    "dcat_inventory/empty_inventory.csv",
    "dcat_inventory/inventory.csv",
    "dcat_inventory/inventory_with_blanks.csv",
    "indicators_json/hidalgo_ped.json",
    "html_tables/bienestar.blade.html",
    "html_tables/competitivo.blade.html",
)
REAL = {
    "inai_exercise/campeche.html": ("inai_exercise", 6),
    "inai_exercise/durango.html": ("inai_exercise", 6),
    "inai_exercise/oaxaca.html": ("inai_exercise", 6),
    "inai_exercise/morelos.html": ("inai_exercise", 8),
    "aga_tablero/plan4.json": ("aga_tablero", 13),
    "pa2015_dashboard/index.html": ("html_list", 8),
}


def codes(inspection: Inspection) -> set[str]:
    return {finding.code for finding in inspection.report.findings}


@pytest.mark.parametrize("path", FALSE_FRIENDS)
def test_a_real_table_of_something_else_is_told_apart(path: str, shared: Path) -> None:
    report = (found := inspect_bytes((shared / "sources" / path).read_bytes(), url=path)).report
    assert report.score < ENOUGH
    assert report.accepted == 0
    assert found.records == ()
    assert "NOT_COMMITMENTS" in codes(found)


@pytest.mark.parametrize("path", REAL)
def test_real_commitments_are_recognised_with_their_connector(path: str, shared: Path) -> None:
    report = inspect_bytes((shared / "sources" / path).read_bytes(), url=path).report
    assert (report.connector, report.accepted) == REAL[path]
    assert report.score >= ENOUGH


def test_an_exercise_without_a_plan_yet_holds_no_commitments(shared: Path) -> None:
    found = inspect_bytes((shared / "sources/inai_exercise/tabasco.html").read_bytes())
    assert codes(found) >= {"NOT_COMMITMENTS", "EXERCISE_FACTS"}
    assert found.report.score < ENOUGH


TABLE = commitments("puebla")
FORMATS = {
    "csv": (as_csv(TABLE, encoding="cp1252", delimiter=";", banner=("Gobierno del Estado", "Avances")), "csv"),
    "xlsx": (platforms.office_workbook(TABLE), "xlsx"),
    "html table": (as_html_table(TABLE), "html_table"),
    "html list": (as_html_list(TABLE), "html_list"),
    "json": (as_json(TABLE), "json"),
    "pdf": (as_pdf(TABLE), "pdf_table"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_recognised_and_read_whole(name: str) -> None:
    data, connector = FORMATS[name]
    found = inspect_bytes(data)
    assert (found.report.connector, found.report.rows, found.report.accepted, found.report.rejected) == (
        connector,
        8,
        8,
        0,
    )
    assert found.records[0].title.rstrip(".") == "Padrón abierto de proveedores de la obra pública"


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"html list"}))
def test_the_first_records_are_shown_as_they_would_be_published(name: str) -> None:
    first = inspect_bytes(FORMATS[name][0], asked=Asked(state="21", key="puebla")).records[0]
    assert (first.code, first.status, first.progress, first.ods) == (
        "MX-PUE-puebla-C1",
        CommitmentStatus.IN_PROGRESS,
        45.0,
        (12, 16),
    )
    assert (first.start_date, first.end_date) == ("2023-01-15", "2023-12-31")
    assert first.institutions == ("Secretaría de la Función Pública",)


def test_delimiter_encoding_scale_and_order_of_dates_are_pinned() -> None:
    found = inspect_bytes(FORMATS["csv"][0])
    assert found.source.options == {"encoding": "cp1252", "delimiter": ";"}
    assert found.report.proposed_fields["progress"] == {"column": "Avance", "scale": "percent"}
    assert found.report.proposed_fields["start"] == {"column": "Inicio", "date_order": "dmy"}


def test_a_column_under_two_header_rows_is_named_by_both() -> None:
    fields = inspect_bytes(FORMATS["xlsx"][0]).report.proposed_fields
    assert fields["start"] == {"column": "Periodo / Inicio", "date_order": "dmy"}


def test_a_nested_member_is_named_by_its_path() -> None:
    rows = [
        {"compromiso": {"titulo": f"Abrir los datos de la obra {n}", "estatus": {"nombre": "En proceso"}}}
        for n in (1, 2, 3)
    ]
    fields = inspect_bytes(json.dumps({"data": rows}).encode()).report.proposed_fields
    assert (fields["title"], fields["status"]) == ("compromiso.titulo", "compromiso.estatus.nombre")


def test_the_title_of_a_list_is_read_from_its_item() -> None:
    title = inspect_bytes(FORMATS["html list"][0]).report.proposed_fields["title"]
    assert title["column"] == "item"


def test_the_table_of_commitments_is_found_among_others() -> None:
    page = as_html_table(TABLE).decode()
    menu = "<table><tr><th>Día</th><th>Horario</th></tr><tr><td>Lunes</td><td>9 a 15</td></tr></table>"
    found = inspect_bytes(page.replace("<table>", menu + "<table>", 1).encode())
    assert (found.report.place, found.report.accepted) == ("tabla 2", 8)


def test_a_header_without_rows_holds_no_commitments() -> None:
    found = inspect_bytes(as_csv(TABLE.emptied()))
    assert codes(found) >= {"NOT_COMMITMENTS", "NO_ROWS"}
    assert found.report.score < ENOUGH


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n0000", scanned_pdf(), b"PK\x03\x04truncated"])
def test_what_cannot_be_read_says_so(body: bytes) -> None:
    found = inspect_bytes(body)
    assert codes(found) == {"UNREADABLE"}
    assert (found.report.score, found.report.accepted) == (0.0, 0)
    assert found.failure is not None


def test_an_unknown_value_is_told_with_its_rows_and_the_nearest_known_one() -> None:
    spoilt = TABLE.edited(0, "Estatus", "En procezo").edited(2, "Estatus", "En procezo")
    (finding,) = [f for f in inspect_bytes(as_csv(spoilt)).report.findings if f.code == "UNMATCHED_VALUE"]
    assert (finding.field, finding.raw, finding.count, finding.where) == ("status", "En procezo", 2, ("row 2", "row 4"))
    assert finding.suggestion == "IN_PROGRESS"
    assert finding.why
    assert finding.remedy


def test_a_row_without_a_title_is_rejected_and_counted() -> None:
    found = inspect_bytes(as_csv(TABLE.edited(3, "Compromiso", "")))
    assert (found.report.rows, found.report.accepted, found.report.rejected) == (8, 7, 1)
    (finding,) = [f for f in found.report.findings if f.code == "MISSING_TITLE"]
    assert finding.where == ("row 5",)


def test_unmapped_columns_are_named() -> None:
    report = inspect_bytes(as_csv(TABLE.renamed("ODS", "Presupuesto asignado"))).report
    assert list(report.unmapped_columns) == ["Presupuesto asignado"]


def test_declared_fields_are_believed() -> None:
    data = as_csv(TABLE.renamed("Compromiso", "Xyz"))
    report = inspect_bytes(data, asked=Asked(connector="csv", fields={"title": "Xyz", "number": "No."})).report
    assert (report.proposed_fields, report.accepted) == ({"title": "Xyz", "number": "No."}, 8)


def test_a_connector_that_does_not_exist_is_the_callers_mistake() -> None:
    with pytest.raises(ConfigError, match="csvv"):
        inspect_bytes(b"a,b\n1,2\n", asked=Asked(connector="csvv"))


def test_the_report_speaks_english_too() -> None:
    spanish, english = (inspect_bytes(b"", asked=Asked(lang=lang)).report.findings[0].message for lang in ("es", "en"))
    assert (spanish[:10], english[:10]) == ("No se pued", "It cannot ")


def test_an_order_of_dates_that_one_column_proves_holds_for_the_whole_file() -> None:
    rows = "\n".join(
        f"{n},Abrir los datos de la obra {n},Obras Públicas,0{n}/02/2022,{n + 20}/11/2022" for n in (1, 2, 3)
    )
    found = inspect_bytes(f"No.,Compromiso,Dependencia,Inicio,Término\n{rows}\n".encode())
    assert found.report.proposed_fields["start"] == {"column": "Inicio", "date_order": "dmy"}
    assert found.records[0].start_date == "2022-02-01"


def test_sheets_of_one_shape_are_read_together() -> None:
    from tests.sites.office import as_xlsx

    found = inspect_bytes(as_xlsx(TABLE, sheet="PAL 2023"))
    assert found.source.options == {}
    assert found.report.accepted == 8


ALIKE = {
    "budget programmes": "Clave,Programa presupuestario,Unidad responsable,Indicador,Meta anual,Avance\n"
    "E001,Educación básica de calidad,Secretaría de Educación,Tasa de cobertura,95.2,90.1\n",
    "public works": "Obra,Municipio,Contratista,Monto,Avance físico,Estatus\n"
    "Pavimentación de la calle Juárez,Mérida,Constructora X,1200000,80%,En proceso\n",
    "a directory": "Nombre,Cargo,Dependencia,Teléfono\nAna Pérez,Directora,Secretaría de Salud,555\n",
    "agreements of a meeting": "No.,Acuerdo,Responsable,Fecha compromiso,Estatus\n"
    "1,Enviar el acta de la sesión a los integrantes,Secretaría Técnica,25/02/2022,Cumplido\n",
    "a development plan": "Objetivo,Estrategia,Línea de acción,Dependencia responsable,Indicador,Meta,Avance\n"
    "1.1 Mejorar la educación,1.1.1 Ampliar la cobertura,1.1.1.1 Construir aulas,Secretaría de Educación,Aulas,100,45\n",
    "requests for information": "Folio,Fecha de solicitud,Sujeto obligado,Solicitud de información,Estatus\n"
    "0001,21/02/2022,Secretaría de Salud,Solicito el padrón de proveedores,Respondida\n",
}


@pytest.mark.parametrize("name", ALIKE)
def test_tables_that_share_columns_with_commitments_are_told_apart(name: str) -> None:
    found = inspect_bytes(ALIKE[name].encode())
    assert found.report.score < ENOUGH
    assert "NOT_COMMITMENTS" in codes(found)


def test_a_page_of_cards_is_read_by_their_parts() -> None:
    parts = zip(
        ("Abrir los datos del agua", "Publicar el costo de obras", "Rendir cuentas de becas"),
        ("En proceso", "Cumplido", "En proceso"),
        strict=True,
    )
    cards = "".join(
        f'<div class="card"><h3 class="titulo">{t}</h3><span class="estatus">{s}</span></div>' for t, s in parts
    )
    page = f"<html><head><title>Compromisos del Plan de Acción Local</title></head><body><main>{cards}</main></body></html>"
    found = inspect_bytes(page.encode())
    assert (found.report.connector, found.report.accepted) == ("html_list", 3)
    assert [record.status.value for record in found.records] == ["IN_PROGRESS", "COMPLETED", "IN_PROGRESS"]


def test_a_list_of_commitments_on_a_page_is_no_sheet_of_one_commitment() -> None:
    head = ("No.", "Compromiso", "Dependencia responsable", "ODS", "Estatus", "Avance", "Fecha de inicio")
    rows = [
        (n, f"Compromiso {n} con la gente", "Contraloría", 16, "En proceso", "40%", f"{n + 12}/01/2021")
        for n in (1, 2, 3)
    ]
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (head, *rows))
    report = inspect_bytes(f"<table>{lines}</table>".encode()).report
    assert (report.connector, report.accepted) == ("html_table", 3)


def test_promises_of_a_campaign_are_said_to_be_such() -> None:
    data = as_html_table(TABLE, title="Compromisos de campaña de la gobernadora")
    assert "CAMPAIGN" in codes(inspect_bytes(data))


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_any_bytes_give_a_report(body: bytes) -> None:
    report = inspect_bytes(body).report
    assert 0 <= report.score <= 1
    assert report.accepted == 0 or report.score >= ENOUGH


def test_a_table_that_a_program_fills_says_so_and_gives_no_commitment() -> None:
    head = "<table><thead><tr><th>Compromiso</th><th>Responsable</th><th>Estatus</th></tr></thead><tbody>"
    body = f"<h1>Compromisos</h1>{head}<tr><td colspan=3>Cargando…</td></tr></tbody></table><script src=/t.js></script>"
    found = inspect_bytes(body.encode())
    assert found.report.accepted == 0
    assert "JavaScript" in found.report.findings[0].message


def test_tables_nested_without_end_are_refused_before_anything_is_read_of_them() -> None:
    found = inspect_bytes(b"<table><tr><td>" * 5_000 + b"x")
    assert found.report.accepted == 0
    assert any("anidados" in finding.message for finding in found.report.findings)


def test_sheets_with_fields_of_their_own_are_a_table_and_not_the_sheets_of_one_site() -> None:
    fields = ("No.", "Compromiso", "Dependencia responsable", "Estatus", "Plazo", "Descripción")
    values = [
        ("1", "Abrir el padrón", "Finanzas", "Cumplido", "2025", "Todo"),
        ("2", "Medir el agua", "Agua", "En proceso", "2026", "Más"),
    ]
    sheets = (zip(fields, told, strict=True) for told in values)
    page = "".join(
        "<table>" + "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in sheet) + "</table>" for sheet in sheets
    )
    found = inspect_bytes(f"<h1>Compromisos</h1>{page}".encode(), url="https://ejemplo.gob.mx/compromisos.html")
    assert (found.report.connector, found.report.accepted) == ("html_table", 2)
    assert found.report.proposed_fields["institution"] == "Dependencia responsable"


def test_a_list_that_nothing_calls_commitments_is_proposed_with_a_warning_only() -> None:
    body = "Clave,Proyecto,Responsable,Inicio,Término,Avance\nINV-1,Línea 4 del tren,SIOP,01/01/2022,31/12/2024,80%\nINV-2,Hospital civil,SIOP,13/06/2022,30/06/2025,35%\n"
    assert "NOT_NAMED" in codes(inspect_bytes(body.encode(), url="https://ejemplo.gob.mx/inversion.csv"))
    assert "NOT_NAMED" not in codes(inspect_bytes(body.encode(), url="https://ejemplo.gob.mx/compromisos.csv"))


def test_audits_and_complaints_are_no_commitments() -> None:
    audits = (
        "Ejercicio,Número de auditoría,Tipo,Órgano que realizó,Área auditada,Hallazgos,Acciones,Estatus,Fecha\n"
        "2023,A-1,Financiera,Auditoría Superior,Tesorería,5,Solventar observaciones,En proceso,01/05/2023\n"
        "2023,A-2,Obra,Contraloría,Obras,3,Reintegro,Concluido,01/06/2023\n"
    )
    assert "NOT_COMMITMENTS" in codes(inspect_bytes(audits.encode(), url="https://ejemplo.gob.mx/a.csv"))
    complaints = (
        "Folio,Fecha,Asunto,Dependencia,Estatus,Fecha de conclusión\nQ1,01/02/2023,Bache en la calle,Obras Públicas,Concluido,13/02/2023\n"
        "Q2,02/02/2023,Lámpara fundida,Servicios,En proceso,\n"
    )
    assert {"NOT_COMMITMENTS", "NOT_NAMED"} & set(
        codes(inspect_bytes(complaints.encode(), url="https://ejemplo.gob.mx/q.csv"))
    )
