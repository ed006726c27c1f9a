"""Hostile and odd requests against the whole endpoint: each has its status, its media type and a body that speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.http.config import HttpConfig
from tests.schema.http.kit import JSON, RESPONSE_JSON, Reply, app, ask, post

pytestmark = pytest.mark.anyio

SMALL = HttpConfig(
    max_body=3000,
    max_url=600,
    max_headers=2500,
    max_query=2000,
    max_tokens=400,
    max_cost=500,
    max_aliases=50,
    max_directives=50,
)
TYPE = ("content-type", JSON)


def check_shape(reply: Reply) -> dict[str, Any]:
    """Every answer is GraphQL-shaped JSON with the hub's extensions; returns it."""
    assert reply.status != 500
    assert reply.media in (JSON, RESPONSE_JSON)
    assert int(reply.headers["content-length"]) == len(reply.body)
    answer: dict[str, Any] = reply.json
    assert set(answer) <= {"data", "errors", "extensions"}
    assert answer["extensions"]["dataVersion"] == 7
    assert answer["extensions"]["staleSources"] == ["puebla-csv"]
    assert set(answer["extensions"]["cost"]) == {"requested", "limit"}
    for error in answer.get("errors", ()):
        assert error["message"]
        assert error["extensions"]["code"]
    if reply.status >= 400:
        assert "data" not in answer
        assert answer["errors"]
    return answer


def json_body(query: str, **rest: Any) -> bytes:
    return json.dumps({"query": query, **rest}).encode()


