"""What every command shares: the app, the configuration, output, and errors without tracebacks.

Exit status: 0 all well; 1 something ran and fell short; 2 the call or the configuration is wrong; 130 interrupted.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sys
from collections.abc import Coroutine, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
import typer.exceptions

from hub.cli import version_line

if TYPE_CHECKING:
    from hub.config import Config

T = TypeVar("T")

FELL_SHORT = 1
WRONG_CALL = 2
INTERRUPTED = 130

app = typer.Typer(
    name="hub",
    help="The open-government hub: harvest state sources, keep them, query them as one.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class UsageProblem(Exception):
    """The call is wrong, said in one line that names the remedy. Exit status 2."""


class FellShort(Exception):
    """Something ran and fell short. Exit status 1; its text, if any, goes to standard error."""


_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SERVICES = frozenset({"up", "serve", "worker"})
"""Commands whose standard error is a log that the operator keeps (the journal): there tracebacks are looked up."""


class OneLine(logging.Formatter):
    """A log for people at a terminal: of an exception its sentence and its place, not its traceback."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """What was raised, and where."""
        _, error, trace = ei
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        return f"  {type(error).__name__}: {' '.join(str(error).split())}{place} (--verbose shows the traceback)"


@app.callback()
def options(
    ctx: typer.Context,
    config: Annotated[Path, typer.Option(envvar="HUB_CONFIG", help="The configuration file.")] = Path("config.toml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens to standard error.")] = False,
) -> None:
    """Options before the command."""
    told = logging.StreamHandler(sys.stderr)
    service = ctx.invoked_subcommand in _SERVICES
    told.setFormatter((logging.Formatter if verbose or service or os.environ.get("HUB_DEBUG") else OneLine)(_FORMAT))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[told])
    if not verbose:
        for noisy in ("httpx", "pdfminer", "alembic"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
    ctx.obj = config


def configuration(ctx: typer.Context) -> Config:
    """The configuration this call names. Raises ConfigError."""
    from hub.config import load

    path = ctx.find_root().obj
    return load(path if isinstance(path, Path) else Path("config.toml"))


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine on uvloop where there is one; Ctrl-C cancels it and lets it tidy up."""
    with closing(coroutine):  # else Python warns of it where Ctrl-C comes before it began
        try:
            import uvloop
        except ImportError:
            return asyncio.run(coroutine)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(coroutine)


def print_json(value: Any) -> None:
    """One JSON document on standard output, and nothing else there."""
    import msgspec

    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def run_app(application: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and turn every outcome into an exit status; users never see a traceback.

    Args:
        arguments: what follows `hub`; None: the process's own.
    """
    if sys.stdout is None:  # closed by whoever called
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives as long as the process
    status = _outcome(application, arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        return status or _say(f"standard output: {of_the_system(error)}", FELL_SHORT)
    return status


def _forget_output() -> None:
    """Nobody can be told anything any more: what is left goes nowhere, or Python says so as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _outcome(application: typer.Typer, arguments: Sequence[str] | None) -> int:
    """The exit status of a command."""
    try:
        command = typer.main.get_command(application)
        result = command(args=None if arguments is None else list(arguments), standalone_mode=False)
        if result == INTERRUPTED:  # Typer has taken the KeyboardInterrupt
            raise KeyboardInterrupt
        return int(result) if isinstance(result, int) else 0
    except typer.Exit as leave:
        return leave.exit_code
    except typer.exceptions.TyperException as error:
        return _usage(error)
    except UsageProblem as error:
        return _say(str(error), WRONG_CALL)
    except FellShort as error:
        return _say(str(error), FELL_SHORT)
    except (KeyboardInterrupt, typer.Abort, asyncio.CancelledError):
        return _say("interrupted; nothing is half done, run it again to go on", INTERRUPTED)
    except BrokenPipeError:  # the reader of the pipe has gone
        return 0
    except Exception as error:
        return _unexpected(error)


def _usage(error: Exception) -> int:
    """A call that Typer refused: its own sentence, on one line; without a command, the help."""
    told = getattr(error, "format_message", None)
    text = str(told() if told else error)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(text + "\n")
        return WRONG_CALL
    return _say(f"{text} (hub --help tells the commands)", WRONG_CALL)


def _unexpected(error: Exception) -> int:
    from connectors.base import HarvestError  # a command that runs without trouble needs none of these by itself
    from hub.config import ConfigError
    from hub.readmodel.entries import ReadModelError
    from hub.store.errors import BadStoreUrl, StoreError

    text = str(error) or type(error).__name__
    if isinstance(error, ConfigError):
        return _say(text, WRONG_CALL)
    logging.getLogger("hub").debug("unexpected", exc_info=error)
    if isinstance(error, BadStoreUrl):
        return _say(text, WRONG_CALL)
    if isinstance(error, StoreError | HarvestError | ReadModelError):
        return _say(text, FELL_SHORT)
    if os.environ.get("HUB_DEBUG"):
        raise error
    if isinstance(error, OSError) and error.strerror:
        return _say(of_the_system(error), FELL_SHORT)
    return _say(
        f"{type(error).__name__}: {text} (set HUB_DEBUG=1 for details, `hub doctor` checks the rest)", FELL_SHORT
    )


def _say(text: str, status: int) -> int:
    if text:
        sys.stderr.write(f"hub: {' '.join(text.split())}\n")
    return status


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(version_line())


_REMEDIES = {
    errno.ENOSPC: "Make room, or move store.url and store.archive to another disk.",
    errno.EDQUOT: "Make room, or move store.url and store.archive to another disk.",
    errno.EROFS: "Make its folder writable for the hub's user.",
    errno.EACCES: "Make its folder writable for the hub's user.",
    errno.EMFILE: "Allow the hub's user more open files (ulimit -n).",
}


def of_the_system(error: OSError) -> str:
    """What the machine refused, where, and the remedy."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}. {_REMEDIES.get(error.errno or 0, 'Run `hub doctor`: it checks the rest.')}"
