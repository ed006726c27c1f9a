from __future__ import annotations

import pytest

from hub.harvest import reading
from hub.harvest.reading import Reading
from hub.model import Issue, IssueSeverity
from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import PUEBLA, World
from tests.sites.content import commitments

pytestmark = pytest.mark.anyio


async def test_a_large_source_is_read_twice_and_gives_the_same_as_a_small_one(world: World) -> None:
    rows = reading.HELD_DRAFTS + 7
    world.sites.publish(PUEBLA, commitments("puebla", rows))
    await world.sync(world.source())
    outcome = await world.run()
    assert (outcome.verdict, outcome.read, outcome.added, outcome.rejected) == (V.PUBLISHED, rows, rows, 0)
    first = (await world.commitments())["MX-PUE-puebla-csv-C1"]
    assert (first.progress, first.start_date, first.years) == (45.0, "2023-01-15", (2023,))
    assert first.lineage is not None
    assert (first.lineage.locator, first.lineage.url) == ("row 2", world.sites.url(PUEBLA))


async def test_steps_tell_how_far_a_run_has_come(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    phases = list(dict.fromkeys(step.phase for step in world.steps))
    assert phases == ["fetching", "reading", "keeping", "publishing", "done"]
    assert [step.done for step in world.steps if step.phase == "keeping"] == [8]


async def test_rows_that_give_no_commitment_are_counted_and_said(world: World) -> None:
    table = commitments("puebla").edited(2, "Compromiso", "")
    world.sites.publish(PUEBLA, table)
    await world.sync(world.source())
    outcome = await world.run()
    assert (outcome.read, outcome.added, outcome.rejected) == (8, 7, 1)
    assert outcome.issues != []


async def test_repeated_keys_are_counted_and_hold_a_run_of_many(world: World) -> None:
    table = commitments("puebla")
    for row in range(1, 5):
        table = table.edited(row, "No.", "1")
    world.sites.publish(PUEBLA, table)
    await world.sync(world.source())
    outcome = await world.run()
    assert outcome.read == 8
    assert outcome.verdict in (V.HELD, V.PUBLISHED)
    assert await world.store.integrity() == []


def test_issues_are_kept_up_to_a_limit() -> None:
    found = Reading()
    for number in range(reading.MAX_ISSUES + 10):
        found.add(Issue(severity=IssueSeverity.INFO, code="X", message=str(number)))
    assert len(found.issues) == reading.MAX_ISSUES
