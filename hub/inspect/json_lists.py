"""Every list of objects inside a JSON document, as the JMESPath that selects it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.json_nested import grouped, step, within
from connectors.json_shapes import is_shaped

_DEPTH = 6


def paths(text: str) -> Iterator[tuple[str, str]]:
    """(JMESPath, the names on the way to it) of each list, the shallowest first; the empty path is the document itself."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    queue: list[tuple[Any, str, str, int]] = [(document, "", "", 0)]
    while queue:
        node, path, words, depth = queue.pop(0)
        if isinstance(node, list):
            if node and all(isinstance(item, dict) for item in node):
                yield path, words
                queue.extend((inner, deeper, key, depth + 1) for deeper, key, inner in within(node, path))
            if len(node) == 1 and isinstance(node[0], dict) and depth < _DEPTH:
                queue.extend(_members(node[0], f"{path}[0]", words, depth))
        elif isinstance(node, dict) and depth < _DEPTH:
            if grouped(node) is not None:
                yield f"values({path or '@'})[]", words
            if _alike(node):
                yield f"values({path or '@'})", words
            queue.extend(_members(node, path, words, depth))


def is_of_known_shape(text: str) -> bool:
    """Whether the connector reads a document by its shape, so that no path to its rows need be declared."""
    try:
        return is_shaped(json.loads(text))
    except (ValueError, RecursionError):
        return False


def _members(node: dict[str, Any], path: str, words: str, depth: int) -> Iterator[tuple[Any, str, str, int]]:
    for key, child in node.items():
        if isinstance(child, list | dict):
            yield child, step(path, key), f"{words} {key}".strip(), depth + 1


def _alike(node: dict[str, Any]) -> bool:
    """Whether an object's members are records that go by their keys."""
    members = list(node.values())
    return len(members) >= 3 and all(
        isinstance(item, dict) and len(item) > 1 and set(item) & set(members[0]) for item in members
    )
