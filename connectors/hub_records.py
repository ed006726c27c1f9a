"""Another hub of this kind: the query that reads its changes feed, and its commitments as drafts."""

from __future__ import annotations

from typing import Any

from connectors import base
from connectors.ready import ready_row

CHANGES_QUERY = """
query Changes($after: String, $first: Int) {
  changes(after: $after, first: $first) {
    nodes {
      cursor kind at code
      commitment {
        code number title description kind axis themes startDate endDate status statusRaw progress progressRaw url
        plan { code title ordinal published program }
        jurisdiction { code level parent { code } }
        ods { goal { number } target basis reason }
        institutions { name role }
        progressReports { date progress status statusRaw summary evidence { url title } }
        milestones { title startDate endDate status progress indicator verification }
        evidence { url title }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
"""A commitment of the feed is the hub's current record, whatever the change was: each is taken once."""


def commitment_row(node: Any, locator: str) -> base.Row | None:
    """The commitment of one change as a ready row; None where it is gone."""
    record = node.get("commitment") if isinstance(node, dict) else None
    if not isinstance(record, dict) or not isinstance(record.get("code"), str):
        return None
    plan = _dict(record, "plan")
    place = _dict(record, "jurisdiction")
    municipal = place.get("level") == "MUNICIPALITY"
    values = {
        "code": record["code"], "number": record.get("number"), "title": record.get("title"),
        "description": record.get("description"), "kind": record.get("kind"), "axis": record.get("axis"),
        "themes": record.get("themes"), "plan": plan.get("title"), "plan_ordinal": plan.get("ordinal"),
        "plan_published": plan.get("published"), "program": plan.get("program"),
        "state": _dict(place, "parent").get("code") if municipal else place.get("code"),
        "municipality": place.get("code") if municipal else None,
        "alignments": [_alignment(item) for item in _list(record, "ods")],
        "institutions": [{"name": i.get("name"), "role": i.get("role")} for i in _list(record, "institutions")],
        "start": record.get("startDate"), "end": record.get("endDate"), "status": _status(record),
        "progress": record.get("progressRaw") or record.get("progress"),
        "progress_reports": [_report(item) for item in _list(record, "progressReports")],
        "milestones": [_milestone(item) for item in _list(record, "milestones")],
        "evidence": [item.get("url") for item in _list(record, "evidence")], "url": record.get("url"),
    }  # fmt: skip
    columns = {name: name for name in values}
    return ready_row("commitment", record["code"], values, record, columns, locator)


def _dict(parent: dict[str, Any], name: str) -> dict[str, Any]:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _list(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = parent.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _status(record: dict[str, Any]) -> Any:
    """What was published; the other hub's reading of it where it keeps no more."""
    return record.get("statusRaw") or (record.get("status") if record.get("status") != "UNKNOWN" else None)


def _alignment(item: dict[str, Any]) -> dict[str, Any]:
    goal = _dict(item, "goal").get("number")
    return _said({"ods": goal, "target": item.get("target"), "basis": item.get("basis"), "reason": item.get("reason")})


def _report(item: dict[str, Any]) -> dict[str, Any]:
    evidence = [_said({"url": one.get("url"), "title": one.get("title")}) for one in _list(item, "evidence")]
    return _said(
        {"date": item.get("date"), "progress": item.get("progress"), "status": _status(item),
         "summary": item.get("summary"), "evidence": evidence}
    )  # fmt: skip


def _milestone(item: dict[str, Any]) -> dict[str, Any]:
    return _said(
        {"title": item.get("title"), "start": item.get("startDate"), "end": item.get("endDate"), "status": _status(item),
         "progress": item.get("progress"), "indicator": item.get("indicator"), "verification": item.get("verification")}
    )  # fmt: skip
