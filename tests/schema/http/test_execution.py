"""What graphql-core executes ends in time."""

from __future__ import annotations

import asyncio

import pytest
import strawberry

from schema.http.config import HttpConfig
from schema.http.view import GraphQL
from tests.schema.http.kit import post


@strawberry.type
class Query:
    @strawberry.field
    async def forever(self) -> int:
        await asyncio.Event().wait()
        return 1


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def visit(self) -> int:
        for _ in range(3):
            await asyncio.sleep(0)
        return 1


ENDPOINT = GraphQL(strawberry.Schema(query=Query, mutation=Mutation), config=HttpConfig(max_seconds=0))


@pytest.mark.anyio
async def test_a_query_whose_time_is_over_is_refused_with_what_to_do() -> None:
    reply = await post(ENDPOINT, {"query": "{ forever }"})
    assert "data" not in reply.json
    assert reply.json["errors"][0]["extensions"]["code"] == "COST_LIMIT"
    assert "Narrow its filter" in reply.json["errors"][0]["message"]


@pytest.mark.anyio
async def test_a_mutation_may_wait_for_a_site() -> None:
    assert (await post(ENDPOINT, {"query": "mutation { visit }"})).json["data"] == {"visit": 1}
