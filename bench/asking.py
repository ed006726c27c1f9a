"""Request bodies on disk for the load generator, and the comparison of answers before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from contest import Server
from dialects import Dialect
from dialects.hub_terms import HUB
from generator import DATA, plain
from workloads import NAMES, WORKLOADS, Workload, askings, codes_of

HEADERS = {"content-type": "application/json", "accept": "application/json"}
BODIES = 5_000
UNSEEN = 20_000
HOT = 100
SAMPLE = 3
DIALECTS: dict[str, Dialect] = {"hub": HUB}


class Bodies:
    """The bodies of one size of data, written when first asked for, in a folder of their own."""

    def __init__(self, size: int, source: Path | None = None) -> None:
        self._folder = DATA / f"bodies-{size}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._codes = codes_of(source or plain(size), 20_000)
        self._made: dict[tuple[str, str, str], Path] = {}

    def of(self, dialect: str, workload: Workload, kind: str, count: int = BODIES) -> Path:
        """A file of bodies: `variables` or `literals`."""
        key = (dialect, workload.name, f"{kind}-{count}")
        if key not in self._made:
            wording = DIALECTS[dialect][workload.name]
            lines = [wording.body(values, kind) for values in askings(workload, self._codes, count)]
            self._made[key] = self._write("-".join(key), lines)
        return self._made[key]

    def unseen(self, dialect: str, seed: int) -> Path:
        """Bodies of Q1 with texts that nobody sent before."""
        wording = DIALECTS[dialect]["Q1"]
        values = askings(WORKLOADS[0], self._codes, UNSEEN, seed)
        lines = [wording.body(each, "unseen", f"{seed}x{number}") for number, each in enumerate(values)]
        return self._write(f"{dialect}-unseen", lines)

    def samples(self, workload: Workload, count: int = SAMPLE) -> list[dict[str, Any]]:
        """The values of the first askings of `of`."""
        return askings(workload, self._codes, count)

    def _write(self, name: str, lines: Iterable[bytes]) -> Path:
        path = self._folder / f"{name}.txt"
        path.write_bytes(b"\n".join(lines) + b"\n")
        return path


@cache
def _client() -> httpx.Client:
    return httpx.Client(headers=HEADERS, timeout=120)


def answer(server: Server, workload: str, body: bytes) -> Any:
    """What a server says to one body, as JSON."""
    url = f"http://127.0.0.1:{server.port}{server.path_of(workload)}"
    reply = _client().post(url, content=body)
    try:
        return reply.json()
    except json.JSONDecodeError:
        raise SystemExit(f"{server.name} answers {workload} with {reply.status_code}: {reply.text[:600]}") from None


def knows(server: Server, workload: str) -> bool:
    """Whether a server can express a question."""
    return workload in DIALECTS[server.dialect]


def compare(reference: Server, others: Sequence[Server], bodies: Bodies, names: Sequence[str] = NAMES) -> None:
    """Every server gives the same data for a sample, literals and variables alike.

    Raises:
        SystemExit: with both answers, where one does not.
    """
    for workload in (each for each in WORKLOADS if each.name in names):
        for values in bodies.samples(workload):
            wanted = _data(reference, workload.name, values, "variables")
            for server in (reference, *others):
                if not knows(server, workload.name):
                    continue
                for kind in ("variables",) if server.by_workload else ("variables", "literals"):
                    found = _data(server, workload.name, values, kind)
                    if found is None or found != wanted:
                        raise SystemExit(
                            f"{server.name} answers {workload.name} with {values} as {kind} otherwise than "
                            f"{reference.name}:\n{_shown(found)}\n{_shown(wanted)}"
                        )


def _data(server: Server, workload: str, values: dict[str, Any], kind: str) -> Any:
    wording = DIALECTS[server.dialect][workload]
    said = answer(server, workload, wording.body(values, kind))
    if not isinstance(said.get("data"), dict) or said.get("errors"):
        raise SystemExit(f"{server.name} answers {workload} with {values} as {kind}: {_shown(said)}")
    data = wording.read(said["data"])
    if workload == "Q6":
        data["commitments"]["pageInfo"].pop("endCursor")  # each has cursors of its own
    return data


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:1500]
