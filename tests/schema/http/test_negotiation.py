from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.http.negotiation import (
    ANSWERS,
    EVENT_STREAM,
    HTML,
    JSON,
    PAGES,
    RESPONSE_JSON,
    body_media_problem,
    choose,
    choose_encoding,
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        (b"", JSON),
        (b"   ", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/json", JSON),
        (b"APPLICATION/JSON", JSON),
        (b"Application/GraphQL-Response+JSON", RESPONSE_JSON),
        (b"application/graphql-response+json, application/json;q=0.9", RESPONSE_JSON),
        (b"application/json;q=0.9,application/graphql-response+json", RESPONSE_JSON),
        (b"application/json, application/graphql-response+json", JSON),
        (b"application/graphql-response+json;q=0.5, application/json;q=0.4", RESPONSE_JSON),
        (b"application/json;q=0, application/graphql-response+json;q=0.001", RESPONSE_JSON),
        (b"application/json;q=0, */*", RESPONSE_JSON),
        (b"*/*;q=0.1, application/graphql-response+json", RESPONSE_JSON),
        (b"application/json, */*", JSON),
        (b"application/graphql-response+json; charset=utf-8", RESPONSE_JSON),
        (b"application/json; charset=UTF-8; q=1", JSON),
        (b'application/json; charset="utf-8"', JSON),
        (b"application/json;charset=iso-8859-1", None),
        (b"application/json;charset=utf-16, application/graphql-response+json;q=0.1", RESPONSE_JSON),
        (b"text/event-stream", EVENT_STREAM),
        (b"text/*", EVENT_STREAM),
        (b"multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json", RESPONSE_JSON),
        (b"text/plain", None),
        (b"application/xml, text/plain;q=0.5", None),
        (b"application/jsonp", None),
        (b"application/json5", None),
        (b"application/json;q=0", None),
        (b"*/*;q=0", None),
        (b"*/json", None),
        (b"application", None),
        (b";;;,,,", None),
        (b"application/json;q=2", None),
        (b"application/json;q=0.1234", None),
        (b"application/json;q=abc", None),
        (b"application/json;q=-1", None),
        (b'application/json;x="a,b";q=0.5, application/graphql-response+json;q=0.4', JSON),
        (b"\xff\xfe", None),
    ],
)
def test_a_post_is_answered_in_the_best_acceptable_media_type(accept: bytes | None, chosen: str | None) -> None:
    assert choose(accept, ANSWERS) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML),
        (b"*/*", JSON),
        (None, JSON),
        (b"text/html;q=0.5, application/json", JSON),
        (b"text/html, application/json", HTML),
        (b"text/html;q=0.5, application/json;q=0.4", HTML),
    ],
)
def test_the_editor_is_served_only_where_html_is_preferred(accept: bytes | None, chosen: str) -> None:
    assert choose(accept, PAGES) == chosen


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"APPLICATION/JSON",
        b"application/json;charset=utf-8",
        b'application/json; charset="UTF-8"',
        b" application/json ; ",
    ],
)
def test_json_in_utf8_is_taken(content_type: bytes) -> None:
    assert body_media_problem(content_type) is None


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        b"",
        b"text/plain",
        b"application/jsonp",
        b"application/json5",
        b"application/graphql",
        b"application/graphql-response+json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json; charset=iso-8859-1",
        b"application/json; charset=utf-16",
        b"json",
        b"application/json, text/plain",
        b"\xff",
    ],
)
def test_any_other_body_is_refused_with_the_remedy(content_type: bytes | None) -> None:
    problem = body_media_problem(content_type)
    assert problem is not None
    assert "json" in problem.lower()


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, None),
        (b"", None),
        (b"gzip", "gzip"),
        (b"GZIP", "gzip"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"gzip;q=1.0, zstd;q=0.5", "gzip"),
        (b"zstd;q=0, gzip", "gzip"),
        (b"gzip;q=0", None),
        (b"br", None),
        (b"*", "zstd"),
        (b"*;q=0", None),
        (b"zstd;q=0, *;q=0.3", "gzip"),
        (b"identity", None),
        (b"identity;q=1, gzip;q=0.5", None),
        (b"identity;q=0.5, gzip;q=1.0", "gzip"),
        (b"gzip;q=x", None),
        (b"gzip;q=5", None),
    ],
)
def test_the_best_coding_is_chosen(accept_encoding: bytes | None, coding: str | None) -> None:
    assert choose_encoding(accept_encoding, ("zstd", "gzip")) == coding


@given(st.binary(max_size=200))
def test_no_header_breaks_the_negotiation(header: bytes) -> None:
    assert choose(header, PAGES) in (*PAGES, None)
    assert choose_encoding(header, ("zstd", "gzip")) in ("zstd", "gzip", None)
    body_media_problem(header)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_higher_quality_wins(json_quality: int, response_quality: int) -> None:
    accept = f"application/json;q={json_quality / 1000:.3f}, {RESPONSE_JSON};q={response_quality / 1000:.3f}"
    chosen = choose(accept.encode(), ANSWERS)
    if json_quality == response_quality == 0:
        assert chosen is None
    elif response_quality > json_quality:
        assert chosen == RESPONSE_JSON
    else:
        assert chosen == JSON
