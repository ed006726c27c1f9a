"""From a grid of cells to rows: header, repetitions, totals, notes, merged cells, ragged lines. Knows no file format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from pydantic import Field

from connectors.base import Cell, DraftKind, Note, Options, Row, SourceChanged
from connectors.errors import ConfigError, did_you_mean
from connectors.header import HEAD_ROWS, Header, Line, Merge, filled, find_header, looks_like_label, unnamed
from connectors.limits import MAX_ROWS, refuse_rows
from connectors.sections import Sections, titles_section
from connectors.sideways import set_up
from connectors.synonyms import best_fields, header_hits
from connectors.text import clip, fold, is_blank, shown

OnHeader = Callable[[Header], None]

MAX_COLUMNS = 2_000
"""Columns with content beyond which no table is read: telling what each is takes long, and no list of records has as many."""

# Matched on the cell as published, in any case: folding every first cell would cost half the reading.
_COUNTED = r"(?:compromisos|acciones|metas|actividades|registros)"
_TOTAL = re.compile(
    rf"\s*(?:(?:sub|gran\s+)?total(?:es)?(?:\s+general)?(?:\s+(?:del?\s+)?(?:eje|apartado)\b.{{0,60}})?|sumas?|promedios?(?:\s+(?:general|total))?)(?:\s+de\s+{_COUNTED})?"
    rf"\s*[:.=]?\s*(?:\d[\d.,]*\s*%?)?\s*{_COUNTED}?\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_TYPES = frozenset({
    "texto", "número", "numérico", "numero", "numerico", "alfanumérico", "fecha", "dd/mm/aaaa", "aaaa-mm-dd", "dd/mm/yyyy", "yyyy-mm-dd", "url", "hipervínculo", "liga", "%",
    "porcentaje", "entero", "decimal", "booleano", "catálogo", "text", "string", "date", "number", "integer", "boolean",
})  # fmt: skip
"""What a row under the header says where it tells the type of each column."""
_FOOT = re.compile(
    r"\s*(?:\*|(?:fuentes?|notas?|elabor[oó]|elaborado|elaboraci[oó]n|fecha de (?:actualizaci[oó]n|corte|elaboraci[oó]n)|corte al?"
    r"|actualizado|[uú]ltima actualizaci[oó]n)\b)",
    re.IGNORECASE,
)
_LEGEND = re.compile(
    r"\s*(?:simbolog[ií]a|leyendas?|nomenclatura|acotaciones|glosario|sem[aá]foro|(?:c[oó]digo|clave|significado) de (?:los )?colores)\s*[:.]?\s*$",
    re.IGNORECASE,
)
"""What announces the explanation of signs and colours."""
_FOOT_LETTERS = frozenset("tTgGsSfFnNeEcCaAuUúÚpPlL* \t\n\r\u00a0")
_WHAT = r"(?:datos?|registros?|resultados?|informaci[oó]n|compromisos?|coincidencias?|data|records?|results?|matching records)"
_NOTHING = re.compile(
    rf"\s*(?:(?:cargando|loading|espere|por favor,? espere|procesando|processing)(?: {_WHAT})?|(?:ning[uú]n|no (?:hay|existen|se encontraron"
    rf"|se han encontrado|se encontr[oó])|sin|no) {_WHAT}(?: (?:disponibles?|encontrad[oa]s?|registrad[oa]s?|(?:que|para|por) mostrar|available"
    r"|found|to display))?(?: (?:en|in) (?:esta|this|la|the)? ?(?:tabla|table))?)\b[^\w]*",
    re.IGNORECASE,
)
"""What a table says in its only cell while, or because, it has no row."""
_UNIT = re.compile(r"\s*(?:\([^()]{1,40}\)|\[[^\[\]]{1,40}\])\s*")
_ODD_STARTS = (
    _FOOT_LETTERS
    | set("([oOiIdDáÁ")
    | set("lL")
    | {letter for word in _TYPES for letter in (word[0], word[0].upper())}
    | set(" \t\n\r\v\f\x1c\x1d\x1e\x1f")
)
"""With what a line may begin that is no row: a total, a note, the types of the columns."""
_LONGEST_LABEL = 200


class GridOptions(Options):
    """Options of every connector that reads a grid of cells."""

    kind: DraftKind = Field(
        default="commitment", description="qué es cada fila: commitment, plan, exercise, total o event"
    )
    header_row: int | None = Field(default=None, ge=1, description="fila del encabezado, contada desde 1")
    header_rows: int | None = Field(default=None, ge=1, le=10, description="cuántas filas tiene el encabezado")
    inherit: tuple[str, ...] = Field(default=(), description="columnas que una fila vacía toma de la anterior")
    keep_totals: bool = Field(default=False, description="leer también las filas de totales y notas")


@dataclass(slots=True)
class Shape:
    """What is known of one grid before it is read."""

    options: GridOptions
    expected: Sequence[str] = ()
    merges: Sequence[Merge] = ()
    prefix: str = ""
    """What stands before ``row 14`` in a locator, e.g. ``sheet 'X' ``."""
    header_at: int | None = None
    """Index of the header's first line where the format itself says so (``<thead>``)."""
    header_depth: int | None = None
    may_lie: bool = False
    """Whether the names of the fields may stand down a column: where lines are handed over as they were published."""


