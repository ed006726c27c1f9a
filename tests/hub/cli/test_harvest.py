"""hub.cli.harvest: a line a source, one JSON document, exit status by health."""

from __future__ import annotations

from pathlib import Path

from hub.cli.harvest import line_of
from hub.harvest.outcome import Outcome
from hub.model import RunVerdict
from tests.hub.cli.conftest import Hub

FIELDS = [
    "source",
    "verdict",
    "reason",
    "read",
    "added",
    "modified",
    "removed",
    "rejected",
    "requests",
    "bytes",
    "seconds",
    "issues",
]


def test_a_first_harvest_publishes_and_a_second_finds_nothing_due(hub: Hub) -> None:
    said = hub("harvest")
    assert (said.status, said.out.split(" · ")[0]) == (0, "puebla-csv: PUBLISHED")
    assert "--all" in hub("harvest").out


def test_json_is_one_document_of_the_contracts_shape(hub: Hub) -> None:
    said = hub("harvest", "--all", "--json")
    (run,) = said.json["runs"]
    assert list(run) == FIELDS
    assert (run["verdict"], run["read"], run["added"]) == ("PUBLISHED", 2, 2)


def test_a_source_that_falls_short_is_exit_status_1(hub: Hub, folder: Path) -> None:
    hub("harvest")
    (folder / "compromisos.csv").write_text("No.,Compromiso,Estatus,Avance\n", "utf-8")
    said = hub("harvest", "puebla-csv")
    assert said.status == 1
    assert "HELD" in said.out
    assert hub("query", "{ commitments { totalCount } }").json["data"]["commitments"]["totalCount"] == 2


def test_a_dry_run_shows_the_difference_and_publishes_nothing(hub: Hub) -> None:
    said = hub("harvest", "puebla-csv", "--dry-run")
    assert "Presupuesto ciudadano" in said.out
    assert hub("query", "{ commitments { totalCount } }").json["data"]["commitments"]["totalCount"] == 0


def test_the_archive_is_read_again_without_the_site(hub: Hub, folder: Path) -> None:
    hub("harvest")
    (folder / "compromisos.csv").unlink()
    said = hub("harvest", "puebla-csv", "--from-archive")
    assert (said.status, "UNCHANGED" in said.out) == (0, True)


def test_one_request_is_told_in_the_singular() -> None:
    one, two = (line_of(Outcome("puebla-csv", RunVerdict.UNCHANGED, requests=count)) for count in (1, 2))
    assert "1 petición," in one
    assert "2 peticiones," in two
