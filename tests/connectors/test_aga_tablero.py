"""The national dashboard's JSON: a small one of our own, the real one, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.aga_tablero import AgaTablero
from connectors.base import SourceChanged
from tests.connectors.kit import FIXTURES, context, drafts_of, golden, mutate, snapshot, survives

BOARD = FIXTURES / "aga_tablero" / "plan.json"


def read(body: bytes | str):
    return drafts_of(AgaTablero(AgaTablero.Options()), snapshot(body), context())


def test_the_board_gives_its_golden_drafts() -> None:
    golden("aga_tablero/drafts.json", read(BOARD.read_bytes()))


def test_the_real_board_gives_13_commitments_with_91_milestones(shared: Path) -> None:
    plan, *commitments = read((shared / "sources" / "aga_tablero" / "plan4.json").read_bytes())
    assert (plan.kind, plan.values["ordinal"], plan.values["program"]) == ("plan", 4, "NATIONAL_PLAN")
    milestones = [m for commitment in commitments for m in commitment.values.get("milestones", ())]
    assert (len(commitments), len(milestones)) == (13, 91)
    assert sum(m.get("end", "9") < m["start"] for m in milestones if "start" in m and "end" in m) == 10
    assert all(c.values["title"] == c.values["title"].strip() for c in commitments)
    assert sum("ods" in c.values for c in commitments) == 9
    assert all(milestone["title"] for milestone in milestones)


def test_a_milestone_that_ends_before_it_starts_is_kept_as_published() -> None:
    milestone = read(BOARD.read_bytes())[1].values["milestones"][0]
    assert (milestone["start"], milestone["end"]) == ("2023-03-10", "2023-02-01")


def test_the_forms_filler_is_dropped_and_what_was_written_is_kept() -> None:
    commitment = read(BOARD.read_bytes())[1]
    assert [activity["id"] for activity in commitment.raw["hitos"][0]["actividades"]] == ["a-3"]
    assert [m["title"] for m in commitment.values["milestones"]] == [
        "Hito 1. Instalar medidores",
        "(sin título)",
        "(sin título)",
    ]


def test_an_empty_list_where_an_object_belongs_is_an_empty_object() -> None:
    board = json.loads(BOARD.read_text("utf-8"))
    whole = len(read(json.dumps(board)))
    board["compromisos"][0]["metadatos"] = []
    board["plan"]["metadatos"] = []
    assert len(read(json.dumps(board))) == whole


def test_what_a_board_tells_besides_is_read_under_its_usual_names() -> None:
    board = json.loads(BOARD.read_text("utf-8"))
    first, second = board["compromisos"]
    first |= {
        "numero": 1,
        "estatus": "En proceso ",
        "porcentaje_avance": 45,
        "dependencia": "Secretaría del Agua",
        "ponderacion": 3,
    }
    second["metadatos"] |= {
        "semaforo": "verde",
        "fecha_inicial": "2023-02-01 00:00:00+00",
        "responsables": ["Una", "Otra"],
    }
    first["hitos"][0] |= {"estatus": "Cumplido", "avance": "100%"}
    first["hitos"][1]["metadatos"] |= {"status": "Pendiente"}
    _, one, two = read(json.dumps(board))
    told = {"number": "1", "status": "En proceso", "progress": "45", "institution": "Secretaría del Agua"}
    assert {field: one.values[field] for field in told} == told
    assert (one.columns["status"], two.columns["status"]) == ("estatus", "metadatos.semaforo")
    assert (two.values["status"], two.values["start"], two.values["institution"]) == (
        "verde",
        "2023-02-01",
        "Una\nOtra",
    )
    assert [(m.get("status"), m.get("progress")) for m in one.values["milestones"]] == [
        ("Cumplido", "100%"),
        ("Pendiente", None),
        (None, None),
    ]


@pytest.mark.parametrize("shape", ["wrapped", "listed", "within the plan"])
def test_a_board_is_the_same_however_an_answer_holds_it(shape: str) -> None:
    board = json.loads(BOARD.read_text())
    wrapped = {"data": board, "ok": True}
    if shape == "listed":
        wrapped["data"] = [board]
    if shape == "within the plan":
        board["plan"]["compromisos"] = board.pop("compromisos")
    assert [(d.key, d.values) for d in read(json.dumps(wrapped))] == [
        (d.key, d.values) for d in read(BOARD.read_bytes())
    ]


def test_keys_are_the_boards_own_ids_whatever_the_order() -> None:
    board = json.loads(BOARD.read_text())
    board["compromisos"].reverse()
    assert [draft.key for draft in read(json.dumps(board))] == ["p-1", "c-2", "c-1"]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "{}", '{"plan": {}, "compromisos": []}', '{"plan": {"id": 1}, "compromisos": {}}',
     '{"plan": {"id": "p"}, "compromisos": [3]}', '{"plan": {"id": "p"}, "compromisos": [{"id": "c", "hitos": [1]}]}',
     "[" * 100_000],
)  # fmt: skip
def test_what_is_not_a_board_is_refused(body: str) -> None:
    with pytest.raises(SourceChanged):
        read(body)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        AgaTablero.Options(plan=4)  # type: ignore[call-arg]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    survives(AgaTablero(AgaTablero.Options()), snapshot(mutate(BOARD.read_bytes(), data)), context())
