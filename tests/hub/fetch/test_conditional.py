"""A 304 costs one request and writes nothing; the hash has the last word."""

from __future__ import annotations

import json

import pytest

from hub.fetch.conditional import content_type, fetch_key
from tests.hub.fetch.conftest import Lab
from tests.sites import Fault, Sites

pytestmark = pytest.mark.anyio
PATH = "/puebla/compromisos.csv"


async def test_a_second_run_asks_once_and_writes_nothing(lab: Lab, sites: Sites) -> None:
    first = await lab.run()(sites.url(PATH))
    before = [(path, path.stat().st_mtime_ns) for path in lab.bodies()]
    fetch = lab.run()
    second = await fetch(sites.url(PATH))
    assert (second.status, second.not_modified, second.sha256, second.size) == (304, True, first.sha256, first.size)
    assert (second.media_type, second.charset) == ("text/csv", "utf-8")
    assert second.read() == first.read()
    assert (fetch.tally.requests, fetch.tally.bytes) == (1, 0)
    assert [(path, path.stat().st_mtime_ns) for path in lab.bodies()] == before
    asked = sites.asked(PATH)[1].headers
    assert asked["if-none-match"]
    assert asked["if-modified-since"]


async def test_equal_bytes_under_a_new_etag_are_not_modified(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.CHANGED_BUT_EQUAL)
    first = await lab.run()(sites.url(PATH))
    second = await lab.run()(sites.url(PATH))
    assert (first.not_modified, second.not_modified, second.status) == (False, True, 200)
    assert lab.memory.records[0].validator.etag != lab.memory.records[1].validator.etag


async def test_other_bytes_under_the_same_etag_are_modified(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.LYING_ETAG)
    first = await lab.run()(sites.url(PATH))
    second = await lab.run()(sites.url(PATH))
    assert lab.memory.records[0].validator.etag == lab.memory.records[1].validator.etag
    assert first.sha256 != second.sha256
    assert not second.not_modified


async def test_a_site_without_validators_is_judged_by_its_bytes(lab: Lab, sites: Sites) -> None:
    sites.set(PATH, Fault.NO_VALIDATORS)
    await lab.run()(sites.url(PATH))
    second = await lab.run()(sites.url(PATH))
    assert (second.status, second.not_modified) == (200, True)
    assert "if-none-match" not in sites.asked(PATH)[1].headers


async def test_nothing_is_asked_conditionally_when_the_body_is_gone(lab: Lab, sites: Sites) -> None:
    first = await lab.run()(sites.url(PATH))
    lab.bodies()[0].unlink()
    second = await lab.run()(sites.url(PATH))
    assert (second.status, second.sha256, second.not_modified) == (200, first.sha256, True)
    assert second.read() == first.read()
    assert len(lab.bodies()) == 1


async def test_a_post_is_remembered_by_what_was_sent(lab: Lab, sites: Sites) -> None:
    fetch = lab.run()
    await fetch(sites.url(PATH), method="POST", json={"limit": 1})
    await fetch(sites.url(PATH), method="POST", json={"limit": 2})
    assert len(lab.memory.validators) == 2
    assert sites.asked(PATH)[0].headers["content-type"] == "application/json"


async def test_the_key_of_a_get_is_its_address() -> None:
    assert fetch_key("GET", "http://a/", None) == "http://a/"
    assert fetch_key("POST", "http://a/", json.dumps(1).encode()) != fetch_key("POST", "http://a/", b"2")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ("Text/HTML", ("text/html", None)),
        ('text/csv; header=present; charset="Windows-1252"', ("text/csv", "windows-1252")),
        ("text/html;charset=UTF-8;", ("text/html", "utf-8")),
        ("; charset=utf-8", (None, "utf-8")),
    ],
)
async def test_a_content_type_is_taken_apart(header: str | None, expected: tuple[str | None, str | None]) -> None:
    assert content_type(header) == expected
