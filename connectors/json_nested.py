"""Lists inside the objects of a list: «ejes», each with its «compromisos». The records stand within, and what is above them is theirs too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from connectors import json_parts
from connectors.base import Cell
from connectors.text import fold

KEY = "clave"
"""The column of the key that a record goes by in an object of records: ``{"C01": {…}, "C02": {…}}``."""
GROUP = "grupo"
"""The column of the name of the list that a record stands in, where an object has several lists alike: ``{"Eje 1": [{…}], "Eje 2": […]}``."""
_ALIKE = 0.6
"""Share of the members of two objects that both have, from which on they are records of one kind."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RECORDS = re.compile(r"compromisos?|commitments?")
"""A list of this name holds the commitments; what stands within them are their milestones."""


def step(path: str, key: str) -> str:
    """A JMESPath one member further."""
    name = key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)
    return f"{path}.{name}" if path else name


def within(items: Sequence[Any], path: str) -> Iterator[tuple[str, str, list[Any]]]:
    """(JMESPath, name, entries of all) of each list of objects that the objects of a list hold.

    Args:
        items: the objects of a list.
        path: its own JMESPath.
    """
    if len(items) < 2 or _RECORDS.fullmatch(fold(path.rsplit(".", 1)[-1].strip('"[]'))):
        return
    for key in dict.fromkeys(key for item in items for key in item):
        if not json_parts.holds_records(path, key, items):
            continue
        found = [item[key] for item in items if item.get(key)]
        if found and all(
            isinstance(inner, list) and all(isinstance(entry, dict) for entry in inner) for inner in found
        ):
            yield (
                f"{step(f'{path}[]', key)}[]" if path else f"[].{step('', key)}[]",
                key,
                [e for inner in found for e in inner],
            )


def grouped(node: Any) -> list[Any] | None:
    """The records of an object that is nothing but lists of them, one a group; None: it is none."""
    if not isinstance(node, dict) or len(node) < 2 or not all(isinstance(group, list) for group in node.values()):
        return None
    lists = [group for group in node.values() if group]
    if len(lists) < 2 or not all(isinstance(record, dict) and record for group in lists for record in group):
        return None
    first = set(lists[0][0])
    if any(len(first & set(group[0])) < _ALIKE * len(first | set(group[0])) for group in lists):
        return None
    return [record for group in lists for record in group]


def above(document: Any, records: Sequence[Any]) -> dict[int, dict[str, Cell]]:
    """By the identity of a record, the plain members of the objects whose lists it stands in: ``{"ejes.nombre": "Eje 1"}``.

    A record among others that go by their keys has its own as `KEY`. An object that stands around a list alone, or around a
    single record, says nothing of the record that others do not share.
    """
    wanted = {id(record) for record in records}
    found: dict[int, dict[str, Cell]] = {}
    stack: list[_Seen] = [_Seen(document, "", False, {}, {})]
    while stack:
        node, name, listed, around, beside = stack.pop()
        if isinstance(node, list):
            whole = {**around, **beside}
            stack.extend(_Seen(child, name, True, whole, {}) for child in node if isinstance(child, dict | list))
        elif id(node) in wanted:
            if around:
                found[id(node)] = dict(around)
        else:
            plain = {
                f"{name or 'lista'}.{key}": cell for key, cell in node.items() if not isinstance(cell, dict | list)
            }
            own = plain if listed else beside
            groups = sum(_holds(child, wanted) for child in node.values()) > 1
            keyed = _are_keys([key for key, child in node.items() if id(child) in wanted])
            for key, child in node.items():
                if isinstance(child, dict | list):
                    said = {KEY: key} if keyed else {GROUP: key} if groups and _holds(child, wanted) else {}
                    stack.append(_Seen(child, key, False, {**around, **said}, own))
    return found


def _holds(node: Any, wanted: set[int]) -> bool:
    """Whether a value is a list of records that were read."""
    return isinstance(node, list) and bool(node) and id(node[0]) in wanted


def _are_keys(names: Sequence[str]) -> bool:
    """Whether the names that records go by tell them apart; names that only count them do not."""
    return len(names) > 1 and all(list(names) != [str(n) for n in range(start, start + len(names))] for start in (0, 1))


class _Seen(NamedTuple):
    """A value of a document: its name, whether it is an entry of a list, what holds for it, and what holds for lists in it."""

    node: Any
    name: str
    listed: bool
    around: Mapping[str, Cell]
    beside: Mapping[str, Cell]
