"""The key of a row in an order: what decides, then what breaks ties. Cursors are made of them."""

from __future__ import annotations

from typing import Any

from hub.readmodel.reader import Space
from hub.readmodel.rows import fold
from schema.order import STATUS_RANK, Order
from schema.types.enums import CommitmentOrderField as By

Key = tuple[Any, ...]
KEY_COLUMNS = {
    By.CODE: "NULL",
    By.TITLE: "r.title",
    By.STATE: "r.state",
    By.YEAR: "(SELECT min(y.year) FROM {p}_year y WHERE y.row = r.id)",
    By.STATUS: "r.status",
    By.PROGRESS: "r.progress",
    By.UPDATED_AT: "r.updated_at",
}
TIES = "r.code, coalesce((SELECT s.rank FROM source s WHERE s.key = r.source), 99), r.source, r.native_key"


def deciding(field: By, cell: Any) -> Any:
    """The deciding value of an order from its column."""
    if field is By.TITLE:
        return fold(cell)
    if field is By.STATUS:
        return STATUS_RANK[cell]
    return cell


def key_of(space: Space, order: Order, row: int) -> Key:
    """The key of a row in any order but RELEVANCE: the deciding value, then the tie-break."""
    if order.field is By.CODE and not order.own:
        return (None, space.code(row))
    column = KEY_COLUMNS[order.field].format(p=space.name)
    ties = TIES if order.own else "r.code"
    ((cell, *found),) = space.rows(f"SELECT {column}, {ties} FROM {space.name}_row r WHERE r.id = ?", (row,))
    return (deciding(order.field, cell) if cell is not None else None, *found)


class Ranked:
    """A key that sorts as its order says: nothing last, everything else up or down."""

    __slots__ = ("descending", "key")

    def __init__(self, key: Key, descending: bool) -> None:
        self.key = key
        self.descending = descending

    def __lt__(self, other: Ranked) -> bool:
        mine, theirs = self.key, other.key
        if (mine[0] is None) != (theirs[0] is None):
            return theirs[0] is None
        if mine[0] != theirs[0]:
            return bool(mine[0] > theirs[0]) if self.descending else bool(mine[0] < theirs[0])
        return mine[1:] > theirs[1:] if self.descending else mine[1:] < theirs[1:]
