"""The publication standard: its schema and examples, and documents that do not follow it."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.compromisos import Compromisos, check
from connectors.standard.model import CSV_COLUMNS, json_schema
from tests.connectors.kit import as_bytes, context, drafts_of, golden, mutate, snapshot, survives

STANDARD = files("connectors") / "standard"
EXAMPLE: dict[str, Any] = json.loads((STANDARD / "ejemplo.json").read_text(encoding="utf-8"))
CSV = (STANDARD / "ejemplo.csv").read_text(encoding="utf-8")


def read(body: Any, state: str | None = None):
    ctx = context(state=state)
    return drafts_of(Compromisos(Compromisos.Options()), snapshot(as_bytes(body)), ctx), ctx.notes


def test_the_published_schema_is_the_models() -> None:
    assert json.loads((STANDARD / "compromisos.schema.json").read_text(encoding="utf-8")) == json_schema()


def test_the_example_follows_the_standard_and_gives_its_golden_drafts() -> None:
    assert check(EXAMPLE) == []
    drafts, notes = read(EXAMPLE, "31")
    golden("compromisos/json.json", drafts)
    assert not notes


def test_the_csv_twin_tells_the_same_commitments() -> None:
    assert tuple(CSV.splitlines()[0].split(",")) == CSV_COLUMNS
    drafts, notes = read(CSV, "31")
    golden("compromisos/csv.json", drafts)
    assert not [note for note in notes if note.severity != "INFO"]
    twins = {draft.key: draft.values for draft in read(EXAMPLE)[0] if draft.kind == "commitment"}
    for draft in drafts:
        twin = twins[draft.key]
        same = ("title", "kind", "axis", "ods", "themes", "institutions", "start", "end", "status", "plan", "program")
        assert {name: draft.values.get(name) for name in same} == {name: twin.get(name) for name in same}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("compromisos", 0, "estatus"), "más o menos", "estatus"), (("compromisos", 0, "avance"), 140, "avance"),
        (("compromisos", 0, "inicio"), "03/2025", "inicio"), (("compromisos", 0, "ods"), [18], "ods"),
        (("compromisos", 0, "color"), "azul", "color"), (("planes", 0, "programa"), "otro más", "programa"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_the_standard_is_told_and_still_read(
    path: tuple[Any, ...], value: Any, said: str
) -> None:
    document = copy.deepcopy(EXAMPLE)
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    drafts, notes = read(document)
    assert len(drafts) == 4
    assert {note.code for note in notes} == {"STANDARD"}
    assert any(said in note.message for note in notes)


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"compromisos": 3}', "a,b\n1,2\n", "<html></html>"])
def test_what_is_no_document_of_the_standard_is_refused(body: str) -> None:
    with pytest.raises(SourceChanged):
        read(body)


@pytest.mark.parametrize("body", [EXAMPLE, CSV])
def test_the_document_of_another_state_is_not_taken_for_this_one(body: Any) -> None:
    with pytest.raises(SourceChanged, match="Yucatán"):
        read(body, "21")


def test_a_document_without_commitments_says_so_honestly() -> None:
    assert read({**EXAMPLE, "compromisos": [], "planes": [], "ejercicio": None})[0] == []


def test_keys_do_not_move_when_the_list_is_reordered() -> None:
    turned = {**EXAMPLE, "compromisos": EXAMPLE["compromisos"][::-1]}
    assert {(d.kind, d.key) for d in read(EXAMPLE)[0]} == {(d.kind, d.key) for d in read(turned)[0]}


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Compromisos.Options(version=2)  # type: ignore[call-arg]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from([as_bytes(EXAMPLE), CSV.encode()]))
    survives(Compromisos(Compromisos.Options()), snapshot(mutate(body, data)), context())


_JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["clave", "titulo", "nombre", "ods", "url", "fecha"]), inner, max_size=4), max_leaves=8)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(EXAMPLE)), st.sampled_from(sorted(EXAMPLE["compromisos"][0])), _JSON)
def test_members_of_any_type_raise_nothing_but_harvest_errors(name: str, member: str, value: Any) -> None:
    commitment = {**EXAMPLE["compromisos"][0], member: value}
    for document in ({**EXAMPLE, name: value}, {**EXAMPLE, "compromisos": [commitment]}):
        survives(Compromisos(Compromisos.Options()), snapshot(as_bytes(document)), context())
