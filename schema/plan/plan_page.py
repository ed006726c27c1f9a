"""A page of action plans: which, from where on, how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schema.cursors import decode_cursor, encode_cursor
from schema.errors import HubError
from schema.paging import checked_first
from schema.plan.connection import value
from schema.plan.objects import dumps
from schema.plan.run import NotPlannedError, Run
from schema.plan.values import Given


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
