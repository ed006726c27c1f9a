"""Tables ruled with lines in a PDF, running over pages. A scanned or unruled PDF is refused in words its publisher understands."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException
from pydantic import Field

from connectors.base import Cell, Row, Snapshot, SourceChanged
from connectors.grid import LYING, GridOptions, Shape, header_of, tabulate
from connectors.header import Line, Merge, filled
from connectors.looks import colour
from connectors.pdf_breaks import mend, open_ends
from connectors.pdf_text import heading_above, is_unreadable, turned
from connectors.sideways import set_up
from connectors.sniff import Format, sniff
from connectors.table import Reading, TableConnector, likeliest
from connectors.text import fold, shown, tidy

_RULED = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}
_MAX_CHARS = 2_000_000


class PdfOptions(GridOptions):
    """Options of `pdf_table`."""

    pages: int = Field(default=200, ge=1, le=2_000, description="cuántas páginas se leen como máximo")
    first_page: int = Field(default=1, ge=1, description="primera página que se lee")
    password: str | None = Field(default=None, description="contraseña de lectura, si el PDF la pide")


class PdfTable(TableConnector[PdfOptions]):
    """The ruled tables of a PDF."""

    name: ClassVar[str] = "pdf_table"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[PdfOptions]] = PdfOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        yield from read_pdf(snapshot.read(), self.options, reading)


class _Run:
    """One table, from the page it begins on to the page it ends on."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.width = 0
        self.turned = False
        self.left_open = False
        """Whether the page broke its last row without a rule below."""
        self.heading: Line | None = None
        """“Compromiso 3. …” above the table."""

    def add(self, lines: list[Line], merges: list[Merge], width: int) -> None:
        start = len(self.lines)
        self.lines.extend(lines)
        self.merges.extend(Merge(m.top + start, m.left, m.bottom + start, m.right) for m in merges)
        self.width = width


def read_pdf(data: bytes, options: PdfOptions, reading: Reading) -> Iterator[Row]:
    """The rows of the ruled tables of a PDF.

    Raises:
        SourceChanged: it is no PDF, is encrypted or damaged, has no text, or no ruled table.
    """
    found = sniff(data)
    if found.format is not Format.PDF:
        what = (
            "está vacía" if found.format is Format.EMPTY else f"es un archivo {found.format.value.upper()} y no un PDF"
        )
        code = "EMPTY_FILE" if found.format is Format.EMPTY else "WRONG_FORMAT"
        raise SourceChanged(f"La respuesta {what}.", code=code)
    runs = _stood(_runs(data, options, reading), options, reading)
    headers = [header_of(run.lines, Shape(options, reading.expected, run.merges)) for run in runs]
    best = likeliest(headers, reading.expected)
    if not best:
        raise SourceChanged("Ninguna tabla del PDF tiene un encabezado reconocible.", code="NO_TABLE")
    if len(best) < len(runs):
        reading.note("TABLE_SKIPPED", f"Tablas del PDF que no se leyeron: {len(runs) - len(best)}.", "INFO")
    for index in best:
        run = runs[index]
        yield from tabulate(run.lines, Shape(options, reading.expected, run.merges), reading.notes, reading.on_header)


def _stood(runs: list[_Run], options: PdfOptions, reading: Reading) -> list[_Run]:
    """The tables, those that lie on their side set up: as many of one width as follow each other are sheets of one list."""
    if options.header_row is not None:
        return runs
    stood: list[_Run] = []
    lying: list[_Run] = []
    for run in [*runs, None]:
        lies = run is not None and set_up(run.lines, reading.expected) is not None
        if lying and (run is None or not lies or run.width != lying[0].width):
            stood.append(_set_up(lying, reading))
            lying = []
        if run is not None:
            (lying if lies else stood).append(run)
    if any(run.turned for run in stood):
        reading.notes.append(LYING)
    return stood


def _set_up(lying: Sequence[_Run], reading: Reading) -> _Run:
    whole = _Run()
    lines = [line for run in lying for line in ([run.heading] if run.heading else []) + run.lines]
    whole.add(set_up(lines, reading.expected) or lines, [], lying[0].width)
    whole.turned = True
    return whole


def _runs(data: bytes, options: PdfOptions, reading: Reading) -> list[_Run]:
    try:
        with pdfplumber.open(io.BytesIO(data), password=options.password or "") as document:
            return _collect(document, options, reading)
    except SourceChanged:
        raise
    except (KeyboardInterrupt, MemoryError):
        raise
    except (
        Exception
    ) as error:  # pdfminer raises some forty kinds for a damaged file, bare asserts and KeyErrors among them
        if "Password" in repr(error) or "Encryption" in repr(error) or _is_password(error):
            raise SourceChanged(
                "El PDF está protegido con contraseña: publíquelo sin ella.", code="ENCRYPTED"
            ) from error
        raise SourceChanged(
            "El PDF está dañado y no se puede leer: vuelva a generarlo y publicarlo.", code="DAMAGED_FILE"
        ) from error


def _is_password(error: Exception) -> bool:
    return isinstance(error, PdfminerException) and any("Password" in repr(arg) for arg in error.args)


