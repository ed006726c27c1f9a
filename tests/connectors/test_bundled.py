"""The facts inside the package, through the same protocol as any source."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import Draft, SourceChanged
from connectors.bundled import FILES, Bundled
from tests.connectors.kit import context, drafts_of, mutate, snapshot, survives


async def everything():
    connector, ctx = Bundled(Bundled.Options()), context(url="bundled:")
    shots = [shot async for shot in connector.snapshots(ctx)]
    drafts = [draft for shot in shots for draft in drafts_of(connector, shot, ctx)]
    return shots, drafts, ctx.notes


def of_kind(drafts: list[Draft], kind: str) -> list[Draft]:
    return [draft for draft in drafts if draft.kind == kind]


@pytest.mark.anyio
async def test_every_fact_comes_out_once() -> None:
    _, drafts, notes = await everything()
    counts = {kind: len(of_kind(drafts, kind)) for kind in ("plan", "exercise", "commitment", "total", "event")}
    assert counts == {"plan": 37, "exercise": 32, "commitment": 128, "total": 180, "event": 63}
    assert len({(draft.kind, draft.key) for draft in drafts}) == len(drafts)
    assert [note.code for note in notes] == ["MISSING_DATE"]
    assert "24 actos" in notes[0].message


@pytest.mark.anyio
async def test_snapshots_are_the_files_bytes_in_a_fixed_order() -> None:
    shots, _, _ = await everything()
    assert [shot.url for shot in shots] == [f"bundled:{name}" for name in FILES]
    assert all(
        shot.sha256 == hashlib.sha256(shot.read()).hexdigest() and shot.size == len(shot.read()) for shot in shots
    )


@pytest.mark.anyio
async def test_the_archived_files_give_the_same_drafts_again() -> None:
    shots, drafts, _ = await everything()
    connector, ctx = Bundled(Bundled.Options()), context()
    again = [draft for shot in shots for draft in drafts_of(connector, snapshot(shot.read(), shot.url), ctx)]
    assert again == drafts


@pytest.mark.anyio
async def test_a_commitment_carries_what_other_files_tell_of_it() -> None:
    _, drafts, _ = await everything()
    own = {draft.key: draft for draft in of_kind(drafts, "commitment")}
    jalisco = own["MXJL0002"].values
    assert jalisco["progress_reports"][0]["progress"] == "3 de 7 acciones"
    assert {institution["role"] for institution in jalisco["institutions"]} == {"LEAD", "CIVIL_SOCIETY"}
    roo = own["MXROO0006"].values
    assert [(i["role"], i["name"][:23]) for i in roo["institutions"][:2]] == [
        ("LEAD", "Secretaría de Finanzas "), ("SUPPORT", "Secretaría de la Contra"),
    ]  # fmt: skip
    assert roo["alignments"] == [
        {"ods": "16", "target": "16.6", "basis": "EDITORIAL", "reason": "Mejora la herramienta con que se consulta el presupuesto"}
    ]  # fmt: skip
    assert own["MX0079"].values["ods"] == ["5", "8", "10"]
    assert sum(len(draft.values.get("alignments", ())) for draft in own.values()) == 152
    assert sum(len(draft.values.get("progress_reports", ())) for draft in own.values()) == 16


@pytest.mark.anyio
async def test_proactive_commitments_are_numbered_apart() -> None:
    _, drafts, _ = await everything()
    told = {d.key: d.values["number"] for d in of_kind(drafts, "commitment") if d.values.get("kind") == "PROACTIVE"}
    assert told == {"MX-OAX-PAL-1-P1": "1", "MX-MOR-PAL-1-P1": "1", "MX-MOR-PAL-1-P2": "2"}


@pytest.mark.anyio
async def test_what_a_plan_declares_counts_its_proactive_commitments() -> None:
    _, drafts, _ = await everything()
    declared = {draft.key: draft.values.get("declared") for draft in of_kind(drafts, "plan")}
    assert (declared["MX-MOR-PAL-1"], declared["MX-OAX-PAL-1"], declared["MX-DUR-PAL-3"]) == (8, 6, 9)
    assert declared["MX-JAL-PAL-3"] is None


@pytest.mark.anyio
async def test_rows_are_named_as_a_spreadsheet_numbers_them() -> None:
    shots, drafts, _ = await everything()
    lines = next(shot for shot in shots if shot.url.endswith("planes.csv")).read().decode().splitlines()
    for plan in of_kind(drafts, "plan"):
        line = int(re.fullmatch(r"row (\d+)", plan.locator)[1])  # type: ignore[index]
        assert lines[line - 1].startswith(plan.key + ",")


def test_commitments_without_their_plans_are_refused() -> None:
    body = "clave_compromiso,clave_plan,tipo,titulo\nA-1,P-1,numerado,Uno\n"
    with pytest.raises(SourceChanged, match=r"después de planes\.csv"):
        drafts_of(Bundled(Bundled.Options()), snapshot(body, "bundled:compromisos.csv"), context())


@pytest.mark.parametrize(
    ("url", "body"),
    [("bundled:otro.csv", "a,b\n1,2\n"), ("bundled:planes.csv", "a,b\n1,2\n"), ("bundled:planes.csv", b"\xff\xfe\xfa"),
     ("bundled:planes.csv", "")],
)  # fmt: skip
def test_what_is_not_one_of_the_files_is_refused(url: str, body: bytes | str) -> None:
    with pytest.raises(SourceChanged):
        drafts_of(Bundled(Bundled.Options()), snapshot(body, url), context())


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Bundled.Options(path="x")  # type: ignore[call-arg]


PLANS = b"clave_plan,clave_inegi,programa,titulo,ordinal\nMX-X-PAL-1,04,cocreacion_local,Primer plan,1\n"


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(FILES))
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject, name: str) -> None:
    survives(Bundled(Bundled.Options()), snapshot(mutate(PLANS, data), f"bundled:{name}"), context())
