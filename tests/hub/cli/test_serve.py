"""hub.cli.serve: what the commands that go on say when they begin, when they cannot, and when they are ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0
"""Seconds after which a command is taken for stuck."""

UNKNOWN_CONNECTOR = '[sources.una]\ntitle = "Una"\nconnector = "cvs"\nurl = "una.csv"\n'
UNKNOWN_STATE = '[sources.una]\ntitle = "Una"\nconnector = "csv"\nurl = "una.csv"\nstate = "Jalizco"\n'
UNKNOWN_STORE = '[store]\nurl = "mysql://hub@127.0.0.1/hub"\n'
NO_POSTGRES = '[store]\nurl = "postgresql://hub:secret@127.0.0.1:1/hub"\n'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def begun(folder: Path, config: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A `hub` process in the folder, on a port of its own."""
    (folder / "config.toml").write_text(config, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HUB_SERVER__PORT": str(free_port())}
    process = subprocess.Popen(
        [sys.executable, "-c", "from hub.cli import main; main()", *arguments], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # who runs this may ignore it
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("command", [("up",), ("serve", "--workers", "2")], ids=" ".join)
@pytest.mark.parametrize(
    ("config", "status", "told"),
    [
        (UNKNOWN_CONNECTOR, 2, "No hay un conector «cvs». ¿Quiso decir «csv»?"),
        (UNKNOWN_STATE, 2, 'sources.una.state: "Jalizco" is no state; did you mean "Jalisco"?'),
        (UNKNOWN_STORE, 2, "store.url 'mysql://hub@127.0.0.1/hub' is of an unknown kind."),
        (NO_POSTGRES, 1, "Start PostgreSQL, or correct store.url."),
    ],
    ids=["connector", "state", "store", "postgres"],
)
def test_a_hub_that_cannot_begin_says_why_in_one_line_and_tells_no_address(
    tmp_path: Path, command: tuple[str, ...], config: str, status: int, told: str
) -> None:
    with begun(tmp_path, config, *command) as process:
        out, err = process.communicate(timeout=PATIENCE)
    (line,) = err.splitlines()
    assert line.startswith("hub: ")
    assert told in line
    assert "secret" not in line
    assert out == ""
    assert process.returncode == status


def test_the_address_is_told_once_the_hub_answers_there_and_an_interrupt_ends_it_well(tmp_path: Path) -> None:
    with begun(tmp_path, "", "up", "--no-harvest") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:
            assert answer.read() == b"ok\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


def frame_of(port: int, payload: bytes) -> bytes:
    """What a hub answers to one WebSocket text frame, until it ends the connection."""
    asked = "\r\n".join((
        "GET /graphql HTTP/1.1", "Host: hub", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-transport-ws", "", "",
    ))  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client, client.makefile("rb") as answers:
        client.sendall(asked.encode())
        while answers.readline().strip():
            pass
        client.sendall(bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        return answers.read()


@pytest.mark.parametrize("command", [("up", "--no-harvest"), ("serve", "--workers", "2")], ids=" ".join)
def test_a_text_frame_that_is_no_text_ends_its_socket_and_leaves_one_line_in_the_log(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with begun(tmp_path, "", *command) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        answer = frame_of(int(address.rsplit(":", 1)[1]), b"\xff\xfe\xc3(")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert answer == b"\x88\x02" + (1007).to_bytes(2, "big")
    (line,) = [told for told in err.splitlines() if told]
    assert "UTF-8" in line


def test_an_address_that_is_taken_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = f"[server]\nport = {taken.getsockname()[1]}\n"
        (tmp_path / "config.toml").write_text(config, "utf-8")
        done = subprocess.run(
            [sys.executable, "-c", "from hub.cli import main; main()", "up"], cwd=tmp_path, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "HUB_SERVER__PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1
