"""`/planes` and `/planes/{code}`: what governments undertook together."""

from __future__ import annotations

from typing import Any

from hub.web.pages.near import near
from hub.web.pages.selection import Selection
from hub.web.pages.view import Missing, Page, View


async def every_plan(view: View, selection: Selection) -> list[dict[str, Any]]:
    """Every plan of the states and programmes that the address selects."""
    state = selection.filter.get("state")
    program = selection.filter.get("program")
    found: list[dict[str, Any]] = []
    after = None
    while True:
        plans = (await view.ask("plans", state=state, program=program, after=after))["plans"]
        found += plans["nodes"]
        if not plans["pageInfo"]["hasNextPage"]:
            return found
        after = plans["pageInfo"]["endCursor"]


async def index(view: View) -> Page:
    """Every plan as a table."""
    selection = view.selection()
    plans = await every_plan(view, selection)
    return view.render("plans.html", plans=plans, selection=selection, doors=view.doors(selection))


async def page(view: View) -> Page:
    """One plan and its commitments; an old code leads to the one of today."""
    code = view.request.path_params["code"]
    plan = (await view.ask("plan", code=code, after=view.parameters.get("after") or None))["plan"]
    if plan is None:
        plans = (await view.ask("plans"))["plans"]["nodes"]
        raise Missing(
            view.words("No hay ningún plan con la clave «{code}».", code=code[:100]),
            near(code, [(view.url(f"/planes/{view.segment(item['code'])}"), item["code"]) for item in plans]),
        )
    if plan["code"] != code:
        return view.redirect(f"/planes/{view.segment(plan['code'])}")
    return view.render("plan.html", plan=plan, doors=view.doors(view.selection(plan=plan["code"])))
