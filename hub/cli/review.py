"""`hub source approve|reject|pause|resume|resolve|export`, `hub duplicates` and `hub audit`: what the operator decides."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import tomlkit
import typer
from rich.table import Table

from hub.cli.console import FellShort, UsageProblem, app, configuration, print_json, run
from hub.cli.printing import out
from hub.cli.sources import source_app
from hub.config import Config
from hub.store.records import SourceRecord
from schema.errors import ErrorCode
from schema.registration import (
    Duplicates,
    Principal,
    Refusal,
    Registration,
    SourceOutcome,
    ValueDecision,
    ValueOutcome,
)

OPERATOR = Principal(name="operator", operator=True)
"""Whoever may run this command may read the store itself."""

duplicates_app = typer.Typer(help="Likely duplicates: list, decide.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(duplicates_app, name="duplicates")

Key = Annotated[str, typer.Argument(help="The source's key.")]
Act = Callable[[Registration], Awaitable[SourceOutcome]]


@source_app.command()
def approve(
    ctx: typer.Context,
    key: Key,
    comment: Annotated[str | None, typer.Option(help="What its publisher is told.")] = None,
) -> None:
    """Let a registered source whose ownership is proved be harvested."""
    _decide(ctx, key, lambda office: office.review(OPERATOR, key, True, comment))


@source_app.command()
def reject(
    ctx: typer.Context,
    key: Key,
    comment: Annotated[str | None, typer.Option(help="What its publisher is told.")] = None,
) -> None:
    """Refuse a registered source; what it published so far stays."""
    _decide(ctx, key, lambda office: office.review(OPERATOR, key, False, comment))


@source_app.command()
def pause(ctx: typer.Context, key: Key) -> None:
    """Stop harvesting a source; its data stay."""
    _decide(ctx, key, lambda office: office.pause(OPERATOR, key, True))


@source_app.command()
def resume(ctx: typer.Context, key: Key) -> None:
    """Take a paused source up again."""
    _decide(ctx, key, lambda office: office.pause(OPERATOR, key, False))


@source_app.command()
def export(
    ctx: typer.Context,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY…]", help="Which; default: every active one.")
    ] = None,
) -> None:
    """Registered sources as tables of config.toml."""
    sources = run(_registered(configuration(ctx), keys or []))
    sys.stdout.write(to_toml(sources))


@source_app.command()
def resolve(
    ctx: typer.Context,
    key: Key,
    field: Annotated[str, typer.Argument(help="Field of the value, as hub source show tells it.")],
    raw: Annotated[str, typer.Argument(help="The value exactly as it was published.")],
    value: Annotated[str, typer.Argument(help='What it means ("COMPLETED"); "" means no data.')],
) -> None:
    """Say what an unmatched value means, and read the archive again with it."""
    outcome = run(_resolved(configuration(ctx), ValueDecision(key, field, raw, value)))
    read = f"  {outcome.run.verdict.value} ~{outcome.run.modified}" if outcome.run else ""
    out.print(f"{key}  {field}: «{raw}» = «{value}»{read}", markup=False)


@duplicates_app.command("list")
def list_duplicates(
    ctx: typer.Context,
    decided: Annotated[bool, typer.Option("--decided", help="Those that were decided.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Commitments of different sources that may be one, likeliest first."""
    found = run(_duplicates(configuration(ctx), decided))
    if as_json:
        print_json({"duplicates": [{"codes": one.codes, "score": one.score, "same": one.same} for one in found]})
        return
    for one in found:
        said = "" if one.same is None else ("  una sola" if one.same else "  son dos")
        out.print(f"{one.codes[0]}  {one.codes[1]}  {one.score:g}{said}  {one.reason or ''}", markup=False)


@duplicates_app.command()
def decide(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(help="Code of one commitment.")],
    second: Annotated[str, typer.Argument(help="Code of the other.")],
    same: Annotated[bool, typer.Option("--same/--different", help="Whether the two are one commitment.")],
) -> None:
    """Keep whether two commitments are one."""
    run(_decide_pair(configuration(ctx), (first, second), same))
    out.print(f"{first}  {second}  {'una sola' if same else 'son dos'}", markup=False)


