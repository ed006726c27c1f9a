"""hub.web.doors.table_files: what the pages show, as files, over the harvested country."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hub.config import load
from hub.live import StoreLive
from hub.readmodel.past import NotReady
from hub.site import Site
from hub.store import Store
from hub.web.doors.table import FORMS, Table
from hub.web.doors.table_files import Filled, fill
from hub.web.doors.tables import TABLES
from hub.web.pages.documents import document
from hub.web.pages.site import PageSite
from tests.hub.web import country as the_country

pytestmark = pytest.mark.anyio

MADE = datetime(2026, 11, 21, tzinfo=UTC)
ASKED: dict[str, dict[str, Any]] = {
    "plan": {"code": "MX-JAL-PAL-2"}, "state": {"code": "14"}, "runs": {"key": "muerta"}, "issues": {"key": "hostil"},
    "unmatched-values": {"key": "hostil"}, "queries/ods": {"ods": [16]}, "queries/texto": {"text": "agua"},
    "queries/evidencia": {"evidence": True}, "queries/sin-dato": {"status": ["UNKNOWN"]},
}  # fmt: skip
"""What a table is asked for where it asks for something; of commitments any."""
ROWLESS = {"milestones", "progress-reports"}
"""Tables that the commitment asked for has no rows of."""


def variables_of(table: Table) -> dict[str, Any]:
    default: dict[str, Any] = {"code": "JAL0008"} if table.required == "code" else {}
    return ASKED.get(table.name, default)


def sheet(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
async def hub(folder: Path, anyio_backend: str) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    async with the_country.serving(folder) as pair:
        yield pair


@pytest.fixture(scope="module")
def site(hub: tuple[Site, httpx.AsyncClient]) -> Site:
    return hub[0]


@pytest.fixture(scope="module")
def client(hub: tuple[Site, httpx.AsyncClient]) -> httpx.AsyncClient:
    return hub[1]


@asynccontextmanager
async def empty(folder: Path, server: str = "") -> AsyncIterator[httpx.AsyncClient]:
    (folder / "config.toml").write_text(f'[hub]\ntitle = "Vacío"\n[server]\n{server}', "utf-8")
    site = Site(load(folder / "config.toml", {}), assets=folder / "assets")
    transport = httpx.ASGITransport(site)
    async with site.serving(), httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        yield client


OF_ONE_ANSWER = [table for table in TABLES.values() if not table.by_state]


@pytest.mark.parametrize("table", OF_ONE_ANSWER, ids=lambda table: table.name)
async def test_every_file_holds_what_graphql_answers(client: httpx.AsyncClient, site: Site, table: Table) -> None:
    variables = variables_of(table)
    nodes = table.nodes(await the_country.ask(site, document(table.document), **variables))
    assert bool(nodes) is (table.name not in ROWLESS)
    files = {form: await client.get(table.address(form, variables, None)) for form in FORMS}
    assert {answer.status_code for answer in files.values()} == {200}
    body = files["json"].json()
    assert (body["totalCount"], body[table.key]) == (len(nodes), nodes)
    assert body["dataVersion"] == site.model().data_version
    written = lines(files["csv"].content)
    assert tuple(written[0]) == table.headings
    assert len(written) == len(nodes) + 1
    in_sheet = sheet(files["xlsx"].content)
    assert tuple(in_sheet[0]) == table.headings
    assert len(in_sheet) == len(nodes) + 1


async def test_columns_are_the_fields_that_their_names_say(client: httpx.AsyncClient, site: Site) -> None:
    asked = """{
      plans(first: 500) { nodes { code jurisdiction { code name } source { key } lineage { sha256 }
        commitments(first: 0) { totalCount } } }
      states { code exercise { step joinedYear } plans(first: 0) { totalCount } commitments(first: 0) { totalCount } }
      events { date title kind jurisdiction { code } }
      sources { key state commitmentCount freshness { stale } lastRun { verdict } }
      nationalView {
        byState { jurisdiction { code } commitments completed stale }
        byOds { goal { number } count declared byStatus { status count } }
        reconciliation { indicator date publisher declared harvested difference }
      }
    }"""
    data = await the_country.ask(site, asked)
    view = data["nationalView"]
    expected: dict[str, list[dict[str, Any]]] = {
        "plans": [
            {
                "code": one["code"], "jurisdiction": one["jurisdiction"]["code"], "source": one["source"]["key"],
                "jurisdictionName": one["jurisdiction"]["name"], "sha256": one["lineage"]["sha256"],
                "commitments": one["commitments"]["totalCount"],
            }
            for one in data["plans"]["nodes"]
        ],
        "states": [
            {
                "code": one["code"], "step": (one["exercise"] or {}).get("step"),
                "joinedYear": (one["exercise"] or {}).get("joinedYear"),
                "plans": one["plans"]["totalCount"], "commitments": one["commitments"]["totalCount"],
            }
            for one in data["states"]
        ],
        "events": [
            {
                "date": one["date"], "title": one["title"], "kind": one["kind"],
                "jurisdiction": (one["jurisdiction"] or {}).get("code"),
            }
            for one in data["events"]
        ],
        "sources": [
            {
                "key": one["key"], "state": one["state"], "commitments": one["commitmentCount"],
                "stale": str(one["freshness"]["stale"]).lower(), "lastVerdict": one["lastRun"]["verdict"],
            }
            for one in data["sources"]
        ],
        "by-state": [
            {
                "state": one["jurisdiction"]["code"], "commitments": one["commitments"],
                "completed": one["completed"], "stale": str(one["stale"]).lower(),
            }
            for one in view["byState"]
        ],
        "goals": [
            {
                "ods": one["goal"]["number"], "commitments": one["count"], "declared": one["declared"],
                "unknown": sum(item["count"] for item in one["byStatus"] if item["status"] == "UNKNOWN"),
            }
            for one in view["byOds"]
        ],
        "reconciliation": view["reconciliation"],
    }  # fmt: skip
    for name, rows in expected.items():
        text = (await client.get(f"/api/{name}.csv")).content.decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(text, newline="")))
        assert rows
        assert [{key: row[key] for key in rows[0]} for row in found] == [
            {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
        ], name


async def test_a_profile_by_state_is_the_profile_of_each_state(client: httpx.AsyncClient, site: Site) -> None:
    for query, filter_ in (("", {}), ("?year=2019&ods=16", {"year": [2019], "ods": [16]})):
        rows = (await client.get(f"/api/profile-by-state.json{query}")).json()["profileByState"]
        view = (await the_country.ask(site, document("states"), filter=filter_))["nationalView"]
        states = [state["jurisdiction"] for state in view["byState"] if state["commitments"]]
        assert [row["jurisdiction"] for row in rows] == states
        assert len(states) > 1
        for row in rows:
            one = {**filter_, "state": [row["jurisdiction"]["code"]]}
            answer = (await the_country.ask(site, document("profile"), filter=one))["nationalView"]
            assert row == {"jurisdiction": row["jurisdiction"], **answer}
    written = lines((await client.get("/api/profile-by-state.csv")).content)
    cells = dict(zip(written[0], next(row for row in written[1:] if row[0] == "14"), strict=True))
    found = (await client.get("/api/commitments.json?state=14")).json()["commitments"]
    assert int(cells["commitments"]) == len(found)
    assert int(cells["completed"]) == sum(one["status"] == "COMPLETED" for one in found)
    assert int(cells["urlPublished"]) == sum(one["url"] is not None for one in found)


async def test_a_file_takes_the_filters_of_its_page(client: httpx.AsyncClient) -> None:
    plans = (await client.get("/api/plans.json?state=Jalisco&state=20&program=cocreacion_local")).json()["plans"]
    assert {plan["jurisdiction"]["code"][:2] for plan in plans} <= {"14", "20"}
    assert {plan["program"] for plan in plans} == {"COCREACION_LOCAL"}
    (totals,) = (await client.get("/api/totals.json?state=14&ods=16")).json()["totals"]
    found = (await client.get("/api/commitments.json?state=14&ods=16")).json()
    assert totals["commitments"] == found["totalCount"] > 0
    events = (await client.get("/api/events.json?from=2016-01-01&to=2016-12-31")).json()["events"]
    assert events
    assert {event["date"][:4] for event in events} == {"2016"}


@pytest.mark.parametrize(
    ("path", "status", "field", "words"),
    [
        ("/api/plans.csv?stat=Oaxaca", 400, "stat", '"state"'),
        ("/api/plans.csv?ods=16", 400, "ods", "no parameter"),
        ("/api/plans.csv?state=Oaxacaa", 400, "state", "Oaxaca"),
        ("/api/plans.csv?program=NONE", 400, "program", "program has invalid value"),
        ("/api/goals.csv?ods=x", 400, "ods", "whole numbers"),
        ("/api/goals.csv?ods=18", 400, "ods", "17"),
        ("/api/events.xlsx?from=ayer", 400, "from", "ISO 8601"),
        ("/api/sources.csv?first=5", 400, "first", "no parameter"),
        ("/api/states.csv?as_of=ayer", 400, "as_of", "2020-11-10"),
        ("/api/states.csv?as_of=2999-01-01", 400, "as_of", "to come"),
        ("/api/runs.csv", 400, "source", "?source="),
        ("/api/runs.csv?source=ninguna", 404, "source", '"ninguna"'),
        ("/api/commitment.json?code=X-1", 404, "code", '"X-1"'),
        ("/api/queries/texto.csv", 400, "text", "?text="),
        ("/api/queries/cambios.csv?after=zzz", 400, "after", "cursor"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_remedy(
    client: httpx.AsyncClient, path: str, status: int, field: str, words: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == {400: "BAD_USER_INPUT", 404: "NOT_FOUND"}[status]
    assert error["extensions"]["field"] == field
    assert words in error["message"]


async def test_only_get_and_head_are_answered(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/plans.csv")).status_code == 405


@pytest.mark.parametrize("form", FORMS)
async def test_an_unchanged_file_answers_304_and_the_same_data_are_the_same_bytes(
    client: httpx.AsyncClient, site: Site, form: str
) -> None:
    first = await client.get(f"/api/plans.{form}?state=14")
    assert first.headers["etag"].startswith(f'"{site.model().data_version}-')
    held = {"if-none-match": f'"other", {first.headers["etag"]}'}
    again = await client.get(f"/api/plans.{form}?state=14", headers=held)
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get(f"/api/plans.{form}?state=20", headers=held)
    assert (other.status_code, other.headers["etag"] == first.headers["etag"]) == (200, False)
    assert (await client.get(f"/api/plans.{form}?state=14")).content == first.content


async def test_a_file_says_what_it_is(client: httpx.AsyncClient, site: Site) -> None:
    got = await client.get("/api/by-state.csv")
    head = await client.head("/api/by-state.csv")
    version = site.model().data_version
    assert got.content.startswith(b"\xef\xbb\xbf")
    assert got.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert got.headers["content-disposition"] == f'inline; filename="por-estado-{version}.csv"'
    assert got.headers["x-data-version"] == str(version)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(got.headers)


async def test_a_file_is_of_the_day_that_it_is_asked_for(client: httpx.AsyncClient) -> None:
    today = (await client.get("/api/plans.json")).json()
    before = (await client.get("/api/plans.json?as_of=2016-01-01")).json()
    assert (before["totalCount"], before["plans"]) == (0, [])
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert (await client.get(f"/api/plans.json?as_of={now}")).json()["plans"] == today["plans"]
    (totals,) = (await client.get("/api/totals.json?as_of=2016-01-01T00:00:00-06:00")).json()["totals"]
    assert (totals["asOf"], totals["commitments"]) == ("2016-01-01T06:00:00.000000Z", 0)


async def test_a_hub_with_nothing_gives_tables_without_rows_and_keeps_its_limits(tmp_path: Path) -> None:
    server = 'rate_limit = "4/minute"\ncors = ["https://mapa.example"]\n'
    async with empty(tmp_path, server) as client:
        answer = await client.get("/api/plans.csv", headers={"origin": "https://mapa.example"})
        assert lines(answer.content) == [list(TABLES["plans"].headings)]
        assert answer.headers["access-control-allow-origin"] == "https://mapa.example"
        assert "ratelimit" in answer.headers
        assert len(sheet((await client.get("/api/sources.xlsx")).content)) == 1
        assert (await client.get("/api/states.json")).json()["totalCount"] == 32
        (totals,) = (await client.get("/api/totals.json")).json()["totals"]
        assert (totals["commitments"], totals["meanProgress"]) == (0, None)
        assert (await client.get("/api/plans.csv")).status_code == 429


async def test_with_the_store_out_of_reach_what_hangs_on_it_is_put_off_and_the_rest_served(folder: Path) -> None:
    away = await Store.open("postgresql://hub:secret@127.0.0.1:1/hub")
    async with the_country.serving(folder) as (site, client):
        site.live = StoreLive(away, stale_after=timedelta(days=30))
        answer = await client.get("/api/sources.csv")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        (error,) = answer.json()["errors"]
        assert "out of reach" in error["message"]
        assert (await client.get("/api/reconciliation.csv")).status_code == 200
    await away.close()


FORMULAS = ("=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1")


@given(st.lists(st.one_of(st.sampled_from(FORMULAS), st.text()), min_size=1, max_size=5))
def test_no_cell_of_a_csv_begins_a_formula(titles: list[str]) -> None:
    filled = Filled(_titled(TABLES["events"]), [{"title": title} for title in titles], 1)
    rows = lines(filled.body("csv", MADE))[1:]
    assert len(rows) == len(titles)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    titles = [*FORMULAS[:4], "https://example.org/"]
    body = Filled(_titled(TABLES["events"]), [{"title": title} for title in titles], 1).body("xlsx", MADE)
    assert [row[0] for row in sheet(body)[1:]] == titles
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        text = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text
    assert "<hyperlink" not in text


def _titled(table: Table) -> Table:
    """A table of its titles alone."""
    return replace(table, columns=[column for column in table.columns if column.name == "title"])


class Over:
    """The site of the country, a few plans a page, whose data seem to move with each of its first `moves` answers."""

    def __init__(self, site: Site, first: int, moves: int = 0) -> None:
        self.site = site
        self.first = first
        self.moves = moves
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.site, name)

    async def answer(self, text: str, variables: Mapping[str, Any], *, address: str | None = None) -> dict[str, Any]:
        self.asked += 1
        answer = await self.site.answer(text.replace("first: 500", f"first: {self.first}"), variables, address=address)
        if self.asked <= self.moves:
            answer["extensions"]["dataVersion"] -= self.moves - self.asked + 1
        return answer


async def test_a_table_of_several_pages_is_whole(site: Site) -> None:
    whole = await fill(site, TABLES["plans"], {})
    over = Over(site, 7)
    pages: PageSite = over
    assert (await fill(pages, TABLES["plans"], {})).nodes == whole.nodes
    assert over.asked == -(-len(whole.nodes) // 7)


async def test_a_table_whose_data_move_under_it_is_begun_anew(site: Site) -> None:
    whole = await fill(site, TABLES["plans"], {})
    once: PageSite = Over(site, 7, moves=1)
    assert (await fill(once, TABLES["plans"], {})).nodes == whole.nodes


async def test_a_table_whose_data_never_rest_is_put_off(site: Site) -> None:
    restless: PageSite = Over(site, 7, moves=1_000)
    with pytest.raises(NotReady):
        await fill(restless, TABLES["plans"], {})
