"""A server under measurement: a process on one core, what it uses, and where it answers.

The server and everything it starts (PostgreSQL's processes included) share core 0; the load generator has core 1.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
from installs import Unavailable

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, LOAD_CORE = 0, 1
START_WITHIN = 120.0
"""Seconds that a server may take to its first answer."""


@dataclass
class Server:
    """One contestant: how it is started, how it is asked, what it uses.

    Attributes:
        name: as the tables say it.
        command: with ``{port}`` where the port goes.
        dialect: which wording of the workloads it understands (`dialects.py`).
        cold: whether it takes part where every request is another one; `hot` where they repeat.
        by_workload: it is no GraphQL server: each workload has a path of its own.
        beside: processes that work for it though it did not start them.
        environment: variables beside those of this process.
        prepare: called before it starts; raises Unavailable where it cannot be had.
    """

    name: str
    command: list[str]
    dialect: str = "hub"
    path: str = "/graphql"
    cold: bool = True
    by_workload: bool = False
    port: int = 0
    beside: list[int] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Server], None] | None = None
    process: subprocess.Popen[bytes] | None = None

    def path_of(self, workload: str) -> str:
        """Where a workload is asked."""
        return f"/{workload}" if self.by_workload else self.path

    def start(self) -> float:
        """Start it on its core; seconds until it answered anything.

        Raises:
            Unavailable: it ended, or said nothing in time.
        """
        if self.prepare is not None:
            self.prepare(self)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment}
        self.port = _free_port()
        command = [part.replace("{port}", str(self.port)) for part in self.command]
        began = time.monotonic()
        self.process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *command], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        while time.monotonic() < began + START_WITHIN:
            if self._answers():
                return time.monotonic() - began
            if self.process.poll() is not None:
                raise Unavailable(f"it ended with status {self.process.returncode}")
            time.sleep(0.02)
        raise Unavailable(f"it did not answer within {START_WITHIN:.0f} seconds")

    def _answers(self) -> bool:
        """Whether it says anything; asked so that the asking costs next to nothing."""
        try:
            with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
                connection.request("GET", self.path)
                connection.getresponse().read()
        except (OSError, HTTPException):
            return False
        return True

    def stop(self) -> None:
        """Ask it to end; after five seconds make it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _processes(self) -> Iterator[psutil.Process]:
        assert self.process is not None
        for pid in (self.process.pid, *self.beside):
            with contextlib.suppress(psutil.NoSuchProcess):
                whole = psutil.Process(pid)
                yield whole
                yield from whole.children(recursive=True)

    def cpu(self) -> float:
        """Seconds of processor time so far, of all its processes."""
        used = 0.0
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system
        return used

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
        """Megabytes of its own (shared buffers counted once), and with the files it has mapped."""
        own = mapped = 0.0
        for process in self._processes():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
                kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
                anonymous = kib["Pss_Anon"] + kib["Pss_Shmem"]
                own += anonymous / 1024
                mapped += max(0, kib["Rss"] - kib["Anonymous"] - _shared_memory(process.pid)) / 1024
        return own, own + mapped


def _shared_memory(pid: int) -> int:
    """KiB of shared memory that a process touches: not a file, and counted by its share elsewhere."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("RssShmem")), 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(servers: list[Server], missing: dict[str, str]) -> Iterator[list[Server]]:
    """The servers that start; why others did not is added to `missing`."""
    live: list[Server] = []
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
