"""The national page, rendered and kept, beside the same server's static file: requests a second.

    python bench/pages.py [--seconds 3] [--connections 16]

A hub of the bundled country is harvested into a temporary folder and served by uvicorn in a process of its own, as
`hub serve` does; a client in this process keeps the connections busy. `rendered anew` asks each time for an address
that nobody asked for before, by a parameter that the pages ignore; `filtered` for a selection that nobody made before.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """
[server]
host = "127.0.0.1"
port = {port}
rate_limit = ""
[sources.bundled]
title = "Datos incluidos"
connector = "bundled"
url = "bundled:"
"""


async def _client(port: int, paths: Iterator[str], until: float, headers: str) -> int:
    """Ask on one connection until a moment; how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    try:
        while time.perf_counter() < until:
            writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            status = head.split(b" ", 2)[1]
            if status not in (b"200", b"304"):
                raise SystemExit(f"the server answered {status.decode()}")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            if status == b"200":
                await reader.readexactly(length)
            answers += 1
    finally:
        writer.close()
    return answers


async def measure(port: int, paths: Iterator[str], seconds: float, connections: int, headers: str = "") -> float:
    """Answers a second over some connections."""
    began = time.perf_counter()
    counts = await asyncio.gather(*(_client(port, paths, began + seconds, headers) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - began)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("the server did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server took too long to start")


@contextlib.contextmanager
def served() -> Iterator[int]:
    """The port of a hub of the bundled country, served by a process of its own until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(CONFIG.format(port=port), "utf-8")
        hub = [sys.executable, "-c", "from hub.cli import main; main()", "--config", str(config)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([*hub, "harvest"], check=True, stdout=subprocess.DEVNULL, env=environ, cwd=folder)
        server = subprocess.Popen([*hub, "serve"], stdout=subprocess.DEVNULL, env=environ, cwd=folder)
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    with served() as port:
        fresh = (f"/?sin-uso={number}" for number in itertools.count())
        chosen = itertools.product(range(1, 33), range(1, 18), range(2012, 2027))
        filtered = (f"/?state={state:02d}&ods={goal}&year={year}" for state, goal, year in chosen)
        gzip = "Accept-Encoding: gzip\r\n"
        cases = {
            "national page, rendered anew": (fresh, ""),
            "national page, filtered": (filtered, ""),
            "national page, cached": (itertools.repeat("/"), ""),
            "national page, cached, gzip": (itertools.repeat("/"), gzip),
            "static file (stylesheet)": (itertools.repeat("/static/hub.css"), ""),
        }
        for name, (paths, headers) in cases.items():
            asyncio.run(measure(port, paths, 0.5, given.connections, headers))
            rate = asyncio.run(measure(port, paths, given.seconds, given.connections, headers))
            sys.stdout.write(f"{name:32} {rate:10,.0f} requests/s\n")


if __name__ == "__main__":
    main()
