"""Counts that pages ask for without a filter, or with one value: computed once, when the file is built."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping

from hub.readmodel.postings import bits_of_ids, ids_of_bits
from hub.readmodel.rows import DEFAULT_BASES, Family

CUBE_DIMENSIONS = ("state", "year", "status", "program")
SCALE = 10**9
"""Progress is summed in whole billionths, so that a sum does not hang on its order."""
Cell = tuple[str, str, str, str, int]


def cube_members(family: Family) -> dict[str, dict[str, int]]:
    """Dimension -> value -> the merged records that have it."""
    width = family.size
    primary = bits_of_ids(family.postings["primary", ""], width)
    members: dict[str, dict[str, int]] = {"": {"": primary}, "ods": {}, "declared": {}}
    for (dim, value), ids in family.postings.items():
        if dim in CUBE_DIMENSIONS or dim == "filled":
            members.setdefault(dim, {})[value] = bits_of_ids(ids, width) & primary
        elif dim == "ods":
            goal, _, basis = value.partition("|")
            bits = bits_of_ids(ids, width) & primary
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
    primary = members[""][""].to_bytes(family.size // 8 + 1, "little")
    states = [""] * family.size
    for (dim, value), ids in family.postings.items():
        if dim == "state":
            for number in ids:
                states[number] = value
    scaled = [
        None if value is None or not primary[number >> 3] >> (number & 7) & 1 else round(value * SCALE)
        for number, value in enumerate(family.progress)
    ]
    for dim in ("", *CUBE_DIMENSIONS, "ods"):
        for value, bits in members.get(dim, {}).items():
            counts: Counter[str] = Counter()
            sums: Counter[str] = Counter()
            for number in ids_of_bits(bits):
                progress = scaled[number]
                if progress is not None:
                    counts[states[number]] += 1
                    sums[states[number]] += progress
            for state, count in counts.items():
                yield dim, value, state, count, sums[state]
            if counts:
                yield dim, value, "", sum(counts.values()), sum(sums.values())


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
    of_row: list[tuple[str, str]] = [("", "")] * family.size
    for (dim, state), ids in family.postings.items():
        if dim == "state":
            for number in ids:
                of_row[number] = (state, "")
    for (dim, code), ids in family.postings.items():
        if dim == "plan":
            for number in ids:
                of_row[number] = (of_row[number][0], code)
    for dim in ("year", "status", "ods"):
        for value, bits in members.get(dim, {}).items():
            pairs = {of_row[number] for number in ids_of_bits(bits)}
            for state, count in Counter(state for state, _ in pairs).items():
                yield dim, value, "plans", state, count


def scaled_progress(family: Family) -> array[int]:
    """Of every row its progress in billionths, 0 where it publishes none."""
    return array("q", [0 if value is None else round(value * SCALE) for value in family.progress])
