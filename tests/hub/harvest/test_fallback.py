from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import PUEBLA, World
from tests.sites import Fault, content
from tests.sites.content import commitments

pytestmark = pytest.mark.anyio

STAMP = "20250112080000"


def capture(world: World, body: bytes | None = None) -> str:
    """Put the page into the imitation archive; the capture's path."""
    original = world.sites.url(PUEBLA)
    index = [["timestamp", "original", "mimetype", "statuscode", "digest", "length"]]
    index.append([STAMP, original, "text/csv", "200", "ABC", "900"])
    path = f"/wayback/web/{STAMP}id_/{original}"
    world.sites.add("/wayback/cdx/search/cdx", json.dumps(index).encode(), "application/json")
    world.sites.add(path, body or content.as_csv(commitments("puebla")), "text/csv")
    return path


async def down_for(world: World, days: float, fault: Fault = Fault.SERVER_ERROR) -> None:
    world.sites.set(PUEBLA, fault)
    await world.run()
    world.time.at += timedelta(days=days)


def source(world: World) -> object:
    return world.source(fallback="wayback", fallback_after=timedelta(days=3).total_seconds())


async def test_a_source_down_for_long_is_read_from_its_last_good_capture_and_lineage_says_so(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    path = capture(world)
    await down_for(world, 3.1)
    outcome = await world.run()
    assert (outcome.verdict, outcome.read, outcome.added) == (V.PUBLISHED, 8, 8), outcome.reason
    assert "ARCHIVED_COPY" in [issue.code for issue in outcome.issues]
    lineages = {record.lineage.url for record in (await world.commitments()).values() if record.lineage}
    assert lineages == {world.sites.url(path)}


async def test_a_source_down_for_short_is_waited_for(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    capture(world)
    await down_for(world, 2.9)
    assert (await world.run()).verdict is V.SOURCE_DOWN
    assert world.sites.asked("/wayback/cdx/search/cdx") == []


async def test_a_source_without_a_declared_fallback_stays_down(world: World) -> None:
    await world.sync(world.source())
    capture(world)
    await down_for(world, 300)
    assert (await world.run()).verdict is V.SOURCE_DOWN


@pytest.mark.parametrize(("fault", "verdict"), [(Fault.GONE, V.PUBLISHED), (Fault.FORBIDDEN, V.BLOCKED)])
async def test_a_page_that_is_gone_is_read_from_a_capture_and_one_that_is_forbidden_is_not(
    world: World, fault: Fault, verdict: V
) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    capture(world)
    await down_for(world, 4, fault)
    assert (await world.run()).verdict is verdict


async def test_while_it_is_down_the_capture_stands_and_the_source_grows_stale(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    capture(world)
    await world.run()
    fresh = await world.store.source("puebla-csv")
    await down_for(world, 4)
    await world.run()
    version = await world.store.data_version()
    world.time.at += timedelta(hours=12)
    again = await world.run()
    assert again.verdict is V.UNCHANGED
    assert await world.store.data_version() == version
    stale = await world.store.source("puebla-csv")
    assert fresh is not None
    assert stale is not None
    assert stale.last_fetched_at == fresh.last_fetched_at


async def test_when_the_site_is_back_it_is_read_itself(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    capture(world)
    await down_for(world, 4)
    await world.run()
    world.sites.set(PUEBLA, Fault.EDITED)
    outcome = await world.run()
    assert (outcome.verdict, outcome.modified) == (V.PUBLISHED, 1)
    await down_for(world, 1)  # down anew: the count begins again
    assert (await world.run()).verdict is V.SOURCE_DOWN


async def test_a_run_that_read_a_capture_can_be_repeated_from_our_archive(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    path = capture(world)
    await down_for(world, 4)
    await world.run()
    before, asked = await world.public(), len(world.sites.log)
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.read) == (V.UNCHANGED, 8)
    assert len(world.sites.log) == asked
    assert (await world.public())["records"] == before["records"]
    assert path


async def test_without_a_capture_the_reason_says_both(world: World) -> None:
    await world.sync(source(world))  # type: ignore[arg-type]
    world.sites.add("/wayback/cdx/search/cdx", b"[]", "application/json")
    await down_for(world, 4)
    outcome = await world.run()
    assert outcome.verdict is V.SOURCE_DOWN
    assert "error propio, 500" in (outcome.reason or "")
    assert "no tiene una captura" in (outcome.reason or "")
