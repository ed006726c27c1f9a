"""From an address that nobody has configured to published commitments, as a new user types it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.hub.cli.conftest import Hub
from tests.sites import platforms
from tests.sites.content import commitments
from tests.sites.server import Sites

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _workbook(sites: Sites) -> str:
    sites.add("/durango/matriz.xlsx", platforms.office_workbook(commitments("durango")), _XLSX)
    return "/durango/matriz.xlsx"


def _ckan(sites: Sites) -> str:
    table = commitments("sinaloa")
    from tests.sites.content import as_csv

    name = "/dataset/compromisos-sinaloa"
    sites.add("/sinaloa/compromisos.csv", as_csv(table), "text/csv")
    sites.add("/sinaloa/compromisos.csv.dic", b"campo,descripcion\nNo.,numero\n", "text/csv")
    sites.add(name, platforms.ckan_page("Compromisos de Sinaloa"), "text/html")
    package = platforms.ckan_package(
        "compromisos-sinaloa", "Compromisos de Sinaloa", sites.url("/sinaloa/compromisos.csv")
    )
    sites.add("/api/3/action/package_show", package, "application/json")
    return name


def _wordpress(sites: Sites) -> str:
    table = commitments("zacatecas")
    page = platforms.wordpress_page(table, "Compromisos de gobierno abierto", sites.base)
    sites.add("/zacatecas/compromisos/", page, "text/html; charset=utf-8")
    rest = platforms.wordpress_rest(table, "Compromisos de gobierno abierto", sites.url("/zacatecas/compromisos/"))
    sites.add("/wp-json/wp/v2/pages", rest, "application/json")
    return "/zacatecas/compromisos/"


KINDS: dict[str, tuple[str, Callable[[Sites], str]]] = {
    "csv with cp1252, semicolons and a banner": ("csv", lambda _: "/hidalgo/avances.csv"),
    "xlsx with merged cells, two header rows and a hidden sheet first": ("xlsx", _workbook),
    "html table": ("html_table", lambda _: "/queretaro/plan.html"),
    "html list": ("html_list", lambda _: "/colima/compromisos.html"),
    "json": ("json", lambda _: "/sonora/api/compromisos"),
    "ruled pdf": ("pdf_table", lambda _: "/nayarit/plan.pdf"),
    "ckan": ("ckan", _ckan),
    "wordpress": ("wordpress", _wordpress),
}


_CONFIG = """# La configuración de esta casa.
[network]
allow = ["127.0.0.0/8"]   # sólo en pruebas
[harvest]
pace = 0
"""


@pytest.fixture
def config(folder: Path) -> Path:
    path = folder / "nuevo.toml"
    path.write_text(_CONFIG, "utf-8")
    return path


@pytest.fixture
def say(hub: Hub, config: Path) -> Hub:
    return partial(hub, config=config.name)


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_becomes_published_commitments_without_a_question(
    kind: str, say: Hub, config: Path, sites: Sites
) -> None:
    connector, publish = KINDS[kind]
    added = say("source", "add", sites.url(publish(sites)), "--key", "nueva", "--yes")
    assert (added.status, added.err) == (0, "")
    assert "hub harvest nueva" in added.out
    assert tomllib.loads(config.read_text("utf-8"))["sources"]["nueva"]["connector"] == connector
    harvested = say("harvest", "nueva", "--json")
    (run,) = harvested.json["runs"]
    assert (run["verdict"], run["read"], run["added"], run["rejected"]) == ("PUBLISHED", 8, 8, 0)
    assert harvested.status == 0
