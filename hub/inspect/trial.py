"""One candidate read to its end as a harvest would read it, and nothing kept: records, issues, counts.

The same connector, profile and normaliser as `hub.harvest.reading`; only the store is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from connectors.base import Connector, Context, Draft, Empty, HarvestError, Note, Snapshot, SourceChanged, SourceInfo
from hub.harvest.reading import BATCH, Normaliser
from hub.harvest.whose import refuse_rows_of_others
from hub.inspect.cut import MOST_ELEMENTS
from hub.inspect.model import PreviewRecord
from hub.inspect.watch import Watch
from hub.model import Commitment, Issue, Lineage, Program
from hub.normalise.lookups import Lookups
from hub.normalise.profile import Decisions, Profile
from hub.normalise.record import Normalised, RunContext
from hub.store.identity import area_code, short_hash, usable_code

HELD_DRAFTS = MOST_ELEMENTS
"""Drafts kept between the passes: all of a page, whose second reading would cost as much as the first."""

SHOWN = 10
"""Records of a preview."""
_WHERE = 3
_MOST_KINDS = 2_000
_PROGRAM = {
    Program.COCREACION_LOCAL: "PAL", Program.OGP_LOCAL: "OGP", Program.NATIONAL_PLAN: "PAN", Program.OTHER: "PLAN",
}  # fmt: skip

Located = tuple[Snapshot, Draft]


@dataclass(slots=True)
class Problem:
    """Equal issues of several rows, as one."""

    issue: Issue
    count: int = 0
    where: list[str] = field(default_factory=list)
    suggestion: str | None = None


@dataclass(slots=True)
class Trial:
    """What came of it. `filled` counts the accepted commitments that give each part of the model."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    other: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    records: list[PreviewRecord] = field(default_factory=list)
    problems: dict[tuple[str, str | None, str | None], Problem] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    decisions: Decisions = field(default_factory=Decisions)
    empty_reason: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Part of the model -> share of the rows that give it readably."""
        return {name: count / max(self.rows, 1) for name, count in self.filled.items()}


def read(
    connector: Connector, snapshots: Sequence[Snapshot], info: SourceInfo, lookups: Lookups, watch: Watch
) -> Trial:
    """Read every row of the snapshots, or as many as the watch allows.

    Raises:
        HarvestError: the bytes are not what the connector, with these options and fields, understands.
    """
    trial = Trial()
    ctx = Context(info, getattr(connector, "options", None), _no_fetch, trial.notes)
    profile = Profile()
    held: list[Located] | None = []
    plans: list[Draft] = []
    rows = 0
    try:
        drafts = _drafts(connector, ctx, snapshots)
        while batch := list(islice(drafts, BATCH)):
            rows += len(batch)
            profile.observe(draft for _, draft in batch)
            plans += [draft for _, draft in batch if draft.kind == "plan"]
            if held is not None:
                held += batch
                if len(held) > HELD_DRAFTS:
                    held = None
            if watch.is_enough(rows) and next(drafts, None) is not None:
                watch.rows = rows
                break
    except Empty as empty:
        trial.empty_reason = empty.reason
    refuse_rows_of_others(profile, info)
    hints = {name: _hint(declared) for name, declared in info.fields.items() if isinstance(declared, dict)}
    trial.decisions = profile.decide(hints)
    normaliser = Normaliser(RunContext(info, trial.decisions, lookups), plans)
    again = Context(info, ctx.options, _no_fetch)
    drafts = iter(held) if held is not None else islice(_drafts(connector, again, snapshots), rows)
    while batch := list(islice(drafts, BATCH)):
        outcomes = normaliser([(draft, _lineage(snapshot, draft)) for snapshot, draft in batch])
        for (_, draft), found in zip(batch, outcomes, strict=True):
            _take(trial, draft, found, info)
    return trial


async def _no_fetch(url: str, **_: object) -> Snapshot:
    raise SourceChanged("No se pide nada más al inspeccionar.", code="NO_FETCH")


def _hint(declared: dict[str, object]) -> dict[str, object]:
    return {"scale": declared.get("scale"), "order": declared.get("date_order")}


def _drafts(connector: Connector, ctx: Context, snapshots: Iterable[Snapshot]) -> Iterator[Located]:
    failed: HarvestError | None = None
    read = 0
    for snapshot in snapshots:
        try:
            for row in connector.rows(snapshot, ctx):
                found = connector.draft(row, ctx)
                for draft in () if found is None else (found,) if isinstance(found, Draft) else found:
                    read += 1
                    yield snapshot, draft
        except HarvestError as error:
            failed = error
    if failed is not None and not read:
        raise failed


def _lineage(snapshot: Snapshot, draft: Draft) -> Lineage:
    return Lineage(url=snapshot.url, fetched_at=snapshot.fetched_at, sha256=snapshot.sha256, locator=draft.locator)


def _take(trial: Trial, draft: Draft, found: Normalised, info: SourceInfo) -> None:
    suggestions = {(value.field, value.raw): value.suggestion for value in found.unmatched}
    for issue in found.issues:
        key = (issue.code, issue.field, issue.raw)
        if key not in trial.problems and len(trial.problems) >= _MOST_KINDS:
            continue
        problem = trial.problems.setdefault(key, Problem(issue))
        problem.count += 1
        problem.suggestion = problem.suggestion or suggestions.get((issue.field or "", issue.raw or ""))
        if len(problem.where) < _WHERE:
            problem.where.append(draft.locator)
    if draft.kind != "commitment":
        trial.other[draft.kind] += found.record is not None
        return
    trial.rows += 1
    record = found.record
    if not isinstance(record, Commitment):
        trial.rejected += 1
        return
    trial.accepted += 1
    trial.columns.update(draft.columns)
    trial.filled.update(_given(record))
    if len(trial.records) < SHOWN:
        trial.records.append(shown(record, info.key))


def _given(record: Commitment) -> list[str]:
    parts = {
        "title": record.title, "description": record.description, "institution": record.institutions,
        "status": record.status.value != "UNKNOWN", "progress": record.progress is not None,
        "term": record.start_date or record.end_date or record.years, "plan": record.plan.key, "ods": record.ods,
        "number": record.number or record.own_code, "evidence": record.evidence or record.url,
    }  # fmt: skip
    return [name for name, value in parts.items() if value]


def shown(record: Commitment, key: str) -> PreviewRecord:
    """A record as a preview shows it."""
    return PreviewRecord(
        code=provisional_code(record, key),
        title=record.title,
        status=record.status,
        progress=record.progress,
        ods=tuple(sorted({alignment.goal for alignment in record.ods})),
        locator=record.lineage.locator or "" if record.lineage else "",
        institutions=tuple(institution.name for institution in record.institutions),
        start_date=record.start_date,
        end_date=record.end_date,
        plan=record.plan.title,
    )


def provisional_code(record: Commitment, key: str) -> str:
    """The public code by the rules of publication, as far as one file can tell: the plan may be known by another code."""
    own = usable_code(record.own_code)
    if own is not None:
        return own
    area = area_code(record.plan.jurisdiction)
    ordinal = record.plan.ordinal
    plan = f"{area}-{_PROGRAM[record.plan.program]}-{ordinal}" if ordinal else f"{area}-{key}"
    tail = f"{record.series}{record.number}" if record.number is not None else f"X{short_hash(record.native_key)}"
    return f"{plan}-{tail}"
