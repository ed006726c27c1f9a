from __future__ import annotations

import gzip
import json

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from schema.http import cache
from schema.http.config import HttpConfig
from tests.schema.http.kit import JSON, RESPONSE_JSON, Reply, app, ask, post

pytestmark = pytest.mark.anyio

TYPE = ("content-type", JSON)
HELLO = b"query=%7Bhello%7D"


class Version:
    """A data version that tests move."""

    def __init__(self) -> None:
        self.now = 1

    def __call__(self) -> int:
        return self.now


def entry(body: bytes, key_size: int = 0) -> cache.Entry:
    return cache.entry([], body, cache.entity_tag(body, 1), key_size)


async def test_the_second_answer_is_the_first_one_byte_for_byte() -> None:
    endpoint = app()
    first = await post(endpoint, {"query": "{ hello }"})
    second = await post(endpoint, {"query": "{ hello }"})
    assert (first.body, first.headers) == (second.body, second.headers)
    assert (endpoint.cache.stats.hits, endpoint.cache.stats.misses) == (1, 1)


async def test_a_kept_answer_ends_with_its_data_version() -> None:
    version = Version()
    endpoint = app(version=version, answer_extensions=lambda: {"dataVersion": version.now, "staleSources": []})
    first = await ask(endpoint, "GET", query=HELLO)
    version.now = 2
    second = await ask(endpoint, "GET", query=HELLO)
    assert (first.json["extensions"]["dataVersion"], second.json["extensions"]["dataVersion"]) == (1, 2)
    assert first.headers["etag"].startswith('"1-')
    assert second.headers["etag"].startswith('"2-')
    assert endpoint.cache.stats.hits == 0


async def test_an_answer_that_the_data_overtook_is_not_kept() -> None:
    version = Version()

    def context(asker: object) -> object:
        version.now += 1  # a publication in the middle of the request
        return asker

    endpoint = app(version=version, context=context)
    await post(endpoint, {"query": "{ hello }"})
    assert endpoint.cache.stats.entries == 0


@pytest.mark.parametrize(
    "query",
    ["{ boom }", "{ refused }", "{ secret }", "mutation { add(a: 1, b: 2) }", "{ nothing }", "{"],
)
async def test_errors_mutations_and_private_answers_are_not_kept(query: str) -> None:
    endpoint = app()
    for _ in range(2):
        reply = await post(endpoint, {"query": query})
        assert reply.headers["cache-control"] == "private, no-store"
        assert "etag" not in reply.headers
    assert (endpoint.cache.stats.hits, endpoint.cache.stats.entries) == (0, 0)


async def test_media_types_and_codings_are_kept_apart() -> None:
    endpoint = app()
    seen = set()
    for accept in (JSON, RESPONSE_JSON):
        for coding in ("identity", "gzip", "zstd"):
            for _ in range(2):
                reply = await ask(
                    endpoint,
                    "GET",
                    query=b"query=%7Blong(size:500)%7D",
                    headers=[("accept", accept), ("accept-encoding", coding)],
                )
                assert reply.media == accept
                assert reply.headers.get("content-encoding", "identity") == coding
                assert decoded(reply) == {"long": "ñandú " * 500}
            seen.add((accept, coding, reply.headers["etag"]))
    assert len({etag for _, coding, etag in seen if coding != "identity"}) == 2
    assert endpoint.cache.stats.hits == 6


def decoded(reply: Reply) -> object:
    coding = reply.headers.get("content-encoding")
    body = reply.body
    if coding == "gzip":
        body = gzip.decompress(body)
    elif coding == "zstd":
        body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
    assert int(reply.headers["content-length"]) == len(reply.body)
    return json.loads(body)["data"]


async def test_a_short_answer_is_not_compressed() -> None:
    reply = await ask(app(), "GET", query=HELLO, headers=[("accept-encoding", "gzip, zstd")])
    assert "content-encoding" not in reply.headers
    assert "accept-encoding" in reply.headers["vary"]


async def test_a_client_that_has_the_answer_gets_304_without_body() -> None:
    endpoint = app()
    etag = (await ask(endpoint, "GET", query=HELLO)).headers["etag"]
    for names in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        reply = await ask(endpoint, "GET", query=HELLO, headers=[("if-none-match", names)])
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == etag
        assert "cache-control" in reply.headers
        assert "vary" in reply.headers
        assert "content-length" not in reply.headers
    assert endpoint.cache.stats.not_modified == 4
    reply = await ask(endpoint, "GET", query=HELLO, headers=[("if-none-match", '"other"')])
    assert reply.status == 200


