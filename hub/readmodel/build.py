"""Build one read-model file: aside, synced, renamed."""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import apsw
import msgspec

from hub.readmodel import ddl
from hub.readmodel.cube import cells, cube_members, means, plan_counts, scaled_progress
from hub.readmodel.drafts import Drafts, append
from hub.readmodel.entries import (
    BuildInput,
    BuildReport,
    CommitmentEntry,
    ReadModelError,
    Row,
    VersionEntry,
    instant,
    row_of,
)
from hub.readmodel.facts import encode
from hub.readmodel.files import aside
from hub.readmodel.postings import pack
from hub.readmodel.rows import Batch, Current, Family, Past, fold, orderings
from hub.readmodel.shared import Shared, jurisdiction_id, lineage_cells

BATCH = 500
"""Rows that are made and written at once: so many of them stay in the processor's cache."""
FTS_HASH = 8_000_000
"""Bytes of the full-text index gathered before they are written: fewer parts to merge, and to read."""
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOMUTEX
_PRAGMAS = (
    "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
)


def build(path: Path | str, source: BuildInput) -> BuildReport:
    """Write the file of one data version.

    It appears under `path` whole or not at all. Callers that may race hold `files.build_lock`.

    Raises:
        ReadModelError: the input breaks its promises (order, codes, keys); nothing is written.
        OSError: the disk is full or not ours to write.
    """
    started = time.perf_counter()
    path = Path(path)
    with aside(path) as draft, _no_collection(), contextlib.ExitStack() as waiting:
        connection = apsw.Connection(str(draft), flags=_FLAGS)
        columns = {name: waiting.enter_context(contextlib.closing(Drafts(path.parent))) for name in ddl.FAMILIES}
        try:
            connection.execute(_PRAGMAS)
            commitments, versions = _write(connection, source, columns)
        except apsw.FullError as error:
            raise OSError(28, "no space left for the read model", str(path)) from error
        except apsw.ConstraintError as error:
            raise ReadModelError(f"two records claim one key: {error}") from error
        finally:
            connection.close()
        append(draft, columns)
    return BuildReport(
        path=str(path),
        data_version=source.data_version,
        commitments=commitments,
        versions=versions,
        seconds=time.perf_counter() - started,
        bytes=path.stat().st_size,
    )


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Rows make no cycles, yet so many of them have the collector look through all of memory: a quarter of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _write(connection: apsw.Connection, source: BuildInput, columns: Mapping[str, Drafts]) -> tuple[int, int]:
    connection.execute("BEGIN")
    connection.execute(ddl.TABLES)
    for name in ddl.FAMILIES:
        connection.execute(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('hashsize', {FTS_HASH})")
    _reference(connection, source)
    plans, programs, places = _plans(connection, source)
    shared = Shared(plans, programs)
    current = Current(shared)
    _load(connection, "commitment", current, source.commitments(), columns["commitment"])
    past = Past(shared)
    _load(connection, "past", past, source.past(), columns["past"])
    _many(connection, "institution", 3, ((number, name, fold(name)) for name, number in shared.institutions.items()))
    _many(
        connection, "alignment", 5,
        ((number, a.goal, a.target, a.basis, a.reason) for a, number in shared.alignments.items()),
    )  # fmt: skip
    published = Counter({key: len(ids) for key, ids in current.of("source").items()})
    _sources(connection, source, published)
    for space, family in (("commitment", current), ("past", past)):
        _many(connection, "posting", 6, _postings(space, family))
        _many(connection, "vector", 3, [(space, "progress", scaled_progress(family).tobytes())])
        _many(
            connection, "ordering", 5,
            ((space, field, valued, ids.tobytes(), at.tobytes()) for field, valued, ids, at in orderings(family)),
        )  # fmt: skip
    members = cube_members(current)
    _many(connection, "cube", 5, cells(members))
    _many(connection, "cube", 5, plan_counts(current, members, places))
    _many(connection, "mean", 5, means(current, members))
    _small(connection, source, shared)
    connection.execute(ddl.INDEXES)
    connection.execute(ddl.VIEWS)
    meta = {
        "format": str(ddl.FORMAT),
        "data_version": str(source.data_version),
        "published_at": instant(source.published_at),
        "commitment_rows": str(current.size),
        "past_rows": str(past.size),
    }
    _many(connection, "meta", 2, meta.items())
    connection.execute("COMMIT")
    connection.execute("PRAGMA analysis_limit = 2000; ANALYZE")
    return current.commitments, past.size


def _many(connection: apsw.Connection, table: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)


def _postings(space: str, family: Family) -> Iterator[tuple[str, str, str, int, int, bytes]]:
    for dim, value, ids in family.postings():
        yield (space, dim, value, len(ids), *pack(ids, family.size))


def _load(
    connection: apsw.Connection, name: str, family: Family, entries: Iterable[CommitmentEntry | VersionEntry | Row],
    columns: Drafts,
) -> None:  # fmt: skip
    rows = (entry if isinstance(entry, Row) else row_of(entry) for entry in entries)
    while batch := list(islice(rows, BATCH)):
        made = family.add(batch)
        _flush(connection, name, made)
        columns.add(made.cells)
    family.close()


def _flush(connection: apsw.Connection, name: str, batch: Batch) -> None:
    for table, width, rows in (
        ("row", 30, zip(*batch.cells.values(), strict=True)),
        ("more", 11, zip(*batch.more, strict=True)),
        ("ods", 6, batch.ods),
        ("year", 2, batch.years),
        ("institution", 6, batch.institutions),
        ("source", 2, batch.sources),
        ("fts(rowid, title, description, institution)", 4, zip(*batch.fts, strict=True)),
    ):
        _many(connection, f"{name}_{table}", width, rows)


def _reference(connection: apsw.Connection, source: BuildInput) -> None:
    _many(
        connection, "jurisdiction", 8,
        (
            (jurisdiction_id(j.code), j.code, j.iso, j.level.value, j.name, j.official_name, j.parent,
             None if j.parent is None else jurisdiction_id(j.parent))
            for j in source.jurisdictions()
        ),
    )  # fmt: skip
    _many(connection, "ods_goal", 3, ((goal.number, goal.name, goal.color) for goal in source.goals()))
    _many(
        connection, "run", 13,
        (
            (run.id, run.source, run.verdict.value, run.reason, instant(run.started_at),
             instant(run.finished_at) if run.finished_at else None, run.read, run.added, run.modified, run.removed,
             run.rejected, run.requests, run.bytes)
            for run in source.runs()
        ),
    )  # fmt: skip
    _many(connection, "alias", 2, source.aliases())


def _plans(
    connection: apsw.Connection, source: BuildInput
) -> tuple[dict[str, int], dict[str, str], dict[str, tuple[str, str]]]:
    """Write the plans; give back code -> id, code -> programme, and of current ones code -> (state, programme)."""
    ids: dict[str, int] = {}
    programs: dict[str, str] = {}
    places: dict[str, tuple[str, str]] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, entry in enumerate(source.plans(), start=1):
            plan = entry.record
            if entry.valid_to is None:
                if plan.code in ids:
                    raise ReadModelError(f"two current plans have the code {plan.code}")
                ids[plan.code] = number
                places[plan.code] = (plan.jurisdiction[:2], plan.program.value)
            if entry.valid_to is None or plan.code not in programs:
                programs[plan.code] = plan.program.value
            yield (
                number, plan.code, plan.title, plan.jurisdiction, jurisdiction_id(plan.jurisdiction),
                plan.jurisdiction[:2], plan.program.value, plan.ordinal, plan.published, plan.start_date, plan.end_date,
                plan.declared_commitments, plan.status_raw, plan.url, entry.source, *lineage_cells(plan.lineage),
                instant(entry.valid_from), instant(entry.valid_to) if entry.valid_to else None, encode(plan).decode(),
            )  # fmt: skip

    _many(connection, "plan", 24, rows())
    return ids, programs, places


def _sources(connection: apsw.Connection, source: BuildInput, counts: Counter[str]) -> None:
    _many(
        connection, "source", 12,
        (
            (number, s.key, s.title, s.connector, s.url, s.jurisdiction,
             None if s.jurisdiction is None else jurisdiction_id(s.jurisdiction), s.state.value, s.schedule, s.license,
             s.rank, counts[s.key])
            for number, s in enumerate(sorted(source.sources(), key=lambda entry: entry.key), start=1)
        ),
    )  # fmt: skip


def _small(connection: apsw.Connection, source: BuildInput, shared: Shared) -> None:
    _many(
        connection, "exercise", 15,
        (
            (e.record.jurisdiction, e.record.joined, e.record.joined_year, e.record.step.value if e.record.step else None,
             e.record.secretariat_installed,
             msgspec.json.encode(msgspec.to_builtins(e.record.members)).decode() if e.record.members else None,
             e.record.status_raw, e.source, *lineage_cells(e.record.lineage), encode(e.record).decode())
            for e in source.exercises()
        ),
    )  # fmt: skip
    _many(
        connection, "total", 14,
        (
            (number, t.source, t.record.native_key, t.record.indicator, t.record.value, t.record.publisher,
             t.record.date, t.record.jurisdiction, t.record.ods, t.record.unit, t.record.qualifier, t.record.document,
             t.record.url, encode(t.record).decode())
            for number, t in enumerate(source.totals(), start=1)
        ),
    )  # fmt: skip
    _many(
        connection, "event", 12,
        (
            (number, e.source, e.record.native_key, e.record.date, e.record.end_date, e.record.title, e.record.place,
             e.record.organiser, e.record.kind, e.record.jurisdiction, e.record.url, encode(e.record).decode())
            for number, e in enumerate(
                sorted(source.events(), key=lambda e: (e.record.date or "", e.source, e.record.native_key)), start=1
            )
        ),
    )  # fmt: skip
    _many(
        connection, "change", 7,
        (
            (c.seq, c.kind.value, c.code, shared.moments[c.at], c.data_version,
             encode(c.changed_fields).decode() if c.changed_fields else "[]", c.run)
            for c in source.changes()
        ),
    )  # fmt: skip
