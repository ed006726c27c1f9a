"""The feed of published changes, by sequence number."""

from __future__ import annotations

from dataclasses import dataclass

from hub.model import Change
from schema.context import Context
from schema.cursors import decode_cursor, encode_cursor
from schema.paging import checked_first

_FEED = "changes"


def change_cursor(seq: int) -> str:
    """The cursor of the change with this sequence number."""
    return encode_cursor(_FEED, (seq,))


def parse_change_cursor(cursor: str) -> int:
    """The sequence number of a change's cursor. Raises HubError BAD_USER_INPUT."""
    (seq,) = decode_cursor(cursor, _FEED, (int,))
    return int(seq)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A slice of the feed, oldest first."""

    changes: list[Change]
    has_next: bool
    has_previous: bool


def change_page(context: Context, after: str | None, first: int | None) -> ChangePage:
    """The changes after a cursor.

    Raises:
        HubError: BAD_USER_INPUT for a foreign cursor or a page size out of bounds.
    """
    start = parse_change_cursor(after) if after is not None else 0
    count = checked_first(first, context.settings, 100)
    found = context.file.changes(start, count + 1)
    return ChangePage(
        changes=found[:count],
        has_next=len(found) > count,
        has_previous=context.file.has_changes_until(start),
    )
