"""The read path beside every GraphQL server that a user could pick instead, in one run on one machine.

    python bench/read.py [--size 100000] [--rounds 3] [--seconds 2] [--only ours,static] [--write]

Each server has one core (core 0), the load generator (wrk, Debian package `wrk`) the other; 16 connections. Servers take turns
within a round, so that a noisy minute hurts all of them; figures are medians over the rounds. Cold: our response cache is off
and each request has other values, as variables or as literals in the text. `unseen`: each request has a text that nobody
sent before. Hot: response cache on, the same requests again. Answers are compared before anything is measured.

Peers are installed into bench/.peers on first use: npm packages, and for datasette a venv. One that cannot be had is left
out, and the table says why. `--write` puts the table into bench/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from generator import DATA, plain, read_model  # noqa: E402
from installs import Unavailable, mercurius_modules  # noqa: E402
from workloads import WORKLOADS, bodies, codes_of  # noqa: E402

SERVER_CORE, LOAD_CORE = "0", "1"
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """One contestant: how to start it, and which path a workload has."""

    name: str
    command: list[str]
    path: str = "/graphql"
    by_workload: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def path_of(self, workload: str) -> str:
        return f"/{workload}" if self.by_workload else self.path

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        command = ["taskset", "-c", SERVER_CORE, *(part.replace("{port}", str(self.port)) for part in self.command)]
        self.process = subprocess.Popen(command, env=environment, cwd=HERE.parent)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{self.port}/", timeout=2)
                return
            if self.process.poll() is not None:
                raise Unavailable(f"it ended with status {self.process.returncode}")
            time.sleep(0.1)
        raise Unavailable("it did not answer within a minute")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        assert self.process is not None
        cells = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(cells[11]) + int(cells[12])) / TICK

    def settle(self, most: float = 60) -> None:
        """Wait until it has done with what the load generator left, so that its core is free for the next one."""
        end, last = time.monotonic() + most, self.cpu()
        while time.monotonic() < end:
            time.sleep(0.05)
            now = self.cpu()
            if now - last <= 0.01:
                return
            last = now

    def memory(self) -> tuple[float, float]:
        """Megabytes of its own, and with the mapped file."""
        assert self.process is not None
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        values = {
            line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("RssAnon", "VmRSS"))
        }
        return values["RssAnon"], values["VmRSS"]


@dataclass
class Figures:
    """Of one server and workload, one entry a round: requests a second, milliseconds, microseconds of CPU a request."""

    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    bad: int = 0


def contestants(size: int) -> tuple[list[Server], dict[str, str]]:
    """Every server that can be had, and why others cannot."""
    python = sys.executable
    model, tables = str(read_model(size)), str(plain(size))
    ours = [python, str(HERE / "peers" / "ours.py"), model, "{port}"]
    servers = [
        Server("ours", [*ours, "planned"]),
        Server("ours, cached", [*ours, "cached"]),
        Server("static bytes", [*ours, "static"]),
        Server("Strawberry + DataLoader", [*ours, "executed"]),
        Server(
            "raw Starlette + sqlite3 + orjson",
            [python, str(HERE / "peers" / "raw.py"), tables, "{port}"],
            by_workload=True,
        ),
    ]
    missing = {}
    try:
        modules = str(mercurius_modules())
        for mode, name in (("plain", "Mercurius + JIT"), ("model", "Mercurius + JIT, read model")):
            script = [
                shutil.which("node") or "node",
                str(HERE / "peers" / "mercurius.cjs"),
                tables,
                "{port}",
                mode,
                modules,
            ]
            servers.append(Server(name, script))
    except Unavailable as error:
        missing["Mercurius"] = str(error)
    for number, server in enumerate(servers):
        server.port = 18200 + number
    return servers, missing


def wrk(server: Server, path: str, file: Path, seconds: float, offset: int) -> dict[str, Any]:
    """One measurement."""
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", "-c16", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", str(HERE / "peers" / "load.lua"),
               f"http://127.0.0.1:{server.port}", "--", str(file), path, str(offset)]  # fmt: skip
    before = server.cpu()
    out = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    used = server.cpu() - before
    server.settle()
    for line in out.stdout.splitlines():
        if line.startswith("RESULT "):
            found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
            return {**found, "cpu": used}
    raise RuntimeError(f"wrk said nothing of {server.name}: {out.stdout}{out.stderr}")


def compare(servers: list[Server], files: dict[tuple[str, str], Path]) -> None:
    """Every server answers the same data; raises where one does not."""
    for workload in WORKLOADS:
        samples = files[workload.name, "variables"].read_bytes().splitlines()[:3]
        answers: dict[str, list[Any]] = {}
        for server in servers:
            if server.name == "static bytes":
                continue
            url = f"http://127.0.0.1:{server.port}{server.path_of(workload.name)}"
            headers = {"content-type": "application/json", "accept": "application/json"}
            answers[server.name] = [
                httpx.post(url, content=body, headers=headers, timeout=60).json() for body in samples
            ]
        reference = answers["ours"]
        for name, found in answers.items():
            for mine, theirs in zip(reference, found, strict=True):
                if mine.get("data") is None or mine["data"] != theirs.get("data"):
                    raise SystemExit(
                        f"{name} answers {workload.name} otherwise:\n{json.dumps(mine)[:600]}\n{json.dumps(theirs)[:600]}"
                    )


def body_files(size: int) -> dict[tuple[str, str], Path]:
    """Request bodies on disk, by workload and kind."""
    codes = codes_of(plain(size), 20_000)
    folder = DATA / f"bodies-{size}"
    folder.mkdir(exist_ok=True)
    files = {}
    for workload in WORKLOADS:
        for kind, count in (("variables", 5000), ("literals", 5000)):
            path = files[workload.name, kind] = folder / f"{workload.name}-{kind}.txt"
            path.write_bytes(b"\n".join(bodies(workload, codes, count, kind)) + b"\n")
    return files


def unseen_file(folder: Path, codes: list[str], seed: int) -> Path:
    """Bodies of Q1 with texts that nobody sent before."""
    path = folder / "unseen.txt"
    path.write_bytes(b"\n".join(bodies(WORKLOADS[0], codes, 20_000, "unseen", seed)) + b"\n")
    return path


def hot_file(folder: Path, workload: str, source: Path) -> Path:
    """The first bodies of a workload alone: all of them fit into a response cache."""
    path = folder / f"{workload}-hot.txt"
    path.write_bytes(b"\n".join(source.read_bytes().splitlines()[:100]) + b"\n")
    return path


def note(table: dict[tuple[str, str], Figures], key: tuple[str, str], found: dict[str, Any]) -> None:
    figures = table.setdefault(key, Figures())
    figures.rate.append(found["requests"] / found["seconds"])
    figures.p50.append(found["p50"] / 1000)
    figures.p99.append(found["p99"] / 1000)
    figures.cpu.append(found["cpu"] / max(1, found["requests"]) * 1e6)
    figures.bad += found["bad"]


@contextlib.contextmanager
def running(servers: list[Server], missing: dict[str, str]) -> Iterator[list[Server]]:
    """The servers that start."""
    live = []
    try:
        for server in servers:
            try:
                server.start()
                live.append(server)
            except Unavailable as error:
                missing[server.name] = str(error)
        yield live
    finally:
        for server in servers:
            server.stop()


def measure(live: list[Server], size: int, rounds: int, seconds: float) -> dict[tuple[str, str], Figures]:
    """All figures: (server, workload or mode) -> figures."""
    files = body_files(size)
    compare(live, files)
    folder = DATA / f"bodies-{size}"
    codes = codes_of(plain(size), 20_000)
    table: dict[tuple[str, str], Figures] = {}
    for round_number in range(rounds):
        for workload in WORKLOADS:
            for kind in ("variables", "literals"):
                for server in live:
                    if server.name in ("static bytes", "ours, cached") or (kind == "literals" and server.by_workload):
                        continue
                    offset = round_number * 1700
                    path = server.path_of(workload.name)
                    if round_number == 0:
                        wrk(server, path, files[workload.name, kind], 0.5, 0)
                    note(
                        table,
                        (server.name, f"{workload.name} {kind}"),
                        wrk(server, path, files[workload.name, kind], seconds, offset),
                    )
            hot(live, table, workload.name, hot_file(folder, workload.name, files[workload.name, "variables"]), seconds)
        for server in live:
            if server.name in ("static bytes", "ours, cached") or server.by_workload:
                continue
            fresh = unseen_file(folder, codes, seed=int(time.time() * 1000) % 10**9)
            note(table, (server.name, "unseen"), wrk(server, server.path, fresh, seconds, 0))
        print(f"round {round_number + 1} of {rounds} done", file=sys.stderr)
    return table


def hot(live: list[Server], table: dict[tuple[str, str], Figures], workload: str, file: Path, seconds: float) -> None:
    """Our cached answers against the same number of static bytes."""
    by_name = {server.name: server for server in live}
    cached, static = by_name.get("ours, cached"), by_name.get("static bytes")
    if cached is None or static is None:
        return
    wrk(cached, cached.path, file, 0.3, 0)
    found = wrk(cached, cached.path, file, seconds / 2, 0)
    note(table, (cached.name, f"{workload} hot"), found)
    size = int(found["bytes"] / max(1, found["requests"])) - 250
    note(table, (static.name, f"{workload} hot"), wrk(static, f"/{max(size, 1)}", file, seconds / 2, 0))


def median(table: dict[tuple[str, str], Figures], server: str, key: str, what: str = "rate") -> float | None:
    figures = table.get((server, key))
    return statistics.median(getattr(figures, what)) if figures else None


def report(table: dict[tuple[str, str], Figures], live: list[Server], missing: dict[str, str], size: int) -> str:
    """The tables in Markdown."""
    from report import tables

    memory = {server.name: server.memory() for server in live}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    load = f"load of the machine at the end {os.getloadavg()[1]:.0f} (five minutes; 2 or less is this run alone)"
    head = f"{size:,} commitments · {datetime.now(UTC):%Y-%m-%d} · {machine} · {load}\n"
    return head + tables(table, [server.name for server in live], memory, missing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", help="comma-separated beginnings of server names")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    arguments = parser.parse_args()
    if not shutil.which("wrk") or not shutil.which("taskset"):
        raise SystemExit("This benchmark needs wrk and taskset: apt-get install wrk util-linux")
    servers, missing = contestants(arguments.size)
    if arguments.only:
        wanted = tuple(arguments.only.split(","))
        servers = [server for server in servers if server.name.startswith(wanted)]
    with running(servers, missing) as live:
        table = measure(live, arguments.size, arguments.rounds, arguments.seconds)
        text = report(table, live, missing, arguments.size)
    print(text)
    if arguments.write:
        from report import write_readme

        write_readme(HERE / "README.md", "read", text)


if __name__ == "__main__":
    main()
