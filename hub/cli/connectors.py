"""`hub connector list` and `hub connector new`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.console import UsageProblem, app, print_json
from hub.cli.printing import out

connector_app = typer.Typer(help="The connectors: list, new.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(connector_app, name="connector")


@connector_app.command("list")
def list_connectors(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> int:
    """Every installed connector: name, what it reads, its options."""
    from connectors.registry import Registry

    registry = Registry()
    broken = registry.broken()
    described = [_described(registry.get(name)) for name in registry.names() if name not in broken]
    if as_json:
        print_json({"connectors": described, "broken": [{"name": name, "reason": why} for name, why in broken.items()]})
        return int(bool(broken))
    for one in described:
        out.print(f"{one['name']}  {one['summary']}")
        for option in one["options"]:
            default = "" if option["required"] else f" [{option['default']}]"
            out.print(f"    {option['name']}{default}  {option['description']}", markup=False)
    for name, why in broken.items():
        out.print(f"{name}  {why}", markup=False, style="red")
    return int(bool(broken))


@connector_app.command("new")
def new_connector(
    name: Annotated[str, typer.Argument(help="Its name in config.toml: agua_limpia.")],
    folder: Annotated[Path | None, typer.Option("--dir", help="Where to write it; default: ./hub-NAME.")] = None,
) -> None:
    """Write a connector's package that passes its own test: module, fixture, golden output, entry point."""
    from connectors.registry import Registry
    from connectors.testing.package import CannotWrite, write_package

    if name in Registry().names():
        raise UsageProblem(f'a connector "{name}" is installed already; choose another name')
    target = folder or Path(f"hub-{name.replace('_', '-')}")
    try:
        written = write_package(name, target)
    except CannotWrite as error:
        raise UsageProblem(str(error)) from None
    for path in written:
        out.print(str(path), markup=False)
    out.print(f"Ahora: cd {target} && pip install -e . pytest && pytest", markup=False)


def _described(kind: Any) -> dict[str, Any]:
    summary = (inspect.getdoc(kind) or "").strip().split("\n\n")[0].replace("\n", " ")
    return {
        "name": kind.name,
        "version": kind.version,
        "summary": summary,
        "module": kind.__module__,
        "options": [
            {
                "name": name,
                "type": str(field.annotation).replace("typing.", "")
                if not isinstance(field.annotation, type)
                else field.annotation.__name__,
                "required": field.is_required(),
                "default": None if field.is_required() else field.get_default(call_default_factory=True),
                "description": field.description or "",
            }
            for name, field in kind.Options.model_fields.items()
        ],
    }
