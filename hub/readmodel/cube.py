"""Counts that pages ask for without a filter, or with one value: computed once, when the file is built."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import compress, groupby

from hub.readmodel.postings import flags_of_bits
from hub.readmodel.rows import DEFAULT_BASES, Family

CUBE_DIMENSIONS = ("state", "year", "status", "program")
SCALE = 10**9
"""Progress is summed in whole billionths, so that a sum does not hang on its order."""
Cell = tuple[str, str, str, str, int]


def cube_members(family: Family) -> dict[str, dict[str, int]]:
    """Dimension -> value -> the merged records that have it."""
    primary = family.bits("primary").get("", 0)
    members: dict[str, dict[str, int]] = {"": {"": primary}, "ods": {}, "declared": {}}
    for dim in (*CUBE_DIMENSIONS, "filled"):
        values = {value: bits & primary for value, bits in family.bits(dim).items() if bits}
        if values:
            members[dim] = values
    for value, every in family.bits("ods").items():
        goal, _, basis = value.partition("|")
        bits = every & primary
        if basis in DEFAULT_BASES:
            members["ods"][goal] = members["ods"].get(goal, 0) | bits
        if basis == "DECLARED":
            members["declared"][goal] = bits
    aligned = 0
    for bits in members["ods"].values():
        aligned |= bits
    members["aligned"] = {"": aligned}
    return members


def cells(members: Mapping[str, Mapping[str, int]]) -> Iterator[Cell]:
    """(dimension, value, by, member, count): how many commitments of that value have that member."""
    by_status = members.get("status", {})
    pairs = {f"{goal}|{status}": a & b for goal, a in members["ods"].items() for status, b in by_status.items()}
    completed = by_status.get("COMPLETED", 0)
    done = {state: bits & completed for state, bits in members.get("state", {}).items()}
    inner = {**members, "ods_status": pairs, "completed": done}
    for dim in ("", *CUBE_DIMENSIONS, "ods"):
        for value, chosen in members.get(dim, {}).items():
            for by, values in inner.items():
                for member, bits in values.items():
                    if count := (chosen & bits).bit_count():
                        yield dim, value, by, member, count


def means(family: Family, members: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, str, int, int]]:
    """(dimension, value, state, how many publish a progress, their sum), every state together under state ""."""
    stretches = list(_stretches(family))
    scaled = scaled_progress(family)
    reported = members[""][""] & members.get("filled", {}).get("progress", 0)
    for dim in ("", *CUBE_DIMENSIONS, "ods"):
        for value, bits in members.get(dim, {}).items():
            flags = flags_of_bits(bits & reported)
            counts: Counter[str] = Counter()
            sums: Counter[str] = Counter()
            for state, start, stop in stretches:
                chosen = flags[start:stop]
                if count := chosen.count(1):
                    counts[state] += count
                    sums[state] += sum(compress(scaled[start:stop], chosen))
            for state in family.of("state"):
                if state in counts:
                    yield dim, value, state, counts[state], sums[state]
            if counts:
                yield dim, value, "", counts.total(), sums.total()


def _stretches(family: Family) -> Iterator[tuple[str, int, int]]:
    """(state, from, to): rows that stand together and belong to one state; nearly all of a state's rows do."""
    start = 0
    for state, group in groupby(_labels(family, "state")):
        stop = start + sum(1 for _ in group)
        yield state, start, stop
        start = stop


def plan_counts(
    family: Family, members: Mapping[str, Mapping[str, int]], plans: Mapping[str, tuple[str, str]]
) -> Iterator[Cell]:
    """(dimension, value, "plans", state, how many plans): each plan once, under the state of its own government.

    Of a state, a programme or the whole country these are its plans, with or without commitments, and those of its
    commitments; of any other value the plans of its commitments.

    Args:
        plans: code -> (jurisdiction, programme) of every current plan.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, (place, program) in plans.items():
        for pair in (("", ""), ("state", place[:2]), ("program", program)):
            found[pair].add(code)
    plan_of = _labels(family, "plan")
    for dim in (*CUBE_DIMENSIONS, "ods"):
        for value, bits in members.get(dim, {}).items():
            found[dim, value].update(compress(plan_of, flags_of_bits(bits)))
    for (dim, value), codes in found.items():
        for state, count in Counter([plans[code][0][:2] for code in codes if code in plans]).items():
            yield dim, value, "plans", state, count


def elsewhere(families: Iterable[Family], homes: Mapping[str, str]) -> Iterator[Cell]:
    """("", "", "elsewhere", plan, how many of its commitments are of another jurisdiction than the plan itself).

    Args:
        families: what is public, and what was.
        homes: code -> jurisdiction of every plan that there is or was.
    """
    counts: Counter[str] = Counter()
    for family in families:
        pairs = Counter(zip(_labels(family, "plan"), _labels(family, "jurisdiction"), strict=True))
        for (plan, place), count in pairs.items():
            if homes.get(plan) != place:
                counts[plan] += count
    for plan, count in counts.items():
        yield "", "", "elsewhere", plan, count


def _labels(family: Family, dim: str) -> list[str]:
    """Of every row its value in a dimension in which it has exactly one."""
    labels = [""] * family.size
    for value, ids in family.of(dim).items():
        for row in ids:
            labels[row] = value
    return labels


def scaled_progress(family: Family) -> array[int]:
    """Of every row its progress in billionths, 0 where it publishes none."""
    return array("q", [0 if value is None else round(value * SCALE) for value in family.progress])
