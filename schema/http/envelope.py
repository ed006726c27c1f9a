"""Bodies that differ in their variables alone: what stands around those is read once.

A program sends the same few texts again and again, each time with other values. A body that begins and ends like one that was
read before is that one with other variables, if what stands between is a JSON object: only that is read.
"""

from __future__ import annotations

import json
from collections import OrderedDict

import orjson

from schema.http.errors import RequestError
from schema.http.request import Operation, from_body, from_parameters, is_plain, load_json

KEPT = 500
"""How many beginnings are remembered, the oldest going first."""
LONGEST = 4_096
"""Bytes above which a body is not remembered."""
_ENDS = 4
"""How many ends of one beginning are remembered: a program puts its variables before or behind its text, always alike."""
_HOLE = b'"variables":'

_decoder = json.JSONDecoder()


class Envelopes:
    """Reads the bodies of requests, and remembers what stands around their variables."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, list[tuple[bytes, Operation]]] = OrderedDict()

    def read(self, body: bytes) -> Operation:
        """What `from_body` gives.

        Raises:
            RequestError: as `from_body` does.
        """
        start = body.find(_HOLE) + len(_HOLE)
        ends = self._known.get(body[:start], ())
        new = len(ends) < _ENDS
        for end, around in ends:
            if body.endswith(end):
                inside = body[start : len(body) - len(end)]
                try:
                    variables = orjson.loads(inside)
                except orjson.JSONDecodeError:
                    continue
                if type(variables) is dict:
                    new = False
                    if is_plain(inside, variables):
                        return Operation(
                            around.query, around.document_id, around.operation_name, variables, around.extensions
                        )
        operation = from_body(body)
        if new and start >= len(_HOLE) and len(body) <= LONGEST and operation.variables:
            self._learn(body, start)
        return operation

    def __len__(self) -> int:
        return len(self._known)

    def _learn(self, body: bytes, start: int) -> None:
        """Remember what stands around the variables of a body that has been read."""
        text = body[start:].decode().lstrip(" \t\r\n")
        try:
            _, length = _decoder.raw_decode(text)
        except (ValueError, RecursionError):  # the key was found inside a string
            return
        beginning, end = body[:start], text[length:].encode()
        if not (_fits(beginning, b"null", end, None) and _fits(beginning, b"{}", end, {})):
            return
        around = from_parameters(load_json(beginning + b"{}" + end, "The request body"))
        ends = self._known.setdefault(beginning, [])
        ends.append((end, around))
        ends.sort(key=lambda known: -len(known[0]))
        if len(self._known) > KEPT:
            self._known.popitem(last=False)


def _fits(beginning: bytes, inside: bytes, end: bytes, wanted: object) -> bool:
    """Whether what stands between the two is the request's variables, and nothing else is."""
    try:
        value = load_json(beginning + inside + end, "The request body")
    except RequestError:
        return False
    return isinstance(value, dict) and value.get("variables", ...) == wanted
