"""Decisions put into effect: groups that were decided to be one are one; what stops standing is taken back.

A group that was joined with another keeps its natural keys, its own code and, in `record.natural_id`, its records: so that a
decision can be reversed. `grouping.leader_id` is the group that its records are public in meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, BindParameter, ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared
from hub.store.moves import close
from hub.store.standing import Decision, GroupFacts, Standing
from hub.store.tables import alias, candidate, grouping, plan, record, version
from hub.store.times import time_value

SAME, DIFFERENT = "same", "different"


class Linked(NamedTuple):
    """A group that a decision names, as it is kept."""

    id: int
    code: str
    leader_id: int | None
    plan_id: int | None


def natural_group() -> ColumnElement[int]:
    """The group that a record's natural keys say."""
    return func.coalesce(record.c.natural_id, record.c.group_id)


def of_groups(groups: Any) -> ColumnElement[bool]:
    """Condition: the record's natural keys say one of these groups. Two indexes, one each."""
    return or_(record.c.natural_id.in_(groups), and_(record.c.group_id.in_(groups), record.c.natural_id.is_(None)))


def _list(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True, type_=BigInteger)


_DECIDED = Prepared(
    lambda _: select(candidate.c.group_a, candidate.c.group_b, candidate.c.decision, candidate.c.decided_at).where(
        candidate.c.decision.is_not(None), candidate.c.group_a.is_not(None), candidate.c.group_b.is_not(None)
    )
)
_GROUPS = (
    select(grouping.c.id, grouping.c.code, grouping.c.leader_id, grouping.c.plan_id, plan.c.implied_by)
    .join(plan, plan.c.id == grouping.c.plan_id)
    .where(grouping.c.id.in_(_list("groups")))
    .order_by(grouping.c.id)
)
_PUBLISHERS = (
    select(natural_group(), record.c.source)
    .where(record.c.kind == "commitment", of_groups(_list("groups")), record.c.gone_at.is_(None))
    .distinct()
)


class Links:
    """Every decision, and the groups that they name."""

    def __init__(
        self, decisions: list[Decision], groups: Mapping[int, Linked], facts: Mapping[int, GroupFacts]
    ) -> None:
        self.decisions = decisions
        self.groups = groups
        self.facts = facts

    @property
    def standing(self) -> Standing:
        return Standing(self.decisions, self.facts)

    def without(self, first: int, second: int) -> Standing:
        """What stands if nothing had been said of these two."""
        pair = {first, second}
        return Standing([one for one in self.decisions if {one.first, one.second} != pair], self.facts)

    def apart(self) -> set[frozenset[int]]:
        """Pairs of leaders whose commitments were decided to be two."""
        leader = {group.id: group.leader_id or group.id for group in self.groups.values()}
        return {frozenset((leader[one.first], leader[one.second])) for one in self.decisions if not one.same}


async def read_decisions(connection: AsyncConnection) -> list[Decision]:
    """What was decided and not taken back."""
    rows = (await _DECIDED(connection)).all()
    return [Decision(time_value(at), min(one, other), max(one, other), said == SAME) for one, other, said, at in rows]


async def read_links(connection: AsyncConnection, also: Iterable[int] = ()) -> Links:
    """The decisions, and what is known today of the groups that they name, and of those named `also`."""
    decisions = await read_decisions(connection)
    named = sorted({group for one in decisions for group in (one.first, one.second)} | set(also))
    if not named:
        return Links(decisions, {}, {})
    groups: dict[int, Linked] = {}
    publishers: dict[int, set[str]] = {group: set() for group in named}
    for group, key in await connection.execute(_PUBLISHERS, {"groups": named}):
        publishers[group].add(key)
    facts: dict[int, GroupFacts] = {}
    for group, code, leader, plan_id, implied_by in await connection.execute(_GROUPS, {"groups": named}):
        groups[group] = Linked(group, code, leader, plan_id)
        facts[group] = GroupFacts(frozenset(publishers[group]), plan_id if implied_by is None else None)
    return Links(decisions, groups, facts)


async def relink(connection: AsyncConnection, at: datetime) -> int:
    """Make the codes what decisions and today's facts make of them; how many records bear another code for it."""
    links = await read_links(connection)
    if not links.groups:
        return 0
    leaders = links.standing.leaders()
    moved = {
        group.id: leaders.get(group.id) for group in links.groups.values() if group.leader_id != leaders.get(group.id)
    }
    if not moved:
        return 0
    await close(connection, at, and_(record.c.kind == "commitment", of_groups(list(moved))))
    done = 0
    for group, leader in moved.items():
        await connection.execute(update(grouping).where(grouping.c.id == group).values(leader_id=leader))
        code = links.groups[group if leader is None else leader].code
        place = {"group_id": group, "natural_id": None} if leader is None else {"group_id": leader, "natural_id": group}
        theirs = and_(record.c.kind == "commitment", of_groups([group]))
        await connection.execute(update(record).where(theirs, record.c.gone_at.is_not(None)).values(place))
        public = (
            update(record).where(theirs, record.c.gone_at.is_(None)).values(place | {"code": code, "valid_from": at})
        )
        done += (await connection.execute(public)).rowcount
    await _realias(connection, at, links.groups, {group: leaders.get(group, group) for group in moved})
    return done


async def _realias(
    connection: AsyncConnection, at: datetime, groups: Mapping[int, Linked], moved: Mapping[int, int]
) -> None:
    """Every code that a moved group ever bore of its own leads to the code that its records bear now."""
    rows = await connection.execute(
        select(version.c.code, func.max(version.c.group_id))
        .where(version.c.kind == "commitment", version.c.group_id.in_(list(moved)))
        .group_by(version.c.code)
    )
    owner: dict[str, int] = dict(rows.all()) | {groups[group].code: group for group in moved}
    await connection.execute(alias.delete().where(alias.c.old_code.in_(list(owner))))
    borne = await connection.execute(
        select(record.c.code).where(
            record.c.kind == "commitment", record.c.code.in_(list(owner)), record.c.gone_at.is_(None)
        )
    )
    held = set(borne.scalars())
    for old, group in sorted(owner.items()):
        new = groups[moved[group]].code
        if old not in held and old != new:
            await connection.execute(update(alias).where(alias.c.new_code == old).values(new_code=new))
            await connection.execute(alias.insert().values(old_code=old, new_code=new, at=at))