LYING = Note(
    "LYING_TABLE",
    "Los nombres de los campos están en una columna y no en una fila: cada columna se leyó como un registro.",
    "INFO",
)


@dataclass(slots=True)
class _Tally:
    """What was left out or odd, counted so that each is reported once."""

    notes: list[Note]
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, code: str, locator: str, raw: str = "") -> None:
        self.counts[code] = self.counts.get(code, 0) + 1
        self.first.setdefault(code, (locator, raw))

    def report(self) -> None:
        for code, count in self.counts.items():
            locator, raw = self.first[code]
            text, severity = _SAID[code]
            quoted = f" (la primera, {locator}: «{clip(raw)}»)" if raw else f" (la primera, {locator})"
            self.notes.append(Note(code, f"{text}: {count}{quoted}.", severity, raw=clip(raw, 200) or None))


_SAID = {
    "REPEATED_HEADER": ("Filas que repiten el encabezado, omitidas", "INFO"),
    "TOTAL_ROW": ("Filas de totales, omitidas", "INFO"),
    "FOOT_ROW": ("Filas de notas o fuente, omitidas", "INFO"),
    "SHORT_ROW": ("Filas con menos celdas que el encabezado", "INFO"),
    "LONG_ROW": ("Filas con más celdas que el encabezado; quizá falte una comilla o sobre un separador", "WARNING"),
    "INHERITED": ("Celdas que continúan la fila anterior y toman su valor", "INFO"),
    "SECTION_ROW": (
        "Filas que solo titulan una sección; el título que empieza por eje, objetivo o semejante es el eje de las filas de abajo, y una dependencia, la suya",
        "INFO",
    ),
    "NOTHING_ROW": ("Filas que solo dicen que no hay datos o que se están cargando, omitidas", "WARNING"),
    "TYPE_ROW": ("Filas que solo dicen el tipo o la unidad de cada columna, omitidas", "INFO"),
}


def tabulate(
    lines: Iterable[Line], shape: Shape, notes: list[Note], on_header: OnHeader | None = None
) -> Iterator[Row]:
    """The rows of a grid, streamed: only its first `HEAD_ROWS` lines are held.

    Args:
        lines: the physical rows, in order.
        shape: options, expected column names and merged ranges.
        notes: what was left out is reported here, once a kind, when the last row was read.
        on_header: called with each header as it is found, before the rows under it, even when there are none.

    Raises:
        SourceChanged: ``TOO_WIDE``, ``TOO_LARGE``.
    """
    iterator = iter(lines)
    head = list(islice(iterator, HEAD_ROWS))
    if shape.may_lie and len(head) < HEAD_ROWS and (turned := set_up(head, shape.expected)) is not None:
        if LYING not in notes:
            notes.append(LYING)
        head = turned
    header = _header(head, shape)
    if header is None:
        return
    if on_header is not None:
        on_header(replace(header, above=titles_of(head[: header.first])))
    reader = _Reader(header, shape, _Tally(notes), on_header)
    reader.sections.enter_above(head[: header.first])
    body: Iterator[Line] = chain(head[header.first + header.depth :], iterator)
    if shape.merges:
        body = _fill_merged(body, header.first + header.depth, shape.merges)
    yield from reader.read(body)
    reader.tally.report()


