"""The tables of growth, stores and visibility."""

from __future__ import annotations

import statistics

from figures import Figures
from stores import POSTGRESQL, SQLITE
from tables import cell, grid, ratio
from workloads import NAMES


def growth(figures: Figures) -> str:
    """p50 by size, how much it grows from the smallest to the largest, and the start-up."""
    part = figures.data["parts"].get("growth")
    if not part:
        return ""
    p50 = part["p50"]
    sizes = sorted(p50, key=int)
    names = list(p50[sizes[0]])
    rows = []
    for connections in sorted(p50[sizes[0]][names[0]], key=int):
        label = "one connection" if connections == "1" else f"{connections} connections"
        rows += [[f"{int(s):,}, {label}", *(cell(p50[s][name][connections], ".2f") for name in names)] for s in sizes]
        grown = [ratio(p50[sizes[-1]][name][connections], p50[sizes[0]][name][connections], ".2f") for name in names]
        rows.append([f"largest by smallest, {label}", *grown])
    text = grid("Growth: p50 of ours in ms", names, rows)
    if start := part.get("start"):
        each = ", ".join(f"{seconds:.1f}" for seconds in start["seconds"])
        text += (
            f"\nFrom starting `hub serve` to its first answer with data at {start['size']:,}, file in place, a new process each "
            f"time: {statistics.median(start['seconds']):.1f} s ({each}), {statistics.median(start['cpu']):.1f} of CPU.\n"
        )
    return text


def stores(figures: Figures) -> str:
    """Rates of the hub on either store."""
    part = figures.data["parts"].get("stores")
    if not part:
        return ""
    rows = [[name, *(cell(figures.median(name, f"{query} store")) for query in NAMES)] for name in (SQLITE, POSTGRESQL)]
    shares = [
        ratio(figures.median(POSTGRESQL, f"{q} store"), figures.median(SQLITE, f"{q} store"), ".2f") for q in NAMES
    ]
    title = f"Requests a second by store, {part['size']:,} commitments, varied variables"
    text = grid(title, list(NAMES), [*rows, ["PostgreSQL by SQLite", *shares]])
    if compared := part.get("compared"):
        text += f"\n{compared:,} answers of both are the same byte by byte.\n"
    return text


def visible(figures: Figures) -> str:
    """Seconds from commit to answer."""
    part = figures.data["parts"].get("visible")
    if not part:
        return ""
    columns = ["publication, s", "commit to first answer, s", "longest", "CPU of the server and its store, s"]
    rows = [
        [f"{store}, {what}", *(cell(taken[key], ".2f") for key in ("publish", "visible", "longest", "cpu"))]
        for store, found in part["seconds"].items()
        for what, taken in found.items()
    ]
    return grid(f"From commit to visibility, {part['size']:,} commitments", columns, rows)
