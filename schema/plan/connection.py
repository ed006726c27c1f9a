"""Connections of commitments, at the root and nested, compiled."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import apsw
from graphql import GraphQLObjectType, get_named_type
from msgspec.structs import replace

from hub.readmodel.reader import Space
from schema.cursors import encode_cursor
from schema.errors import HubError
from schema.filters import Scope, normalise
from schema.order import Order, order_of
from schema.paging import page_request
from schema.plan.emission import Emission, emission
from schema.plan.facets import facets
from schema.plan.keys import KEY_COLUMNS, TIES, Key, deciding, key_of
from schema.plan.match import Match
from schema.plan.objects import Write, as_list, as_object, boolean, dumps
from schema.plan.page import Page, page
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement
from schema.plan.sequence import sequenced
from schema.plan.values import ABSENT, Given
from schema.read.rows import JurisdictionRow
from schema.types.enums import CommitmentOrderField as By


@dataclass(slots=True)
class Asked:
    """A connection when its plan runs: what matches, in which order, and which page of it."""

    run: Run
    match: Match
    order: Order
    first: int | None
    last: int | None
    after: Key | None
    before: Key | None
    as_of: str | None
    _page: Page | None = None

    @property
    def page(self) -> Page:
        """The page, read once."""
        if self._page is None:
            self._page = page(
                self.match, self.order, first=self.first, last=self.last, after=self.after, before=self.before
            )
        return self._page

    def cursor(self, space: Space, row: int) -> str:
        """The cursor of a row of the page."""
        if self.order.field is By.RELEVANCE:
            bits = next(bits for known, bits in self.match.parts if known is space)
            key = sequenced(space, bits, self.order, self.match.normal.match).key(row)
        else:
            key = key_of(space, self.order, row)
        return encode_cursor(self.order.name, key)


def filter_match(run: Run, given: Any, scope: Scope | None, as_of: str | None) -> Match:
    """What a filter selects. Raises NotPlannedError where the executed path has an error to tell."""
    try:
        normal = normalise(given, scope, as_of=as_of)  # type: ignore[arg-type]
    except HubError as error:
        raise NotPlannedError(f"filter: {error}") from None
    if normal.plan is not None:
        normal = replace(normal, plan=tuple(dict.fromkeys(resolve_alias(run, code) for code in normal.plan)))
    return Match(run.model, normal, as_of)


def resolve_alias(run: Run, code: str) -> str:
    """The code that an old code became, followed to its end."""
    seen = {code}
    while found := next(iter(run.rows("SELECT new_code FROM alias WHERE old_code = ?", (code,))), None):
        if found[0] in seen:
            break
        code = found[0]
        seen.add(code)
    return code


def value(given: dict[str, Given], name: str, run: Run, default: Any = None) -> Any:
    """An argument's value when the plan runs; `default` where the client gives none."""
    found = given.get(name)
    if found is None:
        return default
    result = found(run)
    return default if result is ABSENT else result


def asked(run: Run, given: dict[str, Given], scope: Scope | None, as_of: str | None, *, nested: bool) -> Asked:
    """The connection that the arguments ask for.

    Raises:
        NotPlannedError: the executed path has an error to tell.
    """
    match = filter_match(run, value(given, "filter", run), scope, as_of)
    try:
        request = page_request(
            value(given, "first", run, 50 if nested else None),
            value(given, "last", run),
            value(given, "after", run),
            value(given, "before", run),
            run.settings,
        )
        order = order_of(value(given, "orderBy", run), match.normal)
        after = order.key(request.after, "after") if request.after is not None else None
        before = order.key(request.before, "before") if request.before is not None else None
    except HubError as error:
        raise NotPlannedError(f"page: {error}") from None
    return Asked(run, match, order, request.first, request.last, after, before, as_of)


class Rows:
    """The commitments of pages as JSON: one SELECT for each family of tables and each use."""

    def __init__(self, document: Document, kind: GraphQLObjectType, sets: Sequence[Any]) -> None:
        self._document = document
        self._kind = kind
        self._sets = sets
        self._made: dict[tuple[str, bool], Emission] = {}

    def emission(self, space: str, as_of: bool) -> Emission:
        """The SELECT, made on first use."""
        key = (space, as_of)
        made = self._made.get(key)
        if made is None:
            statement = Statement(self._document, space, as_of, held="r")
            pieces = list(statement.object(self._kind, "r", self._sets))
            source = f"carray(:ids) c CROSS JOIN {space}_row r ON r.id = c.value"
            made = self._made[key] = emission(statement, iter(pieces), source, "")
        return made

    def texts(self, wanted: Asked) -> list[bytes]:
        """The JSON of the page's records, in order.

        Raises:
            NotPlannedError: a record breaks a promise of the schema.
        """
        as_of = wanted.as_of

        def read(space: Space, ids: Sequence[int]) -> list[bytes]:
            return self.emission(space.name, as_of is not None).page(wanted.run, space, ids, as_of)

        return by_space(wanted, read)

    def array(self, wanted: Asked) -> bytes:
        """The same as one JSON array."""
        if len(wanted.match.spaces) > 1:
            return b"[" + b",".join(self.texts(wanted)) + b"]"
        (space,), as_of = wanted.match.spaces, wanted.as_of
        return self.emission(space.name, as_of is not None).array(wanted.run, space, wanted.page.ids, as_of)


