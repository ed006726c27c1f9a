"""The main part: every server in turn, workload by workload, cold (another request each time) and hot (the same again)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx
from asking import HEADERS, HOT, Bodies, compare, knows
from contest import Server
from contestants import CACHED, OURS, STATIC
from figures import Figures
from load import wrk
from plans import Plan, say
from workloads import Workload


def check(live: Sequence[Server], bodies: Bodies) -> None:
    """Hold the answers of all to ours."""
    ours = next((server for server in live if server.name == OURS), None)
    graphql = [server for server in live if server.name not in (OURS, STATIC)]
    if ours is None:
        say(f"answers are not compared: {OURS} does not take part")
        return
    compare(ours, graphql, bodies)
    say(f"{len(graphql) + 1} servers give the same answers")


def measure_cold(live: Sequence[Server], figures: Figures, bodies: Bodies, plan: Plan) -> None:
    """Varied variables, varied literals, and texts never seen before."""
    servers = [server for server in live if server.cold]
    for server in servers:
        keys = [f"{name} {kind}" for name in plan.names for kind in ("variables", "literals")]
        plan.begin(figures, server.name, [*keys, "unseen"])
    for number in range(plan.rounds):
        for workload in plan.workloads():
            for kind, seconds in (("variables", plan.seconds), ("literals", plan.seconds / 2)):
                for server in servers:
                    if knows(server, workload.name) and not (kind == "literals" and server.by_workload):
                        _one(server, figures, bodies, workload, kind, number, seconds, plan)
        for server in servers:
            if not server.by_workload and "Q1" in plan.names and plan.wants(figures, server.name, "unseen", number):
                fresh = bodies.unseen(server.dialect, seed=int(time.time() * 1000) % 10**9)
                figures.note(server.name, "unseen", wrk(server, server.path, fresh, plan.seconds / 2))
        say(f"cold: round {number + 1} of {plan.rounds}")
    figures.stamp("cold")


def _one(
    server: Server,
    figures: Figures,
    bodies: Bodies,
    workload: Workload,
    kind: str,
    number: int,
    seconds: float,
    plan: Plan,
) -> None:
    key = f"{workload.name} {kind}"
    if not plan.wants(figures, server.name, key, number):
        return
    file, path = bodies.of(server.dialect, workload, kind), server.path_of(workload.name)
    if number == 0 and kind == "variables":
        wrk(server, path, file, 1)  # compilers and caches of plans are warm before the first figure
    figures.note(server.name, key, wrk(server, path, file, seconds, number * 1700))


def measure_hot(live: Sequence[Server], figures: Figures, bodies: Bodies, plan: Plan) -> None:
    """Our kept answers beside as many static bytes from the same kind of server."""
    by_name = {server.name: server for server in live}
    cached, static = by_name.get(CACHED), by_name.get(STATIC)
    if cached is None or static is None:
        say(f"hot: needs {CACHED} and {STATIC}")
        return
    for name in (cached.name, static.name):
        plan.begin(figures, name, [f"{workload} hot" for workload in plan.names])
    for number in range(plan.rounds):
        for workload in plan.workloads():
            key = f"{workload.name} hot"
            if not plan.wants(figures, static.name, key, number):
                continue
            file = bodies.of(cached.dialect, workload, "variables", HOT)
            size = _warm(cached, file.read_bytes().splitlines())
            figures.note(cached.name, key, wrk(cached, cached.path, file, plan.seconds / 2))
            figures.note(static.name, key, wrk(static, f"/{size}", file, plan.seconds / 2))
        say(f"hot: round {number + 1} of {plan.rounds}")
    figures.stamp("hot")


def _warm(server: Server, bodies: Sequence[bytes]) -> int:
    """Ask for each once, so that the cache holds them; the mean bytes of an answer's body."""
    url = f"http://127.0.0.1:{server.port}{server.path}"
    headers = {**HEADERS, "accept-encoding": "identity"}
    with httpx.Client(timeout=60) as client:
        sizes = [len(client.post(url, content=body, headers=headers).content) for body in bodies]
    return round(sum(sizes) / len(sizes))


def note_memory(live: Sequence[Server], figures: Figures) -> None:
    """What each server has in memory now."""
    for server in live:
        figures.data["memory"][server.name] = server.memory()
    figures.save()
