"""Versions arrive by group; what is over leaves by code and beginning, and what stands is known by code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.model import Commitment, PlanRef, Program
from hub.readmodel.facts import encode
from hub.readmodel.history import History
from hub.readmodel.plan_codes import PlanCodes
from hub.store.records import RecordVersion

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NO_PLANS = PlanCodes([])
PLAN = PlanRef(key="p", jurisdiction="30", program=Program.COCREACION_LOCAL)


def version(
    group: int | None, code: str, title: str, begun: int, ended: int | None, source: str = "a"
) -> RecordVersion:
    record = Commitment(native_key=f"k{group}", title=title, plan=PLAN, jurisdiction="30")
    return RecordVersion(
        kind="commitment", source=source, native_key=record.native_key, code=code, plan_code="P", group=group, rank=0,
        duplicate=False, valid_from=NOW + timedelta(days=begun), run=f"run-{begun}", body=encode(record).decode(),
        valid_to=None if ended is None else NOW + timedelta(days=ended),
    )  # fmt: skip


def told(history: History) -> list[tuple[str, str, int]]:
    rows = history.past()
    return [(row.facts.code, row.facts.title, (row.since - NOW).days) for row in rows]


VERSIONS = [
    version(1, "B", "first", 0, 2),
    version(1, "B", "second", 2, 5),
    version(1, "B2", "third", 5, None),
    version(2, "A", "gone", 1, 3),
    version(3, "C", "alone", 0, None),
]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_what_is_over_comes_by_code_and_beginning_wherever_batches_end(size: int) -> None:
    history = History([VERSIONS[start : start + size] for start in range(0, len(VERSIONS), size)], NO_PLANS)
    assert told(history) == [("A", "gone", 1), ("B2", "first", 0), ("B2", "second", 2)]


def test_what_stands_is_known_by_the_code_that_it_has_now() -> None:
    standing = History([VERSIONS], NO_PLANS).standing
    assert set(standing) == {"B2"}
    assert standing["B2"].since == NOW + timedelta(days=5)
    assert standing["B2"].changed_fields == ("title", "code")


def test_versions_of_no_group_are_histories_of_their_own() -> None:
    history = History([[version(None, "A", "one", 0, 1), version(None, "A", "two", 0, 1, source="b")]], NO_PLANS)
    assert told(history) == [("A", "one", 0), ("A", "two", 0)]


@pytest.mark.parametrize("in_memory", [10_000, 10_000_000])
def test_a_history_is_told_whole_whether_memory_holds_it_or_not(in_memory: int) -> None:
    several = [version(group, f"C{group:03}", "x" * 1000, 0, 1) for group in range(200)]
    history = History([several[::-1]], NO_PLANS, in_memory=in_memory)
    assert [code for code, _, _ in told(history)] == [f"C{group:03}" for group in range(200)]
