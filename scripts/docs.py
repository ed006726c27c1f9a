"""Writes the generated parts of the documentation, between their markers; `--check` says which are stale and writes nothing.

python scripts/docs.py [--check]
"""

from __future__ import annotations

import ast
import enum
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
OPEN, CLOSE = "<!-- generated: {} -->", "<!-- end of generated: {} -->"

NO_CODES = frozenset({
    "APOYA", "BEGIN", "CDMX", "CKAN", "COMPROMISO", "COORDINA", "DCAT", "DEPENDENCIA", "DKAN", "FACILITA", "FALSO", "GET", "HEAD",
    "LIDERA", "MYMY", "NFC", "NFKC", "NFKD", "ODS", "P10Y", "P15D", "PLAN", "PLAZO", "POST", "RFC4291", "SOCIEDAD_CIVIL", "SUPERVISA",
    "VERDADERO", "VIII", "WEB_PORTS", "YMWD", "YMYM", "XXX", "VII", "III", "PAL", "OGP", "PAN", "NAC", "URL", "CSV", "PDF", "XLSX",
    "JSON", "HTML", "UTC", "XVI", "XIX", "ENUM", "LIST", "NON_NULL", "OBJECT", "SCALAR", "SDG", "MMY", "NFD",
})  # fmt: skip
"""Words in capitals in the code that are no codes."""
PERIOD = re.compile(r"P\d+[DWMY]")
COLOUR = re.compile(r"[0-9A-F]{6}")
"""A colour as workbooks write it, which may look like a code."""
CODE = re.compile(r"[A-Z][A-Z0-9]{2,}|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+")
CODED = ("connectors", "hub/fetch", "hub/normalise", "hub/harvest", "hub/inspect", "hub/registration", "hub/store")


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


# --- config.toml ---------------------------------------------------------------------------------------------------


def duration(value: timedelta) -> str:
    """`30d`, as one writes it in config.toml."""
    seconds = int(value.total_seconds())
    return next(
        f"{seconds // size}{unit}"
        for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
        if seconds % size == 0
    )


def toml(value: Any) -> str:
    """A default as one writes it in config.toml; an en dash for none."""
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        value = duration(value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, (list, tuple)):
        return "`[" + ", ".join(toml(item).strip("`") for item in value) + "]`"
    return "`{}`" if value == {} else f"`{value}`"


def attribute_docstrings(kind: type) -> dict[str, str]:
    """Attribute of a class -> the text that stands under it in the source, its lines joined."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for line, below in pairwise(body.body):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(below, ast.Expr):
            found[line.target.id] = inspect.cleandoc(ast.literal_eval(below.value))
    return found


def settings() -> str:
    """Every setting of config.toml."""
    from hub.config import (
        Config,
        HarvestSettings,
        HubSettings,
        NetworkSettings,
        ServerSettings,
        SourceSettings,
        StoreSettings,
    )

    assert set(Config.model_fields) == {"hub", "store", "server", "network", "harvest", "sources", "path"}
    tables: tuple[tuple[str, type[BaseModel]], ...] = (
        ("hub", HubSettings), ("store", StoreSettings), ("server", ServerSettings), ("network", NetworkSettings),
        ("harvest", HarvestSettings), ("sources.KEY", SourceSettings),
    )  # fmt: skip
    parts = []
    for name, model in tables:
        said = attribute_docstrings(model)
        rows = [
            (f"`{key}`", "required" if field.is_required() else toml(field.default), said[key])
            for key, field in model.model_fields.items()
        ]
        parts.append(f"### [{name}]\n\n{table(('key', 'default', 'what it is'), rows)}")
    return "\n\n".join(parts)


# --- connectors ----------------------------------------------------------------------------------------------------


def kind_of(annotation: Any) -> str:
    """A type in words: `text`, `number`, `one of "a", "b"`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind_of(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(kind_of(one) for one in arguments if one is not NoneType)
    if origin is Literal:
        return "one of " + ", ".join(f"`{one}`" for one in arguments)
    if origin in (tuple, list):
        return "list of " + kind_of(arguments[0])
    if origin is dict or annotation is dict:
        return "table"
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}.get(annotation, "any")


