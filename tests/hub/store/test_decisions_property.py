"""Random publications and decisions: what is public is what a brute-force model of both says, at every step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.model import ChangeKind
from hub.store import DecisionRefused, DuplicateCandidate, Store
from tests.hub.store.test_publish_property import BY_KEY, RANK, Model, contents, history_tells, made, simple
from tests.hub.store.world import GRACE, NOW, SOURCES, publish, shown, view
from tests.stores import Databases

NUMBERS = (1, 2, 3, 4)
PAIRS = list(combinations(NUMBERS, 2))

published = st.tuples(
    st.just("publish"),
    st.sampled_from(sorted(BY_KEY)),
    st.dictionaries(st.sampled_from(NUMBERS), contents, max_size=3),
    st.booleans() | st.just(True),
)
decided = st.tuples(st.just("decide"), st.sampled_from(PAIRS), st.booleans() | st.just(True), st.none())
swept = st.tuples(st.just("sweep"), st.none(), st.none(), st.none())
steps = st.lists(st.tuples(published | decided | decided | swept, st.sampled_from([1, 3, 8])), min_size=1, max_size=14)


def code(number: int) -> str:
    return f"MX-VER-PAL-1-C{number}"


@dataclass
class Decided(Model):
    """The store by brute force: numbers are groups, decisions are edges, bodies are what can be reached."""

    known: list[int] = field(default_factory=list)
    said: dict[tuple[int, int], tuple[int, bool]] = field(default_factory=dict)
    edges: list[tuple[int, int]] = field(default_factory=list)

    def publish(self, key: str, batch: dict[int, tuple[Any, ...]], complete: bool, now: datetime) -> None:
        self.known += [number for number in sorted(batch) if number not in self.known]
        if complete:  # what one source publishes under another key of the same commitment is taken over at once
            mine = self.held.setdefault(key, {})
            for number in [n for n in mine if n not in batch and self.body(n) & set(batch)]:
                del mine[number]
        super().publish(key, batch, complete, now)

    def sweep(self, now: datetime) -> None:
        super().sweep(now)
        self.weigh()

    def body(self, number: int) -> frozenset[int]:
        """Everything that can be reached by the edges that stand."""
        reached = {number}
        while more := {n for edge in self.edges if reached & set(edge) for n in edge} - reached:
            reached |= more
        return frozenset(reached)

    def publishers(self, body: frozenset[int]) -> set[str]:
        return {key for key, mine in self.held.items() if body & set(mine)}

    def clashes(self, pair: tuple[int, int], skip: tuple[int, int] | None = None) -> bool:
        """Whether an edge between two bodies would contradict a source or a decision."""
        one, other = map(self.body, pair)
        if one == other:
            return False
        apart = [set(two) for two, (_, same) in self.said.items() if not same and two != skip]
        return any(two & one and two & other for two in apart) or bool(self.publishers(one) & self.publishers(other))

    def weigh(self, skip: tuple[int, int] | None = None) -> None:
        self.edges = []
        for pair, (_, same) in sorted(self.said.items(), key=lambda item: item[1]):
            if same and pair != skip and not self.clashes(pair, skip):
                self.edges.append(pair)

    def decide(self, pair: tuple[int, int], same: bool, turn: int) -> bool:
        """False where it is refused."""
        self.weigh(skip=pair)
        refused = self.clashes(pair, skip=pair) if same else self.body(pair[0]) == self.body(pair[1])
        if not refused and self.said.get(pair, (0, not same))[1] != same:
            self.said[pair] = (turn, same)
        self.weigh()
        return not refused

    def code_of(self, number: int) -> str:
        return code(min(self.body(number), key=self.known.index)) if number in self.known else code(number)

    def state(self) -> Any:
        return {k: {n: (*held, self.code_of(n)) for n, held in mine.items()} for k, mine in self.held.items() if mine}

    def queue(self) -> set[tuple[str, str]]:
        """Pairs of which no decision tells anything."""
        apart = [set(two) for two, (_, same) in self.said.items() if not same]
        bodies = {pair: tuple(map(self.body, pair)) for pair in PAIRS if pair not in self.said}
        return {
            (code(pair[0]), code(pair[1]))
            for pair, (one, other) in bodies.items()
            if one != other and not any(two & one and two & other for two in apart)
        }

    def view(self) -> dict[str, tuple[str, str, str | None, float | None]]:
        seen: dict[str, tuple[str, str, str | None, float | None]] = {}
        for body in {self.body(number) for number in NUMBERS}:
            members = sorted((RANK[k], k, mine[n][0]) for k, mine in self.held.items() for n in body if n in mine)
            if members:
                filled = [next((m[2][i] for m in members if m[2][i] is not None), None) for i in (1, 2)]
                seen[self.code_of(min(body))] = (members[0][1], members[0][2][0], filled[0], filled[1])
        return seen


async def replay(url: str, history: list[Any]) -> None:
    store = await Store.open(url)
    await store.sync_sources(SOURCES, now=NOW)
    model, mirror, seq, now, version = Decided(), {}, 0, NOW, 0
    instants: list[tuple[datetime, dict[str, Any]]] = []
    ever: set[str] = set()
    for turn, ((what, first, second, complete), days) in enumerate(history):
        before, at = model.state(), now
        if what == "publish":
            model.publish(first, second, complete, now)
            batch = [made(number, content) for number, content in second.items()]
            at = (await publish(store, BY_KEY[first], batch, now, complete=complete)).at
            pairs = [(code(a), code(b)) for a, b in combinations(sorted(model.known), 2)]
            await store.add_candidates(
                [DuplicateCandidate(code_a=a, code_b=b, score=9, found_at=now) for a, b in pairs]
            )
        elif what == "sweep":
            model.sweep(now)
            await store.sweep(now=now, grace=GRACE)
        elif set(first) <= set(model.known):
            allowed = model.decide(first, second, turn)
            try:
                await store.decide_candidate(code(first[0]), code(first[1]), same=second, by="op", now=now)
            except DecisionRefused:
                assert not allowed
            else:
                assert allowed
        assert (await store.data_version() > version) == (model.state() != before)
        assert await store.data_version() <= version + 1
        version = await store.data_version()
        current = await view(store)
        assert {code: simple(merged) for code, merged in current.items()} == model.view()
        assert all(len(set(merged.sources)) == len(merged.sources) for merged in current.values())
        for change in await store.changes(seq, first=1000):
            seq = change.seq
            if change.kind is ChangeKind.REMOVED:
                del mirror[change.code]
            else:
                assert (change.kind is ChangeKind.ADDED) == (change.code not in mirror)
                assert mirror.get(change.code) != shown(current[change.code]), "a change without a difference"
                mirror[change.code] = shown(current[change.code])
        assert mirror == {code: shown(merged) for code, merged in current.items()}
        ever |= set(current)
        await codes_lead_on(store, model, ever)
        queued = {(c.code_a, c.code_b) for c in await store.candidates()}
        known = {code(number) for number in model.known}
        assert queued == {pair for pair in model.queue() if set(pair) <= known}
        instants.append((at, model.view()))
        now = max(now, at) + timedelta(days=days)
    await history_tells(store, instants)
    await store.close()


async def codes_lead_on(store: Store, model: Decided, ever: set[str]) -> None:
    """A code that was public is borne, or leads to the one that its commitment bears now."""
    async with store.reading() as reading:
        aliases = {alias.old_code: alias.new_code for alias in await reading.aliases()}
    for number in model.known:
        now = model.code_of(number)
        if code(number) in ever and code(number) != now:
            assert aliases[code(number)] == now
        else:
            assert code(number) not in aliases


@given(steps)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_publications_and_decisions_make_what_the_model_makes_on_sqlite(
    databases: Databases, history: list[Any]
) -> None:
    async def act() -> None:
        await replay(await databases.url("sqlite"), history)

    asyncio.run(act())


@given(steps)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_publications_and_decisions_make_what_the_model_makes_on_postgresql(
    databases: Databases, history: list[Any]
) -> None:
    async def act() -> None:
        await replay(await databases.url("postgresql"), history)

    asyncio.run(act())


@pytest.mark.soak
@given(steps)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
def test_publications_and_decisions_make_what_the_model_makes_at_length(
    databases: Databases, history: list[Any]
) -> None:
    async def act() -> None:
        await replay(await databases.url("sqlite"), history)

    asyncio.run(act())
