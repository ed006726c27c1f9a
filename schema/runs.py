"""Pages of runs, from what moves without a data version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from schema.cursors import decode_cursor, encode_cursor
from schema.errors import bad_input
from schema.paging import checked_first

if TYPE_CHECKING:
    from schema.context import Context
    from schema.types.run import HarvestRunConnection

_ORDER = "runs"


def _position(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    started, run = decode_cursor(cursor, _ORDER, (str, str))
    try:
        moment = datetime.fromisoformat(started)
        if moment.tzinfo is None:
            raise ValueError(started)
    except ValueError:
        raise bad_input(
            "`after` is not a cursor of this hub. Use a cursor of this list of runs.", field="after"
        ) from None
    return moment, run


async def run_connection(
    context: Context, source: str | None, first: int | None, after: str | None
) -> HarvestRunConnection:
    """Runs of one source or of all, newest first.

    Raises:
        HubError: BAD_USER_INPUT for a foreign cursor or a page size out of bounds.
    """
    from schema.types.node import PageInfo
    from schema.types.run import HarvestRun, HarvestRunConnection, HarvestRunEdge

    count = checked_first(first, context.settings, 20)
    page = await context.live.runs(source, count, _position(after))
    edges = [
        HarvestRunEdge(cursor=encode_cursor(_ORDER, (run.started_at.isoformat(), run.id)), node=HarvestRun.of(run))
        for run in page.runs
    ]
    return HarvestRunConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=after is not None and page.total > 0,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=page.total,
    )
