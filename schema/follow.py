"""Published changes that match a filter, as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hub.model import Change, ChangeKind
from schema.context import Context
from schema.filters import Normal, normalise

if TYPE_CHECKING:
    from schema.types.inputs import CommitmentFilter


async def matching_changes(context: Context, given: CommitmentFilter | None) -> AsyncIterator[Change]:
    """Each change whose commitment matches; a removed one is judged by its last version.

    Raises:
        HubError: BAD_USER_INPUT, a value of the filter is none; before the first change.
    """
    normal = normalise(given)
    async for change in context.events.changes():
        context.refresh()
        if given is None or _matches(context, normal, change):
            yield change


def _matches(context: Context, normal: Normal, change: Change) -> bool:
    from schema.condition import condition

    removed = change.kind is ChangeKind.REMOVED
    family = "past" if removed else "commitment"
    found = condition(normal, "past" if removed else "commitment", None, merged=True)
    source, params = f"{family}_row r", [*found.params, change.code]
    text = ""
    if normal.match is not None:
        if not normal.match:
            return False
        text = f" AND r.id IN (SELECT rowid FROM {family}_fts WHERE {family}_fts MATCH ?)"
        params.append(normal.match)
    last = "SELECT max(updated_at) FROM past_row WHERE code = r.code" if removed else "SELECT r.updated_at"
    sql = f"SELECT 1 FROM {source} WHERE {found.sql} AND r.code = ?{text} AND r.updated_at = ({last}) LIMIT 1"
    return context.file.one(sql, params) is not None
