"""`/`: how the country stands."""

from __future__ import annotations

from typing import Any

from hub.web import charts, maps
from hub.web.pages.chosen import word
from hub.web.pages.plans import every_plan
from hub.web.pages.reconciliation import headlines, why
from hub.web.pages.selection import Selection
from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """The national view, of everything or of what the address selects."""
    selection = view.selection()
    filter_ = selection.variable()
    totals = (await view.ask("totals", filter=filter_, asOf=view.as_of))["nationalView"]
    states = (await view.ask("states", filter=filter_, asOf=view.as_of))["nationalView"]["byState"]
    goals = (await view.ask("goals", filter=filter_, asOf=view.as_of))["nationalView"]
    profiles = await _profiles(view, selection, states)
    whole = (await view.ask("profile", filter=filter_, asOf=view.as_of))["nationalView"]
    plans = await every_plan(view, selection)
    figures = (await view.ask("reconciliation", asOf=view.as_of))["nationalView"]["reconciliation"]
    sources = (await view.ask("coverage"))["sources"]
    return view.render(
        "national.html",
        selection=selection,
        totals=totals,
        status=_counts(totals["byStatus"]),
        map=_map(view, states, selection),
        states=[state for state in states if state["commitments"] or state["plans"]],
        nation=totals["commitments"] - sum(state["commitments"] for state in states),
        profiles=profiles,
        goals=goals,
        most_goal=max((goal["count"] for goal in goals["byOds"]), default=0),
        whole=whole,
        timeline=_timeline(view, plans),
        plans=plans,
        headlines=headlines(figures),
        figures=figures,
        sources=sources,
        options=await _options(view, selection),
        doors=view.doors(selection),
        why=lambda figure: why(view, figure),
    )


def _counts(by_status: list[dict[str, Any]]) -> dict[str, int]:
    return {item["status"]: item["count"] for item in by_status}


async def _profiles(view: View, selection: Selection, states: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Status and completeness of each state that has commitments, most first."""
    found = []
    for state in sorted(states, key=lambda state: -state["commitments"]):
        if not state["commitments"]:
            break
        filter_ = selection.narrowed(state=[state["jurisdiction"]["code"]])
        profile = (await view.ask("profile", filter=filter_, asOf=view.as_of))["nationalView"]
        found.append(
            {
                "jurisdiction": state["jurisdiction"],
                "state": state,
                "commitments": profile["commitments"],
                "status": _counts(profile["byStatus"]),
                "completeness": profile["completeness"],
            }
        )
    return found


def _map(view: View, states: list[dict[str, Any]], selection: Selection) -> list[maps.Tile]:
    tiles = []
    for state in states:
        place = state["jurisdiction"]
        said = [
            place["name"],
            view.words.plural("{n} compromiso", "{n} compromisos", state["commitments"]),
            view.words.plural("{n} plan", "{n} planes", state["plans"]),
        ]
        if state["stale"]:
            said.append(view.words("con una fuente atrasada"))
        tiles.append(
            maps.Tile(
                code=place["code"],
                short=place["iso"].removeprefix("MX-"),
                label=", ".join(said),
                count=state["commitments"],
                plans=state["plans"],
                href=view.url(f"/estados/{place['code']}"),
                current=selection.has("state", place["code"]),
            )
        )
    return tiles


def _timeline(view: View, plans: list[dict[str, Any]]) -> dict[str, Any]:
    """The dated plans, a row for each government, in the order of their first plan."""
    rows: dict[str, dict[str, Any]] = {}
    undated = []
    first, last = 2015, 2016
    for plan in plans:
        begins = plan["startDate"] or plan["published"]
        if not begins:
            undated.append(plan)
            continue
        first = min(first, int(begins[:4]))
        last = max(last, int((plan["endDate"] or begins)[:4]) + 1, int(begins[:4]) + 2)
        row = rows.setdefault(plan["jurisdiction"]["code"], {"place": plan["jurisdiction"], "periods": []})
        row["periods"].append(
            charts.Period(
                start=begins,
                end=plan["endDate"],
                label=str(plan["ordinal"] or ""),
                title=f"{plan['title']} ({_period(view, plan)})",
                href=view.url(f"/planes/{view.segment(plan['code'])}"),
                css=f"p-{plan['program']}",
            )
        )
    ordered = sorted(rows.values(), key=lambda row: min(charts.year_of(period.start) for period in row["periods"]))
    return {"rows": ordered, "undated": undated, "first": first, "last": last}


def _period(view: View, plan: dict[str, Any]) -> str:
    begins = plan["startDate"] or plan["published"]
    return view.period(begins, plan["endDate"]) if plan["endDate"] else view.date(begins)


async def _options(view: View, selection: Selection) -> dict[str, list[tuple[str, str]]]:
    """What the filters of the page offer: what some commitment has, and what is chosen although none has it."""
    facets = (await view.ask("options", asOf=view.as_of))["commitments"]["facets"]
    found = {
        "state": sorted(((item["key"], item["label"]) for item in facets["state"]), key=lambda pair: pair[0]),
        "ods": [
            (item["key"], f"{item['key']}. {view.goal({'number': int(item['key']), 'name': item['label']})}")
            for item in sorted(facets["ods"], key=lambda item: int(item["key"]))
        ],
        "year": sorted(((item["key"], item["label"]) for item in facets["year"]), reverse=True),
        "status": [(item["key"], word(view, "status", item["key"])) for item in facets["status"]],
        "program": [(item["key"], word(view, "program", item["key"])) for item in facets["program"]],
    }
    for name, options in found.items():
        offered = {key for key, _ in options}
        chosen = selection.chosen.get(name, ())
        options += [(value, word(view, name, value)) for value in chosen if value not in offered]
    return found
