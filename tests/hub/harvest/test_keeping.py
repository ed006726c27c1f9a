"""hub.harvest.keeping: the same is published wherever it was read."""

from __future__ import annotations

import sys

import pytest

from hub.harvest.beside import Beside
from hub.harvest.reading import BATCH
from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import PUEBLA, World
from tests.hub.harvest.test_beside import DIES_WHILE_IT_READS
from tests.sites.content import commitments

pytestmark = pytest.mark.anyio

ROWS = 3 * BATCH + 7


async def test_a_source_read_beside_the_harvest_is_published_as_any_other(world: World) -> None:
    world.sites.publish(PUEBLA, commitments("puebla", ROWS).edited(4, "Compromiso", ""))
    await world.sync(world.source())
    beside = Beside()
    async with beside.at_hand():
        await beside.ready()
        outcome = await world.run(harvester=world.harvester(beside=beside))
    assert (outcome.verdict, outcome.read, outcome.added, outcome.rejected) == (V.PUBLISHED, ROWS, ROWS - 1, 1)
    assert (beside.read, beside.running) == (1, False)
    assert [step.done for step in world.steps if step.phase == "keeping"][-1] == ROWS
    again = await world.run(from_archive=True)
    assert (again.verdict, again.read, again.rejected) == (V.UNCHANGED, ROWS, 1)


async def test_what_a_process_that_dies_has_given_is_kept_and_the_rest_is_read_here(world: World) -> None:
    world.sites.publish(PUEBLA, commitments("puebla", ROWS))
    await world.sync(world.source())
    beside = Beside((sys.executable, "-c", DIES_WHILE_IT_READS.replace("self.left = 2", "self.left = 3")))
    async with beside.at_hand():
        await beside.ready()
        outcome = await world.run(harvester=world.harvester(beside=beside))
    assert (outcome.verdict, outcome.read, outcome.added, outcome.rejected) == (V.PUBLISHED, ROWS, ROWS, 0)
    assert beside.read == 0
    assert [run.verdict for run in await world.store.runs("puebla-csv")] == [V.PUBLISHED]


async def test_a_refusal_from_there_is_the_verdict_of_the_run(world: World) -> None:
    world.sites.publish(PUEBLA, commitments("puebla", ROWS).renamed("Compromiso", "Otra cosa"))
    await world.sync(world.source())
    beside = Beside()
    async with beside.at_hand():
        await beside.ready()
        there = await world.run(harvester=world.harvester(beside=beside))
    here = await world.run()
    assert there.verdict is V.SOURCE_CHANGED
    assert (there.verdict, there.reason, there.issues) == (here.verdict, here.reason, here.issues)
    assert beside.read == 1
