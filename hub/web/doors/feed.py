"""The changes feed: JSON for mirrors, Atom for people."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from hub.model import Change, ChangeKind
from hub.web.doors.records import Names, nested
from schema.context import Context
from schema.errors import bad_input
from schema.read.changes import change_cursor, parse_change_cursor
from schema.read.file import COMMITMENT_COLUMNS, commitment_of
from schema.scalars import utc_text

FEED_LIMIT = 100
MOST = 1_000
ATOM = "http://www.w3.org/2005/Atom"
KINDS = {ChangeKind.ADDED: "Nuevo", ChangeKind.MODIFIED: "Cambió", ChangeKind.REMOVED: "Retirado"}


def changes_document(context: Context, after: str | None, first: str | None) -> dict[str, Any]:
    """One page of the feed, oldest first. Follow `after` until `hasNextPage` is false.

    Raises:
        HubError: BAD_USER_INPUT for a cursor or a size that cannot be.
    """
    size = FEED_LIMIT
    if first:
        if not (first.isascii() and first.isdigit() and len(first) < 9):
            raise bad_input(f'first takes a whole number, 0 or more; "{first[:40]}" is none.', field="first")
        size = min(int(first), MOST)
    position = parse_change_cursor(after) if after else 0
    found = context.file.changes(position, size + 1)
    page = found[:size]
    current = _current(context, {change.code for change in page})
    return {
        "dataVersion": context.file.data_version,
        "changes": [
            {
                "cursor": change_cursor(change.seq),
                "kind": change.kind.value,
                "at": utc_text(change.at),
                "code": change.code,
                "changedFields": list(change.changed_fields),
                "run": change.run,
                "commitment": current.get(change.code),
            }
            for change in page
        ],
        "after": change_cursor(page[-1].seq) if page else after,
        "hasNextPage": len(found) > size,
    }


def atom(context: Context, base: str, title: str, limit: int) -> bytes:
    """The newest changes, newest first, as Atom (RFC 4287)."""
    newest = context.file.one("SELECT max(seq) FROM change")[0] or 0
    changes: list[Change] = list(reversed(context.file.changes(max(0, newest - limit), limit)))
    titles = _titles(context, {change.code for change in changes})
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "es-MX"})
    SubElement(feed, "id").text = f"{base}/changes.atom"
    SubElement(feed, "title").text = f"{title}: cambios"
    SubElement(feed, "updated").text = str(utc_text(changes[0].at)) if changes else "1970-01-01T00:00:00Z"
    SubElement(feed, "link", {"rel": "self", "href": f"{base}/changes.atom", "type": "application/atom+xml"})
    SubElement(feed, "link", {"rel": "alternate", "href": f"{base}/", "type": "text/html"})
    SubElement(SubElement(feed, "author"), "name").text = title
    for change in changes:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"{base}/changes.atom#{change.seq}"
        name = titles.get(change.code) or change.code
        SubElement(entry, "title").text = f"{KINDS[change.kind]}: {name}"
        SubElement(entry, "updated").text = str(utc_text(change.at))
        SubElement(entry, "link", {"rel": "alternate", "href": f"{base}/compromisos/{change.code}"})
        fields = ", ".join(change.changed_fields)
        SubElement(entry, "summary").text = f"{change.code}{': ' + fields if fields else ''}"
    body: bytes = tostring(feed, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _current(context: Context, codes: set[str]) -> dict[str, dict[str, Any]]:
    """The commitments of these codes as they are now; one that was removed is absent."""
    if not codes:
        return {}
    names = Names(context)
    marks = ", ".join("?" * len(codes))
    sql = (
        f"SELECT {COMMITMENT_COLUMNS} FROM commitment_row r JOIN commitment_more m ON m.id = r.id "
        f"WHERE r.is_primary = 1 AND r.code IN ({marks})"
    )
    rows = (commitment_of(row) for row in context.file.rows(sql, sorted(codes)))
    return {row.code: nested(row, names) for row in rows}


def _titles(context: Context, codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    marks = ", ".join("?" * len(codes))
    sql = f"SELECT code, title FROM commitment_row WHERE is_primary = 1 AND code IN ({marks})"
    return dict(context.file.rows(sql, sorted(codes)))