OK = json_body("{ hello }")
BODIES: list[tuple[bytes, int, int]] = [  # body, status for graphql-response+json, status for application/json
    (OK, 200, 200),
    (json_body("query A { hello } query B { hello }", operationName="B"), 200, 200),
    (json_body("mutation { add(a: 1, b: 2) }"), 200, 200),
    (json_body("{ boom }"), 200, 200),
    (json_body("{ refused }"), 200, 200),
    (json_body("{ share(of: 1e300) }"), 200, 200),
    (json_body("{ hello }", variables=None, operationName=None, extensions=None), 200, 200),
    (json_body("{ hello }", variables={"unused": 1}), 200, 200),
    (json_body("query ($n: String!) { hello(name: $n) }", variables={"n": "Ñandú 🏊"}), 200, 200),
    (b"", 400, 400),
    (b" ", 400, 400),
    (b"1", 400, 400),
    (b"null", 400, 400),
    (b'"x"', 400, 400),
    (b"true", 400, 400),
    (b"[]", 400, 400),
    (b"[" + OK + b"]", 400, 400),
    (b"{}", 400, 400),
    (b"\x00", 400, 400),
    (b"\xff\xfe\xfd", 400, 400),
    (b'{"query":"\xc3\x28"}', 400, 400),
    (b"\xef\xbb\xbf" + OK, 400, 400),
    (b"9" * 2999, 400, 400),
    (b"[" * 1400 + b"]" * 1400, 400, 400),
    (b'{"query":"{hello}","query":"{hello}"}', 400, 400),
    (b'{"query":"{hello}","variables":{"a":1,"a":1}}', 400, 400),
    (b'{"query":"{hello}"', 400, 400),
    (b'{"query":"{hello}"}}', 400, 400),
    (b"query=%7Bhello%7D", 400, 400),
    (json_body(""), 400, 400),
    (b'{"query":null}', 400, 400),
    (b'{"query":1}', 400, 400),
    (b'{"query":[]}', 400, 400),
    (b'{"query":{}}', 400, 400),
    (json_body("{ hello }", variables=[]), 400, 400),
    (json_body("{ hello }", variables="x"), 400, 400),
    (json_body("{ hello }", variables=0), 400, 400),
    (json_body("{ hello }", extensions=[]), 400, 400),
    (json_body("{ hello }", extensions=""), 400, 400),
    (json_body("{ hello }", operationName=0), 400, 400),
    (json_body("{ hello }", operationName={}), 400, 400),
    (json_body("{ hello }", documentId="abc"), 400, 400),
    (b'{"documentId":"unknown"}', 400, 400),
    (json_body("subscription { count }"), 400, 400),
    # From here on the request can be read and only its operation is at fault.
    (json_body("{"), 400, 200),
    (json_body("}"), 400, 200),
    (json_body("{ hello"), 400, 200),
    (json_body("{ hello(name: ) }"), 400, 200),
    (json_body('{ hello(name: "x) }'), 400, 200),
    (json_body("#"), 400, 200),
    (json_body("{}"), 400, 200),
    (json_body("{ share(of: 1e400) }"), 400, 200),
    (json_body("{ share(of: -1.5e9999) }"), 400, 200),
    (json_body("{ share(of: %s) }" % ("9" * 400)), 400, 200),
    (json_body("query { }"), 400, 200),
    (json_body("{ books { } }"), 400, 200),
    (json_body("{ ... @include(if: true) { } hello }"), 400, 200),
    (json_body("{ ...f } fragment f on Query { }"), 400, 200),
    (json_body("\x00"), 400, 200),
    (json_body("🏊"), 400, 200),
    (json_body("{ a:hello, }, }"), 400, 200),
    (json_body("{ nothing }"), 400, 200),
    (json_body("{ hello { x } }"), 400, 200),
    (json_body("{ books }"), 400, 200),
    (json_body("{ hello(name: 1) }"), 400, 200),
    (json_body("{ hello(unknown: 1) }"), 400, 200),
    (json_body("{ hello @unknown }"), 400, 200),
    (json_body("{ hello @include }"), 400, 200),
    (json_body("{ ...f }"), 400, 200),
    (json_body("{ ...f } fragment f on Query { ...f }"), 400, 200),
    (json_body("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"), 400, 200),
    (json_body("{ hello } fragment f on Query { hello }"), 400, 200),
    (json_body("{ ...f } fragment f on Nothing { x }"), 400, 200),
    (json_body("fragment f on Query { hello }"), 400, 200),
    (json_body("type X { y: Int }"), 400, 200),
    (json_body("{ hello } type X { y: Int }"), 400, 200),
    (json_body("query A { hello } query B { hello }"), 400, 200),
    (json_body("query A { hello } query A { hello }", operationName="A"), 400, 200),
    (json_body("query A { hello }", operationName="B"), 400, 200),
    (json_body("query A { hello }", operationName=""), 400, 200),
    (json_body("{ hello } { hello }"), 400, 200),
    (json_body('{ hello a: hello(name: "x") hello(name: "y") }'), 400, 200),
    (json_body("query ($n: String!) { hello(name: $n) }"), 400, 200),
    (json_body("query ($n: String!) { hello(name: $n) }", variables={"n": None}), 400, 200),
    (json_body("query ($n: String!) { hello(name: $n) }", variables={"n": 1}), 400, 200),
    (json_body("query ($n: String!) { hello(name: $n) }", variables={"n": {"a": 1}}), 400, 200),
    (json_body("query ($n: Int) { books(first: $n) { totalCount } }", variables={"n": 2**31}), 400, 200),
    (json_body("query ($n: Int) { books(first: $n) { totalCount } }", variables={"n": 1.5}), 400, 200),
    (json_body("query ($n: Int) { books(first: $n) { totalCount } }", variables={"n": "1"}), 400, 200),
    (json_body("query ($n: Nothing) { hello }"), 400, 200),
    (json_body("query ($n: Query) { hello }"), 400, 200),
    (json_body("query ($n: String = 1) { hello(name: $n) }"), 400, 200),
    (json_body("query ($r: Range!) { between(range: $r) }", variables={"r": {"min": 1, "mox": 2}}), 400, 200),
    (json_body("{ between(range: {min: 1, mox: 2}) }"), 400, 200),
    (json_body("{ books(first: 99999999999999999999) { totalCount } }"), 400, 200),
    (json_body("{" + "a" * 1990 + "}"), 400, 200),
    (json_body("{" + " a" * 450 + "}"), 400, 200),
    (json_body("{" * 300), 400, 200),
    (json_body("{ hello " + "@include(if: true) " * 60 + "}"), 400, 200),
    (json_body("{ books(first: 500) { nodes { related { nodes { title } } } } }"), 400, 200),
    (json_body("{ hello " + "".join(f"a{n}: hello " for n in range(60)) + "}"), 400, 200),
    (json_body("{ books { nodes { sequels " * 1 + "{ sequels " * 25 + "{ title }" + "}" * 25 + "}}}"), 400, 200),
    (json_body("mutation { add(a: 1) }"), 400, 200),
    (json_body("mutation { nothing }"), 400, 200),
    (json_body("subscription { nothing }"), 400, 400),
]


@pytest.mark.parametrize(("body", "strict", "legacy"), BODIES)
async def test_a_body_has_its_status_in_both_media_types(body: bytes, strict: int, legacy: int) -> None:
    for accept, status in ((RESPONSE_JSON, strict), (JSON, legacy)):
        reply = await ask(app(SMALL), body=body, headers=[TYPE, ("accept", accept)])
        answer = check_shape(reply)
        assert (reply.status, reply.media) == (status, accept), answer
        if strict == 400:
            assert "data" not in answer


