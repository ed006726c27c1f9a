"""The hub on PostgreSQL beside the hub on SQLite: the same answers, the same speed; and how soon a publication is seen.

A country is published into both stores as a harvest does it: first in an older state of every tenth commitment, then as it
is, so that there is history. The files that the hubs serve are built from those stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import hubs
import msgspec
from asking import DIALECTS, HEADERS, Bodies
from contest import Server, running
from figures import Figures
from installs import Unavailable
from load import wrk
from plans import Plan, say
from postgres import Postgres, postgres

from hub.model import Commitment, Record
from hub.readmodel.generate import SyntheticCountry

SQLITE, POSTGRESQL = "hub on SQLite", "hub on PostgreSQL"
COMPARED = 200
"""Askings of each workload whose answers are compared."""

Records = Iterator[tuple[str, str, Record]]


@dataclass(frozen=True)
class Stored:
    """A hub whose store holds a country: its folder, and the PostgreSQL server if there is one."""

    name: str
    folder: Path
    server: Postgres | None = None

    def served(self, *, cached: bool) -> Server:
        """It as a contestant."""
        made = hubs.served(self.name, self.folder, cached=cached)
        made.beside = [self.server.pid] if self.server else []
        return made


def country(size: int, edition: int) -> Records:
    """The records of a made-up country. Editions differ in the progress of some commitments: 1 in every tenth from 2 on,
    each later one in another hundredth; a negative edition in all of them."""
    made = SyntheticCountry(size)
    for plan in made.plans():
        yield "plan", plan.record.native_key, plan.record
    for position, entry in enumerate(made.commitments()):
        yield "commitment", entry.record.native_key, _of_edition(entry.record, position, edition)


def _of_edition(record: Commitment, position: int, edition: int) -> Commitment:
    if edition < 0:
        return msgspec.structs.replace(record, progress=float(-edition % 100))
    if edition == 1:
        return msgspec.structs.replace(record, progress=1.0) if position % 10 == 0 else record
    later = edition - 2
    touched = later and position % 100 < later
    return msgspec.structs.replace(record, progress=float(later + position % 50)) if touched else record


@contextmanager
def stored(size: int, missing: dict[str, str]) -> Iterator[list[Stored]]:
    """A country in both kinds of store; PostgreSQL is left out, with the reason in `missing`, where it cannot be had."""
    with ExitStack() as open_while:
        found = [Stored(SQLITE, hubs.folder_of(f"{size}-sqlite"))]
        try:
            server = open_while.enter_context(postgres())
            url = server.fresh("hub")
            found.append(Stored(POSTGRESQL, hubs.folder_of(f"{size}-postgresql", url), server))
        except Unavailable as error:
            missing[POSTGRESQL] = str(error)
        for each in found:
            asyncio.run(_fill(each.folder, size))
            say(f"{each.name}: {size:,} commitments published twice")
        yield found


async def _fill(folder: Path, size: int) -> None:
    for edition in (1, 2):
        await hubs.publish(folder, country(size, edition), now=hubs.START + timedelta(days=edition))
    await hubs.build(folder)


def compare_stores(live: list[Server], bodies: Bodies, plan: Plan) -> int:
    """Hold the answers of both hubs to each other, byte by byte; how many there were.

    Raises:
        SystemExit: with both answers, where they differ.
    """
    count = 0
    with httpx.Client(headers=HEADERS, timeout=60) as client:
        for workload in plan.workloads():
            wording = DIALECTS["hub"][workload.name]
            for values in bodies.samples(workload, COMPARED):
                body = wording.body(values, "variables")
                said = [client.post(f"http://127.0.0.1:{s.port}/graphql", content=body).content for s in live]
                if b'"errors"' in said[0] or any(other != said[0] for other in said[1:]):
                    shown = "\n".join(text[:800].decode() for text in said)
                    raise SystemExit(f"{workload.name} with {values} is answered differently:\n{shown}")
                count += 1
    return count


def measure_stores(hubs_of: list[Stored], figures: Figures, plan: Plan, missing: dict[str, str]) -> None:
    """The same answers; then every workload on both in turn."""
    size = figures.data["parts"]["stores"]["size"]
    bodies = Bodies(size, source=max((hubs_of[0].folder / "read").glob("*.db")))
    with running([each.served(cached=False) for each in hubs_of], missing) as live:
        if len(live) > 1:
            figures.data["parts"]["stores"]["compared"] = compare_stores(live, bodies, plan)
        for server in live:
            plan.begin(figures, server.name, [f"{name} store" for name in plan.names])
        for number in range(plan.rounds):
            for workload in plan.workloads():
                file, key = bodies.of("hub", workload, "variables"), f"{workload.name} store"
                for server in live:
                    if number == 0:
                        wrk(server, server.path, file, 1)
                    if plan.wants(figures, server.name, key, number):
                        figures.note(server.name, key, wrk(server, server.path, file, plan.seconds / 2, number * 1700))
    figures.stamp("stores")
