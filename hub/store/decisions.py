"""Likely duplicates, and the reviewed decisions on them: kept, and put into effect at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, case, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import among
from hub.store.changes import write_changes
from hub.store.engine import Base
from hub.store.errors import DecisionRefused, UnknownPair
from hub.store.links import DIFFERENT, SAME, read_links, relink
from hub.store.live import bump_live, read_epoch
from hub.store.moves import begin, move_version
from hub.store.runs import insert_of
from hub.store.standing import Clash, Refused
from hub.store.tables import alias, candidate, grouping, plan
from hub.store.values import plain


class DuplicateCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """Two commitments that may be one. Never merged on their own; ``decision`` is ``same`` or ``different``."""

    code_a: str
    code_b: str
    score: float
    found_at: datetime
    reason: str | None = None
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


_REMEDY = {
    Clash.ONE_SOURCE: "Who publishes two commitments tells them apart.",
    Clash.TWO_PLANS: "Correct the plan in the sources first.",
    Clash.KEPT_APART: "Reverse that decision first.",
    Clash.JOINED: "Reverse one of those decisions first.",
    Clash.ONE_KEY: "Correct the number or the code in the sources first.",
}


class Decisions(Base):
    async def add_candidates(self, found: Iterable[DuplicateCandidate]) -> None:
        """Queue likely duplicates. What is decided already, of these codes or of the same commitments under other codes,
        is not asked again."""
        listed = list(found)
        if not listed:
            return
        async with self._write() as connection:
            groups = await _groups_of(connection, {code for item in listed for code in (item.code_a, item.code_b)})
            rows = []
            for item in listed:
                first, second = sorted((item.code_a, item.code_b))
                rows.append(
                    {"code_a": first, "code_b": second, "score": item.score, "reason": item.reason}
                    | {"found_at": item.found_at, "group_a": groups.get(first), "group_b": groups.get(second)}
                )
            insert = insert_of(connection)(candidate)
            again: dict[str, Any] = {name: insert.excluded[name] for name in ("score", "reason")}
            for side in ("group_a", "group_b"):  # a decision stays with the groups that it was made about
                fresh = (candidate.c.decision.is_(None), insert.excluded[side])
                again[side] = case(fresh, else_=candidate.c[side])
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["code_a", "code_b"], set_=again), rows
            )
            await bump_live(connection)

    async def candidates(self, *, decided: bool = False) -> list[DuplicateCandidate]:
        """Likely duplicates, likeliest first.

        Args:
            decided: those that were decided; else those that wait for it. A pair of which other decisions tell already
                whether it is one commitment or two waits for nothing.
        """
        said = candidate.c.decision.is_not(None) if decided else candidate.c.decision.is_(None)
        query = select(candidate).where(said).order_by(candidate.c.score.desc(), candidate.c.code_a, candidate.c.code_b)
        async with self._read() as connection:
            rows = [plain(row) for row in await connection.execute(query)]
            if not decided and rows:
                standing = (await read_links(connection)).standing
                rows = [row for row in rows if None in _pair(row) or standing.tells(*_pair(row)) is None]
        return [
            DuplicateCandidate(**{name: row[name] for name in DuplicateCandidate.__struct_fields__}) for row in rows
        ]

    async def decide_candidate(self, code_a: str, code_b: str, *, same: bool, by: str, now: datetime) -> int:
        """Keep a reviewed decision about a queued pair, and put it into effect, in one transaction. The opposite of what
        was decided before reverses it.

        Returns:
            the data version after it, moved by one where something public changed.

        Raises:
            UnknownPair: the pair is not in the queue, or one of its commitments was never published.
            DecisionRefused: it contradicts the sources or another decision; nothing is written.
        """
        async with self._write() as connection:
            at = await begin(connection, now)
            row = await _queued(connection, code_a, code_b)
            first, second = await _groups_meant(connection, row)
            links = await read_links(connection, {first, second})
            refused = links.without(first, second).refused(first, second, same=same)
            if refused is not None:
                raise await _refusal(connection, refused)
            said = SAME if same else DIFFERENT
            if row["decision"] != said:
                values = {"decision": said, "decided_by": by, "decided_at": at, "group_a": first, "group_b": second}
                here = and_(candidate.c.code_a == row["code_a"], candidate.c.code_b == row["code_b"])
                await connection.execute(update(candidate).where(here).values(values))
                await _overrule(connection, row, first, second)
            if not await relink(connection, at):
                await bump_live(connection)
                return (await read_epoch(connection)).data_version
            version = await move_version(connection, at)
            await write_changes(connection, at, version, None)
            return version


def _pair(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["group_a"], row["group_b"]


async def _queued(connection: AsyncConnection, code_a: str, code_b: str) -> dict[str, Any]:
    """The pair as it stands in the queue. Raises UnknownPair."""
    first, second = sorted((code_a, code_b))
    query = select(candidate).where(candidate.c.code_a == first, candidate.c.code_b == second).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownPair(f"{first} and {second} are not a pair of likely duplicates.", remedy="List the queue.")
    return plain(row)


async def _groups_of(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, int]:
    """Code -> group, of those that are or were the code of one."""
    wanted = sorted(set(codes))
    newer = select(alias.c.old_code, grouping.c.id).join(grouping, grouping.c.code == alias.c.new_code)
    found = dict((await connection.execute(newer.where(among(connection, alias.c.old_code, wanted)))).all())
    borne = select(grouping.c.code, grouping.c.id).where(among(connection, grouping.c.code, wanted))
    return found | dict((await connection.execute(borne)).all())


async def _groups_meant(connection: AsyncConnection, row: dict[str, Any]) -> tuple[int, int]:
    """The two groups that a pair is about, the lesser id first. Raises UnknownPair."""
    groups = [row["group_a"], row["group_b"]]
    if None in groups:
        found = await _groups_of(connection, (row["code_a"], row["code_b"]))
        groups = [found.get(row["code_a"]), found.get(row["code_b"])]
    if None in groups:
        absent = row["code_a"] if groups[0] is None else row["code_b"]
        raise UnknownPair(f"{absent} is not the code of a commitment.", remedy="Decide on codes that are published.")
    first, second = sorted(groups)
    return first, second


async def _overrule(connection: AsyncConnection, row: dict[str, Any], first: int, second: int) -> None:
    """One decision about two groups, whatever codes they were queued under."""
    here = and_(candidate.c.code_a == row["code_a"], candidate.c.code_b == row["code_b"])
    pairs = ((first, second), (second, first))
    same_groups = or_(*(and_(candidate.c.group_a == one, candidate.c.group_b == other) for one, other in pairs))
    await connection.execute(candidate.delete().where(same_groups, not_(here)))


async def _refusal(connection: AsyncConnection, refused: Refused) -> DecisionRefused:
    """The refusal in public names."""
    named = refused.sources
    if refused.groups:
        name = plan.c.code if refused.clash is Clash.TWO_PLANS else grouping.c.code
        query = select(name).join(plan, plan.c.id == grouping.c.plan_id).where(grouping.c.id.in_(refused.groups))
        named = tuple(sorted(set((await connection.execute(query)).scalars())))
    return DecisionRefused(refused.clash, named, remedy=_REMEDY[refused.clash])
