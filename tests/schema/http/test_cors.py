from __future__ import annotations

import pytest

from schema.http.cors import with_cors
from tests.schema.http.kit import JSON, app, ask, post

pytestmark = pytest.mark.anyio

PREFLIGHT = [
    ("origin", "https://datos.example"),
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type, authorization"),
]


async def test_a_page_of_an_allowed_origin_may_ask_and_read() -> None:
    endpoint = with_cors(app(), ["https://datos.example"])
    reply = await ask(endpoint, "OPTIONS", headers=PREFLIGHT)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "https://datos.example"
    reply = await post(endpoint, {"query": "{ hello }"}, headers=[("origin", "https://datos.example")])
    assert reply.headers["access-control-allow-origin"] == "https://datos.example"
    assert "ETag" in reply.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in reply.headers


async def test_a_page_of_another_origin_may_not() -> None:
    endpoint = with_cors(app(), ["https://datos.example"])
    reply = await ask(endpoint, "OPTIONS", headers=[("origin", "https://evil.example"), *PREFLIGHT[1:]])
    assert reply.status == 400
    reply = await post(endpoint, {"query": "{ hello }"}, headers=[("origin", "https://evil.example")])
    assert "access-control-allow-origin" not in reply.headers


async def test_a_cached_answer_does_not_remember_whose_page_asked_first() -> None:
    endpoint = with_cors(app(), ["https://a.example", "https://b.example"])
    for origin in ("https://a.example", "https://b.example", "https://a.example"):
        reply = await post(endpoint, {"query": "{ hello }"}, headers=[("origin", origin)])
        assert reply.headers["access-control-allow-origin"] == origin
        assert "origin" in reply.headers["vary"].lower()


async def test_without_origins_nothing_is_added() -> None:
    endpoint = app()
    assert with_cors(endpoint, []) is endpoint


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
async def test_a_form_of_another_page_cannot_run_a_mutation(media: str) -> None:
    body = b'{"query":"mutation { add(a: 1, b: 2) }"}'
    reply = await ask(with_cors(app(), ["*"]), body=body, headers=[("content-type", media), ("accept", JSON)])
    assert reply.status == 415
