"""hub.cli.files: `hub check` in a folder of its own, on files and addresses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.hub.cli.conftest import Hub
from tests.sites import platforms
from tests.sites.content import as_csv, commitments
from tests.sites.faults import Fault
from tests.sites.server import Sites

CONTRACT = [
    "connector", "mediaType", "encoding", "rows", "accepted", "rejected", "score", "proposedFields", "unmappedColumns", "issues",
]  # fmt: skip
ISSUE = ["severity", "code", "field", "raw", "message", "recordCode"]


@pytest.fixture
def say(hub: Hub, folder: Path) -> Hub:
    text = '[network]\nallow = ["127.0.0.0/8"]\n[harvest]\npace = 0\nattempts = 1\n'
    (folder / "red.toml").write_text(text, "utf-8")
    return partial(hub, config="red.toml")


def test_json_is_the_contracts_report(say: Hub, folder: Path) -> None:
    said = say("check", str(folder / "compromisos.csv"), "--json")
    assert list(said.json)[: len(CONTRACT)] == CONTRACT
    assert all(list(issue)[: len(ISSUE)] == ISSUE for issue in said.json["issues"])
    assert (said.status, said.json["accepted"], said.json["proposedFields"]["title"]) == (0, 2, "Compromiso")


def test_the_report_is_in_spanish_unless_english_is_asked_for(say: Hub, folder: Path) -> None:
    path = str(folder / "compromisos.csv")
    assert "Así se publicarían" in say("check", path).out
    assert "As they would be published" in say("check", path, "--lang", "en").out


def test_nothing_is_stored(say: Hub, folder: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    say("check", str(folder / "compromisos.csv"))
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_file_of_something_else_is_exit_status_1(say: Hub, folder: Path) -> None:
    (folder / "otro.csv").write_text("Año,Partida,Monto\n2021,1000,350000\n2022,2000,410000\n", "utf-8")
    said = say("check", str(folder / "otro.csv"), "--json")
    assert said.status == 1
    assert said.json["score"] < 0.3
    assert [issue["code"] for issue in said.json["issues"]] == ["NOT_COMMITMENTS"]


def test_a_file_that_is_not_there_is_a_wrong_call(say: Hub) -> None:
    said = say("check", "no-existe.csv")
    assert (said.status, said.out) == (2, "")
    assert "no-existe.csv" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(("option", "value"), [("--connector", "csvv"), ("--lang", "fr"), ("--state", "Atlantis")])
def test_an_option_that_is_wrong_is_named(say: Hub, folder: Path, option: str, value: str) -> None:
    said = say("check", str(folder / "compromisos.csv"), option, value)
    assert said.status == 2
    assert value in said.err


def test_an_address_that_is_not_public_is_refused(hub: Hub, sites: Sites) -> None:
    said = hub("check", sites.url("/puebla/compromisos.csv"), "--json")
    assert said.status == 1
    assert [issue["code"] for issue in said.json["issues"]] == ["ADDRESS_REFUSED"]
    assert sites.log == []


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.CHALLENGE, Fault.LOGIN])
def test_an_address_that_cannot_be_read_says_why(say: Hub, sites: Sites, fault: Fault) -> None:
    sites.set("/puebla/compromisos.csv", fault)
    said = say("check", sites.url("/puebla/compromisos.csv"), "--json")
    assert (said.status, [issue["code"] for issue in said.json["issues"]]) == (1, ["UNREADABLE"])


def test_an_address_is_asked_for_once(say: Hub, sites: Sites) -> None:
    assert say("check", sites.url("/puebla/compromisos.csv")).status == 0
    assert sites.counts() == {"/robots.txt": 1, "/puebla/compromisos.csv": 1}


def test_the_connector_may_be_told(say: Hub, sites: Sites) -> None:
    sites.add(
        "/oaxaca/lista.html", platforms.wordpress_page(commitments("oaxaca"), "Compromisos", sites.base), "text/html"
    )
    said = say("check", sites.url("/oaxaca/lista.html"), "--connector", "html_table", "--json")
    assert (said.json["connector"], said.json["accepted"]) == ("html_table", 8)


def test_a_closed_wordpress_api_leaves_the_page(say: Hub, sites: Sites) -> None:
    sites.add("/oaxaca/lista/", platforms.wordpress_page(commitments("oaxaca"), "Compromisos", sites.base), "text/html")
    said = say("check", sites.url("/oaxaca/lista/"), "--json")
    assert (said.json["platform"], said.json["connector"], said.json["accepted"]) == ("WordPress", "wordpress", 8)


def test_a_google_sheet_is_read_by_its_export(say: Hub, sites: Sites) -> None:
    sites.add("/spreadsheets/d/1AbC_d/export", as_csv(commitments("jalisco")), "text/csv")
    sites.add(
        "/spreadsheets/d/1AbC_d/edit",
        b"<!doctype html><title>Compromisos - Hojas</title><script></script>",
        "text/html",
    )
    said = say("check", sites.url("/spreadsheets/d/1AbC_d/edit#gid=0"), "--json")
    assert (said.json["platform"], said.json["connector"], said.json["accepted"]) == (
        "Google Sheets",
        "google_sheets",
        8,
    )
    assert said.json["options"]["gid"] == 0


def test_an_opendatasoft_page_leads_to_its_export(say: Hub, sites: Sites) -> None:
    sites.add(
        "/explore/dataset/compromisos/",
        b"<!doctype html><title>Compromisos</title><div>opendatasoft</div>",
        "text/html",
    )
    export = "/api/explore/v2.1/catalog/datasets/compromisos/exports/csv"
    sites.add(export, as_csv(commitments("jalisco"), delimiter=";"), "text/csv")
    said = say("check", sites.url("/explore/dataset/compromisos/"), "--json")
    assert (said.json["platform"], said.json["connector"], said.json["accepted"]) == ("Opendatasoft", "csv", 8)
    assert export in said.json["url"]
