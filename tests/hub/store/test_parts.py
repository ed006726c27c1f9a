"""Versions compared by their JSON tell what whole records tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hub.model import (
    Alignment,
    Commitment,
    CommitmentStatus,
    Evidence,
    Institution,
    Issue,
    IssueSeverity,
    PlanRef,
    Program,
    ProgressReport,
)
from hub.store.merge import Merged, changed_fields, merged_changes, timeline
from hub.store.parts import changed_parts, is_alone, own_changes, own_timeline, parts_of
from hub.store.records import RecordVersion

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLANS = [PlanRef(key=key, jurisdiction="30", program=Program.COCREACION_LOCAL, title="Plan") for key in ("p", "q")]
ISSUES = [
    Issue(severity=IssueSeverity.WARNING, code="UNREAD", message=message, field="ods", raw="x") for message in "ab"
]
VALUES: dict[str, list[Any]] = {
    "native_key": ["k", "l"],
    "title": ["Agua", "Agua y «más»"],
    "plan": [*PLANS, msgspec.structs.replace(PLANS[0], title="Otro")],
    "number": [None, 1, 12345],
    "description": [None, "", "larga"],
    "themes": [(), ("agua",)],
    "ods": [(), (Alignment(goal=6),), (Alignment(goal=6, target="6.1"),)],
    "institutions": [(), (Institution(name="SEFIN"),)],
    "years": [(), (2024,), (2024, 2025)],
    "status": list(CommitmentStatus)[:3],
    "progress": [None, 0.0, 40.0, 40.5],
    "progress_reports": [(), (ProgressReport(date="2025", progress=1.0),)],
    "evidence": [(), (Evidence(url="https://example.org/"),)],
    "raw": [{}, {"No.": 1}, {"No.": 1.0}],
    "issues": [(), *((issue,) for issue in ISSUES)],
    "code": ["", "X"],
}
RECORDS = st.builds(
    Commitment, jurisdiction=st.just("30"), **{name: st.sampled_from(values) for name, values in VALUES.items()}
)


@st.composite
def lives(draw: st.DrawFn) -> list[RecordVersion]:
    """Versions of one record, with gaps or without; the last may stand."""
    found: list[RecordVersion] = []
    day = 0
    records = draw(st.lists(RECORDS, min_size=1, max_size=5))
    for place, record in enumerate(records):
        day += draw(st.integers(0, 1))
        end = day + draw(st.integers(1, 3))
        stands = place == len(records) - 1 and draw(st.booleans())
        found.append(
            RecordVersion(
                kind="commitment", source="a", native_key="k", code=draw(st.sampled_from("AB")), rank=0, group=1,
                plan_code=draw(st.sampled_from("PQ")), duplicate=False, valid_from=NOW + timedelta(days=day),
                valid_to=None if stands else NOW + timedelta(days=end), run=f"run-{place}", body=body_of(record),
            )
        )  # fmt: skip
        day = end
    return found


def body_of(record: Commitment) -> str:
    return msgspec.json.encode(record).decode()


@given(RECORDS, RECORDS)
def test_fields_that_differ_in_json_and_in_value_are_those_of_whole_records(old: Commitment, new: Commitment) -> None:
    assert changed_parts(parts_of(body_of(old)), parts_of(body_of(new))) == changed_fields(old, new)


@given(RECORDS, RECORDS, st.booleans())
def test_what_one_source_changed_under_one_code_is_told_as_of_whole_records(
    old: Commitment, new: Commitment, replanned: bool
) -> None:
    before = msgspec.structs.replace(old, code="A", plan_code="P")
    after = msgspec.structs.replace(new, code="A", plan_code="Q" if replanned else "P")
    told = merged_changes(Merged(before, "a", ("a",)), Merged(after, "a", ("a",)))
    assert own_changes(body_of(old), body_of(new), replanned=replanned) == told


@given(lives())
def test_the_history_of_one_record_is_the_one_that_whole_records_tell(versions: list[RecordVersion]) -> None:
    assert is_alone(versions)
    own, merged = own_timeline(versions), timeline(versions)
    assert [(s.valid_from, s.valid_to, s.changed_fields, s.run) for s in own] == [
        (s.valid_from, s.valid_to, s.changed_fields, s.run) for s in merged
    ]
    assert [span.version.decode() for span in own] == [span.merged.record for span in merged]


@given(lives(), st.data())
def test_versions_that_run_into_each_other_or_are_of_several_or_marked_are_not_alone(
    versions: list[RecordVersion], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(versions))
    other = data.draw(
        st.sampled_from([
            {"source": "b"}, {"native_key": "l"}, {"duplicate": True}, {"valid_to": one.valid_from},
            {"valid_from": one.valid_from + timedelta(hours=1)} if one.valid_to is None else {"source": "c"},
        ])
    )  # fmt: skip
    changed = [*versions, msgspec.structs.replace(one, **other)]
    assert not is_alone(sorted(changed, key=lambda version: version.valid_from))
