from __future__ import annotations

from typing import Any, ClassVar

import pytest

from connectors.base import Draft, Row, SourceDown
from connectors.csv_table import CsvTable
from hub.harvest.replay import ArchiveFetch
from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import FIELDS, PUEBLA, World
from tests.sites import Fault

pytestmark = pytest.mark.anyio


class Mended(CsvTable):
    """The same connector, one release later: it reads the institution in capitals."""

    version: ClassVar[str] = "2"

    def draft(self, row: Row, ctx: Any) -> Any:
        draft = super().draft(row, ctx)
        assert isinstance(draft, Draft)
        draft.values["institution"] = str(draft.values["institution"]).upper()
        return draft


async def test_a_run_from_the_archive_gives_the_same_with_no_network(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before, asked = await world.public(), len(world.sites.log)
    world.sites.set(PUEBLA, Fault.TIMEOUT)
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.read, outcome.requests, outcome.bytes) == (V.UNCHANGED, 8, 0, 0)
    assert len(world.sites.log) == asked
    assert await world.public() == before


async def test_a_mended_connector_reads_history_again_and_shows_it_before_it_is_published(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    asked, version = len(world.sites.log), await world.store.data_version()
    harvester = world.harvester(make=lambda name, options: Mended(CsvTable.Options(**options)))
    shown = await world.run(harvester=harvester, from_archive=True, dry_run=True)
    assert (shown.modified, {tuple(change["fields"]) for change in shown.changes}) == (8, {("institutions",)})
    assert await world.store.data_version() == version
    outcome = await world.run(harvester=harvester, from_archive=True)
    assert (outcome.verdict, outcome.modified, outcome.requests) == (V.PUBLISHED, 8, 0)
    assert [change.kind for change in (await world.public())["changes"][-8:]] == ["MODIFIED"] * 8
    assert len(world.sites.log) == asked


async def test_a_changed_mapping_reads_the_same_bytes_anew(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    await world.sync(world.source(fields={key: value for key, value in FIELDS.items() if key != "evidence"}))
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.modified, outcome.requests) == (V.HELD, 0, 0)  # a field gone: looked at by people
    assert "«evidence»" in (outcome.reason or "")
    await world.sync(world.source(fields=FIELDS | {"description": "Estatus"}))
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.modified) == (V.PUBLISHED, 8)


async def test_a_run_from_the_archive_moves_neither_freshness_nor_the_next_attempt(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.store.source("puebla-csv")
    world.time.at = world.time.at.replace(day=5)
    await world.run(from_archive=True)
    after = await world.store.source("puebla-csv")
    assert before is not None
    assert after is not None
    assert (after.last_fetched_at, after.next_due_at) == (before.last_fetched_at, before.next_due_at)


async def test_a_source_that_was_never_read_has_nothing_archived(world: World) -> None:
    await world.sync(world.source())
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.requests) == (V.SOURCE_DOWN, 0)
    assert "archivo" in (outcome.reason or "")


async def test_what_a_held_run_read_can_be_read_again(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    world.sites.set(PUEBLA, Fault.HALF_ROWS)
    await world.run()
    await world.sync(world.source(max_drop=0.6))  # the operator looked, and allows it
    outcome = await world.run(from_archive=True)
    assert (outcome.verdict, outcome.read, outcome.removed) == (V.PUBLISHED, 4, 4)


async def test_an_answer_that_was_not_archived_is_not_invented(world: World) -> None:
    fetch = ArchiveFetch([], world.archive)
    with pytest.raises(SourceDown, match="no guarda la respuesta"):
        await fetch("https://ejemplo.mx/otra.csv")
