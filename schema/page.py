"""One page of commitments: rows, bounds, total and facets, each read once and only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from schema.context import Context
from schema.facets import read_facet
from schema.order import Order
from schema.paging import PageRequest, checked_first
from schema.read.file import COMMITMENT_COLUMNS, commitment_of
from schema.read.rows import CommitmentRow, FacetRow
from schema.selection import Selection

Edge = tuple[str, CommitmentRow]
Key = tuple[Any, ...]

DEFAULT_INSTITUTIONS = 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a page stands: whether there is more, and its first and last cursor."""

    has_next: bool
    has_previous: bool
    start: str | None
    end: str | None


@dataclass(slots=True)
class CommitmentPage:
    """A connection before anything of it is read."""

    context: Context
    selection: Selection
    order: Order
    request: PageRequest
    _keys: list[tuple[Key, str, int]] | None = None
    _edges: list[Edge] | None = None
    _total: int | None = None
    _facets: dict[str, list[FacetRow]] = field(default_factory=dict)

    def total(self) -> int:
        """How many commitments are selected, whatever the page."""
        if self._total is None:
            sql, params = self.selection.table()
            self._total = int(self.context.file.one(f"SELECT count(*) FROM ({sql})", params)[0])
        return self._total

    def facet(self, name: str) -> list[FacetRow]:
        """Counts by one dimension over everything selected, most frequent first."""
        if name not in self._facets:
            self._facets[name] = read_facet(self.context.file, self.selection, name)
        return self._facets[name]

    def institutions(self, first: int | None) -> list[FacetRow]:
        """The institutions that take part in most of everything selected; null means the default, 20.

        Raises:
            HubError: BAD_USER_INPUT for a page size out of bounds.
        """
        return self.facet("institution")[: checked_first(first, self.context.settings, DEFAULT_INSTITUTIONS)]

    def edges(self) -> list[Edge]:
        """The records of the page with their cursors, in order."""
        if self._edges is None:
            keys = self._read_keys()
            rows = self._records([(family, number) for _, family, number in keys])
            self._edges = [(self.order.cursor(key), rows[family, number]) for key, family, number in keys]
        return self._edges

    def bounds(self) -> Bounds:
        """Where the page stands in everything selected, exactly."""
        keys = [key for key, _, _ in self._read_keys()]
        request = self.request
        if keys:
            before, after = self._exists(keys[0], before=True), self._exists(keys[-1], before=False)
            return Bounds(after, before, self.order.cursor(keys[0]), self.order.cursor(keys[-1]))
        # An empty page stands at its cursor: after `after`, before `before`, else at the end that it counts from.
        low = self.order.key(request.after, "after") if request.after is not None else None
        high = self.order.key(request.before, "before") if request.before is not None else None
        if request.first is None:
            place = high if high is not None else None
            has_next = place is not None and self._reaches(place, before=False)
            has_previous = self.total() > 0 if place is None else self._exists(place, before=True)
        else:
            place = low if low is not None else None
            has_previous = place is not None and self._reaches(place, before=True)
            has_next = self.total() > 0 if place is None else self._exists(place, before=False)
        return Bounds(has_next, has_previous, None, None)

    def _reaches(self, key: Key, *, before: bool) -> bool:
        """Whether a record stands at the key or beyond it."""
        sql, params = self._keyed()
        beyond, extra = self.order.beyond(key, before=not before)
        return (
            self.context.file.one(f"SELECT 1 FROM ({sql}) WHERE NOT ({beyond}) LIMIT 1", [*params, *extra]) is not None
        )

    def _exists(self, key: Key, *, before: bool) -> bool:
        """Whether a record stands strictly beyond the key."""
        sql, params = self._keyed()
        beyond, extra = self.order.beyond(key, before=before)
        return self.context.file.one(f"SELECT 1 FROM ({sql}) WHERE {beyond} LIMIT 1", [*params, *extra]) is not None

    def _keyed(self) -> tuple[str, list[Any]]:
        return self.selection.table(self.order)

    def _read_keys(self) -> list[tuple[Key, str, int]]:
        """Key, family and id of the page's records, in order (Relay's algorithm)."""
        if self._keys is not None:
            return self._keys
        request = self.request
        sql, params = self._keyed()
        clauses = []
        for cursor, before in ((request.after, False), (request.before, True)):
            if cursor is not None:
                clause, extra = self.order.beyond(
                    self.order.key(cursor, "before" if before else "after"), before=before
                )
                clauses.append(clause)
                params.extend(extra)
        backwards = request.first is None
        limit = request.last if request.first is None else request.first
        ties = ", ".join(f"t{place}" for place in range(len(self.order.ties())))
        rows = self.context.file.rows(
            f"SELECT family, id, k, {ties} FROM ({sql}) WHERE {' AND '.join(clauses) or '1'} "
            f"ORDER BY {self.order.by(reverse=backwards)} LIMIT ?",
            [*params, limit],
        )
        if backwards:
            rows.reverse()
        elif request.last is not None:
            rows = rows[max(0, len(rows) - request.last) :]
        self._keys = [(tuple(row[2:]), row[0], row[1]) for row in rows]
        return self._keys

    def _records(self, wanted: list[tuple[str, int]]) -> dict[tuple[str, int], CommitmentRow]:
        found: dict[tuple[str, int], CommitmentRow] = {}
        for family in self.selection.families:
            ids = [number for name, number in wanted if name == family]
            if not ids:
                continue
            marks = ", ".join("?" * len(ids))
            rows = self.context.file.rows(
                f"SELECT {COMMITMENT_COLUMNS} FROM {family}_row r JOIN {family}_more m ON m.id = r.id WHERE r.id IN ({marks})",
                ids,
            )
            for row in rows:
                found[family, row[0]] = commitment_of(row, self.selection.as_of)
        return found
