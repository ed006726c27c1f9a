"""An imitation of DKAN's metastore and datastore, of both generations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.dkan import Dkan
from tests.connectors.kit import Site, as_bytes, context, golden, harvest, mutate, snapshot, survives

HOST = "https://datos.ejemplo.gob.mx"
CSV = "Compromiso,Estatus\nAbrir el presupuesto,En proceso\n"
FIELDS = {"title": "Compromiso", "status": "Estatus"}
ITEM = {
    "identifier": "u-1", "title": "Compromisos de gobierno abierto",
    "distribution": [
        {"identifier": "d-1", "data": {"title": "Manual", "format": "pdf", "downloadURL": f"{HOST}/m.pdf"}},
        {"identifier": "d-2", "data": {"title": "Compromisos", "mediaType": "text/csv", "downloadURL": "/f/c.csv"}},
    ],
}  # fmt: skip
DESCRIBED = f"{HOST}/api/1/metastore/schemas/dataset/items/u-1?show-reference-ids=true"
RECORDS = [{"record_number": n, "Compromiso": f"Compromiso {n}", "Estatus": "Concluido"} for n in range(1, 4)]


def query(offset: int) -> str:
    return f"{HOST}/api/1/datastore/query/u-1/1?limit=2&offset={offset}"


def old(offset: int) -> str:
    return f"{HOST}/api/action/datastore/search.json?resource_id=r-9&limit=2&offset={offset}"


def old_page(offset: int) -> dict[str, Any]:
    result = {
        "fields": [{"id": "Compromiso"}],
        "resource_id": "r-9",
        "limit": 2,
        "total": "3",
        "records": RECORDS[offset : offset + 2],
    }
    return {"help": "Search a datastore", "success": True, "result": result}


def portal() -> Site:
    pages = {query(n): {"results": RECORDS[n : n + 2], "count": 3, "schema": {}, "query": {}} for n in (0, 2)}
    return Site({DESCRIBED: ITEM, f"{HOST}/f/c.csv": CSV, **pages, **{old(n): old_page(n) for n in (0, 2)}})


def dkan(**options: Any) -> Dkan:
    return Dkan(Dkan.Options(**options))


@pytest.mark.anyio
async def test_the_file_of_the_best_distribution_is_read() -> None:
    golden("dkan/file.json", await harvest(dkan(), context(portal(), f"{HOST}/dataset/u-1", fields=FIELDS)))


@pytest.mark.anyio
async def test_the_datastore_is_walked_to_its_count() -> None:
    ctx = context(portal(), HOST, fields=FIELDS)
    drafts = await harvest(dkan(dataset="u-1", datastore=True, page_size=2), ctx)
    golden("dkan/datastore.json", drafts)
    assert "PAGES_COMPLETE" in {note.code for note in ctx.notes}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("url", "options"),
    [(old(0), {}), (HOST, {"generation": 1, "resource": "r-9"})],
)
async def test_the_older_generation_is_read_by_its_own_address(url: str, options: dict[str, Any]) -> None:
    drafts = await harvest(dkan(page_size=2, **options), context(portal(), url, fields=FIELDS))
    assert [draft.values["title"] for draft in drafts] == ["Compromiso 1", "Compromiso 2", "Compromiso 3"]


@pytest.mark.anyio
@pytest.mark.parametrize("answer", ["<html>hola</html>", {"message": "No data set"}, {"distribution": []}])
async def test_a_portal_that_does_not_describe_the_data_set_is_told(answer: Any) -> None:
    with pytest.raises(SourceChanged):
        await harvest(dkan(), context(Site({DESCRIBED: answer}), f"{HOST}/dataset/u-1"))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        dkan(conjunto="u-1")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body, url = data.draw(
        st.sampled_from([(as_bytes({"results": RECORDS}), query(0)), (as_bytes(old_page(0)), old(0))])
    )
    survives(dkan(), snapshot(mutate(body, data), url), context(fields=FIELDS))
