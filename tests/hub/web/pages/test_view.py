"""hub.web.pages.view: beside every view stand the files of what it shows."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import httpx
import pytest

from hub.site import Site
from hub.web.dates import CENTRAL
from tests.hub.web.pages.test_routes import PAGES

pytestmark = pytest.mark.anyio

BESIDE = {
    "/": (
        "totals",
        "by-year",
        "by-state",
        "goals",
        "plans",
        "completeness",
        "profile-by-state",
        "sources",
        "reconciliation",
    ),
    "/compromisos/JAL0008": ("commitment", "history", "progress-reports", "milestones"),
    "/estados": ("states",),
    "/estados/14": ("state", "plans", "events", "sources"),
    "/planes": ("plans",),
    "/planes/MX-JAL-PAL-2": ("plan",),
    "/ods": ("goals",),
    "/eventos": ("events",),
    "/conciliacion": ("reconciliation",),
    "/fuentes": ("sources",),
    "/fuentes/hostil": ("runs", "issues", "unmatched-values"),
    "/acerca": ("totals", "goals"),
    "/consultas": ("queries/ods", "queries/estados", "queries/procedencia", "queries/cambios"),
    "/descargas": ("plans", "states", "by-state", "goals", "totals", "events", "sources", "reconciliation"),
}
"""The tables of each view, besides the commitments'."""


def links(page: str) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="(/api/[^"]+)"', page)]


@pytest.mark.parametrize("path", BESIDE)
async def test_every_view_links_the_files_of_what_it_shows(client: httpx.AsyncClient, path: str) -> None:
    for language in ("es", "en"):
        found = links((await client.get(path, headers={"accept-language": language})).text)
        for name in BESIDE[path]:
            for form in ("csv", "xlsx", "json"):
                assert any(href.partition("?")[0] == f"/api/{name}.{form}" for href in found), (name, form, language)


async def test_every_file_that_a_page_links_is_there(client: httpx.AsyncClient) -> None:
    found = {href for path in PAGES for href in links((await client.get(path)).text) if ".csv" in href}
    assert len(found) > 40
    for href in sorted(found):
        answer = await client.get(href)
        assert answer.status_code == 200, (href, answer.text)


async def test_a_page_s_files_select_what_the_page_selects(client: httpx.AsyncClient) -> None:
    national = links((await client.get("/?state=Jalisco&ods=16&year=2020&text=")).text)
    assert "/api/goals.csv?state=Jalisco&ods=16&year=2020" in national
    assert "/api/plans.xlsx?state=Jalisco" in national
    assert "/api/reconciliation.json" in national
    (totals,) = (await client.get("/api/totals.json?state=Jalisco&ods=16&year=2020")).json()["totals"]
    selected = (await client.get("/api/commitments.json?state=Jalisco&ods=16&year=2020")).json()
    assert totals["commitments"] == selected["totalCount"] > 0
    questions = links((await client.get("/consultas")).text)
    assert "/api/queries/evidencia.csv?has_evidence=true" in questions
    assert "/api/commitments.csv?has_evidence=true" in questions


async def test_a_page_of_another_day_links_the_files_of_that_day(client: httpx.AsyncClient, site: Site) -> None:
    yesterday = (datetime.fromisoformat(site.model().published_at) - timedelta(days=1)).astimezone(CENTRAL).date()
    found = links((await client.get(f"/planes?as_of={yesterday}")).text)
    assert f"/api/plans.csv?as_of={yesterday}" in found
    assert (await client.get(f"/api/plans.json?as_of={yesterday}")).json()["totalCount"] == 0
    today = datetime.fromisoformat(site.model().published_at).astimezone(CENTRAL).date()
    for href in links((await client.get(f"/planes?as_of={today}")).text):
        assert (await client.get(href)).status_code == 200, href
