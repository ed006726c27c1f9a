"""CSV and its relatives: encoding and delimiter sniffed, what is declared wins, a flip is reported. Streams any size."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, ClassVar, cast

from pydantic import Field, field_validator

from connectors.base import Cell, Note, Row, Snapshot, SourceChanged
from connectors.csv_dialect import Dialect, dialect_of, parted
from connectors.encoding import detect, double_encoded, known, repaired
from connectors.entities import References
from connectors.grid import GridOptions, Shape, tabulate
from connectors.header import Line
from connectors.sniff import HEAD, Format, Sniffed, find_delimiter, sniff
from connectors.table import Reading, TableConnector
from connectors.text import clip

_SENTINEL = "\x00end of file\x00"
_DOS_END = "\x1a"
"""How programs of DOS end a text; it is no row."""
_SPOOL = 8_000_000


class CsvOptions(GridOptions):
    """Options of `csv`."""

    encoding: str | None = Field(default=None, description="codificación declarada, p. ej. cp1252")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=2, description="separador declarado: , ; | o \\t"
    )
    skip: int = Field(default=0, ge=0, description="líneas que se saltan al principio")

    @field_validator("delimiter")
    @classmethod
    def _tab(cls, delimiter: str | None) -> str | None:
        if delimiter == "\\t":
            return "\t"
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
            raise ValueError("debe ser un solo carácter, como «;»")
        return delimiter

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str | None) -> str | None:
        if encoding is not None and known(encoding) is None:
            raise ValueError("no es una codificación conocida; pruebe «utf-8» o «cp1252»")
        return encoding


class CsvTable(TableConnector[CsvOptions]):
    """A CSV file, whatever its encoding and delimiter."""

    name: ClassVar[str] = "csv"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[CsvOptions]] = CsvOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        with snapshot.open() as stream:
            yield from read_csv(stream, self.options, reading, charset=snapshot.charset)


def read_csv(stream: BinaryIO, options: CsvOptions, reading: Reading, *, charset: str | None = None) -> Iterator[Row]:
    """The rows of a CSV stream, in constant memory.

    Args:
        stream: a binary stream; one that cannot seek is read whole.
        charset: the encoding that the server named.

    Raises:
        SourceChanged: the bytes are a page, a spreadsheet, an empty file or a broken quote.
    """
    with _seekable(stream) as whole:
        yield from _read(whole, options, reading, charset)


def _seekable(stream: BinaryIO) -> BinaryIO:
    """A stream that can be read twice: an archived body is decompressed once into a spool, in memory while small."""
    if stream.seekable():
        return stream
    spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - the caller closes it
    shutil.copyfileobj(stream, spool)
    spool.seek(0)
    return cast("BinaryIO", spool)


def _read(stream: BinaryIO, options: CsvOptions, reading: Reading, charset: str | None) -> Iterator[Row]:
    head = stream.read(HEAD)
    stream.seek(0)
    refuse(sniff(head))
    encoding = detect(stream, options.encoding or charset)
    reading.notes.extend(encoding.notes)
    text = io.TextIOWrapper(stream, encoding=encoding.name, errors=encoding.errors, newline="")
    try:
        start = text.read(HEAD).lstrip("\ufeff")
        mojibake = double_encoded(start)
        if mojibake is not None:
            reading.notes.append(mojibake)
            start = repaired(start)
        dialect = dialect_of(start, _delimiter(start, options, reading))
        text.seek(0)
        marked: list[int] = []
        recent: list[str] = []
        pieces = map(repaired, text) if mojibake is not None else text
        cut: list[int] = []
        lines = _lines(pieces, reading, marked, recent, cut)
        shape = Shape(options, reading.expected, may_lie=options.header_row is None)
        yield from tabulate(
            _records(lines, dialect, options, marked, recent, cut, reading), shape, reading.notes, reading.on_header
        )
    except UnicodeError as error:
        raise SourceChanged(
            f"El archivo no se puede leer como «{encoding.name}»: {error.__class__.__name__}.", code="ENCODING"
        ) from error
    finally:
        text.detach()


def refuse(found: Sniffed) -> None:
    """Raise SourceChanged for a body that is no CSV, in words its publisher understands."""
    said = {
        Format.HTML: ("HTML_INSTEAD", "La dirección responde una página web (HTML) en lugar de un CSV"),
        Format.PDF: ("WRONG_FORMAT", "La dirección responde un PDF en lugar de un CSV"),
        Format.XLSX: (
            "WRONG_FORMAT",
            "La dirección responde un libro de Excel en lugar de un CSV; use el conector «xlsx»",
        ),
        Format.XLS: (
            "WRONG_FORMAT",
            "La dirección responde un libro de Excel en lugar de un CSV; use el conector «xlsx»",
        ),
        Format.ODS: ("WRONG_FORMAT", "La dirección responde un libro ODS en lugar de un CSV; use el conector «xlsx»"),
        Format.JSON: ("WRONG_FORMAT", "La dirección responde JSON en lugar de un CSV; use el conector «json»"),
        Format.JSONL: ("WRONG_FORMAT", "La dirección responde JSON en lugar de un CSV; use el conector «json»"),
        Format.XML: ("WRONG_FORMAT", "La dirección responde XML en lugar de un CSV"),
        Format.SCRIPT: ("WRONG_FORMAT", "La dirección responde un programa (JavaScript) en lugar de un CSV"),
        Format.ZIP: ("WRONG_FORMAT", "La dirección responde un archivo comprimido en lugar de un CSV"),
        Format.BINARY: ("WRONG_FORMAT", "La dirección responde un archivo binario en lugar de un CSV"),
        Format.EMPTY: ("EMPTY_FILE", "El archivo está vacío"),
    }.get(found.format)
    if said is not None:
        raise SourceChanged(f"{said[1]}.", code=said[0])


def _delimiter(start: str, options: CsvOptions, reading: Reading) -> str:
    found, share = find_delimiter(start)
    if options.delimiter is not None:
        if found is not None and found != options.delimiter and options.delimiter not in start:
            message = f"Se declaró el separador «{options.delimiter}», pero el archivo usa «{found}»: se leyó así."
            reading.note("DELIMITER_FLIP", message)
            return found
        return options.delimiter
    if found is not None and share < 0.5:
        reading.note("DELIMITER_UNSURE", f"El separador «{found}» corta pocas filas igual; declárelo en «delimiter».")
    return found or ","


def _lines(
    pieces: Iterable[str], reading: Reading, marked: list[int], recent: list[str], cut: list[int]
) -> Iterator[str]:
    """Physical lines without NULs, each with its end, and a sentinel after the last: only an open quote swallows it.

    Args:
        marked: gets a number for each line with an ampersand, which few have.
        recent: gets each line.
        cut: gets a number where the last line has no end.
    """
    nuls = 0
    line = "\n"
    for line in pieces:
        if "&" in line:
            marked.append(1)
        if "\0" in line:
            nuls += line.count("\0")
            line = line.replace("\0", "")
        if line == _DOS_END:
            continue
        recent.append(line)
        yield line
    if line[-1:] not in ("\r", "\n"):
        cut.append(1)
        yield "\n"
    if nuls:
        reading.note("NUL_BYTES", f"El archivo tiene {nuls} bytes nulos, que se quitaron.")
    yield _SENTINEL


def _records(
    lines: Iterator[str],
    dialect: Dialect,
    options: CsvOptions,
    marked: list[int],
    recent: list[str],
    cut: list[int],
    reading: Reading,
) -> Iterator[Line]:
    """Records with the number of their first physical line. An open quote at the end of the file is an error."""
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=dialect.spaced,
    )
    references = References()
    number, width, last = 1, 0, 0
    skip = options.skip
    try:
        for record in reader:
            if marked:
                record = [references.written_out(cell) for cell in record]
                marked.clear()
            cells: list[Cell] = [cell or None for cell in record] if "" in record else cast("list[Cell]", record)
            if record and record[-1][-1:] == "\0" and record[-1].endswith(_SENTINEL):  # no other cell has a null byte
                if len(record) > 1 or record[-1] != _SENTINEL:
                    raise _open_quote(number, record)
                if (note := references.note()) is not None:
                    reading.notes.append(note)
                if cut and 1 < last < width <= 2 * last:  # a note below the table is shorter
                    reading.note(
                        "CUT_SHORT",
                        "El archivo termina a media fila: parece cortado, y lo que seguía no se leyó. Publíquelo completo.",
                    )
                return
            if number > skip and not (
                number == 1 and len(record) <= 2 and (record or [""])[0].lower().startswith("sep=")
            ):
                if len(recent) > 1 and (rows := parted(recent, width, dialect)) is not None:
                    reading.notes.append(_parted_note(number, len(rows)))
                    for at, row in enumerate(rows):
                        yield Line(number + at, [cell or None for cell in row])
                else:
                    yield Line(number, cells)
            last = len(record) or last
            if len(recent) == 1:
                width = max(width, last)
            recent.clear()
            number = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise _endless_cell(number) from error
        raise _open_quote(number, [str(error)]) from error


def _parted_note(number: int, count: int) -> Note:
    return Note(
        "UNBALANCED_QUOTE",
        f"En la fila {number} se abre una comilla que no se cierra en su fila; se leyó como texto, y las {count} filas que "
        "juntaba, cada una por sí misma: quite esa comilla o ciérrela.",
    )


def _endless_cell(number: int) -> SourceChanged:
    return SourceChanged(
        f"La fila {number} tiene una celda de más de {csv.field_size_limit():,} caracteres: le falta el cierre de una comilla, "
        "o lleva un documento entero en lugar de un dato.",
        code="UNBALANCED_QUOTE",
    )


def _open_quote(number: int, record: list[str]) -> SourceChanged:
    sample = clip(record[-1].replace(_SENTINEL, ""), 60)
    return SourceChanged(
        f"En la fila {number} se abre una comilla que nunca se cierra («{sample}»): lo que sigue se leería como una sola celda.",
        code="UNBALANCED_QUOTE",
    )
