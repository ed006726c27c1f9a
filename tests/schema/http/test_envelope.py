from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.http.envelope import KEPT, LONGEST, Envelopes
from schema.http.errors import RequestError
from schema.http.request import from_body

TEXT = "query Q($c: String) { x }"

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("variables"), inner, max_size=3),
    max_leaves=8,
)
variables = st.dictionaries(st.sampled_from(["a", "b", "variables", "query"]), values, max_size=3)
members = st.fixed_dictionaries(
    {"query": st.sampled_from([TEXT, '{ x(a: "\\"variables\\":{}") }', "{}}"])},
    optional={
        "operationName": st.sampled_from(["Q", "variables", None]),
        "extensions": variables,
        "other": values,
    },
)
styles = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", ":\t")])


def outcome(read: Any, body: bytes) -> Any:
    try:
        return asdict(read(body))
    except RequestError as error:
        return error.status, str(error), error.well_formed


def written(around: dict[str, Any], inside: str, place: int, style: tuple[str, str]) -> bytes:
    """A body with its members in order, the variables as text at a place among them."""
    items = [f"{json.dumps(key)}{style[1]}{json.dumps(value)}" for key, value in around.items()]
    items.insert(min(place, len(items)), f'"variables"{style[1]}{inside}')
    return ("{" + style[0].join(items) + "}").encode()


@given(members, st.lists(variables, min_size=2, max_size=4), st.integers(0, 4), styles)
def test_a_body_is_read_the_same_after_others_that_differ_in_their_variables(
    around: dict[str, Any], given: list[dict[str, Any]], place: int, style: tuple[str, str]
) -> None:
    envelopes = Envelopes()
    for one in given:
        body = written(around, json.dumps(one, separators=style), place, style)
        assert outcome(envelopes.read, body) == outcome(from_body, body)


@given(members, variables, st.text(alphabet='{}[]",:\\ 1a', max_size=12), st.integers(0, 4), styles)
def test_what_is_no_json_is_refused_behind_a_known_beginning_too(
    around: dict[str, Any], one: dict[str, Any], odd: str, place: int, style: tuple[str, str]
) -> None:
    envelopes = Envelopes()
    outcome(envelopes.read, written(around, json.dumps(one, separators=style), place, style))
    for inside in (odd, "{" + odd + "}", '{"a":1' + odd, '{"a":1}' + odd, odd + '{"a":1}'):
        body = written(around, inside, place, style)
        assert outcome(envelopes.read, body) == outcome(from_body, body)


@pytest.mark.parametrize(
    "body",
    [
        '{"extensions":{"variables":{"a":1}},"query":"{x}","variables":{"a":2}}',
        '{"extensions":{"variables":{"a":1}},"query":"{x}","variables":{}}',
        '{"extensions":{"variables":{"a":1}},"query":"{x}","variables":null}',
        '{"query":"{x}","variables":{"variables":{"a":1}}}',
        '{"variables":{"a":1},"query":"{x}","variables":{"a":2}}',
        '{"variables":{"query":"{y}"},"query":"{x}"}',
    ],
)
def test_only_the_variables_of_the_request_itself_are_taken_for_them(body: str) -> None:
    envelopes = Envelopes()
    for other in (body, body.replace('"a":1', '"a":3'), body.replace('"a":2', '"a":4'), body):
        assert outcome(envelopes.read, other.encode()) == outcome(from_body, other.encode())


@pytest.mark.parametrize(
    "form",
    [
        '{"query":"{x}","variables":{"a":%s}}',
        '{"query": "{x}", "variables": {"a": %s}}',
        '{"query":"{x}","variables":{"a":%s},"operationName":null}',
        '{"operationName":"Q","variables":{"a":%s},"query":"query Q { x }"}',
    ],
)
def test_what_stands_around_the_variables_is_read_once(form: str) -> None:
    envelopes = Envelopes()
    first, second = (envelopes.read((form % value).encode()) for value in ("1", "2"))
    assert (first.variables, second.variables) == ({"a": 1}, {"a": 2})
    assert envelopes.read((form % "3").encode()).query is second.query  # the very text that is remembered
    assert len(envelopes) == 1


def test_a_key_given_twice_and_a_number_beyond_64_bits_are_refused_behind_a_known_beginning() -> None:
    envelopes = Envelopes()
    envelopes.read(b'{"query":"{x}","variables":{"a":1}}')
    for inside in (b'{"a":1,"a":2}', b'{"a":92233720368547758080}'):
        with pytest.raises(RequestError):
            envelopes.read(b'{"query":"{x}","variables":' + inside + b"}")


def test_what_needs_a_closer_look_each_time_is_learned_once() -> None:
    envelopes = Envelopes()
    for number in range(3):
        body = b'{"query": "{x}", "variables": {"a": %d.5}}' % number
        assert envelopes.read(body) == from_body(body)
    assert [len(ends) for ends in envelopes._known.values()] == [1]


def test_few_ends_of_one_beginning_are_remembered_and_all_are_read() -> None:
    envelopes = Envelopes()
    for number in range(20):
        body = b'{"variables":{"a":1},"query":"{x%d}"}' % (number % 10)
        assert envelopes.read(body) == from_body(body)
    assert [len(ends) for ends in envelopes._known.values()] == [4]


def test_few_and_short_beginnings_are_remembered() -> None:
    envelopes = Envelopes()
    for number in range(KEPT + 10):
        envelopes.read(b'{"query":"{x%d}","variables":{"a":1}}' % number)
    assert len(envelopes) == KEPT
    longer = Envelopes()
    longer.read(b'{"query":"{x}","variables":{"a":"%b"}}' % (b"a" * LONGEST))
    assert len(longer) == 0
