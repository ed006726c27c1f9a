"""Requests as bytes, ordinary and hostile, for tests that send each to two servers."""

from __future__ import annotations

import json

from tests.hub.serving.kit import MAX_BODY, request

GOALS = b'{"query":"{ odsGoals { number name } }"}'
PAGE = json.dumps(
    {"query": "query ($n: Int) { commitments(first: $n) { nodes { code title } } }", "variables": {"n": 20}}
).encode()
ORDINARY = request(GOALS)
LARGE = json.dumps({"query": "{ commitments(first: 60) { nodes { code title description } } }"}).encode()

REQUESTS: dict[str, bytes] = {
    "an ordinary one": ORDINARY,
    "a page": request(PAGE),
    "a large page": request(LARGE),
    "accepts gzip": request(PAGE, {"Accept-Encoding": "gzip"}),
    "accepts zstd and gzip": request(GOALS, {"Accept-Encoding": "zstd, gzip"}),
    "accepts response json": request(GOALS, {"Accept": "application/graphql-response+json"}),
    "accepts nothing of ours": request(GOALS, {"Accept": "image/png"}),
    "an event stream": request(GOALS, {"Accept": "text/event-stream"}),
    "keep-alive said": request(GOALS, {"Connection": "keep-alive"}),
    "capitals": request(GOALS, {"HOST": "hub", "CONTENT-TYPE": "application/json"}),
    "spaces": request(GOALS, {"X-Space": "  a  b \t"}),
    "an empty value": request(GOALS, {"X-Empty": ""}),
    "bytes above ASCII": request(GOALS, {"X-High": "ñandú"}),
    "a cookie": request(GOALS, {"Cookie": "a=b"}),
    "If-None-Match by POST": request(GOALS, {"If-None-Match": "*"}),
    "a page of another origin": request(GOALS, {"Origin": "https://example.org"}),
    "asked before by a page": request(line="OPTIONS /graphql HTTP/1.1", headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST"}),
    "forwarded": request(GOALS, {"X-Forwarded-For": "192.0.2.7"}),
    "forwarded scheme": request(GOALS, {"X-Forwarded-Proto": "https"}),
    "a bad token": request(GOALS, {"Authorization": "Bearer nobody"}),
    "no JSON": request(b"{"),
    "no operation": request(b"{}"),
    "a list": request(b"[]"),
    "a key twice": request(b'{"query":"{ odsGoals { name } }","query":"{ odsGoals { name } }"}'),
    "a large integer": request(b'{"query":"{ odsGoals { name } }","variables":{"a":18446744073709551617}}'),
    "invalid UTF-8": request(b'{"query":"\xff"}'),
    "a syntax error": request(b'{"query":"{ odsGoals { name"}'),
    "an unknown field": request(b'{"query":"{ nothing }"}'),
    "introspection": request(b'{"query":"{ __typename __schema { queryType { name } } }"}'),
    "a mutation": request(b'{"query":"mutation { resolve(id: \\"a\\", value: \\"b\\") { errors { message } } }"}'),
    "too costly": request(json.dumps({"query": "{" + "".join(
        f"a{n}: commitments(first: 500) {{ nodes {{ code history {{ status }} }} }}" for n in range(30)) + "}"}).encode()),
    "an empty body": request(),
    "the wrong media type": request(GOALS, {"Content-Type": "text/plain"}),
    "an encoded body": request(GOALS, {"Content-Encoding": "gzip"}),
    "a body in Latin-1": request(GOALS, {"Content-Type": "application/json; charset=latin1"}),
    "GET": request(line="GET /graphql?query=%7B%20odsGoals%20%7B%20name%20%7D%20%7D HTTP/1.1"),
    "GET kept": request(line="GET /graphql?query=%7BodsGoals%7Bname%7D%7D HTTP/1.1", headers={"If-None-Match": "*"}),
    "GET without a query": request(line="GET /graphql HTTP/1.1"),
    "PUT": request(GOALS, line="PUT /graphql HTTP/1.1"),
    "a query string": request(GOALS, line="POST /graphql?a=b HTTP/1.1"),
    "an empty query string": request(GOALS, line="POST /graphql? HTTP/1.1"),
    "a fragment": request(GOALS, line="POST /graphql#a HTTP/1.1"),
    "an encoded path": request(GOALS, line="POST /%67raphql HTTP/1.1"),
    "a slash more": request(GOALS, line="POST /graphql/ HTTP/1.1"),
    "an absolute target": request(GOALS, line="POST http://hub/graphql HTTP/1.1"),
    "another path": request(GOALS, line="POST /nowhere HTTP/1.1"),
    "chunked": request(b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOALS), GOALS), {"Transfer-Encoding": "chunked"}, length=False),
    "chunked with trailers": request(
        b"%x;a=b\r\n%b\r\n0\r\nX-After: 1\r\n\r\n" % (len(GOALS), GOALS), {"Transfer-Encoding": "chunked"}, length=False),
    "a header twice": request(GOALS, [("X-Twice", "1"), ("X-Twice", "2")]),
    "a media type twice": request(GOALS, [("Content-Type", "application/json"), ("Content-Type", "application/json")]),
    "a host twice": request(GOALS, [("Host", "a"), ("Host", "b")]),
    "a length with zeros": request(GOALS, {"Content-Length": f"00{len(GOALS)}"}, length=False),
    "a blank line before": b"\r\n" + ORDINARY,
    "a blank line after": ORDINARY + b"\r\n",
    "many headers": request(GOALS, {f"X-{number}": "a" * 50 for number in range(60)}),
    "headers too large": request(GOALS, {f"X-{number}": "a" * 1_000 for number in range(60)}),
    "the end of a head in the body": request(b'{"query":"{ odsGoals { name } }"}\r\n\r\n'),
}  # fmt: skip
"""Requests after which the connection goes on."""

