"""What people decided about likely duplicates, and what of it stands. Pure.

Natural keys make groups; a decision joins two groups into one commitment, or keeps them apart. One "the same" stands as
long as nothing contradicts it: no source publishes both (who publishes two tells them apart), the two are not of two plans
that somebody published, and no "two" has been said of them or of what they are joined with. Contradicted, it waits and
stands again when the contradiction is gone; of two that contradict each other, the earlier one stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Clash(StrEnum):
    """Why a decision cannot be made, or does not stand."""

    ONE_SOURCE = "one source publishes both"
    TWO_PLANS = "they are of two published plans"
    KEPT_APART = "they were decided to be two"
    JOINED = "other decisions make them one"
    ONE_KEY = "they have one natural key"


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """What was said of two groups, the lesser id first."""

    at: datetime
    first: int
    second: int
    same: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What a group is today: who publishes it, and its plan (None: a plan that nobody published)."""

    sources: frozenset[str]
    plan_id: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that cannot be made, and the sources or groups that stand against it."""

    clash: Clash
    sources: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()


@dataclass(slots=True)
class _Body:
    """Groups that are one commitment."""

    groups: set[int]
    sources: set[str]
    plans: set[int]


class Standing:
    """The commitments that natural keys and decisions make together.

    Args:
        facts: of every group that a decision names.
    """

    def __init__(self, decisions: Iterable[Decision], facts: Mapping[int, GroupFacts]) -> None:
        ordered = sorted(decisions)
        self._facts = facts
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for decision in ordered:
            if not decision.same:
                self._apart[decision.first].add(decision.second)
                self._apart[decision.second].add(decision.first)
        self._bodies: dict[int, _Body] = {}
        for decision in ordered:
            if decision.same and self.refused(decision.first, decision.second, same=True) is None:
                self._join(decision.first, decision.second)

    def refused(self, first: int, second: int, *, same: bool) -> Refused | None:
        """Why a decision on two groups would contradict what stands; None where it would not."""
        one, other = self._body(first), self._body(second)
        if not same:
            if first == second:
                return Refused(Clash.ONE_KEY, groups=(first,))
            return Refused(Clash.JOINED, groups=tuple(sorted(one.groups))) if one is other else None
        if one is other:
            return None
        if pair := self._kept_apart(one, other):
            return Refused(Clash.KEPT_APART, groups=pair)
        if both := one.sources & other.sources:
            return Refused(Clash.ONE_SOURCE, sources=tuple(sorted(both)))
        if len(one.plans | other.plans) > 1:
            return Refused(Clash.TWO_PLANS, groups=(first, second))
        return None

    def tells(self, first: int, second: int) -> bool | None:
        """Whether two groups are one commitment, as far as decisions say so: one, two, or nothing yet."""
        one, other = (self._bodies.get(group) or _Body({group}, set(), set()) for group in (first, second))
        if first in other.groups:
            return True
        return False if self._kept_apart(one, other) else None

    def leaders(self) -> dict[int, int]:
        """Group -> the group whose code it bears, for those that bear another's: that of a published plan before that
        of none, then the one known longest."""
        found: dict[int, int] = {}
        for body in {id(body): body for body in self._bodies.values()}.values():
            leader = min(body.groups, key=lambda group: (self._facts[group].plan_id is None, group))
            found |= {group: leader for group in body.groups if group != leader}
        return found

    def _kept_apart(self, one: _Body, other: _Body) -> tuple[int, int] | None:
        """A group of either that were decided to be two."""
        pairs = ((group, foe) for group in sorted(one.groups) for foe in sorted(self._apart.get(group, ())))
        return next((pair for pair in pairs if pair[1] in other.groups), None)

    def _body(self, group: int) -> _Body:
        known = self._bodies.get(group)
        if known is None:
            facts = self._facts[group]
            plans = set() if facts.plan_id is None else {facts.plan_id}
            known = self._bodies[group] = _Body({group}, set(facts.sources), plans)
        return known

    def _join(self, first: int, second: int) -> None:
        one, other = self._body(first), self._body(second)
        if one is other:
            return
        one.groups |= other.groups
        one.sources |= other.sources
        one.plans |= other.plans
        for group in other.groups:
            self._bodies[group] = one
