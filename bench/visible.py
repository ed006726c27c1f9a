"""How soon after its commit a publication is in the answers of a hub that another process serves."""

from __future__ import annotations

import asyncio
import os
import statistics
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import hubs
from asking import HEADERS
from contest import LOAD_CORE, Server, running
from figures import Figures
from plans import Plan, say
from stores import Stored, country

QUESTION = b'{"query": "{commitments(first: 1) {totalCount nodes {code progress}}}"}'
POLL = 0.01
"""Seconds between two requests while waiting."""
PATIENCE = 60.0
EDITIONS = {"every hundredth changed": 3, "every one changed": -7}


def measure_visible(hubs_of: list[Stored], figures: Figures, size: int, plan: Plan, missing: dict[str, str]) -> None:
    """Seconds from commit to the first answer of the new data version: medians, by store and by how much has changed."""
    os.sched_setaffinity(0, {LOAD_CORE})  # the publisher is another process than the server, and not on its core
    found: dict[str, dict[str, Any]] = {}
    for each in hubs_of:
        with running([each.served(cached=True)], missing) as live:
            for server in live:
                found[each.name] = {
                    what: _median([_once(server, each, size, edition, number) for number in range(plan.rounds)])
                    for what, edition in EDITIONS.items()
                }
                say(f"visible: {each.name}")
    figures.data["parts"]["visible"] = {"size": size, "seconds": found}
    figures.stamp("visible")


def _median(taken: list[Seen]) -> dict[str, float]:
    return {
        "publish": statistics.median(each.publishing for each in taken),
        "visible": statistics.median(each.waiting for each in taken),
        "longest": max(each.waiting for each in taken),
        "cpu": statistics.median(each.cpu for each in taken),
    }


@dataclass(frozen=True)
class Seen:
    """Seconds that a publication took, from its commit to its first answer, and of CPU that the server used for it."""

    publishing: float
    waiting: float
    cpu: float


def _once(server: Server, each: Stored, size: int, edition: int, number: int) -> Seen:
    changed = edition + number if edition > 0 else edition - number
    records = list(country(size, changed))
    watch = Watch(server)
    watch.start()
    before = server.cpu()
    done = asyncio.run(hubs.publish(each.folder, records, now=datetime.now(UTC)))
    waited = max(0.0, watch.wait_for(done.version) - done.committed)
    return Seen(done.committed - done.began, waited, server.cpu() - before)


class Watch(threading.Thread):
    """Asks a hub again and again, and notes when a data version was first in an answer."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._url = f"http://127.0.0.1:{server.port}{server.path}"
        self._seen: dict[int, float] = {}
        self._done = threading.Event()

    def run(self) -> None:
        with httpx.Client(headers=HEADERS, timeout=60) as client:
            while not self._done.is_set():
                said = client.post(self._url, content=QUESTION).json()
                self._seen.setdefault(said["extensions"]["dataVersion"], time.monotonic())
                time.sleep(POLL)

    def wait_for(self, version: int) -> float:
        """The moment at which a version was first answered.

        Raises:
            SystemExit: it does not come.
        """
        end = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < end:
                if version in self._seen:
                    return self._seen[version]
                time.sleep(POLL)
        finally:
            self._done.set()
            self.join()
        raise SystemExit(f"version {version} was not served within {PATIENCE:.0f} seconds; seen: {sorted(self._seen)}")
