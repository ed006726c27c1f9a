"""JSON: a small API answer with its golden output, the real files, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Context, Row, SourceChanged
from connectors.errors import ConfigError
from connectors.json_rows import JsonOptions, JsonRows
from connectors.registry import make
from tests.connectors.kit import FIXTURES, context, drafts_of, golden, mutate, snapshot, survives

API = FIXTURES / "json" / "datos.json"
FIELDS = {
    "number": "numero",
    "title": "titulo",
    "ods": "ods",
    "institution": "responsable.nombre",
    "evidence": "hitos[].titulo",
}


def read(body: bytes | str, fields: Any = None, **options: Any) -> tuple[list[Row], Context]:
    ctx = context(fields=fields)
    return list(JsonRows(JsonOptions(**options)).rows(snapshot(body), ctx)), ctx


def test_an_api_answer_gives_its_golden_drafts() -> None:
    ctx = context(fields=FIELDS)
    golden(
        "json/datos_drafts.json",
        drafts_of(JsonRows(JsonOptions(rows="data[].attributes")), snapshot(API.read_bytes()), ctx),
    )
    assert {"NOT_A_NUMBER", "PERSONAL_COLUMN"} <= {note.code for note in ctx.notes}


def test_numbers_stay_as_they_were_written() -> None:
    rows, _ = read('[{"compromiso": "a", "n": 1.10, "m": 0.5, "k": 7, "big": 123456789012345678901234567890}]')
    assert rows[0].values == {"compromiso": "a", "n": "1.10", "m": 0.5, "k": 7, "big": "123456789012345678901234567890"}


def test_the_likeliest_list_is_found_and_named() -> None:
    rows, ctx = read('{"links": [{"href": "/1"}], "result": {"records": [{"titulo": "a", "estatus": "b"}]}}')
    assert [(row.locator, row.values["titulo"]) for row in rows] == [("/result/records/0", "a")]
    assert any("result.records" in note.message for note in ctx.notes if note.code == "JSON_ROWS_GUESSED")


def test_json_lines_are_rows() -> None:
    rows, _ = read('{"titulo": "a"}\n{"titulo": "b", "ods": [1]}\n')
    assert [(row.locator, row.values) for row in rows] == [
        ("/0", {"titulo": "a", "ods": None}),
        ("/1", {"titulo": "b", "ods": [1]}),
    ]


def test_a_key_said_twice_is_reported() -> None:
    rows, ctx = read('[{"compromiso": "a", "compromiso": "b"}]')
    assert (rows[0].values["compromiso"], "DUPLICATE_KEY" in {note.code for note in ctx.notes}) == ("b", True)


def test_pointers_escape_their_keys() -> None:
    rows, _ = read('{"a/b": {"c~d": [{"titulo": "x", "ods": 1}]}}')
    assert rows[0].locator == "/a~1b/c~0d/0"


def test_an_empty_list_at_the_path_is_no_rows() -> None:
    assert read('{"data": []}', {"title": "titulo"}, rows="data")[0] == []


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        ("[" * 10_000, {}, "TOO_DEEP"),
        ('{"a":' * 10_000, {}, "TOO_DEEP"),
        ("[" * 10_000 + "]" * 10_000, {}, "TOO_DEEP"),
        ('{"a": [1, 2', {}, "INVALID_JSON"),
        ('{"a": 1}', {"rows": "b"}, "NO_ROWS_PATH"),
        ('{"a": [1, 2]}', {"rows": "a"}, "NO_ROWS_PATH"),
        ('{"a": "text"}', {}, "NO_ROWS_PATH"),
        ("", {}, "EMPTY_FILE"),
        ("<html><body>Mantenimiento</body></html>", {}, "HTML_INSTEAD"),
        ("%PDF-1.4", {}, "WRONG_FORMAT"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: str, options: dict[str, Any], code: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(body, {"title": "titulo"}, **options)
    assert caught.value.code == code


@pytest.mark.parametrize("body", ['[{"titulo": "Abrir los da', '{"a": [{"titulo": "x"},', '[{"titulo": "x"}'])
def test_json_that_stops_at_its_end_is_said_to_be_incomplete(body: str) -> None:
    with pytest.raises(SourceChanged, match="llegó incompleto"):
        read(body, {"title": "titulo"})


def test_json_that_is_wrong_in_its_middle_is_not_said_to_be_incomplete() -> None:
    with pytest.raises(SourceChanged, match=r"no es JSON válido \(línea 1, columna \d+\)"):
        read('[{"titulo": x}, {"titulo": "y"}]', {"title": "titulo"})


def test_a_path_that_is_no_jmespath_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match=r"options\.rows.*JMESPath"):
        make("json", {"rows": "data[.x"})


def test_a_field_that_no_record_has_is_a_renamed_column() -> None:
    with pytest.raises(SourceChanged, match=r"«titulo».*«titulo_compromiso»") as caught:
        read('[{"titulo_compromiso": "a"}]', {"title": "titulo"})
    assert caught.value.code == "RENAMED_COLUMN"


def test_the_real_files_are_read_by_path_and_by_guess(shared: Path) -> None:
    plan = (shared / "sources" / "aga_tablero" / "plan4.json").read_bytes()
    rows, _ = read(plan, {"title": "titulo", "ods": "metadatos.alineacion2030"}, rows="compromisos")
    assert [row.locator for row in rows] == [f"/compromisos/{n}" for n in range(13)]
    rows, _ = read(plan, {"title": "titulo"}, rows="compromisos[].hitos[]")
    assert len(rows) == 91
    indicators = (shared / "sources" / "indicators_json" / "hidalgo_ped.json").read_bytes()
    rows, _ = read(
        indicators,
        {"title": "indicador.nombre", "ods": "alineacion_ODS.ods", "end": "metas[].titulo"},
        rows="exportaciones.*",
    )
    assert (len(rows), rows[0].locator, rows[0].values["alineacion_ODS.ods"]) == (
        61,
        "/exportaciones/dataIndicador01",
        [9, 16],
    )
    assert len(read(indicators, {"title": "indicador.nombre"})[0]) == 61


@pytest.mark.parametrize("body", ["[]", '{"data": []}', '{"result": {"total": 0, "records": []}}'])
def test_a_list_without_entries_is_no_rows_and_no_error(body: str) -> None:
    assert read(body)[0] == []


@pytest.mark.parametrize("body", ["{}", '{"error": "x"}', '{"data": [1, 2], "more": []}'])
def test_a_document_without_a_list_of_objects_says_so(body: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(body)
    assert caught.value.code == "NO_ROWS_PATH"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_rows_or_a_harvest_error(document: Any) -> None:
    survives(JsonRows(JsonOptions()), snapshot(json.dumps(document)), context())


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_mutated_files_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(
        JsonRows(JsonOptions(rows="data[].attributes")),
        snapshot(mutate(API.read_bytes(), data)),
        context(fields=FIELDS),
    )