def _collect(document: Any, options: PdfOptions, reading: Reading) -> list[_Run]:
    runs: list[_Run] = []
    chars = unreadable = 0
    total = len(document.pages)
    last = min(total, options.first_page - 1 + options.pages)
    if last < total:
        reading.note("PAGES_LIMIT", f"El PDF tiene {total} páginas; se leyeron hasta la {last}.")
    for number in range(options.first_page, last + 1):
        page = document.pages[number - 1]
        chars += len(page.chars)
        unreadable += is_unreadable(page.chars)
        if chars > _MAX_CHARS:
            raise SourceChanged("El PDF tiene demasiado texto para una tabla de compromisos.", code="TOO_LARGE")
        ends = open_ends(page.edges)
        tables = page.find_tables(_RULED | {"explicit_horizontal_lines": ends} if ends else _RULED)
        painted = _painted(page) if tables else []
        below = float(page.bbox[1])
        for order, table in enumerate(tables, 1):
            heading, below = heading_above(page, table.bbox[1], below), table.bbox[3]
            place = f"page {number} " if len(tables) == 1 else f"page {number} table {order} "
            lines, merges, width = _lines(table, place)
            _shade(lines, table, painted)
            if not lines or width < 2:
                continue
            if runs and order == 1 and runs[-1].width == width and heading is None:
                fresh = _without_repeated(lines, runs[-1])
                mend(fresh, runs[-1].lines, runs[-1].left_open)
                runs[-1].add(fresh, merges, width)
                runs[-1].left_open = _ends_open(table, ends)
                continue
            run = _Run()
            run.add(lines, merges, width)
            run.left_open = _ends_open(table, ends)
            run.heading = Line(0, [heading], f"{place}above ") if heading else None
            runs.append(run)
        page.close()
    if not chars:
        raise SourceChanged(
            "El PDF no tiene texto: parece una imagen escaneada. Publique la tabla como hoja de cálculo o como PDF con texto.",
            code="PDF_WITHOUT_TEXT",
        )
    if 2 * unreadable > last - options.first_page + 1:
        raise SourceChanged(
            "Las letras del PDF no dicen cuáles son: su tipografía no trae mapa Unicode. Publique la tabla como hoja de cálculo, o el PDF con "
            "las tipografías completas.",
            code="PDF_WITHOUT_TEXT",
        )
    if not runs:
        raise SourceChanged(
            "El PDF no tiene ninguna tabla trazada con líneas. Publique la tabla con cuadrícula o, mejor, como hoja de cálculo o CSV.",
            code="PDF_WITHOUT_RULES",
        )
    return runs


def _ends_open(table: Any, ends: Sequence[float]) -> bool:
    return any(abs(end - table.bbox[3]) < 1 for end in ends)


def _lines(table: Any, place: str) -> tuple[list[Line], list[Merge], int]:
    """A table's cells as lines, with the ranges that one ruled cell covers."""
    texts = table.extract()
    lain = [char for char in table.page.chars if not char["upright"]]
    boxes = [row.cells for row in table.rows]
    width = max((len(row) for row in texts), default=0)
    if lain:
        texts = [
            [(turned(table.page.chars, box) if box else None) or text for text, box in zip(row, held, strict=True)]
            for row, held in zip(texts, boxes, strict=True)
        ]
    lines = [Line(number, [_cell(text) for text in row], place) for number, row in enumerate(texts, 1)]
    tops = [min((box[1] for box in row if box), default=0.0) for row in boxes]
    lefts = [min((row[c][0] for row in boxes if c < len(row) and row[c]), default=None) for c in range(width)]
    merges: list[Merge] = []
    for r, row in enumerate(boxes):
        for c, box in enumerate(row):
            if box is None:
                continue
            bottom, right = r, c
            while bottom + 1 < len(boxes) and boxes[bottom + 1][c] is None and tops[bottom + 1] < box[3] - 1:
                bottom += 1
            while right + 1 < len(row) and row[right + 1] is None and (lefts[right + 1] or 0.0) < box[2] - 1:
                right += 1
            if bottom > r or right > c:
                merges.append(Merge(r, c, bottom, right))
    return lines, merges, width


Painted = list[tuple[float, float, float, float, str]]
"""Left, top, right and bottom of what is painted in a colour, in points, and the colour's name."""


def _painted(page: Any) -> Painted:
    found: Painted = []
    for rect in page.rects:
        told = rect.get("non_stroking_color")
        if not rect.get("fill") or not isinstance(told, tuple | list) or len(told) != 3:
            continue
        red, green, blue = (round(255 * max(0.0, min(1.0, float(part)))) for part in told)
        name = colour(f"rgb({red},{green},{blue})")
        if name not in (None, "gris"):
            found.append((rect["x0"], rect["top"], rect["x1"], rect["bottom"], name or ""))
    return found


def _shade(lines: list[Line], table: Any, painted: Painted) -> None:
    """Give cells without a word the name of the colour behind them, where a column has several: a traffic light."""
    if not painted:
        return
    held: dict[int, list[tuple[Line, str]]] = {}
    for line, row in zip(lines, table.rows, strict=True):
        for column, box in enumerate(row.cells):
            if box is None or column >= len(line.cells) or line.cells[column] is not None:
                continue
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            name = next((name for x0, top, x1, bottom, name in painted if x0 <= x <= x1 and top <= y <= bottom), None)
            if name is not None:
                held.setdefault(column, []).append((line, name))
    for column, cells in held.items():
        if len({name for _, name in cells}) > 1:
            for line, name in cells:
                line.cells[column] = name.capitalize()


def _cell(text: str | None) -> Cell:
    """Lines inside a cell were wrapped by the page, not by the author."""
    return tidy(text) or None if text else None


def _without_repeated(lines: list[Line], run: _Run) -> list[Line]:
    """Blank out the rows of a header that the next page repeats, so that merged ranges keep their places."""
    for line, first in zip(lines, run.lines, strict=False):
        same = [fold(shown(cell)) for cell in line.cells] == [fold(shown(cell)) for cell in first.cells]
        if not same or not filled(line.cells):
            break
        line.cells = [None] * len(line.cells)
    return lines
