"""A table that leaves the hub beside a page: which document it is the answer to, and which column is where in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hub.web.doors.asked import LISTS, SINGLE

FORMS = ("csv", "xlsx", "json")
"""How a table leaves."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its heading, in the English of the API.
        path: where its value is in a node: fields with dots between, `field=VALUE` for the one item of a list that has
            that value. Of a list all values are taken, with "; " between them.
        absent: what the cell holds where there is nothing.
    """

    name: str
    path: str
    absent: int | None = None

    def value(self, node: Mapping[str, Any]) -> Any:
        """The cell of a node.

        Raises:
            KeyError: the document does not ask for such a field.
        """
        found = _value(node, self.path.split("."))
        return self.absent if found is None else found


@dataclass(frozen=True, slots=True)
class Table:
    """One table, at `/api/<name>.csv`, `.xlsx` and `.json`.

    Attributes:
        document: the page's own document that it is the answer to (`hub.web.pages.documents`).
        rows: where its rows are in the data; an object there is one row.
        file: what its files and its sheet are called, without the version.
        title: what it is called beside a page, in Spanish; `N_` marks it.
        says: what its rows are, in Spanish, where it is listed among all.
        filters: whether it takes the parameters of `/api/commitments.*`, as the document's `filter`.
        lists: parameter, repeatable → variable of the document.
        single: parameter → variable of the document.
        required: the parameter without which there is no table.
        paged: whether the document gives it a page at a time, by `after`.
        by_state: whether its document is asked for each state that has commitments, and each answer is a row.
        beside: other documents that show the same.
    """

    name: str
    document: str
    rows: tuple[str, ...]
    columns: Sequence[Column]
    file: str
    title: str
    says: str = ""
    filters: bool = False
    lists: Mapping[str, str] = field(default_factory=dict)
    single: Mapping[str, str] = field(default_factory=dict)
    required: str | None = None
    paged: bool = False
    by_state: bool = False
    beside: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What its rows are called in JSON: `byState` of `by-state`."""
        first, *others = self.name.rpartition("/")[2].split("-")
        return first + "".join(word.capitalize() for word in others)

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)

    def cells(self, node: Mapping[str, Any]) -> list[Any]:
        """A node as a row."""
        return [column.value(node) for column in self.columns]

    def nodes(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows' nodes in the data of an answer."""
        found: Any = data
        for name in self.rows:
            if found is None:
                return []
            found = found[name]
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def parameters(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What may be asked of it: repeatable parameters and others, each → its variable."""
        return (LISTS, SINGLE) if self.filters else (self.lists, self.single)

    def pairs(self, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The parameters that ask for what its document answers with these variables."""
        lists, single = self.parameters()
        given: Mapping[str, Any] = (variables.get("filter") or {}) if self.filters else variables
        pairs = [(name, item) for name, variable in lists.items() for item in given.get(variable) or ()]
        pairs += [(name, given[variable]) for name, variable in single.items() if given.get(variable) is not None]
        return [(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in pairs]

    def address(self, form: str, variables: Mapping[str, Any], as_of: str | None) -> str:
        """The address of what its document answers with these variables.

        Args:
            as_of: a day or an instant; None: today.
        """
        pairs = self.pairs(variables) + ([("as_of", as_of)] if as_of else [])
        return f"/api/{self.name}.{form}" + (f"?{urlencode(pairs)}" if pairs else "")


def _value(found: Any, path: Sequence[str]) -> Any:
    for place, segment in enumerate(path):
        if found is None:
            return None
        name, equals, wanted = segment.partition("=")
        if equals:
            found = next((item for item in found if str(item[name]) == wanted), None)
        elif isinstance(found, list):
            return _joined(_value(item, path[place:]) for item in found)
        else:
            found = found[segment]
    return _joined(found) if isinstance(found, list) else found


def _joined(values: Any) -> str | None:
    return "; ".join(str(value) for value in values if value is not None) or None
