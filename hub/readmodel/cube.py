"""Counts that pages ask for without a filter, or with one value: computed once, when the file is built."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
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
    state_of = [""] * family.size
    for state, ids in family.of("state").items():
        for row in ids:
            state_of[row] = state
    start = 0
    for state, group in groupby(state_of):
        stop = start + sum(1 for _ in group)
        yield state, start, stop
        start = stop


def plan_counts(
    family: Family, members: Mapping[str, Mapping[str, int]], plans: Mapping[str, tuple[str, str]]
) -> Iterator[Cell]:
    """(dimension, value, "plans", state, how many plans).

    Of a state, a programme or the whole country these are the plans themselves, with or without commitments; of any other
    value the plans of its commitments, under the commitments' state.

    Args:
        plans: code -> (state, programme) of every current plan.
    """
    of_plans: Counter[tuple[str, str, str]] = Counter()
    for place, program in plans.values():
        of_plans.update([("", "", place), ("state", place, place), ("program", program, place)])
    for (dim, value, place), count in of_plans.items():
        yield dim, value, "plans", place, count
    state_of, plan_of = [""] * family.size, [""] * family.size
    for known, dim in ((state_of, "state"), (plan_of, "plan")):
        for name, ids in family.of(dim).items():
            for row in ids:
                known[row] = name
    numbers: dict[tuple[str, str], int] = {}
    pair_of = [numbers.setdefault(pair, len(numbers)) for pair in zip(state_of, plan_of, strict=True)]
    states = [state for state, _ in numbers]
    for dim in ("year", "status", "ods"):
        for value, bits in members.get(dim, {}).items():
            pairs = set(compress(pair_of, flags_of_bits(bits)))
            for state, count in Counter([states[number] for number in pairs]).items():
                yield dim, value, "plans", state, count


def scaled_progress(family: Family) -> array[int]:
    """Of every row its progress in billionths, 0 where it publishes none."""
    return array("q", [0 if value is None else round(value * SCALE) for value in family.progress])
