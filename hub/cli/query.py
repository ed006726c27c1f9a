"""`hub query` and `hub schema`: GraphQL without a server."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import orjson
import typer

from hub.cli.console import UsageProblem, app, configuration, run
from hub.config import Config


@app.command()
def query(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(help="The GraphQL document; - reads standard input.")],
    variables: Annotated[str | None, typer.Option(help="The variables, as a JSON object.")] = None,
) -> int:
    """Run a query against the local store and print the whole response as JSON."""
    text = sys.stdin.read() if document == "-" else document
    response = run(_query(configuration(ctx), text, _variables(variables)))
    sys.stdout.buffer.write(orjson.dumps(response, option=orjson.OPT_INDENT_2) + b"\n")
    return 1 if response.get("errors") else 0


def _variables(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageProblem(f"--variables is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageProblem('--variables: write a JSON object, such as \'{"state": "Oaxaca"}\'')
    return value


async def _query(config: Config, document: str, variables: dict[str, Any]) -> Any:
    from hub.site import Site

    return await Site(config).ask(document, variables)


@app.command()
def schema() -> None:
    """Print the SDL."""
    from schema.api import build_schema, published_sdl

    sys.stdout.write(published_sdl(build_schema()))
