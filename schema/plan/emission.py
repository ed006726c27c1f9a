"""From the pieces of an object to a finished SELECT, and from its rows to JSON."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import Any, NamedTuple, Protocol

import apsw

from hub.readmodel.columns import Family, Wanted
from hub.readmodel.reader import MEMO_TEXTS, Space
from schema.plan.run import NotPlannedError, Run

Fill = Callable[..., bytes]


@dataclass(frozen=True, slots=True)
class Lit:
    """Text of the answer that no row changes."""

    text: str


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of the answer that SQL gives as text; NULL where the row breaks a promise of the schema."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A piece that Python gives: `fill(run, *cells)`. Where the object around it is null, the first cell is."""

    cells: tuple[str, ...]
    fill: Fill


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece that the file holds by column (`hub.readmodel.columns`), or what `fill` makes of the cell there."""

    name: str
    fill: Remembered | None = None


Piece = Lit | Sql | Hole | Cell


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same pieces with neighbouring literals made one."""
    waiting = ""
    for piece in pieces:
        if isinstance(piece, Lit):
            waiting += piece.text
            continue
        if waiting:
            yield Lit(waiting)
            waiting = ""
        yield piece
    if waiting:
        yield Lit(waiting)


def concatenated(pieces: Sequence[Piece]) -> str:
    """The SQL of pieces without holes."""
    parts = [quoted(p.text) if isinstance(p, Lit) else p.text for p in merged(iter(pieces)) if isinstance(p, Lit | Sql)]
    return " || ".join(parts) or "''"


class Gap(NamedTuple):
    """A part of a row's JSON that rows differ in.

    Attributes:
        place: which part it is.
        fill: what makes it; None where it is text already.
        cells: the cells of the statement's row that it takes; none where the columns hold it.
        column: the column that holds it, or "".
    """

    place: int
    fill: Fill | None
    cells: slice
    column: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """A finished SELECT: each row is the JSON of one object, after its gaps are filled.

    Attributes:
        sql: the statement; "" where the columns hold everything.
        outline: what a row's JSON is made of, in order: text that no row changes, and b"" where there is a gap.
        gaps: what stands in the others, in order.
        wanted: the cells of the columns, in order.
    """

    sql: str
    outline: tuple[bytes, ...]
    gaps: tuple[Gap, ...]
    wanted: tuple[Wanted, ...]

    @property
    def still(self) -> bool:
        """Whether a row's JSON is the same for a whole version of the data, whoever asks."""
        return all(gap.fill is None or isinstance(gap.fill, Remembered) for gap in self.gaps)

    @property
    def identity(self) -> str:
        """What two emissions share only if they write the same of the same row; of those that are `still`."""
        fills = [(gap.place, gap.column, getattr(gap.fill, "identity", "")) for gap in self.gaps]
        return f"{self.sql}\n{self.outline}\n{fills}"

    def page(self, run: Run, space: Space, ids: Sequence[int], as_of: str | None) -> list[bytes]:
        """The JSON of the rows of a page, whose statement takes ``:ids``.

        Raises:
            NotPlannedError: a row is missing, or breaks a promise of the schema.
        """
        return self._joined(self._cells(run, self._rows(run, ids, as_of), space, ids)) if ids else []

    def array(self, run: Run, space: Space, ids: Sequence[int], as_of: str | None) -> bytes:
        """The same as one JSON array, without the text of any row being put together by itself.

        Raises:
            NotPlannedError: as `page` does.
        """
        opening = self.outline[0]
        if not ids or not opening:
            return b"[" + b",".join(self.page(run, space, ids, as_of)) + b"]"
        texts = [b"," + opening, *self.outline[1:]] * len(ids)
        for place, cells in self._cells(run, self._rows(run, ids, as_of), space, ids):
            texts[place :: len(self.outline)] = cells
        texts[0] = b"[" + opening
        texts.append(b"]")
        return b"".join(texts)

    def _rows(self, run: Run, ids: Sequence[int], as_of: str | None) -> list[Any]:
        """What the statement says of the rows of a page."""
        if not self.sql:
            return []
        rows: list[Any] = run.rows(self.sql, {"ids": apsw.carray(array("i", ids)), "as_of": as_of}).fetchall()
        if len(rows) != len(ids):
            raise NotPlannedError("a row of the page is missing")
        return rows

    def texts(self, run: Run, bindings: Mapping[str, Any]) -> list[bytes]:
        """The JSON of each row.

        Raises:
            NotPlannedError: a row breaks a promise of the schema; the executed path says which.
        """
        # Rows are fetched first: a gap may run the same statement again.
        rows: list[Any] = run.rows(self.sql, bindings).fetchall()
        if len(rows) == 1:
            return [self._one(run, rows[0])]
        return self._joined(self._cells(run, rows)) if rows else []

    def _one(self, run: Run, row: Sequence[Any]) -> bytes:
        """The JSON of one row of the statement."""
        texts = list(self.outline)
        for place, fill, cells, _ in self.gaps:
            given = row[cells]
            texts[place] = _whole(given)[0] if fill is None else fill(run, *given)
        return b"".join(texts)

    def _joined(self, found: Iterable[tuple[int, Iterable[bytes]]]) -> list[bytes]:
        """Each row's text, from those of its gaps."""
        columns: list[Iterable[bytes]] = [repeat(part) for part in self.outline]
        for place, cells in found:
            columns[place] = cells
        return list(map(b"".join, zip(*columns, strict=False)))

    def _cells(
        self, run: Run, rows: Sequence[Sequence[Any]], space: Space | None = None, ids: Sequence[int] = ()
    ) -> Iterator[tuple[int, Sequence[bytes]]]:
        """Of each gap its place, and its text in every row."""
        columns = list(zip(*rows, strict=True))
        held = iter(space.columns.reader(self.wanted).read(ids)) if space is not None and self.wanted else iter(())
        for place, fill, taken, column in self.gaps:
            if column:
                assert space is not None
                cells = next(held)
                yield place, fill.held(run, space.columns, column, cells) if isinstance(fill, Remembered) else cells
                continue
            given = columns[taken]
            if fill is None:
                yield place, _whole(given[0])
            elif isinstance(fill, Remembered):
                yield place, fill.column(run, given[0])
            else:
                yield place, [fill(run, *each) for each in zip(*given, strict=True)]


