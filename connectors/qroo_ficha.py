"""Quintana Roo's commitment sheets (Joomla): a vertical table COMPROMISO / PLAZO, then who takes part and in what role.

“ROLL DE TRABAJO” [sic] is published as “Lídera”, “Supervisión”, “Apoyo” …; the names of persons beside it are not read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from connectors import base
from connectors.blocks import Link, read_blocks
from connectors.crawl import crawl
from connectors.html_cells import HtmlGrid, grids
from connectors.html_page import page as read_page
from connectors.inai_prose import plan_ordinal
from connectors.ready import ReadyConnector, ready_row
from connectors.spanish import cardinal, clean, fold
from connectors.synonyms import header_hits
from connectors.table import Reading
from connectors.whose import refuse_another

_LABELS = {
    "title": re.compile(
        r"^(?:nombre del )?compromiso(?:\s*(?:n[uo]m(?:ero)?\.?|no\.?|#)?\s*(?P<number>\d{1,2}|[ivx]{1,5}))?$"
    ),
    "period": re.compile(
        r"^(?:plazo|periodo|vigencia|temporalidad)(?: de (?:ejecucion|cumplimiento|implementacion))?$"
    ),
    "description": re.compile(r"^(?:descripcion|objetivo(?: general)?|problematica|meta)(?: del compromiso)?$"),
    "ods": re.compile(r"^(?:ods|objetivos? de desarrollo sostenible|alineacion.*ods)$"),
    "status": re.compile(r"^(?:estatus|status|estado)(?: del compromiso)?$"),
    "progress": re.compile(r"^(?:avance|porcentaje(?: de avance)?|% de avance)$"),
}
_INSTITUTION = re.compile(
    r"^(?:dependencia|institucion|organizacion|entidad|organismo)(?:e?s)?(?:\s*(?:/|y|u|o)\s*\w+)*$"
)
_ROLE = re.compile(
    r"^(?:roll?(?:es)?|funcion|participacion|papel)(?: (?:de(?:l)? )?(?:trabajo|compromiso|desempenado))?$"
)
_MOST_INSTITUTIONS = 300
_PLAN = re.compile(r"plan(?: estatal| local)? de accion", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:compromiso\s*)?(?P<number>\d{1,2})\s*[.):–-]+\s*(?=\S)", re.IGNORECASE)


class QrooFichaOptions(base.Options):
    """Options of `qroo_ficha`."""

    follow: bool = Field(default=True, description="leer también las fichas que la página enlaza")
    max_pages: int = Field(default=40, ge=1, le=500, description="páginas que se piden a lo más")


@dataclass(slots=True)
class _Sheet:
    """One commitment's sheet, as far as it has been read."""

    locator: str
    cells: dict[str, str] = field(default_factory=dict)
    number: int | None = None
    institutions: list[dict[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Usual names of fields that this kind does not have, with a value beside them."""

    def put(self, name: str, text: str, number: str | None = None) -> None:
        self.cells.setdefault(name, text)
        if number:
            self.number = self.number or cardinal(number)


class QrooFicha(ReadyConnector[QrooFichaOptions]):
    """Reads the sheets of a page, and of the pages beside it that it links to."""

    name: ClassVar[str] = "qroo_ficha"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = QrooFichaOptions

    async def snapshots(self, ctx: base.Context) -> AsyncIterator[base.Snapshot]:
        """The page and the sheets it links to, below its own folder."""
        folder = urlsplit(ctx.source.url).path.rsplit("/", 1)[0]

        def wanted(link: Link) -> bool:
            path = urlsplit(link.url).path
            return path.startswith(folder) and "compromiso" in fold(path + " " + link.text)

        async for page in crawl(ctx, wanted, most=self.options.max_pages, depth=1 if self.options.follow else 0):
            yield page

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """A row a sheet.

        Raises:
            SourceChanged: the source's own page has no sheet and links to none, or is titled as another state's.
        """
        reading = Reading(notes=ctx.notes)
        tree = read_page(snapshot.read(), reading, snapshot.charset)
        sheets = list(_sheets(grids(tree)))
        if sheets and (note := refuse_another(ctx.source.state, reading.titles, reading.headings)) is not None:
            ctx.notes.append(note)
        if not sheets and (snapshot.url == ctx.source.url and not self.options.follow):
            raise base.SourceChanged("La página no trae una ficha con COMPROMISO y PLAZO.", code="NOT_THIS_KIND")
        if unread := list(dict.fromkeys(name for sheet in sheets for name in sheet.unread)):
            said = (
                "La ficha trae campos que este conector no lee: " + ", ".join(f"«{name}»" for name in unread[:6]) + "."
            )
            ctx.note("UNMAPPED_COLUMN", said, severity="INFO")
        title = _plan_title(snapshot, tree.html or "") if sheets else None
        for sheet in sheets:
            yield _row(sheet, title, snapshot.url, ctx.source.state or "23")


def _plan_title(snapshot: base.Snapshot, markup: str) -> str | None:
    """The plan that the page is of, from its headings, else from its address (“segundo-plan-de-accion”)."""
    for block in read_blocks(markup, snapshot.url):
        if _PLAN.search(fold(block.text)) and len(block.text) < 120:
            return block.text
    match = re.search(r"/((?:\w+-)?plan-de-accion[\w-]*)", urlsplit(snapshot.url).path)
    return match[1].replace("-", " ").capitalize() if match else None


def _sheets(tables: list[HtmlGrid]) -> Iterator[_Sheet]:
    """The sheets of a page: each COMPROMISO begins one; the tables after it belong to it until the next."""
    sheet: _Sheet | None = None
    for table in tables:
        lines = [[clean(cell.text) if cell else "" for cell in row] for row in table.rows]
        roles: tuple[int, int] | None = None
        skip, above = False, ""
        for index, line in enumerate(lines):
            locator = f"table {table.number} row {index + 1}"
            following = lines[index + 1] if index + 1 < len(lines) else []
            if skip:
                skip = False
                continue
            found = _pairs(line, following)
            if found:
                roles, skip = None, found[1]
                for name, number, text in found[0]:
                    if name == "title" and text and (sheet is None or "title" in sheet.cells):
                        if sheet is not None:
                            yield sheet
                        sheet = _Sheet(locator)
                    if sheet is not None and text:
                        sheet.put(name, text, number)
                continue
            columns = _role_columns(line)
            if columns:
                roles, above = columns, ""
            elif (
                sheet is not None
                and roles is None
                and len(told := [cell for cell in line if cell]) == 2
                and header_hits(told[:1])
            ):
                sheet.unread.append(told[0].rstrip(" :"))
            elif roles and sheet is not None:
                above = _take_part(sheet, line, roles, above)
    if sheet is not None:
        yield sheet


def _label(text: str) -> tuple[str, str | None] | None:
    folded = fold(text).strip(" :.*")
    for name, pattern in _LABELS.items():
        match = pattern.match(folded)
        if match:
            return name, match.groupdict().get("number")
    return None


def _pairs(line: list[str], following: list[str]) -> tuple[list[tuple[str, str | None, str]], bool] | None:
    """Labels of a row with their values: beside them, or in the row below; and whether that row was used.

    A row whose “values” are names of columns heads a list (“COMPROMISO | DEPENDENCIA RESPONSABLE | ODS | …”): no sheet.
    """
    told = [cell for cell in line if cell]
    labels = [(index, label) for index, cell in enumerate(line) if cell and (label := _label(cell))]
    if not labels:
        return None
    if len(labels) == len(told):  # nothing but labels: their values stand below
        if sum(map(bool, following)) > len(labels):
            return None  # a banner above fields of its own
        below = [(label[0], label[1], following[i] if i < len(following) else "") for i, label in labels]
        if any(text and not _label(text) for _, _, text in below):
            return below, True
        return None
    beside: list[tuple[str, str | None, str]] = []
    for index, label in labels:
        value = next((cell for cell in line[index + 1 :] if cell), "")
        if value and header_hits([value]):
            return None
        if value and not _label(value):
            beside.append((label[0], label[1], value))
    return (beside, False) if beside else None


def _role_columns(line: list[str]) -> tuple[int, int] | None:
    """(column of the institution, column of the role) where a row heads the list of those who take part."""
    folded = [fold(cell).strip(" :.*") for cell in line]
    institution = next((i for i, cell in enumerate(folded) if cell and _INSTITUTION.match(cell)), None)
    role = next((i for i, cell in enumerate(folded) if cell and _ROLE.match(cell)), None)
    return (institution, role) if institution is not None and role is not None else None


def _take_part(sheet: _Sheet, line: list[str], columns: tuple[int, int], above: str) -> str:
    """One row of those who take part; a merged institution cell holds for the rows below it. Gives its institution."""
    institution, role = columns
    name = (line[institution] if institution < len(line) else "") or above
    taken = {"name": name, "role": line[role] if role < len(line) else ""}
    if name and taken["role"] and taken not in sheet.institutions and len(sheet.institutions) < _MOST_INSTITUTIONS:
        sheet.institutions.append(taken)
    return name


def _row(sheet: _Sheet, plan: str | None, url: str, state: str) -> base.Row:
    title = sheet.cells.get("title", "")
    numbered = _NUMBERED.match(title)
    number = sheet.number or (int(numbered["number"]) if numbered else None)
    title = title[numbered.end() :] if numbered else title
    values: dict[str, Any] = {
        **sheet.cells, "title": title.rstrip(". "), "number": number, "state": state, "plan": plan,
        "plan_ordinal": plan_ordinal(plan) if plan else None, "program": "OGP_LOCAL", "institutions": sheet.institutions,
        "url": url,
    }  # fmt: skip
    digest = hashlib.sha256(fold(title).encode()).hexdigest()[:8]
    key = f"{fold(plan) if plan else 'plan'}/{number if number is not None else digest}"
    raw: dict[str, Any] = {
        "COMPROMISO": sheet.cells.get("title"), "PLAZO": sheet.cells.get("period"),
        "DEPENDENCIA": [i["name"] for i in sheet.institutions], "ROLL DE TRABAJO": [i["role"] for i in sheet.institutions],
        **{name: text for name, text in sheet.cells.items() if name not in {"title", "period"}},
    }  # fmt: skip
    columns = {
        "title": "COMPROMISO",
        "number": "COMPROMISO",
        "period": "PLAZO",
        "institutions": "DEPENDENCIA + ROLL DE TRABAJO",
    }
    return ready_row("commitment", key, values, raw, columns, sheet.locator)
