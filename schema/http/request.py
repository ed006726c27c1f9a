"""From the bytes of a request to one operation: the request parameters of GraphQL over HTTP.

Strict on purpose: a parameter of the wrong type, a key given twice or a number that JSON readers round is refused
with a message that names it, because every guess here would run a query nobody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from schema.http.errors import RequestError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_PARAMETERS: dict[str, type] = {
    "query": str, "documentId": str, "operationName": str, "variables": dict, "extensions": dict,
}  # fmt: skip
# Every string of a JSON text with the colon that makes it a key, or a run of digits too long for 64 bits.
_KEYS_AND_DIGITS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"\s*(:)?|([0-9]{19,}(?![0-9]*[.eE0-9]))', re.DOTALL)
_INT64 = 2**63
_NESTED = (list, dict)


@dataclass(slots=True)
class Operation:
    """One operation as asked for. Exactly one of `query` and `document_id` is set until the document is looked up."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    only_query: bool = False
    """True for GET, which is safe: mutations are refused."""
    streams: bool = False
    """True where the transport can carry the events of a subscription."""


async def read_rest(receive: Receive, begun: bytes, limit: int) -> bytes | None:
    """The whole body of which `begun` has come: at most `limit` bytes (413), or None where the client went away."""
    parts = [begun]
    size = len(begun)
    more = True
    while more:
        if size > limit:
            raise too_large(limit)
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    if size > limit:
        raise too_large(limit)
    return b"".join(parts)


def too_large(limit: int) -> RequestError:
    """413 with the limit in bytes.

    The connection stays open, and the server throws away what still comes: many clients look for an answer only once they have
    sent everything, and where the connection is closed before that they tell of a broken one instead.
    """
    return RequestError(413, f"The request body is larger than {limit} bytes.")


def from_body(body: bytes) -> Operation:
    """The operation of a JSON body. Raises RequestError (400) for anything else."""
    if not body.strip():
        raise RequestError(400, "The request body is empty; send a JSON object with a `query`.")
    value = load_json(body, "The request body")
    if isinstance(value, list):
        raise RequestError(400, "Batches are not accepted; send one JSON object per request.")
    if not isinstance(value, dict):
        raise RequestError(400, f"The request body is {_kind(value)}; send a JSON object with a `query`.")
    return from_parameters(value)


def from_query_string(query_string: bytes) -> Operation:
    """The operation of a GET request. Raises RequestError (400) for parameters that cannot be read."""
    parameters: dict[str, Any] = {}
    for name, value in _pairs(query_string):
        if name in parameters:
            raise RequestError(400, f"The parameter `{name}` is given twice.")
        parameters[name] = value
    if parameters.get("operationName") == "":
        del parameters["operationName"]  # GraphQL over HTTP, 5.2: an empty name in a URL is no name
    for name in ("variables", "extensions"):
        if parameters.get(name) == "":
            del parameters[name]
        elif name in parameters:
            parameters[name] = load_json(parameters[name].encode(), f"The parameter `{name}`")
    operation = from_parameters(parameters)
    operation.only_query = True
    return operation


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    pairs = []
    for pair in query_string.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            key = unquote_to_bytes(name.replace(b"+", b" ")).decode()
            if key in _PARAMETERS:
                pairs.append((key, unquote_to_bytes(value.replace(b"+", b" ")).decode()))
        except UnicodeDecodeError:
            raise RequestError(400, "The URL's query string is not UTF-8.") from None
    return pairs


def load_json(text: bytes, what: str) -> Any:
    """`text` as JSON. Raises RequestError (400) for what is no JSON, a key given twice, a number out of range."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(400, f"{what} is not valid JSON: {_problem(error)}.") from None
    if is_plain(text, value):
        return value
    keys = 0
    for match in _KEYS_AND_DIGITS.finditer(text):
        if match[1]:
            keys += 1
        elif match[2] and int(match[2][:20]) >= _INT64:
            raise RequestError(400, f"{what} holds an integer beyond 64 bits; send it as a string.")
    if keys != _count_keys(value):
        raise RequestError(400, f"{what} gives a key twice: {_twice(text)}.")
    return value


def is_plain(text: bytes, value: Any) -> bool:
    """Whether a quick look is sure that no key was given twice and no number rounded.

    What is written again as it came has lost nothing; most programs write JSON as compactly as we do. Else: each key brought
    a colon, and so did each colon in a string, so that no other colon may be left in `text`.
    """
    try:
        if orjson.dumps(value) == text:
            return True
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        pass
    colons = 0
    items = [value]
    for item in items:  # which grows by what each one holds
        kind = type(item)
        if kind is str:
            colons += item.count(":")
        elif kind is dict:
            colons += len(item) + "".join(item).count(":")
            items += item.values()
        elif kind is list:
            items += item
        elif kind is float or (kind is int and item >= _INT64):  # a float may have been an integer beyond 64 bits
            return False
    # An escape may be a colon, too; that there is none at all is seen faster.
    return text.count(b":") == colons and (b"\\" not in text or b"\\u003" not in text)


def _problem(error: orjson.JSONDecodeError) -> str:
    if "BOM" in error.msg:
        return "it begins with a byte order mark"
    return f"{error.msg} at line {error.lineno}, column {error.colno}"


def _count_keys(value: Any) -> int:
    """How many keys the objects in `value` have together."""
    keys = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            keys += len(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return keys


def _twice(text: bytes) -> str:
    """The name of the first key that one object of `text` gives twice. Only called once there is one."""
    import json

    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                found.append(key)
            seen.add(key)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return "one of its objects"
    return f"`{found[0][:80]}`" if found else "one of its objects"


def from_parameters(parameters: Mapping[str, Any]) -> Operation:
    """The operation that request parameters name, each checked for its type. Raises RequestError (400).

    Unknown parameters are ignored: the specification reserves the right to add some.
    """
    query = parameters.get("query")
    document_id = parameters.get("documentId")
    operation_name = parameters.get("operationName")
    for name, value in parameters.items():
        wanted = _PARAMETERS.get(name)
        if wanted is not None and value is not None and not isinstance(value, wanted):
            what = "a string" if wanted is str else "an object"
            raise RequestError(400, f"`{name}` is {_kind(value)}; it must be {what}.")
    if query is None and document_id is None:
        raise RequestError(400, "The request has no `query`.")
    if query is not None and document_id is not None:
        raise RequestError(400, "The request has both `query` and `documentId`; send one of them.")
    if query is not None and not query.strip():
        raise RequestError(400, "The `query` is empty.")
    if document_id is not None and not document_id:
        raise RequestError(400, "The `documentId` is empty.")
    return Operation(
        query=query,
        document_id=document_id,
        operation_name=operation_name,
        variables=parameters.get("variables") or {},
        extensions=parameters.get("extensions") or {},
    )


def check_lists(variables: Mapping[str, Any], limit: int) -> None:
    """Refuses lists of which each value would be read and looked up, one by one, for nothing. Raises RequestError (400)."""
    stack = [item for item in variables.items() if isinstance(item[1], _NESTED)]
    while stack:
        name, value = stack.pop()
        if isinstance(value, list) and len(value) > limit:
            raise RequestError(
                400,
                f"A list in the variable `{name[:80]}` has {len(value)} values; the limit is {limit}.",
                well_formed=True,
            )
        parts = value if isinstance(value, list) else value.values()
        stack.extend([(name, part) for part in parts if isinstance(part, _NESTED)])


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"
