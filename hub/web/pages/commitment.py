"""`/compromisos/{code}`: everything that is known of one commitment, and where each fact came from."""

from __future__ import annotations

from typing import Any

from hub.web.pages.near import near
from hub.web.pages.view import Missing, Page, View


async def page(view: View) -> Page:
    """One commitment; an old code leads to the one of today."""
    code = view.request.path_params["code"]
    found = (await view.ask("commitment", code=code, asOf=view.as_of))["commitment"]
    if found is None:
        raise Missing(*await _missing(view, code))
    if found["code"] != code:
        return view.redirect(f"/compromisos/{view.segment(found['code'])}")
    reports = [
        (report["date"], report["progress"])
        for report in found["progressReports"]
        if report["date"] and report["progress"] is not None
    ]
    return view.render(
        "commitment.html",
        c=found,
        points=reports,
        # The same records of other sources: the first is the merged one's own.
        others=[other for other in found["alsoPublishedBy"] if other["source"]["key"] != found["source"]["key"]],
        doors=view.doors(view.selection(plan=found["plan"]["code"])),
        cited=_address(view, found),
    )


def _address(view: View, found: dict[str, Any]) -> str:
    return f"{view.base}/compromisos/{view.segment(found['code'])}"


async def _missing(view: View, code: str) -> tuple[str, list[tuple[str, str]]]:
    """What to say of a code that nothing has: was it there on another day, and which codes are like it."""
    if view.as_of:
        now = (await view.ask_today("commitment", code=code))["commitment"]
        if now is not None:
            said = view.words("«{code}» no estaba publicado ese día.", code=code[:100])
            return said, [(f"/compromisos/{view.segment(now['code'])}", now["title"])]
    said = view.words("No hay ningún compromiso con la clave «{code}».", code=code[:100])
    nodes = (await view.ask("codes", asOf=view.as_of))["commitments"]["nodes"]
    candidates = [(view.url(f"/compromisos/{view.segment(item['code'])}"), item["code"]) for item in nodes]
    return said, near(code, candidates)
