"""hub.harvest.beside: a process that reads, real ones, and ones that break off."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Connector, Context, Snapshot, SourceChanged, SourceInfo
from connectors.registry import Registry
from hub.harvest import reading
from hub.harvest.beside import LARGEST, MUCH, SMALLEST, Beside, LostError, processors
from hub.harvest.reading import BATCH, Reading
from hub.normalise.lookups import Lookups
from tests.hub.harvest.conftest import FIELDS
from tests.sites.content import as_csv, as_html_table, as_json, commitments

pytestmark = pytest.mark.anyio

INFO = SourceInfo("puebla", "Plan", "https://puebla.ejemplo.mx/plan", "21", FIELDS)
MANY = commitments("puebla", BATCH + 200).edited(3, "Estatus", "quién sabe").edited(5, "Compromiso", "")

DIES_WHILE_IT_READS = """
import os, sys
from hub.harvest import reader
class Target:
    def __init__(self): self.left = 2
    def write(self, text):
        if not self.left:
            os._exit(9)
        self.left -= 1
        sys.stdout.buffer.write(text)
    def flush(self): sys.stdout.buffer.flush()
reader.serve(sys.stdin.buffer, Target())
"""


def context(connector: Connector) -> Context:
    fetch: Any = None
    return Context(INFO, getattr(connector, "options", None), fetch)


def of(body: bytes, media_type: str) -> list[Snapshot]:
    return [Snapshot(INFO.url, "0" * 64, datetime(2026, 1, 1, tzinfo=UTC), len(body), media_type, content=body)]


async def told(beside: Beside, connector: Connector, ctx: Context, snapshots: list[Snapshot], found: Reading) -> Any:
    async with aclosing(beside.batches(connector, ctx, snapshots, Lookups(), "run-1", found)) as batches:
        return [row async for batch in batches for row in batch]


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("csv", as_csv(MANY), "text/csv"),
        ("html_table", as_html_table(MANY), "text/html"),
        ("json", as_json(MANY), "application/json"),
    ],
)
async def test_a_body_is_read_there_as_it_is_here(name: str, body: bytes, media_type: str) -> None:
    here, there, snapshots = Reading(), Reading(), of(body, media_type)
    connector = Registry().make(name, {})
    ctx = context(connector)
    expected = [row for rows in reading.batches(connector, ctx, snapshots, Lookups(), "run-1", here) for row in rows]
    beside, other = Beside(), context(connector)
    async with beside.at_hand():
        await beside.ready()
        rows = await told(beside, Registry().make(name, {}), other, snapshots, there)
    assert rows == expected
    assert len(rows) > BATCH
    assert (there, other.notes, beside.read) == (here, ctx.notes, 1)
    assert here.unmatched.total() == 1


async def test_what_the_connector_refuses_is_refused_and_the_next_body_is_read() -> None:
    beside, connector = Beside(), Registry().make("csv", {})
    async with beside.at_hand():
        await beside.ready()
        with pytest.raises(SourceChanged) as caught:
            await told(beside, connector, context(connector), of(b"<html>" + b" " * SMALLEST, "text/html"), Reading())
        assert caught.value.code != "HARVEST_ERROR"
        assert await told(beside, connector, context(connector), of(as_csv(MANY), "text/csv"), Reading())
    assert beside.read == 2


async def test_it_is_started_once_there_is_much_to_read_and_ends_with_its_last_user() -> None:
    beside, connector = Beside(), Registry().make("csv", {})
    body = as_csv(commitments("puebla", 400))
    assert SMALLEST < len(body) < MUCH
    small, large = of(b"No.\n1\n", "text/csv"), of(b" " * (LARGEST + 1), "text/csv")
    on_disk = [Snapshot(INFO.url, "0" * 64, datetime(2026, 1, 1, tzinfo=UTC), SMALLEST)]
    async with beside.at_hand():
        for snapshots in (small, large, on_disk):
            with pytest.raises(LostError):
                await told(beside, connector, context(connector), snapshots, Reading())
        for met in range(len(body), MUCH + len(body), len(body)):
            assert not beside._starting
            with pytest.raises(LostError):
                await told(beside, connector, context(connector), of(body, "text/csv"), Reading())
            assert bool(beside._starting) == (met >= MUCH)
        assert not beside.running  # it has only begun to load
        await beside.ready()
        async with beside.at_hand():
            assert beside.running
        assert beside.running
    assert not beside.running
    with pytest.raises(LostError):
        await told(beside, connector, context(connector), of(as_csv(MANY), "text/csv"), Reading())
    assert not beside.running


@pytest.mark.parametrize(
    "command",
    [("/nonexistent/python",), (sys.executable, "-c", "pass"), (sys.executable, "-c", "print('no message of ours')")],
)
async def test_one_that_does_not_start_is_told_as_lost(command: tuple[str, ...]) -> None:
    beside, connector = Beside(command), Registry().make("csv", {})
    async with beside.at_hand():
        await beside.ready()
        assert not beside.running
        with pytest.raises(LostError):
            await told(beside, connector, context(connector), of(as_csv(MANY), "text/csv"), Reading())


async def test_one_that_dies_is_told_as_lost_and_the_beginning_was_given() -> None:
    beside, connector = Beside((sys.executable, "-c", DIES_WHILE_IT_READS)), Registry().make("csv", {})
    body = as_csv(commitments("puebla", 3 * BATCH))
    async with beside.at_hand():
        await beside.ready()
        with pytest.raises(LostError):
            await told(beside, connector, context(connector), of(body, "text/csv"), Reading())
        assert not beside.running


async def test_an_error_that_does_not_survive_the_way_is_met_again_here() -> None:
    says = "import pickle, sys; from hub.harvest.reader import packed; write = sys.stdout.buffer.write; "
    says += "write(packed(('ready',))); write((3).to_bytes(8, 'little') + b'?!?'); sys.stdout.flush(); sys.stdin.buffer.read()"
    beside, connector = Beside((sys.executable, "-c", says)), Registry().make("csv", {})
    async with beside.at_hand():
        await beside.ready()
        assert beside.running
        with pytest.raises(LostError):
            await told(beside, connector, context(connector), of(as_csv(MANY), "text/csv"), Reading())


async def test_a_connector_that_cannot_leave_is_read_here() -> None:
    beside, connector = Beside(), Registry().make("csv", {})
    connector.at = lambda: None  # type: ignore[attr-defined]
    async with beside.at_hand():
        await beside.ready()
        with pytest.raises(LostError):
            await told(beside, connector, context(connector), of(as_csv(MANY), "text/csv"), Reading())
        assert beside.running


async def test_who_waits_too_long_for_a_turn_reads_here() -> None:
    beside, connector = Beside(patience=0.01), Registry().make("csv", {})
    snapshots = of(as_csv(commitments("puebla", 5 * BATCH)), "text/csv")
    async with beside.at_hand():
        await beside.ready()
        first = beside.batches(connector, context(connector), snapshots, Lookups(), "run-1", Reading())
        async with aclosing(first):
            assert await anext(first)
            with pytest.raises(LostError):
                await told(beside, connector, context(connector), snapshots, Reading())
            assert beside.running


async def test_who_is_stopped_takes_the_process_along() -> None:
    beside, connector = Beside(), Registry().make("csv", {})
    body = as_csv(commitments("puebla", 5 * BATCH))
    async with beside.at_hand():
        await beside.ready()
        batches = beside.batches(connector, context(connector), of(body, "text/csv"), Lookups(), "run-1", Reading())
        assert await anext(batches)
        await batches.aclose()
        assert not beside.running
        asking = asyncio.create_task(beside.ready())
        await asyncio.sleep(0)
        asking.cancel()
    assert not beside.running


def test_a_machine_has_processors() -> None:
    assert processors() >= 1
