"""The second publication of sources of a size at which PostgreSQL has heard of none of their rows yet."""

from __future__ import annotations

import pytest

from hub.store import Store
from tests.hub.store.world import HOUR, NATIONAL, NOW, SOURCES, STATE, commitment, publish, records

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [1000, 3000])
async def test_a_small_source_publishes_again_in_no_quadratic_plan(store: Store, size: int) -> None:
    """A plan made for the one row that the planner guesses takes minutes here: the test would not end."""
    await store.sync_sources(SOURCES, now=NOW)
    first = [commitment(number) for number in range(size)]
    await publish(store, STATE, first, NOW)
    renamed = [commitment(number, key=f"r{number}") for number in range(100)]
    changed = [commitment(number, "Otro título") for number in range(100, 300)]
    new = [commitment(number) for number in range(size, size + 50)]
    stand = first[300 : size - 50]

    done = await publish(store, STATE, [*renamed, *changed, *stand, *new], NOW + HOUR)

    counts = done.kinds["commitment"]
    assert (counts.added, counts.modified, counts.removed, counts.unchanged) == (50, 300, 50, size - 350)
    shown = {item.native_key: item for item in await records(store)}
    assert {f"k{number}" for number in range(100)}.isdisjoint(shown)  # their commitments go on under other keys
    assert {key for key, item in shown.items() if item.missing_since} == {f"k{n}" for n in range(size - 50, size)}

    back = await publish(store, STATE, first, NOW + 2 * HOUR)
    counts = back.kinds["commitment"]
    assert (counts.added, counts.modified, counts.removed) == (0, 300, 50)


async def test_a_source_beside_a_larger_one_publishes_again_in_no_quadratic_plan(store: Store) -> None:
    await store.sync_sources(SOURCES, now=NOW)
    await publish(store, NATIONAL, [commitment(None, f"Federal {n}", key=f"n{n}") for n in range(3000)], NOW)
    first = [commitment(number) for number in range(1000)]
    await publish(store, STATE, first, NOW + HOUR)
    second = [commitment(number, "Otro título") for number in range(500)]
    done = await publish(store, STATE, second, NOW + 2 * HOUR)
    counts = done.kinds["commitment"]
    assert (counts.added, counts.modified, counts.removed) == (0, 500, 500)
