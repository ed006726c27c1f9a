"""The first publication of a source: nothing can be replaced, come back or be missed, so what was read is written at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from hub.model import RecordKind
from hub.store.bulk import Prepared, insert_columns
from hub.store.groups import Candidate, GroupBook
from hub.store.moves import RUN
from hub.store.records import Counts
from hub.store.sources import rank_of
from hub.store.steps import Steps
from hub.store.tables import record, staged
from hub.store.waiting import Waiting

BATCH = 2000
"""Rows that are in memory at a time."""

STAGED = ("kind", "native_key", "body", "hash", "jurisdiction", "series", "number", "own_code", "plan_ref")
"""What a record has of its staged row."""

_NEXT = Prepared(
    lambda _: (
        select(staged)
        .where(staged.c.run_id == RUN, staged.c.seq > bindparam("after"))
        .order_by(staged.c.seq)
        .limit(BATCH)
    )
)


class FirstPublication(Steps):
    """Of a source that has no record yet."""

    replaces = False

    async def apply(self, waiting: Waiting | None, grace: timedelta) -> dict[RecordKind, Counts]:
        """Write the records, a batch at a time.

        Args:
            waiting: the rows of the run, where none of them is in the table `staged`.
        """
        apart = self._links.apart()
        self._book = GroupBook(
            self._connection, self._run, self._source.key, self._plans.book, complete=True, apart=apart
        )
        await self._book.begin()
        counts: Counter[RecordKind] = Counter()
        async for rows in self._batches(waiting):
            await self._write(rows, self._book)
            counts.update(row["kind"] for row in rows)
        self.written = counts.total()
        await self.finish(grace)
        return {kind: Counts(added=counts[kind]) for kind in sorted(counts)}

    async def _batches(self, waiting: Waiting | None) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of the run, and those of the plans that it only refers to."""
        if waiting is not None:
            for start in range(0, len(waiting.rows), BATCH):
                yield waiting.rows[start : start + BATCH]
        else:
            after = -1
            while found := (await _NEXT(self._connection, run=self._run, after=after)).mappings().all():
                yield [dict(row) for row in found]
                after = found[-1]["seq"]
        if self._plans.made:
            yield self._plans.made

    async def _write(self, rows: list[dict[str, Any]], book: GroupBook) -> None:
        ranks = {place: rank_of(self._source, place) for place in {row["jurisdiction"] for row in rows}}
        plans = self._plans.of
        candidates = [
            Candidate(
                row["seq"], row["native_key"], row["series"], row["number"], row["own_code"],
                plans[row["plan_ref"]], ranks[row["jurisdiction"]],
            )
            for row in rows
            if row["kind"] == "commitment"
        ]  # fmt: skip
        placed = iter(await book.place(candidates) if candidates else ())
        places = [next(placed) if row["kind"] == "commitment" else None for row in rows]
        plan_ids = [None if row["plan_ref"] is None else plans[row["plan_ref"]] for row in rows]
        known = self._plans.book.plans
        plan_codes = ["" if plan_id is None else known[plan_id].code for plan_id in plan_ids]
        columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in STAGED}
        columns |= {
            "plan_id": plan_ids,
            "plan_code": plan_codes,
            "code": [place.code if place else code for place, code in zip(places, plan_codes, strict=True)],
            "group_id": [place.public if place else None for place in places],
            "natural_id": [place.group if place and place.group != place.public else None for place in places],
            "duplicate": [place is not None and place.duplicate for place in places],
            "rank": [ranks[row["jurisdiction"]] for row in rows],
        }
        self.duplicates = self.duplicates or any(columns["duplicate"])
        same = {"source": self._source.key, "valid_from": self._at, "run_id": self._run}
        await insert_columns(self._connection, record, columns, **same, missing_since=None, gone_at=None)
