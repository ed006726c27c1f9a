"""What is remembered of equal cells is what reading them again would give."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Draft, SourceInfo
from hub.normalise.context import Desk
from hub.normalise.lookups import loads
from hub.normalise.page import Page
from hub.normalise.part import LONGEST, MOST, Part
from hub.normalise.profile import Decisions, OrderVotes, Profile, ScaleVotes, number_key
from hub.normalise.record import RunContext, normalise, normalise_all

SOURCE = SourceInfo("fuente", "Plan de Acción Local de Oaxaca", "https://datos.example/plan.csv", "20")
LOOKUPS = loads('[fuente.status]\n"semáforo verde" = "COMPLETED"\n"s/d" = ""\n[fuente.role]\n"enlace" = "Apoya"\n')

CELLS: dict[str, list[Any]] = {
    "number": ["1", "2", "P1", "proactivo", "x", 3, 3.0, True],
    "kind": ["Proactivo", "Problema local", "otra cosa"],
    "axis": ["Presupuesto abierto", "ninguno de los cinco"],
    "themes": ["Agua, Salud", "Transparencia", ["Agua", "Salud"]],
    "plan": ["Segundo Plan de Acción Local", "Plan de Acción Local 2019"],
    "plan_ordinal": ["2", "tercero", "?"],
    "plan_published": ["15/03/2019", "03/04/2019", "2019"],
    "program": ["OGP Local", "Co-creación", "??"],
    "state": ["Oaxaca", "México", "Mexico", "Narnia", ""],
    "municipality": ["Guadalajara", "Oaxaca de Juárez", "Macondo"],
    "ods": ["16", "16.6, 5", "18", "paz", 16, 16.1, ["5", "6"]],
    "ods_target": ["16.6", "99.9"],
    "alignments": [[{"ods": "5", "basis": "EDITORIAL"}]],
    "institution": ["Secretaría de Salud; IEEPO", "Lic. Juan Pérez, Secretaría de Salud", ["IEEPO"]],
    "role": ["Lidera", "enlace", "quién sabe"],
    "support": ["Contraloría", "ND"],
    "status": ["Concluido", "semáforo verde", "s/d", "🟢", "inventado", 1, True],
    "progress": ["50%", "0.5", "117 %", "12,5", "n/d", 0.5, 1, True],
    "start": ["15/01/2020", "03/04/2020", "enero de 2021", "2022-13-01"],
    "end": ["31/12/2019", "2021", "diciembre 2022", "pronto"],
    "period": ["2020-2021", "4to. trimestre 2024", "siempre"],
    "year": ["2020", "2019-2021", "el otro"],
    "progress_date": ["01/02/2020", "ayer"],
    "evidence": ["https://a.example/1", "javascript:alert(1)", "ver liga", "http://a.example y https://b.example)."],
    "description": ["Una descripción", "ND"],
}
VALUES = st.fixed_dictionaries(
    {"title": st.sampled_from(["Publicar el gasto", "Compromiso proactivo 2", "ND"])},
    optional={name: st.sampled_from(cells) for name, cells in CELLS.items()},
)
DECISIONS = st.builds(
    Decisions,
    scales=st.sampled_from([{}, {"progress": "percent"}, {"progress": "fraction"}]),
    orders=st.sampled_from([{}, {"start": "dmy"}, {"start": "mdy", "end": "dmy"}]),
    mexico_is_state=st.booleans(),
)


def draft(values: dict[str, Any]) -> Draft:
    """A row of a table with these cells."""
    return Draft("commitment", "", dict(values), dict(values), "row 2")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(VALUES, min_size=1, max_size=6), decisions=DECISIONS)
def test_a_run_that_remembers_reads_as_one_that_does_not(rows: list[dict[str, Any]], decisions: Decisions) -> None:
    remembering = RunContext(SOURCE, decisions, LOOKUPS)
    for values in rows + rows:
        assert normalise(draft(values), remembering) == normalise(draft(values), RunContext(SOURCE, decisions, LOOKUPS))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(VALUES, min_size=1, max_size=8), decisions=DECISIONS)
def test_drafts_that_are_read_together_read_as_alone(rows: list[dict[str, Any]], decisions: Decisions) -> None:
    alone = [normalise(draft(values), RunContext(SOURCE, decisions, LOOKUPS)) for values in rows]
    together = normalise_all([(draft(values), None) for values in rows], RunContext(SOURCE, decisions, LOOKUPS))
    assert together == alone


def test_equal_texts_are_read_once_and_report_each_time() -> None:
    read: list[str] = []

    def status(desk: Desk) -> str:
        read.append(desk.values["status"])
        desk.note("NOTED", f"«{desk.values['status']}»", name="status")
        return str(desk.values["status"]).upper()

    whole, ctx = Part(status, "status"), RunContext(SOURCE)
    desks = [Desk(draft({"status": cell}), ctx) for cell in ("a", "b", "a", "a")]
    assert [whole.of(desk) for desk in desks[:2]] == ["A", "B"]
    assert whole.column(Page(desks[2:])) == ["A", "A"]
    assert read == ["a", "b"]
    assert [[issue.message for issue in desk.issues] for desk in desks] == [["«a»"], ["«b»"], ["«a»"], ["«a»"]]


def test_a_column_that_no_draft_has_reports_for_each_of_them() -> None:
    def status(desk: Desk) -> str | None:
        desk.note("NO_STATUS", "Falta el estatus", name="status")
        return None

    desks = [Desk(draft({}), RunContext(SOURCE)) for _ in range(3)]
    assert Part(status, "status").column(Page(desks)) == [None] * 3
    assert [[issue.code for issue in desk.issues] for desk in desks] == [["NO_STATUS"]] * 3


def test_profiles_of_batches_are_those_of_single_drafts() -> None:
    rows = [
        {"number": "1", "plan": "I"},
        {"number": "1"},
        {"number": "1", "plan": "I"},
        {"state": "Oaxaca", "start": "31/01/2020"},
    ]
    one_by_one, at_once = Profile(), Profile()
    for values in rows:
        one_by_one.observe([draft(values)])
    at_once.observe(map(draft, rows))
    assert one_by_one.decide() == at_once.decide()
    assert at_once.decide().repeated_numbers == {number_key(rows[0])}


@pytest.mark.parametrize("cells", [(1, True, 1.0), (["1"], ["1"]), ("x" * (LONGEST + 1), "x" * (LONGEST + 1))])
def test_what_is_no_short_text_is_read_each_time(cells: tuple[Any, ...]) -> None:
    read: list[Any] = []
    whole: Part[None] = Part(lambda desk: read.append(desk.values["status"]), "status")
    ctx = RunContext(SOURCE)
    for cell in cells:
        whole.of(Desk(draft({"status": cell}), ctx))
    assert read == list(cells)


def test_only_so_many_combinations_are_remembered() -> None:
    whole, ctx = Part(lambda desk: desk.values["status"], "status"), RunContext(SOURCE)
    for cell in map(str, range(MOST + 2)):
        assert whole.of(Desk(draft({"status": cell}), ctx)) == cell
    assert len(ctx.known[whole]) == MOST


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    shares=st.lists(st.sampled_from(["50%", "0.5", "1", "0", "1.5", "80", "x", 0.5, 1, True, 30.0])),
    dates=st.lists(st.sampled_from(["25/03/2019", "03/25/2019", "01/02/2019", "1/1/20 - 31/1/20", "hoy", 2019])),
)
def test_a_column_judged_by_its_different_cells_is_judged_as_cell_by_cell(shares: list[Any], dates: list[Any]) -> None:
    profile, scale, order = Profile(), ScaleVotes(), OrderVotes()
    for cell in shares:
        profile.observe([draft({"progress": cell})])
        scale.observe(cell)
    for cell in dates:
        profile.observe([draft({"start": cell})])
        order.observe(cell)
    decided = profile.decide()
    assert (decided.scales.get("progress"), decided.orders.get("start")) == (scale.decide(), order.decide())
