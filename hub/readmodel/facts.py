"""What the file's columns say of a commitment, read from its JSON, and nothing else: half the work of a whole record."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hub.model import Commitment

_NONE = msgspec.Raw(b"")


class PlanFacts(msgspec.Struct, frozen=True, gc=False):
    program: str


class AlignmentFacts(msgspec.Struct, frozen=True, gc=False):
    goal: int
    target: str | None = None
    basis: str = "DECLARED"
    reason: str | None = None


class InstitutionFacts(msgspec.Struct, frozen=True, gc=False):
    name: str
    role: str = "LEAD"
    raw: str | None = None


class LineageFacts(msgspec.Struct, frozen=True, gc=False):
    url: str
    fetched_at: str
    sha256: str
    media_type: str | None = None
    locator: str | None = None
    run: str | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The fields of `hub.model.Commitment` under their names; enumerations are their values.

    Of what has no column of its own only whether it is there counts: see `published`.
    """

    native_key: str
    title: str
    plan: PlanFacts
    jurisdiction: str
    code: str = ""
    plan_code: str = ""
    series: str = "C"
    number: int | None = None
    description: str | None = None
    kind: str | None = None
    axis: str | None = None
    themes: msgspec.Raw = _NONE
    ods: tuple[AlignmentFacts, ...] = ()
    institutions: tuple[InstitutionFacts, ...] = ()
    start_date: str | None = None
    end_date: str | None = None
    years: tuple[int, ...] = ()
    status: str = "UNKNOWN"
    status_raw: str | None = None
    progress: float | None = None
    progress_raw: str | None = None
    progress_reports: msgspec.Raw = _NONE
    milestones: msgspec.Raw = _NONE
    evidence: msgspec.Raw = _NONE
    url: str | None = None
    lineage: LineageFacts | None = None


encode = msgspec.json.Encoder().encode
facts_of = msgspec.json.Decoder(Facts).decode
"""The facts of a record's JSON."""


def published(parts: Sequence[msgspec.Raw]) -> list[bool]:
    """Of each list that the columns do not hold whether it has any members."""
    return [len(part) > 2 for part in parts]


def of_record(record: Commitment) -> tuple[Facts, str]:
    """A record's facts and its JSON."""
    body = encode(record).decode()
    return facts_of(body), body


def of_body(body: str, code: str, plan_code: str) -> tuple[Facts, str] | None:
    """The facts and the JSON of a record that was kept without its codes; None if it was kept with others."""
    coded = f'{{"code":{_quoted(code)},"plan_code":{_quoted(plan_code)},{body[1:]}'
    facts = facts_of(coded)  # of a name that stands twice the last one counts
    return (facts, coded) if facts.code == code and facts.plan_code == plan_code else None


def _quoted(text: str) -> str:
    return encode(text).decode()
