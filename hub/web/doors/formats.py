"""Records as CSV, XLSX, JSON and NDJSON, streamed as bytes. One writer a format, for the web and for `hub export`."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
XLSX_LETTERS = 32_767
"""Letters of one cell: what Excel can hold."""
_TRUTH = {True: "true", False: "false"}


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


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a byte order mark, CRLF, one row a line; a truth value is `true` or `false`, as in JSON."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    yield BOM
    for row in rows:
        writer.writerow([_TRUTH[cell] if isinstance(cell, bool) else safe_cell(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_csv(records: Records) -> Iterator[bytes]:
    """CSV, one row a record."""
    return csv_of(COLUMNS, _rows(records))


def _rows(records: Records) -> Iterator[list[Any]]:
    names = Names(records.context)
    for _, row in records:
        cells = flat(row, names)
        yield [cells[name] for name in COLUMNS]


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


def workbook_of(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], made: datetime, widths: Mapping[int, int]
) -> Iterator[bytes]:
    """A workbook of one sheet (more where Excel's rows do not suffice); no text in it becomes a formula or a link.

    Args:
        title: of the sheet.
        made: when the data became what they are; the same data make the same bytes.
        widths: place of a column → its width in letters, where it is not Excel's own.
    """
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        book.set_properties({"created": made})
        bold = book.add_format({"bold": True})

        def begin(number: int) -> Any:
            sheet = book.add_worksheet(title if number == 0 else f"{title} {number + 1}")
            sheet.freeze_panes(1, 1)
            for column, width in widths.items():
                sheet.set_column(column, column, width)
            sheet.write_row(0, 0, columns, bold)
            return sheet

        sheet = begin(0)
        for index, row in enumerate(rows):
            place = index % XLSX_ROWS
            if index and place == 0:
                sheet = begin(index // XLSX_ROWS)
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place + 1, column, value[:XLSX_LETTERS] if isinstance(value, str) else value)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def write_xlsx(records: Records) -> Iterator[bytes]:
    """A workbook, one row a record."""
    made = datetime.fromisoformat(records.context.file.published_at)
    return workbook_of("compromisos", COLUMNS, _rows(records), made, {0: 20, 2: 60})


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
