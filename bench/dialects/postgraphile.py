"""What somebody who knows PostGraphile would ask: its own fields for tables and relations, functions for the rest."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from dialects import Wording

STATUSES = ("NOT_STARTED", "IN_PROGRESS", "SUBSTANTIAL", "COMPLETED", "UNFULFILLED", "WITHDRAWN", "UNKNOWN")


def _rows(data: Any) -> Any:
    page = data["matching"]
    for node in page["nodes"]:
        node["plan"] = node.pop("planByPlanCode")
        node["jurisdiction"] = node.pop("jurisdictionByJurisdiction")
        node["ods"] = [
            {"goal": ods["odsGoalByGoal"], "target": ods["target"]} for ods in node.pop("commitmentOdsByCommitmentList")
        ]
    return {"commitments": {"totalCount": data["matchingCount"], **page}}


def _one(data: Any) -> Any:
    found = data["commitmentByCode"]
    found["jurisdiction"] = found.pop("jurisdictionByJurisdiction")
    found["plan"] = found.pop("planByPlanCode")
    found["progressReports"] = found.pop("progressReportsByCommitmentList")
    found["history"] = found.pop("versionsByCommitmentList")
    return {"commitment": found}


def _national(data: Any) -> Any:
    by_status = {row["status"]: row["count"] for row in data["byStatusList"]}
    return {
        "nationalView": {
            "commitments": sum(by_status.values()),
            "byStatus": [{"status": status, "count": by_status.get(status, 0)} for status in STATUSES],
            "byOds": [
                {"goal": {"number": row["number"], "name": row["name"]}, "count": row["count"]}
                for row in data["byGoalList"]
            ],
            "byState": [
                {
                    "jurisdiction": {"code": row["code"], "name": row["name"]},
                    "commitments": row["commitments"],
                    "completed": row["completed"],
                }
                for row in data["byStateList"]
            ],
        }
    }


def _facets(data: Any) -> Any:
    names = ("ods", "status", "year", "state")
    total = data["havingGoalCount"]
    return {"commitments": {"totalCount": total, "facets": {name: data[name] for name in names}}}


def _query(words: str) -> str:
    """Both words, the last as the beginning of one: what the hub's search means."""
    return " & ".join(words.split()) + ":*"


FIRST_CURSOR = "{allCommitments(first:1){pageInfo{endCursor}}}"
"""Asks for a cursor in the order of primary keys, as an example of how they are written."""


def order_of(data: Any) -> str:
    """The name of the order in a cursor of `FIRST_CURSOR`'s answer: ``["e30116df48",0]``."""
    name: str = json.loads(base64.b64decode(data["allCommitments"]["pageInfo"]["endCursor"]))[0]
    return name


def wordings(ids: Mapping[str, int], order: Callable[[], str]) -> dict[str, Wording]:
    """The seven questions.

    Args:
        ids: primary keys of the commitments by code: PostGraphile's cursors name them.
        order: gives the name of that order in cursors, once the server runs.
    """

    def cursor(code: str) -> str:
        packed = json.dumps([order(), ids[code]], separators=(",", ":")).encode()
        return base64.b64encode(packed).decode()

    return {
        "Q1": Wording(
            "query($o:Int,$s:String,$y:Int){matchingCount(goal:$o,status:$s,year:$y) matching(goal:$o,status:$s,year:$y,first:50){nodes{code title "
            "status progress planByPlanCode{code title} jurisdictionByJurisdiction{code name} "
            "commitmentOdsByCommitmentList{odsGoalByGoal{number name} target}} pageInfo{hasNextPage}}}",
            lambda v: {"o": v["goal"], "s": v["status"], "y": v["year"]},
            read=_rows,
        ),
        "Q2": Wording(
            "query($c:String!){commitmentByCode(code:$c){code title description status progress "
            "jurisdictionByJurisdiction{name} planByPlanCode{title} "
            "progressReportsByCommitmentList{date progress status summary} "
            "versionsByCommitmentList{validFrom validTo changedFields status}}}",
            lambda v: {"c": v["code"]},
            read=_one,
        ),
        "Q3": Wording(
            "query($y:Int){byStatusList(year:$y){status count} byGoalList(year:$y){number name count} "
            "byStateList(year:$y){code name commitments completed}}",
            lambda v: {"y": v["year"]},
            read=_national,
        ),
        "Q4": Wording(
            "query($s:String){allCommitmentsList(condition:{state:$s},first:500){code title status progress startDate endDate "
            "kind url}}",
            lambda v: {"s": v["state"]},
            read=lambda data: {"commitments": {"nodes": data["allCommitmentsList"]}},
        ),
        "Q5": Wording(
            "query($t:String){search(words:$t,first:20){totalCount nodes{code title status}}}",
            lambda v: {"t": _query(v["words"])},
            read=lambda data: {"commitments": data["search"]},
        ),
        "Q6": Wording(
            "query($a:Cursor){allCommitments(first:50,after:$a){nodes{code title status} pageInfo{hasNextPage endCursor}}}",
            lambda v: {"a": cursor(v["code"])},
            read=lambda data: {"commitments": data["allCommitments"]},
        ),
        "Q7": Wording(
            "query($s:String,$o:Int){havingGoalCount(goal:$o,status:$s) "
            "ods:facetOdsList(goal:$o,status:$s){key count} status:facetStatusList(goal:$o,status:$s){key count} "
            "year:facetYearList(goal:$o,status:$s){key count} state:facetStateList(goal:$o,status:$s){key count}}",
            lambda v: {"s": v["status"], "o": v["goal"]},
            read=_facets,
        ),
    }
