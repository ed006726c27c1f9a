"""What the tests with clients from npm need: the packages, and a server that really listens."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

SCRIPTS = Path(__file__).resolve().parent / "node"


@pytest.fixture
def node(npm: Path) -> Callable[..., Any]:
    """Runs a script of the folder `node` with arguments, and gives the JSON that it printed last."""

    def run(script: str, *arguments: str, given: str = "") -> Any:
        # The script comes by --eval so that its imports are looked up where the packages are.
        text = (SCRIPTS / script).read_text(encoding="utf-8")
        ran = subprocess.run(
            ["node", "--input-type=module", "--eval", text, "--", *arguments],
            cwd=npm,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr[-3000:]
        return json.loads(ran.stdout.strip().splitlines()[-1])

    return run


class _Server(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves ASGI apps on free ports of the loopback for the time of a test; gives ``127.0.0.1:port``."""
    with _serving() as start:
        yield start


@contextmanager
def _serving() -> Iterator[Callable[[Any], str]]:
    running: list[tuple[_Server, threading.Thread]] = []

    def start(app: Any) -> str:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, lifespan="off", log_level="error", http="httptools", ws="websockets-sansio"
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert server.listening.wait(10), "the server did not start"
        running.append((server, thread))
        port = server.servers[0].sockets[0].getsockname()[1]
        return f"127.0.0.1:{port}"

    yield start
    for server, thread in running:
        server.should_exit = server.force_exit = True
        thread.join(10)
