"""`hub source list` and `hub source show`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from hub.cli.console import UsageProblem, app, configuration, print_json, run
from hub.cli.printing import out
from hub.config import Config
from schema.live import LiveSource

source_app = typer.Typer(help="The sources: list, show, add, export.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(source_app, name="source")


@source_app.command("list")
def list_sources(
    ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """State, freshness, verdict and counts of every source."""
    sources = run(_overview(configuration(ctx)))
    if as_json:
        print_json({"sources": sources})
        return
    table = Table(box=None, pad_edge=False)
    for name in ("fuente", "estado", "veredicto", "leída", "compromisos", "conector", "título"):
        table.add_column(name, justify="right" if name == "compromisos" else "left", no_wrap=name != "título")
    for source in sources:
        style = "dim" if source["state"] != "ACTIVE" else ("yellow" if source["stale"] or not source["healthy"] else "")
        table.add_row(
            source["key"], source["state"], source["verdict"] or "–", _ago(source["ageSeconds"]),
            str(source["commitmentCount"]), source["connector"], source["title"], style=style,
        )  # fmt: skip
    out.print(table)


@source_app.command()
def show(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="The source's key.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """One source: its last runs, its issues, the values nobody understood."""
    details = run(_details(configuration(ctx), key))
    if as_json:
        print_json(details)
        return
    for name in ("key", "title", "state", "connector", "url", "jurisdiction", "schedule", "license", "commitmentCount"):
        out.print(f"{name:>16}  {details[name] if details[name] is not None else '–'}")
    out.print(f"{'fetchedAt':>16}  {_moment(details['fetchedAt'])}{'  (atrasada)' if details['stale'] else ''}")
    for one in details["runs"]:
        reason = f"  {one['reason']}" if one["reason"] else ""
        out.print(
            f"  {_moment(one['startedAt'])}  {one['verdict']}  +{one['added']} ~{one['modified']} -{one['removed']}{reason}"
        )
    if details["unmatched"]:
        out.print("Valores que nadie entiende todavía (una línea en lookups.toml los resuelve):")
        for value in details["unmatched"]:
            hint = f"  ¿{value['suggestion']}?" if value["suggestion"] else ""
            out.print(f"  {value['field']}: «{value['raw']}» ×{value['count']}{hint}")
    if details["issues"]:
        out.print(f"Observaciones de la última corrida ({len(details['issues'])}):")
        for issue in details["issues"][:20]:
            out.print(f"  {issue['severity']} {issue['code']} {issue['recordCode'] or ''} {issue['message']}")


def _moment(value: datetime | None) -> str:
    """A moment to the second, UTC; the JSON has it whole."""
    return "–" if value is None else value.strftime("%Y-%m-%d %H:%M:%SZ")


def _ago(seconds: float | None) -> str:
    if seconds is None:
        return "nunca"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"hace {int(seconds // size)} {unit}"
    return "ahora"


async def _overview(config: Config) -> list[dict[str, Any]]:
    from hub.app import Hub
    from hub.live import StoreLive

    async with Hub(config) as hub:
        await hub.prepare()
        live = StoreLive(hub.store, stale_after=config.harvest.stale_after)
        counts = await hub.store.source_counts()
        return [_summary(source, counts, live.now()) for source in (await live.sources()).values()]


def _summary(source: LiveSource, counts: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "key": source.key,
        "title": source.title,
        "connector": source.connector,
        "url": source.url,
        "jurisdiction": source.jurisdiction,
        "state": source.state,
        "schedule": source.schedule,
        "license": source.license,
        "verdict": source.last_run.verdict if source.last_run else None,
        "reason": source.last_run.reason if source.last_run else None,
        "fetchedAt": source.fetched_at,
        "changedAt": source.changed_at,
        "ageSeconds": int((now - source.fetched_at).total_seconds()) if source.fetched_at else None,
        "stale": source.stale,
        "healthy": source.healthy,
        "commitmentCount": counts.get(source.key, 0),
    }


async def _details(config: Config, key: str) -> dict[str, Any]:
    from hub.app import Hub
    from hub.live import StoreLive

    async with Hub(config) as hub:
        await hub.prepare()
        live = StoreLive(hub.store, stale_after=config.harvest.stale_after)
        known = await live.sources()
        if key not in known:
            from rapidfuzz import process  # loaded only where a name is unknown

            near = process.extractOne(key, list(known), score_cutoff=50)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise UsageProblem(f'there is no source "{key}"{hint} (hub source list shows them)')
        details = _summary(known[key], await hub.store.source_counts(), live.now())
        runs = await hub.store.runs(key, first=10)
        details["runs"] = [
            {
                "id": one.id, "verdict": one.verdict, "reason": one.reason, "startedAt": one.started_at,
                "finishedAt": one.finished_at, "read": one.read, "added": one.added, "modified": one.modified,
                "removed": one.removed, "rejected": one.rejected, "requests": one.requests, "bytes": one.bytes,
            }
            for one in runs
        ]  # fmt: skip
        details["unmatched"] = [
            {"field": value.field, "raw": value.raw, "count": value.count, "suggestion": value.suggestion}
            for value in await live.unmatched(key)
        ]
        issues = await hub.store.run_issues(runs[0].id, first=200) if runs else []
        details["issues"] = [
            {
                "severity": issue.severity, "code": issue.code, "field": issue.field, "raw": issue.raw,
                "message": issue.message, "recordCode": issue.record_code,
            }
            for issue in issues
        ]  # fmt: skip
        return details
