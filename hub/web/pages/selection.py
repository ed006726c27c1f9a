"""What the address of a page selects: `?state=30&ods=16&year=2020` as the API's own filter.

The names are those of the plain doors, so that the query string of a page is that of its CSV.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import process

from hub.web import labels

LISTS = {
    "state": "state", "jurisdiction": "jurisdiction", "level": "level", "ods": "ods", "ods_target": "odsTarget",
    "ods_basis": "odsBasis", "year": "year", "status": "status", "program": "program", "plan": "plan", "kind": "kind",
    "axis": "axis", "source": "source",
}  # fmt: skip
SINGLE = {"text": "text", "institution": "institution"}
NUMBERS = frozenset({"ods", "year"})
ENUMS: Mapping[str, Mapping[str, str]] = {
    "status": labels.STATUS,
    "program": labels.PROGRAM,
    "kind": labels.KIND,
    "axis": labels.AXIS,
    "level": labels.LEVEL,
    "ods_basis": labels.BASIS,
}
LONGEST = 200
"""Characters of one value that are shown back."""


class BadAddress(Exception):
    """A parameter of the address holds what cannot be.

    Attributes:
        name: the parameter.
        value: what it holds.
        nearest: a value that can be, if one is near.
        to_come: whether it is a day that has not come yet.
    """

    def __init__(self, name: str, value: str, nearest: str | None = None, *, to_come: bool = False) -> None:
        super().__init__(f"{name}={value}")
        self.to_come = to_come
        self.name = name
        self.value = value[:LONGEST]
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Selection:
    """The checked filter of an address.

    Attributes:
        filter: variables for `CommitmentFilter`.
        chosen: parameter → its values, as text, in order.
    """

    filter: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        """The selection as parameters again."""
        return [(name, value) for name, values in self.chosen.items() for value in values]

    def has(self, name: str, value: str) -> bool:
        """Whether a value is chosen."""
        return value in self.chosen.get(name, ())

    def variable(self) -> dict[str, Any] | None:
        """The filter as a variable; None where nothing is selected."""
        return self.filter or None

    def narrowed(self, **more: Any) -> dict[str, Any]:
        """The filter with other fields in it."""
        return {**self.filter, **more}


def selection_of(parameters: Iterable[tuple[str, str]]) -> Selection:
    """Reads an address. Empty values, as forms send them, count as absent; unknown parameters belong to others.

    Raises:
        BadAddress: a value cannot be; a state is judged by the API, which knows every spelling.
    """
    filter_: dict[str, Any] = {}
    chosen: dict[str, list[str]] = {}
    for name, text in parameters:
        value = text.strip()
        if not value:
            continue
        if name in LISTS:
            parts = value.split(",") if name in NUMBERS else [value]
            for part in (part.strip() for part in parts if part.strip()):
                item = _item(name, part)
                values = filter_.setdefault(LISTS[name], [])
                if item not in values:
                    values.append(item)
                    chosen.setdefault(name, []).append(str(item))
        elif name in SINGLE:
            filter_[SINGLE[name]] = value
            chosen[name] = [value]
    return Selection(filter_, chosen)


def _item(name: str, value: str) -> str | int:
    if name in NUMBERS:
        if not value.isascii() or not value.isdigit() or len(value) > 4:
            raise BadAddress(name, value)
        number = int(value)
        if name == "ods" and not 1 <= number <= 17:
            raise BadAddress(name, value)
        return number
    known = ENUMS.get(name)
    if known is None:
        return value
    if value.upper() in known:
        return value.upper()
    near = process.extractOne(value.upper(), list(known))
    raise BadAddress(name, value, near[0] if near else None)
