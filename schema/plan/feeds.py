"""Events and the feed of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schema.cursors import encode_cursor
from schema.errors import HubError
from schema.paging import checked_first
from schema.plan.connection import value
from schema.plan.emission import emission
from schema.plan.objects import Write, as_object, boolean, dumps
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement
from schema.plan.values import Given
from schema.read.changes import parse_change_cursor

if TYPE_CHECKING:
    from schema.plan.roots import Root, Roots


def events(roots: Roots, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
    """Query.events."""
    statement = Statement(document)
    pieces = list(statement.object(roots.type("Event"), "e", selected.below))
    where = (
        "WHERE e.date IS NOT NULL AND (:start IS NULL OR coalesce(e.end_date, e.date) || "
        "substr('-12-31', length(coalesce(e.end_date, e.date)) - 3) >= :start) "
        "AND (:end IS NULL OR e.date || substr('-01-01', length(e.date) - 3) <= :end) "
        "ORDER BY e.date, e.source, e.native_key"
    )
    made = emission(statement, iter(pieces), "event e", where)

    def root(run: Run) -> bytes:
        start, end = value(given, "from", run), value(given, "to", run)
        if start is not None and end is not None and start > end:
            raise NotPlannedError("events: a span of days that ends before it begins")
        span = {"start": start, "end": end}
        return b"[" + b",".join(made.texts(run, span)) + b"]"

    return root


def changes(roots: Roots, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
    """Query.changes."""

    def nodes(item: Selected) -> Write:
        statement = Statement(document)
        pieces = list(statement.object(roots.type("Change"), "c", item.below))
        made = emission(statement, iter(pieces), "change c", "WHERE c.seq > :after ORDER BY c.seq LIMIT :count")
        return lambda run, page: b"[" + b",".join(made.texts(run, {"after": page[0], "count": page[1]})) + b"]"

    def page_info(item: Selected) -> Write:
        fields: dict[str, Any] = {
            "hasNextPage": lambda _: lambda run, page: boolean(len(_seqs(run, page)) > page[1]),
            "hasPreviousPage": lambda _: lambda run, page: _changes_until(run, page[0]),
            "startCursor": lambda _: lambda run, page: _change_end(run, page, 0),
            "endCursor": lambda _: lambda run, page: _change_end(run, page, -1),
        }
        return as_object(document, roots.type("PageInfo"), item.below, fields)

    fields = {"nodes": nodes, "pageInfo": page_info}
    write = as_object(document, roots.type("ChangeConnection"), selected.below, fields)

    def root(run: Run) -> bytes:
        after = value(given, "after", run)
        try:
            start = parse_change_cursor(after) if after is not None else 0
            count = checked_first(value(given, "first", run, 100), run.settings, 100)
        except HubError as error:
            raise NotPlannedError(f"changes: {error}") from None
        return write(run, (start, count))

    return root


def _seqs(run: Run, page: tuple[int, int]) -> list[int]:
    sql = "SELECT seq FROM change WHERE seq > ? ORDER BY seq LIMIT ?"
    return [row[0] for row in run.rows(sql, (page[0], page[1] + 1))]


def _changes_until(run: Run, seq: int) -> bytes:
    found = next(iter(run.rows("SELECT 1 FROM change WHERE seq <= ? LIMIT 1", (seq,))), None)
    return boolean(found is not None)


def _change_end(run: Run, page: tuple[int, int], place: int) -> bytes:
    found = _seqs(run, page)[: page[1]]
    return dumps(encode_cursor("changes", (found[place],))) if found else b"null"
