"""The lists that a commitment's row holds as JSON: reports, milestones, evidence, issues."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec
from graphql import GraphQLObjectType, get_named_type

from schema.plan.objects import dumps
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected


class _Evidence(msgspec.Struct):
    url: str
    title: str | None = None


class _Report(msgspec.Struct):
    date: str | None = None
    progress: float | None = None
    status: str = "UNKNOWN"
    status_raw: str | None = None
    summary: str | None = None
    evidence: list[_Evidence] = []


class _Milestone(msgspec.Struct):
    title: str
    start_date: str | None = None
    end_date: str | None = None
    status: str = "UNKNOWN"
    progress: float | None = None
    indicator: str | None = None
    verification: str | None = None


class _Issue(msgspec.Struct):
    severity: str
    code: str
    message: str
    field: str | None = None
    raw: str | None = None
    record_code: str | None = None


class _Reports(msgspec.Struct):
    progress_reports: list[_Report] = []


class _Milestones(msgspec.Struct):
    milestones: list[_Milestone] = []


class _EvidenceList(msgspec.Struct):
    evidence: list[_Evidence] = []


class _Issues(msgspec.Struct):
    code: str
    issues: list[_Issue] = []


_reports = msgspec.json.Decoder(_Reports).decode
_milestones = msgspec.json.Decoder(_Milestones).decode
_evidence = msgspec.json.Decoder(_EvidenceList).decode
_issues = msgspec.json.Decoder(_Issues).decode


def _sorted_reports(body: bytes) -> list[_Report]:
    """Oldest first; one without a date last."""
    reports = _reports(body).progress_reports
    reports.sort(key=_date)
    return reports


def _own_issues(body: bytes) -> list[_Issue]:
    found = _issues(body)
    for issue in found.issues:
        issue.record_code = issue.record_code or found.code
    return found.issues


READ: dict[str, Callable[[bytes], list[Any]]] = {
    "progress_reports": _sorted_reports,
    "milestones": lambda body: _milestones(body).milestones,
    "evidence": lambda body: _evidence(body).evidence,
    "issues": _own_issues,
}


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


Build = Callable[[Any], dict[str, Any]]


def _builder(document: Document, kind: GraphQLObjectType, sets: Any) -> Build:
    """What makes the dict of one item's selected fields."""
    plain: list[tuple[str, str]] = []
    special: dict[str, Callable[[Any], Any]] = {}
    order: list[str] = []
    for selected in document.fields(kind, sets):
        order.append(selected.key)
        name = _snake(selected.name)
        if selected.name == "__typename":
            special[selected.key] = _constant(kind.name)
        elif selected.name == "evidence" and kind.name == "ProgressReport":
            inner = _builder(document, _below(kind, selected), selected.below)
            special[selected.key] = _each(inner)
        else:
            plain.append((selected.key, name))
    if not special:
        return lambda item: {key: getattr(item, name) for key, name in plain}
    names = dict(plain)

    def build(item: Any) -> dict[str, Any]:
        return {key: getattr(item, names[key]) if key in names else special[key](item) for key in order}

    return build


def _constant(value: str) -> Callable[[Any], Any]:
    return lambda item: value


def _each(inner: Build) -> Callable[[Any], Any]:
    return lambda item: [inner(part) for part in item.evidence]


def _below(kind: GraphQLObjectType, selected: Selected) -> Any:
    return get_named_type(kind.fields[selected.name].type)


_encode = msgspec.json.Encoder().encode
_SCALARS: dict[str, type[msgspec.Struct]] = {
    "progress_reports": _Report,
    "milestones": _Milestone,
    "evidence": _Evidence,
}


def _straight(document: Document, name: str, kind: GraphQLObjectType, selected: Selected) -> Any:
    """What reads only the members that are asked for, where they are scalars and called in the answer as in the record."""
    asked = document.fields(kind, selected.below)
    known = {field.name: field for field in msgspec.structs.fields(_SCALARS[name])} if name in _SCALARS else {}
    if any(item.key != item.name or item.name not in known or item.below for item in asked):
        return None
    if name == "progress_reports" and all(item.name != "date" for item in asked):
        return None  # it orders them
    members = [(item.name, known[item.name].type, known[item.name].default) for item in asked]
    one: Any = msgspec.defstruct("Asked", members, kw_only=True, gc=False)
    record = msgspec.defstruct("Record", [(name, list[one], msgspec.field(default_factory=list))], gc=False)
    decode, get = msgspec.json.Decoder(record).decode, attrgetter(name)

    def read(body: bytes) -> list[Any]:
        items: list[Any] = get(decode(body))
        if name == "progress_reports":
            items.sort(key=_date)
        return items

    return read


def _date(report: Any) -> str:
    return report.date or "9999"


def body_list(
    document: Document, name: str, kind: GraphQLObjectType, selected: Selected
) -> Callable[[Run, Any], bytes]:
    """What writes one of the lists, given the record's JSON."""
    straight = _straight(document, name, kind, selected)
    if straight is not None:

        def through(run: Run, body: Any) -> bytes:
            try:
                return _encode(straight(body))
            except msgspec.ValidationError as error:
                raise NotPlannedError(f"{name}: {error}") from None

        return through
    read, build = READ[name], _builder(document, kind, selected.below)

    def fill(run: Run, body: Any) -> bytes:
        try:
            return dumps([build(item) for item in read(body)])
        except msgspec.ValidationError as error:
            raise NotPlannedError(f"{name}: {error}") from None

    return fill
