"""The load generator: wrk on a core of its own, the same for every server."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contest import LOAD_CORE, Server

SCRIPT = Path(__file__).resolve().parent / "peers" / "load.lua"
CONNECTIONS = 16


@dataclass(frozen=True)
class Sample:
    """One measurement: requests a second, milliseconds, microseconds of the server's CPU a request.

    Attributes:
        bad: answers that were no 200, and connections that broke.
        busy: share of its core that the load generator used; near 1 it measures itself.
        server_busy: share of its core that the server used.
        size: bytes of an answer, headers included.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    bad: int
    busy: float
    server_busy: float
    size: float


def wrk(
    server: Server, path: str, bodies: Path, seconds: float, offset: int = 0, connections: int = CONNECTIONS
) -> Sample:
    """Ask a server for at least one second, with the bodies of a file in turn, beginning with one of them.

    Raises:
        RuntimeError: wrk said nothing.
    """
    whole = max(1, round(seconds))
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "20s",
               "-s", str(SCRIPT), f"http://127.0.0.1:{server.port}", "--", str(bodies), path, str(offset)]  # fmt: skip
    before, own = server.cpu(), os.times()
    out = subprocess.run(command, capture_output=True, text=True, check=False, timeout=whole + 120)
    used, after = server.cpu() - before, os.times()
    server.settle()
    for line in out.stdout.splitlines():
        if line.startswith("RESULT "):
            found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
            asking = (after.children_user - own.children_user) + (after.children_system - own.children_system)
            return sample_of(found, used, asking)
    raise RuntimeError(f"wrk said nothing of {server.name}: {out.stdout}{out.stderr}")


def sample_of(found: dict[str, Any], used: float, asking: float) -> Sample:
    """A measurement from what wrk told, and the seconds of CPU that server and generator used."""
    requests, seconds = found["requests"], found["seconds"]
    return Sample(
        rate=requests / seconds,
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        cpu=used / max(1, requests) * 1e6,
        bad=found["bad"],
        busy=max(0.0, asking - found["reading"]) / seconds,
        server_busy=used / seconds,
        size=found["bytes"] / max(1, requests),
    )