@app.command()
def audit(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(help="Only acts on this source.")] = None,
    last: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Who did what to which source."""
    entries = run(_audit(configuration(ctx), key, last))
    if as_json:
        print_json({"audit": entries})
        return
    table = Table(box=None, pad_edge=False)
    for name in ("cuándo", "quién", "qué", "fuente", "detalle"):
        table.add_column(name, no_wrap=name != "detalle")
    for entry in entries:
        detail = ", ".join(f"{name}: {value}" for name, value in entry["detail"].items() if value not in ("", None))
        moment = entry["at"].isoformat(timespec="seconds")
        table.add_row(moment, entry["actor"], entry["action"], entry["source"] or "–", detail)
    out.print(table, markup=False)


def _decide(ctx: typer.Context, key: str, act: Act) -> None:
    """Carry out one decision and say how the source stands after it."""
    source = run(_decided(configuration(ctx), key, act))
    reason = f"  {source.reason}" if source.reason else ""
    out.print(f"{source.key}  {source.state.value}{reason}", markup=False)


async def _decided(config: Config, key: str, act: Act) -> SourceRecord:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        _check((await act(hub.office())).errors)
        source = await hub.store.source(key)
        assert source is not None
        return source


def _check(errors: Sequence[Refusal]) -> None:
    """Say the first refusal. Raises UsageProblem for what is not there, FellShort for what may not be."""
    for refusal in errors:
        raise (UsageProblem if refusal.code == ErrorCode.NOT_FOUND else FellShort)(refusal.message)


async def _resolved(config: Config, decision: ValueDecision) -> ValueOutcome:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        outcome = await hub.office().resolve_value(OPERATOR, decision)
        _check(outcome.errors)
        return outcome


async def _duplicates(config: Config, decided: bool) -> Sequence[Duplicates]:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        return await hub.office().duplicates(decided)


async def _decide_pair(config: Config, codes: tuple[str, str], same: bool) -> None:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        _check((await hub.office().resolve_duplicate(OPERATOR, codes, same)).errors)


async def _registered(config: Config, keys: list[str]) -> list[SourceRecord]:
    from hub.app import Hub
    from hub.model import SourceState

    async with Hub(config) as hub:
        await hub.prepare()
        found = {source.key: source for source in await hub.store.sources() if source.origin == "registered"}
    for key in keys:
        if key not in found:
            raise UsageProblem(f'there is no registered source "{key}" (hub source list shows them)')
    return [source for key, source in found.items() if (key in keys if keys else source.state is SourceState.ACTIVE)]


async def _audit(config: Config, key: str | None, last: int) -> list[dict[str, Any]]:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        return [
            {"at": one.at, "actor": one.actor, "action": one.action, "source": one.source, "detail": one.detail}
            for one in await hub.store.audit_log(key, first=last)
        ]


def to_toml(sources: list[SourceRecord]) -> str:
    """The `[sources.KEY]` tables of these sources, as config.toml takes them."""
    document = tomlkit.document()
    tables = tomlkit.table(is_super_table=True)
    for source in sources:
        tables.append(source.key, _told(_declared(source)))
    if sources:
        document.append("sources", tables)
    return tomlkit.dumps(document)


def _declared(source: SourceRecord) -> dict[str, Any]:
    """What its publisher said of a source, by the names of config.toml."""
    return {
        "title": source.title, "state": source.jurisdiction, "connector": source.connector, "url": source.url,
        "schedule": source.schedule, "floor": source.floor, "license": source.license, "contact": source.contact,
        "options": source.options or None, "fields": source.fields or None,
    }  # fmt: skip


def _told(value: Any) -> Any:
    """The same without nulls, which TOML does not have."""
    if isinstance(value, dict):
        return {name: _told(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_told(inner) for inner in value if inner is not None]
    return value
