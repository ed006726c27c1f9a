"""`/ods` and `/ods/{number}`: the Sustainable Development Goals and the commitments that serve them."""

from __future__ import annotations

from typing import Any

from hub.web import labels
from hub.web.pages.view import Missing, Page, View

PAGE = 200
"""Most goals are shown whole, so that what is declared stands together."""


async def index(view: View) -> Page:
    """The 17 goals with their commitments, declared and editorial apart."""
    goals = (await view.ask("goals", asOf=view.as_of))["nationalView"]
    return view.render(
        "goals.html",
        goals=goals,
        most=max((goal["count"] for goal in goals["byOds"]), default=0),
        doors=view.doors(view.selection()),
    )


async def page(view: View) -> Page:
    """One goal."""
    asked = view.request.path_params["number"]
    goals = (await view.ask("goals", asOf=view.as_of))["nationalView"]["byOds"]
    goal = next((goal for goal in goals if str(goal["goal"]["number"]) == asked), None)
    if goal is None:
        raise Missing(
            view.words(
                "Los Objetivos de Desarrollo Sostenible van del 1 al 17; «{code}» no es ninguno.", code=asked[:40]
            ),
            _near(view, asked, goals),
        )
    selection = view.selection(ods=asked)
    found = (
        await view.ask(
            "commitments",
            filter=selection.filter,
            first=PAGE,
            after=view.parameters.get("after") or None,
            asOf=view.as_of,
        )
    )["commitments"]
    return view.render(
        "goal.html",
        item=goal,
        goal=goal["goal"],
        found=found,
        groups=_by_basis(found["nodes"], goal["goal"]["number"]),
        status={item["status"]: item["count"] for item in goal["byStatus"]},
        doors=view.doors(selection),
        selection=selection,
    )


def _by_basis(nodes: list[dict[str, Any]], number: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """The commitments of a page by the basis of their alignment to a goal, declared ones first."""
    groups: dict[str, list[dict[str, Any]]] = {basis: [] for basis in labels.BASIS}
    for node in nodes:
        bases = {item["basis"] for item in node["ods"] if item["goal"]["number"] == number}
        groups[next(basis for basis in labels.BASIS if basis in bases)].append(node)
    return [(basis, found) for basis, found in groups.items() if found]


def _near(view: View, asked: str, goals: list[dict[str, Any]]) -> list[tuple[str, str]]:
    from hub.web.pages.near import near

    return near(asked, [(view.url(f"/ods/{goal['goal']['number']}"), view.goal(goal["goal"])) for goal in goals])
