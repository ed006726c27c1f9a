"""What pages show of a row, kept by column beside the tables: each cell is the JSON that stands in an answer.

A page of fifty rows is fifty walks down a tree of large pages when it is read from the tables. Here a column is one stretch of
the file, mapped into memory, and a cell is one look at it. The columns stand behind SQLite's last page, so that the file stays
one file: SQLite reads as many pages as its header says and no further.

Layout, after the last page: the columns' stretches, a directory of them in JSON, its length (8 bytes, little-endian), `MAGIC`.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec

from hub.readmodel.entries import ReadModelError

MAGIC = b"HUBCOLS1"
NOBODY = -1
"""The cell of a `ROWS` column that names no row."""
FEW = 4096
"""So many words of a column are held in memory; of more, each is read where it stands."""
_TRAILER = 8 + len(MAGIC)


class Kind(Enum):
    """How the cells of a column are kept."""

    TEXT = "text"
    """Nearly every row has its own: all such texts of a row stand together, those of the next row behind them."""
    WORD = "word"
    """Each different one once, and of every row which it has."""
    ROW = "row"
    """The id of a row of another table."""


Write = Callable[[Sequence[Any]], list[bytes]]


def _json(values: Sequence[Any]) -> list[bytes]:
    return _encoder.encode_lines(values).split(b"\n")[:-1]  # no line ends inside JSON


def _decimals(values: Sequence[float | None]) -> list[bytes]:
    """As SQLite gives them back: the column has decimals, whatever was put in."""
    return _json([None if value is None else float(value) for value in values])


def _written(values: Sequence[str]) -> list[bytes]:
    return [value.encode() for value in values]


_encoder = msgspec.json.Encoder()
HELD: dict[str, tuple[Kind, Write]] = {
    **dict.fromkeys(("code", "number", "title", "url", "status_raw", "progress_raw"), (Kind.TEXT, _json)),
    **dict.fromkeys(("kind", "axis", "start_date", "end_date", "status", "updated_at", "source"), (Kind.WORD, _json)),
    "progress": (Kind.WORD, _decimals),
    **dict.fromkeys(("years", "alignments"), (Kind.WORD, _written)),
    **dict.fromkeys(("plan_id", "jurisdiction_id"), (Kind.ROW, _json)),
}
"""The columns of a row that are kept here too, and how cells of each are written."""
TEXTS = tuple(name for name, (kind, _) in HELD.items() if kind is Kind.TEXT)
"""In the order in which they stand in a row."""


class Place(msgspec.Struct):
    """Where numbers (`type`: a code of `array`) or bytes ("") stand, from the start of the columns."""

    start: int
    length: int
    type: str = ""


class Texts(msgspec.Struct):
    """Texts one after another: number *n* stands from the *n*-th of the `ends` to the next, from the start of the columns."""

    ends: Place


class Words(msgspec.Struct):
    """Of every row the number of its word, and the words."""

    cells: Place
    words: Texts


class FamilyPlaces(msgspec.Struct):
    """The columns of one family of tables: `texts` are those of `TEXTS`, row by row."""

    texts: Texts
    words: dict[str, Words]
    rows: dict[str, Place]


class Directory(msgspec.Struct):
    """Where everything stands; `start`: how large the database is."""

    start: int
    families: dict[str, FamilyPlaces]


class Column:
    """One column of one family."""

    __slots__ = ()

    def pick(self, rows: Sequence[int]) -> list[Any]:
        """The cells of rows: JSON, or ids of other rows."""
        raise NotImplementedError

    def keys(self, rows: Sequence[int]) -> list[int]:
        """Of each row a number that is the same where the cell is the same."""
        raise NotImplementedError

    def key(self, number: int) -> Any:
        """What SQL knows the cell by that has a number, where the cell names rows of other tables."""
        raise NotImplementedError


class TextColumn(Column):
    """`Kind.TEXT`: of every row the text that is its `place`-th of `width`."""

    __slots__ = ("_ends", "_place", "_texts", "_width")

    def __init__(self, texts: mmap.mmap, ends: memoryview, place: int = 0, width: int = 1) -> None:
        self._texts, self._ends, self._place, self._width = texts, ends, place, width

    def pick(self, rows: Iterable[int]) -> list[bytes]:
        texts, ends, place, width = self._texts, self._ends, self._place, self._width
        return [texts[ends[number] : ends[number + 1]] for number in [place + row * width for row in rows]]


class WordColumn(Column):
    """`Kind.WORD`."""

    __slots__ = ("_cells", "_texts", "_words")

    def __init__(self, cells: memoryview, texts: TextColumn, count: int) -> None:
        self._cells, self._texts = cells, texts
        self._words = texts.pick(range(count)) if count <= FEW else None

    def pick(self, rows: Sequence[int]) -> list[bytes]:
        cells, words = self._cells, self._words
        if words is None:
            return self._texts.pick([cells[row] for row in rows])
        return [words[cells[row]] for row in rows]

    def keys(self, rows: Sequence[int]) -> list[int]:
        cells = self._cells
        return [cells[row] for row in rows]

    def key(self, number: int) -> Any:
        (word,) = self._texts.pick((number,))
        return msgspec.json.decode(word) if word[:1] == b'"' else word.decode()


class RowColumn(Column):
    """`Kind.ROW`."""

    __slots__ = ("_cells",)

    def __init__(self, cells: memoryview) -> None:
        self._cells = cells

    def pick(self, rows: Sequence[int]) -> list[int]:
        cells = self._cells
        return [cells[row] for row in rows]

    keys = pick

    def key(self, number: int) -> Any:
        return None if number == NOBODY else number


class Columns:
    """The columns of a file, mapped.

    Args:
        path: the file.

    Attributes:
        start: where they begin, which is where the database ends.

    Raises:
        ReadModelError: there are none, or not all of them; the file should be built again.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                file.seek(-_TRAILER, 2)
                end = file.tell()
                length, magic = int.from_bytes(file.read(8), "little"), file.read()
                if magic != MAGIC or length > end:
                    raise ReadModelError(f"{path} lacks its columns: build it again")
                file.seek(end - length)
                directory = msgspec.json.decode(file.read(length), type=Directory)
                start = directory.start
                self._map = mmap.mmap(file.fileno(), end - start, access=mmap.ACCESS_READ, offset=start)
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            raise ReadModelError(f"{path} lacks its columns ({error}): build it again") from error
        self.start = start
        self._whole = memoryview(self._map)
        self._families = directory.families

    def of(self, family: str) -> Family:
        """Those of one family of tables."""
        return Family(self, self._families[family])

    def numbers(self, place: Place) -> memoryview:
        """The numbers that stand at a place."""
        return self._whole[place.start : place.start + place.length].cast(place.type)  # type: ignore[call-overload, no-any-return]

    def texts(self, at: Texts, place: int = 0, width: int = 1) -> TextColumn:
        """The texts that stand at a place, or every `width`-th of them."""
        return TextColumn(self._map, self.numbers(at.ends), place, width)


class Family:
    """The columns of one family of tables, by name; each is made ready when it is first asked for."""

    def __init__(self, columns: Columns, places: FamilyPlaces) -> None:
        self._columns = columns
        self._places = places
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def _make(self, name: str) -> Column:
        columns, places = self._columns, self._places
        if name in places.rows:
            return RowColumn(columns.numbers(places.rows[name]))
        if name in places.words:
            word = places.words[name]
            count = len(columns.numbers(word.words.ends)) - 1
            return WordColumn(columns.numbers(word.cells), columns.texts(word.words), count)
        return columns.texts(places.texts, TEXTS.index(name), len(TEXTS))
