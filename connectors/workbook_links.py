"""Where the cells of a sheet lead: the addresses behind «Ver», which the reader of workbooks does not give."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from html import unescape

from connectors.base import Cell
from connectors.header import Header, Line
from connectors.text import shown

HREF = " (href)"
"""Behind the name of a column: the column of what its cells link to."""
_HYPERLINK = re.compile(rb"<(?:\w+:)?hyperlink\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_REF = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*><(?:\w+:)?f\b[^>]*>\s*HYPERLINK\((?:"|&quot;)((?:[^"&<]|&amp;){1,2000})(?:"|&quot;)'
)
_WEB = ("http://", "https://", "ftp://")

Links = dict[tuple[int, int], str]
"""Row and column, from 0 -> the address that the cell leads to."""


def column_of(letters: bytes) -> int:
    """The place of a column by its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def links_of(archive: zipfile.ZipFile, entry: str, tail: bytes) -> Links:
    """The web addresses that a sheet's cells lead to.

    Args:
        entry: the sheet's path in the package.
        tail: the end of the sheet, where its hyperlinks are listed; in a small sheet all of it, its formulas too.
    """
    folder, name = entry.rsplit("/", 1)
    found: Links = {}
    targets = _targets(archive, f"{folder}/_rels/{name}.rels")
    for match in _HYPERLINK.finditer(tail):
        said = dict(_ATTRIBUTE.findall(match.group(1)))
        ref = _REF.match(said.get(b"ref", b""))
        target = targets.get(next((value for key, value in said.items() if key.endswith(b":id")), b""), "")
        if ref is not None and target.startswith(_WEB):
            found[int(ref.group(2)) - 1, column_of(ref.group(1))] = target
    for column, row, target in _FORMULA.findall(tail):
        address = unescape(target.decode("utf-8", "replace"))
        if address.startswith(_WEB):
            found[int(row) - 1, column_of(column)] = address
    return found


def _targets(archive: zipfile.ZipFile, path: str) -> dict[bytes, str]:
    if path not in archive.namelist():
        return {}
    with archive.open(path) as stream:
        relations = _RELATION.findall(stream.read(50_000_000))
    said = [dict(_ATTRIBUTE.findall(relation)) for relation in relations]
    return {one.get(b"Id", b""): unescape(one.get(b"Target", b"").decode("utf-8", "replace")) for one in said}


def with_links(lines: Sequence[Line], header: Header | None, links: Links) -> bool:
    """Add a column ``X (href)`` behind the last one for each column whose cells lead somewhere that they do not say; whether there was one."""
    if header is None or not links:
        return False
    body = range(header.first + header.depth, len(lines))
    at = {line.number - 1: index for index, line in enumerate(lines)}
    told = {(at[row], column): address for (row, column), address in links.items() if row in at and at[row] in body}
    columns = sorted(
        {column for (_, column) in told if column < len(header.names) and header.names[column] is not None}
    )
    columns = [
        column for column in columns if any(_hides(lines[row].cells, c, told[row, c]) for row, c in told if c == column)
    ]
    width = max((len(line.cells) for line in lines), default=0)
    for place, column in enumerate(columns, width):
        _add(
            lines,
            place,
            [
                (header.first, f"{header.names[column]}{HREF}"),
                *((row, address) for (row, c), address in told.items() if c == column),
            ],
        )
    return bool(columns)


def _hides(cells: Sequence[Cell], column: int, address: str) -> bool:
    """Whether a cell does not say where it leads."""
    return column >= len(cells) or not shown(cells[column]).strip().startswith(_WEB)


def _add(lines: Sequence[Line], place: int, said: Iterable[tuple[int, str]]) -> None:
    cells = dict(said)
    for index, line in enumerate(lines):
        line.cells.extend([None] * (place + 1 - len(line.cells)))
        line.cells[place] = cells.get(index)
