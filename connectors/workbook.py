"""What a spreadsheet's own package says before it is opened: how large it really is, which cells show a percentage or an error.

The reader lays a sheet out as one dense block, so that two cells at opposite corners would take all memory; it gives the
number 0.75 where a person sees 75 %, and nothing where a person sees #REF!. All three are read here from the package itself.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.base import SourceChanged
from connectors.workbook_fills import MOST as MOST_FILLS
from connectors.workbook_fills import Fills, fill_styles
from connectors.workbook_links import Links, column_of, links_of

MAX_UNPACKED = 400_000_000
"""Bytes of a whole package, unpacked."""
MAX_CELLS = 10_000_000
"""Cells of one sheet from A1 to its last one."""
_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]{0,200})>")
_REF = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FAILED = re.compile(rb'\bt="e"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FORMAT_ID = re.compile(rb'numFmtId="(\d+)"')
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)>")
_FORMAT_CODE = re.compile(rb'formatCode="([^"]*)"')
_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_NEVER_WORKED_OUT = re.compile(
    rb"<(?:\w+:)?c\s([^>]{0,200})>(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?</(?:\w+:)?c>"
)
"""A cell with a formula and no value, as programs write it that work nothing out."""
_TYPED = re.compile(rb'\bt="')
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:table-cell\b([^>]*)>")
_ODS_REPEAT = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


@dataclass(slots=True)
class Package:
    """What the reader does not tell of a book.

    Attributes:
        percents: sheet name -> the cells (row, column; from 0) whose number format is a percentage.
        unworked: sheet name -> the cells whose formula nobody has worked out: they have no value.
        failed: sheet name -> the cells ("F3") whose formula ended in an error; ECMA-376, part 1, 18.18.11.
        from_1904: days count from there.
    """

    percents: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)
    unworked: dict[str, list[str]] = field(default_factory=dict)
    fills: dict[str, Fills] = field(default_factory=dict)
    links: dict[str, Links] = field(default_factory=dict)
    """Sheet name -> where its cells lead."""
    from_1904: bool = False


def inspect(data: bytes) -> Package:
    """Look into an xlsx or ods package.

    Raises:
        SourceChanged: it is damaged, or unpacks or spreads beyond any published spreadsheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise SourceChanged(
                    "El libro ocupa demasiado una vez descomprimido: no es una hoja de cálculo normal.", code="ZIP_BOMB"
                )
            if "content.xml" in archive.namelist():
                _check_ods(archive)
                return Package()
            return _read(archive)
    except SourceChanged:
        raise
    except (
        Exception
    ) as error:  # zipfile raises a dozen kinds for a damaged archive, NotImplementedError and struct.error among them
        raise SourceChanged(
            "El libro está dañado y no se puede abrir: vuelva a guardarlo y publicarlo.", code="DAMAGED_FILE"
        ) from error


def _read(archive: zipfile.ZipFile) -> Package:
    package = Package(from_1904=_FROM_1904.search(_entry(archive, "xl/workbook.xml")) is not None)
    percent = _percent_styles(archive)
    colours = fill_styles(_entry(archive, "xl/styles.xml"), _entry(archive, "xl/theme/theme1.xml"))
    named = _names(archive)
    for entry in archive.namelist():
        if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
            name = named.get(entry, entry)
            found = _scan(archive, entry, percent, colours)
            package.fills[name] = found.fills
            package.percents[name], package.failed[name], package.unworked[name] = (
                found.percents,
                found.failed,
                found.unworked,
            )
            package.links[name] = links_of(archive, entry, found.tail)
    return package


@dataclass(slots=True)
class _Scan:
    """What one pass over a sheet finds. `tail` is its end, where the hyperlinks stand (ECMA-376, part 1, 18.3.1.99)."""

    percents: set[tuple[int, int]] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    unworked: list[str] = field(default_factory=list)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    tail: bytes = b""
    last_row: int = 0
    last_column: int = 0

    def take(self, text: bytes, percent: set[int], colours: Mapping[int, str]) -> None:
        """Look at the cells of a piece of the sheet."""
        styled = bool(percent or colours)
        for match in _CELL.finditer(text):
            said = match.group(1)
            ref = _REF.search(said)
            if ref is None:
                continue
            row, column = int(ref.group(2)), _column(ref.group(1))
            self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
            if b't="e"' in said and _FAILED.search(said):
                self.failed.append((ref.group(1) + ref.group(2)).decode("ascii"))
            style = _STYLE.search(said) if styled and b's="' in said else None
            if style is None:
                continue
            number = int(style.group(1))
            if number in percent:
                self.percents.add((row - 1, column - 1))
            if number in colours and len(self.fills) < MOST_FILLS:
                self.fills[row - 1, column - 1] = colours[number]
        for match in _NEVER_WORKED_OUT.finditer(text) if b"<f" in text or b":f" in text else ():
            ref = _REF.search(match.group(1))
            if ref is not None and not _TYPED.search(match.group(1)):
                self.unworked.append((ref.group(1) + ref.group(2)).decode("ascii"))


