"""The tables and lists of one body, each as its connector would read it. Pure: bytes in, candidates out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import python_calamine as calamine
from selectolax.lexbor import LexborHTMLParser

from connectors.base import Context, Empty, HarvestError, Row, Snapshot, SourceChanged, SourceInfo
from connectors.grid import OnHeader
from connectors.header import Header
from connectors.html_cells import text_of
from connectors.html_page import page
from connectors.html_table import HtmlTable, read_tables
from connectors.page_tables import PageTables
from connectors.sheet_series import moment_of
from connectors.sniff import Format, Sniffed, sniff
from connectors.spreadsheet_ml import is_spreadsheet
from connectors.table import Reading, TableConnector
from connectors.text import clip, is_blank, shown, tidy
from hub.inspect import json_lists
from hub.inspect.model import Candidate
from hub.inspect.watch import Watch

ROWS = 400
"""Rows of a candidate that are looked at."""
MOST = 40
"""Tables of one body that are looked at."""
_CONTEXT = 1_500

WRONG_STATE = "WRONG_STATE"
"""The code with which a connector refuses what is another state's."""

Make = Callable[[str, dict[str, Any]], Any]
"""A connector by name and options: `connectors.registry.Registry.make`."""

READY: dict[Format, tuple[str, ...]] = {
    Format.HTML: ("inai_exercise", "qroo_ficha"),
    Format.JSON: ("aga_tablero", "compromisos"),
    Format.CSV: ("ogp_database", "compromisos"),
    Format.TSV: ("ogp_database",),
}
"""Connectors of one kind of site, tried before the general ones."""


def candidates(snapshot: Snapshot, make: Make, info: SourceInfo, watch: Watch) -> list[Candidate]:
    """Everything in a body that may be a list of records, as far as there is time to look.

    Raises:
        SourceChanged: the body is of no kind that holds records, or is damaged; the reason is for its publisher.
    """
    data = snapshot.read()
    found = sniff(data, declared=snapshot.charset)
    reader = _READERS.get(found.format)
    if found.format is Format.XML and is_spreadsheet(data):
        reader = _workbook
    if reader is None:
        raise SourceChanged(_UNREADABLE.get(found.format, _UNREADABLE[Format.BINARY]), code="UNREADABLE")
    ready = [c for name in READY.get(found.format, ()) if (c := read_ready(name, {}, snapshot, make, info)) is not None]
    failed: list[SourceChanged] = []
    general: list[Candidate] = []
    try:
        for candidate in reader(snapshot, data, found, make, watch):
            if general and watch.is_over():
                break
            general.append(candidate)
    except SourceChanged as error:
        failed.append(error)
    if not ready and not general and watch.ended:
        raise SourceChanged(_NO_TIME, code="TOO_LARGE")
    if not ready and not general:
        nothing = SourceChanged(_NOTHING.get(found.format, "No contiene ninguna tabla ni lista."), code="NO_TABLE")
        raise failed[0] if failed else nothing
    return [*ready, *general]


def read_ready(
    name: str, options: dict[str, Any], snapshot: Snapshot, make: Make, info: SourceInfo
) -> Candidate | None:
    """What a site's own connector reads in a body; None where it is not of its kind.

    Raises:
        SourceChanged: ``WRONG_STATE``, of a body of its kind.
    """
    try:
        connector = make(name, options)
        ctx = Context(info, connector.options, _no_fetch)
        rows = list(islice(connector.rows(snapshot, ctx), ROWS))
    except (HarvestError, Empty, ValueError) as error:
        if getattr(error, "code", None) == WRONG_STATE:
            raise  # it is a page of its kind, and the general connectors would read it as this state's
        return None
    if not rows or not _is_own(name, rows, ctx, snapshot):
        return None
    return Candidate(name, [], rows, dict(options), ready=True, snapshots=(snapshot,))


def read_pages(
    name: str, options: dict[str, Any], snapshots: Sequence[Snapshot], make: Make, info: SourceInfo
) -> list[Candidate]:
    """What a connector that crawls reads in the pages it gave, all of them with one memory."""
    connector = make(name, options)
    ctx = Context(info, connector.options, _no_fetch)
    rows: list[Row] = []
    for snapshot in snapshots:
        try:
            rows.extend(islice(connector.rows(snapshot, ctx), ROWS))
        except (HarvestError, Empty) as error:
            if getattr(error, "code", None) == WRONG_STATE:
                raise
    return [Candidate(name, [], rows, dict(options), ready=True, snapshots=tuple(snapshots))] if rows else []


