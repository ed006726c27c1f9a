"""config.toml, as `hub source add` writes to it: one at a time, whole or not at all, every comment kept."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import InlineTable, Table

from hub.cli.console import UsageProblem
from hub.config import validate

if TYPE_CHECKING:
    from hub.inspect.model import ProposedSource


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold every other writer of this configuration back until this one is done.

    The lock is on the folder: the file itself is replaced, and a file beside it would be left behind.
    """
    folder = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)  # and with it the lock


def append(path: Path, key: str, source: ProposedSource, *, floor: int | None = None) -> None:
    """Write the source's table at the end of the configuration file, at once or not at all; every comment stays.

    Raises:
        UsageProblem: the file cannot take it, or has such a source by now.
    """
    path = path.resolve()
    before = path.read_text("utf-8-sig")
    table = fragment(key, source, floor=floor)
    after = f"{before.rstrip()}\n\n{table}" if before.strip() else table
    try:
        written = validate(tomllib.loads(after), path)
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(
            f"{path}: cannot take another table at its end ({error}); write sources as [sources.KEY]"
        ) from None
    if set(written.sources) != {*validate(tomllib.loads(before), path).sources, key}:
        raise UsageProblem(f"sources.{key}: there is such a source already in {path}; choose another with --key")
    _replace(path, after)


def fragment(key: str, source: ProposedSource, *, floor: int | None = None) -> str:
    """The source as TOML: its table, its options, its fields."""
    from hub.inspect import origin

    table = tomlkit.table()
    table["title"] = source.title or origin.title_of(source.url, source.state, source.connector)
    if source.state is not None:
        table["state"] = source.state
    table["connector"] = source.connector
    table["url"] = source.url
    if floor is not None:
        table["floor"] = floor
    for name, values in (("options", source.options), ("fields", source.fields)):
        if values:
            table[name] = _table(values)
    sources = tomlkit.table(is_super_table=True)
    sources[key] = table
    document = tomlkit.document()
    document["sources"] = sources
    return tomlkit.dumps(document).strip() + "\n"


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in values.items():
        table[name] = _inline(value) if isinstance(value, Mapping) else value
    return table


def _inline(values: Mapping[str, Any]) -> InlineTable:
    inline = tomlkit.inline_table()
    for name, value in values.items():
        inline[name] = _inline(value) if isinstance(value, Mapping) else value
    return inline


def _replace(path: Path, text: str) -> None:
    """Write beside the file, then take its place: a crash leaves the old one whole."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(path.stat().st_mode))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
