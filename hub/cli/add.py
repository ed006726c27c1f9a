"""`hub source add`: from an address nobody has configured to a table of config.toml."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.prompt import Prompt

from hub.cli.configfile import append, locked
from hub.cli.console import FellShort, UsageProblem, configuration, run
from hub.cli.files import inspected, jurisdiction
from hub.cli.printing import out
from hub.cli.sources import source_app
from hub.config import SOURCE_KEY, Config, load

if TYPE_CHECKING:
    from hub.inspect.model import ColumnGuess, Inspection, ProposedSource


@source_app.command()
def add(
    ctx: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The address of a page, file or API, or a file of this machine.")
    ],
    state: Annotated[str | None, typer.Option(help="The publisher's state: INEGI key, ISO code or name.")] = None,
    key: Annotated[str | None, typer.Option(help="The source's key: 3 to 64 of a-z, 0-9 and '-'.")] = None,
    title: Annotated[str | None, typer.Option(help="The source's title.")] = None,
    connector: Annotated[str | None, typer.Option(help="Read it with this connector.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the best.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "es",
) -> None:
    """Inspect an address, propose connector and mapping, append the source to config.toml."""
    config = configuration(ctx)
    _free(config, key, url)
    jurisdiction(state)
    inspection = run(_inspected(config, url, connector, state, title, key, lang))
    _refused(inspection)
    from hub.inspect.terminal import render

    out.print(render(inspection), soft_wrap=False)
    if not _worth_adding(inspection):
        raise FellShort(
            "nothing was added: this does not hold commitments (--connector NAME reads it with another connector)"
        )
    source, chosen_key = inspection.source, key
    if not yes:
        source, chosen_key = _ask(config, inspection, key)
    source = replace(source, url=_as_configured(config, source.url))
    if source.state is None:
        source = replace(source, state=source.suggested_state)
    with locked(config.path):
        current = load(config.path)  # somebody may have added one while this one was being looked at
        chosen_key = _free(current, chosen_key, source.url) or _fresh_key(current, source)
        append(config.path, chosen_key, source, floor=None if inspection.report.accepted else 0)
    out.print(f"Se agregó [sources.{chosen_key}] a {config.path}. Ahora: hub harvest {chosen_key}", markup=False)


async def _inspected(
    config: Config, url: str, connector: str | None, state: str | None, title: str | None, key: str | None, lang: str
) -> Inspection:
    return await inspected(
        config, url, _folder(config, url), connector=connector, state=state, title=title, key=key or "fuente", lang=lang
    )


def _folder(config: Config, url: str) -> Path:
    """Where a relative path starts from: where the command runs, else the configuration's own folder."""
    return Path.cwd() if (Path.cwd() / url).exists() else config.base


def _refused(inspection: Inspection) -> None:
    if inspection.failure is not None:
        code = "ADDRESS_REFUSED" if inspection.failure.code == "ADDRESS_REFUSED" else inspection.failure.code
        label = "REFUSED/ADDRESS_REFUSED" if code == "ADDRESS_REFUSED" else code
        raise FellShort(f"{label}: {inspection.failure.reason}")


def _worth_adding(inspection: Inspection) -> bool:
    """Commitments, or the page of an exercise that has none yet: its facts are published and its plan awaited."""
    report = inspection.report
    return report.accepted_as_commitments or any(finding.code == "EXERCISE_FACTS" for finding in report.findings)


def _is_file(url: str) -> bool:
    return urlsplit(url).scheme not in ("http", "https")


def _as_configured(config: Config, url: str) -> str:
    """A file's path relative to the configuration, as config.toml means it; an address as it is."""
    if not _is_file(url):
        return url
    return os.path.relpath((_folder(config, url) / url).resolve(), config.base.resolve())