HEADERS: list[tuple[list[tuple[str, str]], int, str]] = [
    ([], 415, JSON),
    ([("content-type", "")], 415, JSON),
    ([("content-type", "text/plain")], 415, JSON),
    ([("content-type", "application/jsonp")], 415, JSON),
    ([("content-type", "application/json5")], 415, JSON),
    ([("content-type", "application/graphql")], 415, JSON),
    ([("content-type", "application/x-www-form-urlencoded")], 415, JSON),
    ([("content-type", "multipart/form-data; boundary=b")], 415, JSON),
    ([("content-type", "application/json; charset=latin1")], 415, JSON),
    ([("content-type", "garbage")], 415, JSON),
    ([TYPE, TYPE], 400, JSON),
    ([TYPE, ("content-encoding", "gzip")], 415, JSON),
    ([TYPE, ("content-encoding", "identity")], 200, JSON),
    ([("content-type", "APPLICATION/JSON")], 200, JSON),
    ([("content-type", "application/json;charset=UTF-8")], 200, JSON),
    ([TYPE, ("accept", "text/plain")], 406, JSON),
    ([TYPE, ("accept", "text/html")], 406, JSON),
    ([TYPE, ("accept", "application/jsonp")], 406, JSON),
    ([TYPE, ("accept", "application/json;q=0")], 406, JSON),
    ([TYPE, ("accept", "image/*")], 406, JSON),
    ([TYPE, ("accept", ";q=1")], 406, JSON),
    ([TYPE, ("accept", "application/json;charset=latin1")], 406, JSON),
    ([TYPE, ("accept", "*/*")], 200, JSON),
    ([TYPE, ("accept", "")], 200, JSON),
    ([TYPE, ("accept", "Application/GraphQL-Response+Json")], 200, RESPONSE_JSON),
    ([TYPE, ("accept", "text/plain"), ("accept", "application/json")], 200, JSON),
    ([TYPE, ("accept", "application/json;q=0.1"), ("accept", RESPONSE_JSON)], 200, RESPONSE_JSON),
    ([TYPE, ("content-length", "99999999999999999999")], 413, JSON),
    ([TYPE, ("content-length", "3001")], 413, JSON),
    ([TYPE, ("content-length", "-1")], 400, JSON),
    ([TYPE, ("content-length", "x")], 400, JSON),
    ([TYPE, ("content-length", "1"), ("content-length", "2")], 400, JSON),
    ([TYPE, ("x-long", "a" * 2500)], 431, JSON),
    ([TYPE, *[(f"x-{n}", "a" * 20) for n in range(120)]], 431, JSON),
    ([TYPE, ("authorization", "Bearer bad")], 401, JSON),
    ([TYPE, ("authorization", "Bearer")], 401, JSON),
    ([TYPE, ("authorization", "Basic Z29vZDpnb29k")], 401, JSON),
    ([TYPE, ("authorization", "\xff\xfe")], 401, JSON),
    ([TYPE, ("authorization", "Bearer good"), ("authorization", "Bearer good")], 400, JSON),
    ([TYPE, ("authorization", "bearer good")], 200, JSON),
    ([TYPE, ("accept-encoding", "gzip;q=,,;;*")], 200, JSON),
    ([TYPE, ("if-none-match", "garbage")], 200, JSON),
    ([TYPE, ("if-none-match", "*")], 200, JSON),
    ([TYPE, ("origin", "https://evil.example")], 200, JSON),
]


@pytest.mark.parametrize(("headers", "status", "media"), HEADERS)
async def test_headers_have_their_status(headers: list[tuple[str, str]], status: int, media: str) -> None:
    reply = await ask(app(SMALL), body=OK, headers=headers)
    answer = check_shape(reply)
    assert (reply.status, reply.media) == (status, media), answer
    if status == 415:
        assert reply.headers["accept"] == JSON
    if status == 401:
        assert reply.headers["www-authenticate"] == "Bearer"
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


