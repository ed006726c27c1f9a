"""`/estados` and `/estados/{code}`: one federal entity, its exercise, plans, commitments and sources."""

from __future__ import annotations

from typing import Any

from hub.web import labels, maps
from hub.web.pages.near import near
from hub.web.pages.view import Missing, Page, View

STEPS = tuple(labels.STEP)
SHOWN = 100
"""Commitments that a state's page lists; the search has all."""


async def index(view: View) -> Page:
    """The 32 states as map and table."""
    states = (await view.ask("state_list"))["states"]
    tiles = [
        maps.Tile(
            code=state["code"],
            short=state["iso"].removeprefix("MX-"),
            label=", ".join(
                [
                    state["name"],
                    view.words.plural("{n} compromiso", "{n} compromisos", state["commitments"]["totalCount"]),
                    view.words.plural("{n} plan", "{n} planes", state["plans"]["totalCount"]),
                ]
            ),
            count=state["commitments"]["totalCount"],
            plans=state["plans"]["totalCount"],
            href=view.url(f"/estados/{state['code']}"),
        )
        for state in states
    ]
    return view.render("states.html", states=states, map=tiles, doors=view.doors(view.selection()))


async def page(view: View) -> Page:
    """One state; any spelling of its name, or its ISO code, leads to its INEGI key."""
    asked = view.request.path_params["code"]
    state = (await view.ask("state", code=asked))["state"]
    if state is None:
        states = (await view.ask("state_list"))["states"]
        names = {name: state["code"] for state in states for name in (state["name"], state["officialName"])}
        raise Missing(
            view.words("No hay ningún estado «{code}».", code=asked[:100]),
            near(asked, [(view.url(f"/estados/{code}"), name) for name, code in names.items()]),
        )
    if state["code"] != asked:
        return view.redirect(f"/estados/{state['code']}")
    selection = view.selection(state=state["code"])
    found = (await view.ask("commitments", filter=selection.filter, first=SHOWN, asOf=view.as_of))["commitments"]
    profile = (await view.ask("profile", filter=selection.filter, asOf=view.as_of))["nationalView"]
    goals = (await view.ask("goals", filter=selection.filter, asOf=view.as_of))["nationalView"]
    events = [
        event
        for event in (await view.ask("events"))["events"]
        if event["jurisdiction"] and event["jurisdiction"]["code"][:2] == state["code"]
    ]
    return view.render(
        "state.html",
        state=state,
        found=found,
        profile=profile,
        status={item["status"]: item["count"] for item in profile["byStatus"]},
        goals=[goal for goal in goals["byOds"] if goal["count"]],
        events=events,
        steps=_steps(state["exercise"]),
        selection=selection,
        doors=view.doors(selection),
    )


def _steps(exercise: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The six steps, each reached, current or ahead; none where no exercise is known."""
    if exercise is None or exercise["step"] is None:
        return []
    at = STEPS.index(exercise["step"])
    return [
        (step, "reached" if index < at else "current" if index == at else "ahead") for index, step in enumerate(STEPS)
    ]
