"""The command line: `hub`. One module a noun; what they share is in `hub.cli.console`."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module


def commands() -> None:
    """Load every module of this package; each registers its own commands."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")


def main() -> None:
    """Entry point of the `hub` command."""
    from hub.cli.console import app, run_app

    commands()
    sys.exit(run_app(app))


__all__ = ["commands", "main"]
