"""`hub source add` on a real terminal: it asks only what it could not decide, and Ctrl-C leaves everything as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.sites.content import as_csv, commitments
from tests.sites.server import Sites

CONFIG = """# La configuración de esta casa.
[network]
allow = ["127.0.0.0/8"]   # sólo en pruebas
[harvest]
pace = 0
"""
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0
"""Seconds without a letter after which the command is taken for stuck."""


class Terminal:
    """A command on a terminal of its own, and somebody who reads and types."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._mine, its = pty.openpty()
        environment = os.environ | {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from hub.cli import main; main()", *arguments], cwd=folder, env=environment, stdin=its, stdout=its, stderr=its,
            start_new_session=True, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(its)
        self.text = ""
        self._read = 0

    def until(self, words: str) -> str:
        """What it says from where was last read, up to and with these words."""
        while (at := self.text.find(words, self._read)) < 0:
            if not self._more():
                pytest.fail(f"it never said {words!r}: {self.text}")
        said, self._read = self.text[self._read : at + len(words)], at + len(words)
        return said

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._mine, keys.encode())

    def end(self) -> int:
        """Read to the end; the exit status."""
        while self._more():
            pass
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._mine)

    def _more(self) -> bool:
        if not select.select([self._mine], [], [], PATIENCE)[0]:
            pytest.fail(f"it is stuck after: {self.text}")
        try:
            piece = os.read(self._mine, 65_536)
        except OSError:  # Linux's way to say that nobody holds the other end
            return False
        self.text += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)


def _own_terminal() -> None:
    """Make the terminal the process's own, so that Ctrl-C reaches it as a signal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs these tests in the background has it ignored
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


Start = Callable[..., Terminal]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
def start(config: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(*arguments: str) -> Terminal:
            terminal = Terminal(config.parent, "source", "add", *arguments)
            stack.callback(terminal.close)
            return terminal

        yield begin


@pytest.fixture
def odd(sites: Sites) -> str:
    """A table with one column that no vocabulary names, of a state that nothing names."""
    sites.add("/rara.csv", as_csv(commitments("nayarit").renamed("Dependencia responsable", "Xyz")), "text/csv")
    return sites.url("/rara.csv")


def sources(config: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = tomllib.loads(config.read_text("utf-8")).get("sources", {})
    return found


def test_it_asks_for_the_column_the_state_and_the_key_and_nothing_else(start: Start, config: Path, odd: str) -> None:
    terminal = start(odd)
    asked = terminal.until("¿qué campo es?")
    assert "«Xyz»" in asked
    assert "«Compromiso»" not in asked.rpartition("\n")[2]
    terminal.until("(institution): ")
    terminal.type("support\n")
    terminal.until("¿De qué estado es?")
    terminal.until(": ")
    terminal.type("Nayarit\n")
    terminal.until("Clave de la fuente (")
    proposed = terminal.until("): ").removesuffix("): ")
    terminal.type("\n")
    terminal.until(f"Ahora: hub harvest {proposed}")
    assert terminal.end() == 0
    assert terminal.text.count("¿") - terminal.text.count("¿Quiso") == 2
    made = sources(config)[proposed]
    assert made["state"] == "18"
    fields = made["fields"]
    assert isinstance(fields, dict)
    assert (fields["support"], "institution" in fields) == ("Xyz", False)


def test_it_asks_nothing_where_it_could_decide_everything(start: Start, config: Path, sites: Sites) -> None:
    terminal = start(sites.url("/puebla/compromisos.csv"), "--state", "Puebla", "--key", "puebla")
    assert terminal.end() == 0
    assert "¿" not in terminal.text
    assert "Clave de la fuente" not in terminal.text
    assert set(sources(config)) == {"puebla"}


def test_no_takes_a_column_out_and_a_word_that_is_no_field_keeps_the_proposal(
    start: Start, config: Path, sites: Sites
) -> None:
    table = commitments("nayarit").renamed("Dependencia responsable", "Xyz").renamed("Liga", "Abc")
    sites.add("/dos.csv", as_csv(table), "text/csv")
    terminal = start(sites.url("/dos.csv"), "--state", "18", "--key", "dos")
    terminal.until("«Xyz»")
    terminal.until("(institution): ")
    terminal.type("no\n")
    terminal.until("«Abc»")
    terminal.until("(evidence): ")
    terminal.type("liguilla\n")
    terminal.until("«liguilla» no es un campo; se deja evidence")
    assert terminal.end() == 0
    fields = sources(config)["dos"]["fields"]
    assert isinstance(fields, dict)
    assert ("institution" in fields, fields["evidence"]) == (False, "Abc")


def test_a_mistyped_state_or_key_is_asked_for_again(start: Start, config: Path, sites: Sites) -> None:
    terminal = start(sites.url("/puebla/compromisos.csv"))
    terminal.until("¿De qué estado es?")
    terminal.until(": ")
    terminal.type("Pueblito\n")
    assert "Pueblito" in terminal.until("¿De qué estado es?")
    terminal.until(": ")
    terminal.type("no\n")
    terminal.until("Clave de la fuente")
    terminal.until(": ")
    terminal.type("Mi Clave\n")
    assert "«Mi Clave» no puede ser" in terminal.until("Clave de la fuente")
    terminal.until(": ")
    terminal.type("mi-clave\n")
    assert terminal.end() == 0
    assert "state" not in sources(config)["mi-clave"]


@pytest.mark.parametrize("when", ["¿qué campo es?", "¿De qué estado es?", "Clave de la fuente"])
def test_ctrl_c_at_any_question_leaves_the_configuration_as_it_was(
    start: Start, config: Path, odd: str, when: str
) -> None:
    terminal = start(odd)
    for question in ("¿qué campo es?", "¿De qué estado es?", "Clave de la fuente"):
        terminal.until(question)
        terminal.until(": ")
        if question == when:
            break
        terminal.type("\n")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.text
    assert config.read_text("utf-8") == CONFIG
    assert [path.name for path in config.parent.iterdir()] == ["config.toml"]


def test_two_at_once_on_one_configuration_are_both_there_at_the_end(start: Start, config: Path, sites: Sites) -> None:
    paths = ("/hidalgo/avances.csv", "/hidalgo/otros.csv")
    sites.add(paths[1], as_csv(commitments("hidalgo", 5)), "text/csv")
    both = [start(sites.url(path)) for path in paths]
    for terminal in both:
        terminal.until("¿De qué estado es?")
        terminal.until(": ")
        terminal.type("Hidalgo\n")
        terminal.until("Clave de la fuente (hidalgo")  # to each of them the same key is free
        terminal.until(": ")
    for terminal in both:
        terminal.type("\n")
    assert [terminal.end() for terminal in both] == [0, 0]
    made = sources(config)
    assert {source["url"] for source in made.values()} == {sites.url(path) for path in paths}
    assert len(made) == 2
    assert config.read_text("utf-8").startswith(CONFIG.rstrip())


def test_two_at_once_for_one_address_leave_one_and_the_other_is_told(start: Start, config: Path, sites: Sites) -> None:
    address = sites.url("/puebla/compromisos.csv")
    both = [start(address, "--state", "21") for _ in range(2)]
    for terminal in both:
        terminal.until("Clave de la fuente")
        terminal.until(": ")
    for terminal in both:
        terminal.type("\n")
    assert sorted(terminal.end() for terminal in both) == [0, 2]
    assert any("has this address already" in terminal.text for terminal in both)
    assert len(sources(config)) == 1
