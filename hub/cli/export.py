"""`hub export`: the same files as `/api/commitments.*`, without a server."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer

from hub.cli.console import FellShort, UsageProblem, app, configuration, run
from hub.config import Config


class ExportFormat(StrEnum):
    """Formats of `hub export`."""

    csv = "csv"
    xlsx = "xlsx"
    json = "json"
    ndjson = "ndjson"
    parquet = "parquet"


class Exported(StrEnum):
    """What can be exported."""

    commitments = "commitments"


@app.command()
def export(
    ctx: typer.Context,
    what: Annotated[Exported, typer.Argument(help="What to export.")] = Exported.commitments,
    form: Annotated[ExportFormat, typer.Option("--format", help="The file format.")] = ExportFormat.csv,
    given: Annotated[str | None, typer.Option("--filter", help="The API's CommitmentFilter, as JSON.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; default: standard output.")] = None,
) -> None:
    """Write commitments to a file; the same filter as the API's."""
    if output is None and form in (ExportFormat.xlsx, ExportFormat.parquet) and sys.stdout.isatty():
        raise UsageProblem(f"--output: {form} is no text for a terminal; name a file")
    if output is not None and output.is_dir():
        raise UsageProblem(f'--output: "{output}" is a folder; name a file in it')
    run(_export(configuration(ctx), form, _filter(given), output))


def _filter(text: str | None) -> dict[str, Any]:
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError as error:
        raise UsageProblem(f"--filter is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageProblem('--filter: write a JSON object, such as \'{"state": ["Oaxaca"]}\'')
    return value


async def _export(config: Config, form: ExportFormat, given: dict[str, Any], output: Path | None) -> None:
    from graphql import GraphQLError

    from hub.site import Site
    from hub.web.doors.asked import Asked, filter_of
    from hub.web.doors.formats import FORMATS
    from hub.web.doors.records import Records

    site = Site(config)
    async with site.opened():
        try:
            # An export walks the whole file: mapped, all of it would count as this process's memory.
            site.models.current.connection.execute("PRAGMA mmap_size = 0")
            records = Records(site.reading(site.file()), Asked(filter=filter_of(given)))
        except GraphQLError as error:
            raise UsageProblem(f"--filter: {error.message}") from None
        try:
            pieces = FORMATS[form.value].write(records)
            if output is None:
                _write(pieces, sys.stdout.buffer)
            else:
                _write_file(pieces, output)
        except ImportError:
            raise UsageProblem(
                f"--format: {form} needs the extra: pip install 'gobierno-abierto-hub[parquet]'"
            ) from None


def _write(pieces: Any, target: BinaryIO) -> None:
    target.writelines(pieces)
    target.flush()


def _write_file(pieces: Any, output: Path) -> None:
    """The whole file or none: written aside, renamed at the end. A device or a pipe is written to: it is nobody's to replace."""
    if output.exists() and not output.is_file():
        return _write_through(pieces, output)
    aside = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as target:
            _write(pieces, target)
        aside.replace(output)
    except OSError as error:
        raise FellShort(f"{output} cannot be written: {error.strerror}") from None
    finally:
        aside.unlink(missing_ok=True)


def _write_through(pieces: Any, output: Path) -> None:
    try:
        with output.open("wb") as target:
            _write(pieces, target)
    except OSError as error:
        raise FellShort(f"{output} cannot be written: {error.strerror}") from None
