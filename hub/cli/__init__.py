"""The command line: `hub`. One module a noun; what they share is in `hub.cli.console`."""

from __future__ import annotations

import sys

from hub.cli.console import run_app


def main() -> None:
    """Entry point of the `hub` command."""
    from hub.cli import access, export, files, harvest, query, serve, sources, upkeep  # noqa: F401 - they register commands
    from hub.cli.console import app

    sys.exit(run_app(app))


__all__ = ["main"]
