"""Imitations of GraphQL endpoints: cursors, errors, and another hub of this kind."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged, SourceRefused
from connectors.graphql_api import Graphql
from connectors.hub_records import CHANGES_QUERY
from tests.connectors.kit import Site, as_bytes, context, drafts_of, golden, harvest, mutate, snapshot, survives

URL = "https://datos.ejemplo.mx/graphql"
FIELDS = {"code": "id", "title": "titulo", "status": "estatus"}
QUERY = "query($after: String) { compromisos(after: $after) { nodes { id titulo estatus } pageInfo { hasNextPage endCursor } } }"
OPTIONS = {"query": QUERY, "rows": "data.compromisos.nodes"}


def answer(numbers: list[int], cursor: str | None, more: bool | None = None) -> dict[str, Any]:
    nodes = [{"id": f"C-{n}", "titulo": f"Compromiso {n}", "estatus": "en_proceso"} for n in numbers]
    return {
        "data": {
            "compromisos": {
                "nodes": nodes,
                "pageInfo": {"hasNextPage": cursor is not None if more is None else more, "endCursor": cursor},
            }
        }
    }


def endpoint(pages: dict[str | None, Any]) -> Site:
    """Answers by the cursor it is sent."""
    return Site({URL: lambda body: pages[body["variables"].get("after")]})


def graphql(**options: Any) -> Graphql:
    return Graphql(Graphql.Options(**(options or OPTIONS)))


@pytest.mark.anyio
async def test_pages_are_walked_by_cursor_to_the_last() -> None:
    site = endpoint({None: answer([1, 2], "x"), "x": answer([3], None)})
    ctx = context(site, URL, fields=FIELDS)
    drafts = await harvest(graphql(), ctx)
    golden("graphql/pages.json", drafts)
    assert [draft.key for draft in drafts] == ["C-1", "C-2", "C-3"]
    assert "PAGES_COMPLETE" in {note.code for note in ctx.notes}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("pages", "outcome", "severity", "read"),
    [
        ({None: answer([1], "x"), "x": answer([], "y", True)}, "PAGES_EMPTY", "INFO", 1),
        ({None: answer([1], "x"), "x": answer([1], "y")}, "PAGES_REPEAT", "WARNING", 1),
        ({None: answer([1], "x"), "x": answer([2], "x")}, "BROKEN_CHAIN", "WARNING", 2),
        ({None: answer([1], "x"), "x": {"errors": [{"message": "no"}]}}, None, None, None),
    ],
)
async def test_each_end_of_a_walk_has_its_name(pages: Any, outcome: str | None, severity: str, read: int) -> None:
    ctx = context(endpoint(pages), URL, fields=FIELDS)
    if outcome is None:
        with pytest.raises(SourceChanged, match="responde con un error: no"):
            await harvest(graphql(), ctx)
        return
    assert len(await harvest(graphql(), ctx)) == read
    assert (outcome, severity) in {(note.code, note.severity) for note in ctx.notes}


@pytest.mark.anyio
async def test_a_walk_stops_at_its_maximum() -> None:
    pages: dict[str | None, Any] = {None: answer([0], "1"), **{str(n): answer([n], str(n + 1)) for n in range(1, 9)}}
    ctx = context(endpoint(pages), URL, fields=FIELDS)
    assert len(await harvest(graphql(**OPTIONS, max_pages=4), ctx)) == 4
    assert "PAGES_MAX" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_an_endpoint_that_pages_by_offset_ends_on_an_empty_page() -> None:
    rows = [{"id": str(n), "titulo": f"T{n}", "estatus": "x"} for n in range(5)]
    site = Site(
        {URL: lambda body: {"data": {"filas": rows[body["variables"].get("d", 0) :][: body["variables"]["n"]]}}}
    )
    ctx = context(site, URL, fields=FIELDS)
    options = {
        "query": "query($d: Int, $n: Int) { filas }",
        "rows": "data.filas",
        "offset": "d",
        "page_variable": "n",
        "page_size": 2,
    }
    assert len(await harvest(graphql(**options), ctx)) == 5


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}, SourceRefused),
        ({"errors": ["mal"]}, SourceChanged), ({"hola": 1}, SourceChanged), ("<html></html>", SourceChanged),
    ],
)  # fmt: skip
def test_an_endpoint_that_fails_is_told_in_words(body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        drafts_of(graphql(), snapshot(as_bytes(body), URL), context(fields=FIELDS))


def change(cursor: int, code: str, title: str | None) -> dict[str, Any]:
    record = None if title is None else {
        "code": code, "number": 1, "title": title, "kind": "PROACTIVE", "themes": ["Agua"], "status": "IN_PROGRESS",
        "statusRaw": "En proceso", "progress": 40.0, "progressRaw": "40 %", "startDate": "2025", "url": None,
        "plan": {"code": "MX-YUC-PAL-1", "title": "Primer plan", "ordinal": 1, "published": "2025-02-10", "program": "COCREACION_LOCAL"},
        "jurisdiction": {"code": "31", "level": "STATE", "parent": {"code": "00"}},
        "ods": [{"goal": {"number": 6}, "target": "6.1", "basis": "DECLARED", "reason": None}],
        "institutions": [{"name": "Comisión del Agua", "role": "LEAD"}],
        "progressReports": [{"date": "2025-06", "progress": 40.0, "status": "UNKNOWN", "statusRaw": None, "summary": None, "evidence": []}],
        "milestones": [], "evidence": [{"url": "https://x.mx/a", "title": None}],
    }  # fmt: skip
    return {"cursor": str(cursor), "kind": "MODIFIED", "at": "2026-01-01T00:00:00Z", "code": code, "commitment": record}


def feed(nodes: list[Any], cursor: str | None) -> dict[str, Any]:
    return {"data": {"changes": {"nodes": nodes, "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}}}}


@pytest.mark.anyio
async def test_another_hub_is_read_by_its_changes_each_commitment_once() -> None:
    first = feed([change(1, "A-1", "Uno"), change(2, "A-2", "Dos")], "2")
    second = feed([change(3, "A-1", "Uno"), change(4, "A-3", None)], None)
    site = endpoint({None: first, "2": second})
    drafts = await harvest(graphql(changes=True), context(site, URL))
    golden("graphql/changes.json", drafts)
    assert [draft.key for draft in drafts] == ["A-1", "A-2"]
    assert site.bodies[0]["variables"] == {"first": 100}


def test_the_query_of_the_changes_feed_is_valid_against_the_published_contract(shared) -> None:
    text = (shared / "contract" / "schema.graphql").read_text()
    assert validate(build_schema(text), parse(CHANGES_QUERY)) == []


@pytest.mark.parametrize(
    "options",
    [{"query": "{a}"}, {"rows": "a"}, {"changes": True, "rows": "a"}, {"query": "{a}", "rows": "a[["}, {**OPTIONS, "cursor": "1x"},
     {**OPTIONS, "pagina": 1}],
)  # fmt: skip
def test_options_that_say_too_little_too_much_or_something_unknown_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        graphql(**options)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.booleans())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject, changes: bool) -> None:
    body = as_bytes(feed([change(1, "A-1", "Uno")], None) if changes else answer([1, 2], "x"))
    connector = graphql(changes=True) if changes else graphql()
    survives(connector, snapshot(mutate(body, data), URL), context(fields={} if changes else FIELDS))
