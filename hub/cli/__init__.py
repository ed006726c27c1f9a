"""The command line: `hub`. One module a noun; what they share is in `hub.cli.console`.

A call loads the modules of the command that it names and no others: most of what a harvest or a server needs is heavy.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module

from hub import __version__

MODULES: dict[str, tuple[str, ...]] = {
    "audit": ("review",),
    "check": ("files",),
    "connector": ("connectors",),
    "doctor": ("upkeep",),
    "duplicates": ("review",),
    "export": ("export",),
    "harvest": ("harvest",),
    "query": ("query",),
    "schema": ("query",),
    "serve": ("serve",),
    "source": ("add", "review", "sources"),
    "token": ("access",),
    "up": ("serve",),
    "version": (),
    "worker": ("serve",),
}
"""Command -> the modules of this package that hold it and what is under it, besides the console."""

_VALUED = frozenset({"--config"})
"""Options before the command that take a value."""


def version_line() -> str:
    """What `hub version` prints."""
    return f"hub {__version__}\n"


def commands() -> None:
    """Load every module of this package; each registers its own commands."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")


def command_of(arguments: Sequence[str]) -> str | None:
    """The command that a call names, past the options before it; None where it names none."""
    waiting = iter(arguments)
    for argument in waiting:
        if not argument.startswith("-"):
            return argument
        if argument in _VALUED:
            next(waiting, None)
    return None


def load(arguments: Sequence[str]) -> None:
    """Load what a call needs: the modules of its command, or all of them for help and for what is no command."""
    modules = MODULES.get(command_of(arguments) or "")
    if modules is None:
        commands()
        return
    for module in modules:
        import_module(f"{__name__}.{module}")


def main() -> None:
    """Entry point of the `hub` command."""
    if sys.argv[1:] == ["version"]:  # scripts ask it all the time: it needs nothing of the rest
        try:
            sys.stdout.write(version_line())
            sys.stdout.flush()
        except OSError as error:  # what is left goes nowhere, or Python says so as it ends
            sys.stderr.write(f"hub: standard output: {error.strerror}\n")
            os._exit(1)
        return
    try:
        from hub.process import loading

        loading()
        from hub.cli.console import app, run_app

        load(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)  # nothing has begun
    sys.exit(run_app(app))


__all__ = ["command_of", "commands", "load", "main", "version_line"]
