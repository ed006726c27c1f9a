"""The planner as the HTTP layer asks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.http.config import HttpConfig
from schema.http.engine import Engine
from schema.http.errors import RequestError
from schema.http.request import Operation
from schema.plan.executor import PlannedExecutor
from tests.schema.world import World, context_of

TEXTS = [
    "{ odsGoals { id } }",
    "{ states { name commitments { totalCount facets { year { key } } } } }",
    "{ nationalView { byOds { goal { name } byStatus { count } } } }",
    "{ commitments(first: 7) { totalCount nodes { code plan { title } history { run { id } } } } }",
    "{ events { title } }",
]


@pytest.mark.anyio
@pytest.mark.parametrize("text", TEXTS)
async def test_a_planned_operation_costs_what_it_costs_unplanned(tmp_path: Path, text: str) -> None:
    schema, config = build_schema(), HttpConfig()
    context = context_of(World(5, 3), tmp_path)
    model = ReadModel.open(tmp_path / "world.db")
    planned = await PlannedExecutor(schema, lambda: model, config=config).execute(
        Operation(query=text), lambda: context
    )
    executed = await Engine(schema, config=config).core.execute(Operation(query=text), lambda: context)
    assert planned is not None
    assert not executed.errors
    assert (planned.cost, planned.data) == (executed.cost, executed.data)


@pytest.fixture
def model(tmp_path: Path) -> ReadModel:
    """A small country."""
    context_of(World(5, 3), tmp_path)
    return ReadModel.open(tmp_path / "world.db")


@pytest.mark.anyio
@pytest.mark.parametrize("text", TEXTS)
async def test_what_is_planned_is_answered_the_same_at_once(model: ReadModel, text: str) -> None:
    executor = PlannedExecutor(build_schema(), lambda: model)
    assert executor.at_once(Operation(query=text)) == await executor.execute(Operation(query=text), dict)
    assert (executor.planned, executor.passed, executor.long) == (2, 0, 0)


@pytest.mark.parametrize(
    "text", ["{ nothing }", "{ __schema { queryType { name } } }", "{", "{ plan(code: 1) { code } }"]
)
def test_what_is_not_planned_is_left_at_once_and_not_counted(model: ReadModel, text: str) -> None:
    executor = PlannedExecutor(build_schema(), lambda: model)
    assert executor.at_once(Operation(query=text)) is None
    assert (executor.planned, executor.passed, executor.long) == (0, 0, 0)


def test_what_takes_long_is_left_at_once(model: ReadModel) -> None:
    executor = PlannedExecutor(build_schema(), lambda: model)
    text = '{ commitments(filter: {text: "agua"}) { totalCount } }'
    model.current.small = -1
    assert executor.at_once(Operation(query=text)) is None
    model.current.small = 1_000
    assert executor.at_once(Operation(query=text)) is not None


def test_without_a_read_model_nothing_is_answered_at_once() -> None:
    assert PlannedExecutor(build_schema(), lambda: None).at_once(Operation(query=TEXTS[0])) is None


def test_what_costs_too_much_is_refused_at_once(model: ReadModel) -> None:
    executor = PlannedExecutor(build_schema(), lambda: model, config=HttpConfig(max_cost=5))
    with pytest.raises(RequestError):
        executor.at_once(Operation(query=TEXTS[3]))
