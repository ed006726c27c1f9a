"""One client for all, nothing personal shared; where answers lead and who is told what."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging

import anyio
import pytest

from connectors.base import Fetch, SourceChanged, SourceRefused
from hub.fetch import FetchSettings, SourcePolicy
from tests.hub.fetch.conftest import Lab
from tests.sites import Fault, Sites

pytestmark = pytest.mark.anyio
PATH = "/puebla/compromisos.csv"


async def test_a_snapshot_tells_where_when_and_what(lab: Lab, sites: Sites) -> None:
    fetch: Fetch = lab.run()
    snapshot = await fetch(sites.url(PATH))
    body = snapshot.read()
    assert snapshot.url == sites.url(PATH)
    assert snapshot.sha256 == hashlib.sha256(body).hexdigest()
    assert (snapshot.size, snapshot.media_type, snapshot.charset) == (len(body), "text/csv", "utf-8")
    assert (snapshot.fetched_at, snapshot.via, snapshot.not_modified) == (lab.time.at, None, False)
    with snapshot.open() as stream:
        assert stream.read() == body


async def test_the_hash_is_of_the_decompressed_body(lab: Lab, sites: Sites) -> None:
    snapshot = await lab.run()(sites.url("/queretaro/plan.html"))
    assert snapshot.headers["content-encoding"] == "gzip"
    assert snapshot.read().startswith(b"<!doctype html>")
    assert snapshot.sha256 == hashlib.sha256(snapshot.read()).hexdigest()


async def test_what_is_fetched_is_recorded_in_order(lab: Lab, sites: Sites) -> None:
    fetch = lab.run()
    await fetch(sites.url(PATH))
    await fetch(sites.url("/hidalgo/avances.csv"))
    assert [record.url for record in lab.memory.records] == [sites.url(PATH), sites.url("/hidalgo/avances.csv")]


async def test_we_say_who_we_are_and_ask_only_for_what_we_read(lab: Lab, sites: Sites) -> None:
    await lab.run(version="9.9", contact="datos@example.org")(sites.url(PATH), headers={"User-Agent": "otro"})
    headers = sites.asked(PATH)[0].headers
    assert headers["user-agent"] == "gobierno-abierto-hub/9.9 (+datos@example.org)"
    assert headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("contact", "agent"),
    [("", "gobierno-abierto-hub/1"), ("José\r\nX: (y)", "gobierno-abierto-hub/1 (+JosX: y)")],
)
async def test_a_contact_cannot_break_the_header(contact: str, agent: str) -> None:
    assert FetchSettings(version="1", contact=contact).user_agent == agent


async def test_redirects_are_followed_and_shown(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.REDIRECT, value="/hidalgo/avances.csv#fragmento")
    fetch = lab.run()
    snapshot = await fetch(sites.url(PATH))
    assert (snapshot.url, snapshot.via) == (sites.url(PATH), sites.url("/hidalgo/avances.csv"))
    assert fetch.tally.requests == 2
    assert list(lab.memory.validators) == [sites.url(PATH)]


async def test_a_post_that_is_redirected_becomes_a_get(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.REDIRECT, value="/hidalgo/avances.csv")
    await lab.run()(sites.url(PATH), method="POST", json={})
    assert [asked.method for asked in sites.log] == ["POST", "GET"]


async def test_a_password_in_an_address_is_used_and_never_shown(
    lab: Lab, sites: Sites, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = sites.url(PATH).replace("http://", "http://ana:s3creta@")
    snapshot = await lab.run()(url)
    sent = sites.asked(PATH)[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"ana:s3creta"
    sites.set(PATH, Fault.NOT_FOUND)
    with pytest.raises(SourceChanged) as caught:
        await lab.run()(url)
    told = f"{snapshot!r} {lab.memory.records!r} {lab.memory.validators!r} {caught.value.reason} {caplog.text}"
    assert "s3creta" not in told


async def test_what_is_meant_for_one_site_is_not_told_to_another(lab: Lab, sites: Sites) -> None:
    here = sites.url(PATH).replace("127.0.0.1", "localhost")
    sites.set(PATH, Fault.REDIRECT, value=sites.url("/hidalgo/avances.csv"))
    await lab.run()(here, headers={"Authorization": "Bearer x", "X-Api-Key": "y"})
    first, second = sites.log
    assert (first.headers["authorization"], first.headers["x-api-key"]) == ("Bearer x", "y")
    assert "authorization" not in second.headers
    assert "x-api-key" not in second.headers


async def test_cookies_stay_within_one_run_of_one_source(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.SET_COOKIE)
    fetcher = lab.fetcher()
    fetch = fetcher.for_source(SourcePolicy("una"))
    await fetch(sites.url(PATH))
    await fetch(sites.url("/hidalgo/avances.csv"))
    await fetcher.for_source(SourcePolicy("otra"))(sites.url("/hidalgo/avances.csv"))
    assert [asked.headers.get("cookie") for asked in sites.log] == [None, "sesion=1", None]


async def test_a_page_that_sets_a_cookie_and_sends_us_back_is_no_loop(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.COOKIE_WALL)
    assert (await lab.run()(sites.url(PATH))).read().startswith(b"No.,")
    assert len(sites.log) == 2


async def test_headers_of_a_source_go_with_its_requests_only(lab: Lab, sites: Sites) -> None:
    fetcher = lab.fetcher()
    await fetcher.for_source(SourcePolicy("una", headers={"X-Clave": "1"}))(sites.url(PATH))
    await fetcher.for_source(SourcePolicy("otra"))(sites.url(PATH))
    assert [asked.headers.get("x-clave") for asked in sites.log] == ["1", None]


async def test_connections_are_used_again(lab: Lab, sites: Sites) -> None:
    fetcher = lab.fetcher()
    for path in (PATH, "/no-hay", "/hidalgo/avances.csv", "/queretaro/plan.html"):
        with contextlib.suppress(SourceChanged):
            await lab.run(fetcher)(sites.url(path))
    assert len({asked.client for asked in sites.log}) == 1


@pytest.mark.parametrize(
    ("url", "error", "code"),
    [
        ("ftp://datos.example/x", SourceRefused, "ADDRESS_REFUSED"),
        ("javascript:alert(1)", SourceRefused, "ADDRESS_REFUSED"),
        ("file:///etc/passwd", SourceRefused, "ADDRESS_REFUSED"),
        ("datos/x.csv", SourceRefused, "ADDRESS_REFUSED"),
        ("//datos.example/x", SourceRefused, "ADDRESS_REFUSED"),
        ("http://", SourceChanged, "URL_INVALID"),
        ("http://a:b@/x", SourceChanged, "URL_INVALID"),
        ("http://datos.example:99999/", SourceChanged, "URL_INVALID"),
        ("http://datos.example:0/", SourceChanged, "URL_INVALID"),
        ("http://" + "a." * 200 + "example/", SourceChanged, "URL_INVALID"),
        ("http://da tos.example/", SourceChanged, "URL_INVALID"),
    ],
)
async def test_an_address_that_cannot_be_asked_costs_no_request(
    url: str, error: type[Exception], code: str, lab: Lab
) -> None:
    fetch = lab.run()
    with pytest.raises(error) as caught:
        await fetch(url)
    assert caught.value.code == code  # type: ignore[attr-defined]
    assert fetch.tally.bytes == 0


async def test_a_cancelled_download_leaves_nothing(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.TRICKLE)
    with anyio.move_on_after(0.1) as scope:
        await lab.run()(sites.url(PATH))
    assert scope.cancelled_caught
    assert (lab.bodies(), lab.half_written()) == ([], [])


async def test_a_large_body_goes_to_the_archive_and_not_into_memory(lab: Lab, sites: Sites) -> None:
    rows = b"1,compromiso de prueba\r\n" * 100_000
    sites.add("/grande.csv", rows, "text/csv")
    snapshot = await lab.run()(sites.url("/grande.csv"))
    assert snapshot.content is None
    assert snapshot.read() == rows


async def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(lab: Lab, sites: Sites) -> None:
    sites.add("/justo.csv", b"x" * 1_000, "text/csv")
    assert (await lab.run(max_body=1_000)(sites.url("/justo.csv"))).size == 1_000
    lab.memory.validators.clear()
    with pytest.raises(SourceChanged, match="999 bytes"):
        await lab.run(max_body=999)(sites.url("/justo.csv"))
