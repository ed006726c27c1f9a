"""hub.readmodel.past: the file of an earlier moment is the file that was served then."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.model import Event, Exercise, ExerciseStep, Record
from hub.readmodel import ReadModel, past
from hub.readmodel.files import build_lock, file_of
from hub.readmodel.from_store import build_current
from hub.readmodel.past import NotReady, PastModels
from hub.store import Store
from tests.hub.store.world import BUNDLED, DAY, GRACE, HOUR, NATIONAL, NOW, SOURCES, STATE, commitment, plan, publish
from tests.stores import Databases

pytestmark = pytest.mark.anyio
BY_KEY = {source.key: source for source in SOURCES}

TABLES = {
    "commitment": "SELECT code, is_primary, source, title, status, progress, plan_code, state, updated_at, body "
    "FROM commitment ORDER BY id",
    "version": "SELECT code, source, title, progress, valid_from, valid_to, changed_fields FROM commitment_version "
    "ORDER BY code, valid_from",
    "plan": "SELECT code, title, published, source, valid_from, valid_to FROM plan ORDER BY code, valid_from",
    "exercise": "SELECT jurisdiction, step, source, body FROM exercise ORDER BY jurisdiction",
    "event": "SELECT source, native_key, title, date FROM event ORDER BY source, native_key",
    "change": "SELECT seq, kind, code, at, data_version, changed_fields FROM change ORDER BY seq",
    "cube": "SELECT dim, value, by, member, count FROM cube ORDER BY dim, value, by, member",
    "meta": "SELECT key, value FROM meta WHERE key <> 'published_at' ORDER BY key",
}

CODED = {"commitment", "version", "plan", "cube", "meta"}


def without_codes(row: tuple[Any, ...]) -> tuple[str, ...]:
    """What of a commitment's row does not hang on codes: whose it is, what it says, since when."""
    return tuple(repr(value) for value in (*row[1:6], row[7]))


contents = st.tuples(st.sampled_from("ab"), st.sampled_from([None, 10.0, 90.0]))
batch = st.tuples(
    st.sampled_from(sorted(BY_KEY)),
    st.dictionaries(st.integers(1, 4), contents, max_size=4),
    st.sampled_from([None, "2019", "2020-05-01"]),
    st.sampled_from([None, ExerciseStep.STARTED, ExerciseStep.EVALUATION]),
    st.sets(st.integers(1, 3), max_size=3),
    st.sampled_from([1, 3, 8]),
)


def published(
    key: str, told: dict[int, Any], dated: str | None, step: ExerciseStep | None, held: set[int]
) -> list[Record]:
    """Everything that a source publishes at once."""
    records: list[Record] = [
        commitment(number, f"Compromiso {number} {word}", key=f"{key}-{number}", progress=progress)
        for number, (word, progress) in told.items()
    ]
    records.append(plan(published=dated))
    if step is not None:
        records.append(Exercise(native_key="30", jurisdiction="30", step=step))
    records += [Event(native_key=f"e{number}", title=f"Firma {number}", date=f"202{number}-01-01") for number in held]
    return records


def content(model: ReadModel) -> dict[str, list[Any]]:
    return {name: list(model.rows(sql)) for name, sql in TABLES.items()}


MARKED_AND_BACK = [
    ("bundled", {1: ("a", None), 2: ("a", None)}, None, None, set(), 1),
    ("bundled", {1: ("a", None)}, None, None, set(), 1),
    ("inai", {1: ("a", None)}, None, None, set(), 1),
    ("bundled", {1: ("a", None), 2: ("b", None)}, None, None, set(), 1),
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=MARKED_AND_BACK)
@given(steps=st.lists(batch, min_size=1, max_size=6))
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_past_is_what_was_served_then(databases: Databases, dialect: str, steps: list[Any]) -> None:
    """By brute force: each version's file is kept as it was made at its time, and compared with one made afterwards."""

    async def run() -> None:
        store = await Store.open(await databases.url(dialect))
        try:
            with TemporaryDirectory() as folder:
                await hold(store, Path(folder), steps)
        finally:
            await store.close()

    asyncio.run(run())


async def hold(store: Store, folder: Path, steps: list[Any]) -> None:
    await store.sync_sources(SOURCES, now=NOW - DAY)
    served: dict[datetime, dict[str, list[Any]]] = {}
    now = NOW
    for key, told, dated, step, held, days in steps:
        done = await publish(store, BY_KEY[key], published(key, told, dated, step, held), now)
        if done.published:
            await build_current(store, folder)
            served[now] = content(ReadModel.open(file_of(folder, done.data_version)))
        now += days * DAY
    models = PastModels(store, folder / "past", patience=60)
    aliases = set(await aliases_of(store))
    marks = await store.moments()
    assert set(served) <= set(marks)
    for moment, shown in served.items():
        model = await models.at(moment + HOUR)
        found = content(model)
        assert model.published_at <= moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        # plans without commitments leave no alias when they change their code, or turn out to be one plan
        assert bool(found["plan"]) == bool(shown["plan"])
        renamed = aliases or {row[:4] for row in found["plan"]} != {row[:4] for row in shown["plan"]}
        if renamed:  # some codes have changed since: they are shown as they are today
            assert sorted(map(without_codes, found["commitment"])) == sorted(map(without_codes, shown["commitment"]))
        for name in TABLES:
            if name not in CODED or not renamed:
                assert found[name] == shown[name], name
    assert content(await models.at(NOW - HOUR))["commitment"] == []
    await models.close()


