"""hub.cli.query, export, sources, access, upkeep: what each prints."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.hub.cli.conftest import Hub


def test_a_query_prints_the_whole_response(hub: Hub) -> None:
    hub("harvest")
    said = hub("query", "query($s: [String!]) { commitments(filter: {state: $s}) { nodes { code } } }",
               "--variables", '{"s": ["Puebla"]}')  # fmt: skip
    assert said.status == 0
    assert [node["code"] for node in said.json["data"]["commitments"]["nodes"]] == [
        "MX-PUE-puebla-csv-C1", "MX-PUE-puebla-csv-C2",
    ]  # fmt: skip
    assert said.json["extensions"]["dataVersion"] == 1


def test_an_answer_with_errors_is_exit_status_1(hub: Hub) -> None:
    said = hub("query", '{ commitments(filter: {state: ["Atlantis"]}) { totalCount } }')
    assert said.status == 1
    assert said.json["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_the_schema_is_the_published_one(hub: Hub) -> None:
    published = Path(__file__).resolve().parents[3] / "schema" / "schema.graphql"
    assert hub("schema").out == published.read_text("utf-8")


def test_an_export_is_the_apis_selection(hub: Hub) -> None:
    hub("harvest")
    rows = list(csv.DictReader(io.StringIO(hub("export", "commitments", "--filter", '{"status": ["COMPLETED"]}').out)))
    assert [row["title"] for row in rows] == ["Datos abiertos de obra pública"]


def test_an_export_to_a_file_is_whole_or_absent(hub: Hub, folder: Path) -> None:
    hub("harvest")
    assert hub("export", "--format", "json", "--output", str(folder / "no" / "x.json")).status == 1
    refused = hub("export", "--format", "json", "--output", str(folder))
    assert (refused.status, refused.err) == (2, f'hub: --output: "{folder}" is a folder; name a file in it\n')
    assert hub("export", "--format", "json", "--output", str(folder / "x.json")).status == 0
    assert (folder / "x.json").read_bytes().startswith(b"{")
    assert not list(folder.glob(".*.tmp"))


def test_sources_are_listed_with_their_state(hub: Hub) -> None:
    hub("harvest")
    (source,) = hub("source", "list", "--json").json["sources"]
    assert (source["key"], source["verdict"], source["commitmentCount"]) == ("puebla-csv", "PUBLISHED", 2)
    assert "puebla-csv" in hub("source", "list").out
    assert hub("source", "show", "puebla-csv", "--json").json["runs"][0]["verdict"] == "PUBLISHED"


def test_a_token_is_shown_once_and_can_be_revoked(hub: Hub) -> None:
    secret = hub("token", "create", "--role", "operator", "--name", "ana").out.strip()
    listed = hub("token", "list").out
    assert "ana" in listed
    assert secret not in listed
    token_id = next(line for line in listed.splitlines() if "ana" in line).split()[0]
    assert hub("token", "revoke", token_id).status == 0


def test_the_doctor_finds_a_good_installation_good(hub: Hub) -> None:
    hub("harvest")
    findings = hub("doctor", "--json").json["findings"]
    assert not [finding for finding in findings if finding["state"] == "error"]
    assert any(finding["what"] == "store" for finding in findings)


def test_the_doctor_names_every_source_that_is_wrong_and_a_table_of_lookups_that_cannot_be_read(
    hub: Hub, folder: Path
) -> None:
    text = (folder / "config.toml").read_text("utf-8")
    wrong = '[sources.%s]\ntitle = "T"\nconnector = "%s"\nurl = "%s"\n'
    sources = wrong % ("una", "cvs", "https://example.gob.mx/") + wrong % ("otra", "csv", "falta.csv")
    (folder / "mal.toml").write_text(text + sources + '[sources.otra.options]\nseparador = ";"\n', "utf-8")
    (folder / "lookups.toml").write_text("x = [", "utf-8")
    said = hub("doctor", config="mal.toml")
    assert said.status == 1
    assert "sources.una: No hay un conector «cvs»" in said.out
    assert "sources.otra: " in said.out
    assert "separador" in said.out
    assert "there is no file falta.csv → put it there, or correct sources.otra.url" in said.out
    assert "✗ lookups: " in said.out


def test_the_doctor_tells_each_remedy_once(hub: Hub, folder: Path) -> None:
    (folder / "lejos.toml").write_text('[store]\nurl = "postgresql://hub@127.0.0.1:1/hub"\n', "utf-8")
    line = next(line for line in hub("doctor", config="lejos.toml").out.splitlines() if "store: " in line)
    assert line.count("Start PostgreSQL") == 1
