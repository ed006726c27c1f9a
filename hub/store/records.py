"""What the store takes and gives besides the records of `hub.model`. Plain immutable structs; times are UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from hub.model import (
    RECORD_TYPES,
    Commitment,
    Issue,
    IssueSeverity,
    Plan,
    Record,
    RecordKind,
    SourceState,
)

HEAD = "0003"
"""The revision of the schema that this hub works with: said here, where neither Alembic nor a database is needed to read it."""

BUSY_TIMEOUT = 60.0
"""Seconds a writer waits for another one on SQLite: longer than the publication of the largest source."""

CONFIG_MARK = "config"
"""The counter whose value tells which configuration the sources were last made to agree with."""

PROVE_WITHIN = timedelta(days=7)
"""How long a challenge of ownership can be met."""

KINDS: tuple[RecordKind, ...] = ("commitment", "plan", "exercise", "total", "event")


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    pass


class SourceRecord(_Row, frozen=True, kw_only=True):
    """One source, of config.toml (``origin="config"``) or registered by its publisher (``"registered"``).

    Attributes:
        jurisdiction: INEGI key of the publisher's state or municipality; None or ``00`` for a national one.
        precedence: rank in a group, overriding the rule (0 wins); None: by the rule.
        fingerprint: configuration and code the last parse was made with; other bytes or another
            fingerprint call for a new parse.
        fallback_after: seconds of SOURCE_DOWN after which `fallback` is read instead.
        contact: private, never shown to the public.
        configured: False once the source is no longer in config.toml; its data stay.
    """

    key: str
    title: str
    connector: str
    url: str
    jurisdiction: str | None = None
    origin: Literal["config", "registered"] = "config"
    state: SourceState = SourceState.ACTIVE
    reason: str | None = None
    schedule: str = "daily"
    floor: int = 1
    max_drop: float = 0.2
    license: str | None = None
    contact: str | None = None
    options: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    fallback: str | None = None
    fallback_after: float | None = None
    enabled: bool = True
    verify_tls: bool = True
    precedence: int | None = None
    configured: bool = True
    fingerprint: str | None = None
    next_due_at: datetime | None = None
    last_fetched_at: datetime | None = None
    changed_at: datetime | None = None
    verified_at: datetime | None = None
    created_at: datetime | None = None


class Validator(_Row, frozen=True, kw_only=True):
    """What the last good answer of an address said of itself, to ask conditionally next time."""

    sha256: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    media_type: str | None = None
    charset: str | None = None


class FetchRecord(_Row, frozen=True, kw_only=True):
    """One response of one run, in order; enough to read it again from the archive."""

    run: str
    seq: int
    url: str
    sha256: str
    fetched_at: datetime
    size: int = 0
    status: int = 200
    media_type: str | None = None
    charset: str | None = None
    headers: dict[str, str] = {}
    not_modified: bool = False
    via: str | None = None


class RobotsEntry(_Row, frozen=True, kw_only=True):
    """What a host's robots.txt answered. ``body`` is None when there is none (404)."""

    host: str
    status: int
    fetched_at: datetime
    body: str | None = None


class Counts(_Row, frozen=True, kw_only=True):
    """Records of one kind, as ONE source publishes them."""

    added: int = 0
    modified: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.added or self.modified or self.removed)


class DiffLine(_Row, frozen=True, kw_only=True):
    """One record that a publication would change."""

    change: Literal["added", "modified", "removed"]
    kind: RecordKind
    native_key: str
    title: str
    code: str = ""
    fields: tuple[str, ...] = ()


class Diff(_Row, frozen=True, kw_only=True):
    """What publishing a run would do, as its source's own records. The plain counts are of commitments."""

    kinds: dict[RecordKind, Counts]
    sample: tuple[DiffLine, ...] = ()

    @property
    def added(self) -> int:
        return self._of().added

    @property
    def modified(self) -> int:
        return self._of().modified

    @property
    def removed(self) -> int:
        return self._of().removed

    @property
    def unchanged(self) -> int:
        return self._of().unchanged

    @property
    def changed(self) -> bool:
        """Whether a record of ANY kind would change."""
        return any(counts.changed for counts in self.kinds.values())

    def _of(self) -> Counts:
        return self.kinds.get("commitment", Counts())


