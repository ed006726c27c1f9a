"""The set of commitments that a filter selects at an instant, as a common table expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from schema.condition import Family, condition
from schema.context import Context
from schema.filters import Normal, Scope, normalise
from schema.order import Order
from schema.scalars import DateTime
from schema.types.inputs import CommitmentFilter


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected.

    Attributes:
        normal: the filter in the read model's terms.
        as_of: the instant; None: what is public now.
    """

    normal: Normal
    as_of: DateTime | None = None

    def table(self, order: Order | None = None) -> tuple[str, list[Any]]:
        """SQL of the rows (family, id, code, source, state, status, program, progress, plan_code, k, t0 …), and its parameters."""
        if self.as_of is None:
            return self._part("commitment", order)
        now, now_params = self._part("commitment", order)
        past, past_params = self._part("past", order)
        return f"{now} UNION ALL {past}", now_params + past_params

    @property
    def families(self) -> tuple[Family, ...]:
        """The families of tables that rows may be of."""
        return ("commitment",) if self.as_of is None else ("commitment", "past")

    def _part(self, family: Family, order: Order | None) -> tuple[str, list[Any]]:
        found = condition(self.normal, family, self.as_of)
        params = list(found.params)
        source, where = f"{family}_row r", found.sql
        if self.normal.match is not None:
            if self.normal.match:
                source = f"{family}_fts f CROSS JOIN {family}_row r ON r.id = f.rowid"
                where = f"f.{family}_fts MATCH ? AND {where}"
                params.insert(0, self.normal.match)
            else:
                where = "0"
                params = []
        keys = ""
        if order is not None:
            ties = "".join(f", {sql} AS t{place}" for place, sql in enumerate(order.ties()))
            # A text without a word selects nothing and searches nothing, so there is no rank to order by either.
            deciding = "NULL" if self.normal.match == "" else order.expression(family)
            keys = f", {deciding} AS k{ties}"
        # The record of the nearest source is the first of its code, so min(id) is the one that counts.
        first, last = ("min(r.id)", " GROUP BY r.code") if self.normal.once else ("r.id", "")
        sql = (
            f"SELECT '{family}' AS family, {first} AS id, r.code, r.source, r.state, r.status, r.program, r.progress, "
            f"r.plan_code{keys} FROM {source} WHERE {where}{last}"
        )
        return sql, params


def effective(context: Context, as_of: DateTime | None) -> DateTime | None:
    """The instant to look at: None where nothing that the file holds was published later."""
    return None if as_of is None or as_of >= context.file.published_at else as_of


def select(context: Context, given: CommitmentFilter | None, scope: Scope | None, as_of: DateTime | None) -> Selection:
    """The commitments that a client asks for.

    Raises:
        HubError: BAD_USER_INPUT, a value of the filter is none.
    """
    moment = effective(context, as_of)
    normal = normalise(given, scope, as_of=moment)
    if normal.plan is not None:
        plans = tuple(dict.fromkeys(context.file.resolve_alias(code) for code in normal.plan))
        normal = replace(normal, plan=plans)
    return Selection(normal, moment)
