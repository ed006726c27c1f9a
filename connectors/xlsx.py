"""Spreadsheets: xlsx, xls and ods by python-calamine. Merged cells, banner rows, hidden sheets; HTML saved as .xls too."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import python_calamine as calamine
from pydantic import Field, field_validator

from connectors.base import Cell, Row, Snapshot, SourceChanged
from connectors.csv_table import CsvOptions, read_csv
from connectors.encoding import double_encoded, repaired
from connectors.grid import LYING, GridOptions, Shape, header_of, tabulate
from connectors.header import HEAD_ROWS, Header, Line, Merge
from connectors.html_table import HtmlTableOptions, read_html_table
from connectors.serial_dates import read_serials
from connectors.sheet_series import newest
from connectors.sideways import set_up
from connectors.sniff import Format, sniff
from connectors.spreadsheet_ml import is_spreadsheet, sheets
from connectors.table import Reading, TableConnector, likeliest, titled, without_title
from connectors.text import clip, fold
from connectors.workbook import MAX_CELLS, Package, inspect
from connectors.workbook_fills import read_colours
from connectors.workbook_links import with_links

_PATTERN = "re:"


class XlsxOptions(GridOptions):
    """Options of `xlsx`."""

    sheet: int | str | None = Field(
        default=None,
        description="hoja: nombre, número desde 1, «re:…» una expresión regular, o «all» todas las visibles",
    )

    @field_validator("sheet")
    @classmethod
    def _sane(cls, sheet: int | str | None) -> int | str | None:
        if isinstance(sheet, int) and sheet < 1:
            raise ValueError("las hojas se cuentan desde 1")
        if isinstance(sheet, str) and sheet.startswith(_PATTERN):
            try:
                re.compile(sheet[len(_PATTERN) :])
            except re.error as error:
                raise ValueError(f"la expresión regular no es válida ({error})") from error
        return sheet


class Xlsx(TableConnector[XlsxOptions]):
    """A spreadsheet file."""

    name: ClassVar[str] = "xlsx"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[XlsxOptions]] = XlsxOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        yield from read_workbook(snapshot.read(), self.options, reading, charset=snapshot.charset)


@dataclass(slots=True)
class _Sheet:
    name: str
    lines: list[Line]
    shape: Shape
    header: Header | None
    from_1904: bool = False


def read_workbook(data: bytes, options: XlsxOptions, reading: Reading, *, charset: str | None = None) -> Iterator[Row]:
    """The rows of a workbook: of the sheet asked for, else of every visible sheet that has the mapped columns.

    Raises:
        SourceChanged: it is no workbook, is damaged, encrypted or too large, or lacks the sheet.
    """
    found = sniff(data, declared=charset)
    if found.format is Format.HTML:
        reading.note(
            "HTML_AS_XLS", "El archivo es una página HTML guardada como hoja de cálculo; se leyó su tabla.", "INFO"
        )
        yield from read_html_table(data, HtmlTableOptions(**_shared(options)), reading, charset=charset)
        return
    if found.format in {Format.CSV, Format.TSV}:
        reading.note(
            "CSV_AS_XLS", "El archivo es un CSV guardado con nombre de hoja de cálculo; se leyó como CSV.", "INFO"
        )
        yield from read_csv(io.BytesIO(data), CsvOptions(**_shared(options)), reading, charset=charset)
        return
    if found.format is Format.EMPTY:
        raise SourceChanged("El archivo está vacío.", code="EMPTY_FILE")
    if found.format is Format.XML and is_spreadsheet(data):
        yield from _of_xml(data, options, reading)
        return
    if found.format not in {Format.XLSX, Format.XLS, Format.ODS}:
        raise SourceChanged(
            f"La dirección responde un archivo {found.format.value.upper()} en lugar de una hoja de cálculo.",
            code="WRONG_FORMAT",
        )
    package = Package() if found.format is Format.XLS else inspect(data)
    reading, asked = without_title(reading)
    for sheet in _chosen(data, options, reading, package):
        _note_formulas(package, sheet.name, reading)
        read_colours(sheet.lines, sheet.header, package.fills.get(sheet.name, {}), reading, sheet.name)
        read_serials(sheet.lines, sheet.header, reading, sheet.name, from_1904=sheet.from_1904)
        rows = tabulate(sheet.lines, sheet.shape, reading.notes, reading.on_header)
        yield from titled(rows, sheet.name) if asked else rows


def _of_xml(data: bytes, options: XlsxOptions, reading: Reading) -> Iterator[Row]:
    """The rows of a workbook in Excel's XML of 2003: of the sheet asked for, else of every one that has the mapped columns."""
    reading.note("XML_AS_XLS", "El archivo es un libro de Excel en XML (2003); se leyó. Guárdelo como .xlsx.", "INFO")
    reading, asked = without_title(reading)
    named = sheets(data)
    if isinstance(options.sheet, int | str) and options.sheet != "all":
        wanted = options.sheet
        named = [(name, lines) for at, (name, lines) in enumerate(named, 1) if wanted in (at, name)]
        if not named:
            raise SourceChanged(f"El libro ya no tiene la hoja «{wanted}».", code="NO_SHEET")
    shapes = [Shape(options, reading.expected, (), f"sheet '{name}' ", may_lie=True) for name, _ in named]
    best = likeliest(
        [header_of(lines, shape) for (_, lines), shape in zip(named, shapes, strict=True)], reading.expected
    )
    if not best:
        raise SourceChanged("Ninguna hoja del libro tiene un encabezado reconocible.", code="NO_TABLE")
    for index in best:
        rows = tabulate(named[index][1], shapes[index], reading.notes, reading.on_header)
        yield from titled(rows, named[index][0]) if asked else rows


