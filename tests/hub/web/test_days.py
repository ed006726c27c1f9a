"""hub.web.days: every page of another day shows the whole country of that day, and says so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hub.readmodel.files import build_lock
from hub.site import Site
from hub.web.dates import CENTRAL
from hub.web.pages.documents import document
from tests.hub.web import country
from tests.hub.web.country import ask

pytestmark = pytest.mark.anyio
PAGES = (
    "/", "/compromisos", "/compromisos/JAL0008", "/estados", "/estados/21", "/planes", "/planes/MX-JAL-PAL-2", "/ods", "/ods/16",
    "/eventos", "/conciliacion", "/fuentes", "/fuentes/bundled", "/conectar", "/consultas", "/descargas", "/acerca",
)  # fmt: skip
BEFORE = "2016-01-01"


@pytest.fixture(scope="module")
async def days(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[tuple[Site, httpx.AsyncClient, str]]:
    """A hub that read one source, then two more; and the instant between."""
    folder = country.write(tmp_path_factory.mktemp("dias"))
    async with country.serving(folder) as (site, client):
        await country.harvest(site, "bundled")
        between = site.models.current.published_at
        await country.harvest(site, "hostil", "muerta")
        yield site, client, between


async def shown(client: httpx.AsyncClient, path: str, day: str) -> httpx.Response:
    return await client.get(path, params={"as_of": day})


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_its_other_days(days: tuple[Site, httpx.AsyncClient, str], path: str) -> None:
    _, client, between = days
    answer = await shown(client, path, between)
    assert answer.status_code == 200
    assert "Así estaba el país, según este hub, el" in answer.text
    links = set(re.findall(r'href="(/(?:compromisos|estados|planes|ods|fuentes)/[^"]*)"', answer.text))
    assert {link for link in links if "as_of=" not in link} <= {path}, links  # but for "today"


async def test_the_figures_of_a_day_are_those_that_the_api_gives_as_of_it(
    days: tuple[Site, httpx.AsyncClient, str],
) -> None:
    site, client, between = days
    now = (await ask(site, document("totals")))["nationalView"]
    then = (await ask(site, document("totals"), asOf=between))["nationalView"]
    assert now["commitments"] == then["commitments"] + 3
    page = (await shown(client, "/", between)).text
    assert f"<strong>{then['commitments']}</strong>" in page
    assert f"en {then['plans']} planes de acción" in page
    for goal in (await ask(site, document("goals"), asOf=between))["nationalView"]["byOds"]:
        number = goal["goal"]["number"]
        assert f"{goal['count']} compromiso" in (await shown(client, f"/ods/{number}", between)).text
    for state in (await ask(site, document("states"), asOf=between))["nationalView"]["byState"]:
        code = state["jurisdiction"]["code"]
        page = (await shown(client, f"/estados/{code}", between)).text
        if state["commitments"]:
            told = re.search(r'<p class="lede">(\d+) compromisos? en (\d+) plan', page)
            assert told is not None, code
            assert [int(number) for number in told.groups()] == [state["commitments"], state["plans"]], code
        elif state["plans"]:
            assert f'<p class="lede">Publica {state["plans"]} plan' in page, code
        else:
            assert "De este estado no se ha encontrado publicado ningún plan ni compromiso." in page, code
    found = (await ask(site, document("commitments"), asOf=between, first=0))["commitments"]
    assert f"{found['totalCount']} compromisos" in (await shown(client, "/compromisos", between)).text


async def test_plans_runs_and_sources_are_of_that_day_too(days: tuple[Site, httpx.AsyncClient, str]) -> None:
    site, client, between = days
    assert "MX-PUE-hostil" in (await client.get("/planes")).text
    assert "MX-PUE-hostil" not in (await shown(client, "/planes", between)).text
    assert (await shown(client, "/planes/MX-PUE-hostil", between)).status_code == 404
    listed = (await shown(client, "/fuentes", between)).text
    assert listed.count("Aún no se ha leído.") == 2
    assert "Aún no se ha leído." in (await shown(client, "/fuentes/hostil", between)).text
    runs = await (await site.whole()).store.runs("bundled")
    in_course = (await shown(client, "/fuentes/bundled", between)).text  # published, not yet finished
    assert runs[0].finished_at is not None
    assert "En curso" in in_course
    after = (runs[0].finished_at + timedelta(microseconds=1)).isoformat()
    assert "Publicó cambios" in (await shown(client, "/fuentes/bundled", after)).text


@pytest.mark.parametrize("path", PAGES)
async def test_before_the_first_publication_pages_are_empty_by_design(
    days: tuple[Site, httpx.AsyncClient, str], path: str
) -> None:
    _, client, _ = days
    answer = await shown(client, path, BEFORE)
    assert answer.status_code == (404 if path.count("/") > 1 and not path.startswith(("/estados", "/ods")) else 200)
    assert "1 de enero de 2016" in answer.text
    if path == "/":
        assert "Este hub no tenía nada publicado en ese momento." in answer.text


async def test_what_was_not_there_yet_leads_to_today(days: tuple[Site, httpx.AsyncClient, str]) -> None:
    _, client, _ = days
    answer = await shown(client, "/compromisos/JAL0008", BEFORE)
    assert "«JAL0008» no estaba publicado ese día." in answer.text
    assert '<a href="/compromisos/JAL0008">' in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_a_day_to_come_is_refused_in_words(days: tuple[Site, httpx.AsyncClient, str], path: str) -> None:
    _, client, _ = days
    answer = await shown(client, path, "2999-01-01")
    assert answer.status_code == 400
    assert "Ese día aún no llega" in answer.text
    assert "That day is yet to come" in (await client.get(path, params={"as_of": "2999-01-01", "lang": "en"})).text


async def test_today_is_the_present(days: tuple[Site, httpx.AsyncClient, str]) -> None:
    _, client, _ = days
    today = datetime.now(UTC).astimezone(CENTRAL).date().isoformat()
    strong = r"<strong>\d+</strong>"
    assert re.findall(strong, (await shown(client, "/", today)).text) == re.findall(
        strong, (await client.get("/")).text
    )


async def test_days_in_number_make_no_files_in_number(days: tuple[Site, httpx.AsyncClient, str]) -> None:
    site, client, _ = days
    for day in range(1, 29):
        assert (await shown(client, "/eventos", f"2020-02-{day:02d}")).status_code == 200
    files = list((site.config.read_path / "past").glob("*.db"))
    assert len(files) <= 2


async def test_a_query_that_has_no_day_of_its_own_says_so(days: tuple[Site, httpx.AsyncClient, str]) -> None:
    _, client, between = days
    told = "la API la responde siempre con los de hoy"
    assert told in (await shown(client, "/planes", between)).text
    assert told not in (await client.get("/planes")).text
    assert told not in (await shown(client, "/ods", between)).text


async def test_a_day_that_is_being_prepared_says_so_and_does_not_show_itself_as_that_day(tmp_path: Path) -> None:
    async with country.serving(country.write(tmp_path)) as (site, client):
        await country.harvest(site, "bundled")
        with build_lock(site.config.read_path / "past") as mine:  # somebody else is at it
            assert mine
            answer = await shown(client, "/estados", BEFORE)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Ese día se está preparando" in answer.text
        assert "Así estaba el país" not in answer.text
        assert answer.text.count("Ver la de hoy") == 1
