"""Small helpers for the store's tests: sources, commitments, and one whole run in a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from hub.model import Commitment, Lineage, Plan, PlanRef, Program, Record, RecordKind, Run, RunVerdict
from hub.store import Publication, SourceRecord, Store, StoredRecord
from hub.store.merge import Member, Merged, merge

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = timedelta(days=7)

STATE = SourceRecord(key="veracruz", title="Ejercicio local de Veracruz", connector="csv", url="v", jurisdiction="30")
NATIONAL = SourceRecord(key="inai", title="INAI", connector="html_table", url="n")
BUNDLED = SourceRecord(key="bundled", title="Datos incluidos", connector="bundled", url="bundled:")
SOURCES = (STATE, NATIONAL, BUNDLED)

REF = PlanRef(key="pal-1", jurisdiction="30", program=Program.COCREACION_LOCAL, ordinal=1, title="Primer plan")


def commitment(number: int | None, title: str = "", *, key: str | None = None, **fields: Any) -> Commitment:
    fields = {"plan": REF, "jurisdiction": "30"} | fields
    return Commitment(native_key=key or f"k{number}", title=title or f"Compromiso {number}", number=number, **fields)


def plan(key: str = "pal-1", **fields: Any) -> Plan:
    fields = {"title": "Primer plan", "jurisdiction": "30", "program": Program.COCREACION_LOCAL} | fields
    return Plan(native_key=key, **fields)


def lineage(sha256: str) -> Lineage:
    return Lineage(url="https://example.org/p", fetched_at=NOW, sha256=sha256)


def kind_of(record: Record) -> RecordKind:
    kinds: dict[str, RecordKind] = {
        "Commitment": "commitment",
        "Plan": "plan",
        "Exercise": "exercise",
        "DeclaredTotal": "total",
        "Event": "event",
    }
    return kinds[type(record).__name__]


async def start(store: Store, source: str, now: datetime, owner: str = "test") -> Run:
    run = await store.start_run(source, now=now, owner=owner, lease=60.0)
    assert run is not None
    return run


async def publish(
    store: Store, source: SourceRecord, records: Iterable[Record], now: datetime, *, complete: bool = True
) -> Publication:
    """One whole run."""
    run = await start(store, source.key, now)
    await store.stage(run.id, [(kind_of(record), record.native_key, record) for record in records])
    done = await store.publish(run.id, now=now, grace=GRACE, complete=complete)
    verdict = RunVerdict.PUBLISHED if done.published else RunVerdict.UNCHANGED
    await store.finish_run(run.id, verdict=verdict, now=now)
    return done


async def records(store: Store, kind: RecordKind = "commitment") -> list[StoredRecord]:
    return [item async for batch in store.export_records(kind) for item in batch]


async def codes(store: Store, kind: RecordKind = "commitment") -> list[str]:
    return [item.code for item in await records(store, kind)]


async def view(store: Store) -> dict[str, Merged]:
    """Code -> the merged commitment, from the current records."""
    members: dict[str, list[Member]] = {}
    for item in await records(store):
        record = item.decode()
        assert isinstance(record, Commitment)
        members.setdefault(item.code, []).append(Member(item.rank, item.source, item.native_key, record))
    return {code: merge(group) for code, group in members.items()}


def shown(merged: Merged) -> tuple[Any, ...]:
    """What a mirror keeps of a merged commitment: all but lineage."""
    record = msgspec.structs.replace(merged.record, lineage=None, native_key="", own_code=None)
    return (merged.source, frozenset(merged.sources), msgspec.json.encode(record))
