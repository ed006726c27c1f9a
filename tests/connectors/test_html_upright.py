"""connectors.html_upright: tables of a page that lie on their side, and those that only look so."""

from __future__ import annotations

import pytest

from connectors.base import Row
from connectors.html_table import HtmlTable, HtmlTableOptions
from hub.inspect.engine import inspect_bytes
from tests.connectors.kit import context, snapshot


def read(body: str, **options: object) -> list[Row]:
    return list(HtmlTable(HtmlTableOptions.model_validate(options)).rows(snapshot(body), context()))


def line(*cells: str, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


SIDE = (
    line("Compromiso", "Abrir", "Medir") + line("Responsable", "Finanzas", "Obras") + line("Estatus", "Cumplido", "-")
)
TURNS = (
    "<tr><td>Compromiso<td colspan=3>Abrir</tr>"
    + line("Responsable", "Finanzas", "Estatus", "Cumplido")
    + line("Avance", "100%", "ODS", "16")
)
ABOVE = (
    line("Compromiso", "Responsable")
    + line("Abrir", "Finanzas")
    + line("Estatus", "Fecha de término")
    + line("Cumplido", "2023")
)


@pytest.mark.parametrize(
    ("table", "records"),
    [
        (SIDE, [{"Compromiso": "Abrir", "Responsable": "Finanzas", "Estatus": "Cumplido"}, {"Compromiso": "Medir", "Responsable": "Obras", "Estatus": "-"}]),
        ("<thead>" + line("", "Compromiso 1", "Compromiso 2", tag="th") + "</thead>" + SIDE,
         [{"(columna 1)": "Compromiso 1", "Compromiso": "Abrir", "Responsable": "Finanzas", "Estatus": "Cumplido"},
          {"(columna 1)": "Compromiso 2", "Compromiso": "Medir", "Responsable": "Obras", "Estatus": "-"}]),
        (TURNS, [{"Compromiso": "Abrir", "Responsable": "Finanzas", "Estatus": "Cumplido", "Avance": "100%", "ODS": "16"}]),
        (ABOVE, [{"Compromiso": "Abrir", "Responsable": "Finanzas", "Estatus": "Cumplido", "Fecha de término": "2023"}]),
        ("<tr><th colspan=2>Compromiso 4. Abrir</th></tr>" + line("Responsable", "Finanzas") + line("Estatus", "Cumplido"),
         [{"Compromiso": "Compromiso 4. Abrir", "Responsable": "Finanzas", "Estatus": "Cumplido"}]),
    ],
)  # fmt: skip
def test_fields_beside_or_above_their_values_are_columns(table: str, records: list[dict[str, str]]) -> None:
    assert [row.values for row in read(f"<table>{table}</table>")] == records


@pytest.mark.parametrize(
    "table",
    [
        line("Compromiso", "Responsable", "Estatus") + line("Abrir", "Finanzas", "Cumplido"),
        line("Compromiso", "Responsable") + line("Abrir", "Obras") + line("Compromiso", "Responsable") + line("Medir", "Obras"),
        line("Compromiso", "Avance 2022", "Avance 2023") + line("Abrir", "10", "20") + line("Medir", "30", "40"),
    ],
)  # fmt: skip
def test_a_table_with_its_names_on_top_stays_as_it_is(table: str) -> None:
    rows = read(f"<table>{table}</table>")
    assert {row.values["Compromiso"] for row in rows} <= {"Abrir", "Medir"}
    assert all(row.values.get("Responsable") != "Responsable" for row in rows)


def test_tables_of_one_commitment_each_are_one_list_whatever_field_some_of_them_lack() -> None:
    def sheet(number: int, *lines: str) -> str:
        title = f"<tr><th colspan=2>FICHA DEL COMPROMISO {number}</th></tr>"
        return f"<table>{title}{line('Compromiso', f'Abrir el padrón número {number}')}{''.join(lines)}</table><p>&nbsp;</p>"

    body = line("Dependencia responsable", "Secretaría de Finanzas")
    status, goal = line("Estatus", "En proceso"), "<tr><th colspan=2>ALINEACIÓN</th></tr>" + line("ODS", "16")
    found = inspect_bytes(
        f"<h1>Plan de acción local</h1>{sheet(1, body, status)}{sheet(2, body)}{sheet(3, body, status, goal)}".encode()
    )
    assert found.report.accepted == 3
    assert found.source.options == {}
    assert [(record.code[-2:], record.status.value, record.ods, record.locator) for record in found.records] == [
        ("C1", "IN_PROGRESS", (), "table 1 row 2"), ("C2", "UNKNOWN", (), "table 2 row 2"), ("C3", "IN_PROGRESS", (16,), "table 3 row 2"),
    ]  # fmt: skip


def test_a_label_said_twice_keeps_both_values() -> None:
    table = line("Compromiso", "Abrir") + line("Responsable", "Finanzas") + line("Responsable", "Obras")
    assert [row.values for row in read(f"<table>{table}</table>")] == [
        {"Compromiso": "Abrir", "Responsable": "Finanzas", "Responsable (2)": "Obras"}
    ]
