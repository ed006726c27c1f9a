"""JSON and JSON Lines: a JMESPath to the rows, or the likeliest array of objects. Numbers stay as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator

from connectors.base import Cell, DraftKind, Options, Row, Snapshot, SourceChanged
from connectors.encoding import double_encoded, repaired
from connectors.entities import References
from connectors.grid import GridOptions, Shape, tabulate
from connectors.header import Line
from connectors.json_nested import above, grouped, within
from connectors.json_pages import left_out
from connectors.json_shapes import Shaped, grid, lifted, table
from connectors.json_values import plain_value
from connectors.limits import refuse_rows
from connectors.mapping import find_column
from connectors.sniff import Format, sniff
from connectors.synonyms import best_fields
from connectors.table import Reading, TableConnector
from connectors.text import clip

MAX_DEPTH = 8
"""Levels of nested objects that become dotted columns; what is deeper stays one cell."""
_MAX_INT_DIGITS = 18


class JsonOptions(Options):
    """Options of `json`."""

    kind: DraftKind = Field(
        default="commitment", description="qué es cada fila: commitment, plan, exercise, total o event"
    )
    rows: str | None = Field(default=None, description="ruta JMESPath a las filas, p. ej. data[].attributes")

    @field_validator("rows")
    @classmethod
    def _compiles(cls, rows: str | None) -> str | None:
        if rows is not None:
            try:
                jmespath.compile(rows)
            except (JMESPathError, RecursionError) as error:
                raise ValueError(f"no es una ruta JMESPath ({clip(str(error), 80)})") from error
        return rows


class JsonRows(TableConnector[JsonOptions]):
    """A JSON document or JSON Lines."""

    name: ClassVar[str] = "json"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[JsonOptions]] = JsonOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        yield from read_json(snapshot.read(), self.options, reading, charset=snapshot.charset, alone=True)


def read_json(
    data: bytes, options: JsonOptions, reading: Reading, *, charset: str | None = None, alone: bool = False
) -> Iterator[Row]:
    """The rows of a JSON body.

    Args:
        alone: whether nobody asks for the pages behind this one, so that what is left out is reported.

    Raises:
        SourceChanged: it is not JSON, is nested beyond reading, or has nothing at the path.
    """
    found = sniff(data, declared=charset)
    if found.format is Format.EMPTY:
        raise SourceChanged("El archivo está vacío.", code="EMPTY_FILE")
    if found.format is Format.HTML:
        raise SourceChanged("La dirección responde una página web (HTML) en lugar de JSON.", code="HTML_INSTEAD")
    if found.encoding is None:
        raise SourceChanged(
            f"La dirección responde un archivo {found.format.value.upper()} en lugar de JSON.", code="WRONG_FORMAT"
        )
    reading.notes.extend(found.notes)
    text = data.decode(found.encoding, errors="replace").lstrip("\ufeff")
    mojibake = double_encoded(text[:1_000_000])
    if mojibake is not None:
        reading.notes.append(mojibake)
        text = repaired(text)
    try:
        yield from _rows(text, found.format, options, reading, alone)
    except RecursionError as error:
        raise SourceChanged("El JSON está anidado a una profundidad que no se puede leer.", code="TOO_DEEP") from error


def _rows(text: str, format_: Format, options: JsonOptions, reading: Reading, alone: bool) -> Iterator[Row]:
    decoder = _Decoder()
    document = decoder.lines(text) if format_ is Format.JSONL else decoder.unwrapped(decoder.document(text))
    if options.rows is None and (lines := grid(document)) is not None:
        shape = Shape(GridOptions(kind=options.kind), reading.expected, may_lie=True)
        yield from tabulate(
            [Line(number, line) for number, line in enumerate(lines, 1)], shape, reading.notes, reading.on_header
        )
        return
    records, places, where = _select(document, options.rows, reading)
    if alone and (left := left_out(document, len(records))) is not None:
        reading.note(
            "PARTIAL_LIST",
            f"{left}: los demás no se leyeron. Indique una dirección que los dé todos, o el conector de esa plataforma (ckan, dkan), que pide las páginas.",
        )
    refuse_rows(len(records))
    pointers = _pointers(document, places)
    around = above(document, places)
    flat = [around.get(id(place), {}) | flatten(record) for place, record in zip(places, records, strict=True)]
    if "&" in text:
        _write_out(flat, reading)
    _paths(records, flat, reading)
    columns = list(dict.fromkeys(column for row in flat for column in row))
    if records:
        reading.titles.extend(_states_of(document))
        reading.header(columns, (where,))
    for number, (place, row) in enumerate(zip(places, flat, strict=True), 1):
        locator = pointers.get(id(place), f"item {number}")
        yield Row({column: row.get(column) for column in columns}, locator, options.kind)
    decoder.report(reading)


def _states_of(document: Any) -> list[str]:
    """What a document says of itself beside its list, where the name says that it is a state: ``{"estado": "Jalisco"}``."""
    members = document.items() if isinstance(document, dict) else ()
    return [cell for key, cell in members if isinstance(cell, str) and "state" in best_fields([key])]


def _where(error: ValueError) -> str:
    """Where a document stops being JSON; one that stops at its end came incomplete."""
    if not isinstance(error, json.JSONDecodeError):
        return ""
    at = f"línea {error.lineno}, columna {error.colno}"
    cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
    return f": se corta a la mitad ({at}); llegó incompleto" if cut else f" ({at})"


class _Decoder:
    """Reads JSON keeping a number's own writing where a float would lose it, and counting what is odd."""

    def __init__(self) -> None:
        self.duplicates: list[str] = []
        self.constants = 0

    def document(self, text: str) -> Any:
        try:
            return json.loads(
                text,
                parse_float=_number,
                parse_int=_integer,
                parse_constant=self._constant,
                object_pairs_hook=self._object,
            )
        except ValueError as error:
            raise SourceChanged(f"El contenido no es JSON válido{_where(error)}.", code="INVALID_JSON") from error

    def unwrapped(self, document: Any) -> Any:
        """A document that was written as a text inside another one, as ASP.NET's services do: ``{"d": "[{…}]"}``."""
        inner = next(iter(document.values())) if isinstance(document, dict) and len(document) == 1 else document
        return self.document(inner) if isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{") else document

    def lines(self, text: str) -> list[Any]:
        found = []
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    found.append(self.document(line))
                except SourceChanged as error:
                    raise SourceChanged(f"La línea {number} no es JSON válido.", code="INVALID_JSON") from error
        return found

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            self.duplicates.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return found

    def _constant(self, _name: str) -> None:
        self.constants += 1

    def report(self, reading: Reading) -> None:
        if self.duplicates:
            keys = ", ".join(f"«{clip(key, 40)}»" for key in dict.fromkeys(self.duplicates))
            reading.note("DUPLICATE_KEY", f"Hay objetos con la misma clave dos veces ({keys}): se leyó la última.")
        if self.constants:
            reading.note(
                "NOT_A_NUMBER",
                f"Hay {self.constants} valores NaN o Infinity, que JSON no admite: se leyeron como vacíos.",
            )


def _number(text: str) -> float | str:
    """A float, or the text itself where the float would be written otherwise: ``1.10`` is a number of a paragraph, not 1.1."""
    value = float(text)
    return value if repr(value) == text else text


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_INT_DIGITS else text


def _select(document: Any, path: str | None, reading: Reading) -> tuple[list[Any], list[Any], str]:
    """The records, the values of the document they were read from, and their path. A declared path is followed to the letter."""
    if path is not None:
        try:
            found = jmespath.search(path, document)
        except JMESPathError as error:
            raise SourceChanged(
                f"La ruta «{path}» no se puede aplicar a este JSON: {clip(str(error))}.", code="NO_ROWS_PATH"
            ) from error
        if found is None:
            raise SourceChanged(f"El JSON no tiene nada en la ruta «{path}».", code="NO_ROWS_PATH")
        records = found if isinstance(found, list) else [found]
        if any(not isinstance(record, dict) for record in records):
            raise SourceChanged(f"En la ruta «{path}» no hay objetos, sino valores sueltos.", code="NO_ROWS_PATH")
        return records, records, path
    where, guessed = _best_array(document, reading.expected)
    if guessed is None:
        if _is_empty(document):
            return [], [], ""
        raise SourceChanged(
            "El JSON no contiene ninguna lista de objetos; declare la opción «rows».", code="NO_ROWS_PATH"
        )
    if where:
        reading.note("JSON_ROWS_GUESSED", f"Se leyó la lista «{where}»; declare la opción «rows» para fijarla.", "INFO")
    if guessed.odd:
        reading.note("RAGGED_ROW", f"Hay {guessed.odd} filas con más o menos celdas que columnas.")
    records, member = lifted(guessed.records, reading.expected)
    if member is not None:
        reading.note("JSON_SHAPE", f"Los datos de cada registro se leyeron de su miembro «{member}».", "INFO")
    return records, guessed.places, where


def _best_array(document: Any, expected: Sequence[str] = ()) -> tuple[str, Shaped | None]:
    """The likeliest list of objects: of the columns that a mapping names, of known names, then the shallowest, then the longest."""
    best: tuple[tuple[int, int, int, int], str, Shaped] | None = None
    queue: list[tuple[Any, str, int]] = [(document, "", 0)]
    while queue:
        node, path, depth = queue.pop(0)
        shaped = table(node)
        found = shaped or _as_records(node)
        if found is not None:
            names = list(flatten(lifted(found.records)[0][0]))
            waited_for = sum(find_column(name, names) is not None for name in expected)
            rank = (waited_for, len(best_fields(names)), -depth, len(found.records))
            if best is None or rank > best[0]:
                best = (rank, path, found)
        if depth < 6 and shaped is None:  # the description of a table's columns is no list of records
            queue.extend(_children(node, path, depth))
            if isinstance(node, list) and found is not None:
                queue.extend((inner, deeper, depth + 1) for deeper, _, inner in within(node, path))
    if best is None:
        return "", None
    return best[1], best[2]


def _is_empty(document: Any) -> bool:
    """Whether a document is a list without entries, or holds such lists and none with entries."""
    lists: list[list[Any]] = []
    queue: list[tuple[Any, int]] = [(document, 0)]
    while queue:
        node, depth = queue.pop()
        if isinstance(node, list):
            lists.append(node)
        elif isinstance(node, dict) and depth < 6:
            queue.extend((child, depth + 1) for child in node.values())
    return bool(lists) and not any(lists)


def _as_records(node: Any) -> Shaped | None:
    """The objects of a list, or of an object whose members are all alike (records by key), or are lists of records alike."""
    if (records := grouped(node)) is not None:
        return Shaped(records, records)
    if isinstance(node, dict) and len(node) >= 3:
        members = list(node.values())
        if all(isinstance(item, dict) and len(item) > 1 and set(item) & set(members[0]) for item in members):
            return Shaped(members, members)
        return None
    if isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        return Shaped(list(node), node)
    return None


def _children(node: Any, path: str, depth: int) -> list[tuple[Any, str, int]]:
    if isinstance(node, dict):
        return [
            (child, f"{path}.{key}" if path else key, depth + 1)
            for key, child in node.items()
            if isinstance(child, dict | list)
        ]
    if isinstance(node, list) and node and isinstance(node[0], dict) and len(node) == 1:
        return [
            (child, f"{path}[0].{key}", depth + 1) for key, child in node[0].items() if isinstance(child, dict | list)
        ]
    return []


def flatten(record: dict[str, Any]) -> dict[str, Cell]:
    """Nested objects as dotted columns; lists stay cells."""
    flat: dict[str, Cell] = {}
    stack: list[tuple[str, Any, int]] = [("", record, 0)]
    while stack:
        path, node, depth = stack.pop()
        node = plain_value(node)
        if isinstance(node, dict) and node and depth < MAX_DEPTH:
            stack.extend((f"{path}.{key}" if path else key, child, depth + 1) for key, child in reversed(node.items()))
        else:
            flat[path] = node if node != {} else None
    return flat


def _write_out(flat: list[dict[str, Cell]], reading: Reading) -> None:
    """Character references of HTML in the cells that are texts, or lists of texts, as what they stand for."""
    references = References()
    for row in flat:
        for name, cell in row.items():
            if isinstance(cell, str):
                row[name] = references.written_out(cell)
            elif isinstance(cell, list):
                row[name] = [references.written_out(item) if isinstance(item, str) else item for item in cell]
    if (note := references.note()) is not None:
        reading.notes.append(note)


def _paths(records: list[Any], flat: list[dict[str, Cell]], reading: Reading) -> None:
    """Columns that the mapping writes as a JMESPath inside a record, e.g. ``metas[].titulo``."""
    for name in reading.expected:
        if not any(mark in name for mark in "[|*"):
            continue
        try:
            path = jmespath.compile(name)
            for record, row in zip(records, flat, strict=True):
                row[name] = path.search(record)
        except JMESPathError as error:
            raise SourceChanged(f"«{name}» no es una ruta JMESPath válida.", code="RENAMED_COLUMN") from error


def _pointers(document: Any, records: list[Any]) -> dict[int, str]:
    """JSON pointers of the objects that were selected, told by identity: JMESPath gives no places."""
    wanted = {id(record) for record in records}
    found: dict[int, str] = {}
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack and len(found) < len(wanted):
        node, pointer = stack.pop()
        if id(node) in wanted:
            found.setdefault(id(node), pointer or "/")
        if isinstance(node, dict):
            stack.extend(
                (child, f"{pointer}/{_escape(key)}") for key, child in node.items() if isinstance(child, dict | list)
            )
        elif isinstance(node, list):
            stack.extend(
                (child, f"{pointer}/{index}") for index, child in enumerate(node) if isinstance(child, dict | list)
            )
    return found


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
