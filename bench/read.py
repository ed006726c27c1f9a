"""The read path beside every GraphQL server that a user could pick instead, in one run on one machine.

    python bench/read.py [PART ...] [--size 100000] [--rounds 3] [--seconds 2] [--only ours,static] [--resume] [--write]

Parts, all unless some are named:
  cold      response cache off, every request another one: as variables, as literals in the text, and texts nobody sent before
  hot       response cache on, the same requests again, beside as many static bytes
  growth    p50 of ours from 10,000 to 1,000,000 commitments, and start-up to the first answer at the largest
  stores    the hub on PostgreSQL beside the hub on SQLite: the same answers byte by byte, the same speed
  visible   seconds from the commit of a publication to the first answer with it, on both stores

Each server has one core (core 0), the load generator (wrk, Debian package `wrk`) the other; 16 connections. Servers take
turns within a round, so that a noisy minute hurts all of them; figures are medians over the rounds. Answers are compared
before anything is measured. Peers are installed into bench/.peers on first use; one that cannot be had is left out, and
the table says why.

Figures are kept in bench/.peers/results, one file a size. A part that is measured again replaces its figures, of the
servers that `--only` names; with `--resume` only the rounds that are missing are taken. `--write` puts all that is kept of
this size into bench/README.md; with `--report` nothing is measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from asking import Bodies  # noqa: E402
from cold import check, measure_cold, measure_hot, note_memory  # noqa: E402
from contest import Server, running  # noqa: E402
from contestants import CACHED, STATIC, contestants  # noqa: E402
from figures import Figures  # noqa: E402
from growth import SIZES, measure_growth  # noqa: E402
from plans import Plan, say  # noqa: E402
from report import tables, write_readme  # noqa: E402
from stores import measure_stores, stored  # noqa: E402
from visible import measure_visible  # noqa: E402
from workloads import NAMES  # noqa: E402

PARTS = ("cold", "hot", "growth", "stores", "visible")
STORE_SIZE = 10_000
"""Commitments in the stores of `stores` and `visible`: what the time to visibility is promised for."""


def side_by_side(parts: list[str], figures: Figures, plan: Plan, only: tuple[str, ...]) -> None:
    """The parts in which all servers run at once."""
    if "cold" not in parts:
        only = only or (CACHED, STATIC)
    with contestants(figures.size, only) as (servers, missing):
        if "hot" not in parts:
            servers = [server for server in servers if server.cold]
        _measure(parts, servers, missing, figures, plan)
    figures.left_out("side by side", missing, [server.name for server in servers])


def _measure(parts: list[str], servers: list[Server], missing: dict[str, str], figures: Figures, plan: Plan) -> None:
    bodies = Bodies(figures.size)
    with running(servers, missing) as live:
        check(live, bodies)
        if "cold" in parts:
            measure_cold(live, figures, bodies, plan)
        if "hot" in parts:
            measure_hot(live, figures, bodies, plan)
        note_memory(live, figures)


def both_stores(parts: list[str], figures: Figures, plan: Plan, size: int) -> None:
    """The parts that publish into stores of both kinds."""
    missing: dict[str, str] = {}
    with stored(size, missing) as hubs_of:
        if "stores" in parts:
            figures.data["parts"]["stores"] = {"size": size}
            measure_stores(hubs_of, figures, plan, missing)
        if "visible" in parts:
            measure_visible(hubs_of, figures, size, plan, missing)
    figures.left_out("stores", missing, [each.name for each in hubs_of if each.name not in missing])


def measure(parts: list[str], figures: Figures, given: argparse.Namespace) -> None:
    """Measure the parts that are asked for."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    plan = Plan(given.rounds, given.seconds, tuple(given.workloads.split(",")), given.resume)
    if {"cold", "hot"} & set(parts):
        side_by_side(parts, figures, plan, tuple(filter(None, (given.only or "").split(","))))
    if "growth" in parts:
        measure_growth(figures, plan, tuple(int(size) for size in given.growth.split(",")))
    if {"stores", "visible"} & set(parts):
        both_stores(parts, figures, plan, given.store_size)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", help="comma-separated beginnings of server names")
    parser.add_argument("--workloads", default=",".join(NAMES), help="comma-separated")
    parser.add_argument("--growth", default=",".join(map(str, SIZES)), help="sizes of `growth`, comma-separated")
    parser.add_argument("--store-size", type=int, default=STORE_SIZE, help="commitments of `stores` and `visible`")
    parser.add_argument("--resume", action="store_true", help="take only the rounds that are missing")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    given = parser.parse_args()
    parts = given.parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if not shutil.which("wrk") or not shutil.which("taskset"):
        raise SystemExit("This benchmark needs wrk and taskset: apt-get install wrk util-linux")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers end too
    figures = Figures(given.size)
    if not given.report:
        with figures.alone():
            measure(parts, figures, given)
    text = tables(figures)
    print(text)
    if given.write:
        write_readme(HERE / "README.md", "read", text)


if __name__ == "__main__":
    main()
