"""A call loads the modules of its own command, and the table that says which is true."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import pytest

from hub import __version__
from hub.cli import MODULES, command_of, commands
from hub.cli.console import app

HEAVY = (
    "graphql",
    "strawberry",
    "starlette",
    "jinja2",
    "pdfplumber",
    "python_calamine",
    "rapidfuzz",
    "tomlkit",
)


def modules_of() -> dict[str, set[str]]:
    """Command -> the modules that hold it or what is under it, as the commands registered themselves."""
    commands()
    found: dict[str, set[str]] = defaultdict(set)
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        found[name].add(command.callback.__module__)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            found[str(group.name or group.typer_instance.info.name)].add(command.callback.__module__)
    return found


def test_the_table_names_the_modules_of_every_command() -> None:
    found = {name: {part.rpartition(".")[2] for part in parts} - {"console"} for name, parts in modules_of().items()}
    assert {name: set(modules) for name, modules in MODULES.items()} == found


@pytest.mark.parametrize(
    ("call", "command"),
    [
        ("harvest --all", "harvest"),
        ("-v harvest", "harvest"),
        ("--config otro.toml source list", "source"),
        ("--config=otro.toml -v up --port 9", "up"),
        ("--help", None),
        ("", None),
        ("--config", None),
    ],
)
def test_the_command_stands_past_the_options_before_it(call: str, command: str | None) -> None:
    assert command_of(call.split()) == command


def loaded(call: str) -> list[str]:
    """Those of the heavy modules that a call's own modules and the hub itself load."""
    told = f"import sys, hub.cli; hub.cli.load({call.split()!r}); import hub.app; print(*[n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_harvest_loads_nothing_of_queries_pages_or_formats() -> None:
    assert loaded("harvest") == []


def test_the_version_is_told_without_the_rest() -> None:
    told = "import sys, hub.cli; sys.argv = ['hub', 'version']; hub.cli.main(); print(*[n for n in ('typer', 'pydantic', 'asyncio') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["hub", __version__]
