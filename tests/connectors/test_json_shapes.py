"""Shapes of well-known tools: each read without a declared path, and one record as its tool writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Context, Row, SourceChanged
from connectors.json_rows import JsonOptions, JsonRows
from connectors.json_shapes import is_shaped, lifted
from tests.connectors.kit import context, drafts_of, snapshot

CELLS = {"titulo": "Publicar el gasto", "responsable": "Finanzas", "avance": 40}
NAMES, ROW = list(CELLS), list(CELLS.values())
SHAPES: dict[str, tuple[Any, str]] = {
    "CKAN dump": (
        {"fields": [{"id": name, "type": "text"} for name in NAMES], "records": [ROW]}, "/records/0",
    ),
    "CKAN answer": (
        {"success": True, "result": {"fields": [{"id": n, "type": "text"} for n in NAMES], "records": [ROW]}},
        "/result/records/0",
    ),
    "data frame": ({"columns": NAMES, "index": [0], "data": [ROW]}, "/data/0"),
    "data frame by columns": ({name: {"0": cell} for name, cell in CELLS.items()}, "item 1"),
    "Socrata rows": ({"meta": {"view": {"columns": [{"name": n, "fieldName": n} for n in NAMES]}}, "data": [ROW]}, "/data/0"),
    "JSON:API": (
        {"data": [{"type": "compromisos", "id": "1", "attributes": CELLS}], "links": {"self": "/x"}}, "/data/0",
    ),
    "GeoJSON": (
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": CELLS}]}, "/features/0",
    ),
    "Opendatasoft records": (
        {"nhits": 1, "records": [{"datasetid": "c", "recordid": "a", "fields": CELLS, "record_timestamp": "2024"}]},
        "/records/0",
    ),
    "Opendatasoft second": (
        {"total_count": 1, "records": [{"links": [], "record": {"id": "a", "timestamp": "x", "size": 1, "fields": CELLS}}]},
        "/records/0",
    ),
    "Opendatasoft results": ({"total_count": 1, "results": [CELLS]}, "/results/0"),
    "WordPress": (
        [{"id": 7, "link": "https://ejemplo.gob.mx/7", "title": {"rendered": "Compromiso"}, "acf": CELLS},
         {"id": 8, "link": "https://ejemplo.gob.mx/8", "title": {"rendered": "Otro"}, "acf": []}], "/0",
    ),
    "Hasura": ({"data": {"compromisos": [CELLS]}}, "/data/compromisos/0"),
}  # fmt: skip


def read(document: Any, fields: Any = None, **options: Any) -> tuple[list[Row], Context]:
    ctx = context(fields=fields)
    return list(JsonRows(JsonOptions(**options)).rows(snapshot(json.dumps(document)), ctx)), ctx


@pytest.mark.parametrize(("document", "locator"), SHAPES.values(), ids=SHAPES)
def test_each_shape_gives_its_cells_by_their_own_names_and_says_where_they_stand(document: Any, locator: str) -> None:
    rows, _ = read(document)
    assert {name: rows[0].values[name] for name in CELLS} == CELLS
    assert rows[0].locator == locator


@pytest.mark.parametrize("document", [document for document, _ in SHAPES.values()], ids=list(SHAPES))
def test_each_shape_is_mapped_by_its_column_names(document: Any) -> None:
    draft = drafts_of(JsonRows(JsonOptions()), snapshot(json.dumps(document)), context())[0]
    assert (draft.values["title"], draft.values["institution"], draft.values["progress"]) == tuple(ROW)


def test_a_declared_path_is_followed_to_the_letter() -> None:
    rows, _ = read(SHAPES["JSON:API"][0], rows="data")
    assert rows[0].values["attributes.titulo"] == CELLS["titulo"]
    with pytest.raises(SourceChanged, match="valores sueltos"):
        read(SHAPES["CKAN dump"][0], rows="records")


def test_a_mapping_that_names_the_member_keeps_it() -> None:
    rows, _ = read(SHAPES["JSON:API"][0], {"title": "attributes.titulo"})
    assert rows[0].values["attributes.titulo"] == CELLS["titulo"]


def test_nested_objects_are_dotted_columns_and_a_name_said_twice_loses_nothing() -> None:
    rows, _ = read(
        {"data": [{"type": "c", "id": "1", "attributes": {"compromiso": "a", "id": 9, "area": {"nombre": "SF"}}}]}
    )
    assert rows[0].values == {"compromiso": "a", "id": 9, "area.nombre": "SF", "type": "c", "registro.id": "1"}


def test_a_row_with_more_cells_than_columns_loses_none_and_is_reported() -> None:
    rows, ctx = read({"columns": ["titulo", "estatus"], "data": [["a", "b"], ["c", "d", "e"], ["f"]]})
    assert [list(row.values.values()) for row in rows] == [["a", "b", None], ["c", "d", "e"], ["f", None, None]]
    assert any(note.code == "RAGGED_ROW" and "2 filas" in note.message for note in ctx.notes)


@pytest.mark.parametrize(
    "records",
    [[{"titulo": "a", "properties": {"b": 1}}], [{"id": 1, "attributes": "x"}], [{"id": 1, "fields": []}], [], [1]],
)
def test_a_member_that_only_has_such_a_name_stays(records: list[Any]) -> None:
    assert lifted(records) == (records, None)
    assert not is_shaped(records)


@given(st.lists(st.dictionaries(st.sampled_from(["id", "type", "titulo"]), st.integers(), min_size=1), min_size=1))
def test_lifting_loses_no_value(cells: list[dict[str, int]]) -> None:
    records = [{"id": "a", "type": "b", "attributes": one} for one in cells]
    found, member = lifted(records)
    assert member == "attributes"
    for one, record in zip(cells, found, strict=True):
        assert one.items() <= record.items()
        assert {"a", "b"} <= set(record.values())


def test_what_geojson_says_of_the_map_is_no_column_unless_a_mapping_names_it() -> None:
    feature = {"type": "Feature", "id": 7, "geometry": {"type": "Point"}, "properties": {"compromiso": "Plazas"}}
    assert lifted([feature])[0] == [{"compromiso": "Plazas", "id": 7}]
    assert lifted([feature], ["geometry.type"])[0] == [{"compromiso": "Plazas", "id": 7, "geometry": {"type": "Point"}}]


LINES = [["Compromiso", "Dependencia"], ["Abrir el padrón", "Finanzas"], ["Oír a todos", "Gobierno"]]


@pytest.mark.parametrize(
    "document",
    [
        LINES,
        {"range": "Hoja1!A1:B3", "majorDimension": "ROWS", "values": LINES},
        {"result": LINES},
        {"result": {"fType": "ARRAY", "fArray": [{"fStr": cell, "fType": "TEXT"} for line in LINES for cell in line], "fRows": 3, "fCols": 2}},
    ],
    ids=["lines", "Google Sheets", "Junar", "Junar cells"],
)  # fmt: skip
def test_lines_of_cells_are_a_table_whose_header_is_among_them(document: Any) -> None:
    rows, _ = read(document)
    assert [row.values for row in rows] == [dict(zip(LINES[0], line, strict=True)) for line in LINES[1:]]
    assert rows[0].locator == "row 2"
    assert is_shaped(document)


def test_a_google_visualization_answer_is_read_as_its_sheet_shows_it() -> None:
    cols = [{"id": "A", "label": "Compromiso"}, {"id": "B", "label": "Avance"}, {"id": "C", "label": "Término"}]
    row = {"c": [{"v": "Abrir"}, {"v": 0.45, "f": "45%"}, {"v": "Date(2024,11,31)", "f": "31/12/2024"}]}
    rows, _ = read({"status": "ok", "table": {"cols": cols, "rows": [row, {"c": [{"v": "Oír"}, None, None]}]}})
    assert [list(r.values.values()) for r in rows] == [["Abrir", "45%", "2024-12-31"], ["Oír", None, None]]


def test_the_nodes_of_drupal_and_of_relay_are_the_records() -> None:
    for document in ({"nodes": [{"node": CELLS}]}, {"edges": [{"cursor": "x", "node": CELLS}]}):
        rows, _ = read(document)
        assert {name: rows[0].values[name] for name in CELLS} == CELLS


def test_values_that_mongodb_writes_with_their_type_are_the_values() -> None:
    record = {"_id": {"$oid": "65a1"}, "titulo": "Abrir", "fin": {"$date": {"$numberLong": "1735603200000"}}, "avance": {"$numberDouble": "45.5"}}  # fmt: skip
    rows, _ = read([record])
    assert rows[0].values == {"_id": "65a1", "titulo": "Abrir", "fin": "1735603200000", "avance": "45.5"}
