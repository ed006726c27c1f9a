"""Imitations of DCAT catalogues: data.json and JSON-LD."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.dcat import Dcat
from tests.connectors.kit import Site, as_bytes, context, golden, harvest, mutate, snapshot, survives_run

HOST = "https://datos.ejemplo.gob.mx"
CSV = "Compromiso,Estatus\nAbrir el presupuesto,En proceso\nMedir el agua,Concluido\n"
FIELDS = {"title": "Compromiso", "status": "Estatus"}
DATA_JSON = {
    "@type": "dcat:Catalog", "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
    "dataset": [
        {"identifier": "x-1", "title": "Presupuesto", "distribution": [{"title": "P", "downloadURL": f"{HOST}/p.csv", "format": "CSV"}]},
        {"identifier": "x-2", "title": "Compromisos de gobierno abierto", "distribution": [
            {"@type": "dcat:Distribution", "title": "Ficha", "accessURL": f"{HOST}/ficha", "format": "HTML"},
            {"@type": "dcat:Distribution", "title": "Compromisos", "downloadURL": "c.csv", "mediaType": "text/csv"}]},
    ],
}  # fmt: skip
JSON_LD = {
    "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
    "@graph": [
        {"@id": f"{HOST}/d/2", "@type": "dcat:Dataset", "dct:identifier": "x-2",
         "dct:title": [{"@language": "en", "@value": "Commitments"}, {"@language": "es", "@value": "Compromisos abiertos"}],
         "dcat:distribution": [{"@id": f"{HOST}/d/2/csv"}]},
        {"@id": f"{HOST}/d/2/csv", "@type": "dcat:Distribution", "dct:title": "CSV", "dcat:downloadURL": {"@id": f"{HOST}/c.csv"},
         "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/text/csv"}},
    ],
}  # fmt: skip


def dcat(**options: Any) -> Dcat:
    return Dcat(Dcat.Options(**options))


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "catalogue"), [("data_json", DATA_JSON), ("json_ld", JSON_LD)])
async def test_a_catalogue_leads_to_the_rows_of_its_data_set(name: str, catalogue: Any) -> None:
    site = Site({f"{HOST}/data.json": catalogue, f"{HOST}/c.csv": CSV})
    golden(f"dcat/{name}.json", await harvest(dcat(), context(site, f"{HOST}/data.json", fields=FIELDS)))


@pytest.mark.anyio
async def test_a_catalogue_in_pages_is_walked_within_its_host() -> None:
    first = {"dataset": DATA_JSON["dataset"][:1], "hydra:next": {"@id": f"{HOST}/data.json?page=2"}}
    second = {"dataset": DATA_JSON["dataset"][1:], "hydra:next": "https://otro.ejemplo.mx/3"}
    site = Site({f"{HOST}/data.json": first, f"{HOST}/data.json?page=2": second, f"{HOST}/c.csv": CSV})
    ctx = context(site, f"{HOST}/data.json", fields=FIELDS)
    assert len(await harvest(dcat(), ctx)) == 2
    assert [note.code for note in ctx.notes if note.severity == "WARNING"] == ["BROKEN_CHAIN"]
    assert not any("otro" in url for url in site.asked)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "options", "said"),
    [
        ("<html></html>", {}, "JSON"),
        ({"hola": 1}, {}, "no responde un catálogo"),
        (DATA_JSON, {"dataset": "agua"}, "«Presupuesto»"),
    ],
)
async def test_what_is_no_catalogue_or_lacks_the_data_set_is_told(answer: Any, options: Any, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        await harvest(dcat(**options), context(Site({f"{HOST}/data.json": answer}), f"{HOST}/data.json"))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        dcat(catalogo="x")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = mutate(as_bytes(data.draw(st.sampled_from([DATA_JSON, JSON_LD]))), data)
    site = Site({f"{HOST}/data.json": snapshot(body, f"{HOST}/data.json"), f"{HOST}/c.csv": CSV})
    survives_run(dcat(), context(site, f"{HOST}/data.json", fields=FIELDS))
