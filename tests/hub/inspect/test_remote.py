"""hub.inspect.remote: every platform is recognised by itself, and what it leads to is read through its connector."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, graphql_sync

from connectors.base import SourceDown, SourceRefused
from hub.inspect import Inspection, inspect
from tests.connectors.kit import FIXTURES, Site
from tests.sites import platforms
from tests.sites.content import as_csv, as_json, commitments

HOST = "https://datos.ejemplo.gob.mx"
TABLE = commitments("puebla")
CSV = as_csv(TABLE)
TITLE = "Compromisos de gobierno abierto"
OGP_HOST = "https://ogp.ejemplo.org"
OGP = f"{OGP_HOST}/members/jalisco-mexico/"


async def look(url: str, answers: dict[str, Any], **more: Any) -> Inspection:
    return await inspect(url, fetch=Site(answers), **more)


def summary(found: Inspection) -> tuple[str | None, str, int]:
    return found.report.platform, found.report.connector, found.report.accepted


@pytest.mark.anyio
async def test_ckan_by_the_page_of_a_data_set_and_by_its_api() -> None:
    package = platforms.ckan_package("gobierno-abierto", TITLE, f"{HOST}/c.csv")
    answers = {
        f"{HOST}/dataset/gobierno-abierto": platforms.ckan_page(TITLE),
        f"{HOST}/api/3/action/package_show?id=gobierno-abierto": package, f"{HOST}/c.csv": CSV,
    }  # fmt: skip
    for address in list(answers)[:2]:
        assert summary(await look(address, answers)) == ("CKAN", "ckan", 8)


@pytest.mark.anyio
async def test_dkan_by_the_page_of_a_data_set() -> None:
    page = b'<!doctype html><html><head><meta name="Generator" content="Drupal 10; DKAN 2"><title>Compromisos</title></head><body></body></html>'
    item = {"identifier": "u-1", "title": TITLE, "distribution": [
        {"identifier": "d-2", "data": {"title": "Compromisos", "mediaType": "text/csv", "downloadURL": f"{HOST}/c.csv"}}]}  # fmt: skip
    answers = {
        f"{HOST}/dataset/u-1": page, f"{HOST}/c.csv": CSV,
        f"{HOST}/api/1/metastore/schemas/dataset/items/u-1?show-reference-ids=true": item,
    }  # fmt: skip
    assert summary(await look(f"{HOST}/dataset/u-1", answers)) == ("DKAN", "dkan", 8)


@pytest.mark.anyio
async def test_dcat_by_its_catalogue() -> None:
    catalogue = {"@type": "dcat:Catalog", "conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [
        {"identifier": "x", "title": TITLE, "distribution": [{"title": "Compromisos", "downloadURL": f"{HOST}/c.csv", "format": "CSV"}]}]}  # fmt: skip
    found = await look(f"{HOST}/data.json", {f"{HOST}/data.json": catalogue, f"{HOST}/c.csv": CSV})
    assert summary(found) == ("DCAT", "dcat", 8)


@pytest.mark.anyio
async def test_wordpress_by_its_page_reads_the_api() -> None:
    url = f"{HOST}/gobierno-abierto/"
    rest = f"{HOST}/wp-json/wp/v2/pages?slug=gobierno-abierto&per_page=100&page="
    answers = {
        url: platforms.wordpress_page(TABLE, TITLE, HOST),
        f"{rest}1": platforms.wordpress_rest(TABLE, TITLE, url),
        f"{rest}2": b"[]",
    }
    found = await look(url, answers)
    assert summary(found) == ("WordPress", "wordpress", 8)
    assert found.records[0].locator.startswith("/0/content")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Joomla", b'<meta name="generator" content="Joomla! - Open Source Content Management">'),
        ("Drupal", b'<meta name="Generator" content="Drupal 9 (https://www.drupal.org)">'),
    ],
)
async def test_other_systems_are_named_and_their_pages_read(name: str, mark: bytes) -> None:
    from tests.sites.content import as_html_table

    page = as_html_table(TABLE).replace(b"<head>", b"<head>" + mark)
    assert summary(await look(f"{HOST}/plan", {f"{HOST}/plan": page})) == (name, "html_table", 8)


@pytest.mark.anyio
async def test_ogp_by_a_members_page() -> None:
    places = {
        "member": OGP, "plan": f"{OGP_HOST}/documents/action-plan-jalisco-mexico-2023-2024/", "MXJL0901": f"{OGP}commitments/MXJL0901/",
        "MXJL0902": f"{OGP}commitments/MXJL0902/",
        "report": f"{OGP_HOST}/documents/end-of-commitment-report-padron-abierto-de-becas/",
    }  # fmt: skip
    found = await look(
        OGP, {url: (FIXTURES / "ogp_local" / f"{name}.html").read_bytes() for name, url in places.items()}
    )
    assert (found.report.platform, found.report.connector) == ("OGP", "ogp_local")
    assert found.report.accepted == 3


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("file", "connector"),
    [("ogp_database/commitments.csv", "ogp_database"), ("qroo_ficha/compromisos.html", "qroo_ficha")],
)
async def test_a_site_connector_by_the_shape_of_its_pages(file: str, connector: str) -> None:
    url = f"{HOST}/{file}"
    assert (await look(url, {url: (FIXTURES / file).read_bytes()})).report.connector == connector


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["ejemplo.json", "ejemplo.csv"])
async def test_our_own_standard_is_recognised(name: str) -> None:
    from importlib.resources import files

    body = (files("connectors.standard") / name).read_bytes()
    found = await look(f"{HOST}/{name}", {f"{HOST}/{name}": body})
    assert found.report.connector == "compromisos"
    assert found.report.accepted > 0


def endpoint(schema: GraphQLSchema, root: dict[str, Any]) -> Any:
    return lambda body: graphql_sync(schema, body["query"], root, variable_values=body.get("variables")).formatted


@pytest.mark.anyio
async def test_a_hasura_endpoint_is_asked_for_its_schema_and_gets_a_query() -> None:
    schema = build_schema(
        """type dependencias { id: Int nombre: String }
        type compromisos { id: Int numero: Int titulo: String estatus: String avance: Float dependencia: dependencias }
        type usuarios { id: Int nombre: String correo: String }
        type Query { compromisos(limit: Int): [compromisos!]! usuarios: [usuarios!]! compromisos_by_pk(id: Int!): compromisos }"""
    )
    rows = [
        {"id": n, "numero": n, "titulo": f"Abrir los datos de la obra {n}", "estatus": "En proceso", "avance": 45.5,
         "dependencia": {"id": 1, "nombre": "Secretaría de Obras"}} for n in (1, 2, 3)
    ]  # fmt: skip
    url = f"{HOST}/v1/graphql"
    found = await look(url, {url: endpoint(schema, {"compromisos": rows, "usuarios": []})})
    assert summary(found) == ("Hasura", "graphql", 3)
    assert found.report.proposed_fields["institution"] == "dependencia.nombre"


@pytest.mark.anyio
async def test_another_graphql_endpoint_is_asked_for_its_schema_too() -> None:
    schema = build_schema(
        """type Compromiso { numero: Int titulo: String dependencia: String estatus: String avance: Float inicio: String termino: String }
        type Query { compromisos: [Compromiso!]! }"""
    )
    rows = [
        {"numero": n, "titulo": f"Publicar el padrón de becas {n}", "dependencia": "Secretaría de Educación", "estatus": "Concluido",
         "avance": 100, "inicio": "2024-01-15", "termino": "2024-12-31"} for n in (1, 2)
    ]  # fmt: skip
    url = f"{HOST}/graphql"
    found = await look(url, {url: endpoint(schema, {"compromisos": rows})})
    assert summary(found) == ("GraphQL", "graphql", 2)


@pytest.mark.anyio
@pytest.mark.parametrize("address", ["edit?usp=sharing", "edit#gid=77", "view"])
async def test_a_google_sheet_by_the_address_people_share_is_read_as_csv(address: str) -> None:
    sheet = "https://docs.google.com/spreadsheets/d/1AbC-dEf_9"
    export = f"{sheet}/export?format=csv" + ("&gid=77" if "gid" in address else "")
    page = b"<!doctype html><html><head><title>Compromisos</title></head><body></body></html>"
    assert summary(await look(f"{sheet}/{address}", {f"{sheet}/{address}": page, export: CSV})) == (
        "Google Sheets", "google_sheets", 8,
    )  # fmt: skip


@pytest.mark.anyio
async def test_opendatasoft_by_the_page_of_a_data_set_reads_its_export() -> None:
    page = f"{HOST}/explore/dataset/compromisos/table/"
    export = f"{HOST}/api/explore/v2.1/catalog/datasets/compromisos/exports/csv?use_labels=true"
    body = b"\xef\xbb\xbf" + as_csv(TABLE, delimiter=";")
    found = await look(page, {page: b"<!doctype html><html><body></body></html>", export: body})
    assert summary(found) == ("Opendatasoft", "csv", 8)
    assert found.source.url == export


@pytest.mark.anyio
async def test_the_answer_of_an_api_is_a_plain_file() -> None:
    url = f"{HOST}/api/compromisos"
    assert summary(await look(url, {url: as_json(TABLE)})) == (None, "json", 8)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourceRefused("La dirección no es pública.", code="ADDRESS_REFUSED"), "ADDRESS_REFUSED"),
        (SourceDown("No responde."), "UNREADABLE"),
    ],
)
async def test_what_cannot_be_fetched_is_a_report_too(error: Any, code: str) -> None:
    found = await look(f"{HOST}/x.csv", {f"{HOST}/x.csv": error})
    assert [finding.code for finding in found.report.findings] == [code]
    assert found.failure is error