def titles_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the rows above a header say."""
    return tuple(dict.fromkeys(clip(shown(line.cells[i]), 300) for line in lines for i in filled(line.cells)))


def _header(head: Sequence[Line], shape: Shape) -> Header | None:
    widest = max((len(filled(line.cells)) for line in head if len(line.cells) > MAX_COLUMNS), default=0)
    if widest > MAX_COLUMNS:
        reason = f"La tabla tiene {widest} columnas y ninguna lista de compromisos pasa de {MAX_COLUMNS}; revise el separador."
        raise SourceChanged(reason, code="TOO_WIDE")
    at, depth = shape.header_at, shape.options.header_rows or shape.header_depth
    if shape.options.header_row is not None:
        at = next((i for i, line in enumerate(head) if line.number >= shape.options.header_row), None)
        if at is None:
            return None
        depth = shape.options.header_rows
    return find_header(head, expected=shape.expected, merges=shape.merges, depth=depth, at=at)


def header_of(lines: Sequence[Line], shape: Shape) -> Header | None:
    """The header that `tabulate` would find: to choose among tables before reading one."""
    return _header(lines[:HEAD_ROWS], shape)


def _fill_merged(lines: Iterable[Line], start: int, merges: Sequence[Merge]) -> Iterator[Line]:
    """Give every row of a vertical merge the value of its first row."""
    by_row: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge.bottom > merge.top:
            for row in range(max(merge.top, start), merge.bottom + 1):
                by_row.setdefault(row, []).append(merge)
    held: dict[Merge, Cell] = {}
    for index, line in enumerate(lines, start):
        for merge in by_row.get(index, ()):
            if merge.left < len(line.cells):
                if index == merge.top or merge not in held:
                    held[merge] = line.cells[merge.left]
                elif is_blank(line.cells[merge.left]):
                    line.cells[merge.left] = held[merge]
                    line.merged |= {merge.left}
        yield line


def _is_title(text: str) -> bool:
    """A word or several: no number or code of a commitment whose own title is missing (“C-05”, “Compromiso 5”)."""
    return (
        text.strip().isalpha()
        or len(_WORD.findall(text)) > 1
        or re.search(r"[^\W\d_]{3} +(?:19|20)\d\d$", text.strip()) is not None
    )


def _is_type(text: str) -> bool:
    """Whether a cell says the type or the unit of its column: «Texto», «(dd/mm/aaaa)», «[%]»."""
    return text.strip().lower() in _TYPES or _UNIT.fullmatch(text) is not None


class _Reader:
    """Reads the lines under a header; a second header after a blank row starts another table."""

    def __init__(self, header: Header, shape: Shape, tally: _Tally, on_header: OnHeader | None) -> None:
        self.shape = shape
        self.tally = tally
        self.on_header = on_header
        self.keep = shape.options.keep_totals
        self.kind = shape.options.kind
        self.wanted = {fold(name) for name in shape.expected}
        self.sections = Sections()
        self._take(header)

    def _take(self, header: Header) -> None:
        self.header = header
        self.names = [name or "" for name in header.names]
        self.width = len(header.names)
        self.under_foot = 0
        """How many cells a line has at the most that belongs to the note or the legend above it; 0: none stands above."""
        self.inherit = [self._position(name) for name in self.shape.options.inherit]
        self.last: dict[int, Cell] = {}
        self.plain = all(self.names) and not self.inherit
        self.numbered = self.width >= 4 and not best_fields(self.names[:1]).keys().isdisjoint(("number", "code"))
        self.first_labels = {next((label for label in row if label), "") for row in header.labels}
        letters = {label[:1] for label in self.first_labels}
        self.odd_starts = _ODD_STARTS | letters | {letter.upper() for letter in letters}

    def _position(self, name: str) -> int:
        for index, column in enumerate(self.header.names):
            if column is not None and fold(column) == fold(name):
                return index
        hint = did_you_mean(name, self.header.columns)
        raise ConfigError(f"La opción «inherit» nombra la columna «{name}», que no existe.{hint}", key="inherit")

    def read(self, lines: Iterable[Line]) -> Iterator[Row]:
        blank, prefix = False, self.shape.prefix
        for count, line in enumerate(lines):
            if count >= MAX_ROWS:
                refuse_rows(count + 1)
            cells = line.cells
            first = cells[0] if cells else None
            if is_blank(first):
                first = next((cell for cell in cells if not is_blank(cell)), None)
                if first is None:
                    blank = True
                    continue
            locator = f"{prefix}{line.place}row {line.number}{line.column}"
            if isinstance(first, str) and (blank or self.under_foot or self._may_be_no_row(first, cells)):
                if self._is_foot(first, cells, locator) or self._is_apart(first, cells, locator):
                    continue
                if (blank or self._starts_like_header(first)) and self._is_header(line, locator):
                    blank = False
                    continue
            blank, self.under_foot = False, 0
            if self.plain and len(cells) == self.width:
                row = Row(dict(zip(self.names, cells, strict=True)), locator, self.kind)
            else:
                row = Row(self._values(cells, filled(cells), locator), locator, self.kind)
            row.section, row.body = self.sections.axis, self.sections.body
            if line.merged:
                row.merged = frozenset(self.names[i] for i in line.merged if i < self.width)
            yield row

    def _may_be_no_row(self, first: str, cells: list[Cell]) -> bool:
        """Whether a line needs a closer look; the first letter and the cell beside it clear nearly every one."""
        start = first[0]
        return start in self.odd_starts or not start.isascii() or (self.numbered and is_blank(cells[1:2] and cells[1]))

    def _starts_like_header(self, first: str) -> bool:
        return len(first) < _LONGEST_LABEL and fold(first) in self.first_labels

    def _is_foot(self, first: str, cells: list[Cell], locator: str) -> bool:
        if self.keep or self.width < 2:
            return False
        if first[0] in _FOOT_LETTERS and _TOTAL.match(first):
            self.tally.add("TOTAL_ROW", locator, " | ".join(shown(cells[i]) for i in filled(cells)))
            return True
        legend = first[0] in _FOOT_LETTERS and _LEGEND.match(first) is not None
        begins = legend or (first[0] in _FOOT_LETTERS and _FOOT.match(first) is not None)
        if self.width >= 3 and len(filled(cells)) <= (2 if begins else self.under_foot):
            self.tally.add("FOOT_ROW", locator, " ".join(shown(cells[i]) for i in filled(cells)))
            self.under_foot = 2 if legend else max(self.under_foot, 1)
            return True
        return False

    def _is_apart(self, first: str, cells: list[Cell], locator: str) -> bool:
        """A section's title alone in the column of numbers (“EJE 1: SALUD”), or the types of the columns."""
        alone = len(filled(cells)) == 1
        if alone and self.numbered and cells[0] is first and _is_title(first):
            self.sections.enter(first)
            self.tally.add("SECTION_ROW", locator, first)
            return True
        if alone and self.width > 1 and _NOTHING.fullmatch(first):
            self.tally.add("NOTHING_ROW", locator, first)
            return True
        if alone and self.width >= 3 and titles_section(first):
            self.sections.enter(first)
            self.tally.add("SECTION_ROW", locator, first)
            return True
        if first.strip().lower() not in _TYPES and not _UNIT.fullmatch(first):
            return False
        places = filled(cells)
        if len(places) < 2 or not all(_is_type(shown(cells[i])) for i in places):
            return False
        self.tally.add("TYPE_ROW", locator, " | ".join(shown(cells[i]) for i in places))
        return True

    def _is_header(self, line: Line, locator: str) -> bool:
        cells = line.cells
        places = filled(cells)
        same = max(
            sum(1 for i in places if i < len(row) and fold(shown(cells[i])) == row[i]) for row in self.header.labels
        )
        if same >= max(1, 0.8 * len(places)) and (len(places) > 1 or self.width == 1):
            self.tally.add("REPEATED_HEADER", locator, shown(cells[places[0]]))
            return True
        if len(places) < 2 or not all(looks_like_label(cells[i]) for i in places):
            return False
        texts = [shown(cells[i]) for i in places]
        hits = max(header_hits(texts), len({fold(t) for t in texts} & self.wanted))
        if hits < 2 or hits * 2 < len(places):
            return False
        found = find_header([line], at=0, depth=1)
        if found is None:
            return False
        self._take(found)
        if self.on_header is not None:
            self.on_header(found)
        return True

    def _values(self, cells: list[Cell], places: list[int], locator: str) -> dict[str, Cell]:
        if len(cells) < self.width:
            self.tally.add("SHORT_ROW", locator)
        values: dict[str, Cell] = {}
        for index, name in enumerate(self.header.names):
            cell = cells[index] if index < len(cells) else None
            if name is not None:
                values[name] = cell
            elif not is_blank(cell):
                values[unnamed(index)] = cell
                self.tally.add("LONG_ROW", locator, shown(cell))
        if places[-1] >= self.width:
            self.tally.add("LONG_ROW", locator, shown(cells[places[-1]]))
            values.update({unnamed(i): cells[i] for i in places if i >= self.width})
        for index in self.inherit:
            name = self.header.names[index] or unnamed(index)
            if is_blank(values.get(name)):
                if not is_blank(self.last.get(index)):
                    values[name] = self.last[index]
                    self.tally.add("INHERITED", locator, shown(self.last[index]))
            else:
                self.last[index] = values[name]
        return values