URLS: list[tuple[bytes, int, int]] = [
    (urlencode({"query": "{ hello }"}).encode(), 200, 200),
    (urlencode({"query": "{ hello }", "variables": "{}"}).encode(), 200, 200),
    (urlencode({"query": "{ hello }", "variables": "", "operationName": ""}).encode(), 200, 200),
    (urlencode({"query": "query A { hello } mutation B { add(a: 1, b: 1) }", "operationName": "A"}).encode(), 200, 200),
    (b"", 400, 400),
    (b"query=", 400, 400),
    (b"query", 400, 400),
    (b"&&&", 400, 400),
    (b"query=%", 400, 200),
    (b"query=%zz", 400, 200),
    (b"query=%ff", 400, 400),
    (b"query=%00", 400, 200),
    (b"query=%7Bhello%7D&query=%7Bhello%7D", 400, 400),
    (b"query=%7Bhello%7D&variables=1", 400, 400),
    (b"query=%7Bhello%7D&variables=%7B", 400, 400),
    (b"query=%7Bhello%7D&variables=" + b"%5B" * 150, 400, 400),
    (b"query=%7Bhello%7D&extensions=x", 400, 400),
    (b"query=%7Bhello%7D&operationName=X", 400, 200),
    (b"query=%7Bnothing%7D", 400, 200),
    (b"query=%7B", 400, 200),
    (b"documentId=nothing", 400, 400),
    (urlencode({"query": "mutation { add(a: 1, b: 2) }"}).encode(), 405, 405),
    (urlencode({"query": "query A { hello } mutation B { add(a: 1, b: 1) }", "operationName": "B"}).encode(), 405, 405),
    (urlencode({"query": "subscription { count }"}).encode(), 400, 400),
    (b"query=%7Bhello%7D&x=" + b"a" * 600, 414, 414),
]


@pytest.mark.parametrize(("url", "strict", "legacy"), URLS)
async def test_a_url_has_its_status_in_both_media_types(url: bytes, strict: int, legacy: int) -> None:
    for accept, status in ((RESPONSE_JSON, strict), (JSON, legacy)):
        reply = await ask(app(SMALL), "GET", query=url, headers=[("accept", accept)])
        answer = check_shape(reply)
        assert (reply.status, reply.media) == (status, accept), answer
        if status == 405:
            assert reply.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get"])
async def test_other_methods_are_405_and_name_the_allowed(method: str) -> None:
    reply = await ask(app(), method, body=OK, headers=[TYPE])
    check_shape(reply)
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, POST"


async def test_a_body_in_pieces_is_one_body() -> None:
    reply = await ask(app(), body=[OK[:5], b"", OK[5:9], OK[9:]], headers=[TYPE])
    assert check_shape(reply)["data"] == {"hello": "hola mundo"}


async def test_a_body_without_length_is_cut_off_at_the_cap() -> None:
    reply = await ask(app(SMALL), body=[b"x" * 1000] * 5, headers=[TYPE])
    check_shape(reply)
    assert reply.status == 413


@pytest.mark.parametrize("announced", [True, False])
def test_a_client_that_sends_everything_first_is_told_that_it_is_too_much(
    serve: Callable[[Any], str], announced: bool
) -> None:
    piece, headers = b"x" * 100_000, {"content-type": JSON}
    with closing(HTTPConnection(serve(app(HttpConfig(max_body=1000))), timeout=20)) as connection:
        for _ in range(3):
            # Far more than what the buffers on the way hold: the answer comes while the client is still writing.
            body: Any = piece * 200 if announced else iter([piece] * 200)
            connection.request("POST", "/graphql", body, headers, encode_chunked=not announced)
            refused = connection.getresponse()
            assert (refused.status, "larger than 1000 bytes" in refused.read().decode()) == (413, True)
            connection.request("POST", "/graphql", OK, headers)
            assert json.load(connection.getresponse())["data"] == {"hello": "hola mundo"}


async def test_a_client_that_leaves_gets_nothing_and_breaks_nothing() -> None:
    reply = await ask(app(), body=OK, headers=[TYPE], leaves=True)
    assert reply.status == 0


async def test_every_refusal_says_why() -> None:
    answer = check_shape(
        await post(app(SMALL), {"query": "{ books(first: 500) { nodes { related { nodes { title } } } } }"})
    )
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert error["extensions"]["requested"] == answer["extensions"]["cost"]["requested"] == 1 + 500 * (1 + 1 + 50)
    assert error["extensions"]["limit"] == answer["extensions"]["cost"]["limit"] == 500


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ }", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { books(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", "BAD_USER_INPUT"),
        ("{ refused }", "BAD_USER_INPUT"),
        ("{ boom }", "INTERNAL"),
        ("{ failures(count: 1) { why } }", "NOT_FOUND"),
    ],
)
async def test_errors_carry_the_documented_code(query: str, code: str) -> None:
    answer = check_shape(await post(app(), {"query": query}))
    assert answer["errors"][0]["extensions"]["code"] == code


