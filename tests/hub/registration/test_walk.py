"""The whole registration, walked through GraphQL as a publisher and an operator walk it."""

from __future__ import annotations

import pytest

from tests.hub.registration.conftest import HARVEST, PAUSE, PREVIEW, REGISTER, REVIEW, VERIFY, Counter, codes

pytestmark = pytest.mark.anyio


async def test_a_source_goes_from_preview_to_published_commitments(counter: Counter) -> None:
    preview = await counter.ask(PREVIEW, input=counter.input())
    assert preview["errors"] == []
    assert (preview["report"]["rows"], preview["report"]["accepted"]) == (8, 8)
    assert await counter.store.sources() == []

    made = await counter.register()
    assert made["source"]["state"] == "PENDING"
    assert made["source"]["jurisdiction"] == {"code": "21"}
    assert made["challenge"]["url"] == counter.sites.url("/.well-known/gobierno-abierto-hub.txt")

    unproved = await counter.ask(VERIFY, key="puebla-csv")
    assert codes(unproved) == [("BAD_USER_INPUT", ("key",))]

    counter.serve(made["challenge"]["body"])
    proved = await counter.ask(VERIFY, key="puebla-csv")
    assert (proved["errors"], proved["source"]["state"]) == ([], "PENDING")

    operator = await counter.token()
    approved = await counter.ask(REVIEW, operator, key="puebla-csv", approve=True, comment="Bienvenidos.")
    assert (approved["source"]["state"], approved["source"]["stateReason"]) == ("ACTIVE", "Bienvenidos.")

    harvest = await counter.ask(HARVEST, made["token"], key="puebla-csv")
    assert harvest["errors"] == []
    assert (harvest["run"]["verdict"], harvest["run"]["added"]) == ("PUBLISHED", 8)
    found = await counter.ask('{ commitments(filter: {source: ["puebla-csv"]}) { totalCount } }')
    assert found == {"totalCount": 8}

    paused = await counter.ask(PAUSE, made["token"], key="puebla-csv", paused=True)
    assert paused["source"]["state"] == "PAUSED"
    assert codes(await counter.ask(HARVEST, made["token"], key="puebla-csv")) == [("BAD_USER_INPUT", ("key",))]
    resumed = await counter.ask(PAUSE, made["token"], key="puebla-csv", paused=False)
    assert resumed["source"]["state"] == "ACTIVE"

    acts = [entry.action for entry in await counter.store.audit_log("puebla-csv")]
    assert acts == ["resume", "pause", "harvest", "approve", "verify", "register"]


async def test_a_page_of_another_state_is_neither_previewed_nor_harvested_under_the_wrong_name(
    counter: Counter,
) -> None:
    path = "/jalisco/compromisos.csv"
    counter.sites.add(
        path, b"Gobierno del Estado de Jalisco\nNo.,Compromiso\n1,Abrir el registro de obras\n", "text/csv"
    )
    preview = await counter.ask(PREVIEW, input=counter.input(path, connector="auto", fields=None))
    assert codes(preview) == [("BAD_USER_INPUT", ("input", "url"))]
    assert "Jalisco" in preview["errors"][0]["message"]
    assert [issue["code"] for issue in preview["report"]["issues"]] == ["WRONG_STATE"]
    assert preview["commitments"] == []


async def test_a_site_of_another_states_government_is_not_registered(counter: Counter) -> None:
    address = "https://transparencia.jalisco.gob.mx/compromisos.csv"
    for document in (PREVIEW, REGISTER):
        refused = await counter.ask(document, input=counter.input(address))
        assert codes(refused) == [("BAD_USER_INPUT", ("input", "state"))]
        assert "un sitio de Jalisco, no de Puebla" in refused["errors"][0]["message"]