async def aliases_of(store: Store) -> list[Any]:
    async with store.reading() as reading:
        return list(await reading.aliases())


async def history(store: Store, versions: int) -> list[datetime]:
    """Some publications, one a day; the moments of them."""
    await store.sync_sources(SOURCES, now=NOW - DAY)
    moments = [NOW + number * DAY for number in range(versions)]
    for number, moment in enumerate(moments):
        await publish(store, STATE, [commitment(1, f"Versión {number}"), commitment(number + 2)], moment)
    return moments


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.db"))


async def test_days_without_a_publication_share_one_file(store: Store, tmp_path: Path) -> None:
    (moment, *_) = await history(store, 1)
    models = PastModels(store, tmp_path)
    first = await models.at(moment)
    assert all([await models.at(moment + days * DAY) is first for days in range(1, 400)])
    before = await models.at(moment - timedelta(microseconds=1))
    assert all([await models.at(moment - days * DAY) is before for days in range(1, 400)])
    assert (first.data_version, before.data_version) == (1, 0)
    assert len(files(tmp_path)) == 2


async def test_many_who_ask_for_one_day_wait_for_one_build(store: Store, tmp_path: Path) -> None:
    (moment, *_) = await history(store, 2)
    models = PastModels(store, tmp_path, patience=60)
    found = await asyncio.gather(*(models.at(moment) for _ in range(20)))
    assert len({model.path for model in found}) == 1
    assert len(files(tmp_path)) == 1


async def test_one_is_made_at_a_time_and_few_wait(store: Store, tmp_path: Path) -> None:
    moments = await history(store, past.QUEUE + 2)
    models = PastModels(store, tmp_path, patience=0.05)
    with build_lock(tmp_path) as mine:  # another process makes one
        assert mine
        asked = await asyncio.gather(*(models.at(moment) for moment in moments), return_exceptions=True)
        assert all(isinstance(error, NotReady) for error in asked)
        assert files(tmp_path) == []
    await models.close()
    assert len(files(tmp_path)) == past.QUEUE
    patient = PastModels(store, tmp_path, patience=60)
    assert [(await patient.at(moment)).data_version for moment in moments] == list(range(1, len(moments) + 1))


async def test_the_files_used_least_lately_go_first(store: Store, tmp_path: Path) -> None:
    moments = await history(store, past.KEEP + 2)
    models = PastModels(store, tmp_path, patience=60)
    made = []
    for number, moment in enumerate(moments):
        made.append((await models.at(moment)).path)
        if number < past.KEEP:
            os.utime(made[-1], (number + 1, number + 1))
        if number == past.KEEP - 1:
            os.utime(made[0])  # somebody asks for the oldest
    assert not made[1].exists()
    assert made[0].exists()
    assert len(files(tmp_path)) == past.KEEP


async def test_a_damaged_file_is_made_again(store: Store, tmp_path: Path) -> None:
    (moment, *_) = await history(store, 1)
    path = (await PastModels(store, tmp_path, patience=60).at(moment)).path
    path.write_bytes(b"no es una base")
    assert (await PastModels(store, tmp_path, patience=60).at(moment)).data_version == 1


async def test_what_is_marked_missing_later_is_not_missing_then(store: Store, tmp_path: Path) -> None:
    await store.sync_sources(SOURCES, now=NOW - DAY)
    await publish(store, STATE, [commitment(1), commitment(2)], NOW)
    await publish(store, STATE, [commitment(1)], NOW + DAY)
    await publish(store, NATIONAL, [commitment(7)], NOW + DAY + GRACE)
    models = PastModels(store, tmp_path, patience=60)
    shown = {}
    for moment in (NOW, NOW + DAY, NOW + DAY + GRACE):
        model = await models.at(moment)
        shown[moment] = list(model.rows("SELECT title, missing_since IS NOT NULL FROM commitment ORDER BY title"))
    assert list(shown.values()) == [
        [("Compromiso 1", 0), ("Compromiso 2", 0)],
        [("Compromiso 1", 0), ("Compromiso 2", 1)],
        [("Compromiso 1", 0), ("Compromiso 7", 0)],
    ]
    assert BUNDLED.key in {row[0] for row in model.rows("SELECT key FROM source")}
