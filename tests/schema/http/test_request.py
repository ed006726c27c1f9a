from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.http.errors import RequestError
from schema.http.request import check_lists, from_body, from_query_string, load_json

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def refusal(body: bytes) -> str:
    with pytest.raises(RequestError) as caught:
        from_body(body)
    assert caught.value.status == 400
    assert not caught.value.well_formed
    return str(caught.value)


def test_every_parameter_is_read() -> None:
    operation = from_body(
        b'{"query":"query Q($a:Int){x}","operationName":"Q","variables":{"a":1},"extensions":{"b":2},"unknown":3}'
    )
    assert (operation.query, operation.operation_name) == ("query Q($a:Int){x}", "Q")
    assert (operation.variables, operation.extensions) == ({"a": 1}, {"b": 2})
    assert not operation.only_query


def test_null_is_the_same_as_nothing() -> None:
    operation = from_body(b'{"query":"{x}","operationName":null,"variables":null,"extensions":null}')
    assert (operation.operation_name, operation.variables, operation.extensions) == (None, {}, {})


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"1", "a number"),
        (b"null", "null"),
        (b'"x"', "a string"),
        (b"true", "a boolean"),
        (b"[]", "Batches"),
        (b'[{"query":"{x}"}]', "Batches"),
        (b"{", "JSON"),
        (b'{ "not a JSON', "JSON"),
        (b"{'query': '{x}'}", "JSON"),
        (b'{"query":"{x}"}trailing', "JSON"),
        (b'{"query":"{x}",}', "JSON"),
        (b'{"query":"\xff\xfe"}', "JSON"),
        (b'{"query":"\\ud800"}', "JSON"),
        (b'{"query":"{x}","variables":{"a":NaN}}', "JSON"),
        (b'{"query":"{x}","variables":{"a":Infinity}}', "JSON"),
        (b"\xef\xbb\xbf" + b'{"query":"{x}"}', "byte order mark"),
        ('{"query":"{x}"}'.encode("utf-16"), "JSON"),
        (b"9" * 5000, "JSON"),
        (b'{"query":"{x}","variables":{"n":' + b"9" * 5000 + b"}}", "JSON"),
        (b'{"query":"{x}","variables":{"n":123456789012345678901234}}', "64 bits"),
        (b'{"query":"{x}","variables":{"n":-9223372036854775808999}}', "64 bits"),
        (b"[" * 10_000 + b"]" * 10_000, "JSON"),
        (b'{"query":"{x}","variables":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}", "JSON"),
        (b'{"query":"{x}","query":"{y}"}', "`query`"),
        (b'{"query":"{x}","variables":{"a":1,"a":2}}', "`a`"),
        (b'{"query":"{x}","variables":{"b":[{"c":1,"\\u0063":2}]}}', "`c`"),
        (b"{}", "no `query`"),
        (b'{"qeury":"{x}"}', "no `query`"),
        (b'{"query":null}', "no `query`"),
        (b'{"query":""}', "empty"),
        (b'{"query":"  "}', "empty"),
        (b'{"query":0}', "`query` is a number"),
        (b'{"query":false}', "`query` is a boolean"),
        (b'{"query":{"obj":"ect"}}', "`query` is an object"),
        (b'{"query":["array"]}', "`query` is a list"),
        (b'{"query":"{x}","variables":"s"}', "`variables` is a string"),
        (b'{"query":"{x}","variables":[1]}', "`variables` is a list"),
        (b'{"query":"{x}","variables":false}', "`variables` is a boolean"),
        (b'{"query":"{x}","variables":0}', "`variables` is a number"),
        (b'{"query":"{x}","extensions":"s"}', "`extensions` is a string"),
        (b'{"query":"{x}","extensions":[]}', "`extensions` is a list"),
        (b'{"query":"{x}","operationName":1}', "`operationName` is a number"),
        (b'{"query":"{x}","operationName":{}}', "`operationName` is an object"),
        (b'{"query":"{x}","documentId":"d"}', "both"),
        (b'{"documentId":""}', "empty"),
        (b'{"documentId":1}', "`documentId` is a number"),
    ],
)
def test_a_body_that_is_no_request_is_refused_by_name(body: bytes, says: str) -> None:
    assert says in refusal(body)