def _note_formulas(package: Package, name: str, reading: Reading) -> None:
    failed, unworked = package.failed.get(name, []), package.unworked.get(name, [])
    if failed:
        several = (
            f"{len(failed)} celdas cuya fórmula da un error"
            if len(failed) > 1
            else "una celda cuya fórmula da un error"
        )
        reading.note(
            "FAILED_FORMULA",
            f"La hoja «{name}» tiene {several} (la primera, {failed[0]}), que se leyeron vacías: corrija la fórmula o escriba el dato.",
        )
    if unworked:
        several = f"{len(unworked)} celdas con una fórmula" if len(unworked) > 1 else "una celda con una fórmula"
        reading.note(
            "FORMULA_WITHOUT_VALUE",
            f"La hoja «{name}» tiene {several} que ningún programa ha calculado (la primera, {unworked[0]}), que se leyeron vacías:"
            " abra el libro en una hoja de cálculo y guárdelo de nuevo, o escriba el dato.",
        )


def _shared(options: XlsxOptions) -> dict[str, Any]:
    return {name: getattr(options, name) for name in GridOptions.model_fields}


def _chosen(data: bytes, options: XlsxOptions, reading: Reading, package: Package) -> list[_Sheet]:
    book = _guarded(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)))
    names = _wanted(book.sheets_metadata, options, reading)
    sheets = [_sheet(book, name, options, reading, package) for name in names]
    if isinstance(options.sheet, str | int):
        return sheets
    best = likeliest([sheet.header for sheet in sheets], reading.expected)
    if not best:
        raise SourceChanged("Ninguna hoja del libro tiene un encabezado reconocible.", code="NO_TABLE")
    left = [sheet.name for index, sheet in enumerate(sheets) if index not in best and sheet.lines]
    if left:
        reading.note("SHEET_SKIPPED", f"Hojas que no se leyeron: {', '.join(f'«{name}»' for name in left)}.", "INFO")
    return _newest([sheets[index] for index in best], reading)


def _newest(sheets: list[_Sheet], reading: Reading) -> list[_Sheet]:
    """The sheets to read: of those that are one list at several times, the newest."""
    one = newest([(sheet.name, sheet.header, sheet.lines) for sheet in sheets])
    if one is None:
        return sheets
    earlier = ", ".join(f"«{sheet.name}»" for index, sheet in enumerate(sheets) if index != one)
    reading.note(
        "SHEET_SERIES",
        f"Las hojas traen la misma lista en varias fechas; se leyó la más reciente, «{sheets[one].name}», y no {earlier}."
        " Para leer otras, indíquelas en la opción «sheet».",
    )
    return [sheets[one]]


