"""hub.registration.ownership: the proof of a site, taken at first and on every run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.model import SourceState
from hub.registration.ownership import is_met, new_challenge
from hub.store.records import SourceRecord
from hub.store.registration import Challenge
from tests.hub.registration.conftest import HARVEST, PAUSE, PROOF, PUEBLA, VERIFY, Counter, Time, codes
from tests.sites.faults import Fault

SOURCE = SourceRecord(key="puebla-csv", title="x", connector="csv", url="https://datos.gob.mx:8443/a.csv")


def challenge() -> Challenge:
    return new_challenge(SOURCE, Time().now())


@pytest.mark.parametrize(
    "published",
    [
        "{0}",
        "{0}\n",
        "{0}\r\n",
        "\ufeff{0}",
        "  {0}  ",
        "otra línea\n{0}\n",
        "gobierno-abierto-hub-verification=x\n{0}",
    ],
)
def test_the_line_counts_wherever_it_stands_in_the_file(published: str) -> None:
    made = challenge()
    assert is_met(made, published.format(made.body).encode())


@pytest.mark.parametrize(
    "published", ["", "{0}x", "x{0}", "{1}", "<p>{0}</p>", "{2}", "gobierno-abierto-hub-verification="]
)
def test_nothing_but_the_whole_line_counts(published: str) -> None:
    made = challenge()
    text = published.format(made.body, made.body[:-1], made.body.upper())
    assert not is_met(made, text.encode())


def test_challenges_are_never_the_same_and_hold_256_bits() -> None:
    bodies = {challenge().body for _ in range(100)}
    assert len(bodies) == 100
    assert all(len(body.partition("=")[2]) == 43 for body in bodies)
    assert challenge().url == "https://datos.gob.mx:8443/.well-known/gobierno-abierto-hub.txt"


@pytest.mark.anyio
async def test_a_source_that_loses_its_proof_is_paused_and_keeps_its_data(counter: Counter) -> None:
    publisher, body = await counter.active()
    assert (await counter.ask(HARVEST, publisher, key="puebla-csv"))["run"]["verdict"] == "PUBLISHED"
    counter.serve("alguien más manda aquí")
    asked = len(counter.sites.asked(PUEBLA))
    lost = await counter.ask(HARVEST, publisher, key="puebla-csv")
    assert lost["run"]["verdict"] == "REFUSED"
    assert "dejó de publicar la prueba" in lost["run"]["reason"]
    assert len(counter.sites.asked(PUEBLA)) == asked
    shown = await counter.ask('{ source(key: "puebla-csv") { state stateReason commitmentCount } }')
    assert (shown["state"], shown["commitmentCount"]) == ("PAUSED", 8)
    assert "dejó de publicar la prueba" in shown["stateReason"]
    assert [source.key for source in await counter.site.hub.harvester.due()] == []

    assert codes(await counter.ask(PAUSE, publisher, key="puebla-csv", paused=False)) == [("BAD_USER_INPUT", ("key",))]
    counter.serve(body)
    proved = await counter.ask(VERIFY, key="puebla-csv")
    assert (proved["errors"], proved["source"]["state"]) == ([], "ACTIVE")
    again = await counter.ask(HARVEST, publisher, key="puebla-csv")
    assert again["run"]["verdict"] == "UNCHANGED"


@pytest.mark.anyio
async def test_a_proof_that_leads_away_is_lost_and_a_site_that_is_down_loses_nothing(counter: Counter) -> None:
    publisher, _ = await counter.active()
    counter.sites.set(PROOF, Fault.SERVER_ERROR)
    down = await counter.ask(HARVEST, publisher, key="puebla-csv")
    assert down["run"]["verdict"] == "SOURCE_DOWN"
    source = await counter.store.source("puebla-csv")
    assert source is not None
    assert source.state is SourceState.ACTIVE
    counter.sites.set(PROOF, Fault.REDIRECT, value=f"http://localhost:{counter.sites.port}{PROOF}")
    away = await counter.ask(HARVEST, publisher, key="puebla-csv")
    assert away["run"]["verdict"] == "REFUSED"
    source = await counter.store.source("puebla-csv")
    assert source is not None
    assert source.state is SourceState.PAUSED


@pytest.mark.anyio
async def test_a_lost_proof_can_be_met_again_for_seven_days(counter: Counter) -> None:
    publisher, body = await counter.active()
    counter.sites.set(PROOF, Fault.NOT_FOUND)
    await counter.ask(HARVEST, publisher, key="puebla-csv")
    counter.sites.set(PROOF, None)
    counter.serve(body)
    counter.time.at += timedelta(days=8)
    assert codes(await counter.ask(VERIFY, key="puebla-csv")) == [("BAD_USER_INPUT", ("key",))]