def connectors() -> str:
    """Every connector of this package with its options."""
    from connectors.registry import Registry

    registry = Registry()
    parts = []
    for name in registry.names():
        kind = registry.get(name)
        if not kind.__module__.startswith("connectors."):
            continue
        rows = [
            (f"`{key}`", kind_of(field.annotation), "required" if field.is_required() else toml(field.get_default(call_default_factory=True)), field.description or "")
            for key, field in kind.Options.model_fields.items()
        ]  # fmt: skip
        options = table(("option", "type", "default", "qué es"), rows) if rows else "No options."
        parts.append(f"### {name}\n\n{inspect.getdoc(kind)}\n\n{options}")
    return "\n\n".join(parts)


def mapping() -> str:
    """What `[sources.x.fields]` may say."""
    from connectors.mapping import FIELDS, FieldSpec

    fields = [(f"`{kind}`", " ".join(f"`{name}`" for name in names)) for kind, names in FIELDS.items()]
    keys = [
        (f"`{key}`", kind_of(field.annotation), field.description or "")
        for key, field in FieldSpec.model_fields.items()
    ]
    return table(("kind of row", "fields"), fields) + "\n\n" + table(("key", "type", "qué es"), keys)


# --- the command line ----------------------------------------------------------------------------------------------


def commands() -> str:
    """Every command with its arguments and options."""
    import typer.main

    from hub import cli
    from hub.cli.console import app

    cli.commands()
    root = typer.main.get_command(app)
    parts = [f"### hub\n\n{root.help}\n\n{_parameters(root)}"]
    for path, command in sorted(_commands(root, "hub"), key=lambda one: one[0]):
        parts.append(f"### {path}\n\n{(command.help or '').strip()}\n\n{_parameters(command)}".rstrip())
    return "\n\n".join(parts)


def _commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _parameters(command: Any) -> str:
    rows = []
    for one in command.params:
        if one.name in ("help", "install_completion", "show_completion"):
            continue
        option = one.param_type_name == "option"
        shown = (
            ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
            if option
            else f"`{(one.metavar or one.name).upper()}`"
        )
        default = one.default() if callable(one.default) else one.default
        plain = isinstance(default, (str, int, float, Path)) and not isinstance(default, bool)
        rows.append(
            (shown, (getattr(one, "help", None) or "") + (f" Default: `{default}`." if plain and str(default) else ""))
        )
    return table(("", "what it is"), rows) if rows else ""


# --- codes ---------------------------------------------------------------------------------------------------------


def codes() -> dict[str, set[str]]:
    """Every code of an error, note or issue → the modules that use it, read from the code itself."""
    import hub.model

    enums = {
        member.value
        for kind in vars(hub.model).values()
        if isinstance(kind, type) and issubclass(kind, enum.Enum)
        for member in kind
    }
    found: dict[str, set[str]] = {}
    for folder in CODED:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if {"testing", "migrations"} & set(path.parts):
                continue
            for word in _capitals(path):
                if (
                    word not in enums
                    and word not in NO_CODES
                    and not PERIOD.fullmatch(word)
                    and not COLOUR.fullmatch(word)
                ):
                    found.setdefault(word, set()).add(str(path.relative_to(ROOT)))
    return found


def _capitals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def documented(page: Path) -> set[str]:
    """The codes that the tables of a page explain."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return {code for row in rows for code in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])}


# --- writing -------------------------------------------------------------------------------------------------------

PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "settings": ("config.md", settings),
    "connectors": ("connectors.md", connectors),
    "mapping": ("connectors.md", mapping),
    "commands": ("command-line.md", commands),
}
"""Marker → page, writer."""


def renewed(text: str, name: str, part: str) -> str:
    """A page with one generated part written anew. Raises ValueError where it has no markers for it."""
    start, end = OPEN.format(name), CLOSE.format(name)
    if text.count(start) != 1 or text.count(end) != 1:
        raise ValueError(f"the markers of {name} are not there once: {start} … {end}")
    head, _, rest = text.partition(start)
    return f"{head}{start}\n\n{part}\n\n{end}{rest.partition(end)[2]}"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only compare them."""
    stale = []
    for name, (page, write) in PARTS.items():
        path = DOCS / page
        text = path.read_text(encoding="utf-8")
        new = renewed(text, name, write())
        if new != text:
            stale.append(f"docs/{page} ({name})")
            if "--check" not in arguments:
                path.write_text(new, encoding="utf-8")
    if "--check" in arguments and stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run python scripts/docs.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
