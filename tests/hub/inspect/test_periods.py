"""hub.inspect.periods: tables with a period a column are read as reports of progress, and tables of amounts are not."""

from __future__ import annotations

from typing import Any

import pytest

from hub.inspect import inspect_bytes

HEAD = "No.,Compromiso,Dependencia responsable"
ROWS = (
    "1,Padrón abierto de proveedores de la obra pública,Secretaría de la Función Pública",
    "2,Presupuesto participativo en escuelas rurales,Secretaría de Educación",
    "3,Monitoreo ciudadano de la calidad del agua,Comisión Estatal del Agua",
)


def inspected(columns: str, *cells: str) -> Any:
    body = "\n".join([f"{HEAD},{columns}", *(f"{row},{more}" for row, more in zip(ROWS, cells, strict=True))])
    return inspect_bytes(body.encode(), url="https://estado.example/compromisos.csv")


@pytest.mark.parametrize(
    "columns",
    ["Avance 2019,Avance 2020,Avance 2021", "2019,2020,2021", "% 2019,% 2020,% 2021", "Grado de avance 2021,Grado de avance 2019,Grado de avance 2020"],
)  # fmt: skip
def test_a_year_a_column_is_a_report_a_year(columns: str) -> None:
    report = inspected(columns, "10%,45%,80%", "0%,50%,", "20%,60%,100%").report
    fields = report.proposed_fields
    assert sorted(fields["progress_reports"]["columns"]) == sorted(columns.split(","))
    assert fields["progress_reports"]["columns"] == sorted(columns.split(","), key=lambda name: name[-4:])
    assert {"progress", "year"} & set(fields) == set()
    assert report.accepted == 3
    assert "YEAR_COLUMNS" not in {finding.code for finding in report.findings}
    assert not any(guess.unsure for guess in report.columns if guess.field == "progress_reports")


def test_quarters_with_a_status_each_are_reports_too() -> None:
    report = inspected(
        "Estatus 1T 2023,Estatus 2T 2023", "No iniciado,En proceso", "En proceso,Concluido", ",En proceso"
    ).report
    assert report.proposed_fields["progress_reports"] == {"columns": ["Estatus 1T 2023", "Estatus 2T 2023"]}


def test_bare_numbers_under_bare_years_are_asked_about() -> None:
    report = inspected("2019,2020", "10,45", "0,50", "20,60").report
    unsure = {guess.column for guess in report.columns if guess.field == "progress_reports" and guess.unsure}
    assert unsure == {"2019", "2020"}


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("2019,2020", ("1200000,1350000", "500000,800000", "90000,100000")),
        ("Presupuesto 2019,Presupuesto 2020", ("10,45", "0,50", "20,60")),
        ("Beneficiarios 2019,Beneficiarios 2020", ("10,45", "0,50", "20,60")),
        ("Avance 2020,Observaciones", ("10%,x", "20%,y", "30%,z")),
    ],
)
def test_amounts_people_and_a_single_year_are_not(columns: str, cells: tuple[str, ...]) -> None:
    assert "progress_reports" not in inspected(columns, *cells).report.proposed_fields


@pytest.mark.parametrize(
    "columns", ["Ene-24,Feb-24,Mar-24", "Enero 2024,Febrero 2024,Marzo 2024", "ene 2024,feb 2024,mar 2024"]
)
def test_a_month_a_column_is_a_report_a_month_and_the_newest_tells_the_progress(columns: str) -> None:
    inspection = inspected(columns, "10%,45%,80%", "0%,50%,", "20%,60%,100%")
    assert inspection.report.proposed_fields["progress_reports"] == {"columns": columns.split(",")}
    assert [record.progress for record in inspection.records] == [80.0, 50.0, 100.0]


def test_the_quarters_to_come_belong_to_those_that_are_filled() -> None:
    columns = "1er Trimestre 2024,2do Trimestre 2024,3er Trimestre 2024"
    fields = inspected(columns, "10%,45%,", "0%,50%,", "20%,60%,").report.proposed_fields
    assert fields["progress_reports"] == {"columns": columns.split(",")}
    assert "period" not in fields


@pytest.mark.parametrize(
    "columns", ["1er trimestre,2do trimestre,3er trimestre", "Ene,Feb,Mar", "Avance T1,Avance T2,Avance T3"]
)
def test_parts_of_a_year_that_no_name_tells_are_reports_in_their_order_and_asked_about(columns: str) -> None:
    inspection = inspected(columns, "10%,45%,", "0%,50%,", "20%,60%,")
    assert inspection.report.proposed_fields["progress_reports"] == {"columns": columns.split(",")}
    assert [record.progress for record in inspection.records] == [45.0, 50.0, 60.0]
    assert all(guess.unsure for guess in inspection.report.columns if guess.field == "progress_reports")


def test_what_has_come_together_over_the_year_is_the_progress() -> None:
    fields = inspected(
        "1er trimestre,2do trimestre,Acumulado", "10%,20%,30%", "0%,50%,50%", "20%,10%,30%"
    ).report.proposed_fields
    assert fields["progress"] == "Acumulado"


def test_amounts_of_months_are_no_progress() -> None:
    assert "progress_reports" not in inspected("Ene,Feb,Mar", "10,45,1", "0,50,2", "20,60,3").report.proposed_fields
