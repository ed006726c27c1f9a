"""hub.web.doors: the same filter as GraphQL's, as files and feeds."""

from __future__ import annotations

import csv
import io
from xml.etree.ElementTree import fromstring

import httpx
import orjson
import pytest
from python_calamine import CalamineWorkbook

from hub.web.doors.records import COLUMNS
from schema.api import build_schema
from schema.context import Context

pytestmark = pytest.mark.anyio

FILTERS = [
    ("state=Oaxaca&ods=16", '{state: ["Oaxaca"], ods: [16]}'),
    ("state=MX-VER&state=20", '{state: ["MX-VER", "20"]}'),
    ("ods=4,16&status=completed", "{ods: [4, 16], status: [COMPLETED]}"),
    ("year=2018", "{year: [2018]}"),
    ("program=OGP_LOCAL", "{program: [OGP_LOCAL]}"),
    ("text=agua", '{text: "agua"}'),
    ("updated_since=2020-01-01T00:00:00Z", '{updatedSince: "2020-01-01T00:00:00Z"}'),
    ("include_duplicates=true", "{includeDuplicates: true}"),
    ("", "{}"),
]


async def graphql(context: Context, document: str) -> dict[str, object]:
    result = await build_schema().execute(document, context_value=context)
    assert result.errors is None
    assert result.data is not None
    return result.data


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize(("query", "given"), FILTERS)
async def test_every_door_selects_what_graphql_selects(
    client: httpx.AsyncClient, context: Context, query: str, given: str
) -> None:
    document = f"{{ commitments(filter: {given}, first: 500) {{ totalCount nodes {{ code source {{ key }} }} }} }}"
    expected = (await graphql(context, document.replace(" source { key }", "")))["commitments"]
    assert isinstance(expected, dict)
    codes = [node["code"] for node in expected["nodes"]]
    answer = (await client.get(f"/api/commitments.json?{query}")).json()
    assert answer["totalCount"] == expected["totalCount"] == len(codes)
    assert [one["code"] for one in answer["commitments"]] == codes
    assert [row["code"] for row in rows_of((await client.get(f"/api/commitments.csv?{query}")).text)] == codes
    lines = (await client.get(f"/api/commitments.ndjson?{query}")).content.splitlines()
    assert [orjson.loads(line)["code"] for line in lines] == codes


async def test_pages_follow_one_another_without_a_gap(client: httpx.AsyncClient) -> None:
    codes, after = [], ""
    while True:
        page = (await client.get(f"/api/commitments.json?first=37{after}")).json()
        codes += [one["code"] for one in page["commitments"]]
        if len(page["commitments"]) < 37:
            break
        after = f"&after={page['after']}"
    everything = (await client.get("/api/commitments.json")).json()
    assert codes == [one["code"] for one in everything["commitments"]]


async def test_a_workbook_holds_the_same_cells(client: httpx.AsyncClient) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO((await client.get("/api/commitments.xlsx?ods=16")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == COLUMNS
    expected = rows_of((await client.get("/api/commitments.csv?ods=16")).text)
    assert [row[0] for row in rows[1:]] == [row["code"] for row in expected]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=Oaxacaa", "Oaxaca"),
        ("stat=Oaxaca", '"stat'),
        ("ods=x", "whole numbers"),
        ("ods=18", "17"),
        ("status=done", "CommitmentStatus"),
        ("first=-1", "0 or more"),
        ("after=zzz", "cursor"),
        ("as_of=yesterday", "offset"),
        ("has_evidence=maybe", "true or false"),
    ],
)
async def test_a_wrong_parameter_is_refused_with_its_remedy(client: httpx.AsyncClient, query: str, words: str) -> None:
    answer = await client.get(f"/api/commitments.csv?{query}")
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert words in error["message"]


async def test_an_unchanged_file_answers_304(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/commitments.csv?ods=4")
    again = await client.get("/api/commitments.csv?ods=4", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_day_is_its_last_instant_in_central_mexico(client: httpx.AsyncClient) -> None:
    day = (await client.get("/api/commitments.json?as_of=2023-12-31")).json()
    for instant in (
        "2024-01-01T05:59:59.999999Z",
        "2023-12-31T23:59:59.999999-06:00",
        "2024-01-01T06:59:59.999999+01:00",
    ):
        at = (await client.get(f"/api/commitments.json?as_of={instant}")).json()
        assert at["commitments"] == day["commitments"], instant
    elsewhere = (await client.get("/api/commitments.json?as_of=2023-12-31T23:59:59Z")).json()
    assert elsewhere["totalCount"] < day["totalCount"]


async def test_a_head_tells_of_the_file_without_its_length(client: httpx.AsyncClient) -> None:
    head = await client.head("/api/commitments.csv?ods=4")
    got = await client.get("/api/commitments.csv?ods=4")
    assert (head.status_code, head.content) == (200, b"")
    assert "content-length" not in head.headers
    assert dict(head.headers) == dict(got.headers)


async def test_a_mirror_that_follows_the_feed_ends_where_the_hub_stands(client: httpx.AsyncClient) -> None:
    held: dict[str, object] = {}
    after = ""
    while True:
        page = (await client.get(f"/api/changes.json?first=50{after}")).json()
        for change in page["changes"]:
            if change["kind"] == "REMOVED":
                held.pop(change["code"], None)
            else:
                held[change["code"]] = change["commitment"]
        if not page["hasNextPage"]:
            break
        after = f"&after={page['after']}"
    everything = (await client.get("/api/commitments.json")).json()
    assert {code for code, record in held.items() if record} <= {one["code"] for one in everything["commitments"]}
    assert held


async def test_the_atom_feed_is_well_formed_and_newest_first(client: httpx.AsyncClient) -> None:
    answer = await client.get("/changes.atom")
    feed = fromstring(answer.text)
    times = [entry.text or "" for entry in feed.iterfind("{*}entry/{*}updated")]
    assert times == sorted(times, reverse=True)
    assert answer.headers["content-type"].startswith("application/atom+xml")


# rdflib's own JSON-LD parser makes the graph that rdflib deprecates
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
async def test_the_catalogue_survives_a_round_trip_through_rdf(client: httpx.AsyncClient) -> None:
    from rdflib import Graph, Namespace
    from rdflib.namespace import RDF

    dcat = Namespace("http://www.w3.org/ns/dcat#")
    graph = Graph().parse(data=(await client.get("/catalog.jsonld")).text, format="json-ld")
    again = Graph().parse(data=graph.serialize(format="turtle"), format="turtle")
    assert len(again) == len(graph)
    assert list(graph.subjects(RDF.type, dcat.Catalog))
    assert len(list(graph.objects(None, dcat.downloadURL))) >= 5


async def test_only_the_current_data_set_is_served(client: httpx.AsyncClient, served: object) -> None:
    version = served.model().data_version  # type: ignore[attr-defined]
    answer = await client.get(f"/data/{version}.db")
    assert answer.content.startswith(b"SQLite format 3") or answer.status_code == 404
    assert (await client.get("/data/999999.db")).status_code == 404
