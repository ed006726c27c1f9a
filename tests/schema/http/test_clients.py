"""The endpoint as the reference clients from npm see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.schema.http.kit import app

pytestmark = pytest.mark.npm

Node = Callable[..., Any]
Serve = Callable[[Any], str]


def test_all_audits_of_the_http_specification_pass(node: Node, serve: Serve) -> None:
    result = node("audits.mjs", f"http://{serve(app())}/graphql")
    assert result == {"total": 61, "failed": []}


def test_the_graphql_ws_client_receives_events(node: Node, serve: Serve) -> None:
    result = node("websocket.mjs", f"ws://{serve(app())}/graphql")
    assert result == {
        "events": [{"count": number} for number in range(4)],
        "who": [{"who": "Ana"}],
        "sum": [{"add": 42}],
        "invalid": "GRAPHQL_VALIDATION_FAILED",
        "refused": 4403,
    }


def test_the_graphql_sse_client_receives_events(node: Node, serve: Serve) -> None:
    result = node("sse.mjs", f"http://{serve(app())}/graphql")
    assert result["events"] == [{"count": number} for number in range(4)]
    assert result["query"] == [{"hello": "hola mundo"}]
    assert result["invalid"][0][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert result["left"] == {"forever": 0}
