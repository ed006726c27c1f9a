"""Rows that tell of one commitment at several times are its reports."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Draft
from connectors.csv_table import CsvOptions, CsvTable
from connectors.moments import moment
from connectors.row_series import HELD
from hub.inspect import inspect_bytes
from tests.connectors.kit import context, drafts_of, snapshot

HEAD = "No.,Compromiso,Responsable,Año,Trimestre,Estatus,Avance\n"
ONE = "1,Abrir el padrón de proveedores,Finanzas,2023,"
TWO = "2,Publicar la obra pública,Obras,2023,"


def csv(text: str, **fields: Any) -> tuple[list[Draft], set[str]]:
    ctx = context(fields=fields)
    drafts = drafts_of(CsvTable(CsvOptions()), snapshot(text.encode()), ctx)
    return drafts, {note.code for note in ctx.notes}


def reports(draft: Draft) -> list[tuple[Any, ...]]:
    return [(told["date"], told.get("progress"), told.get("status")) for told in draft.values["progress_reports"]]


def test_a_row_a_quarter_is_one_commitment_with_a_report_a_row_in_whatever_order_they_stand() -> None:
    body = f"{HEAD}{ONE}3,Cumplido,100%\n{TWO}1,Iniciado,5%\n{ONE}1,En proceso,25%\n{TWO}2,En proceso,30%\n{ONE}2,En proceso,60%\n"
    drafts, codes = csv(body)
    assert [draft.values["number"] for draft in drafts] == ["1", "2"]
    assert reports(drafts[0]) == [
        ("2023-03", "25%", "En proceso"), ("2023-06", "60%", "En proceso"), ("2023-09", "100%", "Cumplido"),
    ]  # fmt: skip
    assert (drafts[0].values["progress"], drafts[0].values["status"]) == ("100%", "Cumplido")
    assert drafts[1].values["progress"] == "30%"
    assert drafts[0].raw["Avance"] == ["25%", "60%", "100%"]
    assert "SERIES_ROWS" in codes


def test_quarters_below_a_title_that_is_written_once_are_its_reports() -> None:
    body = "Compromiso,Fecha de corte,Avance\nAbrir el padrón,31/03/2023,25%\n,30/06/2023,50%\n,30/09/2023,\nPublicar la obra,31/03/2023,5%\n"
    drafts, _ = csv(body)
    assert [draft.values["title"] for draft in drafts] == ["Abrir el padrón", "Publicar la obra"]
    assert reports(drafts[0]) == [("2023-03-31", "25%", None), ("2023-06-30", "50%", None)]


def test_what_was_done_in_a_period_is_the_summary_of_its_report_and_the_period_no_term_of_the_commitment() -> None:
    body = (
        "No.,Compromiso,Periodo,Acciones realizadas,Avance\n1,Abrir el padrón,Enero - Marzo 2023,Se integró,25%\n"
        "1,Abrir el padrón,Abril - Junio 2023,Se publicó,50%\n"
    )
    (draft,), _ = csv(body)
    assert [report["summary"] for report in draft.values["progress_reports"]] == ["Se integró", "Se publicó"]
    assert "period" not in draft.values
    assert inspect_bytes(body.encode()).records[0].progress == 50


@pytest.mark.parametrize(
    "rows",
    [
        f"{ONE}1,En proceso,25%\n{ONE}1,En proceso,60%\n",
        f"{ONE}1,En proceso,25%\n1,Abrir el padrón de proveedores,Contraloría,2023,2,En proceso,60%\n",
        f"{ONE}1,En proceso,25%\n{ONE}pendiente,En proceso,60%\n",
        f"{ONE}1,En proceso,25%\n1,Publicar la obra pública,Finanzas,2023,2,En proceso,60%\n",
    ],
)
def test_rows_of_the_same_time_or_that_differ_in_anything_else_stay_apart(rows: str) -> None:
    drafts, codes = csv(HEAD + rows)
    assert len(drafts) == 2
    assert "SERIES_ROWS" not in codes


def test_activities_with_a_quarter_each_are_no_reports() -> None:
    body = "No.,Compromiso,Actividad,Trimestre,Avance\n1,Abrir el padrón,Inventario,1,100%\n1,Abrir el padrón,Portal,2,50%\n"
    (draft,), codes = csv(body, number="No.", title="Compromiso", progress="Avance")
    assert "progress_reports" not in draft.values
    assert "CONTINUED_ROW" in codes


def test_a_table_too_long_to_be_looked_at_together_is_read_as_it_stands_and_says_so() -> None:
    rows = "".join(
        f"{n},Abrir el padrón {n},Finanzas,2023,{q},En proceso,{q}0%\n" for n in range(HELD // 2 + 1) for q in (1, 2)
    )
    drafts, codes = csv(HEAD + rows)
    assert len(drafts) == 2 * (HELD // 2 + 1)
    assert "SERIES_TOO_LONG" in codes


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([("Año", "2023"), ("Trimestre", "II")], (2023, 6, 0)),
        ([("Ejercicio", 2023), ("Mes", "marzo")], (2023, 3, 0)),
        ([("Periodo", "4to trimestre de 2022")], (2022, 12, 0)),
        ([("Periodo", "III Trimestre 2022")], (2022, 9, 0)),
        ([("Periodo", "Ene-Mar 2024")], (2024, 3, 0)),
        ([("Corte", "31/12/2022")], (2022, 12, 31)),
        ([("Corte", "12/31/2022")], (2022, 12, 31)),
        ([("Corte", "05/05/2022")], (2022, 5, 5)),
        ([("Corte", "03/04/2022")], None),
        ([("Trimestre", 3)], (0, 9, 0)),
        ([("Trimestre", "pendiente")], None),
        ([("Corte", None)], None),
    ],
)
def test_a_time_is_read_from_one_cell_or_from_several_together(cells: Any, told: Any) -> None:
    assert moment(cells, {}) == told


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (("03/31/2023", "04/05/2023"), ["2023-03-31", "2023-04-05"]),
        (("31/03/2023", "05/04/2023"), ["2023-03-31", "2023-04-05"]),
        (("03/04/2023", "01/05/2023"), None),
        (("31/03/2023", "04/30/2023", "03/05/2023"), None),
    ],
)
def test_day_and_month_are_told_apart_by_their_column_or_the_rows_stay_apart(dates: Any, told: Any) -> None:
    rows = "".join(f"1,Abrir el padrón,{day},{number}0%\n" for number, day in enumerate(dates, 1))
    drafts, _ = csv(f"No.,Compromiso,Fecha de corte,Avance\n{rows}")
    if told is None:
        assert len(drafts) == len(dates)
    else:
        assert [when for when, *_ in reports(drafts[0])] == told


def test_the_order_that_a_mapping_says_decides_the_column() -> None:
    body = "No.,Compromiso,Fecha de corte,Avance\n1,Abrir el padrón,03/04/2023,10%\n1,Abrir el padrón,02/05/2023,20%\n"
    when = {"column": "Fecha de corte", "date_order": "mdy"}
    (draft,), _ = csv(body, number="No.", title="Compromiso", progress="Avance", progress_date=when)
    assert [(day, progress) for day, progress, _ in reports(draft)] == [("2023-02-05", "20%"), ("2023-03-04", "10%")]