def _scan(archive: zipfile.ZipFile, entry: str, percent: set[int], colours: Mapping[int, str]) -> _Scan:
    """One pass over a sheet: its extent, its cells of a percent style, their colours, the formulas that failed or were never worked out."""
    found = _Scan()
    unpacked = 0
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED:
                raise SourceChanged("El libro ocupa demasiado una vez descomprimido.", code="ZIP_BOMB")
            text = tail + chunk
            found.tail = (found.tail + chunk)[-_CHUNK:]
            cut = text.rfind(b"<")
            tail, text = text[cut:], text[:cut]
            found.take(text, percent, colours)
    if len(found.fills) >= MOST_FILLS:
        found.fills.clear()
    if found.last_row * found.last_column > MAX_CELLS:
        raise SourceChanged(
            f"Una hoja del libro llega hasta la fila {found.last_row} y la columna {found.last_column}: borre las celdas sueltas fuera de la tabla.",
            code="TOO_LARGE",
        )
    return found


def _column(letters: bytes) -> int:
    return column_of(letters) + 1


def _percent_styles(archive: zipfile.ZipFile) -> set[int]:
    """Indexes of the cell styles whose number format shows a percentage (built-in 9 and 10, or a code with ``%``)."""
    raw = _entry(archive, "xl/styles.xml")
    formats = {9, 10}
    for match in _FORMAT.finditer(raw):
        number, code = _FORMAT_ID.search(match.group(1)), _FORMAT_CODE.search(match.group(1))
        if number and code and b"%" in re.sub(rb"&quot;.*?&quot;|\\.", b"", code.group(1)):
            formats.add(int(number.group(1)))
    start = raw.find(b"cellXfs")
    block = raw[start : raw.find(b"cellXfs", start + 8)] if start >= 0 else b""
    styles: set[int] = set()
    for index, match in enumerate(_XF.finditer(block)):
        number = _FORMAT_ID.search(match.group(1))
        if number and int(number.group(1)) in formats:
            styles.add(index)
    return styles


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path of a sheet inside the package -> the name on its tab."""
    targets = {}
    for match in _RELATION.finditer(_entry(archive, "xl/_rels/workbook.xml.rels")):
        said = dict(_ATTRIBUTE.findall(match.group(1)))
        target = said.get(b"Target", b"").decode("utf-8", "replace")
        targets[said.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    names = {}
    for match in _SHEET.finditer(_entry(archive, "xl/workbook.xml")):
        said = dict(_ATTRIBUTE.findall(match.group(1)))
        path = targets.get(said.get(b"r:id", b""))
        if path is not None:
            names[path] = _unescape(said.get(b"name", b"").decode("utf-8", "replace"))
    return names


def _unescape(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as stream:
        return stream.read(50_000_000)


def _check_ods(archive: zipfile.ZipFile) -> None:
    """An ODS cell or row with content may repeat itself a million times."""
    with archive.open("content.xml") as stream:
        content = stream.read(MAX_UNPACKED)
    cells = 0
    for match in _ODS_ROW.finditer(content):
        if b"office:value" not in match.group(2) and b"<text:p" not in match.group(2):
            continue
        rows = _repeat(match.group(1))
        cells += rows * sum(
            _repeat(cell.group(1)) for cell in _ODS_CELL.finditer(match.group(2)) if b"office:value" in cell.group(1)
        )
        if cells > MAX_CELLS:
            raise SourceChanged(
                "Una hoja del libro repite celdas millones de veces: vuelva a guardarlo sin ellas.", code="TOO_LARGE"
            )


def _repeat(attributes: bytes) -> int:
    found = _ODS_REPEAT.search(attributes)
    return int(found.group(1)[:9]) if found else 1