@pytest.mark.parametrize("number", [2**63 - 1, 1e300, 0.1, 12345678901234567890.5, -1])
def test_numbers_that_json_readers_keep_are_taken(number: float) -> None:
    body = json.dumps({"query": "{x}", "variables": {"n": number}}).encode()
    assert from_body(body).variables == {"n": number}


def test_digits_and_colons_inside_strings_are_text() -> None:
    body = json.dumps({"query": "{x}", "variables": {"n": '99999999999999999999 "a": 1, \\"a\\": 2 \\'}}).encode()
    assert from_body(body).variables["n"].startswith("9999")


@given(json_values)
def test_whatever_json_writers_write_is_read_as_they_meant_it(value: object) -> None:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(value, indent=2), compact):
        assert load_json(text.encode(errors="surrogatepass"), "It") == json.loads(text)


@pytest.mark.parametrize("text", ['"a:b"', '"\\u003a"', '"\\u003A\\""', '[":", {":": ":"}]'])
def test_no_colon_in_a_string_hides_a_key_that_is_given_twice(text: str) -> None:
    assert load_json(f'{{"query": {text}}}'.encode(), "It") == json.loads(f'{{"query": {text}}}')
    with pytest.raises(RequestError, match="gives a key twice: `query`"):
        load_json(f'{{"query": {text}, "query" : {text}}}'.encode(), "It")
    with pytest.raises(RequestError, match="gives a key twice: `query`"):
        load_json(f'{{"query":{text},"query":{text}}}'.encode(), "It")


def test_json_nested_deeper_than_it_could_be_written_again_is_read() -> None:
    text = "[" * 500 + '{"a":1}' + "]" * 500
    assert load_json(text.encode(), "It") == json.loads(text)
    with pytest.raises(RequestError, match="gives a key twice: `a`"):
        load_json(text.replace("1", '1,"a":1').encode(), "It")


@given(st.binary(max_size=300))
def test_any_bytes_are_an_operation_or_a_refusal(body: bytes) -> None:
    try:
        refused = None
        operation = from_body(body)
    except RequestError as error:
        refused = error
    if refused is None:
        assert operation.query or operation.document_id
    else:
        assert (refused.status, bool(str(refused))) == (400, True)


def test_a_url_carries_a_query() -> None:
    operation = from_query_string(
        b"query=query+Q%28%24a%3AInt%29%7Bx%7D&variables=%7B%22a%22%3A1%7D&operationName=Q&other=1"
    )
    assert operation.query == "query Q($a:Int){x}"
    assert operation.variables == {"a": 1}
    assert operation.operation_name == "Q"
    assert operation.only_query


@pytest.mark.parametrize(
    ("query_string", "says"),
    [
        (b"", "no `query`"),
        (b"query=", "empty"),
        (b"query=%7Bx%7D&query=%7By%7D", "twice"),
        (b"query=%7Bx%7D&variables=1", "`variables` is a number"),
        (b"query=%7Bx%7D&variables=null&extensions=%5B%5D", "`extensions` is a list"),
        (b"query=%7Bx%7D&variables=%7B", "`variables` is not valid JSON"),
        (b"query=%7Bx%7D&variables=%7B%22a%22%3A1%2C%22a%22%3A2%7D", "twice"),
        (b"query=%FF", "UTF-8"),
        (b"documentId=a&query=%7Bx%7D", "both"),
    ],
)
def test_a_url_that_is_no_request_is_refused(query_string: bytes, says: str) -> None:
    with pytest.raises(RequestError, match=says) as caught:
        from_query_string(query_string)
    assert caught.value.status == 400


def test_an_empty_optional_parameter_of_a_url_is_none() -> None:
    operation = from_query_string(b"query=%7Bx%7D&variables=&operationName=&extensions=")
    assert (operation.variables, operation.operation_name, operation.extensions) == ({}, None, {})


def test_a_list_longer_than_the_limit_is_refused_by_name_however_deep() -> None:
    check_lists({"a": [1, 2, 3], "b": {"c": [["x"], ["y"]]}}, 3)
    with pytest.raises(RequestError, match="variable `b` has 4 values; the limit is 3"):
        check_lists({"a": 1, "b": {"c": [[1], [1, 2, 3, 4]]}}, 3)
