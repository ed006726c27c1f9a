"""Answers that say by themselves that they are a part of a list."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.base import Context
from connectors.json_rows import JsonOptions, JsonRows
from tests.connectors.kit import context, snapshot

ROWS = [{"titulo": "Abrir", "estatus": "Concluido"}, {"titulo": "Oír", "estatus": "En proceso"}]


def read(document: Any) -> Context:
    ctx = context()
    list(JsonRows(JsonOptions()).rows(snapshot(json.dumps(document)), ctx))
    return ctx


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"exceededTransferLimit": True, "features": [{"attributes": row} for row in ROWS]}, "exceededTransferLimit"),
        ({"result": {"records": ROWS, "total": 37}}, "2 de 37"),
        ({"total_count": 9, "results": ROWS}, "2 de 9"),
        ({"count": 9, "next": "https://ejemplo.gob.mx/?page=2", "results": ROWS}, "2 de 9"),
        ({"@odata.nextLink": "https://ejemplo.gob.mx/?$skip=2", "value": ROWS}, "página siguiente"),
        ({"data": ROWS, "links": {"next": "https://ejemplo.gob.mx/?page=2"}}, "página siguiente"),
        ({"data": ROWS, "meta": {"current_page": 1, "last_page": 3}}, "página 1 de 3"),
    ],
)
def test_a_part_of_a_list_is_said_to_be_one(document: Any, said: str) -> None:
    (note,) = [note for note in read(document).notes if note.code == "PARTIAL_LIST"]
    assert said in note.message
    assert note.severity == "WARNING"


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        {"total": 2, "data": ROWS},
        {"result": {"resource_id": "a", "records": ROWS, "total": 2, "_links": {"next": "/api/3/action/x?offset=2"}}},
        {"next": None, "count": 2, "results": ROWS},
        {"data": ROWS, "meta": {"current_page": 3, "last_page": 3}},
        {"features": [{"attributes": row} for row in ROWS], "exceededTransferLimit": False},
        [{**row, "total": 900} for row in ROWS],
    ],
)
def test_a_whole_list_is_not(document: Any) -> None:
    assert "PARTIAL_LIST" not in [note.code for note in read(document).notes]


def test_a_document_written_as_a_text_inside_another_is_read() -> None:
    for document in (json.dumps(ROWS), {"d": json.dumps(ROWS)}):
        rows = list(JsonRows(JsonOptions()).rows(snapshot(json.dumps(document)), context()))
        assert [row.values for row in rows] == ROWS
