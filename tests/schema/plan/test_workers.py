"""Plans that take long leave the event loop, share what they found, and end in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.readmodel import ReadModel
from hub.readmodel.reader import LongWorkError
from schema.api import build_schema
from schema.http.errors import RequestError
from schema.http.request import Operation
from schema.plan.executor import PlannedExecutor
from schema.plan.workers import TookTooLongError, Workers
from tests.schema.world import World, context_of

SEARCH = 'query { commitments(filter: {text: "agua"}, first: 3) { totalCount nodes { code } } }'


@pytest.fixture
def model(tmp_path: Path) -> Iterator[ReadModel]:
    context_of(World(5, 3), tmp_path)
    opened = ReadModel.open(tmp_path / "world.db")
    yield opened
    opened.close()


def endless(model: ReadModel) -> int:
    """Counts for hours."""
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e12) SELECT count(*) FROM n"
    return int(next(iter(model.rows(sql)))[0])


def test_a_hurried_space_of_many_rows_refuses_long_work(model: ReadModel) -> None:
    model.current.hurried = True
    model.current.long()
    model.current.small = model.current.size - 1
    with pytest.raises(LongWorkError):
        model.current.long()


@pytest.mark.anyio
async def test_work_runs_in_another_thread_on_a_connection_of_its_own(model: ReadModel) -> None:
    def look(copy: ReadModel) -> tuple[bool, bool, int]:
        return (
            copy.connection is model.connection,
            threading.current_thread() is threading.main_thread(),
            copy.data_version,
        )

    assert await Workers(10).run(model, look) == (False, False, model.data_version)


@pytest.mark.anyio
async def test_sets_found_by_a_thread_are_kept_for_all(model: ReadModel) -> None:
    model.current.keep(("text", "known"), 5)

    def look(copy: ReadModel) -> int | None:
        copy.current.keep(("text", "found"), 6)
        return copy.current.kept(("text", "known"))

    assert await Workers(10).run(model, look) == 5
    assert model.current.kept(("text", "found")) == 6


@pytest.mark.anyio
async def test_work_that_takes_too_long_is_stopped_and_the_next_one_is_not(model: ReadModel) -> None:
    moments = iter(range(0, 1_000_000, 6))
    workers = Workers(10, clock=lambda: float(next(moments)))
    with pytest.raises(TookTooLongError):
        await workers.run(model, endless)
    assert await workers.run(model, lambda copy: copy.current.size) == model.current.size


@pytest.mark.anyio
async def test_a_long_operation_is_answered_as_a_short_one(model: ReadModel) -> None:
    schema = build_schema()
    short = PlannedExecutor(schema, lambda: model)
    expected = await short.execute(Operation(query=SEARCH), None)
    large = ReadModel.open(model.path)
    large.current.small = 0
    long = PlannedExecutor(schema, lambda: large)
    answers = [await long.execute(Operation(query=SEARCH), None) for _ in range(2)]
    assert expected is not None
    assert [answer.data for answer in answers if answer] == [expected.data, expected.data]
    assert (short.long, long.long) == (0, 1)
    large.close()


@pytest.mark.anyio
async def test_an_operation_whose_time_is_over_is_refused_with_what_to_do(model: ReadModel) -> None:
    model.current.small = 0
    executor = PlannedExecutor(build_schema(), lambda: model, workers=Workers(-1, steps=1))
    with pytest.raises(RequestError, match="Narrow its filter") as caught:
        await executor.execute(Operation(query=SEARCH), None)
    assert caught.value.code == "COST_LIMIT"
