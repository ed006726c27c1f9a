"""A new connector's package: module, fixture, golden output, test, entry point. It keeps every rule as it is written."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from pathlib import Path
from string import Template

from connectors.registry import GROUP
from connectors.testing.golden import text_of
from connectors.testing.rules import NAME


class CannotWrite(Exception):
    """The package cannot be written; the text says why and what to do."""


_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "0.1.0"
description = "Reads … into the open-government hub."
requires-python = ">=3.11"
dependencies = ["gobierno-abierto-hub"]

[project.entry-points."$group"]
$name = "$package:$class_name"

[tool.hatch.build.targets.wheel]
packages = ["$package"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

_MODULE = '''\
"""Reads … : say here whose pages these are and what a row of them is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser

from connectors.base import Context, Draft, Empty, Options, Row, Snapshot, SourceChanged


class ${class_name}Options(Options):
    """What a source of this kind may set in its ``[sources.x.options]``."""

    selector: str = Field(default="tr.compromiso", description="selector CSS de cada compromiso")


class $class_name:
    """One page, one row a commitment."""

    name: ClassVar[str] = "$name"
    version: ClassVar[str] = "1"  # move it when the same bytes would give other rows
    Options: ClassVar[type[Options]] = ${class_name}Options

    def __init__(self, options: ${class_name}Options) -> None:
        self.options = options

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """What there is to fetch. `ctx.fetch` is the only way out; let its errors pass."""
        yield await ctx.fetch(ctx.source.url)

    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        """Bytes to rows. Pure: no file, no network, no clock."""
        page = LexborHTMLParser(snapshot.read())
        if page.css_first("table.compromisos") is None:
            raise SourceChanged("La página ya no trae la tabla «compromisos».", code="NO_TABLE")
        found = page.css(self.options.selector)
        if not found:
            raise Empty("La tabla de compromisos no trae ninguno.")
        for number, node in enumerate(found, 1):
            cells = [cell.text(strip=True) for cell in node.css("td")]
            if len(cells) < 3:
                ctx.note("SHORT_ROW", f"El renglón {number} trae {len(cells)} celdas y se esperaban 3: no se leyó.")
                continue
            yield Row(dict(zip(("Clave", "Compromiso", "Estatus"), cells, strict=False)), locator=f"row {number}")

    def draft(self, row: Row, ctx: Context) -> Draft | None:
        """A row to a record, in the model's field names, its cells as they were published."""
        cells: dict[str, Any] = row.values
        return Draft(
            kind="commitment",
            key=cells["Clave"],  # what the SOURCE tells it apart by; never the row's number
            values={"code": cells["Clave"], "title": cells["Compromiso"], "status": cells["Estatus"]},
            raw=dict(cells),
            locator=row.locator,
            columns={"code": "Clave", "title": "Compromiso", "status": "Estatus"},
        )
'''

_TEST = '''\
"""The connector keeps the rules of the hub, at a page saved from its site."""

from pathlib import Path

from $package import $class_name

HERE = Path(__file__).parent
PAGE = (HERE / "page.html").read_text(encoding="utf-8")


def test_the_connector_keeps_every_rule(connector_rules):
    first, second = [line for line in PAGE.splitlines() if "<tr class" in line]
    shuffled = PAGE.replace(first, "(here)").replace(second, first).replace("(here)", second)
    connector_rules($class_name, fixture=PAGE, shuffled=shuffled, golden=HERE / "page.json")
'''

_PAGE = """\
<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Compromisos de gobierno abierto</title></head><body>
<table class="compromisos">
<tr><th>Clave</th><th>Compromiso</th><th>Estatus</th></tr>
<tr class="compromiso"><td>GA-01</td><td>Publicar el presupuesto en datos abiertos</td><td>En proceso</td></tr>
<tr class="compromiso"><td>GA-02</td><td>Medir la calidad del agua con la ciudadanía</td><td>Concluido</td></tr>
</table>
</body></html>
"""

_README = """\
# $distribution

A connector of the open-government hub: `connector = "$name"` in config.toml.

```sh
pip install -e . pytest
pytest                     # holds it to every rule; --update-golden writes tests/page.json anew
hub connector list         # shows it
```
"""


def class_name_of(name: str) -> str:
    """`agua_limpia` → `AguaLimpia`."""
    return "".join(part.capitalize() for part in name.split("_") if part)


def files_of(name: str) -> Mapping[str, str]:
    """Path → text of a new connector's package, all but its golden output. Raises CannotWrite for a bad name."""
    if not NAME.fullmatch(name) or name.endswith("_") or keyword.iskeyword(name):
        raise CannotWrite(
            f'"{name}" cannot be a connector\'s name: 2 to 40 characters of a-z, 0-9 and _, a letter first (agua_limpia)'
        )
    package = f"hub_{name}"
    words = {
        "name": name, "package": package, "distribution": package.replace("_", "-"), "group": GROUP,
        "class_name": class_name_of(name),
    }  # fmt: skip
    texts = {
        "pyproject.toml": _PYPROJECT, "README.md": _README, f"{package}/__init__.py": _MODULE, f"{package}/py.typed": "",
        "tests/test_rules.py": _TEST, "tests/page.html": _PAGE,
    }  # fmt: skip
    return {path: Template(text).substitute(words) for path, text in texts.items()}


def golden_text() -> str:
    """The golden output of the page that a new package begins with."""
    from connectors.base import Draft

    found = []
    rows = (
        ("GA-01", "Publicar el presupuesto en datos abiertos", "En proceso"),
        ("GA-02", "Medir la calidad del agua con la ciudadanía", "Concluido"),
    )
    for number, (key, title, status) in enumerate(rows, 1):
        found.append(
            Draft(
                "commitment", key, {"code": key, "title": title, "status": status},
                {"Clave": key, "Compromiso": title, "Estatus": status}, f"row {number}",
                {"code": "Clave", "title": "Compromiso", "status": "Estatus"},
            )
        )  # fmt: skip
    return text_of(found)


def write_package(name: str, folder: Path) -> list[Path]:
    """Write a new connector's package into `folder`, which must not hold any of its files yet.

    Returns:
        the files, as written.

    Raises:
        CannotWrite: the name is no name, a file is there already, or the folder cannot be written.
    """
    texts = {**files_of(name), "tests/page.json": golden_text()}
    there = next((path for path in texts if (folder / path).exists()), None)
    if there is not None:
        raise CannotWrite(f"{folder / there} is there already; choose another folder with --dir")
    written = []
    for path, text in texts.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CannotWrite(
                f"{target} cannot be written ({error.strerror}); choose another folder with --dir"
            ) from None
        written.append(target)
    return written
