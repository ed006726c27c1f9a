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

from hub.model import Change
from hub.readmodel import ddl
from hub.readmodel.cube import cells, cube_members, elsewhere, means, plan_counts, scaled_progress
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
from hub.readmodel.rows import Batch, Current, Family, Past, fold, orderings
from hub.readmodel.shared import Shared, jurisdiction_id, lineage_cells
from hub.readmodel.writer import Writer
from hub.store.records import KeptChange

BATCH = 500
"""Rows that are made and written at once: so many of them stay in the processor's cache."""
FTS_HASH = 8_000_000
"""Bytes of the full-text index gathered before they are written: fewer parts to merge, and to read."""
_SEARCHED = """
INSERT INTO {p}_fts(rowid, title, description, institution)
SELECT id, title, description, (SELECT group_concat(name, ' · ' ORDER BY pos) FROM {p}_institution WHERE row = id)
FROM {p}_row JOIN {p}_more USING (id) WHERE id BETWEEN ? AND ?;
"""
"""The full-text index of rows that are written."""
_TOLD = """
INSERT INTO {p}_source SELECT id, source FROM {p}_row WHERE id NOT IN (SELECT row FROM {p}_source);
INSERT OR IGNORE INTO {p}_year SELECT r.id, each.value FROM {p}_row r CROSS JOIN json_each(r.years) each;
INSERT INTO {p}_ods SELECT r.id, each.key, a.goal, a.target, a.basis, a.reason
FROM {p}_row r CROSS JOIN json_each('[' || replace(r.alignments, ' ', ',') || ']') each CROSS JOIN alignment a
WHERE a.id = each.value;
"""
"""What else the rows themselves tell: who publishes them, if nobody has said so, their years and their alignments."""


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
        columns = {name: waiting.enter_context(contextlib.closing(Drafts(path.parent))) for name in ddl.FAMILIES}
        try:
            with Writer(draft) as writer:
                commitments, versions = _write(writer, source, columns)
        except apsw.FullError as error:
            raise OSError(28, "no space left for the read model", str(path)) from error
        except apsw.ConstraintError as error:
            raise ReadModelError(f"two records claim one key: {error}") from error
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


