"""From the system of record to the file that is served: one read transaction, one data version, merged as the public sees it.

The builder is synchronous and runs in a thread; the store is asynchronous and stays in its event loop. Records stream from
the one to the other in batches.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hub.model import (
    Commitment,
    DeclaredTotal,
    Event,
    Exercise,
    Plan,
    Record,
    RecordKind,
    Run,
    RunVerdict,
)
from hub.normalise import ods, places
from hub.readmodel.build import build
from hub.readmodel.entries import (
    BuildReport,
    CommitmentEntry,
    EventEntry,
    ExerciseEntry,
    GoalEntry,
    JurisdictionEntry,
    PlanEntry,
    ReadModelError,
    Row,
    SourceEntry,
    TotalEntry,
)
from hub.readmodel.facts import of_body
from hub.readmodel.files import build_lock, clear, file_of
from hub.readmodel.history import History, Standing
from hub.readmodel.plan_codes import PlanCodes
from hub.readmodel.reader import readable
from hub.store import Store
from hub.store.export import Reading
from hub.store.merge import Member, merge, merge_plans
from hub.store.records import KeptChange, RecordVersion, SourceRecord, StoredRecord
from hub.store.sources import rank_of

log = logging.getLogger("hub.readmodel")
T = TypeVar("T")

WAIT = 0.2
"""Seconds between two looks at a file that another process is building."""

_EXERCISE_FIELDS = ("joined", "joined_year", "step", "secretariat_installed", "members", "status_raw")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def build_current(store: Store, folder: Path) -> BuildReport | None:
    """Write the file of the store's current data version; None where it stands already, in this hub's format.

    Processes that want the same file at once wait for the first.

    Raises:
        OSError: no room, or not ours to write. ReadModelError: the store breaks its promises.
    """
    while True:
        with build_lock(folder) as mine:
            if mine:
                async with store.reading() as reading:
                    path = file_of(folder, reading.data_version)
                    if readable(path):
                        return None
                    source = await gather(reading, await store.published_at())
                    report = await write(path, source)
                clear(folder)
                log.info("read model %s: %s commitments in %.2f s", path.name, report.commitments, report.seconds)
                return report
        if await asyncio.to_thread(readable, file_of(folder, await store.data_version())):
            return None
        await asyncio.sleep(WAIT)


async def write(path: Path, source: StoreInput) -> BuildReport:
    """`build` in a thread, which has ended when this has, cancelled or not.

    Left to itself it would write on where the next builder begins, and might take the end of what it can read for the end
    of what there is.

    Raises:
        OSError, ReadModelError: as `build`.
    """
    work = asyncio.get_running_loop().run_in_executor(None, build, path, source)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        source.stopped.set()
        await asyncio.wait([work])
        work.exception()  # that it was stopped, which is no news
        raise


@dataclass(slots=True)
class StoreInput:
    """A `BuildInput` over one moment of the store. What is small is held; commitments stream, until it is `stopped`."""

    data_version: int
    published_at: datetime
    stream: Callable[[], Iterator[list[StoredRecord]]]
    source_records: Sequence[SourceRecord]
    all_runs: Sequence[Run]
    change_stream: Callable[[], Iterator[list[KeptChange]]]
    all_aliases: Sequence[tuple[str, str]]
    plan_entries: Sequence[PlanEntry]
    version_stream: Callable[[], Iterator[list[RecordVersion]]]
    plan_codes: PlanCodes
    small: dict[RecordKind, list[StoredRecord]] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    _history: History | None = None

    def jurisdictions(self) -> Iterator[JurisdictionEntry]:
        for place in places.everywhere():
            yield JurisdictionEntry(
                code=place.code, level=place.level, name=place.name, official_name=place.official_name, iso=place.iso,
                parent=place.parent,
            )  # fmt: skip

    def goals(self) -> Iterator[GoalEntry]:
        for goal in ods.GOALS.values():
            yield GoalEntry(number=goal.number, name=goal.name, color=goal.color.lower())

    def sources(self) -> Iterator[SourceEntry]:
        for record in self.source_records:
            yield SourceEntry(
                key=record.key, title=record.title, connector=record.connector, url=record.url,
                jurisdiction=record.jurisdiction, state=record.state, schedule=record.schedule, license=record.license,
                rank=rank_of(record, record.jurisdiction),
            )  # fmt: skip

    def runs(self) -> Iterable[Run]:
        return self.all_runs

    def plans(self) -> Iterable[PlanEntry]:
        return self.plan_entries

    def changes(self) -> Iterable[KeptChange]:
        return (change for batch in self.change_stream() for change in batch)

    def aliases(self) -> Iterable[tuple[str, str]]:
        return self.all_aliases

    def exercises(self) -> Iterator[ExerciseEntry]:
        by_place: dict[str, list[StoredRecord]] = defaultdict(list)
        for stored in self.small["exercise"]:
            by_place[_decoded(stored, Exercise).jurisdiction].append(stored)
        for place in sorted(by_place):
            members = sorted(by_place[place], key=lambda stored: (stored.rank, stored.source, stored.native_key))
            record = merge_exercises([_decoded(stored, Exercise) for stored in members])
            yield ExerciseEntry(record=record, source=members[0].source)

    def totals(self) -> Iterator[TotalEntry]:
        for stored in self.small["total"]:
            yield TotalEntry(record=_decoded(stored, DeclaredTotal), source=stored.source)

    def events(self) -> Iterator[EventEntry]:
        for stored in self.small["event"]:
            yield EventEntry(record=_decoded(stored, Event), source=stored.source)

    def commitments(self) -> Iterator[CommitmentEntry | Row]:
        standing = self._told().standing
        everything = (stored for batch in self.stream() for stored in batch)
        for code, group in groupby(everything, key=attrgetter("code")):
            members = list(group)
            row = _kept(members[0], standing.get(code)) if len(members) == 1 else None
            if row is not None:
                yield row
            else:
                yield from _merged(members, standing.get(code))

    def past(self) -> Iterator[Row]:
        return self._told().past()

    def _told(self) -> History:
        if self._history is None:
            self._history = History(self.version_stream(), self.plan_codes)
        return self._history


def _kept(stored: StoredRecord, standing: Standing | None) -> Row | None:
    """The row of a commitment that one source publishes: its record as it was kept. None if it has to be made anew."""
    found = None if stored.duplicate else of_body(stored.body, stored.code, stored.plan_code)
    if found is None:
        return None
    facts, body = found
    return Row(
        facts=facts, body=body, source=stored.source, sources=(stored.source,),
        since=standing.since if standing else stored.valid_from, run=standing.run if standing else stored.run,
        changed_fields=standing.changed_fields if standing else (), missing_since=stored.missing_since,
    )  # fmt: skip


def _merged(group: Sequence[StoredRecord], standing: Standing | None) -> Iterator[CommitmentEntry]:
    """A commitment, then the records of its sources if they are several."""
    members = [Member(stored.rank, stored.source, stored.native_key, _decoded(stored, Commitment)) for stored in group]
    merged = merge(members)
    first = group[0]
    yield CommitmentEntry(
        record=merged.record, source=merged.source, sources=merged.sources, run=standing.run if standing else first.run,
        updated_at=standing.since if standing else first.valid_from,
        changed_fields=standing.changed_fields if standing else (),
        missing_since=first.missing_since if all(stored.missing_since for stored in group) else None,
    )  # fmt: skip
    if len(group) == 1:
        return
    for stored, member in zip(group, members, strict=True):
        yield CommitmentEntry(
            record=member.record, source=stored.source, sources=(stored.source,), run=stored.run, is_primary=False,
            updated_at=stored.valid_from, missing_since=stored.missing_since,
        )  # fmt: skip


def merge_exercises(records: Sequence[Exercise]) -> Exercise:
    """One exercise from several sources' records, nearest first: empty fields are filled by the next."""
    first = records[0]
    filled = {}
    for name in _EXERCISE_FIELDS:
        if getattr(first, name) is None:
            filled[name] = next((v for other in records[1:] if (v := getattr(other, name)) is not None), None)
    return msgspec.structs.replace(first, **filled)