async def test_an_unexpected_error_is_masked_and_logged_under_its_id(caplog: pytest.LogCaptureFixture) -> None:
    reply = await post(app(), {"query": "{ boom }"})
    assert b"tlayuda" not in reply.body
    error = reply.json["errors"][0]
    assert error["extensions"] == {"code": "INTERNAL", "id": "id-1"}
    assert error["path"] == ["boom"]
    assert "id-1" in caplog.text
    assert "tlayuda" in caplog.text


async def test_an_error_of_ours_speaks() -> None:
    error = (await post(app(), {"query": "{ refused }"})).json["errors"][0]
    assert "Veracruz" in error["message"]


async def test_the_number_of_errors_is_capped() -> None:
    answer = check_shape(await post(app(HttpConfig(max_errors=10)), {"query": "{ failures(count: 25) { why } }"}))
    assert len(answer["errors"]) == 11
    assert answer["errors"][-1]["message"] == "15 more errors are not listed."


async def test_without_introspection_nothing_about_the_schema_leaks() -> None:
    closed = app(HttpConfig(introspection=False))
    assert "errors" in (await post(closed, {"query": "{ __schema { queryType { name } } }"})).json
    message = (await post(closed, {"query": "{ helo }"})).json["errors"][0]["message"]
    assert "hello" not in message
    message = (await post(app(), {"query": "{ helo }"})).json["errors"][0]["message"]
    assert "hello" in message


async def test_a_null_at_the_root_is_still_an_execution() -> None:
    reply = await post(
        app(), {"query": "query ($n: Int!) { long(size: $n) }", "variables": {"n": -1}}, accept=RESPONSE_JSON
    )
    assert (reply.status, reply.json["data"]) == (200, {"long": ""})


async def test_what_was_done_is_counted() -> None:
    endpoint = app()
    for query in ("{ hello }", "{ hello }", "{ boom }", "{ nothing }"):
        await post(endpoint, {"query": query})
    assert (endpoint.stats.executed, endpoint.stats.refused, endpoint.cache.stats.hits) == (2, 1, 1)


async def test_an_endpoint_that_breaks_answers_500_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def context(asker: object) -> object:
        raise RuntimeError("the password is tlayuda")

    endpoint = app(context=context)
    reply = await post(endpoint, {"query": "{ hello }"})
    assert (reply.status, endpoint.stats.failed) == (500, 1)
    assert reply.json["errors"][0]["extensions"] == {"code": "INTERNAL", "id": "id-1"}
    assert b"tlayuda" not in reply.body
    assert "tlayuda" in caplog.text


async def test_a_token_reaches_the_resolvers_and_its_answer_is_private() -> None:
    endpoint = app()
    for _ in range(2):
        reply = await post(endpoint, {"query": "{ who }"}, headers=[("authorization", "Bearer good")])
        assert reply.json["data"] == {"who": "Ana"}
        assert reply.headers["cache-control"] == "private, no-store"
        reply = await post(endpoint, {"query": "{ who }"})
        assert reply.json["data"] == {"who": None}


header_names = st.sampled_from(
    [
        "accept",
        "content-type",
        "accept-encoding",
        "if-none-match",
        "authorization",
        "content-length",
        "content-encoding",
        "x-y",
    ]
)
header_values = st.one_of(
    st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=60),
    st.sampled_from([JSON, RESPONSE_JSON, "text/event-stream;q=0", "text/html", "gzip", "zstd", "*/*", "Bearer good"]),
)
bodies = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=80).map(lambda text: json.dumps({"query": text}).encode()),
    st.text("{}()!$@:\"'.,#[]|&=…\n abcdefghelloquerymutationfragmenton0123456789", max_size=120).map(
        lambda text: json.dumps({"query": text}).encode()
    ),
    st.sampled_from([body for body, _, _ in BODIES]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    headers=st.lists(st.tuples(header_names, header_values), max_size=5),
    body=bodies,
    query=st.one_of(st.binary(max_size=100), st.sampled_from([url for url, _, _ in URLS])),
)
async def test_no_request_of_any_bytes_breaks_the_endpoint(
    method: str, headers: list[tuple[str, str]], body: bytes, query: bytes
) -> None:
    reply = await ask(FUZZED, method, headers=headers, body=body, query=query)
    assert reply.status in (200, 304, 400, 401, 403, 405, 406, 413, 414, 415, 431)
    if reply.media in (JSON, RESPONSE_JSON) and "content-encoding" not in reply.headers:
        check_shape(reply)


FUZZED = app()