def _write(writer: Writer, source: BuildInput, columns: Mapping[str, Drafts]) -> tuple[int, int]:
    writer.run(ddl.TABLES)
    for name in ddl.FAMILIES:
        writer.run(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('hashsize', {FTS_HASH})")
    _reference(writer, source)
    plans, programs, homes = _plans(writer, source)
    shared = Shared(plans, programs)
    current = Current(shared)
    _load(writer, "commitment", current, source.commitments(), columns["commitment"])
    past = Past(shared)
    _load(writer, "past", past, source.past(), columns["past"])
    writer.many("institution", 3, ((number, name, fold(name)) for name, number in shared.institutions.items()))
    writer.many(
        "alignment", 5,
        ((number, a.goal, a.target, a.basis, a.reason) for a, number in shared.alignments.items()),
    )  # fmt: skip
    published = Counter({key: len(ids) for key, ids in current.of("source").items()})
    _sources(writer, source, published)
    _small(writer, source)
    writer.beside("".join(_TOLD.format(p=name) for name in ddl.FAMILIES) + ddl.INDEXES)
    members = cube_members(current)
    standing = {code: (homes[code], programs[code]) for code in plans}
    counts = [*cells(members), *plan_counts(current, members, standing), *elsewhere((current, past), homes)]
    progress = list(means(current, members))
    writer.many("cube", 5, counts)
    writer.many("mean", 5, progress)
    for space, family in (("commitment", current), ("past", past)):
        _sets(writer, space, family)
    writer.run(ddl.VIEWS)
    meta = {
        "format": str(ddl.FORMAT),
        "data_version": str(source.data_version),
        "published_at": instant(source.published_at),
        "commitment_rows": str(current.size),
        "past_rows": str(past.size),
    }
    writer.many("meta", 2, meta.items())
    return current.commitments, past.size


def _sets(writer: Writer, space: str, family: Family) -> None:
    writer.many("posting", 6, ((space, *posting) for posting in family.postings()))
    writer.many("vector", 3, [(space, "progress", scaled_progress(family).tobytes())])
    writer.many(
        "ordering", 5,
        ((space, field, valued, ids.tobytes(), at.tobytes()) for field, valued, ids, at in orderings(family)),
    )  # fmt: skip


def _load(
    writer: Writer, name: str, family: Family, entries: Iterable[CommitmentEntry | VersionEntry | Row],
    columns: Drafts,
) -> None:  # fmt: skip
    rows = (entry if isinstance(entry, Row) else row_of(entry) for entry in entries)
    while batch := list(islice(rows, BATCH)):
        made = family.add(batch)
        _flush(writer, name, made)
        columns.add(made.cells)
    family.close()


def _flush(writer: Writer, name: str, batch: Batch) -> None:
    for table, width, rows in (
        ("row", 30, zip(*batch.cells.values(), strict=True)),
        ("more", 11, zip(*batch.more, strict=True)),
        ("institution", 6, batch.institutions),
        ("source", 2, batch.sources),
    ):
        writer.many(f"{name}_{table}", width, rows)
    writer.beside(_SEARCHED.format(p=name), (batch.ids[0], batch.ids[-1]))


def _reference(writer: Writer, source: BuildInput) -> None:
    writer.many(
        "jurisdiction", 8,
        (
            (jurisdiction_id(j.code), j.code, j.iso, j.level.value, j.name, j.official_name, j.parent,
             None if j.parent is None else jurisdiction_id(j.parent))
            for j in source.jurisdictions()
        ),
    )  # fmt: skip
    writer.many("ods_goal", 3, ((goal.number, goal.name, goal.color) for goal in source.goals()))
    writer.many(
        "run", 13,
        (
            (run.id, run.source, run.verdict.value, run.reason, instant(run.started_at),
             instant(run.finished_at) if run.finished_at else None, run.read, run.added, run.modified, run.removed,
             run.rejected, run.requests, run.bytes)
            for run in source.runs()
        ),
    )  # fmt: skip
    writer.many("alias", 2, source.aliases())


def _plans(writer: Writer, source: BuildInput) -> tuple[dict[str, int], dict[str, str], dict[str, str]]:
    """Write the plans; give back of the current ones code -> id, and of all code -> programme and code -> jurisdiction."""
    ids: dict[str, int] = {}
    programs: dict[str, str] = {}
    homes: dict[str, str] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, entry in enumerate(source.plans(), start=1):
            plan = entry.record
            if entry.valid_to is None:
                if plan.code in ids:
                    raise ReadModelError(f"two current plans have the code {plan.code}")
                ids[plan.code] = number
            if entry.valid_to is None or plan.code not in programs:
                programs[plan.code] = plan.program.value
                homes[plan.code] = plan.jurisdiction
            yield (
                number, plan.code, plan.title, plan.jurisdiction, jurisdiction_id(plan.jurisdiction),
                plan.jurisdiction[:2], plan.program.value, plan.ordinal, plan.published, plan.start_date, plan.end_date,
                plan.declared_commitments, plan.status_raw, plan.url, entry.source, *lineage_cells(plan.lineage),
                instant(entry.valid_from), instant(entry.valid_to) if entry.valid_to else None, encode(plan).decode(),
            )  # fmt: skip

    writer.many("plan", 24, rows())
    return ids, programs, homes


def _sources(writer: Writer, source: BuildInput, counts: Counter[str]) -> None:
    writer.many(
        "source", 12,
        (
            (number, s.key, s.title, s.connector, s.url, s.jurisdiction,
             None if s.jurisdiction is None else jurisdiction_id(s.jurisdiction), s.state.value, s.schedule, s.license,
             s.rank, counts[s.key])
            for number, s in enumerate(sorted(source.sources(), key=lambda entry: entry.key), start=1)
        ),
    )  # fmt: skip


def _small(writer: Writer, source: BuildInput) -> None:
    writer.many(
        "exercise", 15,
        (
            (e.record.jurisdiction, e.record.joined, e.record.joined_year, e.record.step.value if e.record.step else None,
             e.record.secretariat_installed,
             msgspec.json.encode(msgspec.to_builtins(e.record.members)).decode() if e.record.members else None,
             e.record.status_raw, e.source, *lineage_cells(e.record.lineage), encode(e.record).decode())
            for e in source.exercises()
        ),
    )  # fmt: skip
    writer.many(
        "total", 14,
        (
            (number, t.source, t.record.native_key, t.record.indicator, t.record.value, t.record.publisher,
             t.record.date, t.record.jurisdiction, t.record.ods, t.record.unit, t.record.qualifier, t.record.document,
             t.record.url, encode(t.record).decode())
            for number, t in enumerate(source.totals(), start=1)
        ),
    )  # fmt: skip
    writer.many(
        "event", 12,
        (
            (number, e.source, e.record.native_key, e.record.date, e.record.end_date, e.record.title, e.record.place,
             e.record.organiser, e.record.kind, e.record.jurisdiction, e.record.url, encode(e.record).decode())
            for number, e in enumerate(
                sorted(source.events(), key=lambda e: (e.record.date or "", e.source, e.record.native_key)), start=1
            )
        ),
    )  # fmt: skip
    writer.many("change(seq, kind, code, at, data_version, run, changed_fields)", 7, map(_change_row, source.changes()))


def _change_row(change: Change | KeptChange) -> KeptChange:
    if isinstance(change, KeptChange):
        return change
    return KeptChange(
        change.seq, change.kind.value, change.code, instant(change.at), change.data_version, change.run,
        encode(change.changed_fields).decode(),
    )  # fmt: skip
