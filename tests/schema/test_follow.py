"""The change feed followed from the beginning, and what subscriptions tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub import model
from schema.api import build_schema
from schema.context import Context
from tests.schema.world import EPOCH, World, context_of

SCHEMA = build_schema()
pytestmark = pytest.mark.anyio
FEED = """query($a: String, $n: Int) { changes(after: $a, first: $n) {
  nodes { cursor kind code at changedFields commitment { code } run { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


class Script:
    """An EventSource that tells what it was given, once."""

    def __init__(self, changes: list[model.Change], runs: list[model.Run]) -> None:
        self._changes, self._runs = changes, runs

    async def changes(self) -> AsyncIterator[model.Change]:
        for change in self._changes:
            yield change

    async def runs(self) -> AsyncIterator[model.Run]:
        for run in self._runs:
            yield run


async def ask(context: Context, query: str, **variables: Any) -> Any:
    request = Context(file=context.file, live=context.live)
    answer = await SCHEMA.execute(query, variable_values=variables, context_value=request)
    assert answer.errors is None, answer.errors
    return answer.data


async def test_a_mirror_that_reads_on_from_its_cursor_misses_nothing(tmp_path: Path) -> None:
    world = World(60, 20)
    context = context_of(world, tmp_path)
    expected = [(change.kind.value, change.code) for change in world.changes()]
    assert len(expected) > 7
    found: list[tuple[str, str]] = []
    cursor = None
    while True:
        page = (await ask(context, FEED, a=cursor, n=3))["changes"]
        assert page["pageInfo"]["hasPreviousPage"] is bool(found)
        found += [(node["kind"], node["code"]) for node in page["nodes"]]
        public = {group.code for group in world.groups if group.current}
        assert all((node["commitment"] is not None) is (node["code"] in public) for node in page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            break
        cursor = page["pageInfo"]["endCursor"]
    assert found == expected
    assert (await ask(context, FEED, a=page["pageInfo"]["endCursor"], n=0))["changes"]["nodes"] == []


async def test_a_foreign_cursor_of_the_feed_is_refused(tmp_path: Path) -> None:
    context = context_of(World(60, 3), tmp_path)
    for cursor in ("x", "WzEsImNoYW5nZXMiLG51bGxd", "WzEsImNoYW5nZXMiLCJhIl0"):
        answer = await SCHEMA.execute(FEED, variable_values={"a": cursor}, context_value=context)
        assert answer.errors is not None
        assert "is not a cursor of this hub" in answer.errors[0].message


async def told(context: Context, query: str, **variables: Any) -> list[Any]:
    stream: Any = await SCHEMA.subscribe(query, variable_values=variables, context_value=context)
    found = []
    async for event in stream:
        assert event.errors is None, event.errors
        found.append(event.data)
    return found


async def test_changes_that_match_are_told_and_a_removed_one_is_judged_by_its_last_version(tmp_path: Path) -> None:
    worlds = [World(seed, 25) for seed in (61, 62, 63)]
    world = next(w for w in worlds if any(g.current is None for g in w.groups))
    context = context_of(world, tmp_path)
    changes = [
        model.Change(
            seq=number, kind=model.ChangeKind.MODIFIED if group.current else model.ChangeKind.REMOVED, code=group.code, at=EPOCH,
            data_version=7, run="run-bundled",
        )
        for number, group in enumerate(world.groups, start=1)
    ]  # fmt: skip
    context.events = Script(changes, [])
    query = "subscription($f: CommitmentFilter) { commitmentChanged(filter: $f) { code kind commitment { code } } }"
    every = await told(context, query)
    assert [event["commitmentChanged"]["code"] for event in every] == [group.code for group in world.groups]
    last = {g.code: (g.current.record if g.current else g.past[-1].record) for g in world.groups}
    for wanted, holds in (
        ({"state": ["30"]}, lambda r: r.jurisdiction == "30"),
        ({"status": ["COMPLETED", "UNKNOWN"]}, lambda r: r.status.value in ("COMPLETED", "UNKNOWN")),
        ({"year": [2020]}, lambda r: 2020 in r.years),
        ({"text": "!!"}, lambda r: False),
    ):
        found = [event["commitmentChanged"]["code"] for event in await told(context, query, f=wanted)]
        assert found == [code for code, record in last.items() if holds(record)]


async def test_a_subscription_moves_on_to_the_newest_data(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before, after = World(64, 5), World(64, 5)
    gone = next(group for group in before.groups if group.current)
    before.groups.remove(gone)
    context = context_of(before, tmp_path / "a")
    newer = context_of(after, tmp_path / "b").file
    change = model.Change(
        seq=1, kind=model.ChangeKind.ADDED, code=gone.code, at=EPOCH, data_version=8, run="run-bundled"
    )
    context.events = Script([change], [])
    context.newest = lambda: newer
    (event,) = await told(context, "subscription { commitmentChanged { commitment { code } } }")
    assert event == {"commitmentChanged": {"commitment": {"code": gone.code}}}


async def test_steps_of_runs_are_told_for_one_source_or_all(tmp_path: Path) -> None:
    context = context_of(World(65, 3), tmp_path)
    runs = [
        model.Run(id=f"r{n}", source=key, verdict=model.RunVerdict.RUNNING, started_at=EPOCH, read=n)
        for n, key in enumerate(("oaxaca", "veracruz", "oaxaca"))
    ]
    context.events = Script([], runs)
    query = "subscription($s: String) { harvestProgress(source: $s) { read verdict finishedAt source { key } } }"
    assert [event["harvestProgress"]["read"] for event in await told(context, query)] == [0, 1, 2]
    assert [event["harvestProgress"]["read"] for event in await told(context, query, s="oaxaca")] == [0, 2]


async def test_mutations_without_registration_refuse_in_their_payload(tmp_path: Path) -> None:
    context = context_of(World(66, 3), tmp_path)
    given = 'key: "mi-fuente", title: "t", connector: "csv", url: "https://x.mx", contact: "a@x.mx", options: {sheet: [1, null]}'
    found = await ask(
        context,
        f"mutation {{ a: previewConnector(input: {{{given}}}) {{ report {{ rows }} commitments {{ code }} errors {{ code path message }} }} "
        f"b: registerConnector(input: {{{given}}}) {{ source {{ key }} token errors {{ code }} }} "
        'c: verifyConnector(key: "x") { errors { code } } d: reviewConnector(key: "x", approve: true) { errors { code } } '
        'e: harvestSource(key: "x") { run { id } errors { code } } f: pauseConnector(key: "x", paused: true) { errors { code } } }',
    )
    assert {payload["errors"][0]["code"] for payload in found.values()} == {"NOT_IMPLEMENTED"}
    assert found["b"] == {"source": None, "token": None, "errors": [{"code": "NOT_IMPLEMENTED"}]}


async def test_runs_and_what_they_noted_come_page_by_page(tmp_path: Path) -> None:
    context = context_of(World(67, 3), tmp_path)
    query = """query($a: String, $s: String) { harvestRuns(first: 3, after: $a, source: $s) { totalCount edges { cursor node { id source { key } } }
      nodes { id issues(first: 2) { code } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    first = (await ask(context, query))["harvestRuns"]
    rest = (await ask(context, query, a=first["pageInfo"]["endCursor"]))["harvestRuns"]
    assert first["totalCount"] == 4
    assert [edge["node"]["source"]["key"] for edge in first["edges"] + rest["edges"]] == [
        "oaxaca",
        "veracruz",
        "national",
        "bundled",
    ]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    (only,) = (await ask(context, query, s="oaxaca"))["harvestRuns"]["nodes"]
    assert only["issues"] == [{"code": "UNREAD_COLUMN"}] * 2
