"""`/descargas`: everything in bulk."""

from __future__ import annotations

from hub.web.doors.tables import WHOLE
from hub.web.pages.sources import UNREAD
from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """The files of the current data version, and what they are under."""
    totals = (await view.ask("totals", asOf=view.as_of))["nationalView"]
    sources = [source for source in (await view.ask("source_list"))["sources"] if source["state"] not in UNREAD]
    return view.render(
        "downloads.html", version=view.site.version()[0], totals=totals, sources=sources, lists=WHOLE,
        doors=view.doors(view.selection()),
    )  # fmt: skip
