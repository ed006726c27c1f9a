"""The floor of a hand-written service: Starlette, stdlib sqlite3 and orjson on plain tables. python raw.py FILE PORT

No GraphQL: each workload is a route that takes the query's variables as its JSON body and answers the same data.
"""

from __future__ import annotations

import base64
import sqlite3
import sys
from collections import defaultdict
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, cached_statements=500, check_same_thread=False)
db.execute("PRAGMA mmap_size = 8589934592")
db.row_factory = sqlite3.Row
GOALS = {row[0]: {"number": row[0], "name": row[1]} for row in db.execute("SELECT number, name FROM ods_goal")}
PLACES = {row[0]: {"code": row[0], "name": row[1]} for row in db.execute("SELECT code, name FROM jurisdiction")}
STATUSES = ("NOT_STARTED", "IN_PROGRESS", "SUBSTANTIAL", "COMPLETED", "UNFULFILLED", "WITHDRAWN", "UNKNOWN")
FILTERED = (
    "FROM commitment c WHERE c.status = ? AND EXISTS (SELECT 1 FROM commitment_ods o WHERE o.commitment = c.id AND o.goal = ?)"
    " AND EXISTS (SELECT 1 FROM commitment_year y WHERE y.commitment = c.id AND y.year = ?)"
)


def rows(sql: str, *params: Any) -> list[sqlite3.Row]:
    return db.execute(sql, params).fetchall()


def q1(v: dict[str, Any]) -> Any:
    params = (v["s"][0], v["o"][0], v["y"][0])
    (total,) = rows(f"SELECT count(*) {FILTERED}", *params)[0]
    page = rows(f"SELECT c.* {FILTERED} ORDER BY c.code LIMIT 51", *params)
    more, page = len(page) > 50, page[:50]
    marks = ",".join("?" * len(page))
    ods = defaultdict(list)
    for row in rows(
        f"SELECT * FROM commitment_ods WHERE commitment IN ({marks}) ORDER BY commitment, pos", *(r["id"] for r in page)
    ):
        ods[row["commitment"]].append({"goal": GOALS[row["goal"]], "target": row["target"]})
    plans = {r["code"]: {"code": r["code"], "title": r["title"]} for r in rows(
        f"SELECT code, title FROM plan WHERE code IN ({marks})", *(r["plan_code"] for r in page))}  # fmt: skip
    nodes = [
        {"code": r["code"], "title": r["title"], "status": r["status"], "progress": r["progress"],
         "plan": plans[r["plan_code"]], "jurisdiction": PLACES[r["jurisdiction"]], "ods": ods[r["id"]]}
        for r in page
    ]  # fmt: skip
    return {"commitments": {"totalCount": total, "nodes": nodes, "pageInfo": {"hasNextPage": more}}}


def q2(v: dict[str, Any]) -> Any:
    found = rows("SELECT * FROM commitment WHERE code = ?", v["c"])
    if not found:
        return {"commitment": None}
    r = found[0]
    reports = rows(
        "SELECT date, progress, status, summary FROM progress_report WHERE commitment = ? ORDER BY pos", r["id"]
    )
    history = rows("SELECT * FROM version WHERE commitment = ? ORDER BY valid_from", r["id"])
    (plan,) = rows("SELECT title FROM plan WHERE code = ?", r["plan_code"])
    return {
        "commitment": {
            "code": r["code"], "title": r["title"], "description": r["description"], "status": r["status"],
            "progress": r["progress"], "jurisdiction": {"name": PLACES[r["jurisdiction"]]["name"]},
            "plan": {"title": plan["title"]}, "progressReports": [dict(report) for report in reports],
            "history": [{"validFrom": h["valid_from"], "validTo": h["valid_to"],
                         "changedFields": orjson.loads(h["changed_fields"]), "status": h["status"]} for h in history],
        }
    }  # fmt: skip


