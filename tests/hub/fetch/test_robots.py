"""robots.txt is asked for once a day and host, obeyed, and waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import SourceDown, SourceRefused
from hub.fetch import Fetcher, FetchSettings, SourcePolicy
from tests.hub.fetch.conftest import Lab
from tests.sites import Fault, Sites

pytestmark = pytest.mark.anyio
PATH = "/puebla/compromisos.csv"


async def test_it_is_asked_once_a_day_and_remembered_by_the_next_process(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nAllow: /\n")
    await lab.run(respect_robots=True)(sites.url(PATH))
    await lab.run(respect_robots=True)(sites.url("/hidalgo/avances.csv"))
    assert sites.counts()["/robots.txt"] == 1
    lab.time.at += timedelta(hours=25)
    await lab.run(respect_robots=True)(sites.url(PATH))
    assert sites.counts()["/robots.txt"] == 2


async def test_it_counts_as_a_request_of_the_run(lab: Lab, sites: Sites) -> None:
    fetch = lab.run(respect_robots=True)
    await fetch(sites.url(PATH))
    assert fetch.tally.requests == 2


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /puebla/",
        "User-agent: gobierno-abierto-hub\nDisallow: /\n\nUser-agent: *\nAllow: /",
        "\ufeffUser-agent: *\r\nDisallow: /*.csv$\r\n",
    ],
)
async def test_what_it_forbids_is_not_asked(text: str, lab: Lab, sites: Sites) -> None:
    sites.robots(text)
    with pytest.raises(SourceRefused, match=r"robots\.txt") as caught:
        await lab.run(respect_robots=True)(sites.url(PATH))
    assert caught.value.code == "ROBOTS"
    assert sites.counts()[PATH] == 0


async def test_what_it_forbids_to_others_is_asked(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: otro-robot\nDisallow: /\n")
    assert (await lab.run(respect_robots=True)(sites.url(PATH))).status == 200


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.UNAUTHORIZED, Fault.REDIRECT_LOOP])
async def test_one_that_is_not_there_allows_everything(fault: Fault, lab: Lab, sites: Sites) -> None:
    sites.set("/robots.txt", fault)
    assert (await lab.run(respect_robots=True)(sites.url(PATH))).status == 200


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET, Fault.RATE_LIMITED])
async def test_one_that_cannot_be_had_means_wait(fault: Fault, lab: Lab, sites: Sites) -> None:
    sites.set("/robots.txt", fault)
    with pytest.raises(SourceDown):
        await lab.run(respect_robots=True)(sites.url(PATH))
    assert sites.counts()[PATH] == 0
    assert sites.counts()["/robots.txt"] == 4
    assert lab.memory.robots == {}
    sites.set("/robots.txt", None)
    assert (await lab.run(respect_robots=True)(sites.url(PATH))).status == 200


async def test_its_redirects_are_followed(lab: Lab, sites: Sites) -> None:
    sites.set("/robots.txt", Fault.REDIRECT, value="/estatico/robots.txt")
    sites.add("/estatico/robots.txt", b"User-agent: *\nDisallow: /puebla/", "text/plain")
    with pytest.raises(SourceRefused):
        await lab.run(respect_robots=True)(sites.url(PATH))


async def test_crawl_delay_is_a_larger_pace(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nCrawl-delay: 7\n")
    fetch = lab.run(respect_robots=True, pace=0.5)
    await fetch(sites.url(PATH))
    await fetch(sites.url("/hidalgo/avances.csv"))
    assert lab.time.slept == pytest.approx([0.5, 7.0], abs=0.01)


async def test_a_crawl_delay_of_an_hour_does_not_stop_the_hub(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nCrawl-delay: 3600\n")
    fetch = lab.run(respect_robots=True, retry_after_max=60.0)
    await fetch(sites.url(PATH))
    await fetch(sites.url("/hidalgo/avances.csv"))
    assert max(lab.time.slept) == pytest.approx(60.0, abs=0.01)


async def test_a_redirect_obeys_the_rules_where_it_leads(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nDisallow: /secreto/")
    sites.set(PATH, Fault.REDIRECT, value="/secreto/x.csv")
    with pytest.raises(SourceRefused) as caught:
        await lab.run(respect_robots=True)(sites.url(PATH))
    assert caught.value.code == "ROBOTS"
    assert sites.counts()["/secreto/x.csv"] == 0


async def test_a_source_may_be_excused_by_name(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nDisallow: /")
    fetcher = lab.fetcher(respect_robots=True)
    fetch = fetcher.for_source(SourcePolicy("prueba", respect_robots=False))
    assert (await fetch(sites.url(PATH))).status == 200


async def test_what_was_answered_can_be_shown(lab: Lab, sites: Sites) -> None:
    sites.robots("User-agent: *\nAllow: /\n")
    await lab.run(respect_robots=True)(sites.url(PATH))
    record = lab.memory.robots[sites.base]
    assert (record.status, record.body, record.fetched_at) == (200, "User-agent: *\nAllow: /\n", lab.time.at)


async def test_a_fetcher_without_a_memory_asks_again_in_the_next_process(lab: Lab, sites: Sites) -> None:
    for _ in range(2):
        settings = FetchSettings(allow=("127.0.0.0/8",), pace=0)
        async with Fetcher(settings, lab.fetcher().archive) as fetcher:
            fetch = fetcher.for_source(SourcePolicy("prueba"))
            await fetch(sites.url(PATH))
            await fetch(sites.url(PATH))
    assert sites.counts()["/robots.txt"] == 2
