"""hub.readmodel.from_store: a file is made of one moment of the store, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.readmodel import ReadModel
from hub.readmodel.from_store import gather, write
from hub.store import Store, StoredRecord
from tests.hub.store.world import DAY, NOW, SOURCES, STATE, commitment, plan, publish

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