def q3(v: dict[str, Any]) -> Any:
    base = "FROM commitment c JOIN commitment_year y ON y.commitment = c.id WHERE y.year = ?"
    year = v["y"][0]
    by_status = dict(tuple(r) for r in rows(f"SELECT c.status, count(*) {base} GROUP BY 1", year))
    by_ods = dict(tuple(r) for r in rows(
        "SELECT o.goal, count(DISTINCT o.commitment) FROM commitment_year y JOIN commitment_ods o ON o.commitment = "
        "y.commitment WHERE y.year = ? GROUP BY 1", year))  # fmt: skip
    by_state = {r[0]: r for r in rows(f"SELECT c.state, count(*), sum(c.status = 'COMPLETED') {base} GROUP BY 1", year)}
    states = [place for code, place in sorted(PLACES.items()) if len(code) == 2 and code != "00"]
    return {
        "nationalView": {
            "commitments": sum(by_status.values()),
            "byStatus": [{"status": s, "count": by_status.get(s, 0)} for s in STATUSES],
            "byOds": [{"goal": goal, "count": by_ods.get(n, 0)} for n, goal in GOALS.items()],
            "byState": [{"jurisdiction": p, "commitments": by_state.get(p["code"], (0, 0, 0))[1],
                         "completed": by_state.get(p["code"], (0, 0, 0))[2]} for p in states],
        }
    }  # fmt: skip


def q4(v: dict[str, Any]) -> Any:
    page = rows(
        "SELECT code, title, status, progress, start_date AS startDate, end_date AS endDate, kind, url FROM commitment "
        "WHERE state = ? ORDER BY code LIMIT 500", v["s"][0])  # fmt: skip
    return {"commitments": {"nodes": [dict(r) for r in page]}}


def q5(v: dict[str, Any]) -> Any:
    match = " ".join(f'"{word}"' for word in v["t"].split()) + "*"
    (total,) = rows("SELECT count(*) FROM fts WHERE fts MATCH ?", match)[0]
    page = rows(
        "SELECT c.code, c.title, c.status FROM fts CROSS JOIN commitment c ON c.id = fts.rowid WHERE fts MATCH ? "
        "ORDER BY fts.rowid LIMIT 20", match)  # fmt: skip
    return {"commitments": {"totalCount": total, "nodes": [dict(r) for r in page]}}


def q6(v: dict[str, Any]) -> Any:
    code = orjson.loads(base64.urlsafe_b64decode(v["a"] + "=" * (-len(v["a"]) % 4)))[3]
    page = rows("SELECT code, title, status FROM commitment WHERE code > ? ORDER BY code LIMIT 51", code)
    more, page = len(page) > 50, page[:50]
    cursor = None
    if page:
        cursor = base64.urlsafe_b64encode(orjson.dumps([1, "CODE ASC", None, page[-1]["code"]])).rstrip(b"=").decode()
    return {"commitments": {"nodes": [dict(r) for r in page], "pageInfo": {"hasNextPage": more, "endCursor": cursor}}}


def q7(v: dict[str, Any]) -> Any:
    params = (v["s"][0], v["o"][0])
    where = "c.status = ? AND EXISTS (SELECT 1 FROM commitment_ods o WHERE o.commitment = c.id AND o.goal = ?)"
    (total,) = rows(f"SELECT count(*) FROM commitment c WHERE {where}", *params)[0]

    def facet(value: str, join: str = "") -> list[dict[str, Any]]:
        found = rows(f"SELECT CAST({value} AS TEXT) AS key, count(*) AS count FROM commitment c {join} WHERE {where} "
                     "GROUP BY 1 ORDER BY 2 DESC, 1", *params)  # fmt: skip
        return [dict(r) for r in found]

    facets = {
        "ods": facet("x.goal", "JOIN (SELECT DISTINCT commitment, goal FROM commitment_ods) x ON x.commitment = c.id"),
        "status": facet("c.status"),
        "year": facet("x.year", "JOIN commitment_year x ON x.commitment = c.id"),
        "state": facet("c.state"),
    }
    return {"commitments": {"totalCount": total, "facets": facets}}


def route(name: str, answer: Any) -> Route:
    async def endpoint(request: Request) -> Response:
        variables = orjson.loads(await request.body())["variables"]
        return Response(orjson.dumps({"data": answer(variables)}), media_type="application/json")

    return Route(f"/{name}", endpoint, methods=["POST"])


app = Starlette(routes=[route(f.__name__.upper(), f) for f in (q1, q2, q3, q4, q5, q6, q7)])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False, loop="uvloop",
                http="httptools", lifespan="off")  # fmt: skip