LAST: dict[str, bytes] = {
    "close": request(GOALS, {"Connection": "close"}),
    "close in a list": request(GOALS, {"Connection": "keep-alive, close"}),
    "too large a body": request(b'{"query":"{ odsGoals { name } }' + b" " * MAX_BODY + b'"}'),
    "HEAD": request(line="HEAD /graphql HTTP/1.1", headers={"Connection": "close"}),
    "HTTP/1.0": request(GOALS, line="POST /graphql HTTP/1.0"),
    "HTTP/1.0 kept": request(GOALS, {"Connection": "keep-alive"}, line="POST /graphql HTTP/1.0"),
    "no HTTP": b"hello\r\n\r\n",
    "HTTP/3.0": request(GOALS, line="POST /graphql HTTP/3.0"),
    "a length that is none": request(GOALS, {"Content-Length": "abc"}, length=False),
    "a length below zero": request(GOALS, {"Content-Length": "-5"}, length=False),
    "two lengths": request(GOALS, [("Content-Length", "5"), ("Content-Length", str(len(GOALS)))], length=False),
    "a length and chunks": request(b"0\r\n\r\n", {"Transfer-Encoding": "chunked", "Content-Length": "5"}, length=False),
    "line feeds alone": ORDINARY.replace(b"\r\n", b"\n"),
    "one line feed alone": ORDINARY.replace(b"hub\r\n", b"hub\n"),
    "a folded header": request(GOALS, {"X-Folded": "a\r\n b"}),
    "a carriage return in a value": request(GOALS, {"X-Return": "a\rb"}),
    "a zero in a value": request(GOALS, {"X-Zero": "a\0b"}),
    "a space before the colon": request(GOALS, {"X-Space ": "a"}),
    "websocket": request(line="GET /graphql HTTP/1.1", headers={
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "graphql-transport-ws"}),
    "another upgrade": request(GOALS, {"Connection": "Upgrade", "Upgrade": "h2c"}),
}  # fmt: skip
"""Requests after which nothing is sure to come on the connection."""
