"""The sites themselves: an ASGI app under uvicorn on loopback, in a thread of its own, and its switchboard."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType

import uvicorn

from tests.sites.app import App, Asked
from tests.sites.content import Table
from tests.sites.faults import Fault
from tests.sites.pages import PAGES, Page


@dataclass
class Switch:
    """A fault on a path, for the next `times` requests, or for all of them."""

    fault: Fault
    times: int | None = None
    value: str | None = None


@dataclass
class Board:
    """What server and test share. Tests write before they ask; the server reads while it answers."""

    switches: dict[str, list[Switch]] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=lambda: dict(PAGES))
    robots: str | None = None
    latency: float = 0.0
    tick: float = 0.02
    log: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self, path: str) -> Switch | None:
        """The fault that the request at hand gets."""
        with self.lock:
            waiting = self.switches.get(path, [])
            if not waiting:
                return None
            switch = waiting[0]
            if switch.times is not None:
                switch.times -= 1
                if switch.times <= 0:
                    waiting.pop(0)
            return Switch(switch.fault, None, switch.value)


class Sites:
    """The running sites. `with Sites() as sites: …`, or the `sites` fixture."""

    def __init__(self) -> None:
        self._board = Board()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)  # asked before the server runs, a client waits for it
        config = uvicorn.Config(
            App(self._board),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def base(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """The address of a path."""
        return self.base + path

    def dead_url(self, path: str = "/compromisos.csv") -> str:
        """An address of a host that is not there: nobody listens on its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"http://127.0.0.1:{probe.getsockname()[1]}{path}"

    def unknown_url(self, path: str = "/compromisos.csv") -> str:
        """An address whose name never resolves (RFC 6761)."""
        return f"http://datos.no-existe.invalid{path}"

    def set(self, path: str, fault: Fault | None, *, times: int | None = None, value: str | None = None) -> None:
        """Switch a fault on (None: all off) for a path.

        Args:
            times: for the next so many requests only; what is set next follows after them.
            value: what the fault says: ``Retry-After`` of RATE_LIMITED and SERVER_ERROR, ``Location`` of REDIRECT.
        """
        with self._board.lock:
            if fault is None:
                self._board.switches.pop(path, None)
                return
            waiting = self._board.switches.setdefault(path, [])
            if waiting and waiting[-1].times is None:
                waiting.clear()  # the last word counts
            waiting.append(Switch(fault, times, value))

    fault = set

    def robots(self, text: str | None) -> None:
        """What /robots.txt says; None: 404. Faults on it are set like on any path."""
        self._board.robots = text

    def publish(self, path: str, table: Table) -> None:
        """Publish another table under a known path, in its format."""
        known = self._board.pages[path]
        self._board.pages[path] = Page(table, known.render, known.content_type)

    def add(self, path: str, body: bytes, content_type: str) -> None:
        """Publish any bytes under a new path."""
        self._board.pages[path] = Page(Table((), ()), lambda _: body, content_type)

    @property
    def latency(self) -> float:
        """Seconds before each answer."""
        return self._board.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._board.latency = seconds

    @property
    def tick(self) -> float:
        """Seconds between two bytes of a TRICKLE."""
        return self._board.tick

    @tick.setter
    def tick(self, seconds: float) -> None:
        self._board.tick = seconds

    @property
    def log(self) -> list[Asked]:
        """Every request so far, oldest first."""
        return list(self._board.log)

    def asked(self, path: str) -> list[Asked]:
        """The requests for one path."""
        return [asked for asked in self.log if asked.path == path]

    def counts(self) -> Counter[str]:
        """Requests by path."""
        return Counter(asked.path for asked in self.log)

    def reset(self) -> None:
        """Everything as on the first day."""
        fresh = Board()
        with self._board.lock:
            self._board.switches, self._board.pages = fresh.switches, fresh.pages
            self._board.robots, self._board.latency, self._board.tick = None, fresh.latency, fresh.tick
            self._board.log = []

    def __enter__(self) -> Sites:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()
        self._socket.close()
