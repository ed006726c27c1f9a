"""Counts that pages ask for without a filter, or with one value: computed once, when the file is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from hub.readmodel.postings import bits_of_ids, ids_of_bits
from hub.readmodel.rows import DEFAULT_BASES, Family

CUBE_DIMENSIONS = ("state", "year", "status", "program", "published_by")
SCALE = 1_000_000
"""Progress is summed in millionths, so that a sum does not hang on its order."""
Cell = tuple[str, str, str, str, int]


def cube_members(family: Family) -> dict[str, dict[str, int]]:
    """Dimension -> value -> the merged records that have it."""
    width = family.size
    primary = bits_of_ids(family.postings["primary", ""], width)
    members: dict[str, dict[str, int]] = {"": {"": primary}, "ods": {}}
    for (dim, value), ids in family.postings.items():
        if dim in CUBE_DIMENSIONS:
            members.setdefault(dim, {})[value] = bits_of_ids(ids, width) & primary
        elif dim == "ods":
            goal, _, basis = value.partition("|")
            if basis in DEFAULT_BASES:
                known = members["ods"].get(goal, 0)
                members["ods"][goal] = known | (bits_of_ids(ids, width) & primary)
    aligned = 0
    for bits in members["ods"].values():
        aligned |= bits
    members["aligned"] = {"": aligned}
    return members


def cells(members: Mapping[str, Mapping[str, int]]) -> Iterator[Cell]:
    """(dimension, value, by, member, count): how many commitments of that value have that member."""
    pairs = {
        (goal, status): a & b for goal, a in members["ods"].items() for status, b in members.get("status", {}).items()
    }
    completed = members.get("status", {}).get("COMPLETED", 0)
    done = {state: bits & completed for state, bits in members.get("state", {}).items()}
    for dim, values in members.items():
        if dim == "aligned":
            continue
        for value, chosen in values.items():
            for by, inner in members.items():
                for member, bits in inner.items():
                    if count := (chosen & bits).bit_count():
                        yield dim, value, by, member, count
            for (goal, status), bits in pairs.items():
                if count := (chosen & bits).bit_count():
                    yield dim, value, "ods_status", f"{goal}|{status}", count
            for state, bits in done.items():
                if count := (chosen & bits).bit_count():
                    yield dim, value, "completed", state, count


def means(family: Family, members: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, str, int, float]]:
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
    for dim, values in members.items():
        for value, bits in values.items():
            counts: Counter[str] = Counter()
            sums: Counter[str] = Counter()
            for number in ids_of_bits(bits):
                progress = scaled[number]
                if progress is not None:
                    counts[states[number]] += 1
                    sums[states[number]] += progress
            for state, count in counts.items():
                yield dim, value, state, count, sums[state] / SCALE
            if counts:
                yield dim, value, "", sum(counts.values()), sum(sums.values()) / SCALE


def plan_counts(family: Family, members: Mapping[str, Mapping[str, int]], states: Mapping[str, str]) -> Iterator[Cell]:
    """(dimension, value, "plans", state, how many plans have such a commitment); every state together under ""."""
    of_row = [""] * family.size
    for (dim, code), ids in family.postings.items():
        if dim == "plan":
            for number in ids:
                of_row[number] = code
    for dim, values in members.items():
        for value, bits in values.items():
            codes = {of_row[number] for number in ids_of_bits(bits)} if value else set(states)
            for state, count in Counter(states[code] for code in codes if code in states).items():
                yield dim, value, "plans", state, count
