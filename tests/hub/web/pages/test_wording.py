"""What pages say, and that they say it once and in words: hub.web.pages.goals, chosen, sources, states, reconciliation."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import httpx
import pytest

import connectors
from hub.web import labels
from hub.web.pages.render import breakable
from tests.hub.web import country

pytestmark = pytest.mark.anyio
FACTS = Path(connectors.__file__).parent / "facts"


async def text(client: httpx.AsyncClient, path: str, language: str = "es") -> str:
    answer = await client.get(path, headers={"accept-language": language})
    assert answer.status_code in (200, 404)
    return answer.text


async def test_a_goal_says_once_what_its_commitments_rest_on(client: httpx.AsyncClient) -> None:
    page = await text(client, "/ods/16")
    groups = re.findall(r'<h3 class="group"><span class="tag (\w+)">', page)
    assert groups == ["declared", "editorial"] or groups == ["editorial"]
    assert page.count(labels.BASIS["EDITORIAL"]) == 1


async def test_a_state_without_anything_is_said_to_be_so(client: httpx.AsyncClient) -> None:
    page = await text(client, "/estados/01")
    assert "De este estado no se ha encontrado publicado ningún plan ni compromiso." in page
    assert "0 compromisos" not in page


@pytest.mark.parametrize(("language", "word"), [("es", "Retirado"), ("en", "Withdrawn")])
async def test_what_is_chosen_has_its_name_even_where_nothing_has_it(
    client: httpx.AsyncClient, language: str, word: str
) -> None:
    page = await text(client, "/?state=14&status=WITHDRAWN", language)
    assert f'<option value="WITHDRAWN" selected>{word}</option>' in page
    page = await text(client, "/compromisos?text=zzzz&state=14", language)
    chips = page[page.index('class="chips"') : page.index("</ul>", page.index('class="chips"'))]
    assert "Jalisco" in chips


async def test_a_filtered_country_claims_nothing_of_the_other_states(client: httpx.AsyncClient) -> None:
    page = await text(client, "/?state=14")
    assert "no hay nada publicado" not in page
    assert "Sin plan ni compromiso publicado" not in page


async def test_a_value_is_quoted_once(client: httpx.AsyncClient) -> None:
    page = await text(client, "/fuentes/bundled")
    report = page[page.index('id="reporte"') : page.index('id="valores"')]
    quoted = re.findall(r"«([^»]+)»[^<]*<q[^>]*>([^<]+)</q>", report)
    assert "«" in report
    assert [pair for pair in quoted if pair[0] == pair[1]] == []


async def test_a_reading_that_found_the_same_leaves_the_report_standing(tmp_path: Path) -> None:
    async with country.serving(country.write(tmp_path)) as (site, client):
        await country.harvest(site, "bundled")
        first = await text(client, "/fuentes/bundled")
        await country.harvest(site, "bundled")
        second = await text(client, "/fuentes/bundled")
    assert second.count("v-UNCHANGED") > first.count("v-UNCHANGED")
    assert re.findall(r"<b>\d+ ×</b>", second) == re.findall(r"<b>\d+ ×</b>", first) != []


def test_every_official_figure_of_the_bundled_facts_has_words() -> None:
    with (FACTS / "cifras_declaradas.csv").open(encoding="utf-8") as file:
        assert {row["indicador"] for row in csv.DictReader(file)} <= set(labels.INDICATOR)
    with (FACTS / "eventos.csv").open(encoding="utf-8") as file:
        assert {row["tipo"] for row in csv.DictReader(file)} <= set(labels.EVENT_KIND) | {""}


async def test_a_difference_is_explained_beside_its_figure(client: httpx.AsyncClient) -> None:
    page = await text(client, "/conciliacion")
    assert "comision estados" not in page
    explained = re.findall(r'<tr class="explained">.*?</tr><tr class="why"><td colspan="5">([^<]+)</td>', page)
    assert any(reason.startswith("Faltan") for reason in explained)
    assert "+0" not in page


def test_an_address_may_break_after_its_marks_and_stays_escaped() -> None:
    assert breakable("https://a.mx/b?c=<d>") == "https://a.mx/<wbr>b?<wbr>c=<wbr>&lt;d&gt;<wbr>"
