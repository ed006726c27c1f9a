"""One commitment from the records of several sources: the one nearest its publisher wins per field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from hub.model import Commitment, CommitmentStatus, Issue, Plan, Record
from hub.store.records import RecordVersion

_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("status", "status_raw"),
    ("progress", "progress_raw"),
    ("start_date", "end_date"),
    ("years",),
    ("number",),
    ("description",),
    ("kind",),
    ("axis",),
    ("themes",),
    ("ods",),
    ("institutions",),
    ("progress_reports",),
    ("milestones",),
    ("evidence",),
    ("url",),
)
"""Fields that are taken from one member as a whole: a status and its raw text never come from two sources."""

_PLAN_FIELDS = ("ordinal", "published", "start_date", "end_date", "declared_commitments", "status_raw", "url")
HIDDEN = frozenset({"lineage", "native_key", "code", "plan_code", "own_code", "series"})
"""Fields whose change nobody is told of."""
_CAMEL = {
    "status_raw": "statusRaw",
    "progress_raw": "progressRaw",
    "progress_reports": "progressReports",
    "start_date": "startDate",
    "end_date": "endDate",
    "declared_commitments": "declaredCommitments",
    "joined_year": "joinedYear",
    "secretariat_installed": "secretariatInstalled",
}


class Member(NamedTuple):
    """One source's record of a commitment. Order is rank, then source key, then native key."""

    rank: int
    source: str
    native_key: str
    record: Commitment


class Merged(NamedTuple):
    """What the public sees under a code, and whose record it is first of all."""

    record: Commitment
    source: str
    sources: tuple[str, ...]


class Span(NamedTuple):
    """A merged commitment as it was public from `valid_from` until `valid_to` (None: still)."""

    valid_from: datetime
    valid_to: datetime | None
    merged: Merged
    changed_fields: tuple[str, ...]
    run: str


def merge(members: Iterable[Member]) -> Merged:
    """The merged record of a group.

    Fields that the first member leaves empty, and a plan that nobody published, are filled by the next; raw cells, lineage and keys are the first one's;
    a filled field brings along the issues that were raised about it.

    Raises:
        ValueError: no members.
    """
    ordered = sorted(members, key=lambda member: member[:3])
    if not ordered:
        raise ValueError("a group without members")
    first = ordered[0]
    if len(ordered) == 1:
        return Merged(first.record, first.source, (first.source,))
    sources = tuple(dict.fromkeys(member.source for member in ordered))
    filled: dict[str, Any] = {}
    issues: list[Issue] = list(first.record.issues)
    if not first.record.plan.key:  # a plan that nobody published yields to one that somebody did
        planned = next((member.record for member in ordered[1:] if member.record.plan.key), None)
        if planned is not None:
            filled |= {"plan": planned.plan, "plan_code": planned.plan_code}
    for fields in _TOGETHER:
        if not _empty(first.record, fields):
            continue
        donor = next((member.record for member in ordered[1:] if not _empty(member.record, fields)), None)
        if donor is not None:
            filled |= {name: getattr(donor, name) for name in fields}
            issues += [issue for issue in donor.issues if issue.field in fields]
    if not filled:
        return Merged(first.record, first.source, sources)
    record = msgspec.structs.replace(first.record, **filled, issues=tuple(dict.fromkeys(issues)))
    return Merged(record, first.source, sources)


def merge_plans(plans: Sequence[Plan]) -> Plan:
    """One plan from several sources' records, nearest first: empty fields are filled by the next."""
    first = plans[0]
    filled: dict[str, Any] = {}
    for name in _PLAN_FIELDS:
        if getattr(first, name) is None:
            found = (getattr(other, name) for other in plans[1:])
            filled[name] = next((value for value in found if value is not None), None)
    return msgspec.structs.replace(first, **filled) if any(v is not None for v in filled.values()) else first


def _empty(record: Commitment, fields: tuple[str, ...]) -> bool:
    if "status" in fields:
        return record.status is CommitmentStatus.UNKNOWN and not record.status_raw
    return all(getattr(record, name) in (None, "", ()) for name in fields)


def changed_fields(old: Record, new: Record) -> tuple[str, ...]:
    """The fields that differ, by their name in the public contract, in the order of the model."""
    return tuple(
        public_name(name)
        for name in new.__struct_fields__
        if name not in HIDDEN and not is_same(name, getattr(old, name), getattr(new, name))
    )


def public_name(field: str) -> str:
    """A field's name in the public contract."""
    return _CAMEL.get(field, field)


def is_same(field: str, old: Any, new: Any) -> bool:
    """Whether two values of a field are one, as far as a change of it counts."""
    return bool(old == new or _seen(field, old) == _seen(field, new))


def _seen(name: str, value: Any) -> Any:
    """A value as far as a change of it counts: the wording of our own messages does not."""
    if name == "issues":
        return tuple((issue.severity, issue.code, issue.field, issue.raw) for issue in value)
    if name == "plan":
        return (value.title, value.ordinal, value.published, value.program, value.jurisdiction)
    return value


def merged_changes(old: Merged, new: Merged) -> tuple[str, ...]:
    """`changedFields` of a merged commitment; ``source`` where another source now comes first, ``alsoPublishedBy`` where
    other sources publish it, ``plan`` where the plan has another code."""
    names = list(changed_fields(old.record, new.record))
    if old.record.plan_code != new.record.plan_code and "plan" not in names:
        names.append("plan")
    if old.record.code != new.record.code:
        names.append("code")
    if old.source != new.source:
        names.append("source")
    if set(old.sources) != set(new.sources):
        names.append("alsoPublishedBy")
    return tuple(names)


def timeline(versions: Iterable[RecordVersion]) -> list[Span]:
    """The history of one merged commitment from the versions of all members of its group.

    Spans do not overlap; there is a gap where no source published it. Neighbours that show the same are one span.
    """
    known = sorted(versions, key=lambda version: version.valid_from)
    moments = sorted({v.valid_from for v in known} | {v.valid_to for v in known if v.valid_to is not None})
    decoded: dict[int, Commitment] = {}
    spans: list[Span] = []
    for index, moment in enumerate(moments):
        until = moments[index + 1] if index + 1 < len(moments) else None
        members = [
            Member(v.rank, v.source, v.native_key, _decoded(decoded, v))
            for v in known
            if v.valid_from <= moment and (v.valid_to is None or v.valid_to > moment)
        ]
        if not members:
            continue
        merged = merge(members)
        run = next((v.run for v in known if v.valid_from == moment), None)
        _append(spans, Span(moment, until, merged, (), run or (spans[-1].run if spans else "")))
    return spans


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, told from the one before it."""
    last = spans[-1] if spans else None
    if last is None or last.valid_to != span.valid_from:
        spans.append(span)
        return
    fields = merged_changes(last.merged, span.merged)
    if fields:
        spans.append(span._replace(changed_fields=fields))
    else:
        spans[-1] = last._replace(valid_to=span.valid_to, merged=span.merged)


def _decoded(cache: dict[int, Commitment], version: RecordVersion) -> Commitment:
    found = cache.get(id(version))
    if found is None:
        record = version.decode()
        assert isinstance(record, Commitment)
        found = cache[id(version)] = record
    return found
