"""`hub harvest`: run sources now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from hub.cli.console import FellShort, UsageProblem, app, configuration, print_json, run
from hub.cli.printing import err, out
from hub.config import Config
from hub.harvest.outcome import Outcome, Step
from hub.model import RunVerdict
from hub.process import settle, share_one_arena
from hub.store.records import SourceRecord

PHASES = {
    "waiting": "espera",
    "fetching": "descarga",
    "reading": "lectura",
    "keeping": "guarda",
    "publishing": "publica",
    "done": "listo",
}


@app.command()
def harvest(
    ctx: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(help="Sources to run; default: those that are due.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every enabled source.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference; write nothing.")] = False,
    from_archive: Annotated[bool, typer.Option("--from-archive", help="Read the archived bytes again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Run sources now."""
    config = configuration(ctx)
    share_one_arena()
    outcomes = run(_harvest(config, keys or [], every, dry_run, from_archive, as_json))
    if as_json:
        print_json({"runs": [outcome.to_json() for outcome in outcomes]})
    elif not outcomes:
        out.print("Ninguna fuente toca ahora (--all las corre todas).")
    return 0 if all(outcome.healthy for outcome in outcomes) else 1


async def _harvest(
    config: Config, keys: Sequence[str], every: bool, dry_run: bool, from_archive: bool, as_json: bool
) -> list[Outcome]:
    from hub.app import Hub

    watcher = _Quiet() if as_json else (_Bars() if err.is_terminal else _Lines())
    async with Hub(config, on_step=watcher.step) as hub:
        await hub.prepare()
        settle()
        sources = await _chosen(hub, keys, every)
        with watcher:
            watcher.begin(sources)
            return await hub.harvester.harvest(
                sources, dry_run=dry_run, from_archive=from_archive, on_outcome=watcher.outcome
            )


async def _chosen(hub: Any, keys: Sequence[str], every: bool) -> list[SourceRecord]:
    from hub.harvest.harvester import is_runnable

    known = {source.key: source for source in await hub.store.sources()}
    if keys:
        for key in keys:
            if key not in known:
                from rapidfuzz import process  # loaded only where a name is unknown

                nearest = process.extractOne(key, list(known), score_cutoff=50)
                hint = f'; did you mean "{nearest[0]}"?' if nearest else ""
                raise UsageProblem(f'there is no source "{key}"{hint} (hub source list shows them)')
        return [known[key] for key in dict.fromkeys(keys)]
    if every:
        return [source for source in known.values() if is_runnable(source)]
    return list(await hub.harvester.due())


def line_of(outcome: Outcome) -> str:
    """One outcome as one line, in Spanish."""
    parts = [f"{outcome.source}: {outcome.verdict}"]
    if outcome.verdict in (RunVerdict.PUBLISHED, RunVerdict.UNCHANGED, RunVerdict.EMPTY, RunVerdict.HELD):
        parts.append(
            f"{outcome.read} leídos, +{outcome.added} ~{outcome.modified} -{outcome.removed}, {outcome.rejected} rechazados"
        )
    asked = "1 petición" if outcome.requests == 1 else f"{outcome.requests} peticiones"
    parts.append(f"{asked}, {outcome.seconds:.1f} s")
    if outcome.reason:
        parts.append(outcome.reason)
    return " · ".join(parts)


class _Quiet:
    """Says nothing: the JSON document says it all."""

    def __enter__(self) -> _Quiet:
        return self

    def __exit__(self, *details: object) -> None:
        return None

    def begin(self, sources: Sequence[SourceRecord]) -> None:
        """The sources about to run."""

    def step(self, step: Step) -> None:
        """A step of one of them."""

    def outcome(self, outcome: Outcome) -> None:
        """The end of one of them."""


class _Lines(_Quiet):
    """A line a source, for pipes and logs."""

    def outcome(self, outcome: Outcome) -> None:
        sys.stdout.write(line_of(outcome) + "\n")
        for change in outcome.changes:
            sys.stdout.write(change_line(change) + "\n")
        sys.stdout.flush()


class _Bars(_Quiet):
    """A progress bar a source, for a terminal."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), TextColumn("{task.fields[phase]}"),
            BarColumn(bar_width=20), TextColumn("{task.fields[count]}"), TimeElapsedColumn(), console=err, transient=True,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._progress.stop()

    def begin(self, sources: Sequence[SourceRecord]) -> None:
        for source in sources:
            self._tasks[source.key] = self._progress.add_task(source.key, total=None, phase=PHASES["waiting"], count="")

    def step(self, step: Step) -> None:
        task = self._tasks.get(step.source)
        if task is not None:
            self._progress.update(task, phase=PHASES[step.phase], count=str(step.done or ""))

    def outcome(self, outcome: Outcome) -> None:
        task = self._tasks.pop(outcome.source, None)
        if task is not None:
            self._progress.remove_task(task)
        style = "green" if outcome.healthy else "yellow"
        self._progress.console.print(line_of(outcome), style=style)
        for change in outcome.changes:
            self._progress.console.print(change_line(change))


def change_line(change: dict[str, Any]) -> str:
    """One line of a dry run's difference."""
    sign = {"added": "+", "modified": "~", "removed": "-"}[change["change"]]
    fields = f" ({', '.join(change['fields'])})" if change.get("fields") else ""
    return f"  {sign} {change['code'] or change['native_key']} {change['title'][:90]}{fields}"


__all__ = ["FellShort", "harvest", "line_of"]
