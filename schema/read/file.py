"""One read-model file: its reference tables, held; everything else, by SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from hub.model import Change, ChangeKind, Commitment, Lineage, Members, Run, RunVerdict
from hub.readmodel.rows import fold
from schema.read.rows import (
    CommitmentRow,
    EventRow,
    ExerciseRow,
    GoalRow,
    JurisdictionRow,
    PlanRow,
    TotalRow,
)
from schema.scalars import DateTime

_commitment = msgspec.json.Decoder(Commitment)
_members = msgspec.json.Decoder(Members)
_fields = msgspec.json.Decoder(tuple[str, ...])


class Connection(Protocol):
    """What is used of apsw.Connection."""

    def execute(self, statements: str, bindings: Any = None) -> Iterator[tuple[Any, ...]]: ...
    def create_scalar_function(
        self, name: str, callable: Any, numargs: int = -1, *, deterministic: bool = False
    ) -> None: ...


class ReadFile:
    """A read-model file of one data version, open.

    Args:
        connection: an apsw connection to the file; the function ``hub_fold`` is added to it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.create_scalar_function("hub_fold", _fold, 1, deterministic=True)
        meta = dict(self.rows("SELECT key, value FROM meta"))
        self.data_version = int(meta["data_version"])
        self.published_at = DateTime(meta["published_at"])
        self._feeding: list[tuple[str, str]] | None = None
        self._goals = {
            number: GoalRow(number, name, color)
            for number, name, color in self.rows("SELECT number, name, color FROM ods_goal ORDER BY number")
        }
        self._jurisdictions = {
            row[0]: JurisdictionRow(*row)
            for row in self.rows("SELECT code, iso, level, name, official_name, parent FROM jurisdiction ORDER BY code")
        }

    def rows(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Every row of a query."""
        return list(self._connection.execute(sql, params))

    def each(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Any]:
        """The rows of a query, one by one, for more than memory should hold."""
        return self._connection.execute(sql, params)

    def one(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """The first row of a query, or None."""
        return next(iter(self._connection.execute(sql, params)), None)

    def goals(self) -> Mapping[int, GoalRow]:
        """The ODS goals by number, in order."""
        return self._goals

    def jurisdictions(self) -> Mapping[str, JurisdictionRow]:
        """Every jurisdiction by INEGI key."""
        return self._jurisdictions

    def states(self) -> list[JurisdictionRow]:
        """The 32 federal entities by INEGI key."""
        return [row for row in self._jurisdictions.values() if row.level == "STATE"]

    def resolve_alias(self, code: str) -> str:
        """The code that an old code became, followed to its end; a code that is no alias is itself."""
        seen = {code}
        while row := self.one("SELECT new_code FROM alias WHERE old_code = ?", (code,)):
            if row[0] in seen:
                break
            code = row[0]
            seen.add(code)
        return code

    def changes(self, after: int, limit: int) -> list[Change]:
        """Changes with a greater sequence number, oldest first."""
        found = self.rows(
            "SELECT seq, kind, code, at, data_version, run, changed_fields FROM change WHERE seq > ? "
            "ORDER BY seq LIMIT ?",
            (after, limit),
        )
        return [change_of(row) for row in found]

    def has_changes_until(self, seq: int) -> bool:
        """Whether there is a change with this sequence number or a smaller one."""
        return self.one("SELECT 1 FROM change WHERE seq <= ? LIMIT 1", (seq,)) is not None

    def events(self, start: str | None, end: str | None) -> list[EventRow]:
        """Events that overlap a span of days, by date; a partial date counts from its first day to its last."""
        found = self.rows(
            f"SELECT {EVENT_COLUMNS} FROM event WHERE date IS NOT NULL "
            "AND (:start IS NULL OR coalesce(end_date, date) || substr('-12-31', length(coalesce(end_date, date)) - 3) >= :start) "
            "AND (:end IS NULL OR date || substr('-01-01', length(date) - 3) <= :end) "
            "ORDER BY date, source, native_key",
            {"start": start, "end": end},
        )
        return [event_of(row) for row in found]

    def totals(self) -> list[TotalRow]:
        """Official totals, in the order of the file."""
        sql = "SELECT indicator, value, publisher, date, jurisdiction, ods, document FROM total ORDER BY id"
        return [TotalRow(*row) for row in self.rows(sql)]

    def counts_by_source(self) -> dict[str, int]:
        """How many commitments each source publishes."""
        return dict(self.rows("SELECT key, commitment_count FROM source"))

    def feeding(self) -> list[tuple[str, str]]:
        """(state, source): which sources' records are what the public sees of a state's commitments."""
        if self._feeding is None:
            sql = "SELECT DISTINCT state, source FROM commitment_row WHERE is_primary = 1"
            self._feeding = [(state, source) for state, source in self.rows(sql)]
        return self._feeding


def _fold(text: Any) -> str | None:
    return fold(text) if isinstance(text, str) else None


LINEAGE_COLUMNS = "lineage_url, lineage_fetched_at, lineage_sha256, lineage_media_type, lineage_locator, lineage_run"
EVENT_COLUMNS = "source, native_key, date, end_date, title, place, organiser, kind, jurisdiction, url"
RUN_COLUMNS = (
    'id, source, verdict, started_at, reason, finished_at, "read", added, modified, removed, rejected, requests, bytes'
)
PLAN_COLUMNS = (
    "code, title, jurisdiction, state, program, ordinal, published, start_date, end_date, declared_commitments, "
    f"status_raw, url, source, {LINEAGE_COLUMNS}"
)
EXERCISE_COLUMNS = (
    "jurisdiction, joined, joined_year, step, secretariat_installed, members_json, status_raw, source, "
    + LINEAGE_COLUMNS
)


def lineage_of(cells: Sequence[Any]) -> Lineage:
    """The six lineage columns as a Lineage."""
    url, fetched_at, sha256, media_type, locator, run = cells
    if url is None:
        raise LookupError("a record was published without its lineage")
    return Lineage(
        url=url,
        fetched_at=datetime.fromisoformat(fetched_at),
        sha256=sha256,
        media_type=media_type,
        locator=locator,
        run=run,
    )


def plan_of(row: Sequence[Any]) -> PlanRow:
    """A row of PLAN_COLUMNS."""
    cells = (*row[:13], lineage_of(row[13:19]))
    return PlanRow(*cells)


def exercise_of(row: Sequence[Any]) -> ExerciseRow:
    """A row of EXERCISE_COLUMNS."""
    members = _members.decode(row[5]) if row[5] else None
    cells = (*row[:5], members, row[6], row[7], lineage_of(row[8:14]))
    return ExerciseRow(*cells)


def event_of(row: Sequence[Any]) -> EventRow:
    """A row of EVENT_COLUMNS."""
    cells = (f"{row[0]}/{row[1]}", *row[2:], row[0])
    return EventRow(*cells)


def run_of(row: Sequence[Any]) -> Run:
    """A row of RUN_COLUMNS."""
    return Run(
        id=row[0],
        source=row[1],
        verdict=RunVerdict(row[2]),
        started_at=datetime.fromisoformat(row[3]),
        reason=row[4],
        finished_at=datetime.fromisoformat(row[5]) if row[5] else None,
        read=row[6],
        added=row[7],
        modified=row[8],
        removed=row[9],
        rejected=row[10],
        requests=row[11],
        bytes=row[12],
    )


def change_of(row: Sequence[Any]) -> Change:
    """A row of the change feed."""
    seq, kind, code, at, data_version, run, fields = row
    return Change(
        seq=seq,
        kind=ChangeKind(kind),
        code=code,
        at=datetime.fromisoformat(at),
        data_version=data_version,
        run=run,
        changed_fields=_fields.decode(fields),
    )


COMMITMENT_COLUMNS = (
    "r.id, r.code, r.is_primary, r.source, r.native_key, r.plan_code, r.jurisdiction, r.updated_at, m.body"
)


def commitment_of(row: Sequence[Any], as_of: DateTime | None = None) -> CommitmentRow:
    """A row of COMMITMENT_COLUMNS."""
    return CommitmentRow(
        id=row[0],
        code=row[1],
        is_primary=bool(row[2]),
        source=row[3],
        native_key=row[4],
        plan_code=row[5],
        jurisdiction=row[6],
        updated_at=row[7],
        body=_commitment.decode(row[8]),
        as_of=as_of,
    )


def decode_fields(text: str) -> tuple[str, ...]:
    """A JSON list of field names."""
    return _fields.decode(text)
