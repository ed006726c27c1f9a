"""Publication, second step: which commitment each staged one is, and its public code.

A group is a commitment, whoever publishes it. It is found by its natural keys: the OGP identifier, plan + series +
number, and, inside one source, the publisher's own code. What has none of these is told apart by its native key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared, among
from hub.store.group_rows import (
    BATCH,
    BY_CODE,
    BY_ID,
    DONE,
    KEPT,
    KEPT_WHOLE,
    KEYS,
    PENDING,
    RESOLVED,
    TOP,
    Group,
    insert_groups,
    save_keys,
    write_groups,
)
from hub.store.identity import PlanBook, ogp_id, short_hash, usable_code
from hub.store.tables import grouping

DUPLICATES_LAST = 1 << 40
"""Added to the sequence number of those that were duplicates before."""


class Candidate(NamedTuple):
    """A staged commitment that needs a group."""

    seq: int
    native_key: str
    series: str
    number: int | None
    own_code: str | None
    plan_id: int
    rank: int
    group_id: int | None = None
    """The group that it was of."""


class Place(NamedTuple):
    """Where a candidate belongs: its own group, and the one that it is public in."""

    group: int
    duplicate: bool
    public: int
    code: str


class Keys(NamedTuple):
    """The natural keys of a candidate, strongest first, and the one that is always its own."""

    shared: tuple[str, ...]
    solo: str


class Asked(NamedTuple):
    """A candidate with its keys, the code that it wishes for first, and what that is made of."""

    candidate: Candidate
    keys: Keys
    code: str
    basis: str


class GroupBook:
    """Resolution of the commitments of one run, batch by batch.

    Args:
        complete: whether the run read its whole source.
        apart: pairs of groups that were decided to be two.

    Attributes:
        recoded: groups that got another code.
        first_new: groups from this id on are new.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        run_id: str,
        source: str,
        plans: PlanBook,
        *,
        complete: bool,
        apart: AbstractSet[frozenset[int]] = frozenset(),
    ) -> None:
        self._connection = connection
        self._run = run_id
        self._source = source
        self._plans = plans
        self._complete = complete
        self._apart = apart
        self._next_id = self.first_new = 0
        self._claims: dict[int, tuple[str, ...]] = {}
        self._groups: dict[int, Group] = {}
        self._keys: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._new_keys: dict[str, int] = {}
        self._new_groups: list[Group] = []
        self._fresh: set[int] = set()
        self._dirty: set[int] = set()
        self.recoded: set[int] = set()

    async def begin(self) -> None:
        """Carry new codes of plans into those of their commitments. Must be called first."""
        await self._recode_plans()
        self._next_id = self.first_new = (await TOP(self._connection)).scalar_one() + 1

    async def resolve(self) -> None:
        """Give every pending commitment of the run its group; afterwards every group has its code."""
        after = -1
        while batch := [Candidate(*row) for row in await PENDING(self._connection, run=self._run, after=after)]:
            placed = await self.place(batch)
            done = [
                {"k": one.native_key, "g": place.group, "d": place.duplicate}
                for one, place in zip(batch, placed, strict=True)
            ]
            await DONE.many(self._connection, done, run=self._run)
            after = batch[-1].seq

    async def place(self, batch: Sequence[Candidate]) -> list[Place]:
        """The groups of some candidates, in their order; what is new of groups and keys is written."""
        asked = [self._asked(candidate) for candidate in batch]
        disputed = await self._load(asked)
        found: dict[int, Place] = {}
        for one in sorted(asked, key=_turn):
            seq = one.candidate.seq
            if seq not in disputed and one.code not in self._codes:
                group_id = self._create_undisputed(one)
                found[seq] = Place(group_id, False, group_id, one.code)
                continue
            group_id, duplicate = self._place(one.candidate, one.keys)
            group = self._groups[group_id]
            public = group if group.leader_id is None else self._groups[group.leader_id]
            found[seq] = Place(group_id, duplicate, public.id, public.code)
        await self._save()
        return [found[candidate.seq] for candidate in batch]

    def _asked(self, candidate: Candidate) -> Asked:
        return Asked(candidate, self._keys_of(candidate), *next(self._wishes(candidate)))

    def _keys_of(self, candidate: Candidate) -> Keys:
        _, native_key, series, number, own, plan_id, _, _ = candidate
        solo = f"rec:{self._source}/{native_key}"
        numbered = None if number is None else f"num:{plan_id}/{series}/{number}"
        if not own:
            return Keys((numbered,) if numbered else (), solo)
        shared = []
        if (identifier := ogp_id(own, self._plans.plans[plan_id].program)) is not None:
            shared.append(f"ogp:{identifier}")
        if numbered:
            shared.append(numbered)
        if (usable := usable_code(own)) is not None:
            shared.append(f"own:{self._source}/{usable}")
        return Keys(tuple(shared), solo)

    async def _load(self, batch: Sequence[Asked]) -> set[int]:
        """What the database knows of these keys, groups and codes; the candidates (by sequence number) whose keys or
        first wish are not theirs alone."""
        wanted = [one.keys.solo for one in batch]
        wanted += chain.from_iterable(one.keys.shared for one in batch)
        self._keys = dict((await KEYS(self._connection, keys=wanted)).all())
        self._groups, self._codes, self._claims = {}, {}, {}
        ids = set(self._keys.values())
        if self._apart:
            ids |= {one.candidate.group_id for one in batch if one.candidate.group_id is not None}
        if ids:
            await self._know(BY_ID, ids=sorted(ids))
            if leaders := {g.leader_id for g in self._groups.values() if g.leader_id is not None} - ids:
                await self._know(BY_ID, ids=sorted(leaders))
            await self._load_claims(sorted(ids))
        return await self._load_codes(batch, _repeated(wanted).union(self._keys))

    async def _load_codes(self, batch: Sequence[Asked], contested: AbstractSet[str]) -> set[int]:
        """Who holds the codes that these may get: of most, the one that they wish for first; of those whose wish or key
        somebody else has, all. Returns who these are.

        Args:
            contested: keys that are known, or that several ask for.
        """
        wishes = [one.code for one in batch]
        await self._know(BY_CODE, codes=wishes)
        wanted = _repeated(wishes).union(self._codes)
        if not contested and not wanted:
            return set()
        disputed = [
            one.candidate
            for one in batch
            if one.code in wanted or one.keys.solo in contested or not contested.isdisjoint(one.keys.shared)
        ]
        if disputed:
            await self._know(BY_CODE, codes=sorted({code for one in disputed for code, _ in self._wishes(one)}))
        return {candidate.seq for candidate in disputed}

    async def _know(self, query: Prepared, **values: Any) -> None:
        for row in await query(self._connection, **values):
            self._groups[row.id] = Group(*row)
            self._codes[row.code] = row.id

    async def _load_claims(self, ids: Sequence[int]) -> None:
        """Groups that another record of this source already holds in this publication, and by which keys."""
        for query in (RESOLVED, KEPT_WHOLE if self._complete else KEPT):
            rows = await query(self._connection, run=self._run, source=self._source, ids=ids)
            for group_id, plan_id, rank, native_key, series, number, own in rows:
                keys = self._keys_of(Candidate(0, native_key, series, number, own, plan_id, rank))
                self._claims[group_id] = (*keys.shared, keys.solo)

    def _place(self, candidate: Candidate, keys: Keys) -> tuple[int, bool]:
        """The group of a candidate, and whether it is a duplicate inside its own source."""
        duplicate = False
        own_keys = (*keys.shared, keys.solo)
        kept_apart = False
        for key in keys.shared:
            group_id = self._keys.get(key)
            if group_id is None:
                continue
            if self._are_two(candidate.group_id, group_id):
                kept_apart = True
                continue
            holder = self._claims.get(group_id)
            if holder is None:
                return self._join(group_id, candidate, own_keys), False
            if key in holder:
                duplicate = True
                break
            del self._keys[key]  # a key that the group's record no longer has is free again
        if duplicate:
            own_keys = (keys.solo,)
            # the solo group of a record that was no duplicate before may bear the very key in dispute
        if kept_apart and candidate.group_id is not None and candidate.group_id not in self._claims:
            return self._join(candidate.group_id, candidate, own_keys, duplicate), duplicate
        group_id = self._keys.get(keys.solo)
        if group_id is not None and group_id not in self._claims:
            return self._join(group_id, candidate, own_keys, duplicate), duplicate
        return self._create(candidate, own_keys, duplicate), duplicate

    def _are_two(self, old: int | None, new: int) -> bool:
        """Whether people decided that the commitment of a record is another one than that of a group."""
        if not self._apart or old is None or old == new:
            return False
        pair = (self._groups[group].leader_id or group for group in (old, new))
        return frozenset(pair) in self._apart

    def _join(self, group_id: int, candidate: Candidate, keys: tuple[str, ...], duplicate: bool = False) -> int:
        group = self._groups[group_id]
        self._claim(group_id, keys)
        if group.basis != "own" or group.plan_id != candidate.plan_id:
            group = group._replace(plan_id=candidate.plan_id)
        own = None if duplicate else usable_code(candidate.own_code)
        closer = group.basis != "own" or group.own_rank is None or candidate.rank <= group.own_rank
        if own is not None and own == group.code:
            group = group._replace(basis="own", own_rank=min(candidate.rank, group.own_rank or candidate.rank))
        elif own is not None and closer and self._codes.get(own, group_id) == group_id:
            group = group._replace(code=own, basis="own", own_rank=candidate.rank)
        elif group.basis != "own":
            code, basis = self._free_code(candidate, duplicate, group_id)
            stem = self._plans.plans[candidate.plan_id].code + (
                "-X" if group.basis == "hash" else f"-{candidate.series}"
            )
            if basis == "number" or not group.code.startswith(stem):
                group = group._replace(code=code, basis=basis)
        self._put(group)
        return group_id

    def _create(self, candidate: Candidate, keys: tuple[str, ...], duplicate: bool) -> int:
        group_id = self._next_id
        self._next_id += 1
        code, basis = self._free_code(candidate, duplicate, group_id, own=True)
        rank = candidate.rank if basis == "own" else None
        self._fresh.add(group_id)
        self._put(Group(group_id, code, basis, rank, candidate.plan_id))
        self._claim(group_id, keys)
        return group_id

    def _create_undisputed(self, one: Asked) -> int:
        """`_create` for one whose keys and code nobody else has or asks for."""
        group_id = self._next_id
        self._next_id += 1
        rank = one.candidate.rank if one.basis == "own" else None
        self._new_groups.append(Group(group_id, one.code, one.basis, rank, one.candidate.plan_id))
        self._codes[one.code] = group_id
        for key in one.keys.shared:
            self._new_keys[key] = group_id
        self._new_keys[one.keys.solo] = group_id
        return group_id

    def _claim(self, group_id: int, keys: tuple[str, ...]) -> None:
        self._claims[group_id] = keys
        for key in keys:
            if self._keys.get(key) is None:
                self._keys[key] = self._new_keys[key] = group_id

    def _put(self, group: Group) -> None:
        old = self._groups.get(group.id)
        if old == group:
            return
        if old is not None and old.code != group.code:
            self._codes.pop(old.code, None)
            self.recoded.add(group.id)
        self._groups[group.id] = group
        self._codes[group.code] = group.id
        self._dirty.add(group.id)

    def _wishes(self, candidate: Candidate) -> Iterator[tuple[str, str]]:
        """The codes that a commitment may have and what they are made of, best first: its own, by number, by hash, by a
        hash of more."""
        plan_code = self._plans.plans[candidate.plan_id].code
        if candidate.own_code and (own := usable_code(candidate.own_code)) is not None:
            yield own, "own"
        if candidate.number is not None:
            yield f"{plan_code}-{candidate.series}{candidate.number}", "number"
        yield f"{plan_code}-X{short_hash(candidate.native_key)}", "hash"
        yield f"{plan_code}-X{short_hash(f'{self._source}/{candidate.native_key}')}", "hash"

    def _free_code(self, candidate: Candidate, duplicate: bool, group_id: int, *, own: bool = False) -> tuple[str, str]:
        code = ""
        for code, basis in self._wishes(candidate):
            allowed = basis == "hash" or (basis == "own" and own) or (basis == "number" and not duplicate)
            if allowed and self._codes.get(code, group_id) == group_id:
                return code, basis
        return f"{code}-{group_id}", "hash"

    async def _save(self) -> None:
        changed = [self._groups[i] for i in sorted(self._dirty)]
        await write_groups(self._connection, [g for g in changed if g.id not in self._fresh])
        await insert_groups(self._connection, [*self._new_groups, *(g for g in changed if g.id in self._fresh)])
        await save_keys(self._connection, self._new_keys)
        self._dirty, self._fresh, self._new_keys, self._new_groups = set(), set(), {}, []

    async def _recode_plans(self) -> None:
        """Carry the new codes of plans into the codes that were made from them: of all plans at once, for one may get the code
        that another one leaves."""
        moved: list[Group] = []
        for plan_id, (old, new) in sorted(self._plans.recoded.items()):
            if not old:
                continue
            rows = await self._connection.execute(
                select(grouping).where(grouping.c.plan_id == plan_id, grouping.c.basis != "own")
            )
            groups = [Group(*row) for row in rows]
            moved += [g._replace(code=new + g.code[len(old) :]) for g in groups if g.code.startswith(old + "-")]
        await self._yield_codes(moved)
        self.recoded |= {group.id for group in moved}

    async def _yield_codes(self, moved: list[Group]) -> None:
        """Write the new codes; one that somebody else holds gets the group's id behind it."""
        ids = {group.id for group in moved}
        taken: set[str] = set()
        for chunk in _chunks([group.code for group in moved]):
            rows = await self._connection.execute(
                select(grouping.c.code, grouping.c.id).where(among(self._connection, grouping.c.code, chunk))
            )
            taken |= {code for code, group_id in rows if group_id not in ids}
        free = []
        for group in moved:
            free.append(group._replace(code=f"{group.code}-{group.id}") if group.code in taken else group)
            taken.add(free[-1].code)
        await write_groups(self._connection, free)


def _turn(one: Asked) -> tuple[bool, str]:
    """Who comes first where two claim one number: who had it, then the lesser native key; never the upper row."""
    return one.candidate.seq >= DUPLICATES_LAST, one.candidate.native_key


def _repeated(texts: Sequence[str]) -> set[str]:
    """Those that stand there more than once."""
    return {text for text, count in Counter(texts).items() if count > 1} if len({*texts}) < len(texts) else set()


def _chunks(items: Iterable[Any], size: int = BATCH) -> list[list[Any]]:
    listed = list(items)
    return [listed[start : start + size] for start in range(0, len(listed), size)]
