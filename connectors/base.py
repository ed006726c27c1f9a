"""What every connector is made of: snapshots in, rows and drafts out, and one tree of errors.

This module imports nothing of the project, so that a connector can be written and tested without a hub.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel, ConfigDict

Cell: TypeAlias = "str | int | float | bool | date | datetime | list[Any] | dict[str, Any] | None"
"""One published value, before anybody interprets it."""

DraftKind = Literal["commitment", "plan", "exercise", "total", "event"]


class HarvestError(Exception):
    """A source could not be read; the class says who must act. `reason` is shown in public.

    Args:
        reason: one sentence a publisher understands, without a traceback.
        code: a stable word for programs, e.g. ``TIMEOUT``.
    """

    def __init__(self, reason: str, *, code: str = "HARVEST_ERROR") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class SourceDown(HarvestError):
    """The source does not answer, or answers 5xx or 429: wait.

    `retry_at` is when the source asked to be tried again, if it said so.
    """

    def __init__(self, reason: str, *, code: str = "SOURCE_DOWN", retry_at: datetime | None = None) -> None:
        super().__init__(reason, code=code)
        self.retry_at = retry_at


class SourceChanged(HarvestError):
    """The source answers with something the connector no longer understands: its maintainer acts."""

    def __init__(self, reason: str, *, code: str = "SOURCE_CHANGED") -> None:
        super().__init__(reason, code=code)


class SourceRefused(HarvestError):
    """The source, or our own rules, forbid the request (robots.txt, 401/403, a private address): the publisher acts.

    ``code`` is ``ADDRESS_REFUSED`` for an address that is not public, ``ROBOTS`` for robots.txt,
    ``CHALLENGE`` for a bot wall or login page, ``FORBIDDEN`` for 401 and 403.
    """

    def __init__(self, reason: str, *, code: str = "REFUSED") -> None:
        super().__init__(reason, code=code)


class Empty(Exception):
    """Raised from `rows` when a source says, by itself, that it has nothing. `reason` is shown in public."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of one response, archived. `sha256` is of the decompressed body.

    `not_modified` says that the source answered 304 or sent the same bytes again.
    """

    url: str
    sha256: str
    fetched_at: datetime
    size: int
    media_type: str | None = None
    charset: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    not_modified: bool = False
    via: str | None = None
    """Where the bytes came from if not from `url` itself, e.g. an Internet Archive capture."""
    content: bytes | None = field(default=None, repr=False)
    opener: Any = field(default=None, repr=False)
    """A callable that opens the archived bytes as a binary stream, for bodies too large to hold."""

    def open(self) -> BinaryIO:
        """The body as a binary stream."""
        if self.content is not None:
            return BytesIO(self.content)
        stream: BinaryIO = self.opener()
        return stream

    def read(self) -> bytes:
        """The whole body."""
        if self.content is not None:
            return self.content
        with self.open() as stream:
            return stream.read()


@dataclass(slots=True)
class Row:
    """One row as published. `locator` says where in the snapshot: ``row 14``, ``table 2 row 3``, ``/data/7``."""

    values: dict[str, Cell]
    locator: str
    kind: DraftKind = "commitment"
    merged: frozenset[str] = frozenset()
    """Columns whose cell is merged with the row above, which gave it its value."""
    continued: tuple[Row, ...] = ()
    """Further rows of the same record (its activities, its other institutions)."""
    steps: tuple[Row, ...] = ()
    """Rows below it that are its milestones, each labelled as such («Hito 1. …»)."""
    section: str | None = None
    """The title of the section that it stands in, from a row that says nothing else."""
    body: str | None = None
    """The institution whose section it stands in, from a row that says nothing else."""
    table: str | None = None
    """The caption of its table, or the heading above it, on a page that has several tables."""
    periods: tuple[str | None, ...] = ()
    """Where the row and those that continue it tell the same at several times: the date of each, oldest first."""


@dataclass(slots=True)
class Draft:
    """A record in the model's field names, its values still as published.

    Attributes:
        kind: what the record is.
        key: what the SOURCE tells this record apart by: its own id or number, or a text that does not move when
            rows are sorted. Never the row's position. Empty: the hub makes one from the raw cells.
        values: model field -> published cell (or list of cells). For a commitment the names are those of
            config.toml (``code number title description kind axis themes plan plan_ordinal plan_published program
            state municipality ods ods_target institution role support status progress progress_date start end period
            year evidence url``) and, nested, ``milestones`` (title start end status progress indicator
            verification), ``progress_reports`` (date progress status summary evidence), ``alignments`` (ods
            target basis reason), ``institutions`` (name role), ``plan_key`` (key of a plan draft of this source),
            ``section`` (the title of the section that it stands in, where no cell of its own tells axis or theme).
            plan: ``code title ordinal published start end program declared status url state municipality``.
            exercise: ``state joined joined_year step secretariat_installed status`` and ``members`` (government
            civil_society oversight_body academia autonomous_bodies -> int).
            total: ``indicator date publisher state municipality ods value document url``.
            event: ``title date end_date place organiser kind state municipality url``.
        raw: the source's own cells by column, exactly as published.
        locator: where in the snapshot.
        columns: model field -> the source's column(s) it came from; what is not here was not read.
    """

    kind: DraftKind
    key: str
    values: dict[str, Any]
    raw: dict[str, Cell]
    locator: str
    columns: dict[str, str] = field(default_factory=dict)


class Options(BaseModel):
    """Base of every connector's options: an unknown one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a connector may know of the source it reads."""

    key: str
    title: str
    url: str
    state: str | None = None
    """INEGI key, already normalised; None for a national publisher."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The declared mapping, as in config.toml."""


class Fetch(Protocol):
    """The only way out. Raises HarvestError and nothing else."""

    async def __call__(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Snapshot: ...


@dataclass(slots=True)
class Context:
    """What a run hands its connector: the source, validated options, and `fetch`, the only I/O."""

    source: SourceInfo
    options: Any
    fetch: Fetch
    notes: list[Note] = field(default_factory=list)

    def note(
        self,
        code: str,
        message: str,
        *,
        severity: str = "WARNING",
        field: str | None = None,
        raw: str | None = None,
    ) -> None:
        """Report something a reader of this run should know (an issue of the run)."""
        self.notes.append(Note(code=code, message=message, severity=severity, field=field, raw=raw))


@dataclass(frozen=True, slots=True)
class Note:
    """Something found while reading that is not an error of the whole run."""

    code: str
    message: str
    severity: str = "WARNING"
    field: str | None = None
    raw: str | None = None


@runtime_checkable
class Connector(Protocol):
    """A kind of source. `rows` and `draft` are pure, so that a run can be repeated from the archive.

    A connector is made once per run with its validated options: ``Csv(options)``.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    """Moves when the same bytes would give other rows; archived bytes are then read again."""
    Options: ClassVar[type[Options]]

    def __init__(self, options: Any) -> None: ...

    def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """Fetch what there is to read, page by page. Ends by itself: on empty, on repeat, on a maximum."""
        ...

    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        """Bytes to rows. Pure. Raises SourceChanged when the bytes are not of this kind, Empty for an honest zero."""
        ...

    def draft(self, row: Row, ctx: Context) -> Draft | Sequence[Draft] | None:
        """A row to a draft (or drafts, or none)."""
        ...
