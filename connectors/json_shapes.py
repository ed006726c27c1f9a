"""Ways in which well-known tools write a table as JSON, told by their shape: rows beside their columns' names, columns of
cells by their rows' numbers, and records whose cells stand in a member of their own (JSON:API, GeoJSON, Opendatasoft, WordPress with custom fields)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_COLUMNS = ("fields", "columns", "headers", "header")
_ROWS = ("records", "data", "rows", "values")
_NAMES = ("id", "name", "field", "fieldName", "label", "title")
_AROUND = {
    "attributes": frozenset({"id", "type", "links", "relationships", "meta", "geometry"}),  # JSON:API, Strapi, Esri
    "properties": frozenset({"id", "type", "geometry", "bbox", "links"}),  # GeoJSON
    "fields": frozenset({
        "id", "links", "datasetid", "recordid", "record_timestamp", "timestamp", "size", "geometry", "createdTime", "model", "pk",
        "name", "createTime", "updateTime",
    }),  # Opendatasoft, Airtable, Django, Firestore
    "record": frozenset({"links"}),  # Opendatasoft's second interface
    "_source": frozenset({"_index", "_type", "_id", "_score", "sort", "highlight"}),  # Elasticsearch
    "node": frozenset({"cursor", "__typename"}),  # Drupal's views, Relay's connections
}  # fmt: skip
"""Member that holds a record's cells -> what else such a record has."""
_MAP = frozenset({"type", "geometry", "bbox"})
"""Members of a GeoJSON feature (RFC 7946, 3.2) that say where it is drawn, and nothing of the commitment."""
_GOOGLE_DATE = re.compile(r"Date\((\d{4}),(\d{1,2}),(\d{1,2})\b")
"""The month counts from 0."""
_WIDEST = 500
_CUSTOM = "acf"
"""Custom fields of a WordPress post, beside the post's own."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """Rows of a recognised shape. `places`: the values of the document that they were read from, in the same order."""

    records: list[dict[str, Any]]
    places: list[Any]
    odd: int = 0
    """Rows that have more or fewer cells than there are columns."""


def table(node: Any) -> Shaped | None:
    """Rows as arrays beside the columns' names: a CKAN dump, a data frame written "split", Socrata's rows; or a data frame
    written by its columns; None: it is none."""
    if not isinstance(node, dict):
        return None
    if (records := _by_columns(node)) is not None:
        return Shaped(records, list(records))
    if (records := _google(node)) is not None:
        return Shaped(records, list(node["rows"]))
    names = next((found for key in _COLUMNS if (found := _names(node.get(key))) is not None), None) or _socrata(node)
    rows = next((node[key] for key in _ROWS if _is_rows(node.get(key))), None)
    if names is None or rows is None or not any(len(row) == len(names) for row in rows):
        return None
    records = [dict(zip(names, row, strict=False)) for row in rows]
    for record, row in zip(records, rows, strict=True):
        if len(row) > len(names):  # nothing is lost: what has no name goes by its place
            record.update({f"columna {place}": cell for place, cell in enumerate(row[len(names) :], len(names) + 1)})
    return Shaped(records, list(rows), sum(len(row) != len(names) for row in rows))


def _names(said: Any) -> list[str] | None:
    """The columns' names, given as texts or as objects that describe them; each once."""
    if not isinstance(said, list) or not said:
        return None
    if all(isinstance(name, str) for name in said):
        names = list(said)
    elif all(isinstance(field, dict) for field in said):
        key = next((key for key in _NAMES if all(isinstance(field.get(key), str) for field in said)), None)
        if key is None:
            return None
        names = [field[key] for field in said]
    else:
        return None
    return names if len(set(names)) == len(names) else None


