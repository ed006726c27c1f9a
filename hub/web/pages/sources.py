"""`/fuentes` and `/fuentes/{key}`: how every source fares, and what its publisher could mend."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hub.web import charts, labels
from hub.web.pages.near import near
from hub.web.pages.view import Missing, Page, View
from hub.web.robots import WORDS

STRIP = 30
"""Runs of a strip."""
UNREAD = frozenset({"PENDING", "REJECTED", "LAPSED"})
"""States of registrations that are shown and not read: they stand last, and are counted apart."""
SILENT = frozenset({"UNCHANGED", "RUNNING", "INTERRUPTED"})
"""Verdicts of readings that say nothing of what a source publishes."""


async def index(view: View) -> Page:
    """Every source: verdict, last runs, freshness."""
    sources = (await view.ask("source_list"))["sources"]
    order = sorted(
        sources, key=lambda source: (not source["freshness"]["stale"], source["state"] in UNREAD, source["key"])
    )
    return view.render(
        "sources.html",
        sources=order,
        unread=UNREAD,
        strips={source["key"]: strip(view, source["runs"]["nodes"]) for source in sources},
        robots={source["key"]: await view.site.robots(source["url"]) for source in sources},
        said=WORDS,
        doors=view.doors(view.selection()),
    )


async def page(view: View) -> Page:
    """One source and the report for its publisher."""
    key = view.request.path_params["key"]
    source = (await view.ask("source", key=key))["source"]
    if source is None:
        sources = (await view.ask("source_list"))["sources"]
        raise Missing(
            view.words("No hay ninguna fuente con la clave «{code}».", code=key[:100]),
            near(key, [(view.url(f"/fuentes/{view.segment(item['key'])}"), item["key"]) for item in sources]),
        )
    told = next((run for run in source["runs"]["nodes"] if run["verdict"] not in SILENT), None)
    return view.render(
        "source.html",
        source=source,
        robots=await view.site.robots(source["url"]),
        said=WORDS,
        strip=strip(view, source["runs"]["nodes"]),
        told=told,
        report=report(await _issues(view, source, told)),
        doors=view.doors(view.selection(source=source["key"])),
    )


async def _issues(view: View, source: dict[str, Any], told: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What the newest reading that had something to say noted: a later one that found the same again notes nothing."""
    if told is None:
        return []
    if source["lastRun"]["startedAt"] == told["startedAt"]:
        issues: list[dict[str, Any]] = source["lastRun"]["issues"]
        return issues
    found = (await view.ask("run", id=told["id"]))["node"]
    return found["issues"] if found else []


def strip(view: View, runs: list[dict[str, Any]]) -> Any:
    """The last runs, oldest first, as a strip."""
    marks = [
        charts.Mark(
            f"v-{run['verdict']}",
            f"{view.instant(run['startedAt'])}: {view.label(labels.VERDICT, run['verdict'])}",
        )
        for run in reversed(runs)
    ]
    counts = Counter(run["verdict"] for run in runs)
    told = ", ".join(f"{count} × {view.label(labels.VERDICT, verdict)}" for verdict, count in counts.most_common())
    return charts.strip(marks, STRIP, view.words("Últimas lecturas: {told}", told=told or view.words("ninguna")))


def report(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was noted, by kind and most frequent first, with a few examples each: the publisher's list of what to mend."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for issue in issues:
        groups.setdefault((issue["severity"], issue["code"], issue["field"] or ""), []).append(issue)
    rank = list(labels.SEVERITY)
    found = [
        {"severity": severity, "code": code, "field": field, "count": len(items), "examples": items[:3]}
        for (severity, code, field), items in groups.items()
    ]
    return sorted(found, key=lambda group: (-rank.index(group["severity"]), -group["count"], group["code"]))
