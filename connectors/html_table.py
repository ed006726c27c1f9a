"""HTML tables: spans, headers in ``<td>``, several values in one cell, key/value tables, links and classes as columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field
from selectolax.lexbor import SelectolaxError

from connectors.base import Cell, Row, Snapshot, SourceChanged
from connectors.cell_labels import without_labels
from connectors.errors import ConfigError, did_you_mean
from connectors.grid import GridOptions, Shape, header_of, tabulate, titles_of
from connectors.header import Line
from connectors.html_cells import HtmlCell, HtmlGrid
from connectors.html_page import page
from connectors.html_upright import Upright, joined, union, upright
from connectors.legend import Legend, may_need, meaning
from connectors.mapping import find_column
from connectors.page_tables import PageTables
from connectors.sheet_marks import without_letters
from connectors.table import Reading, TableConnector, likeliest, titled, without_title
from connectors.text import clip, is_blank, tidy

HREF = " (href)"
CLASS = "@class"
LEGEND = " (simbología)"
"""After a column's name: what the page's own legend says of its colours, icons or signs."""
TICK = "✔"


class HtmlTableOptions(GridOptions):
    """Options of `html_table`."""

    table: int | Literal["all"] | None = Field(
        default=None, description="número de la tabla en la página, desde 1, o «all»"
    )
    selector: str | None = Field(default=None, max_length=300, description="selector CSS de la tabla")
    orientation: Literal["auto", "horizontal", "vertical"] = Field(
        default="auto", description="«vertical»: una columna de nombres y otra de valores"
    )
    pair: tuple[str, ...] = Field(
        default=(), description="columnas cuyas listas se aparean por posición, una fila cada par"
    )


class HtmlTable(TableConnector[HtmlTableOptions]):
    """The tables of a web page."""

    name: ClassVar[str] = "html_table"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[HtmlTableOptions]] = HtmlTableOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        yield from read_html_table(snapshot.read(), self.options, reading, charset=snapshot.charset, base=snapshot.url)


def read_html_table(
    data: bytes, options: HtmlTableOptions, reading: Reading, *, charset: str | None = None, base: str = ""
) -> Iterator[Row]:
    """The rows of the tables of a page: the one asked for, else every one that has the mapped columns, else the likeliest.

    Raises:
        SourceChanged: it is no page, or has no such table.
    """
    tree = page(data, reading, charset, base)
    try:
        tables = PageTables(tree, options.selector)
    except (ValueError, SelectolaxError) as error:  # lexbor refuses the selector
        raise ConfigError(f"«{options.selector}» no es un selector CSS válido.", key="options.selector") from error
    yield from read_tables(tables, options, reading)


def read_tables(tables: PageTables, options: HtmlTableOptions, reading: Reading) -> Iterator[Row]:
    """As `read_html_table`, of a page that is parsed; the options' selector has chosen the tables already.

    Raises:
        SourceChanged: it has no such table.
    """
    numbers = tables.numbers
    if not numbers:
        title = tables.tree.css_first("title")
        named = f" («{clip(title.text(), 60)}»)" if title is not None and tidy(title.text()) else ""
        raise SourceChanged(
            f"La página{named} no tiene ninguna tabla{' que responda al selector' if options.selector else ''}.",
            code="NO_TABLE",
        )
    reading, asked = without_title(reading)
    if isinstance(options.table, int) and options.table not in numbers:
        raise SourceChanged(f"La página ya no tiene la tabla {options.table}: hay {len(numbers)}.", code="NO_TABLE")
    found = tables.with_its_likes(options.table) if isinstance(options.table, int) else tables.all()
    chosen = _choose(_laid_out(found, options, reading), options, reading)
    above = tables.headings if asked or len(numbers) > 1 else {}
    unclear = any(may_need(cell) for table in chosen for row in table.cells for cell in row)
    known = tables.legend if unclear else {}
    for table in chosen:
        table.legend = known
        rows = _pairs(table.rows(reading), options, reading)
        yield from _titled(rows, above, asked) if asked or above else rows


def _titled(rows: Iterator[Row], above: Mapping[int, str], asked: bool) -> Iterator[Row]:
    """Rows that know the title of the table that they are of, as a column too where the mapping asks for it."""
    for row in rows:
        row.table = above.get(int(row.locator.split(" ", 2)[1]))
        yield from titled([row], row.table) if asked else (row,)


def _laid_out(found: Sequence[HtmlGrid], options: HtmlTableOptions, reading: Reading) -> list[_Table]:
    """Each table as lines under a header; those that stand upright turned, and the tables of one record each joined."""
    if options.orientation == "horizontal":
        groups = []
    elif options.orientation == "vertical":
        groups = [[one] for grid in found if (one := upright(grid, forced=True)) is not None]
    else:
        groups = joined(found)
    first = {group[0].number: group for group in groups}
    turned = {one.number for group in groups for one in group}
    return [
        _turned(first[grid.number], options, reading) if grid.number in first else _Table(grid, options, reading)
        for grid in found
        if grid.number in first or grid.number not in turned
    ]


def _turned(group: Sequence[Upright], options: HtmlTableOptions, reading: Reading) -> _Table:
    labels, records = union(group)
    whole = HtmlGrid(group[0].number, [list(labels), *records], head=1)
    table = _Table(whole, options, reading)
    if len(group) > 1:
        table.of = [one.number for one in group]
        table.shape.prefix = ""
    return table


class _Table:
    """One table laid out as lines, with the extra columns that links and classes make."""

    def __init__(self, grid: HtmlGrid, options: HtmlTableOptions, reading: Reading) -> None:
        grid = without_letters(grid)
        self.number = grid.number
        self.of: list[int] = []
        """The tables that its records were, where each was one of its own."""
        self.legend: Legend = {}
        self.cells = grid.rows
        self.options = options
        self.classed = [name[: -len(CLASS)] for name in reading.expected if name.endswith(CLASS)]
        expected = [_published(name) for name in reading.expected]
        self.shape = Shape(
            options,
            expected,
            grid.merges,
            f"table {grid.number} ",
            *((0, grid.head) if grid.head else (None, None)),
        )
        lines = self.lines()
        if grid.head and not any(not is_blank(c) for line in lines[: grid.head] for c in line.cells):
            self.shape.header_at = self.shape.header_depth = None
        self.header = header_of(lines, self.shape)
        if self.header is not None:
            body = self.cells[self.header.first + self.header.depth :]
            without_labels(body, self.header)
            _tick(body, len(self.header.names))

    @property
    def numbers(self) -> list[int]:
        return self.of or [self.number]

    def lines(self) -> list[Line]:
        if self.of:
            places = [f"table {number} " for number in (self.number, *self.of)]
            return [Line(min(at, 1) + 1, _values(row), places[at]) for at, row in enumerate(self.cells)]
        return [Line(number, _values(row)) for number, row in enumerate(self.cells, 1)]

    def rows(self, reading: Reading) -> Iterator[Row]:
        """The rows, each with ``X (href)`` for a column with links and ``X@class`` where the mapping asks for it,
        or, without a mapping, where classes are all that a column tells."""
        if self.header is None:
            return
        names = self.header.names
        start = self.header.first + self.header.depth
        linked = [i for i, name in enumerate(names) if name and any(_has_link(row, i) for row in self.cells[start:])]
        marked = {find_column(name, self.header.columns) for name in self.classed}
        asked = bool(reading.expected)
        classed = [
            i
            for i, name in enumerate(names)
            if name and (name in marked if asked else _tells_by_class(self.cells[start:], i))
        ]
        body = self.cells[start:]
        meant = [i for i, name in enumerate(names) if name and _by_legend(body, i, self.legend)]
        extra = [f"{names[i]}{HREF}" for i in linked] + [f"{names[i]}{CLASS}" for i in classed]
        extra += [f"{names[i]}{LEGEND}" for i in meant]
        if meant:
            said = ", ".join(f"«{clip(names[i] or '', 40)}»" for i in meant)
            reading.note(
                "LEGEND", f"Lo que {said} dice por color o símbolo se leyó con la simbología de la página.", "INFO"
            )
        lines = self.lines()
        reading.header([*self.header.columns, *extra], titles_of(lines[: self.header.first]))
        at = {f"{self.shape.prefix}{line.place}row {line.number}": index for index, line in enumerate(lines)}
        for row in tabulate(lines, self.shape, reading.notes):
            cells = self.cells[at[row.locator]]
            for i in linked:
                row.values[f"{names[i]}{HREF}"] = _one_or_list(_at(cells, i).hrefs) if _at(cells, i) else None  # type: ignore[union-attr]
            for i in classed:
                found = _at(cells, i)
                row.values[f"{names[i]}{CLASS}"] = (found.classes or None) if found else None
            for i in meant:
                row.values[f"{names[i]}{LEGEND}"] = meaning(_at(cells, i), self.legend)
            yield row


def _published(name: str) -> str:
    """The column of the publisher that a mapped one is made of."""
    return re.sub(r" \((?:href|simbología)\)$|@class$", "", name)


def _values(row: Sequence[HtmlCell | None]) -> list[Cell]:
    return [_value(cell) for cell in row]


def _value(cell: HtmlCell | None) -> Cell:
    if cell is None or not cell.text:
        return None
    return list(cell.items) if len(cell.items) > 1 else cell.text


def _one_or_list(items: list[str]) -> Cell:
    return items[0] if len(items) == 1 else (list(items) or None)


def _tick(rows: Sequence[Sequence[HtmlCell | None]], width: int) -> None:
    """Give the cells of a column the sign ✔ that it shows by a picture: without a word, some with the same picture, some with none.

    Pictures of several kinds tell by what they are (`_tells_by_class`), and one that links is a link.
    """
    for index in range(width):
        cells = [cell for row in rows if (cell := _at(row, index)) is not None]
        shown = [cell for cell in cells if cell.pictured]
        if not shown or any(cell.text or cell.hrefs for cell in cells) or len({cell.classes for cell in shown}) > 1:
            continue
        if len(shown) < len(cells) or not shown[0].classes or _is_any_empty(rows, width):
            for cell in shown:
                cell.text = TICK


def _is_any_empty(rows: Sequence[Sequence[HtmlCell | None]], width: int) -> bool:
    """Whether a column has neither a word nor a picture: then one with the same picture in each row holds the mark of all."""
    return any(
        all(not (cell.text or cell.pictured) for row in rows if (cell := _at(row, index)) is not None)
        for index in range(width)
    )


def _at(cells: Sequence[HtmlCell | None], index: int) -> HtmlCell | None:
    return cells[index] if index < len(cells) else None


def _by_legend(rows: Sequence[Sequence[HtmlCell | None]], index: int, known: Legend) -> bool:
    """Whether the page's legend says what nearly all cells of a column mean, and more than one thing."""
    if not known:
        return False
    cells = [cell for row in rows if (cell := _at(row, index)) is not None]
    explained = sum(meaning(cell, known) is not None for cell in cells)
    silent = sum(bool(cell.text or cell.pictured) and meaning(cell, known) is None for cell in cells)
    return explained >= max(1, 4 * silent)


