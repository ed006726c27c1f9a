"""What somebody who knows datasette-graphql would ask: `where` for what its filters cannot say, views for what is counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dialects import Wording
from dialects.postgraphile import STATUSES

_MATCHING = (
    "status = '{status}' and id in (select commitment from commitment_ods where goal = {goal})"
    " and id in (select commitment from commitment_year where year = {year})"
)
_HAVING_GOAL = "status = '{status}' and id in (select commitment from commitment_ods where goal = {goal})"
_SEARCH = "id in (select rowid from fts where fts match '{match}')"


def _rows(data: Any) -> Any:
    page = data["commitment"]
    for node in page["nodes"]:
        node["ods"] = node.pop("commitment_ods_list")["nodes"]
    return {"commitments": page}


def _one(data: Any) -> Any:
    found = data["commitment_row"]
    found["description"] = found.pop("description_")
    found["progressReports"] = found.pop("progress_report_list")["nodes"]
    found["history"] = [
        {
            "validFrom": row["valid_from"],
            "validTo": row["valid_to"],
            "changedFields": json.loads(row["changed_fields"]),
            "status": row["status"],
        }
        for row in found.pop("version_list")["nodes"]
    ]
    return {"commitment": found}


def _national(data: Any) -> Any:
    by_status = {row["status"]: int(row["n"]) for row in data["by_status"]["nodes"]}
    by_goal = {row["goal"]: int(row["n"]) for row in data["by_goal"]["nodes"]}
    by_state = {row["state"]: row for row in data["by_state"]["nodes"]}
    none = {"n": 0, "completed": 0}
    return {
        "nationalView": {
            "commitments": sum(by_status.values()),
            "byStatus": [{"status": status, "count": by_status.get(status, 0)} for status in STATUSES],
            "byOds": [{"goal": goal, "count": by_goal.get(goal["number"], 0)} for goal in data["ods_goal"]["nodes"]],
            "byState": [
                {
                    "jurisdiction": place,
                    "commitments": int(by_state.get(place["code"], none)["n"]),
                    "completed": int(by_state.get(place["code"], none)["completed"]),
                }
                for place in data["jurisdiction"]["nodes"]
            ],
        }
    }


def _page(data: Any) -> Any:
    page = data["commitment"]
    for node in page["nodes"]:
        for ours, theirs in (("startDate", "start_date"), ("endDate", "end_date")):
            if theirs in node:
                node[ours] = node.pop(theirs)
    return {"commitments": page}


def _facets(data: Any) -> Any:
    def facet(name: str) -> list[dict[str, Any]]:
        counts = sorted((-int(row["n"]), str(row["value"])) for row in data[name]["nodes"] if row["value"] is not None)
        return [{"key": value, "count": -count} for count, value in counts]

    facets = {name: facet(f"facet_{name}") for name in ("ods", "status", "year", "state")}
    return {"commitments": {"totalCount": data["commitment"]["totalCount"], "facets": facets}}


def _match(words: str) -> str:
    return " ".join(f'"{word}"' for word in words.split()) + "*"


def wordings(ids: Mapping[str, int]) -> dict[str, Wording]:
    """The seven questions.

    Args:
        ids: primary keys of the commitments by code: its cursors are these.
    """
    facet = "(filter:[{goal:{eq:$o}},{status:{eq:$s}}],first:100){nodes{value n}}"
    counted = "(filter:[{year:{eq:$y}}],first:100)"
    return {
        "Q1": Wording(
            "query($w:String){commitment(where:$w,first:50){totalCount nodes{code title status progress plan{code title} "
            "jurisdiction{code name} commitment_ods_list(first:20){nodes{goal{number name} target}}} pageInfo{hasNextPage}}}",
            lambda v: {"w": _MATCHING.format(**v)},
            read=_rows,
        ),
        "Q2": Wording(
            "query($c:String){commitment_row(filter:[{code:{eq:$c}}]){code title description_ status progress "
            "jurisdiction{name} plan{title} progress_report_list(first:100){nodes{date progress status summary}} "
            "version_list(first:100){nodes{valid_from valid_to changed_fields status}}}}",
            lambda v: {"c": v["code"]},
            read=_one,
        ),
        "Q3": Wording(
            f"query($y:Int){{by_status{counted}{{nodes{{status n}}}} by_goal{counted}{{nodes{{goal n}}}} "
            f"by_state{counted}{{nodes{{state n completed}}}} ods_goal(first:17){{nodes{{number name}}}} "
            "jurisdiction(where:\"length(code) = 2 and code <> '00'\",first:40){nodes{code name}}}",
            lambda v: {"y": v["year"]},
            read=_national,
        ),
        "Q4": Wording(
            "query($s:String){commitment(filter:[{state:{eq:$s}}],first:500){nodes{code title status progress start_date "
            "end_date kind url}}}",
            lambda v: {"s": v["state"]},
            read=_page,
        ),
        "Q5": Wording(
            "query($w:String){commitment(where:$w,first:20){totalCount nodes{code title status}}}",
            lambda v: {"w": _SEARCH.format(match=_match(v["words"]))},
            read=_page,
        ),
        "Q6": Wording(
            "query($a:String){commitment(first:50,after:$a){nodes{code title status} pageInfo{hasNextPage endCursor}}}",
            lambda v: {"a": str(ids[v["code"]])},
            read=_page,
        ),
        "Q7": Wording(
            f"query($w:String,$s:String,$o:Int){{commitment(where:$w,first:1){{totalCount}} facet_ods{facet} "
            f"facet_status{facet} facet_year{facet} facet_state{facet}}}",
            lambda v: {"w": _HAVING_GOAL.format(**v), "s": v["status"], "o": v["goal"]},
            read=_facets,
        ),
    }
