"""`hub check`: what the hub would make of a file or address."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from connectors.base import Fetch
from hub.cli.console import UsageProblem, app, configuration, print_json, run
from hub.cli.printing import out
from hub.config import Config, validate

if TYPE_CHECKING:
    from hub.inspect.model import Inspection

DEFAULT = Path("config.toml")


@app.command()
def check(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="FILE-OR-URL", help="A file of this machine, or an http(s) address.")
    ],
    connector: Annotated[
        str | None, typer.Option(help="Read it with this connector, instead of the one that fits best.")
    ] = None,
    state: Annotated[str | None, typer.Option(help="The publisher's state: INEGI key, ISO code or name.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "es",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Tell what the hub would make of a file or address; stores nothing."""
    inspection = run(inspected(settings(ctx), target, Path.cwd(), connector=connector, state=state, lang=lang))
    if as_json:
        print_json(inspection.to_json())
    else:
        from hub.inspect.terminal import render

        out.print(render(inspection), soft_wrap=False)
    return exit_status(inspection)


def exit_status(inspection: Inspection) -> int:
    """1 for a report with errors, 0 for one without."""
    failed = not inspection.report.accepted_as_commitments or inspection.report.errors
    return 1 if failed else 0


def settings(ctx: typer.Context) -> Config:
    """The configuration, or the defaults where none was named and there is none here: checking a file needs no hub."""
    path = ctx.find_root().obj
    if path == DEFAULT and not DEFAULT.exists():
        return validate({}, DEFAULT)
    return configuration(ctx)


async def inspected(
    config: Config,
    target: str,
    folder: Path,
    *,
    connector: str | None = None,
    state: str | None = None,
    title: str | None = None,
    key: str = "fuente",
    lang: str = "es",
) -> Inspection:
    """Inspect a target with this configuration's network rules, connectors and lookups.

    Args:
        folder: where a relative path starts from.

    Raises:
        UsageProblem: there is no such file, language, state or connector.
    """
    from connectors.errors import ConfigError as ConnectorProblem
    from hub.app import Hub
    from hub.inspect import inspect

    if lang not in ("es", "en"):
        raise UsageProblem(f'--lang: "{lang}" is no language of the reports; use es or en')
    _look(target, folder)
    hub = Hub(config)
    lookups = await hub.lookups()
    async with _fetcher(config, folder) as fetch:
        try:
            return await inspect(
                target, fetch=fetch, connector=connector, state=jurisdiction(state), title=title, key=key,
                lang="en" if lang == "en" else "es", lookups=lookups, make=hub.registry.make,
            )  # fmt: skip
        except ConnectorProblem as problem:
            raise UsageProblem(problem.reason) from None


@asynccontextmanager
async def _fetcher(config: Config, folder: Path) -> AsyncIterator[Fetch]:
    """A fetch that leaves nothing behind: what it reads goes into a folder that is thrown away."""
    from hub.app import fetch_settings
    from hub.fetch import Archive, Fetcher, SourcePolicy

    with tempfile.TemporaryDirectory(prefix="hub-check-") as scratch:
        async with Fetcher(fetch_settings(config), Archive(Path(scratch))) as fetcher:
            yield fetcher.for_source(SourcePolicy("check", files=folder))


def _look(target: str, folder: Path) -> None:
    """A mistyped file name is a wrong call, told before anything is read."""
    parts = urlsplit(target)
    if parts.scheme in ("", "file") or len(parts.scheme) == 1:
        path = folder / (parts.path if parts.scheme == "file" else target)
        if not path.exists():
            raise UsageProblem(
                f'there is no file "{target}"; give a path that exists or an address that begins with https://'
            )
        if path.is_dir():
            raise UsageProblem(f'"{target}" is a folder; name one file in it')


def jurisdiction(state: str | None) -> str | None:
    """INEGI key of the state that an option names.

    Raises:
        UsageProblem: there is no such state.
    """
    if state is None:
        return None
    from hub.normalise import places

    found = places.resolve_state(state)
    if found.value is None:
        hint = f'; did you mean "{found.suggestion}"?' if found.suggestion else ""
        raise UsageProblem(f'--state: "{state}" is no state{hint} (INEGI key, ISO code or name)')
    return found.value
