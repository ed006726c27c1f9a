"""hub.store.decisions: two commitments decided to be one are one at once and ever after; decided to be two, never."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hub.model import ChangeKind, Commitment
from hub.store import DecisionRefused, DuplicateCandidate, Store, UnknownPair
from hub.store.standing import Clash
from tests.hub.store.world import BUNDLED, DAY, GRACE, NATIONAL, NOW, SOURCES, STATE, commitment, publish, view

pytestmark = pytest.mark.anyio

HASHED = "MX-VER-PAL-1-X"


def unnumbered(key: str, title: str = "", **fields: Any) -> Commitment:
    """Without number and code: nothing but its title tells whose it is."""
    return commitment(None, title or f"Compromiso {key}", key=key, **fields)


async def code_of(store: Store, title: str) -> str:
    (code,) = [code for code, merged in (await view(store)).items() if merged.record.title == title]
    return code


async def queue(store: Store, *codes: str) -> None:
    """Every pair of these codes."""
    pairs = [(a, b) for a in codes for b in codes if a < b]
    await store.add_candidates([DuplicateCandidate(code_a=a, code_b=b, score=95.0, found_at=NOW) for a, b in pairs])


async def aliases(store: Store) -> dict[str, str]:
    async with store.reading() as reading:
        return {alias.old_code: alias.new_code for alias in await reading.aliases()}


async def two(store: Store) -> tuple[str, str]:
    """A commitment of the bundled data, and one of the state that may be it."""
    await store.sync_sources(SOURCES, now=NOW)
    await publish(store, BUNDLED, [commitment(1, "Escuelas abiertas", description="De los datos incluidos")], NOW)
    await publish(store, STATE, [unnumbered("a", "Presupuesto abierto en escuelas")], NOW + DAY)
    first, second = await code_of(store, "Escuelas abiertas"), await code_of(store, "Presupuesto abierto en escuelas")
    await queue(store, first, second)
    return first, second


async def test_two_decided_to_be_one_are_one_commitment_under_the_older_code(store: Store) -> None:
    first, second = await two(store)
    before, seq = await store.data_version(), await store.last_change_seq()
    assert await store.decide_candidate(second, first, same=True, by="op", now=NOW + 2 * DAY) == before + 1
    ((code, merged),) = (await view(store)).items()
    assert code == first
    assert (merged.source, merged.sources) == (STATE.key, (STATE.key, BUNDLED.key))
    assert (merged.record.title, merged.record.description) == (
        "Presupuesto abierto en escuelas",
        "De los datos incluidos",
    )
    assert await aliases(store) == {second: first}
    told = {change.code: (change.kind, change.changed_fields) for change in await store.changes(seq)}
    assert told[second] == (ChangeKind.REMOVED, ())
    assert told[first][0] is ChangeKind.MODIFIED
    assert {"title", "source", "alsoPublishedBy"} <= set(told[first][1])
    assert await store.candidates() == []


async def test_they_stay_one_whatever_either_source_publishes_next(store: Store) -> None:
    first, second = await two(store)
    await store.decide_candidate(first, second, same=True, by="op", now=NOW + 2 * DAY)
    await publish(store, STATE, [unnumbered("a", "Otro título", own_code="SEV-01"), unnumbered("b")], NOW + 3 * DAY)
    await publish(store, BUNDLED, [commitment(1, "Escuelas", own_code=None)], NOW + 4 * DAY)
    current = await view(store)
    assert len(current) == 2
    assert current[first].record.title == "Otro título"
    assert current[first].sources == (STATE.key, BUNDLED.key)
    await publish(store, STATE, [unnumbered("b")], NOW + 5 * DAY)
    await store.sweep(now=NOW + 5 * DAY + GRACE, grace=GRACE)
    await publish(store, STATE, [unnumbered("a", "De vuelta"), unnumbered("b")], NOW + 30 * DAY)
    assert (await view(store))[first].sources == (STATE.key, BUNDLED.key)


async def test_a_reversed_decision_gives_each_its_code_back(store: Store) -> None:
    first, second = await two(store)
    apart = await view(store)
    await store.decide_candidate(first, second, same=True, by="op", now=NOW + 2 * DAY)
    version, seq = await store.data_version(), await store.last_change_seq()
    assert await store.decide_candidate(first, second, same=False, by="op", now=NOW + 3 * DAY) == version + 1
    assert {code: merged.record.title for code, merged in (await view(store)).items()} == {
        code: merged.record.title for code, merged in apart.items()
    }
    assert await aliases(store) == {}
    assert {(c.kind, c.code) for c in await store.changes(seq)} == {
        (ChangeKind.MODIFIED, first),
        (ChangeKind.ADDED, second),
    }
    assert await store.decide_candidate(first, second, same=False, by="op", now=NOW + 4 * DAY) == version + 1
    assert [(c.decision, c.decided_at) for c in await store.candidates(decided=True)] == [("different", NOW + 3 * DAY)]


async def test_two_decided_to_be_two_stay_two_though_they_get_one_number(store: Store) -> None:
    first, second = await two(store)
    version = await store.data_version()
    assert await store.decide_candidate(first, second, same=False, by="op", now=NOW + 2 * DAY) == version
    await publish(store, STATE, [commitment(1, "Presupuesto abierto en escuelas", key="a")], NOW + 3 * DAY)
    current = await view(store)
    assert {code: merged.sources for code, merged in current.items()} == {first: (BUNDLED.key,), second: (STATE.key,)}
    await publish(store, STATE, [commitment(1, "Con otro título", key="a")], NOW + 4 * DAY)
    assert sorted(await view(store)) == sorted([first, second])


async def test_what_is_decided_is_not_asked_again_under_other_codes(store: Store) -> None:
    first, second = await two(store)
    await store.decide_candidate(first, second, same=False, by="op", now=NOW + 2 * DAY)
    await publish(store, STATE, [unnumbered("a", "Presupuesto abierto", own_code="SEV-01")], NOW + 3 * DAY)
    assert "SEV-01" in await view(store)
    await queue(store, first, "SEV-01")
    assert await store.candidates() == []
    await queue(store, first, second)
    assert [c.decision for c in await store.candidates(decided=True)] == ["different"]
    await store.decide_candidate(first, "SEV-01", same=True, by="op", now=NOW + 4 * DAY)
    assert list(await view(store)) == [first]
    assert await aliases(store) == {second: first, "SEV-01": first}
    assert [(c.code_b, c.decision) for c in await store.candidates(decided=True)] == [("SEV-01", "same")]


async def three(store: Store) -> tuple[str, str, str]:
    """One commitment of each source, nothing in common."""
    await store.sync_sources(SOURCES, now=NOW)
    for source in SOURCES:
        await publish(store, source, [unnumbered(source.key)], NOW)
    codes = [await code_of(store, f"Compromiso {source.key}") for source in SOURCES]
    await queue(store, *codes)
    return codes[0], codes[1], codes[2]


async def decide(store: Store, one: str, other: str, *, same: bool) -> None:
    await store.decide_candidate(one, other, same=same, by="op", now=NOW + DAY)


async def test_a_decision_that_contradicts_others_is_refused_and_nothing_is_written(store: Store) -> None:
    a, b, c = await three(store)
    await decide(store, a, b, same=True)
    await decide(store, a, c, same=False)
    with pytest.raises(DecisionRefused) as refused:
        await decide(store, b, c, same=True)
    assert (refused.value.clash, refused.value.named) == (Clash.KEPT_APART, tuple(sorted([a, c])))
    assert await store.candidates() == [], "as a is b, and not c, b is not c"
    await decide(store, a, c, same=True)
    with pytest.raises(DecisionRefused) as refused:
        await decide(store, b, c, same=False)
    assert refused.value.clash is Clash.JOINED
    assert refused.value.named == tuple(sorted([a, b, c]))
    assert [merged.sources for merged in (await view(store)).values()] == [(STATE.key, NATIONAL.key, BUNDLED.key)]


async def test_two_of_one_source_are_two(store: Store) -> None:
    await store.sync_sources(SOURCES, now=NOW)
    await publish(store, STATE, [unnumbered("a"), unnumbered("b")], NOW)
    codes = list(await view(store))
    await queue(store, *codes)
    with pytest.raises(DecisionRefused, match=r"one source publishes both \(veracruz\)"):
        await decide(store, codes[0], codes[1], same=True)


async def test_two_of_two_published_plans_are_two_but_a_plan_that_nobody_published_yields(store: Store) -> None:
    await store.sync_sources(SOURCES, now=NOW)
    second = msgspec.structs.replace(commitment(1).plan, key="pal-2", ordinal=2)
    await publish(store, BUNDLED, [commitment(1, "Uno")], NOW)
    await publish(store, NATIONAL, [commitment(5, "Dos", plan=second)], NOW)
    nameless = msgspec.structs.replace(second, key="", ordinal=None, title="")
    await publish(store, STATE, [unnumbered("a", "Tres", plan=nameless)], NOW)
    one, two, three = [await code_of(store, title) for title in ("Uno", "Dos", "Tres")]
    await queue(store, one, two, three)
    with pytest.raises(DecisionRefused, match=r"two published plans \(MX-VER-PAL-1, MX-VER-PAL-2\)"):
        await decide(store, one, two, same=True)
    await decide(store, two, three, same=True)
    merged = (await view(store))[two]
    assert (merged.record.title, merged.record.plan_code, merged.record.plan.key) == ("Tres", "MX-VER-PAL-2", "pal-2")
    with pytest.raises(DecisionRefused):
        await decide(store, one, three, same=True)


async def test_a_decision_waits_while_one_source_publishes_both(store: Store) -> None:
    first, second = await two(store)
    await decide(store, first, second, same=True)
    both = [unnumbered("a", "Presupuesto abierto en escuelas"), commitment(1, "El número uno", key="b")]
    await publish(store, STATE, both, NOW + 3 * DAY)
    current = await view(store)
    assert {code: merged.record.title for code, merged in current.items()} == {
        first: "El número uno",
        second: "Presupuesto abierto en escuelas",
    }
    assert await aliases(store) == {}
    await publish(store, STATE, both[:1], NOW + 4 * DAY)
    await store.sweep(now=NOW + 4 * DAY + GRACE, grace=GRACE)
    assert list(await view(store)) == [first]
    assert await aliases(store) == {second: first}


async def test_a_pair_that_is_not_queued_or_was_never_published_is_named(store: Store) -> None:
    first, _ = await two(store)
    with pytest.raises(UnknownPair, match="not a pair"):
        await decide(store, first, "nada", same=True)
    await queue(store, first, "nada")
    with pytest.raises(UnknownPair, match="nada is not the code"):
        await decide(store, first, "nada", same=True)


async def test_likely_duplicates_wait_for_a_decision_and_keep_it(store: Store) -> None:
    first, second = await two(store)
    (found,) = await store.candidates()
    assert {found.code_a, found.code_b} == {first, second}
    assert found.decision is None
    await decide(store, first, second, same=False)
    await store.add_candidates([msgspec.structs.replace(found, score=96.0)])
    assert await store.candidates() == []
    (kept,) = await store.candidates(decided=True)
    assert (kept.decision, kept.score, kept.decided_by) == ("different", 96.0, "op")
    assert kept.decided_at is not None
