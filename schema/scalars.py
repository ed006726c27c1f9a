"""The scalars of the API. Their Python form is the canonical text that the read model holds.

DateTime is ``YYYY-MM-DDTHH:MM:SS.ffffffZ``: UTC, fixed width, so that text order is time order.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from graphql import ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from schema.errors import bad_input

Date = NewType("Date", str)
PartialDate = NewType("PartialDate", str)
DateTime = NewType("DateTime", str)
JSON = NewType("JSON", object)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))", re.ASCII
)


def utc_text(moment: datetime) -> DateTime:
    """A moment with a zone as the canonical text of DateTime.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is not a moment")
    return DateTime(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0"))


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def parse_date(value: Any) -> Date:
    """``2022-12-15`` and nothing else. Raises HubError BAD_USER_INPUT."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return Date(value)
    raise bad_input(f"{_shown(value)!r} is not a date. Give an ISO 8601 calendar date such as 2022-12-15.")


def parse_partial_date(value: Any) -> PartialDate:
    """``2022``, ``2022-12`` or ``2022-12-15``. Raises HubError BAD_USER_INPUT."""
    if isinstance(value, str) and _PARTIAL.fullmatch(value):
        try:
            date.fromisoformat((value + "-01-01")[:10])
        except ValueError:
            pass
        else:
            return PartialDate(value)
    raise bad_input(f"{_shown(value)!r} is not a date. Give 2022, 2022-12 or 2022-12-15.")


def parse_datetime(value: Any) -> DateTime:
    """An instant: ISO 8601 with its offset, any precision up to nanoseconds (cut to microseconds).

    Raises HubError BAD_USER_INPUT; without an offset too, since a local time names no instant.
    """
    match = _DATETIME.fullmatch(value) if isinstance(value, str) else None
    if match:
        day, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
        offset = "+00:00" if zulu else f"{sign}{hours}:{minutes}"
        try:
            text = f"{day}T{minute}:{second or '00'}.{(fraction or '')[:6].ljust(6, '0')}{offset}"
            return utc_text(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass
    raise bad_input(
        f"{_shown(value)!r} is not an instant. Give ISO 8601 with its offset, such as 2020-11-10T00:00:00Z "
        "or 2020-11-10T00:00:00-06:00."
    )


def _literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
    return value_from_ast_untyped(node, variables)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is not text")


def _moment(value: Any) -> str:
    return utc_text(value) if isinstance(value, datetime) else _text(value)


def _same(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(
        name="Date",
        description="An ISO 8601 calendar date: `2022-12-15`.",
        serialize=_text,
        parse_value=parse_date,
    ),
    PartialDate: strawberry.scalar(
        name="PartialDate",
        description=(
            'A date as precise as it was published: "2022", "2022-12" or "2022-12-15". '
            "Sorts and filters by its first day."
        ),
        serialize=_text,
        parse_value=parse_partial_date,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant, ISO 8601. With its offset on input (`2020-11-10T00:00:00-06:00`); "
            "UTC with microseconds on output (`2020-11-10T06:00:00.000000Z`)."
        ),
        serialize=_moment,
        parse_value=parse_datetime,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value: object, list, string, number, boolean or null.",
        serialize=_same,
        parse_value=_same,
        parse_literal=_literal,
    ),
}

__all__ = ["JSON", "SCALARS", "Date", "DateTime", "PartialDate", "parse_datetime", "utc_text"]
