"""From an address that nobody has configured to published commitments, as a new user types it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.hub.cli.conftest import Hub
from tests.sites import platforms
from tests.sites.content import as_csv, as_exercise_page, commitments
from tests.sites.server import Sites

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _workbook(sites: Sites) -> str:
    sites.add("/durango/matriz.xlsx", platforms.office_workbook(commitments("durango")), _XLSX)
    return "/durango/matriz.xlsx"


def _ckan(sites: Sites) -> str:
    table = commitments("sinaloa")
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


def test_what_is_published_is_what_the_file_says(say: Hub, sites: Sites) -> None:
    say("source", "add", sites.url(_workbook(sites)), "--yes")
    say("harvest")
    found = say(
        "query",
        '{ commitments(filter: {state: ["Durango"], status: [COMPLETED]}) { nodes { title progress startDate } } }',
    ).json
    (first, second) = sorted(found["data"]["commitments"]["nodes"], key=lambda node: node["title"])
    assert first == {
        "title": "Presupuesto participativo en escuelas rurales",
        "progress": 100.0,
        "startDate": "2024-01-15",
    }
    assert second["title"] == "Vigilancia comunitaria de incendios forestales"


def test_every_comment_and_setting_of_the_file_stays(say: Hub, config: Path, sites: Sites) -> None:
    before = config.read_text("utf-8")
    say("source", "add", sites.url("/hidalgo/avances.csv"), "--yes")
    after = config.read_text("utf-8")
    assert after.startswith(before.rstrip())
    table = tomllib.loads(after)["sources"]["hidalgo"]
    assert (table["state"], table["options"]) == ("13", {"delimiter": ";", "encoding": "cp1252"})
    assert table["fields"]["end"] == {"column": "Término", "date_order": "dmy"}


def test_a_second_source_of_a_state_gets_a_key_of_its_own(say: Hub, config: Path, sites: Sites) -> None:
    say("source", "add", sites.url("/hidalgo/avances.csv"), "--yes")
    sites.add("/hidalgo/otros.csv", as_csv(commitments("hidalgo")), "text/csv")
    say("source", "add", sites.url("/hidalgo/otros.csv"), "--yes")
    assert set(tomllib.loads(config.read_text("utf-8"))["sources"]) == {"hidalgo", "hidalgo-otros"}


@pytest.mark.parametrize(
    ("options", "named"),
    [(["--key", "nueva"], "sources.nueva"), (["--key", "otra"], "sources.nueva"), (["--key", "No Vale"], "No Vale")],
)
def test_neither_key_nor_address_is_ever_taken_twice(
    say: Hub, config: Path, sites: Sites, options: list[str], named: str
) -> None:
    say("source", "add", sites.url("/hidalgo/avances.csv"), "--key", "nueva", "--yes")
    before = config.read_text("utf-8")
    address = "/puebla/compromisos.csv" if options == ["--key", "nueva"] else "/hidalgo/avances.csv"
    said = say("source", "add", sites.url(address), *options, "--yes")
    assert (said.status, said.out) == (2, "")
    assert named in said.err
    assert config.read_text("utf-8") == before


def test_a_refused_address_is_one_line_and_status_1(hub: Hub, folder: Path, sites: Sites) -> None:
    before = (folder / "config.toml").read_text("utf-8")
    said = hub("source", "add", sites.url("/puebla/compromisos.csv"), "--yes")
    assert (said.status, said.out) == (1, "")
    assert "ADDRESS_REFUSED" in said.err
    assert said.err.count("\n") == 1
    assert (folder / "config.toml").read_text("utf-8") == before


def test_what_holds_no_commitments_is_not_added(say: Hub, config: Path, sites: Sites) -> None:
    sites.add("/gasto.csv", b"Partida,Monto\n1000,20\n2000,30\n", "text/csv")
    said = say("source", "add", sites.url("/gasto.csv"), "--yes")
    assert said.status == 1
    assert "sources" not in tomllib.loads(config.read_text("utf-8"))


def test_a_file_beside_the_configuration_is_named_relative_to_it(hub: Hub, folder: Path, config: Path) -> None:
    said = hub("source", "add", "compromisos.csv", "--key", "local", "--yes", config=config.name)
    assert said.status == 0
    assert tomllib.loads(config.read_text("utf-8"))["sources"]["local"]["url"] == "compromisos.csv"
    assert hub("harvest", "local", config=config.name).status == 0


def test_without_a_terminal_an_unsure_column_asks_for_yes(say: Hub, config: Path, sites: Sites) -> None:
    table = commitments("nayarit").renamed("Dependencia responsable", "Xyz")
    sites.add("/rara.csv", as_csv(table), "text/csv")
    said = say("source", "add", sites.url("/rara.csv"))
    assert said.status == 2
    assert '"Xyz"' in said.err
    assert "--yes" in said.err
    assert say("source", "add", sites.url("/rara.csv"), "--yes").status == 0
    assert tomllib.loads(config.read_text("utf-8"))["sources"]["rara"]["fields"]["institution"] == "Xyz"


def test_an_exercise_without_a_plan_is_added_with_a_floor_of_none(say: Hub, config: Path, sites: Sites) -> None:
    page = as_exercise_page(commitments("tabasco", 0), "Tabasco").decode()
    start, end = page.index("<p>Este proceso"), page.index("<h2>Estatus</h2>")
    sites.add("/tabasco.html", (page[:start] + page[end:]).encode(), "text/html; charset=utf-8")
    assert say("source", "add", sites.url("/tabasco.html"), "--yes").status == 0
    table = tomllib.loads(config.read_text("utf-8"))["sources"]["tabasco"]
    assert (table["connector"], table["state"], table["floor"]) == ("inai_exercise", "27", 0)
    (run,) = say("harvest", "--json").json["runs"]
    assert run["verdict"] in ("PUBLISHED", "EMPTY")