async def gather(reading: Reading, published_at: datetime | None) -> StoreInput:
    """What a file of one moment of the store is built from; commitments and changes stream while `reading` is open.

    Args:
        published_at: when what it reads became public; None where nothing had been published.
    """
    loop, stopped = asyncio.get_running_loop(), threading.Event()
    small: dict[RecordKind, list[StoredRecord]] = {}
    for kind in ("exercise", "total", "event"):
        small[kind] = [stored async for batch in reading.records(kind) for stored in batch]
    plans = PlanCodes([version async for batch in reading.versions("plan") for version in batch])
    return StoreInput(
        data_version=reading.data_version,
        published_at=published_at or _NEVER,
        stream=lambda: _pull(reading.records("commitment"), loop, stopped),
        source_records=await reading.sources(),
        all_runs=[run async for batch in reading.runs() for run in batch if run.verdict is not RunVerdict.INTERRUPTED],
        change_stream=lambda: _pull(reading.kept_changes(), loop, stopped),
        all_aliases=[(alias.old_code, alias.new_code) for alias in await reading.aliases()],
        plan_entries=_plan_entries(plans),
        version_stream=lambda: _pull(reading.versions("commitment", storied=True), loop, stopped),
        plan_codes=plans,
        small=small,
        stopped=stopped,
    )


def _pull(batches: AsyncIterator[T], loop: asyncio.AbstractEventLoop, stopped: threading.Event) -> Iterator[T]:
    """An asynchronous iterator of the event loop, from a thread. Raises ReadModelError once it is stopped."""

    async def step() -> T | None:
        return await anext(batches, None)

    while True:
        batch = asyncio.run_coroutine_threadsafe(step(), loop).result()
        if stopped.is_set():  # what was read while it was may be cut short
            raise ReadModelError("the building of the read model was stopped")
        if batch is None:
            return
        yield batch


def _plan_entries(plans: PlanCodes) -> list[PlanEntry]:
    """Every version of every merged plan, with the code that it has now."""
    return [entry for code in sorted(plans.by_plan) for entry in _plan_timeline(code, plans.by_plan[code])]


def _plan_timeline(code: str, versions: Sequence[RecordVersion]) -> Iterator[PlanEntry]:
    moments = sorted({v.valid_from for v in versions} | {v.valid_to for v in versions if v.valid_to is not None})
    last: PlanEntry | None = None
    for index, moment in enumerate(moments):
        until = moments[index + 1] if index + 1 < len(moments) else None
        standing = [v for v in versions if v.valid_from <= moment and (v.valid_to is None or v.valid_to > moment)]
        standing.sort(key=lambda version: (version.rank, version.source, version.native_key))
        if not standing:
            continue
        merged = merge_plans([_decoded(version, Plan) for version in standing])
        record = msgspec.structs.replace(merged, code=code)
        entry = PlanEntry(record=record, source=standing[0].source, valid_from=moment, valid_to=until)
        if last is not None and last.record == record and last.valid_to == moment:
            last = msgspec.structs.replace(last, valid_to=until)
            continue
        if last is not None:
            yield last
        last = entry
    if last is not None:
        yield last


def _decoded(stored: StoredRecord | RecordVersion, kind: type[T]) -> T:
    record: Record | Any = stored.decode()
    if not isinstance(record, kind):
        raise TypeError(f"{stored.source}/{stored.native_key} is no {kind.__name__}")
    return record
