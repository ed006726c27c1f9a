"""Cells of a sheet that speak by their colour alone: what the sheet's own legend says of it, else the colour's name, and it is said.

The reader of workbooks gives values and no looks; colours are read from the package (ECMA-376, part 1, 18.8.20 and 18.8.45).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.header import Header, Line, filled
from connectors.looks import colour
from connectors.synonyms import meanings
from connectors.table import Reading
from connectors.text import clip, fold, is_blank, shown, tidy

MOST = 50_000
"""Coloured cells of a sheet that are looked at: one with more is coloured for the eye."""
_FILL = re.compile(rb"<(?:\w+:)?fill>(.*?)</(?:\w+:)?fill>", re.DOTALL)
_FOREGROUND = re.compile(rb"<(?:\w+:)?fgColor\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FILL_ID = re.compile(rb'fillId="(\d+)"')
_ACCENT = re.compile(rb'<a:accent(\d)>\s*<a:srgbClr val="([0-9A-Fa-f]{6})"')
_INDEXED = {
    2: "FF0000", 3: "00FF00", 4: "0000FF", 5: "FFFF00", 10: "FF0000", 11: "00FF00", 12: "0000FF", 13: "FFFF00", 16: "800000", 17: "008000",
    29: "FF8080", 42: "CCFFCC", 43: "FFFF99", 45: "FF99CC", 47: "FFCC99", 50: "99CC00", 51: "FFCC00", 52: "FF9900", 53: "FF6600", 57: "339966",
}  # fmt: skip
"""The colours of the old palette that a traffic light may have; 18.8.27."""
_SHARE = 0.5
_LONGEST = 60

Fills = Mapping[tuple[int, int], str]
"""Row and column, from 0 -> the name of the colour behind the cell."""


def fill_styles(styles: bytes, theme: bytes) -> dict[int, str]:
    """Number of a cell style -> the name of the colour that it fills the cell with; styles without colour are left out."""
    accents = {int(number) + 3: value.decode("ascii") for number, value in _ACCENT.findall(theme)}
    start = styles.find(b"cellXfs")
    block = styles[start : styles.find(b"cellXfs", start + 8)] if start >= 0 else b""
    names = [_name(match.group(1), accents) for match in _FILL.finditer(styles)]
    found: dict[int, str] = {}
    for index, match in enumerate(_XF.finditer(block)):
        number = _FILL_ID.search(match.group(1))
        at = int(number.group(1)) if number is not None else 0
        if at < len(names) and (name := names[at]) is not None:
            found[index] = name
    return found


def _name(fill: bytes, accents: Mapping[int, str]) -> str | None:
    foreground = _FOREGROUND.search(fill)
    if b'"solid"' not in fill or foreground is None:
        return None
    said = {
        key.decode("ascii"): value.decode("ascii", "replace") for key, value in _ATTRIBUTE.findall(foreground.group(1))
    }
    rgb = said.get("rgb", "")[-6:]
    if not rgb and said.get("indexed", "").isdigit():
        rgb = _INDEXED.get(int(said["indexed"]), "")
    if not rgb and said.get("theme", "").isdigit():
        rgb = accents.get(int(said["theme"]), "")
    return colour(f"#{rgb}") if re.fullmatch("[0-9A-Fa-f]{6}", rgb) else None


def read_colours(lines: Sequence[Line], header: Header | None, fills: Fills, reading: Reading, sheet: str) -> None:
    """Give the cells of a column without a word what their colour means, in place, and report every such column.

    Args:
        lines: the sheet's rows, as they stand in it.
        header: its header; without one nothing is read.
        fills: the colours behind its cells.
        reading: told of what was found.
        sheet: its name, for the report.
    """
    if header is None or not fills or any(line.column for line in lines):
        return
    body = [line for line in lines[header.first + header.depth :] if len(filled(line.cells)) > 1]
    rows = {line.number - 1 for line in body}
    named = {column for column, name in enumerate(header.names) if any(_label(row, column) for row in header.labels)}
    speaking = [column for column in sorted(named) if _speaks_by_colour(body, column, fills)]
    if not speaking:
        return
    data = {(row, column) for row in rows for column in named}
    legend, places = _legend(lines, fills, data)
    for column in speaking:
        _read_column(body, column, header.names[column] or "", fills, legend, reading, sheet)
    for line in body:  # a legend beside the table is no column of it
        for column in range(len(line.cells)):
            if (line.number - 1, column) in places:
                line.cells[column] = None


def _label(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _speaks_by_colour(body: Sequence[Line], column: int, fills: Fills) -> bool:
    """Whether a column has no word and colours of its own: not those that whole rows are striped with."""
    if any(column < len(line.cells) and not is_blank(line.cells[column]) for line in body):
        return False
    own = [
        fills[line.number - 1, column]
        for line in body
        if (line.number - 1, column) in fills
        and fills.get((line.number - 1, column - 1)) != fills[line.number - 1, column]
    ]
    return len(own) >= max(2, _SHARE * len(body)) and len(set(own)) > 1


def _legend(
    lines: Sequence[Line], fills: Fills, data: set[tuple[int, int]]
) -> tuple[dict[str, str], set[tuple[int, int]]]:
    """Colour -> what stands in a cell of it outside the table, or beside such a cell, and where; a colour that means two things means none."""
    at = {line.number - 1: line.cells for line in lines}
    found: dict[str, set[str]] = {}
    places: set[tuple[int, int]] = set()
    for (row, column), name in fills.items():
        if (row, column) in data or row not in at:
            continue
        place = next((i for i in (column, column + 1) if i < len(at[row]) and not is_blank(at[row][i])), None)
        if place is None or (row, place) in data:
            continue
        text = re.sub(rf"^{name}s?\s*[:=–—-]+\s*", "", tidy(shown(at[row][place])), flags=re.IGNORECASE)
        if len(text) <= _LONGEST and (text.endswith("%") or any(char.isalpha() for char in text)):
            found.setdefault(name, set()).add(text)
            places.add((row, place))
    told = {name: next(iter(texts)) for name, texts in found.items() if len({fold(text) for text in texts}) == 1}
    return (told, places) if len({fold(text) for text in told.values()}) > 1 else ({}, set())


def _read_column(
    body: Sequence[Line], column: int, name: str, fills: Fills, legend: Mapping[str, str], reading: Reading, sheet: str
) -> None:
    held = [(line, fills[line.number - 1, column]) for line in body if (line.number - 1, column) in fills]
    where = f"La columna «{clip(name, 60)}» de la hoja «{clip(sheet, 40)}» habla solo con el color de sus celdas"
    if all(shade in legend for _, shade in held):
        said = ", ".join(f"{shade}: «{legend[shade]}»" for shade in dict.fromkeys(shade for _, shade in held))
        reading.note(
            "COLOUR_LEGEND",
            f"{where}; se leyó por la simbología de la hoja ({said}). Escriba la palabra en la celda.",
            "INFO",
        )
    elif not any(field in ("status", "progress") for field, _ in meanings(name)):
        return
    else:
        reading.note(
            "COLOUR_ONLY",
            f"{where}, y la hoja no dice qué significa cada uno: escriba en la celda la palabra (Cumplido, En proceso, Sin iniciar).",
        )
    for line, shade in held:
        line.cells.extend([None] * (column + 1 - len(line.cells)))
        line.cells[column] = legend.get(shade, shade.capitalize())
