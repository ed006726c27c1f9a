"""hub.readmodel.from_store: a file is made of one moment of the store, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.model import PlanRef, Program, Record
from hub.readmodel import ReadModel
from hub.readmodel.from_store import gather, write
from hub.store import Store, StoredRecord
from schema.api import build_schema
from schema.context import Context
from schema.live import Snapshot
from schema.plan.planner import Planner
from schema.read.file import ReadFile
from tests.hub.store.world import DAY, NOW, SOURCES, STATE, commitment, lineage, plan, publish

pytestmark = pytest.mark.anyio


async def published(store: Store) -> None:
    await store.sync_sources(SOURCES, now=NOW - DAY)
    await publish(store, STATE, [plan(), commitment(1), commitment(2)], NOW)


async def test_a_file_holds_what_the_store_has(store: Store, tmp_path: Path) -> None:
    await published(store)
    async with store.reading() as reading:
        report = await write(tmp_path / "1.db", await gather(reading, NOW))
    assert report.commitments == ReadModel.open(tmp_path / "1.db").current.size == 2


async def test_a_build_that_is_cancelled_has_ended_by_then_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    await published(store)
    loop, reached = asyncio.get_running_loop(), asyncio.Event()
    go, ended = threading.Event(), threading.Event()
    async with store.reading() as reading:
        source = await gather(reading, NOW)
        records = source.stream

        def held() -> Iterator[list[StoredRecord]]:
            try:
                for batch in records():
                    loop.call_soon_threadsafe(reached.set)
                    go.wait()
                    yield batch
            finally:
                ended.set()

        source.stream = held
        building = asyncio.create_task(write(tmp_path / "1.db", source))
        await reached.wait()
        building.cancel()
        await asyncio.to_thread(source.stopped.wait)
        assert not building.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await building
    assert ended.is_set()
    assert os.listdir(tmp_path) == []


PLAN_OF_THEN = """query($a: DateTime!, $f: CommitmentFilter) { commitments(asOf: $a, filter: $f) { totalCount nodes {
  title plan { code commitments { totalCount } } } } nationalView(asOf: $a, filter: $f) { plans commitments } }"""


@pytest.mark.parametrize("name", ["now", "then"])
async def test_a_commitment_of_then_is_of_its_own_plan_though_codes_of_plans_went_round(
    store: Store, tmp_path: Path, name: str
) -> None:
    """Two plans that published no ordinal were 1 and 2; then they say that they are the second and the third."""

    def published(first: int | None, second: int | None, title: str) -> list[Record]:
        dates = {"a": ("2018", first), "b": ("2020", second)}
        refs = {
            key: PlanRef(key=key, jurisdiction="30", program=Program.COCREACION_LOCAL, ordinal=ordinal, published=date)
            for key, (date, ordinal) in dates.items()
        }
        return [
            *(
                plan(key, ordinal=ordinal, published=date, lineage=lineage("a" * 64))
                for key, (date, ordinal) in dates.items()
            ),
            *(
                commitment(1, f"{title} {key}", key=f"{key}1", plan=ref, lineage=lineage("a" * 64))
                for key, ref in refs.items()
            ),
        ]

    await store.sync_sources(SOURCES, now=NOW - DAY)
    await publish(store, STATE, published(None, None, "antes"), NOW)
    await publish(store, STATE, published(2, 3, "después"), NOW + DAY)
    async with store.reading() as reading:
        await write(tmp_path / "2.db", await gather(reading, NOW + DAY))
    planned = ReadModel.open(tmp_path / "2.db")
    schema = build_schema()
    moment = (NOW if name == "then" else NOW + DAY).isoformat()
    word = "antes" if name == "then" else "después"
    for codes, titles in (
        (["MX-VER-PAL-2"], {"MX-VER-PAL-2": f"{word} a"}),
        (["MX-VER-PAL-3"], {"MX-VER-PAL-3": f"{word} b"}),
        (None, {"MX-VER-PAL-2": f"{word} a", "MX-VER-PAL-3": f"{word} b"}),
    ):
        variables = {"a": moment, "f": None if codes is None else {"plan": codes}}
        context = Context(file=ReadFile(ReadModel.open(planned.path).connection), live=Snapshot(NOW))
        answer = await schema.execute(PLAN_OF_THEN, variable_values=variables, context_value=context)
        assert answer.errors is None
        assert answer.data is not None
        nodes = answer.data["commitments"]["nodes"]
        assert {node["plan"]["code"]: node["title"] for node in nodes} == titles
        assert all(node["plan"]["commitments"] == {"totalCount": 1} for node in nodes)
        assert answer.data["nationalView"] == {"plans": len(titles), "commitments": len(titles)}
        assert json.loads(Planner(schema._schema).answer(planned, PLAN_OF_THEN, None, variables)[0]) == answer.data
