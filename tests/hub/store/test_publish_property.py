"""A mirror that follows the changes equals the current view, over random histories of several sources."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.model import ChangeKind, Commitment
from hub.store import Store
from hub.store.merge import Merged, timeline
from tests.hub.store.world import (
    BUNDLED,
    DAY,
    GRACE,
    NATIONAL,
    NOW,
    SOURCES,
    STATE,
    commitment,
    publish,
    records,
    shown,
    view,
)
from tests.stores import Databases

BY_KEY = {source.key: source for source in SOURCES}
RANK = {STATE.key: 0, NATIONAL.key: 1, BUNDLED.key: 2}

contents = st.tuples(st.sampled_from("ab"), st.sampled_from([None, "x", "y"]), st.sampled_from([None, 10.0, 90.0]))
published = st.tuples(
    st.just("publish"),
    st.sampled_from(sorted(BY_KEY)),
    st.dictionaries(st.integers(1, 4), contents, max_size=4),
    st.booleans() | st.just(True),
)
swept = st.tuples(st.just("sweep"), st.none(), st.none(), st.none())
steps = st.lists(st.tuples(published | swept, st.sampled_from([1, 3, 8])), min_size=1, max_size=12)


@dataclass
class Model:
    """The store by brute force: a dict per source."""

    held: dict[str, dict[int, tuple[tuple[Any, ...], datetime | None]]] = field(default_factory=dict)

    def publish(self, key: str, batch: dict[int, tuple[Any, ...]], complete: bool, now: datetime) -> None:
        mine = self.held.setdefault(key, {})
        for number, (content, missing) in list(mine.items()):
            if number not in batch and complete and missing is None:
                mine[number] = (content, now)
        for number, content in batch.items():
            mine[number] = (content, None)
        self.sweep(now)

    def sweep(self, now: datetime) -> None:
        for mine in self.held.values():
            for number, (_, missing) in list(mine.items()):
                if missing is not None and missing <= now - GRACE:
                    del mine[number]

    def state(self) -> Any:
        return {key: dict(mine) for key, mine in self.held.items() if mine}

    def view(self) -> dict[str, tuple[str, str, str | None, float | None]]:
        """Code -> source, title, description, progress, each from the nearest source that has it."""
        seen: dict[str, tuple[str, str, str | None, float | None]] = {}
        for number in range(1, 5):
            members = [(RANK[key], key, mine[number][0]) for key, mine in self.held.items() if number in mine]
            if members:
                members.sort()
                first = members[0]
                filled = [next((m[2][i] for m in members if m[2][i] is not None), None) for i in (1, 2)]
                seen[f"MX-VER-PAL-1-C{number}"] = (first[1], first[2][0], filled[0], filled[1])
        return seen


def simple(merged: Merged) -> tuple[str, str, str | None, float | None]:
    record = merged.record
    return (merged.source, record.title, record.description, record.progress)


def made(number: int, content: tuple[Any, ...]) -> Commitment:
    title, description, progress = content
    return commitment(number, title, description=description, progress=progress)


async def replay(url: str, history: list[Any]) -> None:
    store = await Store.open(url)
    await store.sync_sources(SOURCES, now=NOW)
    model, mirror, seq, now, version = Model(), {}, 0, NOW, 0
    instants: list[tuple[datetime, dict[str, Any]]] = []
    for (what, key, batch, complete), days in history:
        before = model.state()
        if what == "publish":
            model.publish(key, batch, complete, now)
            done = await publish(store, BY_KEY[key], [made(n, c) for n, c in batch.items()], now, complete=complete)
            at = done.at
        else:
            model.sweep(now)
            await store.sweep(now=now, grace=GRACE)
            at = now
        assert (await store.data_version() > version) == (model.state() != before)
        assert await store.data_version() <= version + 1
        version = await store.data_version()
        current = await view(store)
        assert {code: simple(merged) for code, merged in current.items()} == model.view()
        for change in await store.changes(seq, first=1000):
            assert change.seq == seq + 1
            seq = change.seq
            if change.kind is ChangeKind.REMOVED:
                del mirror[change.code]
            else:
                new = shown(current[change.code])
                assert (change.kind is ChangeKind.ADDED) == (change.code not in mirror)
                assert mirror.get(change.code) != new, "a change without a difference"
                assert (change.kind is ChangeKind.MODIFIED) == bool(change.changed_fields)
                mirror[change.code] = new
        assert mirror == {code: shown(merged) for code, merged in current.items()}
        instants.append((at, model.view()))
        now = max(now, at) + timedelta(days=days)
    await history_tells(store, instants)
    await store.close()


async def history_tells(store: Store, instants: list[tuple[datetime, dict[str, Any]]]) -> None:
    """What the merged timelines say of each instant is what was public then."""
    groups: dict[int | None, list[Any]] = {}
    async for batch in store.export_versions("commitment"):
        for item in batch:
            groups.setdefault(item.group, []).append(item)
    spans = [span for versions in groups.values() for span in timeline(versions)]
    for at, expected in instants:
        valid = [s for s in spans if s.valid_from <= at and (s.valid_to is None or s.valid_to > at)]
        assert {s.merged.record.code: simple(s.merged) for s in valid} == expected
    assert len(await records(store)) >= len(instants[-1][1])


@given(steps)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_mirror_of_the_changes_is_the_current_view_on_sqlite(databases: Databases, history: list[Any]) -> None:
    async def act() -> None:
        await replay(await databases.url("sqlite"), history)

    asyncio.run(act())


@given(steps)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_mirror_of_the_changes_is_the_current_view_on_postgresql(databases: Databases, history: list[Any]) -> None:
    async def act() -> None:
        await replay(await databases.url("postgresql"), history)

    asyncio.run(act())


numbered = st.tuples(
    st.sampled_from(["k1", "k2", "k3", "k4"]),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, "A-1", "A-2", "7"]),
)
renumbered = st.lists(
    st.tuples(st.sampled_from(sorted(BY_KEY)), st.lists(numbered, max_size=4, unique_by=lambda n: n[0])),
    min_size=1,
    max_size=10,
)


@given(renumbered)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_commitments_never_share_a_code_however_they_are_renumbered(
    databases: Databases, history: list[Any]
) -> None:
    async def act() -> None:
        store = await Store.open(await databases.url("sqlite"))
        await store.sync_sources(SOURCES, now=NOW)
        mirror: dict[str, Any] = {}
        seq, now = 0, NOW
        for key, batch in history:
            items = [commitment(number, native, key=native, own_code=own) for native, number, own in batch]
            await publish(store, BY_KEY[key], items, now)
            now += DAY
            current = await view(store)
            for change in await store.changes(seq, first=1000):
                seq = change.seq
                if change.kind is ChangeKind.REMOVED:
                    del mirror[change.code]
                else:
                    mirror[change.code] = shown(current[change.code])
            assert mirror == {code: shown(merged) for code, merged in current.items()}
            found = await records(store)
            assert len({item.group for item in found}) == len({item.code for item in found})
            assert all(len({i.group for i in found if i.code == code}) == 1 for code in current)
            staged = [item for item in found if item.source == key and item.missing_since is None]
            assert sorted(item.native_key for item in staged) == sorted(native for native, _, _ in batch)
            assert len({item.group for item in staged}) == len(staged), "one source's records are told apart"
            async with store.reading() as reading:
                aliases = await reading.aliases()
            assert not {alias.old_code for alias in aliases} & set(current)
        await store.close()

    asyncio.run(act())


@pytest.mark.soak
@given(steps)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_mirror_of_the_changes_is_the_current_view_at_length(databases: Databases, history: list[Any]) -> None:
    async def act() -> None:
        await replay(await databases.url("sqlite"), history)

    asyncio.run(act())