def _is_own(name: str, rows: list[Row], ctx: Context, snapshot: Snapshot) -> bool:
    """Whether a lenient connector really met its own kind: the standard reads whatever has a list «compromisos»."""
    if name == "qroo_ficha":
        if any(note.code == "UNMAPPED_COLUMN" for note in ctx.notes):
            return False  # a sheet with fields of its own is read with them as a table
        told = ("period", "institutions", "description")  # a sheet tells at least one of these of its commitment
        return 2 * sum(any(ready_values(row).get(name) for name in told) for row in rows) >= len(rows)
    if name != "compromisos":
        return True
    strange = [note for note in ctx.notes if note.severity != "INFO"]
    return not strange and any(row.kind == "commitment" for row in rows)


def ready_values(row: Row) -> dict[str, Any]:
    """The model's fields of a row of a site's own connector."""
    found = row.values.get("values")
    return found if isinstance(found, dict) else {}


async def _no_fetch(url: str, **_: Any) -> Snapshot:
    raise SourceChanged("No se pide nada más al inspeccionar.", code="NO_FETCH")


def read_as(
    name: str, options: dict[str, Any], snapshot: Snapshot, make: Make, tables: PageTables | None = None
) -> list[Candidate]:
    """The tables a general connector reads with these options, one candidate for each header it finds.

    Args:
        tables: those of the snapshot, where the connector is `html_table` and the page is parsed already.

    Raises:
        SourceChanged: the body is not of this kind, or has no such table.
    """
    connector: TableConnector[Any] = make(name, options)
    headers: list[Header] = []
    collect: OnHeader = headers.append
    reading = Reading((), [], collect)
    if tables is not None and isinstance(connector, HtmlTable):
        parsed = read_tables(tables, connector.options, reading)
    else:
        parsed = connector.parse(snapshot, reading)
    rows = list(islice(parsed, ROWS))
    if not headers and rows:
        headers = [Header(tuple(rows[0].values), 0, 0)]
    merged: dict[tuple[str, ...], Candidate] = {}
    for header in headers:
        columns = list(header.columns)
        if columns:
            merged.setdefault(tuple(columns), Candidate(name, columns, [], dict(options), snapshots=(snapshot,)))
    for row in rows:
        names = tuple(row.values)
        home = merged.get(names) or next((c for known, c in merged.items() if set(known) <= set(names)), None)
        if home is not None:
            home.rows.append(row)
    return list(merged.values())


def _csv(snapshot: Snapshot, data: bytes, found: Sniffed, make: Make, watch: Watch) -> Iterator[Candidate]:
    lines = data[: 4 * _CONTEXT].decode(found.encoding or "utf-8", errors="replace").splitlines()
    for candidate in read_as("csv", {}, snapshot, make):
        first = candidate.rows[0].locator.rsplit(" ", 1)[-1] if candidate.rows else ""
        above = int(first) - 2 if first.isdigit() else 0  # banner lines: those above the header
        candidate.context = f"{_name(snapshot.url)} {clip(' '.join(lines[: max(above, 0)]), _CONTEXT)}"
        if found.delimiter not in (None, ",") and found.format in (Format.CSV, Format.TSV):
            candidate.pinned["delimiter"] = found.delimiter
        yield candidate


def _workbook(snapshot: Snapshot, data: bytes, found: Sniffed, make: Make, watch: Watch) -> Iterator[Candidate]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            m.name for m in book.sheets_metadata
            if m.typ == calamine.SheetTypeEnum.WorkSheet and m.visible == calamine.SheetVisibleEnum.Visible
        ]  # fmt: skip
    except Exception:
        names = []  # the connector says what is wrong with it
    if not names:
        yield from read_as("xlsx", {}, snapshot, make)
        return
    failed: list[SourceChanged] = []
    if len({moment_of(name) for name in names} - {None}) == len(names):
        names.sort(
            key=lambda name: moment_of(name) or "", reverse=True
        )  # of one list at several times the newest is read
    watch.some(min(MOST, len(names)), len(names))
    for name in names[:MOST]:
        if watch.is_over():
            break
        try:
            for candidate in read_as("xlsx", {"sheet": name}, snapshot, make):
                candidate.pinned = {"sheet": candidate.options.pop("sheet")}
                candidate.place = f"«{name}»"
                candidate.title = name
                candidate.context = f"{_name(snapshot.url)} {name} {_sheet_head(book, name)}"
                yield candidate
        except SourceChanged as error:
            failed.append(error)
    if len(failed) == len(names):
        raise failed[0]


