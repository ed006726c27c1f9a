"""The planner as the HTTP layer asks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.http.config import HttpConfig
from schema.http.engine import Engine
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
