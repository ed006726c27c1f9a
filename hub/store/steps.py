"""What every publication ends with: codes are carried on, the expired leave, decisions are weighed, changes are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared, among
from hub.store.changes import drop_taken_aliases, write_aliases, write_changes
from hub.store.groups import GroupBook
from hub.store.links import Links, relink
from hub.store.live import read_data_version
from hub.store.moves import close, expire, move_version
from hub.store.plans import RunPlans
from hub.store.records import SourceRecord
from hub.store.tables import grouping, plan, record, source
from hub.store.values import Time

_CHANGED = Prepared(
    lambda _: update(source).where(source.c.key == bindparam("k")).values(changed_at=bindparam("at", type_=Time()))
)


class Steps:
    """One publication, inside its transaction; subclasses write the records of the source.

    Attributes:
        moved: whether something public changed.
        written: records written.
        expired: records, of any source, whose grace had passed.
        duplicates: whether commitments of the source may be duplicates.
    """

    duplicates = False
    replaces = True
    """Whether the records that are written may replace others."""

    def __init__(
        self,
        connection: AsyncConnection,
        run_id: str,
        origin: SourceRecord,
        at: datetime,
        plans: RunPlans,
        links: Links,
    ) -> None:
        self._connection = connection
        self._run = run_id
        self._source = origin
        self._at = at
        self._plans = plans
        self._links = links
        self._book: GroupBook | None = None
        self.moved = False
        self.written = 0
        self.expired = 0

    async def finish(self, grace: timedelta, *, left: int = 0, returned: int = 0) -> None:
        """What follows once the records of the source are written.

        Args:
            left: its records that left or are missed now.
            returned: those that are missed no more.
        """
        connection, at = self._connection, self._at
        carried = await self._carry_codes()
        self.expired = await expire(connection, at, grace)
        if carried or left or self.expired or (self.written and self.replaces):
            await write_aliases(connection, at)
        elif self.written:
            await drop_taken_aliases(connection, at)
        relinked = await relink(connection, at) if self._links.decisions else 0
        moves = (self.written, carried, left, returned, self.expired, relinked, self._plans.book.touched)
        self.moved = any(moves)
        if self.written or left:
            await _CHANGED.later(connection, k=self._source.key, at=at)

    async def tell(self) -> tuple[int, int]:
        """Data version after the publication, and the number of change rows."""
        if not self.moved:
            return await read_data_version(self._connection), 0
        moved = await move_version(self._connection, self._at)
        first_new = self._book.first_new if self._book else None
        return moved, await write_changes(self._connection, self._at, moved, self._run, first_new=first_new)

    async def _carry_codes(self) -> int:
        """Carry new codes of plans and commitments into records, those of other sources too."""
        connection, total = self._connection, 0
        group_code = select(grouping.c.code).where(grouping.c.id == record.c.group_id).scalar_subquery()
        plan_code = select(plan.c.code).where(plan.c.id == record.c.plan_id).scalar_subquery()
        code = func.coalesce(group_code, plan_code)
        plans = [plan_id for plan_id, (old, _) in self._plans.book.recoded.items() if old]
        for column, ids in ((record.c.group_id, self._book.recoded if self._book else ()), (record.c.plan_id, plans)):
            if not ids:
                continue
            stale = and_(
                among(connection, column, sorted(ids)),
                record.c.gone_at.is_(None),
                or_(record.c.code != code, record.c.plan_code != plan_code),
            )
            await close(connection, self._at, stale)
            values = {"code": code, "plan_code": plan_code, "valid_from": self._at, "run_id": self._run}
            total += (await connection.execute(update(record).where(stale).values(values))).rowcount
        return total
