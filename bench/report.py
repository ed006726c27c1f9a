"""Figures as Markdown tables, and their place in bench/README.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from contestants import CACHED, OURS, STATIC
from figures import Figures
from report_parts import growth, stores, visible
from stores import POSTGRESQL, SQLITE
from tables import NONE, cell, grid, ratio
from workloads import NAMES

MERCURIUS = ("Mercurius + JIT", "Mercurius + JIT, read model")
POSTGRAPHILE = ("PostGraphile 5", "PostGraphile 5, read model")
RAW = "raw Starlette + sqlite3 + orjson"
GOALS = {"Q1": 4.0, "Q2": 2.0, "Q3": 1.3, "Q4": 2.0, "Q5": 1.3, "Q6": 2.0, "unseen": 1.5}
"""How many times as fast as the better Mercurius ours is meant to be."""
KEYS = {**{name: f"{name} variables" for name in NAMES}, "unseen": "unseen"}


def _rates(figures: Figures, servers: Sequence[str]) -> list[str]:
    literal = {name: f"{name} literals" for name in NAMES}
    parts = []
    for kind, keys in (("variables", KEYS), ("literals", literal)):
        rows = [[name, *(cell(figures.median(name, key)) for key in keys.values())] for name in servers]
        parts.append(grid(f"Requests a second, cold, varied {kind}", list(keys), rows))
    for kind, keys in (("variables", KEYS), ("literals", literal)):
        rows = [
            [name, *(ratio(figures.median(OURS, key), figures.median(name, key)) for key in keys.values())]
            for name in servers
            if name != OURS
        ]
        parts.append(grid(f"Ours as a multiple of each (varied {kind})", list(keys), rows))
    return parts


def _goals(figures: Figures) -> str:
    """What ours is promised to be, and what it is."""
    columns = list(KEYS)
    better = [max((figures.median(name, key) or 0 for name in MERCURIUS), default=0) for key in KEYS.values()]
    best = [max((figures.median(name, key) or 0 for name in POSTGRAPHILE), default=0) for key in KEYS.values()]
    mine = [figures.median(OURS, key) for key in KEYS.values()]
    floor = [figures.median(RAW, key) for key in KEYS.values()]
    rows = [
        ["by the better Mercurius", *(ratio(*pair, ".2f") for pair in zip(mine, better, strict=True))],
        ["goal", *(cell(GOALS.get(name), ".1f") for name in columns)],
        ["by the better PostGraphile (goal 1)", *(ratio(*pair, ".2f") for pair in zip(mine, best, strict=True))],
        ["by raw sqlite3 + orjson (goal 1)", *(ratio(*pair, ".2f") for pair in zip(mine, floor, strict=True))],
    ]
    return grid("Ours against its goals (varied variables)", columns, rows) if any(mine) else ""


def _times(figures: Figures, servers: Sequence[str]) -> list[str]:
    def both(name: str, key: str) -> str:
        half, most = figures.median(name, key, "p50"), figures.median(name, key, "p99")
        return NONE if half is None else f"{cell(half, ',.1f')} / {cell(most, ',.1f')}"

    waits = [[name, *(both(name, key) for key in KEYS.values())] for name in servers]
    used = [[name, *(cell(figures.median(name, key, "cpu")) for key in KEYS.values())] for name in servers]
    return [
        grid("p50 / p99 in ms, 16 connections, varied variables", list(KEYS), waits),
        grid("CPU of the server a request, µs (varied variables)", list(KEYS), used),
    ]


def _hot(figures: Figures) -> str:
    rows = [[name, *(cell(figures.median(name, f"{query} hot")) for query in NAMES)] for name in (CACHED, STATIC)]
    shares = [ratio(figures.median(CACHED, f"{q} hot"), figures.median(STATIC, f"{q} hot"), ".2f") for q in NAMES]
    busy = [cell(figures.median(STATIC, f"{query} hot", "busy"), ".2f") for query in NAMES]
    used = [
        [f"{name}: CPU of the server a request, µs", *(cell(figures.median(name, f"{q} hot", "cpu")) for q in NAMES)]
        for name in (CACHED, STATIC)
    ]
    rows += [["share of static bytes (goal 0.9)", *shares], *used]
    rows += [["busy share of the generator's core, static bytes", *busy]]
    return grid("Hot: requests a second", list(NAMES), rows)


def _remarks(figures: Figures) -> str:
    samples = figures.data["samples"]
    bad = {
        f"{server} {key}": sum(sample["bad"] for sample in found)
        for server, keys in samples.items()
        for key, found in keys.items()
    }
    lines = [f"Answers that were no 200: {what}: {count}" for what, count in bad.items() if count]
    lines += [
        f"The load generator, not the server, was the limit: {server} {key}"
        for server, keys in samples.items()
        for key in keys
        if (figures.median(server, key, "busy") or 0) > max(0.9, figures.median(server, key, "server_busy") or 0)
    ]
    lines += [f"Left out: {name}: {why}" for part in figures.data["missing"].values() for name, why in part.items()]
    return "".join(f"\n{line}\n" for line in lines)


def _measured(figures: Figures) -> str:
    return "; ".join(f"{part} {when['date']} (load {when['load']:.0f})" for part, when in figures.data["when"].items())


def tables(figures: Figures) -> str:
    """Rates, ratios, latencies, CPU, memory, of everything that was measured at this size."""
    when = next(iter(figures.data["when"].values()), None)
    machine = when["machine"] if when else ""
    head = f"{figures.size:,} commitments · {machine} · {_measured(figures)} (a load of 2 or less is this run alone)\n"
    servers = [name for name in figures.data["samples"] if name not in (STATIC, CACHED, SQLITE, POSTGRESQL)]
    sizes = [[name, f"{own:.0f}", f"{whole:.0f}"] for name, (own, whole) in figures.data["memory"].items()]
    return "".join(
        [
            head,
            *_rates(figures, servers),
            _goals(figures),
            *_times(figures, servers),
            _hot(figures),
            grid("Memory after the run, MB", ["its own", "with mapped files"], sizes),
            growth(figures),
            stores(figures),
            visible(figures),
            _remarks(figures),
        ]
    )


def write_readme(path: Path, section: str, text: str) -> None:
    """Put a section between its marks.

    Raises:
        ValueError: the file has no such marks.
    """
    begin, end = f"<!-- {section} begins -->", f"<!-- {section} ends -->"
    before = path.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(before):
        raise ValueError(f"{path} has no {begin}")
    path.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", before), encoding="utf-8")
