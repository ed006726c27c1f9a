"""Figures as Markdown tables, and their place in bench/README.md."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any

OURS, STATIC, CACHED = "ours", "static bytes", "ours, cached"
NAMES = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7")


def _median(table: dict[tuple[str, str], Any], server: str, key: str, what: str) -> float | None:
    figures = table.get((server, key))
    return statistics.median(getattr(figures, what)) if figures else None


def _cell(value: float | None, form: str = ",.0f") -> str:
    return "–" if value is None else format(value, form)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _grid(title: str, columns: list[str], rows: list[list[str]]) -> str:
    lines = [f"\n**{title}**\n", _row(["", *columns]), _row(["---"] * (len(columns) + 1))]
    return "\n".join([*lines, *(_row(row) for row in rows)]) + "\n"


def tables(
    table: dict[tuple[str, str], Any],
    servers: list[str],
    memory: dict[str, tuple[float, float]],
    missing: dict[str, str],
) -> str:
    """Rates, ratios, latencies, CPU and memory."""
    cold = [name for name in servers if name not in (STATIC, CACHED)]
    parts = []
    for kind in ("variables", "literals"):
        columns = [*NAMES, "unseen"] if kind == "variables" else list(NAMES)
        keys = [f"{name} {kind}" if name != "unseen" else "unseen" for name in columns]
        rows = [[name, *(_cell(_median(table, name, key, "rate")) for key in keys)] for name in cold]
        parts.append(
            _grid(
                f"Requests a second, cold, varied {kind}",
                columns,
                [row for row in rows if any(c != "–" for c in row[1:])],
            )
        )
    columns = [*NAMES, "unseen"]
    keys = [f"{name} variables" if name != "unseen" else "unseen" for name in columns]
    ratios = []
    for name in cold:
        if name == OURS:
            continue
        cells = []
        for key in keys:
            mine, theirs = _median(table, OURS, key, "rate"), _median(table, name, key, "rate")
            cells.append(_cell(mine / theirs if mine and theirs else None, ".1f"))
        ratios.append([name, *cells])
    parts.append(_grid("Ours as a multiple of each (varied variables)", columns, ratios))
    both = [
        f"{_cell(_median(table, OURS, key, 'p50'), '.2f')} / {_cell(_median(table, OURS, key, 'p99'), '.2f')}"
        for key in keys
    ]
    parts.append(_grid("Ours, 16 connections", columns, [["p50 / p99, ms", *both]]))
    used = [[name, *(_cell(_median(table, name, key, "cpu")) for key in keys)] for name in cold]
    parts.append(_grid("CPU a request, µs (varied variables)", columns, used))
    hot_rows = [[name, *(_cell(_median(table, name, f"{q} hot", "rate")) for q in NAMES)] for name in (CACHED, STATIC)]
    shares = []
    for query in NAMES:
        mine, limit = _median(table, CACHED, f"{query} hot", "rate"), _median(table, STATIC, f"{query} hot", "rate")
        shares.append(_cell(mine / limit if mine and limit else None, ".2f"))
    parts.append(_grid("Hot: requests a second", list(NAMES), [*hot_rows, ["share of static bytes", *shares]]))
    sizes = [[name, f"{own:.0f}", f"{whole:.0f}"] for name, (own, whole) in memory.items()]
    parts.append(_grid("Memory after the run, MB", ["its own", "with mapped files"], sizes))
    bad = {key: figures.bad for key, figures in table.items() if figures.bad}
    if bad:
        parts.append("\nAnswers that were no 200: " + "; ".join(f"{s} {k}: {n}" for (s, k), n in bad.items()) + "\n")
    if missing:
        parts.append("\nLeft out: " + "; ".join(f"{name}: {why}" for name, why in missing.items()) + "\n")
    return "".join(parts)


def write_readme(path: Path, section: str, text: str) -> None:
    """Put a section between its marks; the file is made if it is not there."""
    begin, end = f"<!-- {section} begins -->", f"<!-- {section} ends -->"
    before = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    block = f"{begin}\n{text}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    after = (
        pattern.sub(lambda _: block, before)
        if pattern.search(before)
        else f"{before.rstrip()}\n\n## Reads (bench/read.py)\n\n{block}\n"
    )
    path.write_text(after, encoding="utf-8")
