"""A commitment's versions, as a piece of the row that they are versions of."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from schema.plan.emission import Hole, Piece, Sql, concatenated
from schema.plan.run import NotPlannedError
from schema.plan.select import Document, Selected, Statement


def history(kind: GraphQLObjectType, selected: Selected, statement: Statement, alias: str) -> Iterator[Piece]:
    """Its superseded versions, oldest first, then the one that is public now: nearly always the row itself."""
    inner = Statement(statement.document, whole=True, _count=statement._count + 100)
    now = inner.alias()
    other = _text(inner, kind, now, selected)
    current = (
        f"coalesce(',' || (SELECT coalesce({other}, hub_broken()) FROM commitment_row {now} {' '.join(inner.joins)} "
        f"WHERE {now}.code = {alias}.code AND {now}.is_primary = 1), '')"
    )
    if statement.space == "commitment":
        whole, statement.whole = statement.whole, True
        current = f"iif({alias}.is_primary = 1, ',' || {_text(statement, kind, alias, selected)}, {current})"
        statement.whole = whole
    before = _before(statement.document, kind, selected, alias, inner._count)
    statement._count = inner._count + 100
    yield Sql(f"'[' || ltrim({before} || {current}, ',') || ']'")


def _before(document: Document, kind: GraphQLObjectType, selected: Selected, alias: str, count: int) -> str:
    inner = Statement(document, "past", whole=True, _count=count)
    then = inner.alias()
    text = _text(inner, kind, then, selected)
    return (
        f"coalesce(',' || (SELECT group_concat(coalesce({text}, hub_broken()), ',') FROM (SELECT * FROM past_row {then} "
        f"WHERE {then}.code = {alias}.code AND {then}.is_primary = 1 ORDER BY {then}.updated_at) {then} "
        f"{' '.join(inner.joins)}), '')"
    )


def _text(statement: Statement, kind: GraphQLObjectType, alias: str, selected: Selected) -> str:
    pieces = list(statement.object(kind, alias, selected.below))
    if any(isinstance(piece, Hole) for piece in pieces):
        raise NotPlannedError("holes in a version")
    return concatenated(pieces)
