from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Draft, SourceInfo
from hub.model import (
    RECORD_TYPES,
    AlignmentBasis,
    Commitment,
    CommitmentStatus,
    DeclaredTotal,
    Event,
    Exercise,
    InstitutionRole,
    Plan,
    Program,
)
from hub.normalise import lookups, years
from hub.normalise.keys import plan_of
from hub.normalise.profile import profile
from hub.normalise.record import RunContext, normalise

SOURCE = SourceInfo(key="puebla-csv", title="Compromisos de Puebla", url="https://datos.example/c.csv", state="21")
NATIONAL = SourceInfo(key="nacional", title="Tablero nacional", url="https://datos.example/n.csv")


def _draft(values: dict[str, Any], kind: Any = "commitment", key: str = "") -> Draft:
    return Draft(
        kind=kind, key=key, values=values, raw={name: str(cell) for name, cell in values.items()}, locator="row 2"
    )


def _one(values: dict[str, Any], source: SourceInfo = SOURCE, **context: Any) -> Commitment:
    record = normalise(_draft(values), RunContext(source, **context)).record
    assert isinstance(record, Commitment)
    return record


def _codes(values: dict[str, Any], **context: Any) -> list[str]:
    return [issue.code for issue in normalise(_draft(values), RunContext(SOURCE, **context)).issues]


def test_a_whole_row_becomes_a_commitment() -> None:
    found = _one(
        {
            "number": "Compromiso 3", "title": "  Datos\u00a0abiertos  ", "ods": "ODS 16", "ods_target": "16.10", "status": "En proceso",
            "progress": "40%", "institution": "Secretaría de Finanzas; Contraloría", "support": "UNAM", "start": "1 de enero de 2021",
            "end": "marzo de 2022", "plan": "Segundo Plan de Acción Local", "evidence": "Ver https://x.gob.mx/a.", "themes": "Salud; Agua",
        }
    )  # fmt: skip
    assert (found.title, found.number, found.series) == ("Datos abiertos", 3, "C")
    assert [(a.goal, a.target) for a in found.ods] == [(16, "16.10")]
    assert (found.status, found.status_raw, found.progress, found.progress_raw) == (
        CommitmentStatus.IN_PROGRESS,
        "En proceso",
        40,
        "40%",
    )
    assert [one.role for one in found.institutions] == [
        InstitutionRole.LEAD,
        InstitutionRole.LEAD,
        InstitutionRole.SUPPORT,
    ]
    assert (found.start_date, found.end_date, found.years) == ("2021-01-01", "2022-03", (2021, 2022))
    assert (found.plan.ordinal, found.plan.program, found.plan.jurisdiction) == (2, Program.COCREACION_LOCAL, "21")
    assert found.evidence[0].url == "https://x.gob.mx/a"
    assert found.native_key == "21/COCREACION_LOCAL/2#C3"
    assert found.issues == ()


def test_a_row_without_title_is_rejected_and_says_where() -> None:
    found = normalise(_draft({"number": "1", "title": " - "}), RunContext(SOURCE))
    assert found.record is None
    assert [issue.code for issue in found.issues] == ["MISSING_TITLE"]
    assert "row 2" in found.issues[0].message


def test_an_unknown_value_is_queued_and_blocks_nothing() -> None:
    found = normalise(_draft({"title": "A", "status": "Conculido", "progress": "50%"}), RunContext(SOURCE))
    assert isinstance(found.record, Commitment)
    assert (found.record.status, found.record.status_raw, found.record.progress) == (
        CommitmentStatus.UNKNOWN,
        "Conculido",
        50,
    )
    assert [(u.field, u.raw, u.suggestion) for u in found.unmatched] == [("status", "Conculido", "COMPLETED")]
    assert found.record.issues == found.issues


def test_issue_codes_tell_ambiguous_from_impossible_and_no_data_from_both() -> None:
    assert _codes({"title": "A", "status": "Activo"}) == ["AMBIGUOUS_VALUE"]
    assert _codes({"title": "A", "progress": "117.46"}) == ["OUT_OF_RANGE"]
    assert _codes({"title": "A", "status": "ND", "progress": "-", "start": "por definir"}) == []


def test_a_reviewed_lookup_beats_the_vocabulary() -> None:
    tables = lookups.loads(
        '[puebla-csv.status]\n"c" = "COMPLETED"\n"Pendiente" = ""\n[*.status]\n"c" = "WITHDRAWN"\n[*.state]\n"Tuxtla" = "07101"'
    )
    assert _one({"title": "A", "status": "C"}, lookups=tables).status is CommitmentStatus.COMPLETED
    found = _one({"title": "A", "status": "Pendiente", "state": "Tuxtla"}, lookups=tables)
    assert (found.status, found.status_raw, found.issues, found.jurisdiction) == (
        CommitmentStatus.UNKNOWN,
        "Pendiente",
        (),
        "07101",
    )