def _sheet_head(book: Any, name: str) -> str:
    try:
        rows = book.get_sheet_by_name(name).to_python(nrows=6)
    except Exception:
        return ""  # only words for the context
    return clip(" ".join(shown(cell) for row in rows for cell in row if cell), _CONTEXT)


def _html(snapshot: Snapshot, data: bytes, found: Sniffed, make: Make, watch: Watch) -> Iterator[Candidate]:
    tree = page(data, Reading(), snapshot.charset, snapshot.url)
    tables = PageTables(tree)
    titles, above = _titles(tree), tables.headings
    failed: list[SourceChanged] = []
    none = True
    empty: list[Candidate] = []
    met: set[str] = set()  # tables of one record each are read with the first of them
    likeliest = tables.likeliest(MOST)
    watch.some(len(likeliest), len(tables.numbers))
    for number in likeliest:
        if f"table {number}" in met:
            continue
        if watch.is_over():
            break
        try:
            for candidate in read_as("html_table", {"table": number}, snapshot, make, tables):
                met.update(row.locator.partition(" row ")[0] for row in candidate.rows)
                candidate.pinned = {"table": candidate.options.pop("table")}
                candidate.place = f"tabla {number}"
                candidate.title = above.get(number, "")
                candidate.context = titles
                if not candidate.rows:
                    empty.append(candidate)
                    continue
                none = False
                yield candidate
        except SourceChanged as error:
            failed.append(error)
    try:
        for candidate in read_as("html_list", {}, snapshot, make):
            candidate.context = f"{titles} {_announced(tree)}"
            said = {name for row in candidate.rows for name, cell in row.values.items() if not is_blank(cell)}
            candidate.columns = [name for name in candidate.columns if name in said and name != "item"]
            none = False
            yield candidate
    except SourceChanged as error:
        failed.append(error)
    from hub.inspect.repeated import repeated

    for selector, columns in () if watch.is_over() else repeated(tree):
        if watch.is_over():
            break
        try:
            for candidate in read_as("html_list", {"selector": selector, "columns": columns}, snapshot, make):
                candidate.context = titles
                candidate.place = selector
                said = {name for row in candidate.rows for name, cell in row.values.items() if not is_blank(cell)}
                candidate.columns = [name for name in candidate.columns if name in said]
                if not any(
                    row.values.get("number") for row in candidate.rows
                ):  # no label: these repeat the whole block
                    whole = {"item", "title", "number", "kind"} - columns.keys()
                    candidate.columns = [c for c in candidate.columns if c not in whole]
                none = False
                yield candidate
        except SourceChanged as error:
            failed.append(error)
    if none and empty and tree.css_first("script") is not None:
        raise SourceChanged(_NO_ROWS, code="NO_TABLE")
    yield from empty
    if none and not empty and failed:
        large = next((error for error in failed if error.code in ("TOO_LARGE", "TOO_DEEP")), None)
        if large is not None:
            raise large
        raise SourceChanged(_SCRIPTED if _is_scripted(tree) else _NO_LIST, code="NO_TABLE")


def _is_scripted(tree: LexborHTMLParser) -> bool:
    """Whether a page has programs and next to no text of its own: they fetch what people see."""
    body = tree.body
    return body is not None and tree.css_first("script") is not None and len(text_of(body, limit=400)) < 200


def _titles(tree: LexborHTMLParser) -> str:
    """Title and headings of a page: what it says it is about."""
    parts = [text_of(node, limit=200) for node in tree.css("title, h1, h2, h3, caption, legend")[:20]]
    title = tree.css_first("title")
    if title is not None:
        parts.insert(0, tidy(title.text()))
    return clip(" ".join(parts), _CONTEXT)


