"""Counts over everything that a filter selects, by one dimension."""

from __future__ import annotations

from typing import Any

from schema.labels import PROGRAM, STATUS
from schema.read.file import ReadFile
from schema.read.rows import FacetRow
from schema.selection import Selection

_OWN_COLUMNS = {"status": "status", "state": "state", "program": "program"}
_JOINED = {
    "year": ("{p}_year", "CAST(j.year AS TEXT)"),
    "source": ("{p}_source", "j.source"),
    "institution": ("{p}_institution", "j.name"),
    "ods": ("{p}_ods", "CAST(j.goal AS TEXT)"),
}


def read_facet(file: ReadFile, selection: Selection, name: str) -> list[FacetRow]:
    """Key, Spanish label and count of each value that occurs; most frequent first, then by key."""
    sql, params = selection.table()
    if name in _OWN_COLUMNS:
        body = f"SELECT {_OWN_COLUMNS[name]} AS v, count(*) AS n FROM s GROUP BY 1"
    else:
        body, extra = _joined(selection, name)
        params = [*params, *extra]
    rows = file.rows(f"WITH s AS MATERIALIZED ({sql}) {body}", params)
    counted = sorted(rows, key=lambda row: (-row[1], row[0]))
    labels = _labels(file, name)
    return [FacetRow(key=key, label=labels.get(key, key), count=count) for key, count in counted]


def _joined(selection: Selection, name: str) -> tuple[str, list[Any]]:
    table, value = _JOINED[name]
    parts: list[str] = []
    params: list[Any] = []
    for family in selection.families:
        where = ""
        if name == "ods":
            where = f" AND j.basis IN ({', '.join('?' * len(selection.normal.bases))})"
            params.extend(selection.normal.bases)
        parts.append(
            f"SELECT DISTINCT s.family, s.id, {value} AS v FROM s JOIN {table.format(p=family)} j ON j.row = s.id "
            f"WHERE s.family = '{family}'{where}"
        )
    return f"SELECT v, count(*) FROM ({' UNION ALL '.join(parts)}) GROUP BY v", params


def _labels(file: ReadFile, name: str) -> dict[str, str]:
    match name:
        case "status":
            return dict(STATUS)
        case "program":
            return dict(PROGRAM)
        case "state":
            return {code: row.name for code, row in file.jurisdictions().items()}
        case "ods":
            return {str(number): row.name for number, row in file.goals().items()}
        case "source":
            return dict(file.rows("SELECT key, title FROM source"))
        case _:
            return {}