def test_a_dashed_end_before_the_start_is_kept_and_reported() -> None:
    found = _one({"title": "A", "start": "2022-05-01", "end": "2021-05-01", "year": "2022"})
    assert (found.start_date, found.end_date, found.years) == ("2022-05-01", "2021-05-01", (2022,))
    assert [issue.code for issue in found.issues] == ["DATE_ORDER"]


def test_persons_and_unsafe_links_are_left_out_with_a_note() -> None:
    values = {"title": "A", "institution": "Lic. Ana Ruiz, SEFIPLAN", "evidence": "javascript:alert(1) https://x.mx/ok"}
    found = _one(values)
    assert [one.name for one in found.institutions] == ["SEFIPLAN"]
    assert [e.url for e in found.evidence] == ["https://x.mx/ok"]
    assert {issue.code for issue in found.issues} == {"PERSON_DROPPED", "LINK_DROPPED"}


def test_states_of_a_column_of_states_and_of_a_mixed_one() -> None:
    states = [_draft({"title": str(i), "state": s}) for i, s in enumerate(["Oaxaca", "Puebla", "Mexico"])]
    pure = RunContext(NATIONAL, profile(states))
    assert [normalise(d, pure).record.jurisdiction for d in states] == ["20", "21", "15"]  # type: ignore[union-attr]
    mixed = [*states, _draft({"title": "x", "state": "Monterrey, Mexico"})]
    read = [normalise(d, RunContext(NATIONAL, profile(mixed))) for d in mixed]
    assert [r.record.jurisdiction for r in read] == ["20", "00", "00", "19039"]  # type: ignore[union-attr]
    assert [[i.code for i in r.issues] for r in read] == [[], ["AMBIGUOUS_VALUE"], ["AMBIGUOUS_VALUE"], []]


def test_columns_decide_fractions_and_day_order() -> None:
    rows = [
        _draft({"title": str(i), "progress": p, "start": s})
        for i, (p, s) in enumerate([("0.5", "01/02/2020"), (1, "25/12/2020")])
    ]
    found = [normalise(d, RunContext(SOURCE, profile(rows))).record for d in rows]
    assert [(r.progress, r.start_date) for r in found] == [(50, "2020-02-01"), (100, "2020-12-25")]  # type: ignore[union-attr]


def test_repeated_numbers_are_no_keys() -> None:
    rows = [_draft({"title": t, "number": 1}) for t in ("A", "B")]
    keys = {normalise(d, RunContext(SOURCE, profile(rows))).native_key for d in rows}
    assert len(keys) == 2


def test_a_source_that_names_no_plan_gets_one_of_its_own() -> None:
    ref = _one({"title": "A"}).plan
    plan = plan_of(ref, RunContext(SOURCE))
    assert (ref.key, plan.title, plan.implied, plan.jurisdiction) == ("", "Compromisos de Puebla", True, "21")


def test_years_come_from_the_plan_where_the_commitment_says_none() -> None:
    found = _one({"title": "A"})
    plan = Plan(
        native_key="p", title="PAL", jurisdiction="21", program=Program.COCREACION_LOCAL, published="2016-01-14"
    )
    done = years.complete(found, plan)
    assert done.years == (2016, 2017)
    assert [issue.code for issue in done.issues] == ["PERIOD_INFERRED"]
    assert years.complete(done, plan) == done
    dated = msgspec.structs.replace(plan, start_date="2018", end_date="2020-06")
    assert years.complete(found, dated).years == (2018, 2019, 2020)
    assert years.complete(_one({"title": "A", "start": "2019-05"}), dated).years == (2019, 2020)
    other = msgspec.structs.replace(plan, program=Program.OGP_LOCAL)
    assert years.complete(found, other).years == ()


def test_nested_values_are_read_like_columns() -> None:
    found = _one(
        {
            "title": "A", "alignments": [{"ods": "5", "target": "5.5", "basis": "EDITORIAL", "reason": "Lo dice"}],
            "milestones": [{"title": "Hito", "start": date(2020, 1, 1), "end": "2020-03", "status": "Cumplido", "progress": "10%"}],
            "progress_reports": [{"date": "2021", "progress": "60%"}, {"date": "2020-05", "status": "En proceso"}],
            "institutions": [{"name": "SEDIF", "role": "Apoya"}, {"name": "Colectivo", "role": "zzz"}],
        }
    )  # fmt: skip
    assert [(a.goal, a.target, a.basis, a.reason) for a in found.ods] == [
        (5, "5.5", AlignmentBasis.EDITORIAL, "Lo dice")
    ]
    assert (found.milestones[0].start_date, found.milestones[0].status) == ("2020-01-01", CommitmentStatus.COMPLETED)
    assert [r.date for r in found.progress_reports] == ["2020-05", "2021"]
    assert [(one.name, one.role) for one in found.institutions] == [
        ("SEDIF", InstitutionRole.SUPPORT),
        ("Colectivo", InstitutionRole.SUPPORT),
    ]