def _announced(tree: LexborHTMLParser) -> str:
    """The sentences that a list stands under: «Se integra por cuatro compromisos:»."""
    said = []
    for holder in tree.css("ol, ul"):
        above = holder.prev
        while above is not None and above.tag in ("-text", "-comment"):
            above = above.prev
        if above is not None and above.tag == "p" and (text := text_of(above, limit=300)).endswith(":"):
            said.append(text)
    return clip(" ".join(said), _CONTEXT)


def _json(snapshot: Snapshot, data: bytes, found: Sniffed, make: Make, watch: Watch) -> Iterator[Candidate]:
    if found.format is Format.JSONL:
        yield from read_as("json", {}, snapshot, make)
        return
    text = data.decode(found.encoding or "utf-8", errors="replace").lstrip("\ufeff")
    paths = list(islice(json_lists.paths(text), MOST))
    if not paths or json_lists.is_of_known_shape(text):
        for candidate in read_as("json", {}, snapshot, make):
            candidate.context = f"{_name(snapshot.url)} {paths[0][1] if paths else ''}"
            yield candidate
        return
    for path, words in paths:
        if watch.is_over():
            break
        options = {"rows": path} if path else {}
        try:
            for candidate in read_as("json", options, snapshot, make):
                candidate.place = path or None
                candidate.context = f"{_name(snapshot.url)} {words}"
                yield candidate
        except SourceChanged:
            continue


def _pdf(snapshot: Snapshot, data: bytes, found: Sniffed, make: Make, watch: Watch) -> Iterator[Candidate]:
    for candidate in read_as("pdf_table", {}, snapshot, make):
        candidate.context = _name(snapshot.url)
        yield candidate


def _name(url: str) -> str:
    """The words of an address: its path without signs."""
    return " ".join(
        url.rsplit("//", 1)[-1].replace("%20", " ").replace("/", " ").replace("_", " ").replace("-", " ").split()[-6:]
    )


_READERS: dict[Format, Callable[[Snapshot, bytes, Sniffed, Make, Watch], Iterable[Candidate]]] = {
    Format.CSV: _csv, Format.TSV: _csv, Format.TEXT: _csv, Format.XLSX: _workbook, Format.XLS: _workbook,
    Format.ODS: _workbook, Format.HTML: _html, Format.JSON: _json, Format.JSONL: _json, Format.PDF: _pdf,
}  # fmt: skip
_NO_TIME = (
    "Tiene tantas tablas o listas que revisarlas tomaría demasiado: indique el conector y cuál es la tabla (opción «table» o "
    "«selector»), o publique los compromisos como archivo CSV o XLSX."
)
_NO_LIST = "La página no tiene ninguna tabla ni lista de compromisos."
_SCRIPTED = (
    "La página arma su contenido con un programa (JavaScript), y sin él no trae ninguna lista: indique la dirección de los "
    "datos que ese programa pide (una API o un archivo)."
)
_NO_ROWS = (
    "La tabla de la página no trae ninguna fila. Si la llena un programa (JavaScript), indique la dirección de los datos que ese "
    "programa pide (una API o un archivo); si no, publique sus filas en la página misma."
)
_NOTHING = dict.fromkeys(
    (Format.CSV, Format.TSV, Format.XLSX, Format.XLS, Format.ODS),
    "Ninguna fila nombra las columnas: ponga encima de los datos una con sus nombres (Compromiso, Dependencia responsable, Estatus, Avance).",
)
_UNREADABLE = {
    Format.EMPTY: "El archivo está vacío.",
    Format.ZIP: "Es un archivo comprimido (ZIP, GZ u otro) sin hoja de cálculo: publique el archivo de datos por sí mismo.",
    Format.XML: "Es XML, que el hub no lee: publique los compromisos como CSV, hoja de cálculo (.xlsx, .ods) o JSON.",
    Format.SCRIPT: "Es un programa (JavaScript o JSONP) con datos dentro: publique esos datos como JSON, sin nombre ni función alrededor.",
    Format.BINARY: "Es un archivo binario (imagen, programa u otro): no contiene datos que se puedan leer.",
}
