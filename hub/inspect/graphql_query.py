"""A query for a GraphQL endpoint nobody described: its schema is asked for, and the list that looks like commitments is taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import Fetch, HarvestError
from connectors.synonyms import best_fields
from hub.inspect.platforms import Platform
from hub.inspect.vocabulary import names_commitment

_TYPE = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
INTROSPECTION = (
    "query { __schema { queryType { name } types { name kind fields { name "
    f"args {{ name type {{ {_TYPE} }} }} type {{ {_TYPE} }} }} }} }} }}"
)
_LISTS = ("nodes", "items", "data", "results")
_MOST = 40


@dataclass(frozen=True, slots=True)
class _Root:
    """One list of the query type: `path` leads from the field to the records, `paged` where it takes a Relay cursor."""

    name: str
    path: str
    record: str
    paged: bool
    score: float


async def look(url: str, fetch: Fetch) -> Platform | None:
    """The endpoint with options that read its commitments; None where it is no GraphQL endpoint or shows no schema."""
    try:
        answer = await fetch(url, method="POST", json={"query": INTROSPECTION})
        schema = json.loads(answer.read())["data"]["__schema"]
        return choose(schema)
    except (HarvestError, ValueError, KeyError, TypeError, RecursionError):
        return None


def choose(schema: Mapping[str, Any]) -> Platform | None:
    """The platform and options that a schema calls for. Pure."""
    types = {entry["name"]: entry for entry in schema["types"] if isinstance(entry, dict)}
    query = types[schema["queryType"]["name"]]
    fields = {field["name"] for field in query["fields"]}
    if {"changes", "commitments", "nationalView"} <= fields:
        return Platform("GraphQL", "graphql", {"changes": True})
    name = "Hasura" if any(field.endswith("_by_pk") for field in fields) else "GraphQL"
    roots = sorted(_roots(query, types), key=lambda root: -root.score)
    if not roots or roots[0].score < 2:
        return None
    return Platform(name, "graphql", _options(roots[0], types))


def _roots(query: Mapping[str, Any], types: Mapping[str, Any]) -> Iterator[_Root]:
    for field in query["fields"]:
        if any(argument["type"]["kind"] == "NON_NULL" for argument in field.get("args") or ()):
            continue
        is_list, name = _unwrap(field["type"])
        record = types.get(name)
        if record is None or not record.get("fields"):
            continue
        arguments = {argument["name"] for argument in field.get("args") or ()}
        if is_list:
            yield _Root(field["name"], "", name, False, _score(field["name"], record, types))
            continue
        for inner in record["fields"]:
            inner_list, inner_name = _unwrap(inner["type"])
            if inner_list and inner["name"] in _LISTS and types.get(inner_name, {}).get("fields"):
                paged = "after" in arguments and any(f["name"] == "pageInfo" for f in record["fields"])
                score = _score(field["name"], types[inner_name], types)
                yield _Root(field["name"], inner["name"], inner_name, paged, score)


def _score(name: str, record: Mapping[str, Any], types: Mapping[str, Any]) -> float:
    """How many of its members have the name of a field of ours; a list called "compromisos" is believed sooner."""
    members = [path.replace(".", " / ") for path in _members(record, types)]
    chosen = best_fields(members)
    return len(chosen) + (3 if names_commitment(name.replace("_", " ")) else 0) if "title" in chosen else 0.0


def _members(record: Mapping[str, Any], types: Mapping[str, Any], depth: int = 1) -> list[str]:
    """Scalar members, and those of the objects inside, as dotted paths."""
    found: list[str] = []
    for field in record["fields"]:
        if any(argument["type"]["kind"] == "NON_NULL" for argument in field.get("args") or ()):
            continue
        is_list, name = _unwrap(field["type"])
        kind = types.get(name, {}).get("kind")
        if kind in ("SCALAR", "ENUM"):
            found.append(field["name"])
        elif kind == "OBJECT" and depth and not is_list:
            found.extend(f"{field['name']}.{member}" for member in _members(types[name], types, 0))
    return found[:_MOST]


def _unwrap(kind: Mapping[str, Any]) -> tuple[bool, str]:
    is_list = False
    here: Any = kind
    while here.get("ofType"):
        is_list = is_list or here["kind"] == "LIST"
        here = here["ofType"]
    return is_list, str(here.get("name"))


def _options(root: _Root, types: Mapping[str, Any]) -> dict[str, Any]:
    selection = _selection(_members(types[root.record], types))
    inner = f"{root.path} {{ {selection} }}" if root.path else selection
    rows = ".".join(part for part in ("data", root.name, root.path) if part)
    if not root.paged:
        return {"query": f"query {{ {root.name} {{ {inner} }} }}", "rows": rows}
    query = f"query($after: String) {{ {root.name}(after: $after) {{ {inner} pageInfo {{ hasNextPage endCursor }} }} }}"
    return {"query": query, "rows": rows}


def _selection(members: list[str]) -> str:
    nested: dict[str, list[str]] = {}
    for member in members:
        outer, _, inner = member.partition(".")
        nested.setdefault(outer, []).extend([inner] if inner else [])
    return " ".join(f"{name} {{ {' '.join(inner)} }}" if inner else name for name, inner in nested.items())
