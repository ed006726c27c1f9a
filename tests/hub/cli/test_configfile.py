"""hub.cli.configfile: writers wait for each other, and leave the file whole or as it was."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import pytest

from hub.cli.configfile import append, locked
from hub.cli.console import UsageProblem
from hub.inspect.model import ProposedSource

CONFIG = "# De esta casa.\n[hub]\ntitle = 'Uno'   # así se llama\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, "utf-8")
    return file


def source(name: str) -> ProposedSource:
    return ProposedSource("csv", f"https://{name}.example/x.csv", fields={"title": "Compromiso"}, title=name)


def test_many_writers_at_once_lose_nothing(path: Path) -> None:
    gate = threading.Barrier(8)

    def write(number: int) -> None:
        gate.wait()
        with locked(path):
            append(path, f"fuente-{number}", source(f"n{number}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = path.read_text("utf-8")
    assert text.startswith(CONFIG.rstrip())
    assert set(tomllib.loads(text)["sources"]) == {f"fuente-{number}" for number in range(8)}
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_writer_waits_until_the_one_before_is_done(path: Path) -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with locked(path):
            order.append("second")

    with locked(path):
        thread = threading.Thread(target=second)
        thread.start()
        begun.wait()
        append(path, "primera", source("primera"))
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_key_that_is_taken_by_now_and_a_file_that_is_broken_by_now_are_left_as_they_are(path: Path) -> None:
    append(path, "primera", source("primera"))
    for broken in (False, True):
        if broken:
            path.write_text("sources = 1\n", "utf-8")
        before = path.read_bytes()
        with pytest.raises(UsageProblem):
            append(path, "primera", source("otra"))
        assert path.read_bytes() == before
