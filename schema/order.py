"""The orders of commitments: which value decides, and what a cursor carries.

* A record without the value (no year, no progress) comes last, whatever the direction.
* Ties are broken by code, and among the sources' own records of one commitment by the rank of the source, its key and
  the native key; so the order is total, and it is the order of row ids in the read-model file.
* DESC is the exact reverse of ASC, ties included, except that records without the value stay last.
* RELEVANCE ranks by BM25 (smaller is closer), so its ASC is best first; without `filter.text` it is refused.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any

from schema.cursors import decode_cursor, encode_cursor
from schema.errors import bad_input
from schema.filters import Normal
from schema.labels import STATUS
from schema.types.enums import CommitmentOrderField, OrderDirection
from schema.types.inputs import CommitmentOrder

STATUS_RANK = {status: rank for rank, status in enumerate(STATUS)}
_STATUS_CASE = "CASE r.status " + " ".join(f"WHEN '{name}' THEN {rank}" for name, rank in STATUS_RANK.items()) + " END"

_NOTHING = type(None)
_TYPES: dict[CommitmentOrderField, tuple[type, ...]] = {
    CommitmentOrderField.CODE: (_NOTHING,),
    CommitmentOrderField.TITLE: (str,),
    CommitmentOrderField.STATE: (str,),
    CommitmentOrderField.YEAR: (int, _NOTHING),
    CommitmentOrderField.STATUS: (int,),
    CommitmentOrderField.PROGRESS: (int, float, _NOTHING),
    CommitmentOrderField.UPDATED_AT: (str,),
    CommitmentOrderField.RELEVANCE: (int, float),
}
_EXPRESSIONS = {
    CommitmentOrderField.CODE: "NULL",
    CommitmentOrderField.TITLE: "hub_fold(r.title)",
    CommitmentOrderField.STATE: "r.state",
    CommitmentOrderField.YEAR: "(SELECT min(y.year) FROM {p}_year y WHERE y.row = r.id)",
    CommitmentOrderField.STATUS: _STATUS_CASE,
    CommitmentOrderField.PROGRESS: "r.progress",
    CommitmentOrderField.UPDATED_AT: "r.updated_at",
    CommitmentOrderField.RELEVANCE: "f.rank",
}
_RANK = "coalesce((SELECT s.rank FROM source s WHERE s.key = r.source), 99)"


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of one connection.

    Attributes:
        own: records of one commitment stand side by side, so that the code alone does not tell them apart.
        name: what a cursor remembers of the order.
    """

    field: CommitmentOrderField
    descending: bool
    own: bool
    name: str = dataclasses.field(init=False, compare=False)

    def __post_init__(self) -> None:
        name = f"{self.field.value} {'DESC' if self.descending else 'ASC'}{' OWN' if self.own else ''}"
        object.__setattr__(self, "name", name)

    def expression(self, family: str) -> str:
        """SQL of the deciding value in one family of tables; NULL for CODE, where the tie-break decides."""
        return _EXPRESSIONS[self.field].format(p=family)

    def ties(self) -> tuple[str, ...]:
        """SQL of what breaks ties, in order, by the names t0, t1 …"""
        return ("r.code", _RANK, "r.source", "r.native_key") if self.own else ("r.code",)

    def cursor(self, key: tuple[Any, ...]) -> str:
        """The cursor of a record by its key: the deciding value, then the tie-break."""
        return encode_cursor(self.name, key)

    def key(self, cursor: str, field: str) -> tuple[Any, ...]:
        """The key in a cursor. Raises HubError BAD_USER_INPUT for a forged or foreign one."""
        ties: tuple[type, ...] = (str, int, str, str) if self.own else (str,)
        return decode_cursor(cursor, self.name, (_TYPES[self.field], *ties), field)

    def by(self, *, reverse: bool = False) -> str:
        """SQL of ORDER BY over columns k, t0, t1 …; `reverse` walks the whole order backwards."""
        down = self.descending != reverse
        way = "DESC" if down else "ASC"
        nulls = "LAST" if not reverse else "FIRST"
        ties = ", ".join(f"t{place} {way}" for place in range(len(self.ties())))
        first = "" if self.field is CommitmentOrderField.CODE else f"k {way} NULLS {nulls}, "
        return first + ties

    def beyond(self, key: tuple[Any, ...], *, before: bool) -> tuple[str, list[Any]]:
        """SQL and parameters: strictly after the key in this order, or strictly before it."""
        value, *ties = key
        sign = "<" if self.descending != before else ">"
        names = ", ".join(f"t{place}" for place in range(len(ties)))
        marks = ", ".join("?" * len(ties))
        tied = f"({names}) {sign} ({marks})"
        if self.field is CommitmentOrderField.CODE:
            return tied, ties
        if value is None:
            return (f"(k IS NOT NULL OR {tied})" if before else f"(k IS NULL AND {tied})"), ties
        apart = f"k {sign} ? OR (k = ? AND {tied})"
        return (f"({apart})" if before else f"(k IS NULL OR {apart})"), [value, value, *ties]


def order_of(given: CommitmentOrder | None, normal: Normal) -> Order:
    """The order of a connection.

    Raises:
        HubError: BAD_USER_INPUT for RELEVANCE without a text to be relevant to.
    """
    field = given.field if given else CommitmentOrderField.CODE
    if field is CommitmentOrderField.RELEVANCE and normal.match is None:
        raise bad_input(
            "orderBy RELEVANCE needs filter.text: without words nothing is relevant.", field="orderBy.field"
        )
    descending = given is not None and given.direction is OrderDirection.DESC
    return _order(field, descending, normal.own and not normal.once)


@cache
def _order(field: CommitmentOrderField, descending: bool, own: bool) -> Order:
    return Order(field, descending, own)
