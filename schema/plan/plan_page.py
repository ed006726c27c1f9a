"""Connections of action plans, compiled: which plans, from where on, how many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLObjectType

from schema.cursors import decode_cursor, encode_cursor
from schema.errors import HubError
from schema.paging import checked_first
from schema.plan.connection import value
from schema.plan.emission import emission
from schema.plan.objects import Write, as_list, as_object, boolean, dumps
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement
from schema.plan.values import Given

_VALID = {
    False: "p.valid_to IS NULL",
    True: "p.valid_from <= :as_of AND (p.valid_to IS NULL OR p.valid_to > :as_of)",
}


class PlanPage:
    """A page of plans: which, from where on, how many."""

    def __init__(
        self, run: Run, valid: str, where: Mapping[str, Sequence[str]], given: dict[str, Given], moment: str | None
    ) -> None:
        self.run = run
        self.moment = moment
        after = value(given, "after", run)
        try:
            self.count = checked_first(value(given, "first", run, 50), run.settings, 50)
            self.start = "" if after is None else decode_cursor(after, "plans", (str,))[0]
        except HubError as error:
            raise NotPlannedError(f"plans: {error}") from None
        if self.start is None:
            raise NotPlannedError("a forged cursor")
        clauses = [f"p.{column} IN (SELECT value FROM json_each(:{column}))" for column in where]
        self._where = " AND ".join([valid, *clauses])
        self._bindings: dict[str, Any] = {column: dumps(list(values)).decode() for column, values in where.items()}
        self._bindings.update(start=self.start, count=self.count + 1, as_of=moment)
        found = run.rows(
            f"SELECT p.id, p.code FROM plan p WHERE {self._where} AND p.code > :start ORDER BY p.code LIMIT :count",
            self._bindings,
        ).fetchall()
        self.rows = found[: self.count]
        self.has_next = len(found) > self.count

    def total(self) -> int:
        """How many plans there are in all."""
        ((count,),) = self.run.rows(f"SELECT count(*) FROM plan p WHERE {self._where}", self._bindings)
        return int(count)

    def has_previous(self) -> bool:
        """Whether a plan stands at the cursor or before it."""
        sql = f"SELECT 1 FROM plan p WHERE {self._where} AND p.code <= :start LIMIT 1"
        return next(iter(self.run.rows(sql, self._bindings)), None) is not None

    def cursor(self, place: int) -> bytes:
        """The cursor of a row, or null."""
        return dumps(encode_cursor("plans", (self.rows[place][1],))) if self.rows else b"null"


def plan_connection(
    type_of: Callable[[str], GraphQLObjectType], document: Document, selected: Selected, *, as_of: bool
) -> Callable[[Run, Mapping[str, Sequence[str]], dict[str, Given]], bytes]:
    """What writes a page of plans by code, given which."""
    valid = _VALID[as_of]

    def rows(sets: Sequence[Any]) -> Callable[[Run, PlanPage], list[bytes]]:
        statement = Statement(document, as_of=as_of)
        pieces = list(statement.object(type_of("ActionPlan"), "p", sets))
        source = "json_each(:ids) c CROSS JOIN plan p ON p.id = c.value"
        made = emission(statement, iter(pieces), source, "")
        return lambda run, page: made.texts(
            run, {"ids": dumps([row[0] for row in page.rows]).decode(), "as_of": page.moment}
        )

    def nodes(item: Selected) -> Write:
        texts = rows(item.below)
        return lambda run, page: b"[" + b",".join(texts(run, page)) + b"]"

    def edges(item: Selected) -> Write:
        edge = type_of("ActionPlanEdge")
        inside = [part for part in document.fields(edge, item.below) if part.name == "node"]
        columns = {part.key: rows(part.below) for part in inside}
        places = {key: place for place, key in enumerate(columns, start=1)}

        def node(part: Selected) -> Write:
            return lambda run, cells: cells[places[part.key]]

        def each(run: Run, page: PlanPage) -> list[Any]:
            cursors = [encode_cursor("plans", (row[1],)) for row in page.rows]
            return list(zip(cursors, *(texts(run, page) for texts in columns.values()), strict=True))

        fields = {"node": node, "cursor": lambda part: lambda run, cells: dumps(cells[0])}
        return as_list(as_object(document, edge, item.below, fields), each)

    def page_info(item: Selected) -> Write:
        fields: dict[str, Any] = {
            "hasNextPage": lambda _: lambda run, page: boolean(page.has_next),
            "hasPreviousPage": lambda _: lambda run, page: boolean(page.has_previous()),
            "startCursor": lambda _: lambda run, page: page.cursor(0),
            "endCursor": lambda _: lambda run, page: page.cursor(-1),
        }
        return as_object(document, type_of("PageInfo"), item.below, fields)

    write = as_object(
        document,
        type_of("ActionPlanConnection"),
        selected.below,
        {
            "nodes": nodes,
            "edges": edges,
            "pageInfo": page_info,
            "totalCount": lambda _: lambda run, page: b"%d" % page.total(),
        },
    )

    def written(run: Run, where: Mapping[str, Sequence[str]], given: dict[str, Given]) -> bytes:
        return write(run, PlanPage(run, valid, where, given, run.kept.get("as_of") if as_of else None))

    return written
