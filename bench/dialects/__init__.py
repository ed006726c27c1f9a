"""How each server words the seven questions, and how its answers read in the hub's terms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workloads import Values

KINDS = ("variables", "literals", "unseen")


def as_is(data: Any) -> Any:
    """An answer that is in the hub's terms already."""
    return data


@dataclass(frozen=True)
class Wording:
    """One question in one dialect.

    Attributes:
        query: the document with variables.
        variables: the values of an asking as its variables.
        enums: names of the variables whose literals stand without quotation marks.
        read: the answer's `data` as the hub would say it.
    """

    query: str
    variables: Callable[[Values], dict[str, Any]]
    enums: frozenset[str] = frozenset()
    read: Callable[[Any], Any] = as_is

    def body(self, values: Values, kind: str, tag: str = "") -> bytes:
        """A request's body: with variables, with literals, or a text that nobody sent before (`tag` makes it so)."""
        given = self.variables(values)
        if kind == "literals":
            return _packed({"query": self._literal(given)})
        query = self.query
        if kind == "unseen":
            query = query.replace("query(", f"query N{tag}(", 1).replace(" title ", f" title t{tag}:title ", 1)
        return _packed({"query": query, "variables": given})

    def _literal(self, given: Mapping[str, Any]) -> str:
        """The query with the values where its variables stood."""
        text = self.query[self.query.index("{") :]
        for name in sorted(given, key=len, reverse=True):
            text = text.replace(f"${name}", _literal(given[name], enum=name in self.enums))
        return text


Dialect = Mapping[str, Wording]
"""A wording for each question that a server can express, by the question's name."""


def _literal(value: Any, *, enum: bool) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, enum=enum) for item in value) + "]"
    return str(value) if enum else json.dumps(value, ensure_ascii=False)


def _packed(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
