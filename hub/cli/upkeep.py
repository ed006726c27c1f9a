"""`hub doctor`: what is wrong with this installation, and the remedy."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import typer
from rich.text import Text

from hub.cli.console import app, configuration, of_the_system, print_json, run
from hub.cli.printing import out
from hub.config import Config, ConfigError
from hub.store.errors import StoreError

FREE = 500_000_000
"""Bytes of free disk below which the doctor warns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: Literal["ok", "warning", "error"]
    detail: str
    remedy: str = ""


@app.command()
def doctor(
    ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> int:
    """Tell what is wrong with this installation, and the remedy."""
    config = configuration(ctx)
    findings = run(_examine(config))
    if as_json:
        print_json(
            {"findings": [{"what": f.what, "state": f.state, "detail": f.detail, "remedy": f.remedy} for f in findings]}
        )
    else:
        marks = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}
        for finding in findings:
            remedy = f" → {finding.remedy}" if finding.remedy else ""
            out.print(Text.assemble(marks[finding.state], f" {finding.what}: {finding.detail}{remedy}"))
    return int(any(finding.state == "error" for finding in findings))


async def _examine(config: Config) -> list[Finding]:
    findings = [*_installation(), *_disk(config), _port(config)]
    for look in (_sources, _lookups, _store, _read_model):
        findings += await _guarded(look, config)
    return findings


def _installation() -> Iterator[Finding]:
    from connectors.registry import Registry

    yield Finding("Python", "ok", sys.version.split()[0])
    registry = Registry()
    broken = registry.broken()
    yield Finding("connectors", "ok" if not broken else "error", f"{len(registry.names())} installed")
    for name, reason in broken.items():
        yield Finding(f"connector {name}", "error", reason, "update or remove that package")


def _disk(config: Config) -> Iterator[Finding]:
    for what, path in (("archive", config.archive_path), ("read models", config.read_path)):
        standing = next(parent for parent in (path, *path.parents) if parent.exists())
        free = shutil.disk_usage(standing).free
        state: Literal["ok", "warning"] = "ok" if free > FREE else "warning"
        remedy = "" if state == "ok" else "make room, or move it in config.toml [store]"
        yield Finding(what, state, f"{path}, {free / 1e9:.1f} GB free", remedy)


def _port(config: Config) -> Finding:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        taken = probe.connect_ex((config.server.host, config.server.port)) == 0
    if taken:
        return Finding("port", "warning", f"{config.server.port} answers", "a hub runs already, or choose another port")
    return Finding("port", "ok", f"{config.server.port} is free")


async def _guarded(look: Callable[[Config], Awaitable[list[Finding]]], config: Config) -> list[Finding]:
    try:
        return await look(config)
    except (StoreError, ConfigError, OSError) as error:
        remedy = str(getattr(error, "remedy", "") or "")
        if isinstance(error, OSError) and error.strerror:
            detail = of_the_system(error)
        else:
            detail = str(getattr(error, "message", "") or error)  # a StoreError's text ends with its remedy
        return [Finding(look.__name__.strip("_").replace("_", " "), "error", detail, remedy)]


async def _sources(config: Config) -> list[Finding]:
    from hub.app import Hub

    wrong = [Finding("source", "error", line) for line in Hub(config).misconfigured()]
    for source in config.sources.values():
        if source.enabled and ":" not in source.url and not (config.base / source.url).is_file():
            remedy = f"put it there, or correct sources.{source.key}.url"
            wrong.append(Finding("source", "warning", f"{source.key}: there is no file {source.url}", remedy))
    return wrong or [Finding("sources", "ok", f"{len(config.sources)} configured")]


async def _lookups(config: Config) -> list[Finding]:
    from hub.app import Hub

    await Hub(config).lookups()
    found = config.lookups_path.is_file()
    return [Finding("lookups", "ok", str(config.lookups_path) if found else "none, which is fine")]


async def _store(config: Config) -> list[Finding]:
    from hub.app import Hub

    async with Hub(config) as hub:
        found, needed = await hub.store.revision()
        if found is None:
            return [Finding("store", "warning", "empty", "`hub up` or `hub harvest` fills it")]
        if found != needed:
            return [Finding("store", "warning", f"schema {found}, this hub needs {needed}", "`hub up` migrates it")]
        trouble = await hub.store.integrity()
        if trouble:
            return [
                Finding("store", "error", trouble[0], "restore a backup; the archive and `--from-archive` rebuild it")
            ]
        counts = await hub.store.source_counts()
        version = await hub.store.data_version()
        return [
            Finding("store", "ok", f"data version {version}, {sum(counts.values())} records of {len(counts)} sources")
        ]


async def _read_model(config: Config) -> list[Finding]:
    from hub.app import Hub
    from hub.readmodel import ReadModels

    models = ReadModels(config.read_path)
    models.refresh()
    async with Hub(config) as hub:
        version = await hub.store.data_version() if (await hub.store.revision())[0] else 0
    if not models.ready:
        return [Finding("read model", "warning", "none yet", "`hub up` builds it")]
    served = models.current.data_version
    if served < version:
        return [Finding("read model", "warning", f"version {served} of {version}", "`hub up` builds the newest")]
    return [Finding("read model", "ok", f"version {served}")]
