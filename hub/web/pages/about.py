"""`/acerca`: method, honest limits, sources."""

from __future__ import annotations

from hub.web.pages.sources import UNREAD
from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """What the hub is, how it counts, what it cannot know."""
    sources = [source for source in (await view.ask("coverage"))["sources"] if source["state"] not in UNREAD]
    totals = (await view.ask("totals", asOf=view.as_of))["nationalView"]
    goals = (await view.ask("goals", asOf=view.as_of))["nationalView"]["byOds"]
    return view.render(
        "about.html", sources=sources, totals=totals, declared=sum(goal["declared"] for goal in goals),
        aligned=sum(goal["count"] for goal in goals), doors=view.doors(view.selection()),
    )  # fmt: skip
