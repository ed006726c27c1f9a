"""Every fault of the network and the server: who must act, what was asked, and nothing half kept."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.base import HarvestError, SourceChanged, SourceDown, SourceRefused
from tests.hub.fetch.conftest import Lab
from tests.sites import Fault, Sites
from tests.sites.app import bomb

PATH = "/puebla/compromisos.csv"


@dataclass(frozen=True)
class Case:
    fault: Fault
    error: type[HarvestError]
    code: str
    requests: int
    says: str
    settings: dict[str, Any] = field(default_factory=dict)


IMPATIENT = {"timeout": 0.15}
CASES = [
    Case(Fault.TIMEOUT, SourceDown, "TIMEOUT", 4, "no contestó en 0.15 s (127.0.0.1)", IMPATIENT),
    Case(Fault.TRICKLE, SourceDown, "TIMEOUT_TOTAL", 4, "no terminó en 0.6 s", {"timeout": 0.15}),
    Case(Fault.RESET, SourceDown, "RESET", 4, "cortó la conexión"),
    Case(Fault.RESET_MID_BODY, SourceDown, "RESET", 4, "cortó la conexión"),
    Case(Fault.GARBAGE, SourceDown, "PROTOCOL", 4, "HTTP válido"),
    Case(Fault.SERVER_ERROR, SourceDown, "SERVER_ERROR", 4, "error propio, 500"),
    Case(Fault.RATE_LIMITED, SourceDown, "RATE_LIMITED", 4, "pide esperar"),
    Case(Fault.UNAUTHORIZED, SourceRefused, "FORBIDDEN", 1, "niega el acceso, 401"),
    Case(Fault.FORBIDDEN, SourceRefused, "FORBIDDEN", 1, "niega el acceso, 403"),
    Case(Fault.NOT_FOUND, SourceChanged, "NOT_FOUND", 1, "ya no está, 404"),
    Case(Fault.GONE, SourceChanged, "NOT_FOUND", 1, "ya no está, 410"),
    Case(Fault.TEAPOT, SourceChanged, "HTTP_STATUS", 1, "no se esperaba, 418"),
    Case(Fault.NOT_MODIFIED_ALWAYS, SourceChanged, "HTTP_STATUS", 1, "no se esperaba, 304"),
    Case(Fault.REDIRECT_LOOP, SourceChanged, "REDIRECT_LOOP", 2, "redirige en círculo"),
    Case(Fault.REDIRECT_ENDLESS, SourceChanged, "REDIRECT_LOOP", 11, "más de 10 veces"),
    Case(Fault.REDIRECT_PRIVATE, SourceRefused, "ADDRESS_REFUSED", 2, "no es pública"),
    Case(Fault.REDIRECT_FILE, SourceRefused, "ADDRESS_REFUSED", 1, "http o https, no «file»"),
    Case(Fault.TRUNCATED_GZIP, SourceDown, "TRUNCATED", 4, "incompleto o dañado"),
    Case(Fault.DAMAGED_GZIP, SourceDown, "TRUNCATED", 4, "incompleto o dañado"),
    Case(Fault.GZIP_BOMB, SourceChanged, "BODY_TOO_LARGE", 1, "25000000 bytes"),
    Case(Fault.BROTLI, SourceChanged, "ENCODING", 1, "«br»"),
]


@pytest.mark.anyio
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault.name)
async def test_each_fault_has_its_error_its_requests_and_leaves_nothing(case: Case, lab: Lab, sites: Sites) -> None:
    sites.set(PATH, case.fault)
    fetch = lab.run(**case.settings)
    with pytest.raises(HarvestError) as caught:
        await fetch(sites.url(PATH))
    assert type(caught.value) is case.error
    assert caught.value.code == case.code
    assert case.says in caught.value.reason
    assert fetch.tally.requests == case.requests
    assert len(sites.log) == case.requests - (1 if case.fault is Fault.REDIRECT_PRIVATE else 0)
    assert lab.bodies() == []
    assert lab.half_written() == []
    assert lab.memory.records == []


@pytest.mark.anyio
async def test_a_dead_host_is_down_after_every_attempt(lab: Lab, sites: Sites) -> None:
    fetch = lab.run()
    with pytest.raises(SourceDown, match="no acepta conexiones") as caught:
        await fetch(sites.dead_url())
    assert (caught.value.code, fetch.tally.requests) == ("CONNECT", 4)


@pytest.mark.anyio
async def test_a_name_that_does_not_resolve_is_down(lab: Lab, sites: Sites) -> None:
    fetch = lab.run(attempts=2)
    with pytest.raises(SourceDown, match=r"nombre del sitio .*datos\.no-existe\.invalid") as caught:
        await fetch(sites.unknown_url())
    assert (caught.value.code, fetch.tally.requests) == ("DNS", 2)


@pytest.mark.anyio
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET, Fault.RESET_MID_BODY, Fault.TRUNCATED_GZIP])
async def test_a_fault_that_passes_costs_one_more_request(fault: Fault, lab: Lab, sites: Sites) -> None:
    sites.set(PATH, fault, times=1)
    fetch = lab.run()
    snapshot = await fetch(sites.url(PATH))
    assert snapshot.read().startswith(b"No.,Compromiso")
    assert fetch.tally.requests == 2
    assert len(lab.bodies()) == 1
    assert lab.half_written() == []


@pytest.mark.anyio
async def test_back_off_doubles_and_jitters(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.SERVER_ERROR)
    with pytest.raises(SourceDown):
        await lab.run(backoff=1.0)(sites.url(PATH))
    first, second, third = lab.time.slept
    assert 1.0 <= first <= 2.0 <= second <= 3.0 < 4.0 <= third <= 5.0
    assert len({first % 1, second % 1, third % 1}) == 3


@pytest.mark.anyio
async def test_retry_after_is_waited_for(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.RATE_LIMITED, times=1, value="42")
    await lab.run()(sites.url(PATH))
    assert lab.time.slept == [42.0]


@pytest.mark.anyio
async def test_retry_after_as_a_date_is_waited_for(lab: Lab, sites: Sites) -> None:
    soon = format_datetime(lab.time.at + timedelta(seconds=17), usegmt=True)
    sites.set(PATH, Fault.RATE_LIMITED_DATE, times=1, value=soon)
    await lab.run()(sites.url(PATH))
    assert lab.time.slept == [17.0]


@pytest.mark.anyio
async def test_a_longer_retry_after_ends_the_run_and_says_when(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.RATE_LIMITED, value="61")
    before = lab.time.at
    fetch = lab.run(retry_after_max=60.0)
    with pytest.raises(SourceDown) as caught:
        await fetch(sites.url(PATH))
    assert caught.value.retry_at is not None
    assert (caught.value.retry_at - before).total_seconds() == 61
    assert (fetch.tally.requests, lab.time.slept) == (1, [])


@pytest.mark.anyio
async def test_a_wrong_content_type_is_not_our_business(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.WRONG_TYPE)
    snapshot = await lab.run()(sites.url(PATH))
    assert snapshot.media_type == "application/octet-stream"
    assert snapshot.read().startswith(b"No.,Compromiso")


@pytest.mark.anyio
async def test_a_challenge_page_is_kept_for_the_judge(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.CHALLENGE)
    assert b"Just a moment" in (await lab.run()(sites.url(PATH))).read()


@pytest.mark.anyio
async def test_a_bomb_stops_early_and_costs_little_memory(lab: Lab, sites: Sites) -> None:
    sites.add("/bomba", b"", "text/csv")
    sites.set("/bomba", Fault.GZIP_BOMB)
    bomb()  # made before anybody measures
    fetch = lab.run(max_body=1_000_000)
    with pytest.raises(SourceChanged):
        await fetch(sites.url("/warm"))
    tracemalloc.start()
    try:
        with pytest.raises(SourceChanged, match="1000000 bytes"):
            await fetch(sites.url("/bomba"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000
