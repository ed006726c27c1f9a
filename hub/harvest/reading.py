"""Snapshots to the rows that a store keeps, in two passes: observe every column, then normalise row by row.

The first pass keeps the drafts of a small source in memory; a large one is parsed again, so that memory does not grow
with the number of rows. Pure, and light to load: `hub.harvest.keeping` has it done in a thread, or in a process of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from operator import attrgetter
from typing import Any

import msgspec

from connectors.base import Connector, Context, Draft, Empty, Note, Snapshot
from hub.harvest.judge import WATCHED_FIELDS, Measure
from hub.harvest.whose import refuse_rows_of_others
from hub.model import Commitment, Issue, IssueSeverity, Lineage, Plan, PlanRef, UnmatchedValue
from hub.normalise import years
from hub.normalise.lookups import Lookups
from hub.normalise.profile import Decisions, Profile
from hub.normalise.record import Normalised, RunContext, normalise, normalise_all
from hub.store.staged_rows import Staged, rows_of

HELD_DRAFTS = 5_000
"""Drafts kept between the passes; a source with more is parsed twice."""

PAGE = 250
"""Drafts observed or read together: many enough to read columns, few enough for a processor's cache."""

BATCH = 1_000
"""Records staged together, or a page more."""

MAX_ISSUES = 2_000
"""Issues kept of one run; the counts go on."""

MAX_UNMATCHED = 5_000

MAX_IMPLIED = 1_000
"""Plans kept that only their commitments name."""

Located = tuple[Snapshot, Draft]


@dataclass(slots=True)
class Reading:
    """What a run read. `complete` says that every snapshot was read to its end."""

    measure: Measure = field(default_factory=Measure)
    issues: list[Issue] = field(default_factory=list)
    unmatched: Counter[tuple[str, str]] = field(default_factory=Counter)
    suggestions: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    empty_reason: str | None = None
    complete: bool = False
    stopped: bool = False
    owners: dict[int, str] = field(default_factory=dict)
    """Position of an issue -> native key of the commitment that it is about."""

    def take_over(self, other: Reading) -> None:
        """Be what another reading of the same came to; repeats are counted where records are kept."""
        duplicates = self.measure.duplicates
        for name in ("measure", "issues", "unmatched", "suggestions", "counts", "empty_reason", "owners"):
            setattr(self, name, getattr(other, name))
        self.measure.duplicates = duplicates

    def stop(self) -> None:
        """The run has ended: a thread that still reads for it gives up at the next record."""
        self.stopped = True

    def add(self, issue: Issue) -> None:
        """Keep an issue while there is room."""
        if len(self.issues) < MAX_ISSUES:
            self.issues.append(issue)

    def note(self, note: Note) -> None:
        """Keep what the connector had to say; a broken chain of pages is the judge's business."""
        if note.code == "BROKEN_CHAIN":
            self.measure.broken_chain = note.message
        severity = IssueSeverity.__members__.get(note.severity, IssueSeverity.WARNING)
        self.add(Issue(severity=severity, code=note.code, message=note.message, field=note.field, raw=note.raw))

    def take(self, outcomes: Iterable[Normalised]) -> list[Staged]:
        """Count what became of drafts; gives their records as the store wants them."""
        taken: list[Staged] = []
        for found in outcomes:
            if found.issues or found.unmatched:
                self._report(found)
            if found.record is not None:
                taken.append((found.kind, found.record.native_key, found.record))
        accepted = [record for _, _, record in taken if isinstance(record, Commitment)]
        self.measure.accepted += len(accepted)
        self.measure.other += len(taken) - len(accepted)
        _count_filled(self.measure.filled, accepted)
        return taken

    def _report(self, found: Normalised) -> None:
        """Keep the issues and the unmatched values of one draft."""
        start = len(self.issues)
        for issue in found.issues:
            self.add(issue)
        if isinstance(found.record, Commitment):
            self.owners |= dict.fromkeys(range(start, len(self.issues)), found.record.native_key)
        for value in found.unmatched:
            key = (value.field, value.raw)
            if key in self.unmatched or len(self.unmatched) < MAX_UNMATCHED:
                self.unmatched[key] += value.count
                if value.suggestion:
                    self.suggestions[key] = value.suggestion

    def name_records(self, codes: Mapping[str, str]) -> None:
        """Say of each issue which commitment it is about, where that has a public code.

        Args:
            codes: native key -> public code.
        """
        for index, key in self.owners.items():
            if key in codes:
                self.issues[index] = msgspec.structs.replace(self.issues[index], record_code=codes[key])

    def unmatched_values(self) -> list[UnmatchedValue]:
        """The queue entries of this run."""
        return [
            UnmatchedValue(field=name, raw=raw, count=count, suggestion=self.suggestions.get((name, raw)))
            for (name, raw), count in self.unmatched.items()
        ]


_WATCHED = tuple((name, attrgetter("status_raw" if name == "status" else name)) for name in WATCHED_FIELDS)


def _count_filled(filled: dict[str, int], records: Sequence[Commitment]) -> None:
    for name, value_of in _WATCHED:
        values = list(map(value_of, records))
        said = len(values) - values.count(None) - values.count(())
        if said:
            filled[name] = filled.get(name, 0) + said


