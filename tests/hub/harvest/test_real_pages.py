"""The real pages of the national programme, served from loopback as eight sources, beside the bundled facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.model import Commitment, Exercise
from hub.model import RunVerdict as V
from hub.store.records import SourceRecord
from tests.hub.harvest.conftest import World

pytestmark = pytest.mark.anyio

PAGES = {
    "campeche": ("04", 6), "chihuahua": ("08", 0), "durango": ("10", 6), "guanajuato": ("11", 0), "morelos": ("17", 8),
    "nuevo-leon": ("19", 0), "oaxaca": ("20", 6), "tabasco": ("27", 0),
}  # fmt: skip
BUNDLED = SourceRecord(key="bundled", title="Datos incluidos", connector="bundled", url="bundled:")


def serve(world: World, shared: Path) -> list[SourceRecord]:
    """Put the pages on the sites; their sources."""
    sources = []
    for name, (state, count) in PAGES.items():
        body = (shared / "sources" / "inai_exercise" / f"{name}.html").read_bytes()
        world.sites.add(f"/inai/{name}.html", body, "text/html; charset=utf-8")
        sources.append(
            world.source(
                f"/inai/{name}.html", name, connector="inai_exercise", jurisdiction=state, fields={}, floor=min(count, 1),
                title=f"Ejercicio local de {name}",
            )
        )  # fmt: skip
    return sources


async def exercises(world: World) -> dict[str, Exercise]:
    found: dict[str, Exercise] = {}
    async for batch in world.store.export_records("exercise"):
        for stored in batch:
            record = stored.decode()
            assert isinstance(record, Exercise)
            found[record.jurisdiction] = record
    return found


async def counted(world: World) -> dict[str, list[tuple[str, Commitment]]]:
    """Public code -> (source, record) of everyone who publishes it."""
    found: dict[str, list[tuple[str, Commitment]]] = {}
    async for batch in world.store.export_records("commitment"):
        for stored in batch:
            record = stored.decode()
            assert isinstance(record, Commitment)
            found.setdefault(stored.code, []).append((stored.source, record))
    return found


async def test_one_harvest_publishes_all_and_a_second_asks_once_a_source_and_writes_nothing(
    world: World, shared: Path
) -> None:
    await world.sync(*serve(world, shared))
    found = await world.harvest()
    assert {key: (outcome.verdict, outcome.read) for key, outcome in found.items()} == {
        key: (V.PUBLISHED, count) for key, (_, count) in PAGES.items()
    }
    everything = await counted(world)
    assert len(everything) == 26
    assert sum(record.series == "P" for [(_, record)] in everything.values()) == 3
    assert sum(outcome.requests for outcome in found.values()) == len(PAGES) + 1  # robots.txt once
    before = await world.public()

    again = await world.harvest()
    assert {outcome.verdict for outcome in again.values()} == {V.UNCHANGED}
    assert {outcome.requests for outcome in again.values()} == {1}
    assert {key: outcome.read for key, outcome in again.items()} == {key: count for key, (_, count) in PAGES.items()}
    assert await world.public() == before


async def test_dates_and_members_are_those_of_the_pages(world: World, shared: Path) -> None:
    await world.sync(*serve(world, shared))
    await world.harvest()
    found = await exercises(world)
    assert set(found) == {state for state, _ in PAGES.values()}
    oaxaca = found["20"]
    assert oaxaca.joined is not None
    assert oaxaca.secretariat_installed is not None
    assert oaxaca.members is not None
    facts = (shared / "facts" / "ejercicios.csv").read_text("utf-8-sig")
    for state, exercise in found.items():
        if exercise.joined is not None and len(exercise.joined) == 10:
            assert f"{exercise.joined}" in facts, state


@pytest.mark.parametrize("first", ["bundled", "pages"])
async def test_what_pages_and_bundled_facts_share_is_counted_once_whoever_comes_first(
    world: World, shared: Path, first: str
) -> None:
    sources = serve(world, shared)
    await world.sync(*sources, BUNDLED)
    keys = [source.key for source in sources]
    for batch in (["bundled"], keys) if first == "bundled" else (keys, ["bundled"]):
        assert {outcome.verdict for outcome in (await world.harvest(*batch)).values()} == {V.PUBLISHED}
    everything = await counted(world)
    assert len(everything) == 128
    shared_codes = {code: [source for source, _ in records] for code, records in everything.items() if len(records) > 1}
    assert len(shared_codes) == 26
    assert all("bundled" in publishers and len(publishers) == 2 for publishers in shared_codes.values())
    oaxaca = {code for code in everything if code.startswith("MX-OAX-PAL-1-")}
    assert oaxaca == {f"MX-OAX-PAL-1-{number}" for number in ("C1", "C2", "C3", "C4", "C5", "P1")}


async def test_codes_are_the_same_in_whichever_order_sources_come(world: World, shared: Path) -> None:
    from hub.store import Store
    from tests.stores import Databases

    sources = serve(world, shared)
    await world.sync(*sources, BUNDLED)
    await world.harvest(*[source.key for source in sources], "bundled")
    one = set(await counted(world))
    folder = world.root / "other"
    folder.mkdir()
    store = await Store.open(await Databases(folder).url("sqlite"))
    try:
        other = World(store, world.sites, folder, tls=world.tls)
        await other.sync(*sources, BUNDLED)
        await other.harvest("bundled")
        await other.harvest(*[source.key for source in reversed(sources)])
        assert set(await counted(other)) == one
        await other.close()
    finally:
        await store.close()
