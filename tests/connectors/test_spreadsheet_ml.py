"""Workbooks in Excel's XML of 2003."""

from __future__ import annotations

import pytest

from connectors.base import SourceChanged
from connectors.table import Reading
from connectors.xlsx import XlsxOptions, read_workbook
from hub.inspect import inspect_bytes

TOP = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'


def cell(value: str, kind: str = "String", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{value}</Data></Cell>'


def book(*rows: str, before: str = TOP) -> bytes:
    table = "".join(f"<Row>{row}</Row>" for row in rows)
    return f'{before}<Worksheet ss:Name="Avance"><Table>{table}</Table></Worksheet></Workbook>'.encode()


HEAD = "".join(cell(name) for name in ("No.", "Compromiso", "Dependencia", "Avance", "Término"))
ROW = (
    cell("1", "Number")
    + cell("Abrir el <B>padrón</B>")
    + cell("45.5", "Number", 'ss:Index="4"')
    + cell("2024-12-31T00:00:00.000", "DateTime")
)


def test_its_cells_are_read_where_they_say_that_they_stand() -> None:
    reading = Reading()
    (row,) = read_workbook(book(HEAD, ROW), XlsxOptions(), reading)
    assert [str(value) for value in row.values.values()] == ["1", "Abrir el padrón", "None", "45.5", "2024-12-31"]
    assert row.locator == "sheet 'Avance' row 2"
    assert [note.code for note in reading.notes] == ["XML_AS_XLS"]


def test_the_inspector_takes_it_for_a_workbook() -> None:
    report = inspect_bytes(
        book(HEAD, ROW, ROW.replace("Abrir", "Oír").replace(">1<", ">2<")), url="https://x.example/compromisos.xls"
    ).report
    assert (report.connector, report.accepted) == ("xlsx", 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (book(HEAD, ROW)[:-30], "DAMAGED_FILE"),
        (book(HEAD, before=TOP.replace("<?mso", '<!DOCTYPE a [<!ENTITY b "c">]><?mso')), "WRONG_FORMAT"),
        (b'<?xml version="1.0"?><datos><a/></datos>', "WRONG_FORMAT"),
    ],
)
def test_a_damaged_one_one_with_entities_and_other_xml_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(SourceChanged) as refused:
        list(read_workbook(data, XlsxOptions(), Reading()))
    assert refused.value.code == code


def test_a_sheet_that_is_not_there_is_said() -> None:
    with pytest.raises(SourceChanged, match="Otra"):
        list(read_workbook(book(HEAD, ROW), XlsxOptions(sheet="Otra"), Reading()))