def _free(config: Config, key: str | None, url: str) -> str | None:
    """The key, if it and the address are still to be had.

    Raises:
        UsageProblem: either is taken, or the key has a form that no key has.
    """
    if key is not None and not SOURCE_KEY.fullmatch(key):
        raise UsageProblem(f'--key: "{key}" is no key: 3 to 64 characters of a-z, 0-9 and "-"')
    if key is not None and key in config.sources:
        raise UsageProblem(f"sources.{key}: there is such a source already in {config.path}; choose another with --key")
    wanted = _same_address(config, url)
    for other in config.sources.values():
        if _same_address(config, other.url) == wanted:
            raise UsageProblem(
                f"sources.{other.key} has this address already; run `hub harvest {other.key}`, or change its table"
            )
    return key


def _same_address(config: Config, url: str) -> str:
    if _is_file(url):
        return str((_folder(config, url) / url).resolve())
    return url.rstrip("/")


def _fresh_key(config: Config, source: ProposedSource) -> str:
    from hub.inspect import origin

    return origin.key_of(source.url, source.state, set(config.sources))


def _ask(config: Config, inspection: Inspection, key: str | None) -> tuple[ProposedSource, str | None]:
    """Ask, on a terminal, what could not be decided.

    Raises:
        UsageProblem: there is something to ask and nobody to answer.
    """
    source = inspection.source
    unsure = [guess for guess in inspection.report.columns if guess.unsure]
    if not out.is_terminal:
        if unsure:
            names = ", ".join(f'"{guess.column}"' for guess in unsure)
            raise UsageProblem(
                f"columns to be confirmed: {names}; run it on a terminal, or with --yes to take the best"
            )
        return source, key
    fields = dict(source.fields)
    for guess in unsure:
        _ask_column(fields, guess, [g.column for g in inspection.report.columns])
    if source.state is None and "state" not in fields:
        source = replace(source, state=_ask_state(source.suggested_state), suggested_state=None)
    if key is None:
        key = _ask_key(config, _fresh_key(config, source))
    return replace(source, fields=fields), key


def _ask_state(suggested: str | None) -> str | None:
    """The publisher's state; asked again until there is such a one."""
    while True:
        said = Prompt.ask(
            "¿De qué estado es? (clave o nombre; «no»: nacional)", default=suggested or "no", console=out
        ).strip()
        if said in ("", "no"):
            return None
        try:
            return jurisdiction(said)
        except UsageProblem as problem:
            out.print(str(problem).removeprefix("--state: "), markup=False)


def _ask_key(config: Config, proposed: str) -> str | None:
    """The source's key; None where the proposed one will do: it gives way to who was faster."""
    while True:
        said = Prompt.ask("Clave de la fuente", default=proposed, console=out).strip()
        if said == proposed:
            return None
        if SOURCE_KEY.fullmatch(said) and said not in config.sources:
            return said
        out.print(f"«{said}» no puede ser: de 3 a 64 de a-z, 0-9 y «-», y que no exista ya", markup=False)


def _ask_column(fields: dict[str, Any], guess: ColumnGuess, columns: list[str]) -> None:
    """One question a column: Enter takes the proposal, a field's name another one, "no" none."""
    from connectors.mapping import FIELDS

    known = FIELDS["commitment"]
    assert guess.field is not None
    runner = f", {guess.runner_up}" if guess.runner_up else ""
    sample = f" (p. ej. «{guess.sample[0]}»)" if guess.sample else ""
    answer = Prompt.ask(
        f"«{guess.column}»{sample}: ¿qué campo es? ({guess.field}{runner}, no)", default=guess.field, console=out
    ).strip()
    if answer == guess.field:
        return
    declared = fields.pop(guess.field, None)
    if answer in ("no", "ninguno", "-"):
        return
    if answer not in known:
        if declared is not None:
            fields[guess.field] = declared
        out.print(f"«{answer}» no es un campo; se deja {guess.field}. Los campos: {', '.join(known)}", markup=False)
        return
    fields[answer] = guess.column
