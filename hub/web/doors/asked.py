"""What a door is asked for: query parameters, or the JSON of the API's own filter, made into that very filter.

GraphQL's coercion does the checking, so that a value is right here exactly when it is right there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import GraphQLError, GraphQLInputObjectType, Undefined, coerce_input_value, validate_input_value
from rapidfuzz import process
from strawberry.types.arguments import convert_argument

from hub.web.dates import day_of
from schema.api import HubSchema, build_schema
from schema.errors import bad_input
from schema.scalars import DateTime, parse_datetime, utc_text
from schema.types.inputs import CommitmentFilter

LISTS = {
    "state": "state", "jurisdiction": "jurisdiction", "level": "level", "ods": "ods", "ods_target": "odsTarget",
    "ods_basis": "odsBasis", "year": "year", "status": "status", "program": "program", "plan": "plan", "kind": "kind",
    "axis": "axis", "source": "source",
}  # fmt: skip
SINGLE = {
    "text": "text", "institution": "institution", "updated_since": "updatedSince", "has_evidence": "hasEvidence",
    "include_duplicates": "includeDuplicates",
}  # fmt: skip
_OTHERS = ("as_of", "first", "after")
_NUMBERS = frozenset({"ods", "year"})
_BOOLEANS = frozenset({"has_evidence", "include_duplicates"})
_UPPER = frozenset({"status", "program", "level", "kind", "axis", "ods_basis"})


@dataclass(slots=True)
class Asked:
    """A request to a door, checked.

    Attributes:
        filter: the API's filter.
        first: records at most; None: all there are.
    """

    filter: CommitmentFilter = field(default_factory=CommitmentFilter)
    as_of: DateTime | None = None
    first: int | None = None
    after: str | None = None


@cache
def _schema() -> HubSchema:
    return build_schema()


def filter_of(value: Mapping[str, Any]) -> CommitmentFilter:
    """The JSON of a CommitmentFilter as the filter.

    Raises:
        HubError: BAD_USER_INPUT, naming the field at fault.
    """
    schema = _schema()
    kind = schema._schema.type_map["CommitmentFilter"]
    assert isinstance(kind, GraphQLInputObjectType)
    problems: list[str] = []

    def on_error(error: GraphQLError, path: Sequence[str | int]) -> None:
        where = ".".join(str(part) for part in path) or "filter"
        problems.append(f"{where}: {error.message}")

    validate_input_value(dict(value), kind, on_error)
    if problems:
        raise bad_input(problems[0], field="filter")
    coerced = coerce_input_value(dict(value), kind)
    if coerced is Undefined:
        return CommitmentFilter()
    found = convert_argument(coerced, CommitmentFilter, schema.schema_converter.scalar_registry, schema.config)
    assert isinstance(found, CommitmentFilter)
    return found


def asked_of(parameters: Iterable[tuple[str, str]]) -> Asked:
    """Query parameters, repeatable, as a request.

    Raises:
        HubError: BAD_USER_INPUT, naming the parameter and, for an unknown one, the nearest.
    """
    values, others = values_of(parameters, LISTS, SINGLE, _OTHERS)
    return Asked(
        filter=filter_of(values),
        as_of=_instant(others["as_of"].strip()) if others.get("as_of") else None,
        first=_first(others["first"]) if others.get("first") else None,
        after=others.get("after") or None,
    )


def values_of(
    parameters: Iterable[tuple[str, str]],
    lists: Mapping[str, str],
    single: Mapping[str, str],
    others: Collection[str],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Query parameters as variables, and those that are no variables as they stand.

    Args:
        lists: parameter, repeatable → variable, a list.
        single: parameter → variable.
        others: parameters that are no variables.

    Raises:
        HubError: BAD_USER_INPUT, naming the parameter and, for an unknown one, the nearest.
    """
    values: dict[str, Any] = {}
    rest: dict[str, str] = {}
    for name, text in parameters:
        if name in others:
            rest[name] = text
        elif name in lists:
            values.setdefault(lists[name], []).extend(_item(name, part) for part in _parts(name, text))
        elif name in single:
            values[single[name]] = _item(name, text)
        else:
            near = process.extractOne(name, [*lists, *single, *others])
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise bad_input(f'There is no parameter "{name[:60]}".{hint}', field=name[:60])
    return values, rest


def _parts(name: str, text: str) -> list[str]:
    """`ods=4,16` is two values; a name may hold a comma."""
    return [part for part in text.split(",") if part.strip()] if name in _NUMBERS | _UPPER else [text]


def _item(name: str, text: str) -> Any:
    text = text.strip()
    if name in _NUMBERS:
        if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 9:
            raise bad_input(f'{name} takes whole numbers; "{text[:40]}" is none.', field=name)
        return int(text)
    if name in _BOOLEANS:
        if text.lower() not in ("true", "false", "1", "0"):
            raise bad_input(f'{name} takes true or false; "{text[:40]}" is neither.', field=name)
        return text.lower() in ("true", "1")
    return text.upper() if name in _UPPER else text


def _instant(text: str) -> DateTime:
    """An instant, or the end of a day of central Mexico, as pages take it."""
    day = day_of(text)
    # In an address a plus sign may have become a space.
    return utc_text(day[1]) if day is not None else parse_datetime(text.replace(" ", "+"))


def _first(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_input(f'first takes a whole number, 0 or more; "{text[:40]}" is none.', field="first")
    return int(text)
