"""hub.cli.console: wrong calls and wrong configurations are one line and exit status 2; nobody sees a traceback."""

from __future__ import annotations

import errno
import logging
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from hub.cli.console import OneLine, run_app
from hub.cli.printing import err, out
from tests.hub.cli.conftest import Hub


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["harvst"], "harvest"),
        (["harvest", "--bad"], "--bad"),
        (["harvest", "puebla"], '"puebla-csv"'),
        (["query", "{ a }", "--variables", "[1]"], "JSON object"),
        (["query", "{ a }", "--variables", "{"], "--variables"),
        (["export", "--filter", '{"stat": 1}'], "state"),
        (["export", "--filter", '{"state": ["Oaxacaa"]}'], "Oaxaca"),
        (["source", "show", "pueblo"], "puebla-csv"),
        (["token", "revoke", "zzz"], "hub token list"),
        (["worker"], "PostgreSQL"),
    ],
)
def test_a_wrong_call_is_one_line_that_names_the_remedy(hub: Hub, arguments: list[str], words: str) -> None:
    said = hub(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1", '"port"'),
        ('[sources.abc]\ntitle = "A"\nurl = "a.csv"\nconnector = "cvs"', "csv"),
        ('[sources.abc]\ntitle = "A"\nurl = "a.csv"\nconnector = "csv"\nstate = "Pueblo"', "Puebla"),
        ('[sources.abc]\ntitle = "A"\nurl = "a.csv"\nconnector = "csv"\noptions = { delimitr = ";" }', "delimiter"),
        ('[sources.abc]\ntitle = "A"\nurl = "a.csv"\nconnector = "csv"\nfields = { titel = "x" }', "title"),
        ('[store]\nurl = "mysql://x"', "sqlite"),
    ],
)
def test_a_wrong_configuration_is_one_line_that_names_the_key(hub: Hub, folder: Path, text: str, words: str) -> None:
    (folder / "wrong.toml").write_text(text, "utf-8")
    said = hub("harvest", config="wrong.toml")
    assert said.status == 2
    assert words in said.err
    assert said.err.count("\n") == 1


def test_the_version_is_printed(hub: Hub) -> None:
    from hub import __version__

    assert hub("version").out == f"hub {__version__}\n"


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "Make room"), (errno.EACCES, "writable"), (errno.EIO, "hub doctor")]
)
def test_what_the_machine_refuses_is_told_with_its_place_and_remedy(
    number: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    application = typer.Typer()

    @application.command()
    def fill() -> None:
        raise OSError(number, os.strerror(number), "/var/read/7.db")

    assert run_app(application, []) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"hub: /var/read/7.db: {os.strerror(number)}.")
    assert words in told
    assert "Error" not in told


def test_an_exception_in_the_log_of_a_command_is_its_sentence_and_its_place() -> None:
    try:
        raise KeyError("ninguna\ncolumna")
    except KeyError as error:
        raised = (type(error), error, error.__traceback__)
    record = logging.LogRecord("hub", logging.ERROR, "", 0, "run failed (4a2e)", (), raised)
    told = OneLine("%(message)s").format(record)
    assert "run failed (4a2e)" in told
    assert "KeyError" in told
    assert f"{__name__}:" in told
    assert "Traceback" not in told
    assert told.count("\n") == 1


def test_a_text_in_square_brackets_is_printed_as_it_was_published() -> None:
    for console in (out, err):
        with console.capture() as printed:
            console.print("agua: use [agua.status] en lookups.toml [/red]")
        assert printed.get() == "agua: use [agua.status] en lookups.toml [/red]\n"


FULL = Path("/dev/full")


def piped(folder: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    """A call by a shell, in a folder with a configuration."""
    hub = shlex.join([sys.executable, "-c", "from hub.cli import main; main()"])
    given = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", arguments.replace("HUB", hub)], cwd=folder, env=given, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.skipif(not FULL.is_char_device(), reason="needs a device that is always full")
@pytest.mark.parametrize("call", ["version", "schema", "source list --json", "query '{ states { code } }'", "export"])
def test_an_answer_that_cannot_be_written_is_one_line_and_status_1(folder: Path, call: str) -> None:
    done = piped(folder, f"HUB {call} > {FULL}")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"hub: .*No space left on device.*\n", done.stderr)


@pytest.mark.parametrize("call", ["version", "schema", "source list --json", "query '{ states { code } }'", "export"])
def test_a_reader_that_has_gone_is_no_news(folder: Path, call: str) -> None:
    done = piped(folder, f"exec 3> >(exec true); wait $!; HUB {call} >&3")
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr


def test_a_call_whose_output_is_closed_ends_as_any_other(folder: Path) -> None:
    done = piped(folder, "HUB schema >&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_export_into_a_pipe_leaves_it_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    done = piped(folder, "cat pipe & HUB export --format csv --output pipe && wait")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("\ufeffcode,")
    assert (folder / "pipe").is_fifo()