def _whole(cells: Sequence[bytes | None]) -> Sequence[bytes]:
    if None in cells:
        raise NotPlannedError("a row without a promised value")
    return cells  # type: ignore[return-value]


def emission(statement: HasJoins, pieces: Iterator[Piece], source: str, rest: str) -> Emission:
    """The SELECT of pieces.

    Args:
        source: what stands after FROM; the statement's joins follow it.
        rest: WHERE, ORDER BY and LIMIT.
    """
    found = list(merged(pieces))
    if not any(isinstance(piece, Hole | Cell) for piece in found):
        found = [Sql(concatenated(found))]
    cells: list[str] = []
    outline: list[bytes] = []
    gaps: list[Gap] = []

    def gap(sql: Sequence[str], fill: Fill | None, column: str = "") -> None:
        gaps.append(Gap(len(outline), fill, slice(len(cells), len(cells) + len(sql)), column))
        cells.extend(sql)
        outline.append(b"")

    for apart, group in groupby(found, lambda piece: isinstance(piece, Hole | Cell)):
        segment = list(group)
        if apart:
            for piece in segment:
                if isinstance(piece, Hole):
                    gap(piece.cells, piece.fill)
                elif isinstance(piece, Cell):
                    gap((), piece.fill, piece.name)
        elif len(segment) == 1 and isinstance(segment[0], Lit):
            outline.append(segment[0].text.encode())
        else:
            gap((f"CAST({concatenated(segment)} AS BLOB)",), None)
    sql = f"SELECT {', '.join(cells)} FROM {source} {' '.join(statement.joins)} {rest}" if cells else ""
    wanted = tuple((each.column, each.fill is not None) for each in gaps if each.column)
    return Emission(sql, tuple(outline), tuple(gaps), wanted)


class HasJoins(Protocol):
    """What is used of a statement."""

    joins: list[str]


class Remembered:
    """Fills a hole with rows that many others name: each is written once for a version of the data.

    Args:
        made: the JSON of the row with the key ``:key``.
        absent: what stands where no row is named; None: the schema promises one.
    """

    __slots__ = ("_absent", "_made", "identity")

    def __init__(self, made: Emission, absent: bytes | None = None) -> None:
        self._made = made
        self._absent = absent
        self.identity = f"{made.identity} or {absent!r}"

    def __call__(self, run: Run, cell: Any) -> bytes:
        text = run.model.remember(self.identity).get(cell)
        return text if text is not None else self.column(run, (cell,))[0]

    def column(self, run: Run, cells: Sequence[Any]) -> list[bytes]:
        """The same for a column of cells."""
        return self._all(run, run.model.remember(self.identity), cells, None)

    def held(self, run: Run, columns: Family, name: str, numbers: Sequence[int]) -> list[bytes]:
        """The same for rows whose cells the file holds by column, where a number stands for each cell."""
        known = run.model.remember((columns.name, name, self.identity))
        return self._all(run, known, numbers, lambda number: columns.key(name, number))

    def _all(
        self, run: Run, known: dict[Any, bytes], cells: Sequence[Any], key: Callable[[Any], Any] | None
    ) -> list[bytes]:
        try:
            return [known[cell] for cell in cells]
        except KeyError:
            missing = set(cells).difference(known)
        if len(known) + len(missing) > MEMO_TEXTS:
            known.clear()
            missing = set(cells)
        for cell in missing:
            known[cell] = self._write(run, cell if key is None else key(cell))
        return [known[cell] for cell in cells]

    def _write(self, run: Run, cell: Any) -> bytes:
        found = self._made.texts(run, {"key": cell}) if cell is not None else []
        if found:
            return found[0]
        if self._absent is None:
            raise NotPlannedError("a row without a promised value")
        return self._absent


class RememberedList(Remembered):
    """The same for cells that name several rows, with spaces between."""

    __slots__ = ("_each",)

    def __init__(self, made: Emission) -> None:
        super().__init__(made)
        self._each = Remembered(made)
        self.identity = f"lists of {made.identity}"

    def _write(self, run: Run, cell: Any) -> bytes:
        return b"[" + b",".join(self._each.column(run, [int(number) for number in cell.split()])) + b"]"
