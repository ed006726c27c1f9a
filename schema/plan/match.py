"""A normalised filter as a set of rows: what the compiled plan counts and pages over.

Every value that a filter can name has its set of rows in the read-model file, so a filter is a few intersections of big
integers, and its count one popcount, whatever it combines.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable

import orjson

from hub.readmodel.postings import UINT32, bits_of_ids
from hub.readmodel.reader import ReadModel, Space
from schema.filters import Normal
from schema.plan.members import Members

_LARGE = 1 << 62
_PART = re.compile(r'"(?:[^"]|"")*"\*?')


class Match:
    """The records that a filter selects, in one space or, as of an instant, in two.

    Attributes:
        spaces: where they are.
        members: of each space those that it selects; ids of different spaces never name the same commitment.
        facets: those that were counted already, by name.
    """

    __slots__ = ("_parts", "facets", "members", "model", "normal", "spaces")

    def __init__(self, model: ReadModel, normal: Normal, as_of: str | None = None) -> None:
        self.model = model
        self.normal = normal
        self.spaces = [model.current] if as_of is None else [model.current, model.past]
        self.members = [_members(model, space, normal, as_of) for space in self.spaces]
        self.facets: dict[str, list[tuple[str, str, int]]] = {}
        self._parts: list[tuple[Space, int]] = []

    @property
    def parts(self) -> list[tuple[Space, int]]:
        """(space, set of its rows)."""
        if not self._parts:
            self._parts = [(each.space, each.bits) for each in self.members]
        return self._parts

    @property
    def count(self) -> int:
        """How many records the filter selects."""
        return sum([each.count for each in self.members])

    def count_of(self, dim: str, value: str) -> int:
        """How many of them have this value."""
        return sum((bits & space.bits(dim, value)).bit_count() for space, bits in self.parts)

    def values(self, dim: str) -> list[str]:
        """Every value that some record of these spaces has."""
        found: dict[str, None] = {}
        for space, _ in self.parts:
            found.update(dict.fromkeys(space.values(dim)))
        return list(found)

    def goal_count(self, goal: str, bases: Iterable[str]) -> int:
        """How many of them are aligned to a goal on one of the bases."""
        return sum((bits & goal_bits(space, goal, tuple(bases))).bit_count() for space, bits in self.parts)


def _members(model: ReadModel, space: Space, normal: Normal, as_of: str | None) -> Members:
    """What a filter selects in a space; who filters the same way again finds it known."""
    key = (normal, as_of)
    known: Members | None = space.selections.get(key)
    if known is not None:
        if known.settle():
            space.selections.put(key, known, known.size)
        return known

    def find() -> int:
        found = select(space, normal)
        return found if as_of is None else found & valid_at(model, space, as_of)

    made = Members(space, find)
    kept = made.kept()
    space.selections.put(key, kept, kept.size)
    return made


def select(space: Space, normal: Normal) -> int:
    """The rows of a space that meet a filter."""
    found = space.bits("own" if normal.own else "primary", "")
    for bits in _conditions(space, normal):
        found &= bits
        if not found:
            return 0
    if normal.once and found:
        found = _first_of_each(space, found)
    return found


def _conditions(space: Space, normal: Normal) -> Iterable[int]:
    """The set of each condition, cheapest first."""
    for dim, values in (
        ("state", normal.state),
        ("status", normal.status),
        ("program", normal.program),
        ("kind", normal.kind),
        ("axis", normal.axis),
        ("level", normal.level),
        ("jurisdiction", normal.jurisdiction),
        ("plan", normal.plan),
        ("source" if normal.own else "published_by", normal.source),
    ):
        if values is not None:
            yield union(space, dim, values)
    if normal.scope_state is not None:
        yield space.bits("state", normal.scope_state)
    if normal.scope_jurisdiction is not None:
        yield space.bits("jurisdiction", normal.scope_jurisdiction)
    if normal.scope_plan is not None:
        yield space.bits("plan", normal.scope_plan)
    if normal.scope_goal is not None:
        yield goal_bits(space, str(normal.scope_goal), normal.bases)
    if normal.goals is not None:
        yield _any(goal_bits(space, str(goal), normal.bases) for goal in normal.goals)
    if normal.targets is not None:
        yield _any(space.bits("target", f"{t}|{basis}") for t in normal.targets for basis in normal.bases)
    if normal.year is not None:
        yield union(space, "year", map(str, normal.year))
    if normal.year_min is not None or normal.year_max is not None:
        low = -_LARGE if normal.year_min is None else normal.year_min
        high = _LARGE if normal.year_max is None else normal.year_max
        yield union(space, "year", (year for year in space.values("year") if low <= int(year) <= high))
    if normal.has_evidence is not None:
        with_evidence = space.bits("evidence", "")
        yield with_evidence if normal.has_evidence else ((1 << space.size) - 1) ^ with_evidence
    if normal.progress_min is not None or normal.progress_max is not None:
        yield _progress(space, normal.progress_min, normal.progress_max)
    if normal.updated_since is not None:
        yield since(space, normal.updated_since)
    if normal.institution is not None:
        yield _institution(space, normal.institution)
    if normal.match is not None:
        yield _text(space, normal.match)


def union(space: Space, dim: str, values: Iterable[str]) -> int:
    """The rows that have any of the values."""
    return _any(space.bits(dim, value) for value in values)


def _any(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found = found | bits if found else bits
    return found


def goal_bits(space: Space, goal: str, bases: tuple[str, ...]) -> int:
    """The rows aligned to a goal on one of the bases."""
    key = ("aligned", f"{goal}|{bases}")
    kept = space.kept(key)
    return space.keep(key, _any(space.bits("ods", f"{goal}|{basis}") for basis in bases)) if kept is None else kept


def _first_of_each(space: Space, found: int) -> int:
    """One row of each commitment among `found`: the first, which is that of the source nearest the publisher."""
    chosen = found
    for distance in space.values("twin"):
        # a row with a chosen neighbour of its own group so many places before it gives way
        chosen &= ~((found << int(distance)) & space.bits("twin", distance))
    return chosen


def _progress(space: Space, low: float | None, high: float | None) -> int:
    """Rows whose progress is in a closed range. A bucket holds one whole number ("50") or all between two ("50+")."""
    least, most = (float("-inf") if low is None else low), (float("inf") if high is None else high)
    found = 0
    for bucket in space.values("progress"):
        start = int(bucket.rstrip("+"))
        end = start + 1 if bucket.endswith("+") else start
        if least <= start and end <= most:
            found |= space.bits("progress", bucket)
        elif start < most and least < end:
            found |= _progress_within(space, bucket, least, most)
    return found


def _progress_within(space: Space, bucket: str, least: float, most: float) -> int:
    rows = space.rows(
        f"SELECT id FROM {space.name}_row WHERE progress > ?1 AND progress < ?1 + 1 AND progress BETWEEN ?2 AND ?3",
        (int(bucket.rstrip("+")), least, most),
    )
    return bits_of_ids((row[0] for row in rows), space.size)


def since(space: Space, moment: str) -> int:
    """Rows whose content became public at or after a moment."""
    key = ("since", moment)
    kept = space.kept(key)
    if kept is not None:
        return kept
    space.long()
    ids = space.ordering("UPDATED_AT").ids
    start = bisect_left(ids, moment, key=lambda row: space.cell(row, "updated_at"))
    if start > space.size // 2:
        return space.keep(key, bits_of_ids(ids[start:], space.size))
    return space.keep(key, ((1 << space.size) - 1) ^ bits_of_ids(ids[:start], space.size))


def valid_at(model: ReadModel, space: Space, moment: str) -> int:
    """Rows that were public at a moment: published by then and not superseded yet."""
    key = ("valid", moment)
    kept = space.kept(key)
    if kept is not None:
        return kept
    if space is model.current:
        # the smallest text greater than `moment` turns "at or after" into "after"
        return space.keep(key, ((1 << space.size) - 1) ^ since(space, moment + "\0"))
    space.long()
    rows = space.rows(f"SELECT id FROM {space.name}_row WHERE updated_at <= ?1 AND valid_to > ?1", (moment,))
    return space.keep(key, bits_of_ids((row[0] for row in rows), space.size))


def _institution(space: Space, needle: str) -> int:
    key = ("needle", needle)
    kept = space.kept(key)
    if kept is not None:
        return kept
    space.long()
    packed = space.rows(
        "SELECT p.packed, p.ids FROM institution i CROSS JOIN posting p ON p.space = ?1 AND p.dim = 'institution' "
        "AND p.value = CAST(i.id AS TEXT) WHERE instr(i.folded, ?2) > 0",
        (space.name, needle),
    )
    found = 0
    numbers = array(UINT32)
    for is_bitmap, blob in packed:
        if is_bitmap:
            found |= int.from_bytes(blob, "little")
        else:
            numbers.frombytes(blob)
    return space.keep(key, found | bits_of_ids(numbers, space.size))


def _text(space: Space, query: str) -> int:
    """Rows that hold every word of a query.

    FTS5 joins words by AND over the whole row, so the set of a query is the intersection of its words' sets. A word that is
    asked for again gets a set of its own; until then the whole query is put to FTS5, which is quicker for rare words.
    """
    if not query:
        return 0
    kept = space.kept(("text", query))
    if kept is not None:
        return kept
    words = dict.fromkeys(_PART.findall(query))
    if len(words) < 2:
        return _matching(space, query)
    found = (1 << space.size) - 1
    for word in words:
        if space.kept(("text", word)) is None and space.kept(("asked", word)) is None:
            space.long()
            for asked in words:
                space.keep(("asked", asked), 0)
            return _matching(space, query)
    for word in words:
        found &= _matching(space, word)
    return found


def _matching(space: Space, query: str) -> int:
    key = ("text", query)
    kept = space.kept(key)
    if kept is not None:
        return kept
    space.long()
    name = space.name
    ((found,),) = space.rows(
        f"SELECT '[' || coalesce(group_concat(rowid), '') || ']' FROM {name}_fts WHERE {name}_fts MATCH ?", (query,)
    )
    return space.keep(key, bits_of_ids(orjson.loads(found), space.size))