def _has_link(row: Sequence[HtmlCell | None], index: int) -> bool:
    cell = _at(row, index)
    return cell is not None and bool(cell.hrefs)


def _tells_by_class(rows: Sequence[Sequence[HtmlCell | None]], index: int) -> bool:
    """A column without a word whose cells, or what is in them, have classes of more than one kind: traffic lights."""
    cells = [cell for row in rows if (cell := _at(row, index)) is not None]
    return not any(cell.text for cell in cells) and len({cell.classes for cell in cells} - {""}) > 1


def _choose(tables: list[_Table], options: HtmlTableOptions, reading: Reading) -> list[_Table]:
    if isinstance(options.table, int):
        wanted = [table for table in tables if options.table in table.numbers]
        if not wanted:
            raise SourceChanged(f"La página ya no tiene la tabla {options.table}: hay {len(tables)}.", code="NO_TABLE")
        return wanted
    if options.table == "all":
        return [table for table in tables if table.header is not None]
    optional = {_published(name) for name in reading.optional}
    best = likeliest([table.header for table in tables], tables[0].shape.expected, optional)
    if not best:
        raise SourceChanged("Ninguna tabla de la página tiene un encabezado reconocible.", code="NO_TABLE")
    chosen = [tables[index] for index in best]
    left = [str(number) for table in tables if table not in chosen for number in table.numbers]
    if left:
        reading.note("TABLE_SKIPPED", f"Tablas de la página que no se leyeron: {', '.join(left)}.", "INFO")
    return chosen


