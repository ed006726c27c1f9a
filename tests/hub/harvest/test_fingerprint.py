from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest

from connectors.base import Snapshot
from connectors.csv_table import CsvTable
from hub.harvest.fingerprint import fingerprint_of
from hub.store.records import SourceRecord

SOURCE = SourceRecord(key="x", title="Plan", connector="csv", url="https://ejemplo.mx/x.csv", fields={"title": "A"})
SHOT = Snapshot(SOURCE.url, "a" * 64, datetime(2026, 1, 1, tzinfo=UTC), 3, media_type="text/csv")
CONNECTOR = CsvTable(CsvTable.Options())
FIRST = fingerprint_of(SOURCE, CONNECTOR, [SHOT], {})


class Newer(CsvTable):
    version: ClassVar[str] = "999"


def of(source: SourceRecord = SOURCE, connector: Any = CONNECTOR, shot: Snapshot = SHOT, lookups: Any = None) -> str:
    return fingerprint_of(source, connector, [shot], lookups or {})


def test_the_same_bytes_by_the_same_rules_have_the_same_fingerprint_whenever_they_were_read() -> None:
    later = replace(SHOT, fetched_at=datetime(2027, 1, 1, tzinfo=UTC), not_modified=True, headers={"etag": "x"})
    assert of(shot=later) == FIRST
    assert of(source=msgspec.structs.replace(SOURCE, schedule="weekly", floor=3, contact="a@b")) == FIRST


@pytest.mark.parametrize(
    "other",
    [
        of(shot=replace(SHOT, sha256="b" * 64)),
        of(shot=replace(SHOT, charset="cp1252")),
        of(shot=replace(SHOT, via="https://web.archive.org/web/2024id_/x")),
        of(source=msgspec.structs.replace(SOURCE, fields={"title": "B"})),
        of(source=msgspec.structs.replace(SOURCE, options={"delimiter": ";"})),
        of(source=msgspec.structs.replace(SOURCE, jurisdiction="21")),
        of(connector=Newer(CsvTable.Options())),
        of(lookups={"status": {"c": "COMPLETED"}}),
        fingerprint_of(SOURCE, CONNECTOR, [SHOT, SHOT], {}),
    ],
)
def test_whatever_a_reading_depends_on_gives_another_fingerprint(other: str) -> None:
    assert other != FIRST
