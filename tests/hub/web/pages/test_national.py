"""hub.web.pages.national: the page says what the API says."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from hub.normalise import places
from hub.site import Site
from hub.web.pages.documents import document
from tests.hub.web import country
from tests.hub.web.country import ask

pytestmark = pytest.mark.anyio
FILTERS = (
    {},
    {"state": "14"},
    {"ods": "16", "year": "2019"},
    {"program": "OGP_LOCAL"},
    {"status": "COMPLETED"},
    {"state": "21"},
)


def as_filter(address: dict[str, str]) -> dict[str, list[object]]:
    return {name: [int(value) if name in ("ods", "year") else value] for name, value in address.items()}


def rows(page: str, section: str) -> list[list[str]]:
    """The cells of the first table of a section, as text."""
    part = page[page.index(f'id="{section}"') :]
    table = part[part.index("<tbody>") : part.index("</tbody>")]
    found = []
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells])
    return found


@pytest.mark.parametrize("address", FILTERS)
async def test_totals_equal_the_api_s(client: httpx.AsyncClient, site: Site, address: dict[str, str]) -> None:
    page = (await client.get("/", params=address)).text
    view = (await ask(site, document("totals"), filter=as_filter(address)))["nationalView"]
    assert f"<strong>{view['commitments']:,}</strong>" in page
    if view["commitments"]:
        assert re.search(rf"en {view['plans']} plan(es)? de acción", page)
    completed = next(item["count"] for item in view["byStatus"] if item["status"] == "COMPLETED")
    assert f"<dt>Cumplidos</dt><dd>{completed}</dd>" in page


@pytest.mark.parametrize("address", FILTERS)
async def test_the_table_of_states_equals_the_api_s(
    client: httpx.AsyncClient, site: Site, address: dict[str, str]
) -> None:
    page = (await client.get("/", params=address)).text
    states = (await ask(site, document("states"), filter=as_filter(address)))["nationalView"]["byState"]
    shown = {
        row[0].removesuffix(" fuente atrasada"): (int(row[2]), int(row[3]), int(row[5]))
        for row in rows(page, "estados")
    }
    assert shown == {
        state["jurisdiction"]["name"]: (state["commitments"], state["completed"], state["plans"])
        for state in states
        if state["commitments"] or state["plans"]
    }


@pytest.mark.parametrize("address", FILTERS)
async def test_goals_tell_declared_and_editorial_apart(
    client: httpx.AsyncClient, site: Site, address: dict[str, str]
) -> None:
    page = (await client.get("/", params=address)).text
    goals = (await ask(site, document("goals"), filter=as_filter(address)))["nationalView"]["byOds"]
    shown = [(int(row[2]), int(row[3]), int(row[4])) for row in rows(page, "ods")]
    assert shown == [(goal["count"], goal["declared"], goal["count"] - goal["declared"]) for goal in goals]


def states_of_the_map(page: str) -> list[str]:
    """The states of the page's map, as it links them."""
    drawn = page[page.index('<svg class="map ') :]
    return re.findall(r'<a href="/estados/(\d\d)"><title>[^<]+</title>', drawn[: drawn.index("</svg>")])


async def test_the_map_has_every_state_once_as_a_link(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert 'class="map tiles"' in page
    assert "MapSVG" not in page
    assert sorted(states_of_the_map(page)) == [f"{number:02d}" for number in range(1, 33)]


async def test_where_the_map_is_installed_the_country_is_drawn_as_it_lies_and_its_maker_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "assets" / "map").mkdir(parents=True)
    iso = [place.iso.removeprefix("MX-") for place in places.everywhere() if place.iso]
    states = {short: {"d": "M0 0l9 0 0 9z", "at": [4, 4]} for short in iso}
    (tmp_path / "assets" / "map" / "mexico.json").write_text(json.dumps({"width": 9, "height": 9, "states": states}))
    async with country.serving(country.write(tmp_path)) as (_, client):
        for path in ("/", "/estados"):
            page = (await client.get(path)).text
            assert 'class="map land"' in page
            assert sorted(states_of_the_map(page)) == [f"{number:02d}" for number in range(1, 33)]
            assert "https://creativecommons.org/licenses/by/4.0/" in page


async def test_completeness_is_told_by_field_and_state(client: httpx.AsyncClient, site: Site) -> None:
    page = (await client.get("/")).text
    whole = (await ask(site, document("profile")))["nationalView"]["completeness"]
    heat = rows(page, "completitud")
    assert len(heat) == len(whole)
    for row, field in zip(heat, whole, strict=True):
        share = 100 * field["published"] / field["total"]
        assert row[1] in (f"{share:.0f} %", "<1 %", ">99 %")
    jalisco = (await ask(site, document("profile"), filter={"state": ["14"]}))["nationalView"]["completeness"]
    head = re.search(r'<table class="heat">.*?</thead>', page, re.DOTALL)
    assert head is not None
    column = 2 + re.findall(r"<abbr[^>]*>(\w+)</abbr>", head[0]).index("JAL")
    assert [int(row[column]) for row in heat] == [round(100 * field["published"] / field["total"]) for field in jalisco]


async def test_the_page_shows_the_queries_that_it_ran(client: httpx.AsyncClient) -> None:
    page = unescape((await client.get("/?state=14")).text)
    for name in ("states", "goals", "profile", "reconciliation", "coverage", "plans"):
        assert document(name) in page
    assert 'href="/api/commitments.csv?state=14"' in page


async def test_a_declared_figure_stands_beside_what_was_found_and_why_they_differ(
    client: httpx.AsyncClient, site: Site
) -> None:
    page = (await client.get("/")).text
    figures = (await ask(site, document("reconciliation")))["nationalView"]["reconciliation"]
    (total,) = [item for item in figures if item["indicator"] == "compromisos_total" and item["date"] == "2020-11-10"]
    part = page[page.index('id="conciliacion"') :]
    assert f'<td class="n">{total["declared"]:.0f}</td><td class="n">{total["harvested"]:.0f}</td>' in part
    assert f"Faltan {total['declared'] - total['harvested']:.0f}: la cifra oficial no trae la lista" in part


async def test_a_source_that_cannot_be_read_is_told(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert 'href="/fuentes/muerta"' in page[page.index('id="cobertura"') :]


async def test_another_day_is_shown_with_a_banner(client: httpx.AsyncClient) -> None:
    page = (await client.get("/?as_of=2016-05-03")).text
    assert "el 3 de mayo de 2016" in page
    assert "Ese día no había datos" in page
    assert 'href="/estados/14?as_of=2016-05-03"' in page
    now = (await client.get("/?as_of=2100-01-01")).text
    assert "Aún no hay datos" not in now
