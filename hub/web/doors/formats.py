"""Records as CSV, XLSX, JSON and NDJSON, streamed as bytes. One writer a format, for the web and for `hub export`."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from hub.web.doors.records import COLUMNS, Names, Records, flat, nested

PIECE = 1 << 16
"""Bytes that are gathered before they are sent."""

BOM = b"\xef\xbb\xbf"
"""Excel reads a CSV as UTF-8 only where it begins with one."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX_ROWS = 1_048_575
"""Rows of one sheet below its header: what Excel can hold."""


@dataclass(frozen=True, slots=True)
class Format:
    """How records leave: `write` gives bytes piece by piece; it runs in a thread."""

    name: str
    media_type: str
    write: Callable[[Records], Iterator[bytes]]


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: a text that would begin one gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def write_csv(records: Records) -> Iterator[bytes]:
    """CSV in UTF-8 with a byte order mark, CRLF, one row a record."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names = Names(records.context)
    yield BOM
    for _, row in records:
        cells = flat(row, names)
        writer.writerow([safe_cell(cells[name]) for name in COLUMNS])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_ndjson(records: Records) -> Iterator[bytes]:
    """One JSON document a line."""
    names = Names(records.context)
    yield from _gathered(orjson.dumps(nested(row, names)) + b"\n" for _, row in records)


def write_json(records: Records) -> Iterator[bytes]:
    """One JSON document: total, the records, and the cursor to go on from where there is more."""
    names = Names(records.context)
    total = records.total()
    head = orjson.dumps({"dataVersion": records.context.file.data_version, "totalCount": total})[:-1]

    def pieces() -> Iterator[bytes]:
        yield head + b',"commitments":['
        last = None
        for selected in records:
            yield (b"" if last is None else b",") + orjson.dumps(nested(selected.row, names))
            last = selected.cursor
        yield b'],"after":' + orjson.dumps(last) + b"}\n"

    yield from _gathered(pieces())


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) > PIECE:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def write_xlsx(records: Records) -> Iterator[bytes]:
    """A workbook of one sheet (more where Excel's rows do not suffice); no text in it becomes a formula or a link."""
    import xlsxwriter

    names = Names(records.context)
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        bold = book.add_format({"bold": True})
        sheet: Any = None
        for index, (_, row) in enumerate(records):
            place = index % XLSX_ROWS
            if place == 0:
                sheet = _sheet(book, bold, index // XLSX_ROWS)
            cells = flat(row, names)
            for column, name in enumerate(COLUMNS):
                value = cells[name]
                if value is not None:
                    sheet.write(place + 1, column, value[:32_767] if isinstance(value, str) else value)
        if sheet is None:
            _sheet(book, bold, 0)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Any, bold: Any, number: int) -> Any:
    sheet = book.add_worksheet("compromisos" if number == 0 else f"compromisos {number + 1}")
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 20)
    sheet.set_column(2, 2, 60)
    sheet.write_row(0, 0, COLUMNS, bold)
    return sheet


def write_parquet(records: Records) -> Iterator[bytes]:
    """Parquet, where the extra `parquet` is installed."""
    import pyarrow
    import pyarrow.parquet

    names = Names(records.context)
    numbers = {"number": pyarrow.int64(), "progress": pyarrow.float64()}
    schema = pyarrow.schema([(name, numbers.get(name, pyarrow.string())) for name in COLUMNS])
    with tempfile.TemporaryFile() as file:
        with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            batch: list[dict[str, Any]] = []
            for _, row in records:
                batch.append(flat(row, names))
                if len(batch) >= 10_000:
                    writer.write_table(pyarrow.Table.from_pylist(batch, schema))
                    batch.clear()
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


FORMATS = {
    one.name: one
    for one in (
        Format("csv", "text/csv; charset=utf-8; header=present", write_csv),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
        Format("json", "application/json", write_json),
        Format("ndjson", "application/x-ndjson", write_ndjson),
        Format("parquet", "application/vnd.apache.parquet", write_parquet),
    )
}
