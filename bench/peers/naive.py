"""A plain Strawberry service as people write it: types, resolvers, DataLoaders, sqlite3. python naive.py FILE PORT

Nothing of the hub: its own schema over the same tables and indexes as the other peers, with the query cache that Strawberry
offers for parsing and validation. sqlite3 is called in the event loop: a thread for each call would cost more.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
from collections import defaultdict
from enum import Enum
from typing import Any

import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, cached_statements=500, check_same_thread=False)
db.execute("PRAGMA mmap_size = 8589934592")
db.row_factory = sqlite3.Row


def rows(sql: str, params: Any = ()) -> list[sqlite3.Row]:
    return db.execute(sql, params).fetchall()


def marks(values: list[Any]) -> str:
    return ",".join("?" * len(values))


@strawberry.enum
class CommitmentStatus(Enum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    SUBSTANTIAL = "SUBSTANTIAL"
    COMPLETED = "COMPLETED"
    UNFULFILLED = "UNFULFILLED"
    WITHDRAWN = "WITHDRAWN"
    UNKNOWN = "UNKNOWN"


@strawberry.type
class Jurisdiction:
    code: str
    name: str


@strawberry.type
class ActionPlan:
    code: str
    title: str


@strawberry.type
class OdsGoal:
    number: int
    name: str


GOALS = {row["number"]: OdsGoal(**row) for row in rows("SELECT number, name FROM ods_goal ORDER BY number")}
PLACES = {row["code"]: Jurisdiction(**row) for row in rows("SELECT code, name FROM jurisdiction")}
STATES = [place for code, place in sorted(PLACES.items()) if len(code) == 2 and code != "00"]


@strawberry.type
class OdsAlignment:
    goal: OdsGoal
    target: str | None


@strawberry.type
class ProgressReport:
    date: str | None
    progress: float | None
    status: CommitmentStatus | None
    summary: str | None


@strawberry.type
class CommitmentVersion:
    valid_from: str
    valid_to: str | None
    changed_fields: list[str]
    status: CommitmentStatus


class Loaders:
    """One of each for every request: what one answer asks for goes into one statement."""

    def __init__(self) -> None:
        self.plan = DataLoader(_plans)
        self.ods = DataLoader(_ods)
        self.reports = DataLoader(_reports)
        self.history = DataLoader(_history)


async def _plans(codes: list[str]) -> list[ActionPlan]:
    found = {r["code"]: ActionPlan(code=r["code"], title=r["title"])
             for r in rows(f"SELECT code, title FROM plan WHERE code IN ({marks(codes)})", codes)}  # fmt: skip
    return [found[code] for code in codes]


def _grouped(ids: list[int], sql: str, make: Any) -> list[list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows(sql.format(marks(ids)), ids):
        found[row["commitment"]].append(make(row))
    return [found[number] for number in ids]


async def _ods(ids: list[int]) -> list[list[OdsAlignment]]:
    return _grouped(
        ids, "SELECT commitment, goal, target FROM commitment_ods WHERE commitment IN ({}) ORDER BY commitment, pos",
        lambda r: OdsAlignment(goal=GOALS[r["goal"]], target=r["target"]))  # fmt: skip


async def _reports(ids: list[int]) -> list[list[ProgressReport]]:
    return _grouped(
        ids, "SELECT * FROM progress_report WHERE commitment IN ({}) ORDER BY commitment, pos",
        lambda r: ProgressReport(date=r["date"], progress=r["progress"], status=CommitmentStatus(r["status"]),
                                 summary=r["summary"]))  # fmt: skip


async def _history(ids: list[int]) -> list[list[CommitmentVersion]]:
    return _grouped(
        ids, "SELECT * FROM version WHERE commitment IN ({}) ORDER BY commitment, valid_from",
        lambda r: CommitmentVersion(valid_from=r["valid_from"], valid_to=r["valid_to"], status=CommitmentStatus(r["status"]),
                                    changed_fields=json.loads(r["changed_fields"])))  # fmt: skip


@strawberry.type
class Commitment:
    id_: strawberry.Private[int]
    plan_code: strawberry.Private[str]
    place: strawberry.Private[str]
    code: str
    title: str
    description: str | None
    kind: str | None
    url: str | None
    status: CommitmentStatus
    progress: float | None
    start_date: str | None
    end_date: str | None

    @strawberry.field
    def jurisdiction(self) -> Jurisdiction:
        return PLACES[self.place]

    @strawberry.field
    async def plan(self, info: strawberry.Info) -> ActionPlan:
        return await info.context["loaders"].plan.load(self.plan_code)

    @strawberry.field
    async def ods(self, info: strawberry.Info) -> list[OdsAlignment]:
        return await info.context["loaders"].ods.load(self.id_)

    @strawberry.field
    async def progress_reports(self, info: strawberry.Info) -> list[ProgressReport]:
        return await info.context["loaders"].reports.load(self.id_)

    @strawberry.field
    async def history(self, info: strawberry.Info) -> list[CommitmentVersion]:
        return await info.context["loaders"].history.load(self.id_)


def _commitment(row: sqlite3.Row) -> Commitment:
    return Commitment(
        id_=row["id"], plan_code=row["plan_code"], place=row["jurisdiction"], code=row["code"], title=row["title"],
        description=row["description"], kind=row["kind"], url=row["url"], status=CommitmentStatus(row["status"]),
        progress=row["progress"], start_date=row["start_date"], end_date=row["end_date"],
    )  # fmt: skip


@strawberry.input
class CommitmentFilter:
    ods: list[int] | None = None
    status: list[CommitmentStatus] | None = None
    year: list[int] | None = None
    state: list[str] | None = None
    text: str | None = None


class Selection:
    """The rows that a filter selects: what follows FROM, and its parameters."""

    def __init__(self, given: CommitmentFilter | None) -> None:
        given = given or CommitmentFilter()
        self.table, self.order = "commitment c", "c.code"
        self.where: list[str] = []
        self.params: list[Any] = []
        if given.text is not None:
            self.table, self.order = "fts CROSS JOIN commitment c ON c.id = fts.rowid", "fts.rowid"
            words = [f'"{word}"' for word in given.text.replace('"', "").split()]
            self.add("fts MATCH ?", [" ".join(words) + "*"])
        if given.ods is not None:
            self.add("EXISTS (SELECT 1 FROM commitment_ods o WHERE o.commitment = c.id AND o.goal IN ({}))", given.ods)
        if given.year is not None:
            self.add(
                "EXISTS (SELECT 1 FROM commitment_year y WHERE y.commitment = c.id AND y.year IN ({}))", given.year
            )
        if given.status is not None:
            self.add("c.status IN ({})", [status.value for status in given.status])
        if given.state is not None:
            self.add("c.state IN ({})", given.state)

    def add(self, condition: str, values: list[Any]) -> None:
        self.where.append(condition.format(marks(values)))
        self.params += values

    def rows(self, columns: str, join: str = "", after: str = "", *, more: str = "", params: Any = ()) -> list[Any]:
        conditions = " AND ".join([*self.where, *([more] if more else [])])
        where = f" WHERE {conditions}" if conditions else ""
        return rows(f"SELECT {columns} FROM {self.table} {join}{where} {after}", [*self.params, *params])

    def counts(self, value: str, join: str = "", more: str = "") -> dict[Any, int]:
        return dict(tuple(row) for row in self.rows(f"{value}, count(*)", join, "GROUP BY 1", more=more))


_ODS = "JOIN (SELECT DISTINCT commitment, goal FROM commitment_ods) x ON x.commitment = c.id"


@strawberry.type
class Facet:
    key: str
    count: int


def _facet(selection: Selection, value: str, join: str = "") -> list[Facet]:
    found = selection.counts(value, join)
    ordered = sorted((-count, str(key)) for key, count in found.items())
    return [Facet(key=key, count=-count) for count, key in ordered]


@strawberry.type
class CommitmentFacets:
    selection: strawberry.Private[Selection]

    @strawberry.field
    def ods(self) -> list[Facet]:
        return _facet(self.selection, "x.goal", _ODS)

    @strawberry.field
    def status(self) -> list[Facet]:
        return _facet(self.selection, "c.status")

    @strawberry.field
    def year(self) -> list[Facet]:
        return _facet(self.selection, "x.year", "JOIN commitment_year x ON x.commitment = c.id")

    @strawberry.field
    def state(self) -> list[Facet]:
        return _facet(self.selection, "c.state")


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class CommitmentConnection:
    selection: strawberry.Private[Selection]
    nodes: list[Commitment]
    page_info: PageInfo

    @strawberry.field
    def total_count(self) -> int:
        count: int = self.selection.rows("count(*)")[0][0]
        return count

    @strawberry.field
    def facets(self) -> CommitmentFacets:
        return CommitmentFacets(selection=self.selection)


@strawberry.type
class StatusCount:
    status: CommitmentStatus
    count: int


@strawberry.type
class OdsCount:
    goal: OdsGoal
    count: int


@strawberry.type
class StateSummary:
    jurisdiction: Jurisdiction
    commitments: int
    completed: int


@strawberry.type
class NationalView:
    selection: strawberry.Private[Selection]

    @strawberry.field
    def commitments(self) -> int:
        count: int = self.selection.rows("count(*)")[0][0]
        return count

    @strawberry.field
    def by_status(self) -> list[StatusCount]:
        found = self.selection.counts("c.status")
        return [StatusCount(status=status, count=found.get(status.value, 0)) for status in CommitmentStatus]

    @strawberry.field
    def by_ods(self) -> list[OdsCount]:
        found = self.selection.counts("x.goal", _ODS)
        return [OdsCount(goal=goal, count=found.get(number, 0)) for number, goal in GOALS.items()]

    @strawberry.field
    def by_state(self) -> list[StateSummary]:
        found = self.selection.counts("c.state")
        done = self.selection.counts("c.state", more="c.status = 'COMPLETED'")
        return [StateSummary(jurisdiction=p, commitments=found.get(p.code, 0), completed=done.get(p.code, 0))
                for p in STATES]  # fmt: skip


def _cursor(code: str) -> str:
    packed = json.dumps([1, "CODE ASC", None, code], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _place(cursor: str) -> str:
    code: str = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[3]
    return code


@strawberry.type
class Query:
    @strawberry.field
    def commitments(
        self, filter: CommitmentFilter | None = None, first: int = 50, after: str | None = None
    ) -> CommitmentConnection:
        selection = Selection(filter)
        more, params = ("c.code > ?", [_place(after)]) if after else ("", [])
        found = selection.rows("c.*", "", f"ORDER BY {selection.order} LIMIT {first + 1}", more=more, params=params)
        page = found[:first]
        info = PageInfo(has_next_page=len(found) > first, end_cursor=_cursor(page[-1]["code"]) if page else None)
        return CommitmentConnection(selection=selection, nodes=[_commitment(row) for row in page], page_info=info)

    @strawberry.field
    def commitment(self, code: str) -> Commitment | None:
        found = rows("SELECT * FROM commitment WHERE code = ?", [code])
        return _commitment(found[0]) if found else None

    @strawberry.field
    def national_view(self, filter: CommitmentFilter | None = None) -> NationalView:
        return NationalView(selection=Selection(filter))


class App(GraphQL):
    async def get_context(self, request: Any, response: Any = None) -> dict[str, Any]:
        return {"request": request, "loaders": Loaders()}


app = App(strawberry.Schema(Query, extensions=[lambda: ParserCache(1000), lambda: ValidationCache(1000)]))

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False, loop="uvloop",
                http="httptools", lifespan="off")  # fmt: skip
