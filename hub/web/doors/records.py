"""The records a request selects, one after the other, in constant memory: a million are no more than a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from hub.web.doors.asked import Asked
from schema.context import Context
from schema.order import order_of
from schema.page import CommitmentPage, Key
from schema.paging import PageRequest
from schema.read.rows import CommitmentRow
from schema.selection import select

CHUNK = 500
"""Records read from the file at once."""


class Selected(NamedTuple):
    """A record with the cursor that a next request may go on from."""

    cursor: str
    row: CommitmentRow


class Records:
    """What a request selects. Nothing is read until it is asked for; a filter that cannot be is refused at once.

    Raises:
        HubError: BAD_USER_INPUT for a value, cursor or instant that cannot be.
    """

    def __init__(self, context: Context, asked: Asked) -> None:
        self.context = context
        self._asked = asked
        self._selection = select(context, asked.filter, None, asked.as_of)
        self._order = order_of(None, self._selection.normal)
        if asked.after is not None:
            self._order.key(asked.after, "after")
        self._page = CommitmentPage(
            context, self._selection, self._order, PageRequest(asked.first, None, asked.after, None)
        )

    def total(self) -> int:
        """How many are selected, whatever the page."""
        return self._page.total()

    def __iter__(self) -> Iterator[Selected]:
        keys = self._keys()
        while chunk := list(islice(keys, CHUNK)):
            rows = self._page._records([(family, number) for _, family, number in chunk])
            for key, family, number in chunk:
                yield Selected(self._order.cursor(key), rows[family, number])

    def _keys(self) -> Iterator[tuple[Key, str, int]]:
        sql, params = self._selection.table(self._order)
        where = "1"
        if self._asked.after is not None:
            where, extra = self._order.beyond(self._order.key(self._asked.after, "after"), before=False)
            params = [*params, *extra]
        ties = ", ".join(f"t{place}" for place in range(len(self._order.ties())))
        statement = f"SELECT family, id, k, {ties} FROM ({sql}) WHERE {where} ORDER BY {self._order.by()}"
        if self._asked.first is not None:
            statement += f" LIMIT {int(self._asked.first)}"
        for row in self.context.file.each(statement, params):
            yield tuple(row[2:]), row[0], row[1]


class Names:
    """Codes to names, from the reference tables of the same file."""

    def __init__(self, context: Context) -> None:
        self._places = context.file.jurisdictions()
        plans = context.file.rows("SELECT code, title, program FROM plan ORDER BY valid_from")
        self._plans: dict[str, tuple[str, str]] = {code: (title, program) for code, title, program in plans}
        self._sources: dict[str, str] = dict(context.file.rows("SELECT key, title FROM source"))

    def place(self, code: str) -> str:
        """The short name of a jurisdiction."""
        found = self._places.get(code)
        return found.name if found else ""

    def plan(self, code: str) -> tuple[str, str]:
        """Title and programme of a plan."""
        return self._plans.get(code, ("", ""))

    def source(self, key: str) -> str:
        """The title of a source."""
        return self._sources.get(key, "")


def flat(row: CommitmentRow, names: Names) -> dict[str, Any]:
    """A record as one row of a table; lists are joined by "; "."""
    record = row.body
    title, program = names.plan(row.plan_code)
    lead = [one.name for one in record.institutions if one.role == "LEAD"]
    others = [one.name for one in record.institutions if one.role != "LEAD"]
    lineage = record.lineage
    return {
        "code": row.code,
        "number": record.number,
        "title": record.title,
        "description": record.description,
        "kind": record.kind,
        "axis": record.axis,
        "themes": _joined(record.themes),
        "plan": row.plan_code,
        "planTitle": title,
        "program": program,
        "state": row.jurisdiction[:2],
        "stateName": names.place(row.jurisdiction[:2]),
        "jurisdiction": row.jurisdiction,
        "jurisdictionName": names.place(row.jurisdiction),
        "ods": _joined(dict.fromkeys(str(one.goal) for one in record.ods if one.basis != "INFERRED")),
        "odsDeclared": _joined(dict.fromkeys(str(one.goal) for one in record.ods if one.basis == "DECLARED")),
        "odsTargets": _joined(one.target for one in record.ods if one.target),
        "institutions": _joined(lead),
        "otherInstitutions": _joined(others),
        "startDate": record.start_date,
        "endDate": record.end_date,
        "years": _joined(str(year) for year in record.years),
        "status": record.status.value,
        "statusRaw": record.status_raw,
        "progress": record.progress,
        "progressRaw": record.progress_raw,
        "evidence": _joined(one.url for one in record.evidence),
        "url": record.url,
        "updatedAt": row.updated_at,
        "source": row.source,
        "sourceTitle": names.source(row.source),
        "fetchedFrom": lineage.url if lineage else None,
        "fetchedAt": lineage.fetched_at.isoformat().replace("+00:00", "Z") if lineage else None,
        "sha256": lineage.sha256 if lineage else None,
        "locator": lineage.locator if lineage else None,
    }


COLUMNS = (
    "code", "number", "title", "description", "kind", "axis", "themes", "plan", "planTitle", "program", "state",
    "stateName", "jurisdiction", "jurisdictionName", "ods", "odsDeclared", "odsTargets", "institutions",
    "otherInstitutions", "startDate", "endDate", "years", "status", "statusRaw", "progress", "progressRaw", "evidence",
    "url", "updatedAt", "source", "sourceTitle", "fetchedFrom", "fetchedAt", "sha256", "locator",
)  # fmt: skip
"""The columns of every table that leaves the hub, in order; documented in docs/data-set.md."""


def _joined(items: Any) -> str | None:
    return "; ".join(items) or None


def nested(row: CommitmentRow, names: Names) -> dict[str, Any]:
    """A record with its lists, by the names of the GraphQL API."""
    record = row.body
    title, program = names.plan(row.plan_code)
    document = {
        key: value
        for key, value in flat(row, names).items()
        if key not in ("themes", "ods", "odsDeclared", "odsTargets", "institutions", "otherInstitutions", "years",
                       "evidence", "plan", "planTitle", "program", "jurisdiction", "jurisdictionName", "state",
                       "stateName", "source", "sourceTitle", "fetchedFrom", "fetchedAt", "sha256", "locator")
    }  # fmt: skip
    lineage = record.lineage
    document |= {
        "themes": list(record.themes),
        "plan": {"code": row.plan_code, "title": title, "program": program},
        "jurisdiction": {"code": row.jurisdiction, "name": names.place(row.jurisdiction)},
        "ods": [
            {"goal": one.goal, "target": one.target, "basis": one.basis.value, "reason": one.reason} for one in record.ods
        ],
        "institutions": [
            {"name": one.name, "role": one.role.value, "raw": one.raw} for one in record.institutions
        ],
        "years": list(record.years),
        "progressReports": [
            {
                "date": one.date, "progress": one.progress, "status": one.status.value, "statusRaw": one.status_raw,
                "summary": one.summary, "evidence": [{"url": item.url, "title": item.title} for item in one.evidence],
            }
            for one in record.progress_reports
        ],
        "milestones": [
            {
                "title": one.title, "startDate": one.start_date, "endDate": one.end_date, "status": one.status.value,
                "progress": one.progress, "indicator": one.indicator, "verification": one.verification,
            }
            for one in record.milestones
        ],
        "evidence": [{"url": one.url, "title": one.title} for one in record.evidence],
        "raw": record.raw,
        "source": {"key": row.source, "title": names.source(row.source)},
        "lineage": None if lineage is None else {
            "url": lineage.url, "fetchedAt": lineage.fetched_at.isoformat().replace("+00:00", "Z"),
            "sha256": lineage.sha256, "mediaType": lineage.media_type, "locator": lineage.locator,
            "snapshotUrl": f"/snapshots/{lineage.sha256}",
        },
    }  # fmt: skip
    return document