def _pairs(rows: Iterator[Row], options: HtmlTableOptions, reading: Reading) -> Iterator[Row]:
    """Rows whose lists go together by position, one row a pair; unequal lengths are reported, never shifted in silence."""
    uneven: list[str] = []
    for row in rows:
        if not options.pair:
            yield row
            continue
        columns = [_named(name, row) for name in options.pair]
        lists = {column: _as_list(row.values[column]) for column in columns}
        longest = max(map(len, lists.values()))
        if any(1 < len(items) < longest for items in lists.values()):
            uneven.append(row.locator)
        for index in range(max(longest, 1)):
            values = dict(row.values)
            for column, items in lists.items():
                values[column] = items[index] if index < len(items) else (items[0] if len(items) == 1 else None)
            yield Row(values, f"{row.locator} item {index + 1}" if longest > 1 else row.locator, row.kind)
    if uneven:
        message = (
            f"Celdas que se aparean y no tienen los mismos elementos, en {len(uneven)} filas (la primera, {uneven[0]})."
        )
        reading.note("UNEVEN_PAIR", message)


def _named(name: str, row: Row) -> str:
    found = find_column(name, row.values)
    if found is None:
        raise ConfigError(
            f"La opción «pair» nombra la columna «{name}», que no existe.{did_you_mean(name, row.values)}",
            key="options.pair",
        )
    return found


def _as_list(cell: Cell) -> list[Cell]:
    return cell if isinstance(cell, list) else ([] if cell is None else [cell])
