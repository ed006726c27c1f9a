"""hub.harvest.reader: what the process that reads is told, and answers."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from connectors.base import Snapshot, SourceChanged, SourceInfo
from connectors.csv_table import CsvOptions, CsvTable
from hub.harvest.reader import LENGTH, packed, serve
from hub.harvest.reading import BATCH
from hub.normalise.lookups import Lookups
from tests.hub.harvest.conftest import FIELDS
from tests.sites.content import as_csv, commitments

INFO = SourceInfo("puebla-csv", "Plan", "https://puebla.ejemplo.mx/plan.csv", "21", FIELDS)


class Broken(CsvTable):
    """A connector with a fault."""

    def rows(self, snapshot: Snapshot, ctx: Any) -> Any:
        raise ZeroDivisionError("a fault")


def job(body: bytes, kind: type[CsvTable] = CsvTable) -> bytes:
    snapshot = Snapshot(INFO.url, "0" * 64, datetime(2026, 1, 1, tzinfo=UTC), len(body), "text/csv", content=body)
    options = CsvOptions()
    return packed((kind(options), INFO, options, [], [snapshot], Lookups(), "run-1"))


def answers(*jobs: bytes) -> list[Any]:
    """All that is said to these jobs."""
    target = BytesIO()
    serve(BytesIO(b"".join(jobs)), target)
    text, found = target.getvalue(), []
    while text:
        length = int.from_bytes(text[:LENGTH], "little")
        found.append(pickle.loads(text[LENGTH : LENGTH + length]))
        text = text[LENGTH + length :]
    return found


def test_it_says_that_it_is_ready_and_ends_with_its_input() -> None:
    assert answers() == [("ready",)]


def test_each_job_is_answered_with_its_rows_in_batches_and_how_it_went() -> None:
    count = 2 * BATCH + 3
    found = answers(job(as_csv(commitments("puebla", count))), job(as_csv(commitments("puebla", 4))))
    batches = [message for message in found if message[0] == "rows"]
    assert [message[0] for message in found] == ["ready", *["rows"] * 3, "end", "rows", "end"]
    assert sum(len(rows) for _, _, rows in batches[:-1]) == count
    assert [read for _, read, _ in batches][-2:] == [count, 4]
    assert (found[4][1].measure.accepted, found[-1][1].measure.accepted) == (count, 4)
    assert {row["run_id"] for _, _, rows in batches for row in rows} == {"run-1"}


def test_what_is_no_table_is_refused_as_in_a_harvest() -> None:
    what, reading, notes, error = answers(job(b"<html><body>nada</body></html>"))[-1]
    assert (what, reading.measure.read, notes) == ("refused", 0, [])
    assert isinstance(error, SourceChanged)
    assert error.reason
    assert error.code != "HARVEST_ERROR"


def test_a_fault_is_told_and_the_next_job_is_read() -> None:
    found = answers(job(b"No.,Compromiso\n1,Uno\n", Broken), job(as_csv(commitments("puebla", 4))))
    assert found[1] == ("failed", "ZeroDivisionError('a fault')")
    assert found[-1][0] == "end"


def test_an_error_keeps_what_it_says_on_its_way() -> None:
    error = pickle.loads(packed(SourceChanged("No hay tabla.", code="NO_TABLE"))[LENGTH:])
    assert (type(error), error.reason, error.code) == (SourceChanged, "No hay tabla.", "NO_TABLE")
