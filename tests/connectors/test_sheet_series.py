"""Books with a sheet a quarter."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from connectors.table import Reading
from connectors.xlsx import XlsxOptions, read_workbook
from hub.inspect import inspect_bytes

TITLES = ("Abrir el padrón de proveedores", "Oír a todos los barrios", "Publicar la obra")


def book(**sheets: Any) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        for name, (titles, progress) in sheets.items():
            sheet = workbook.add_worksheet(name.replace("_", " "))
            sheet.write_row("A1", ["No.", "Compromiso", "Dependencia", "Estatus", "Avance"])
            for at, title in enumerate(titles, 1):
                sheet.write_row(at, 0, [at, title])
                if progress:
                    sheet.write_row(at, 2, ["Finanzas", "En proceso", progress])
    return target.getvalue()


def read(data: bytes, **options: Any) -> tuple[list[Any], list[str]]:
    reading = Reading()
    rows = list(read_workbook(data, XlsxOptions(**options), reading))
    return [row.values["Avance"] for row in rows], [note.code for note in reading.notes]


@pytest.mark.parametrize(
    "names", [("1T_2024", "2T_2024"), ("Primer_trimestre", "Segundo_trimestre"), ("Dic_2023", "Ene_2024")]
)
def test_of_a_list_at_several_times_the_newest_is_read_and_the_others_are_told(names: tuple[str, str]) -> None:
    found, codes = read(book(**{names[0]: (TITLES, "10%"), names[1]: (TITLES, "40%")}))
    assert found == ["40%"] * 3
    assert codes == ["SHEET_SERIES"]


def test_the_sheet_of_a_quarter_to_come_is_not_the_newest() -> None:
    found, _ = read(book(**{"1T_2024": (TITLES, "10%"), "2T_2024": (TITLES, "40%"), "3T_2024": (TITLES, "")}))
    assert found == ["40%"] * 3


@pytest.mark.parametrize("names", [("Eje_1", "Eje_2"), ("2023", "2024"), ("Salud", "Obras")])
def test_sheets_of_other_commitments_are_all_read(names: tuple[str, str]) -> None:
    other = ("Medir el agua", "Sembrar árboles", "Alumbrar calles")
    found, codes = read(book(**{names[0]: (TITLES, "10%"), names[1]: (other, "40%")}))
    assert found == ["10%"] * 3 + ["40%"] * 3
    assert codes == []


def test_a_sheet_that_is_named_is_read() -> None:
    found, _ = read(book(**{"1T_2024": (TITLES, "10%"), "2T_2024": (TITLES, "40%")}), sheet="1T 2024")
    assert found == ["10%"] * 3


def test_the_inspector_reads_the_newest_too() -> None:
    data = book(**{"1T_2024": (TITLES, "10%"), "2T_2024": (TITLES, "40%")})
    inspection = inspect_bytes(data, url="https://estado.example/compromisos.xlsx")
    assert inspection.report.accepted == 3
    assert [record.progress for record in inspection.records] == [40.0] * 3
    assert inspection.source.options == {}
