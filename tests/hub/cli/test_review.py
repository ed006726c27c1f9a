"""hub.cli.review: what the operator decides about registered sources, from the command line."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.cli.review import to_toml
from hub.config import load, validate
from hub.model import SourceState
from hub.store import Store
from hub.store.records import SourceRecord
from tests.hub.cli.conftest import CONFIG, Hub

FIELDS: dict[str, Any] = {
    "title": 'Compromiso "con comillas"', "status": {"column": "Está\ttus", "pattern": r"^(\w+)"},
    "institution": [{"column": "Dependencia", "role": "LEAD"}, "Apoyo"], "progress": {"column": "Avance", "scale": None},
}  # fmt: skip


def source(**values: Any) -> SourceRecord:
    given: dict[str, Any] = {
        "key": "colima-web", "title": "Plan de Colima \\ «2»", "connector": "csv", "url": "https://datos.colima.example/x.csv",
        "jurisdiction": "06", "origin": "registered", "state": SourceState.PENDING, "contact": "a@colima.example",
        "options": {"delimiter": ";", "header": 3}, "fields": FIELDS, "license": None, "floor": 2,
    }  # fmt: skip
    return SourceRecord(**given | values)


def keep(folder: Path, *records: SourceRecord) -> None:
    """Put registered sources into the hub's store."""

    async def put() -> None:
        store = await Store.open(load(folder / "config.toml", {}).store_url)
        await store.migrate()
        for record in records:
            assert await store.add_source(record)
        await store.close()

    (folder / "var").mkdir(exist_ok=True)
    asyncio.run(put())


@pytest.mark.parametrize(
    "record", [source(), source(fields={}, options={}), source(title="a'b\"c'''d", jurisdiction=None)]
)
def test_what_is_exported_is_a_table_that_the_configuration_takes(record: SourceRecord) -> None:
    text = CONFIG + to_toml([record, source(key="otra-mas")])
    config = validate(tomllib.loads(text), Path("config.toml"))
    found = config.sources["colima-web"]
    assert (found.title, found.url, found.state) == (record.title, record.url, record.jurisdiction)
    assert (found.connector, found.schedule, found.floor, found.contact) == ("csv", "daily", 2, "a@colima.example")
    assert found.options == record.options
    assert found.fields.get("title") == record.fields.get("title")
    assert set(config.sources) == {"puebla-csv", "colima-web", "otra-mas"}


def test_nothing_registered_exports_nothing(hub: Hub) -> None:
    said = hub("source", "export")
    assert (said.status, said.out) == (0, "")


def test_only_what_is_proved_is_approved(hub: Hub, folder: Path) -> None:
    keep(folder, source(), source(key="jalisco-web", url="https://j.example/x", verified_at=datetime.now(UTC)))
    unproved = hub("source", "approve", "colima-web")
    assert (unproved.status, unproved.out) == (1, "")
    assert "Falta comprobar la propiedad" in unproved.err
    approved = hub("source", "approve", "jalisco-web", "--comment", "Bienvenidos [bold]")
    assert (approved.status, approved.out) == (0, "jalisco-web  ACTIVE  Bienvenidos [bold]\n")
    exported = hub("source", "export")
    assert "[sources.jalisco-web]" in exported.out
    assert "colima-web" not in exported.out
    assert "[sources.colima-web]" in hub("source", "export", "colima-web").out
    assert hub("source", "reject", "colima-web", "--comment", "No es suyo").out == "colima-web  REJECTED  No es suyo\n"
    log = hub("audit", "--json").json["audit"]
    assert [(act["actor"], act["action"], act["source"]) for act in log] == [
        ("operator", "reject", "colima-web"), ("operator", "approve", "jalisco-web"),
    ]  # fmt: skip
    assert "No es suyo" in hub("audit", "colima-web").out
    assert "jalisco" not in hub("audit", "colima-web").out


def test_a_source_is_paused_and_taken_up_again(hub: Hub) -> None:
    assert hub("source", "pause", "puebla-csv").out.startswith("puebla-csv  PAUSED")
    assert hub("harvest", "--json").json["runs"] == []
    assert hub("source", "resume", "puebla-csv").out.startswith("puebla-csv  ACTIVE")


@pytest.mark.parametrize("command", ["approve", "reject", "pause", "resume", "export"])
def test_an_unknown_key_is_said_in_one_line(hub: Hub, command: str) -> None:
    said = hub("source", command, "no-hay")
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "no-hay" in said.err


def test_a_configured_source_is_not_reviewed(hub: Hub) -> None:
    said = hub("source", "approve", "puebla-csv")
    assert said.status == 1
    assert "está en la configuración" in said.err


def test_a_value_is_resolved_and_the_answer_changes_from_the_archive(hub: Hub, folder: Path) -> None:
    rows = "No.,Compromiso,Estatus,Avance\n1,Agua limpia,Ahí va,5\n2,Rutas,Concluido,100\n"
    (folder / "compromisos.csv").write_text(rows, "utf-8")
    assert hub("harvest").status == 0
    (folder / "compromisos.csv").unlink()
    said = hub("source", "resolve", "puebla-csv", "status", "Ahí va", "IN_PROGRESS")
    assert (said.status, said.out) == (0, "puebla-csv  status: «Ahí va» = «IN_PROGRESS»  PUBLISHED ~1\n")
    answer = hub("query", "{ commitments(filter: {status: [IN_PROGRESS]}) { totalCount } }").json
    assert answer["data"]["commitments"]["totalCount"] == 1
    assert hub("source", "show", "puebla-csv", "--json").json["unmatched"] == []
    wrong = hub("source", "resolve", "puebla-csv", "status", "Ahí va", "quién sabe")
    assert (wrong.status, wrong.out) == (1, "")
    assert hub("source", "resolve", "puebla-csv", "status", "otra", "COMPLETED").status == 2


def test_likely_duplicates_are_listed_and_decided(hub: Hub, folder: Path) -> None:
    second = (
        CONFIG[CONFIG.index("[sources") :].replace("puebla-csv", "puebla-dos").replace("compromisos.csv", "dos.csv")
    )
    (folder / "config.toml").write_text(CONFIG + second, "utf-8")
    rows = "No.,Compromiso,Estatus,Avance\n9,DATOS ABIERTOS DE LA OBRA PÚBLICA,Cumplido,100\n8,Otra cosa muy distinta,Cumplido,1\n"
    (folder / "dos.csv").write_text(rows, "utf-8")
    assert hub("harvest").status == 0
    (pair,) = hub("duplicates", "list", "--json").json["duplicates"]
    assert pair["score"] == 100
    assert hub("duplicates", "decide", *pair["codes"], "--different").status == 0
    assert hub("duplicates", "list").out == ""
    assert hub("harvest", "--all", "--from-archive").status == 0
    assert hub("duplicates", "list", "--json").json["duplicates"] == []
    assert "son dos" in hub("duplicates", "list", "--decided").out
    assert hub("duplicates", "decide", "X-1", "X-2", "--same").status == 2