def _by_columns(node: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Records of ``{"Compromiso": {"0": "…", "1": "…"}, "Estatus": {"0": …}}``, as pandas writes a data frame unasked."""
    columns = list(node.values())
    if len(columns) < 2 or any(name.isdigit() for name in node) or not all(isinstance(c, dict) and c for c in columns):
        return None
    rows = columns[0].keys()
    if not all(key.isdigit() for key in rows) or any(column.keys() != rows for column in columns):
        return None
    if any(isinstance(cell, dict) for column in columns for cell in column.values()):
        return None
    return [{name: column[row] for name, column in node.items()} for row in rows]


def _google(node: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Records of what Google Visualization answers: ``{"cols": [{"label": …}], "rows": [{"c": [{"v": …, "f": …}]}]}``."""
    cols, rows = node.get("cols"), node.get("rows")
    if not isinstance(cols, list) or not isinstance(rows, list) or not all(isinstance(col, dict) for col in cols):
        return None
    names = _names([str(col.get("label") or col.get("id") or "").strip() for col in cols])
    if names is None or not rows or not all(isinstance(row, dict) and isinstance(row.get("c"), list) for row in rows):
        return None
    return [dict(zip(names, map(_google_cell, row["c"]), strict=False)) for row in rows]


def _google_cell(cell: Any) -> Any:
    """A cell as the sheet shows it where that says more than its value: 45 % for 0.45, a date for ``Date(2024,11,31)``."""
    if not isinstance(cell, dict):
        return None
    value, said = cell.get("v"), cell.get("f")
    if isinstance(value, str) and (day := _GOOGLE_DATE.match(value)) is not None:
        year, month, number = map(int, day.groups())
        return f"{year:04}-{month + 1:02}-{number:02}"
    return said if isinstance(said, str) and isinstance(value, int | float) and said.strip().endswith("%") else value


def grid(document: Any) -> list[list[Any]] | None:
    """The lines of a document that is nothing but lines of cells, the names of the columns among them: Google Sheets, Junar.

    None: it has objects that are records, or no such lines.
    """
    level = [document]
    for _ in range(4):
        for node in level:
            if isinstance(node, dict) and table(node) is not None:
                return None
            lines = _junar(node) if isinstance(node, dict) else node
            if isinstance(lines, list) and len(lines) > 1 and all(_is_line(line) for line in lines):
                return lines
        level = [child for node in level if isinstance(node, dict) for child in node.values()]
    return None


def _is_line(line: Any) -> bool:
    return isinstance(line, list) and len(line) < _WIDEST and not any(isinstance(cell, dict | list) for cell in line)


def _junar(node: dict[str, Any]) -> list[list[Any]] | None:
    """The lines of a table whose cells stand one after another (``fArray``), so many to a line."""
    cells, width = node.get("fArray"), node.get("fCols")
    if (
        not isinstance(cells, list)
        or not isinstance(width, int)
        or width < 2
        or not all(isinstance(c, dict) for c in cells)
    ):
        return None
    said = [
        next((cell[key] for key in ("fStr", "fNum", "fUri") if cell.get(key) not in (None, "")), None) for cell in cells
    ]
    return [said[at : at + width] for at in range(0, len(said), width)]


def _socrata(node: dict[str, Any]) -> list[str] | None:
    meta = node.get("meta")
    view = meta.get("view") if isinstance(meta, dict) else None
    columns = view.get("columns") if isinstance(view, dict) else None
    if not isinstance(columns, list) or not all(
        isinstance(c, dict) and isinstance(c.get("name"), str) for c in columns
    ):
        return None
    return _names([column["name"] for column in columns])


def _is_rows(said: Any) -> bool:
    return isinstance(said, list) and bool(said) and all(isinstance(row, list) for row in said)


def lifted(records: Sequence[Any], expected: Sequence[str] = ()) -> tuple[list[Any], str | None]:
    """Records with the cells of their one telling member as their own, and that member's name; unchanged where they have none.

    What stood beside it stays, but for what GeoJSON says of the map alone; a name that both use is the cell's, and the other's
    goes by ``registro.name``.

    Args:
        records: the objects of a list.
        expected: columns that a mapping names; one that names the member itself ("attributes.titulo") keeps it.
    """
    path: list[str] = []
    found = list(records)
    named = frozenset(name.partition(".")[0] for name in expected)
    while len(path) < len(_AROUND) and (member := _member(found)) is not None:
        if any(name == member or name.startswith((f"{member}.", f"{member}[")) for name in expected):
            break
        found = [_lift(record, member, named) for record in found]
        path.append(member)
    return found, ".".join(path) or None


def _member(records: Sequence[Any]) -> str | None:
    if not records or not all(isinstance(record, dict) for record in records):
        return None
    for member, around in _AROUND.items():
        if all(isinstance(r.get(member), dict) and set(r) <= around | {member} for r in records) and any(
            r[member] for r in records
        ):
            return member
    custom = [record.get(_CUSTOM) for record in records]
    if any(isinstance(cells, dict) and cells for cells in custom) and all(
        not cells or isinstance(cells, dict) for cells in custom
    ):
        return _CUSTOM
    return None


def _lift(record: dict[str, Any], member: str, named: frozenset[str]) -> dict[str, Any]:
    cells = record.get(member) or {}  # WordPress writes a post without custom fields as an empty list
    envelope = _MAP - named if record.get("type") == "Feature" else frozenset()
    around = {
        (f"registro.{key}" if key in cells else key): value
        for key, value in record.items()
        if key != member and key not in envelope
    }
    return {**cells, **around}


def is_shaped(document: Any) -> bool:
    """Whether a document, or what it wraps, holds rows of one of these shapes."""
    if grid(document) is not None:
        return True
    level = [document]
    for _ in range(4):
        below: list[Any] = []
        for node in level:
            if table(node) is not None or (isinstance(node, list) and _member(node) is not None):
                return True
            if isinstance(node, dict):
                below.extend(child for child in node.values() if isinstance(child, dict | list))
        level = below
    return False
