"""How ours grows with the data: p50 of four questions from 10,000 to 1,000,000 commitments, and the start-up at the largest."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import hubs
from asking import Bodies, answer
from contest import Server
from figures import Figures
from generator import read_model
from load import CONNECTIONS, wrk
from plans import Plan, say
from workloads import WORKLOADS

SIZES = (10_000, 100_000, 1_000_000)
NAMES = ("Q1", "Q2", "Q3", "Q6")
STARTS = 3
FIRST = b'{"query": "{commitments(first: 1) {totalCount nodes {code title}}}"}'


def measure_growth(figures: Figures, plan: Plan, sizes: tuple[int, ...] = SIZES) -> None:
    """p50 of ours at each size, alone on its core, with one connection and with as many as elsewhere."""
    found: dict[str, Any] = {} if not plan.resume else figures.data["parts"].get("growth", {}).get("p50", {})
    for size in sizes:
        if str(size) in found:
            continue
        in_memory(read_model(size))
        server = hubs.served(f"ours at {size:,}", hubs.around_file(read_model(size)), cached=False)
        bodies = Bodies(size, source=read_model(size))
        try:
            server.start()
            found[str(size)] = {name: _p50(server, bodies, name, plan) for name in NAMES}
        finally:
            server.stop()
        figures.data["parts"]["growth"] = {"p50": found}
        say(f"growth: {size:,} commitments")
    figures.data["parts"]["growth"]["start"] = {"size": max(sizes), **start_up(max(sizes))}
    figures.stamp("growth")


def in_memory(path: Path) -> None:
    """Have the kernel hold a file: elsewhere too everything is in memory, and 5 GB are not from disk when they were just made."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def _p50(server: Server, bodies: Bodies, name: str, plan: Plan) -> dict[str, float]:
    """Milliseconds by number of connections: medians of the rounds."""
    workload = next(each for each in WORKLOADS if each.name == name)
    file = bodies.of(server.dialect, workload, "variables")
    wrk(server, server.path, file, 1)
    return {
        str(connections): statistics.median(
            wrk(server, server.path, file, plan.seconds / 2, number * 1700, connections).p50
            for number in range(plan.rounds)
        )
        for connections in (1, CONNECTIONS)
    }


def start_up(size: int) -> dict[str, list[float]]:
    """From starting `hub serve` to its first answer with data, each time in a new process: seconds, and of CPU."""
    folder = hubs.around_file(read_model(size))
    taken: dict[str, list[float]] = {"seconds": [], "cpu": []}
    for _ in range(STARTS):
        server = hubs.served("ours", folder, cached=True)
        began = time.monotonic()
        try:
            server.start()
            said = answer(server, "Q1", FIRST)
            taken["seconds"].append(time.monotonic() - began)
            taken["cpu"].append(server.cpu())
            if said["data"]["commitments"]["totalCount"] != size:
                raise SystemExit(f"the hub answers with other data: {said}")
        finally:
            server.stop()
    return taken
