"""hub.cli.console: wrong calls and wrong configurations are one line and exit status 2; nobody sees a traceback."""

from __future__ import annotations

import errno
import logging
import os
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
