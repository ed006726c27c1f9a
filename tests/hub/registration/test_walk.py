"""The whole registration, walked through GraphQL as a publisher and an operator walk it."""

from __future__ import annotations

import pytest

from tests.hub.registration.conftest import HARVEST, PAUSE, PREVIEW, REVIEW, VERIFY, Counter, codes

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
