"""Workbooks in Excel's XML of 2003 (SpreadsheetML), which systems still write under the name .xls."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree

from connectors.base import Cell, SourceChanged
from connectors.header import Line

_NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_ITS_OWN = re.compile(rb'progid="Excel\.Sheet"|urn:schemas-microsoft-com:office:spreadsheet')
_MOST_COLUMNS = 16_384


def is_spreadsheet(data: bytes) -> bool:
    """Whether an XML document is such a workbook."""
    return _ITS_OWN.search(data[:4096]) is not None


def sheets(data: bytes) -> list[tuple[str, list[Line]]]:
    """Name and rows of every sheet.

    Raises:
        SourceChanged: the XML is damaged, or declares entities, which no such workbook needs.
    """
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise SourceChanged("El libro XML declara entidades propias, que no se leen.", code="WRONG_FORMAT")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities, which the attacks need, were refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceChanged(
            "El libro XML está dañado y no se puede leer: vuelva a guardarlo.", code="DAMAGED_FILE"
        ) from error
    return [
        (
            sheet.get(f"{_NAMESPACE}Name", ""),
            [line for table in sheet.iter(f"{_NAMESPACE}Table") for line in _lines(table)],
        )
        for sheet in root.iter(f"{_NAMESPACE}Worksheet")
    ]


def _lines(table: ElementTree.Element) -> list[Line]:
    lines: list[Line] = []
    number = 0
    for row in table.findall(f"{_NAMESPACE}Row"):
        number = _index(row, number) or number + 1
        lines.append(Line(number, _cells(row)))
    return lines


def _cells(row: ElementTree.Element) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row.findall(f"{_NAMESPACE}Cell"):
        at = _index(cell, len(cells))
        if at is not None and at <= _MOST_COLUMNS:
            cells.extend([None] * (at - 1 - len(cells)))
        cells.append(_value(cell.find(f"{_NAMESPACE}Data")))
        across = cell.get(f"{_NAMESPACE}MergeAcross", "0")
        cells.extend([None] * (min(int(across), _MOST_COLUMNS) if across.isdigit() else 0))
    return cells


def _index(node: ElementTree.Element, passed: int) -> int | None:
    """The place that a row or a cell says it has, from 1; None where it is the next one."""
    said = node.get(f"{_NAMESPACE}Index", "")
    return int(said) if said.isdigit() and int(said) > passed else None


def _value(data: ElementTree.Element | None) -> Cell:
    if data is None:
        return None
    text = "".join(data.itertext()).strip()
    kind = data.get(f"{_NAMESPACE}Type")
    if not text or kind == "Error":
        return None
    if kind == "Number":
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            return text
    return text
