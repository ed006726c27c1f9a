"""From the pieces of an object to a finished SELECT, and from its rows to JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import Any, Protocol

from hub.readmodel.reader import MEMO_TEXTS
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


Piece = Lit | Sql | Hole


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
    parts = [quoted(p.text) if isinstance(p, Lit) else p.text for p in merged(iter(pieces)) if not isinstance(p, Hole)]
    return " || ".join(parts) or "''"


@dataclass(frozen=True, slots=True)
class Emission:
    """A finished SELECT: each row is the JSON of one object, after its holes are filled.

    Attributes:
        sql: the statement.
        parts: what a row's JSON is made of, in order: text that no row changes; None, for a cell that is text already; or how
            many cells a hole takes and what fills it.
        whole: where no hole is, the statement that joins all rows into one text and counts them.
    """

    sql: str
    parts: tuple[bytes | tuple[int, Fill] | None, ...]
    whole: str | None = None

    @property
    def still(self) -> bool:
        """Whether a row's JSON is the same for a whole version of the data, whoever asks."""
        return all(not isinstance(part, tuple) or isinstance(part[1], Remembered) for part in self.parts)

    def joined(self, run: Run, bindings: Mapping[str, Any], count: int) -> bytes:
        """The JSON of all rows with commas between them, where there must be so many.

        Raises:
            NotPlannedError: there are others, or one breaks a promise of the schema.
        """
        if self.whole is None:
            texts = self.texts(run, bindings)
            found, text = len(texts), b",".join(texts)
        else:
            ((text, found),) = run.rows(self.whole, bindings)
        if found != count:
            raise NotPlannedError("a row of the page is missing")
        return text or b""

    def texts(self, run: Run, bindings: Mapping[str, Any]) -> list[bytes]:
        """The JSON of each row.

        Raises:
            NotPlannedError: a row breaks a promise of the schema; the executed path says which.
        """
        # Rows are fetched first: a hole may run the same statement again.
        rows: list[Any] = run.rows(self.sql, bindings).fetchall()
        if self.parts == (None,):
            return list(_whole([row[0] for row in rows]))
        if len(rows) == 1:
            return [b"".join(self._row(run, rows[0]))]
        return list(map(b"".join, zip(*self._columns(run, rows), strict=False))) if rows else []

    def _row(self, run: Run, row: Sequence[Any]) -> Iterator[bytes]:
        cells = iter(row)
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            elif part is None:
                yield from _whole((next(cells),))
            else:
                width, fill = part
                yield fill(run, next(cells)) if width == 1 else fill(run, *[next(cells) for _ in range(width)])

    def _columns(self, run: Run, rows: Sequence[Sequence[Any]]) -> Iterator[Iterable[bytes]]:
        columns = list(zip(*rows, strict=True))
        place = 0
        for part in self.parts:
            if isinstance(part, bytes):
                yield repeat(part)
            elif part is None:
                yield _whole(columns[place])
                place += 1
            else:
                width, fill = part
                cells = columns[place : place + width]
                place += width
                if isinstance(fill, Remembered):
                    yield fill.column(run, cells[0])
                else:
                    yield [fill(run, *each) for each in zip(*cells, strict=True)]


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
    tables = f"FROM {source} {' '.join(statement.joins)} {rest}"
    if not any(isinstance(piece, Hole) for piece in found):
        text = concatenated(found)
        whole = f"SELECT CAST(group_concat(coalesce({text}, hub_broken()), ',') AS BLOB), count(*) {tables}"
        return Emission(f"SELECT CAST({text} AS BLOB) {tables}", (None,), None if rest else whole)
    cells: list[str] = []
    parts: list[bytes | tuple[int, Fill] | None] = []
    for is_hole, group in groupby(found, lambda piece: isinstance(piece, Hole)):
        if is_hole:
            for hole in group:
                assert isinstance(hole, Hole)
                cells.extend(hole.cells)
                parts.append((len(hole.cells), hole.fill))
            continue
        segment = list(group)
        if len(segment) == 1 and isinstance(segment[0], Lit):
            parts.append(segment[0].text.encode())
        else:
            cells.append(f"CAST({concatenated(segment)} AS BLOB)")
            parts.append(None)
    return Emission(f"SELECT {', '.join(cells)} {tables}", tuple(parts))


class HasJoins(Protocol):
    """What is used of a statement."""

    joins: list[str]


class Remembered:
    """Fills a hole with rows that many others name: each is written once for a version of the data.

    Args:
        made: the JSON of the row with the key ``:key``.
        absent: what stands where no row is named; None: the schema promises one.

    Attributes:
        kind: under what the rows are remembered: all that their text hangs on but the data.
    """

    __slots__ = ("_absent", "_made", "kind")

    def __init__(self, made: Emission, absent: bytes | None = None) -> None:
        self._made = made
        self._absent = absent
        # The statement alone does not tell one selection from another: names of fields stand between its cells, and
        # what an object within selects stands in the hole that it fills.
        between = [part[1].kind if isinstance(part, tuple) else part for part in made.parts]  # type: ignore[attr-defined]
        self.kind = repr((made.sql, between, absent))

    def __call__(self, run: Run, cell: Any) -> bytes:
        text = run.model.remember(self.kind).get(cell)
        return text if text is not None else self.column(run, (cell,))[0]

    def column(self, run: Run, cells: Sequence[Any]) -> list[bytes]:
        """The same for a column of cells."""
        known = run.model.remember(self.kind)
        try:
            return [known[cell] for cell in cells]
        except KeyError:
            missing = set(cells).difference(known)
        if len(known) + len(missing) > MEMO_TEXTS:
            known.clear()
            missing = set(cells)
        for cell in missing:
            known[cell] = self._write(run, cell)
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

    __slots__ = ()

    def _write(self, run: Run, cell: Any) -> bytes:
        known = run.model.remember(self.kind)
        texts = []
        for number in cell.split():
            key = int(number)
            if key not in known:
                known[key] = super()._write(run, key)
            texts.append(known[key])
        return b"[" + b",".join(texts) + b"]"