def test_the_other_kinds() -> None:
    ctx = RunContext(NATIONAL)
    plan = normalise(
        _draft(
            {
                "title": "2º Plan de Acción Local de Oaxaca",
                "state": "Oaxaca",
                "published": "19 de mayo de 2016",
                "declared": "6",
            },
            "plan",
        ),
        ctx,
    ).record
    assert isinstance(plan, Plan)
    assert (plan.ordinal, plan.program, plan.jurisdiction, plan.published, plan.declared_commitments) == (
        2,
        Program.COCREACION_LOCAL,
        "20",
        "2016-05-19",
        6,
    )
    exercise = normalise(
        _draft(
            {"state": "30", "joined": "9 de marzo de 2015", "members": {"government": "3", "academia": ""}}, "exercise"
        ),
        ctx,
    ).record
    assert isinstance(exercise, Exercise)
    assert (exercise.native_key, exercise.joined_year, exercise.members.government if exercise.members else None) == (
        "30",
        2015,
        3,
    )
    total = normalise(
        _draft(
            {"indicator": "planes_total", "value": "1,234", "date": "2018-01", "state": "00", "publisher": "INAI"},
            "total",
        ),
        ctx,
    ).record
    assert isinstance(total, DeclaredTotal)
    assert (total.value, total.date, total.jurisdiction) == (1234, "2018-01", "00")
    event = normalise(_draft({"title": "Taller", "date": "20 y 21 de septiembre de 2016"}, "event"), ctx).record
    assert isinstance(event, Event)
    assert (event.date, event.end_date) == ("2016-09-20", "2016-09-21")


_FIELDS = [
    "code",
    "number",
    "title",
    "description",
    "kind",
    "axis",
    "themes",
    "plan",
    "plan_ordinal",
    "plan_published",
    "program",
    "state",
    "municipality",
    "ods",
    "ods_target",
    "institution",
    "role",
    "support",
    "status",
    "progress",
    "progress_date",
    "start",
    "end",
    "period",
    "year",
    "evidence",
    "url",
    "milestones",
    "progress_reports",
    "alignments",
    "institutions",
    "plan_key",
    "ordinal",
    "published",
    "declared",
    "joined",
    "joined_year",
    "step",
    "secretariat_installed",
    "members",
    "indicator",
    "date",
    "publisher",
    "value",
    "document",
    "end_date",
    "place",
]
_CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.text(max_size=40), st.lists(st.text(max_size=10), max_size=3),
    st.lists(st.dictionaries(st.sampled_from(["title", "name", "start", "status", "progress", "ods", "target", "date"]), st.text(max_size=12)), max_size=2),
)  # fmt: skip


@given(st.sampled_from(sorted(RECORD_TYPES)), st.dictionaries(st.sampled_from(_FIELDS), _CELLS, max_size=8))
def test_any_draft_gives_a_record_that_survives_json_or_says_why_not(kind: Any, values: dict[str, Any]) -> None:
    draft = Draft(kind=kind, key="", values=values, raw=values, locator="row 9")
    found = normalise(draft, RunContext(SOURCE, profile([draft])))
    assert found.native_key
    if found.record is None:
        assert any(issue.severity == "ERROR" for issue in found.issues)
    else:
        assert msgspec.json.decode(msgspec.json.encode(found.record), type=RECORD_TYPES[kind]) == found.record


def test_names_of_persons_are_not_kept_among_the_cells_of_who_answers() -> None:
    cells = {
        "Compromiso": "Abrir el padrón", "Responsable": "Lic. Juan Pérez López", "Responsable técnico": "Secretaría de Finanzas",
        "Titular de la unidad": "María Hernández", "Sede": "Benito Juárez",
    }  # fmt: skip
    draft = Draft(kind="commitment", key="", values={"title": "Abrir el padrón"}, raw=dict(cells), locator="row 2")
    record = normalise(draft, RunContext(SOURCE)).record
    assert isinstance(record, Commitment)
    assert record.raw == {name: cells[name] for name in ("Compromiso", "Responsable técnico", "Sede")}