class Normaliser:
    """Drafts to records of one run, commitments with the years that their plan's dates give them."""

    def __init__(self, ctx: RunContext, plans: Iterable[Draft]) -> None:
        self._ctx = ctx
        self._plans: dict[str, Plan] = {}
        self._implied: dict[PlanRef, Plan] = {}
        for draft in plans:
            found = normalise(draft, ctx).record
            if isinstance(found, Plan):
                self._plans[found.native_key] = found

    def __call__(self, drafts: Sequence[tuple[Draft, Lineage]]) -> list[Normalised]:
        """What became of each draft: its record, or its reasons to have none."""
        return list(map(self._completed, normalise_all(drafts, self._ctx)))

    def _completed(self, found: Normalised) -> Normalised:
        record = found.record
        if not isinstance(record, Commitment) or years.settled(record):
            return found
        completed = years.complete(record, self._plan(record))
        if completed is record:
            return found
        issues = found.issues + completed.issues[len(record.issues) :]
        return Normalised(found.kind, found.native_key, completed, issues, found.unmatched)

    def _plan(self, record: Commitment) -> Plan:
        ref = record.plan
        plan = self._plans.get(ref.key) or self._implied.get(ref)
        if plan is None:
            plan = plan_of(record)
            if len(self._implied) < MAX_IMPLIED:
                self._implied[ref] = plan
        return plan


def plan_of(commitment: Commitment) -> Plan:
    """What a commitment itself says of its plan, as a plan record: a file may name it in every row and nowhere else."""
    ref = commitment.plan
    return Plan(
        native_key=ref.key, title=ref.title or "", jurisdiction=ref.jurisdiction, program=ref.program,
        ordinal=ref.ordinal, published=ref.published, implied=not ref.key,
    )  # fmt: skip


@dataclass(slots=True)
class _Observed:
    decisions: Decisions
    held: list[Located] | None
    plans: list[Draft]


def _observe(connector: Connector, ctx: Context, snapshots: Sequence[Snapshot], reading: Reading) -> _Observed:
    """The first pass. Leaves the notes of the connector only where there will be no second parse."""
    profile = Profile()
    held: list[Located] | None = []
    plans: list[Draft] = []
    notes = len(ctx.notes)
    try:
        drafts = _drafts(connector, ctx, snapshots, reading)
        while batch := list(islice(drafts, PAGE)):
            profile.observe(draft for _, draft in batch)
            plans += [draft for _, draft in batch if draft.kind == "plan"]
            if held is not None:
                held += batch
                if len(held) > HELD_DRAFTS:
                    held = None
    except Empty as empty:
        reading.empty_reason = empty.reason
    refuse_rows_of_others(profile, ctx.source)
    if held is None:
        del ctx.notes[notes:]
    return _Observed(profile.decide(_hints(ctx.source.fields)), held, plans)


def _drafts(connector: Connector, ctx: Context, snapshots: Iterable[Snapshot], reading: Reading) -> Iterator[Located]:
    """All drafts of the snapshots, in order; no more once the run has ended."""
    for snapshot in snapshots:
        for row in connector.rows(snapshot, ctx):
            if reading.stopped:
                return
            found = connector.draft(row, ctx)
            if isinstance(found, Draft):
                yield snapshot, found
            else:
                yield from zip(repeat(snapshot), found or ())


def _hints(fields: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Declared scales and date orders, in the normaliser's words."""
    hints: dict[str, dict[str, str]] = {}
    for name, declared in fields.items():
        if isinstance(declared, Mapping):
            hint = {"scale": declared.get("scale"), "order": declared.get("date_order") or declared.get("order")}
            hints[name] = {key: value for key, value in hint.items() if isinstance(value, str)}
    return hints


def batches(
    connector: Connector, ctx: Context, snapshots: Sequence[Snapshot], lookups: Lookups, run: str, reading: Reading
) -> Iterator[list[dict[str, Any]]]:
    """Both passes: the records as the store keeps them, `BATCH` or more at a time, then fewer, until the run ends.

    `reading` tells how it went, also where it breaks off.

    Raises:
        HarvestError: the bytes are not what the connector understands.
    """
    first = _observe(connector, ctx, snapshots, reading)
    normaliser = Normaliser(RunContext(ctx.source, first.decisions, lookups), first.plans)
    drafts = iter(first.held) if first.held is not None else _drafts(connector, ctx, snapshots, reading)
    rows: list[dict[str, Any]] = []
    while not reading.stopped and (page := list(islice(drafts, PAGE))):
        reading.measure.read += sum(draft.kind == "commitment" for _, draft in page)
        found = normaliser([(draft, _lineage(snapshot, draft, run)) for snapshot, draft in page])
        rows += rows_of(run, reading.take(found))
        if len(rows) >= BATCH:
            yield rows
            rows = []
    if rows and not reading.stopped:
        yield rows


def _lineage(snapshot: Snapshot, draft: Draft, run: str) -> Lineage:
    return Lineage(
        url=snapshot.via or snapshot.url, fetched_at=snapshot.fetched_at, sha256=snapshot.sha256,
        media_type=snapshot.media_type, locator=draft.locator, run=run,
    )  # fmt: skip
