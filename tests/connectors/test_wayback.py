"""An imitation of the Internet Archive's index and captures."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged, SourceDown
from connectors.wayback import Wayback
from tests.connectors.kit import Site, as_bytes, context, drafts_of, golden, mutate, snapshot, survives_run

URL = "http://gobiernoabierto.ejemplo.gob.mx/compromisos.csv"
ROOT = "https://web.archive.org"
CSV = "Compromiso,Estatus\nAbrir el presupuesto,En proceso\n"
FIELDS = {"title": "Compromiso", "status": "Estatus"}
HEAD = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
INDEX = [
    HEAD,
    ["20200101000000", URL, "text/csv", "200", "AAA", "100"],
    ["20230615120000", URL, "text/csv", "200", "BBB", "120"],
    ["20240101000000", URL, "text/html", "404", "CCC", "90"],
]


class Archive(Site):
    """The index answers whatever the order of its parameters; captures by their address."""

    async def __call__(self, url: str, **more: Any) -> Any:
        if "/cdx/search/cdx" in url:
            asked = dict(parse_qsl(urlsplit(url).query))
            assert (asked["url"], asked["output"], asked["filter"]) == (URL, "json", "statuscode:200")
            self.asked.append(url)
            return snapshot(as_bytes(self.answers["index"]), url)
        return await super().__call__(url, **more)


def capture(stamp: str) -> str:
    return f"{ROOT}/web/{stamp}id_/{URL}"


def wayback(**options: Any) -> Wayback:
    return Wayback(Wayback.Options(**options))


@pytest.mark.anyio
async def test_the_newest_good_capture_is_read_under_the_pages_own_address() -> None:
    ctx = context(Archive({"index": INDEX, capture("20230615120000"): CSV}), URL, fields=FIELDS)
    shots = [shot async for shot in wayback().snapshots(ctx)]
    assert [(shot.url, shot.via) for shot in shots] == [(URL, capture("20230615120000"))]
    golden("wayback/drafts.json", drafts_of(wayback(), shots[0], ctx))
    assert ("ARCHIVED_COPY", "INFO") in {(note.code, note.severity) for note in ctx.notes}


@pytest.mark.anyio
async def test_a_capture_that_cannot_be_read_gives_way_to_an_older_one() -> None:
    site = Archive({"index": INDEX, capture("20230615120000"): SourceChanged("dañada"), capture("20200101000000"): CSV})
    (shot,) = [shot async for shot in wayback().snapshots(context(site, URL))]
    assert shot.via == capture("20200101000000")


@pytest.mark.anyio
async def test_an_address_of_one_capture_is_that_capture() -> None:
    site = Archive({capture("20200101000000"): CSV})
    url = f"{ROOT}/web/20200101000000/{URL}"
    (shot,) = [shot async for shot in wayback().snapshots(context(site, url))]
    assert (shot.url, len(site.asked)) == (URL, 1)


@pytest.mark.anyio
@pytest.mark.parametrize("index", ["", [], [HEAD], [HEAD, INDEX[3]], {"x": 1}, [["otro"], ["1"]]])
async def test_an_address_without_a_capture_is_told(index: Any) -> None:
    with pytest.raises(SourceChanged):
        [shot async for shot in wayback().snapshots(context(Archive({"index": index}), URL))]


@pytest.mark.anyio
async def test_an_archive_that_is_down_is_waited_for() -> None:
    with pytest.raises(SourceDown):
        [shot async for shot in wayback().snapshots(context(Archive({"index": INDEX}), URL))]


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        wayback(antes="2020")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = mutate(as_bytes(INDEX), data)
    site = Archive({"index": body, capture("20230615120000"): CSV})
    survives_run(wayback(), context(site, URL, fields=FIELDS))
