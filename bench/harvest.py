"""How long a whole harvest takes beside merely fetching the same bytes, and how much memory it needs.

    python bench/harvest.py [--runs 5] [--json]

A server in another process answers each request after 20 ms. In turn, several times: (a) a bare httpx loop that fetches 32
files of 500 rows, eight at a time, and throws them away; (b) a process that harvests the 32 into a new store: robots.txt,
fetch, archive, parse, normalise, judge, publish, read model. Then a source of 200,000 rows. Peak memory is the harvesting
process's own (`ru_maxrss`), start-up included; times are from the first request to the last byte written.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = 32
ROWS = 500
LARGE = 200_000
LATENCY = 0.02
CONCURRENCY = 8
HEADER = "No.,Compromiso,ODS,Estatus,Avance,Dependencia responsable,Inicio,Término,Liga"
STATUS = ("En proceso", "Concluido", "No iniciado", "Cumplido", "Sin avance")
SUBJECTS = ("Padrón abierto de proveedores", "Presupuesto participativo", "Calidad del agua", "Rutas accesibles")


def table(source: int, rows: int) -> bytes:
    """A state's CSV: invented commitments."""
    lines = [HEADER]
    for row in range(1, rows + 1):
        year = 2019 + row % 5
        lines.append(
            f'{row},"{SUBJECTS[row % 4]} {source}-{row}: seguimiento, en línea","{row % 17 + 1}, {row % 7 + 1}",'
            f"{STATUS[row % 5]},{row * 7 % 101},Secretaría número {row % 40},15/01/{year},31/12/{year},"
            f"https://estado-{source}.example/evidencia/{row}"
        )
    return "\r\n".join(lines).encode()


async def serve(sock: Any) -> None:
    """The sites: every path one table, every answer after 20 ms."""
    import uvicorn

    bodies = {f"/{n}.csv": table(n, ROWS) for n in range(SOURCES)} | {"/large.csv": table(99, LARGE)}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = bodies.get(scope["path"])
        await asyncio.sleep(LATENCY)
        status = 404 if body is None else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/csv")]})
        await send({"type": "http.response.body", "body": body or b""})

    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    await uvicorn.Server(config).serve(sockets=[sock])


@contextmanager
def sites() -> Iterator[str]:
    """The sites in a process of their own; their address."""
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(256)
        sock.set_inheritable(True)
        command = [sys.executable, __file__, "--serve", str(sock.fileno())]
        server = subprocess.Popen(command, pass_fds=[sock.fileno()])
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.terminate()
            server.wait()


async def fetch_only(base: str) -> float:
    """Seconds to fetch every file with one bare client, eight at a time."""
    import httpx

    slots = asyncio.Semaphore(CONCURRENCY)
    async with httpx.AsyncClient() as client:

        async def one(number: int) -> int:
            async with slots:
                answer = await client.get(f"{base}/{number}.csv")
                return len(answer.raise_for_status().content)

        began = time.perf_counter()
        await asyncio.gather(*(one(number) for number in range(SOURCES)))
        return time.perf_counter() - began


def config(base: str, folder: Path, names: list[str]) -> Any:
    """A configuration of these files as sources."""
    from hub.config import validate

    columns = HEADER.split(",")
    names_of = ("number", "title", "ods", "status", "progress", "institution", "start", "end", "evidence")
    fields = dict(zip(names_of, columns, strict=True))
    sources = {
        f"fuente-{name}": {
            "title": f"Plan de Acción Local {name}", "state": f"{index % 32 + 1:02}", "connector": "csv",
            "url": f"{base}/{name}.csv", "fields": fields,
        }
        for index, name in enumerate(names)
    }  # fmt: skip
    settings = {
        "network": {"allow": ["127.0.0.0/8"], "max_body": 100_000_000},
        "harvest": {"pace": 0, "concurrency": CONCURRENCY},
        "sources": sources,
    }
    return validate(settings, folder / "config.toml")


async def harvest(base: str, names: list[str]) -> dict[str, Any]:
    """A whole harvest into a new store: its seconds, and what it published."""
    from hub.app import Hub

    with tempfile.TemporaryDirectory() as folder:
        async with Hub(config(base, Path(folder), names)) as hub:
            await hub.prepare()
            due = await hub.harvester.due()
            began = time.perf_counter()
            outcomes = await hub.harvester.harvest(due)
            seconds = time.perf_counter() - began
            return {
                "seconds": seconds,
                "verdicts": sorted({str(outcome.verdict) for outcome in outcomes}),
                "published": sum(outcome.added for outcome in outcomes),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }


def in_process(base: str, *names: str) -> dict[str, Any]:
    """A harvest in a fresh process, so that its memory is its own."""
    command = [sys.executable, __file__, "--harvest", base, *names]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(runs: int) -> dict[str, Any]:
    """Both, in turn; medians."""
    with sites() as base:
        names = [str(number) for number in range(SOURCES)]
        asyncio.run(fetch_only(base))
        bare, whole = [], []
        for _ in range(runs):
            bare.append(asyncio.run(fetch_only(base)))
            whole.append(in_process(base, *names))
        large = in_process(base, "large")
    for result, rows in ((whole[-1], SOURCES * ROWS), (large, LARGE)):
        if result["published"] != rows or result["verdicts"] != ["PUBLISHED"]:
            raise SystemExit(f"not everything was published: {result}")
    fetch = statistics.median(bare)
    total = statistics.median(result["seconds"] for result in whole)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "fetch_only_s": round(fetch, 3),
        "harvest_s": round(total, 3),
        "ratio": round(statistics.median(w["seconds"] / b for w, b in zip(whole, bare, strict=True)), 2),
        "harvest_peak_mb": round(max(result["peak_mb"] for result in whole), 1),
        "large_s": round(large["seconds"], 2),
        "large_peak_mb": round(large["peak_mb"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--harvest", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        import socket

        asyncio.run(serve(socket.socket(fileno=given.serve)))
    elif given.harvest:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(harvest(given.harvest[0], given.harvest[1:]))))
    else:
        print(json.dumps(measure(given.runs), indent=2))


if __name__ == "__main__":
    main()