async def test_a_cold_server_answers_304_as_well() -> None:
    etag = (await ask(app(), "GET", query=HELLO)).headers["etag"]
    assert (await ask(app(), "GET", query=HELLO, headers=[("if-none-match", etag)])).status == 304


async def test_a_post_is_answered_whole_whatever_the_client_has() -> None:
    endpoint = app()
    for _ in range(2):
        reply = await post(endpoint, {"query": "{ hello }"}, headers=[("if-none-match", "*")])
        assert (reply.status, reply.json["data"]) == (200, {"hello": "hola mundo"})


async def test_what_nobody_else_may_keep_says_nothing_of_keeping() -> None:
    reply = await post(app(), {"query": "{ hello }"})
    assert reply.headers.keys().isdisjoint({"etag", "cache-control", "vary"})


async def test_answers_to_posts_are_kept_in_each_coding() -> None:
    endpoint = app()
    for coding in ("identity", "gzip", "zstd", "gzip"):
        reply = await ask(
            endpoint, body=b'{"query":"{ long(size: 500) }"}', headers=[TYPE, ("accept-encoding", coding)]
        )
        assert reply.headers.get("content-encoding", "identity") == coding
        assert decoded(reply) == {"long": "ñandú " * 500}
    assert (endpoint.cache.stats.hits, endpoint.cache.stats.entries) == (1, 3)


async def test_get_and_post_of_the_same_bytes_are_two_questions() -> None:
    endpoint = app()
    await ask(endpoint, "GET", query=HELLO)
    assert (await ask(endpoint, body=HELLO, headers=[TYPE])).status == 400


async def test_the_cache_can_be_turned_off() -> None:
    endpoint = app(HttpConfig(cache_bytes=0))
    for _ in range(2):
        assert (await post(endpoint, {"query": "{ hello }"})).status == 200
    assert (endpoint.cache.stats.hits, endpoint.cache.stats.entries) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), max_size=60))
def test_the_cache_never_holds_more_than_its_bytes(puts: list[tuple[int, int]]) -> None:
    kept = cache.ResponseCache(capacity=10_000, largest=5_000)
    held: dict[int, bytes] = {}
    for key, size in puts:
        kept.get(key, 1)
        body = bytes([key]) * size
        kept.put(key, 1, entry(body))
        held[key] = body
        assert kept.stats.bytes <= 10_000
    found = {key: kept.get(key, 1) for key in held}
    assert kept.stats.bytes == sum(item.size for item in found.values() if item is not None)
    for key, item in found.items():
        if item is not None:
            assert item.body["body"] == held[key]


def test_the_least_recently_used_goes_first() -> None:
    kept = cache.ResponseCache(capacity=3 * 700, largest=1000)
    kept.get("nothing", 1)
    for key in "abc":
        kept.put(key, 1, entry(b"x" * 100))
    kept.get("a", 1)
    kept.put("d", 1, entry(b"x" * 100))
    assert [key for key in "abcd" if kept.get(key, 1)] == ["a", "c", "d"]
    assert kept.stats.evictions == 1


def test_one_huge_answer_does_not_empty_the_cache() -> None:
    kept = cache.ResponseCache(capacity=10_000, largest=2_000)
    kept.get("nothing", 1)
    kept.put("a", 1, entry(b"x"))
    kept.put("b", 1, entry(b"x" * 5_000))
    assert kept.get("a", 1) is not None
    assert kept.get("b", 1) is None


async def test_a_look_for_another_counts_what_it_found_and_not_what_it_did_not() -> None:
    kept = cache.ResponseCache(1_000_000, 1_000_000)
    assert kept.find("a", 1) is None
    kept.put("a", 1, entry(b"answer"))
    found = kept.find("a", 1)
    assert found is not None
    assert found.body["body"] == b"answer"
    assert kept.find("a", 2) is None
    assert (kept.stats.hits, kept.stats.misses) == (1, 0)


async def test_lines_are_the_headers_as_http_writes_them() -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"3")]
    assert cache.entry(headers, b"abc", b"", 0).lines == b"content-type: text/plain\r\ncontent-length: 3\r\n"
