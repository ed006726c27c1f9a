"""A commitment's versions, as a piece of the row that they are versions of."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from schema.plan.emission import Hole, Piece, Sql, concatenated
from schema.plan.run import NotPlannedError
from schema.plan.select import Document, Selected, Statement


def history(kind: GraphQLObjectType, selected: Selected, statement: Statement, alias: str) -> Iterator[Piece]:
    """Its superseded versions, oldest first, then the one that is public now: nearly always the row itself."""
    if alias == statement.primary:
        current, count = _own(kind, selected, statement, alias), statement._count + 100
        before = _before(statement.document, kind, selected, alias, count)
        statement._count = count + 100
        yield Sql(f"'[' || {before} || {current} || ']'")
        return
    inner = Statement(statement.document, whole=True, _count=statement._count + 100)
    now = inner.alias()
    other = _text(inner, kind, now, selected)
    current = (
        f"coalesce((SELECT coalesce({other}, hub_broken()) FROM commitment_row {now} {' '.join(inner.joins)} "
        f"WHERE {now}.code = {alias}.code AND {now}.is_primary = 1), '')"
    )
    if statement.space == "commitment":
        current = f"iif({alias}.is_primary = 1, {_own(kind, selected, statement, alias)}, {current})"
    before = _before(statement.document, kind, selected, alias, inner._count)
    statement._count = inner._count + 100
    yield Sql(f"'[' || rtrim({before} || {current}, ',') || ']'")


def _own(kind: GraphQLObjectType, selected: Selected, statement: Statement, alias: str) -> str:
    """The row itself as a version."""
    whole, statement.whole = statement.whole, True
    text = _text(statement, kind, alias, selected)
    statement.whole = whole
    return text


def _before(document: Document, kind: GraphQLObjectType, selected: Selected, alias: str, count: int) -> str:
    """Its superseded versions, each with a comma behind it."""
    inner = Statement(document, "past", whole=True, _count=count)
    then = inner.alias()
    text = _text(inner, kind, then, selected)
    return (
        f"coalesce((SELECT group_concat(coalesce({text}, hub_broken()), ',') || ',' FROM (SELECT * FROM past_row {then} "
        f"WHERE {then}.code = {alias}.code AND {then}.is_primary = 1 ORDER BY {then}.updated_at) {then} "
        f"{' '.join(inner.joins)}), '')"
    )


def _text(statement: Statement, kind: GraphQLObjectType, alias: str, selected: Selected) -> str:
    pieces = list(statement.object(kind, alias, selected.below))
    if any(isinstance(piece, Hole) for piece in pieces):
        raise NotPlannedError("holes in a version")
    return concatenated(pieces)