class Publication(Diff, frozen=True, kw_only=True):
    """What a publication did.

    Attributes:
        data_version: after it; moved by one if, and only if, ``published``.
        published: something public changed.
        changes: change rows written, at the level of the merged commitment.
        expired: records that left the current view because their grace had passed.
        at: the instant of the publication, later than that of any before.
        duplicates: whether commitments of the source may lack the code that their number asks for (`duplicates_of`).
    """

    data_version: int
    published: bool
    changes: int
    expired: int
    at: datetime
    duplicates: bool = False


class RunCounts(_Row, frozen=True, kw_only=True):
    read: int = 0
    added: int = 0
    modified: int = 0
    removed: int = 0
    rejected: int = 0
    requests: int = 0
    bytes: int = 0


class Epoch(NamedTuple):
    """Where the store is: `data_version` moves with publications, `live` with runs, freshness and sources."""

    data_version: int
    live: int


class StoredRecord(_Row, frozen=True, kw_only=True):
    """A current record with what the store adds to it."""

    kind: RecordKind
    source: str
    native_key: str
    code: str
    plan_code: str
    group: int | None
    rank: int
    duplicate: bool
    valid_from: datetime
    missing_since: datetime | None
    run: str
    body: str

    def decode(self) -> Record:
        """The record of `hub.model`, its codes and the store's own issues filled in."""
        return decode_body(self.kind, self.body, self.code, self.plan_code, self.duplicate)


class RecordVersion(_Row, frozen=True, kw_only=True):
    """A record as one source published it from ``valid_from`` until ``valid_to`` (None: still)."""

    kind: RecordKind
    source: str
    native_key: str
    code: str
    plan_code: str
    group: int | None
    rank: int
    duplicate: bool
    valid_from: datetime
    valid_to: datetime | None
    run: str
    body: str

    def decode(self) -> Record:
        """As `StoredRecord.decode`."""
        return decode_body(self.kind, self.body, self.code, self.plan_code, self.duplicate)


class KeptChange(NamedTuple):
    """A change as it is kept: `at` as `time_text` writes it, `changed_fields` as JSON."""

    seq: int
    kind: str
    code: str
    at: str
    data_version: int
    run: str
    changed_fields: str


class QueuedValue(_Row, frozen=True, kw_only=True):
    """An unmatched value of one source, and what was decided about it."""

    source: str
    field: str
    raw: str
    count: int
    first_seen: datetime
    last_seen: datetime
    suggestion: str | None = None
    resolved_value: str | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None


_DECODERS = {kind: msgspec.json.Decoder(RECORD_TYPES[kind]) for kind in KINDS}


def decode_body(kind: RecordKind, body: str, code: str, plan_code: str, duplicate: bool) -> Record:
    """The stored JSON as a record that knows its public codes."""
    record: Record = _DECODERS[kind].decode(body)
    if isinstance(record, Commitment):
        issues = (*record.issues, duplicate_issue(record, code)) if duplicate else record.issues
        return msgspec.structs.replace(record, code=code, plan_code=plan_code, issues=issues)
    if isinstance(record, Plan):
        return msgspec.structs.replace(record, code=code)
    return record


def duplicate_issue(record: Commitment, code: str) -> Issue:
    """Why a commitment did not get the code its number asks for."""
    shown = record.own_code if record.number is None else f"{record.series}{record.number}"
    return Issue(
        severity=IssueSeverity.WARNING,
        code="DUPLICATE_CODE",
        message=f"Otro compromiso de la misma fuente y plan ya lleva {shown}; este se publica como {code}.",
        field="number" if record.number is not None else "code",
        raw=shown,
        record_code=code,
    )