def _wanted(metadata: list[calamine.SheetMetadata], options: XlsxOptions, reading: Reading) -> list[str]:
    """The names of the sheets to look at. A hidden one is read only when it is named."""
    known = [m.name for m in metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [m.name for m in metadata if m.name in known and m.visible == calamine.SheetVisibleEnum.Visible]
    wanted = options.sheet
    listed = ", ".join(f"«{clip(name, 40)}»" for name in known)
    if isinstance(wanted, int):
        if wanted > len(known):
            raise SourceChanged(f"El libro ya no tiene la hoja {wanted}. Hojas: {listed}.", code="NO_SHEET")
        return [known[wanted - 1]]
    if wanted is not None and wanted != "all":
        if wanted.startswith(_PATTERN):
            names = [name for name in visible if re.search(wanted[len(_PATTERN) :], name[:100])]
        else:
            names = [name for name in known if name == wanted] or [name for name in known if fold(name) == fold(wanted)]
        if not names:
            raise SourceChanged(f"El libro ya no tiene la hoja «{wanted}». Hojas: {listed}.", code="NO_SHEET")
        return names
    hidden = [name for name in known if name not in visible]
    if hidden:
        reading.note(
            "HIDDEN_SHEET", f"Hojas ocultas que no se leyeron: {', '.join(f'«{name}»' for name in hidden)}.", "INFO"
        )
    if not visible:
        raise SourceChanged("El libro no tiene ninguna hoja visible.", code="NO_SHEET")
    return visible


def _sheet(
    book: calamine.CalamineWorkbook, name: str, options: XlsxOptions, reading: Reading, package: Package
) -> _Sheet:
    sheet = _guarded(lambda: book.get_sheet_by_name(name))
    if (sheet.total_height or 0) * (sheet.total_width or 0) > MAX_CELLS:
        raise SourceChanged(f"La hoja «{name}» tiene demasiadas celdas.", code="TOO_LARGE")
    table = _as_meant(_guarded(lambda: sheet.to_python(skip_empty_area=False)), reading)
    percents = package.percents.get(name, set())
    lines = [
        Line(r + 1, [_cell(value, (r, c) in percents if percents else False) for c, value in enumerate(row)])
        for r, row in enumerate(table)
    ]
    merges = [
        Merge(top, left, bottom, right)
        for (top, left), (bottom, right) in (_guarded(lambda: sheet.merged_cell_ranges) or [])
    ]
    turned = set_up(lines, reading.expected, merges) if options.header_row is None else None
    if turned is not None:
        if LYING not in reading.notes:
            reading.notes.append(LYING)
        lines, merges = turned, []
    shape = Shape(options, reading.expected, merges, f"sheet '{name}' ")
    header = header_of(lines, shape)
    if turned is None and with_links(lines, header, package.links.get(name, {})):
        header = header_of(lines, shape)
    return _Sheet(name, lines, shape, header, package.from_1904)


def _as_meant(table: list[list[Any]], reading: Reading) -> list[list[Any]]:
    """The cells of a sheet that was filled from a text encoded twice, as they were before."""
    head = "\n".join(value for row in table[:HEAD_ROWS] for value in row if isinstance(value, str))
    spoilt = double_encoded(head)
    if spoilt is None:
        return table
    reading.notes.append(spoilt)
    return [[repaired(value) if isinstance(value, str) else value for value in row] for row in table]


def _cell(value: Any, percent: bool) -> Cell:
    """A cell as a person sees it: 75 % and not 0.75, 12 and not 12.0, a date without a midnight."""
    if isinstance(value, float):
        if percent:
            return f"{value * 100:.10g}%"
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, bool | int | date):
        return value
    return None


def _guarded(read: Any) -> Any:
    """Call the reader. It is native code: a broken file may raise anything, its own panics (no Exception) included."""
    try:
        return read()
    except calamine.PasswordError as error:
        raise SourceChanged("El libro está protegido con contraseña: publíquelo sin ella.", code="ENCRYPTED") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise SourceChanged(
            "El libro está dañado y no se puede abrir: vuelva a guardarlo y publicarlo.", code="DAMAGED_FILE"
        ) from error
