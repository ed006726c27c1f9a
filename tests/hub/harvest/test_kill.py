"""A harvest process killed with SIGKILL at any moment: the store is whole, the old or the new version is visible in full,
and the next run completes."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from hub.app import Hub
from hub.config import Config, load
from hub.model import Commitment
from hub.model import RunVerdict as V
from hub.readmodel.files import file_of, versions
from hub.store import Store
from tests.hub.harvest.conftest import FIELDS
from tests.sites import Sites
from tests.sites.content import Table, commitments
from tests.stores import Databases

pytestmark = pytest.mark.anyio

ROWS = 60
SOURCES = {"puebla": "/puebla/compromisos.csv", "hidalgo": "/hidalgo/avances.csv", "sonora": "/sonora/api/compromisos"}
CONNECTORS = {"sonora": "json"}
ROOT = Path(__file__).resolve().parents[3]


def mark(number: int) -> int:
    """What an edition writes into its progress column: a percentage that nobody takes for a fraction."""
    return 10 + number % 80


def edition(state: str, number: int) -> Table:
    """The whole table says which edition it is, in every row."""
    table = commitments(state, ROWS)
    at = table.columns.index("Avance")
    return Table(table.columns, tuple((*row[:at], str(mark(number)), *row[at + 1 :]) for row in table.rows))


def configuration(folder: Path, sites: Sites, url: str) -> Path:
    fields = "\n".join(f"{name} = {json.dumps(column, ensure_ascii=False)}" for name, column in FIELDS.items())
    tables = "\n".join(
        f'[sources.{key}]\ntitle = "Plan de {key}"\nstate = "{key}"\nconnector = "{CONNECTORS.get(key, "csv")}"\n'
        f'url = "{sites.url(path)}"\n[sources.{key}.fields]\n{fields}\n'
        for key, path in SOURCES.items()
    )
    path = folder / "config.toml"
    path.write_text(
        f'[store]\nurl = "{url}"\n[network]\nallow = ["127.0.0.0/8"]\n[harvest]\npace = 0\nlease = 5\n{tables}', "utf-8"
    )
    return path


@dataclass
class Forge:
    """The process that forks the harvests."""

    process: subprocess.Popen[str]
    seconds: float = 0.0
    killed: int = 0
    struck: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def harvest(self, config: Path, kill_after: float | None) -> int:
        """One harvest; killed after so many seconds unless it has ended. Its exit status, -9 where killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{config}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        began = time.monotonic()
        if kill_after is not None and not select.select([self.process.stdout], [], [], kill_after)[0]:
            os.kill(pid, signal.SIGKILL)  # it is not reaped yet: the number is still its own
        status = int(self.process.stdout.readline())
        self.seconds = time.monotonic() - began
        self.killed += status == -signal.SIGKILL
        return status

    def said(self, config: Path) -> str:
        """What the last harvest printed."""
        return Path(f"{config}.out").read_text("utf-8")


@pytest.fixture
def forge() -> Iterator[Forge]:
    command = [sys.executable, str(Path(__file__).with_name("forge.py"))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        yield Forge(process)
        assert process.stdin is not None
        process.stdin.close()


async def visible(store: Store) -> dict[str, set[float | None]]:
    """Source -> the editions that its current records show."""
    shown: dict[str, set[float | None]] = defaultdict(set)
    count: dict[str, int] = defaultdict(int)
    async for batch in store.export_records("commitment"):
        for stored in batch:
            record = stored.decode()
            assert isinstance(record, Commitment)
            assert stored.missing_since is None
            shown[stored.source].add(record.progress)
            count[stored.source] += 1
    assert set(count.values()) <= {ROWS}
    return dict(shown)


async def changes_are_whole(store: Store) -> None:
    """Every data version told of whole publications only."""
    told: dict[int, int] = defaultdict(int)
    async for batch in store.export_changes(0):
        for change in batch:
            told[change.data_version] += 1
    assert sorted(told) == list(range(1, await store.data_version() + 1))
    assert set(told.values()) <= {ROWS}


def read_models_are_whole(folder: Path, version: int) -> None:
    """Whatever file stands is of a published version, and each source in it of one edition."""
    for number in versions(folder) if folder.is_dir() else []:
        assert number <= version
        connection = apsw.Connection(str(file_of(folder, number)), flags=apsw.SQLITE_OPEN_READONLY)
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        found = connection.execute("SELECT source, count(*), count(DISTINCT progress) FROM commitment GROUP BY source")
        assert {(rows, editions) for _, rows, editions in found} <= {(ROWS, 1)}
        connection.close()


async def one_kill(forge: Forge, config: Config, sites: Sites, number: int, moment: float) -> int:
    """A harvest killed at a moment, all that must hold after it, and the next one. How many sources were published by then."""
    for key, path in SOURCES.items():
        sites.publish(path, edition(key, number))
    forge.harvest(config.path, moment)
    async with Hub(config) as hub:
        assert await hub.store.integrity() == []
        shown = await visible(hub.store)
        for key, editions in shown.items():
            assert editions in ({float(mark(number - 1))}, {float(mark(number))}), key
        published = len([editions for editions in shown.values() if editions == {float(mark(number))}])
        forge.struck[str(published)] += 1
        await changes_are_whole(hub.store)
        read_models_are_whole(config.read_path, await hub.store.data_version())
        await hub.store.take_interrupted(now=datetime.now(UTC) + timedelta(hours=1), lease=5)  # its lease has run out
        outcomes = await hub.harvester.harvest(await hub.store.sources())
        assert {outcome.verdict for outcome in outcomes} <= {V.PUBLISHED, V.UNCHANGED}
        assert await visible(hub.store) == {key: {float(mark(number))} for key in SOURCES}
        assert await hub.store.integrity() == []
        assert file_of(config.read_path, await hub.store.data_version()).exists()
        assert [run for run in await hub.store.runs(first=50) if run.verdict is V.RUNNING] == []
        return published


async def kill(times: int, forge: Forge, folder: Path, sites: Sites, url: str) -> Forge:
    config = load(configuration(folder, sites, url), {})
    for key, path in SOURCES.items():
        sites.publish(path, edition(key, 0))
    forge.harvest(config.path, None)  # the first one warms caches up
    for key, path in SOURCES.items():
        sites.publish(path, edition(key, 1))
    assert forge.harvest(config.path, None) == 0, forge.said(config.path)
    span = forge.seconds * 1.05
    chance = random.Random(f"{url[:6]}{times}")
    for number in range(2, times + 2):
        published = await one_kill(forge, config, sites, number, chance.uniform(0.02, span))
        # The machine's pace moves: stay where sources are being published.
        span *= 0.95 if published == len(SOURCES) else 1.04
        if number % 10 == 1:  # a soak is long: say how far it is (seen with -s)
            print(f"{url.split(':', 1)[0]}: {number - 1} of {times}, {forge.killed} killed under way", flush=True)
    return forge


async def test_ten_kills_leave_the_store_whole(
    forge: Forge, tmp_path: Path, sites: Sites, store_url: str, anyio_backend: str
) -> None:
    done = await kill(10, forge, tmp_path, sites, store_url)
    assert done.killed >= 5  # else the moments are badly chosen, and nothing was shown


@pytest.mark.soak
async def test_two_hundred_kills_leave_the_store_whole(
    forge: Forge, tmp_path: Path, databases: Databases, dialect: str, sites: Sites, store_url: str, anyio_backend: str
) -> None:
    done = await kill(200, forge, tmp_path, sites, store_url)
    print(f"\n{dialect}: {done.killed} of 200 killed under way; sources already published then: {dict(done.struck)}")
    assert done.killed >= 100
