"""kill -9 at any moment leaves the old version or the new one, whole, and the next run completes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import anyio
import pytest

from hub.model import Commitment, RunVerdict
from hub.store import Store
from tests.hub.store.killed_child import COUNT
from tests.hub.store.world import NOW, STATE, records, view
from tests.stores import Databases

ROOT = Path(__file__).resolve().parents[3]


def strike(url: str, edition: int, delay: float) -> None:
    """Start a child, let it publish, kill it some moment later."""
    command = [sys.executable, "-m", "tests.hub.store.killed_child", url, str(edition)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(2):  # by the second line the first edition is public
            assert child.stdout.readline(), "the child died by itself"
        time.sleep(delay)
        child.kill()


async def look(url: str) -> int:
    """The one edition that is public, after everything that must hold was seen to hold."""
    store = await Store.open(url)
    assert await store.integrity() == []
    found = [item.decode() for item in await records(store)]
    editions = {record.title for record in found if isinstance(record, Commitment)}
    assert len(found) in (0, COUNT)
    assert len(editions) <= 1, "half of one version and half of another"
    changes = [change async for batch in store.export_changes() for change in batch]
    assert {change.data_version for change in changes} == set(range(1, await store.data_version() + 1))
    mirror = {change.code for change in changes}
    assert mirror == set(await view(store))
    assert all(
        run.verdict in (RunVerdict.PUBLISHED, RunVerdict.INTERRUPTED, RunVerdict.RUNNING)
        for run in await store.runs(first=1000)
    )
    await store.close()
    return int(editions.pop().removeprefix("edición ")) if editions else 0


def rounds(databases: Databases, dialect: str, count: int, seed: int) -> None:
    async def prepare() -> str:
        url = await databases.url(dialect)
        store = await Store.open(url)
        await store.sync_sources([STATE], now=NOW)
        await store.close()
        return url

    chance = random.Random(seed)
    url = anyio.run(prepare)
    last = 0
    for number in range(1, count + 1):
        strike(url, last + 1, chance.random() * 0.25)
        now = anyio.run(look, url)
        assert now > last
        last = now
        if number % 10 == 0:  # a soak is long: say how far it is (seen with -s)
            print(f"{dialect}: {number} of {count} kills", flush=True)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_kill_9_leaves_one_version_whole(databases: Databases, dialect: str) -> None:
    rounds(databases, dialect, 10, 1)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_kill_9_leaves_one_version_whole_200_times(databases: Databases, dialect: str) -> None:
    rounds(databases, dialect, 200, 2)