def by_space(wanted: Asked, read: Callable[[Space, Sequence[int]], list[Any]]) -> list[Any]:
    """What `read` gives for the ids of each family of tables, in the order of the page."""
    page = wanted.page
    if not page.ids:
        return []
    if len(wanted.match.spaces) == 1:
        return read(wanted.match.spaces[0], page.ids)
    turns = {}
    for space in dict.fromkeys(page.spaces):
        turns[space] = iter(read(space, [row for known, row in page.rows if known is space]))
    return [next(turns[space]) for space in page.spaces]


def keys(wanted: Asked) -> list[Key]:
    """The order key of each record of the page."""
    order = wanted.order
    if order.field is By.RELEVANCE:
        sequences = {
            space.name: sequenced(space, bits, order, wanted.match.normal.match) for space, bits in wanted.match.parts
        }
        return [sequences[space.name].key(row) for space, row in wanted.page.rows]
    if order.field is By.CODE and not order.own:
        return by_space(wanted, lambda space, ids: [(None, code) for code in space.codes(ids)])
    ties = TIES if order.own else "r.code"

    def read(space: Space, ids: Sequence[int]) -> list[Key]:
        cell = KEY_COLUMNS[order.field].format(p=space.name)
        rows = wanted.run.rows(
            f"SELECT {cell}, {ties} FROM carray(:ids) c CROSS JOIN {space.name}_row r ON r.id = c.value",
            {"ids": apsw.carray(array("i", ids))},
        )
        return [(None if row[0] is None else deciding(order.field, row[0]), *row[1:]) for row in rows]

    return by_space(wanted, read)


def page_info(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    """PageInfo of an `Asked`."""

    def end(place: int) -> Callable[[Run, Asked], bytes]:
        def written(run: Run, wanted: Asked) -> bytes:
            page = wanted.page
            return dumps(wanted.cursor(page.spaces[place], page.ids[place])) if page.ids else b"null"

        return written

    return as_object(
        document,
        kind,
        selected.below,
        {
            "hasNextPage": lambda _: lambda run, wanted: boolean(wanted.page.has_next),
            "hasPreviousPage": lambda _: lambda run, wanted: boolean(wanted.page.has_previous),
            "startCursor": lambda _: end(0),
            "endCursor": lambda _: end(-1),
        },
    )


def connection(document: Document, kind: GraphQLObjectType, sets: Sequence[Any]) -> Write:
    """What writes a CommitmentConnection, given an `Asked`."""

    def below(selected: Selected) -> Any:
        return get_named_type(kind.fields[selected.name].type)

    def nodes(selected: Selected) -> Write:
        rows = Rows(document, below(selected), selected.below)
        return lambda run, wanted: rows.array(wanted)

    def edges(selected: Selected) -> Write:
        edge = below(selected)
        target = get_named_type(edge.fields["node"].type)
        inside = document.fields(edge, selected.below)
        nodes_by_key = {item.key: Rows(document, target, item.below) for item in inside if item.name == "node"}
        with_cursor = any(item.name == "cursor" for item in inside)

        def node(item: Selected) -> Write:
            place = list(nodes_by_key).index(item.key) + 1
            return lambda run, cells: cells[place]

        def cursor(item: Selected) -> Write:
            return lambda run, cells: dumps(cells[0])

        def rows(run: Run, wanted: Asked) -> list[Any]:
            cursors: list[Any] = list(wanted.page.rows)
            if with_cursor:
                cursors = [encode_cursor(wanted.order.name, key) for key in keys(wanted)]
            return list(zip(cursors, *(found.texts(wanted) for found in nodes_by_key.values()), strict=True))

        return as_list(as_object(document, edge, selected.below, {"node": node, "cursor": cursor}), rows)

    return as_object(
        document,
        kind,
        sets,
        {
            "totalCount": lambda _: lambda run, wanted: b"%d" % wanted.match.count,
            "nodes": nodes,
            "edges": edges,
            "pageInfo": lambda selected: page_info(document, below(selected), selected),
            "facets": lambda selected: facets(document, below(selected), selected),
        },
    )


def scope_of(name: str, cells: Sequence[Any]) -> Scope:
    """What a nested connection is limited to, from the cells of its parent's row."""
    if name == "commitments_of_plan":
        return Scope(plan=cells[0])
    if name == "commitments_of_goal":
        return Scope(goal=cells[0])
    return Scope(within=JurisdictionRow(cells[0], None, cells[1], "", "", None))
