"""What pages show of a row, kept beside the tables: each cell is the JSON that stands in an answer.

A page of fifty rows is fifty walks down a tree of large pages when it is read from the tables. Here a row is one record, at a
place that its id says, mapped into memory: a few dozen bytes that say where its texts stand, and the numbers of everything else.
The records stand behind SQLite's last page, so that the file stays one file: SQLite reads as many pages as its header says and
no further.

Layout, after the last page: of each family of tables the texts of its rows, its records and its words, then a directory of all
that in JSON, its length (8 bytes, little-endian), `MAGIC`.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from struct import Struct, calcsize
from typing import Any

import msgspec

from hub.readmodel.entries import ReadModelError

MAGIC = b"HUBCOLS2"
NOBODY = -1
"""The cell of a `ROW` column that names no row."""
START = "start"
"""The field of a record that says where the texts of its row begin."""
FEW = 4096
"""So many words of a column are held in memory; of more, each is read where it stands."""
READERS = 200
"""So many choices of columns have their readers kept."""
_TRAILER = 8 + len(MAGIC)


class Kind(Enum):
    """How the cells of a column are kept."""

    TEXT = "text"
    """Nearly every row has its own: all such texts of a row stand together, those of the next row behind them."""
    WORD = "word"
    """Each different one once; of every row its number."""
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
    **dict.fromkeys(("code", "title", "number", "url", "status_raw", "progress_raw"), (Kind.TEXT, _json)),
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


class Records(msgspec.Struct):
    """One record a row, without gaps. Its fields, in order, with their codes of `struct`: `START`; of each of `TEXTS` where it ends,
    counted from there; of other columns the number of the word or the id of the row."""

    place: Place
    fields: dict[str, str]


class FamilyPlaces(msgspec.Struct):
    """One family of tables. `words`: of each column where its words end, the first of them beginning where the numbers begin to
    count."""

    records: Records
    words: dict[str, Place]


class Directory(msgspec.Struct):
    """Where everything stands; `start`: how large the database is."""

    start: int
    families: dict[str, FamilyPlaces]


class Words:
    """The different cells of a column, by number; few are held in memory."""

    __slots__ = ("_ends", "_held", "_whole")

    def __init__(self, whole: mmap.mmap, ends: memoryview, few: int = FEW) -> None:
        self._whole, self._ends = whole, ends
        count = len(ends) - 1
        self._held = None if count > few else [self[number] for number in range(count)]

    def __getitem__(self, number: int) -> bytes:
        return self._whole[self._ends[number] : self._ends[number + 1]]

    def pick(self, numbers: Sequence[int]) -> list[bytes]:
        """The cells with these numbers."""
        held = self._held
        return [self[number] for number in numbers] if held is None else [held[number] for number in numbers]


Record = Sequence[Sequence[int]]
"""Fields of many records, field by field."""


class Reader:
    """Reads some columns of rows, all of a row in one look."""

    __slots__ = ("_cells", "_records", "_struct")

    def __init__(self, records: memoryview, form: str, cells: Sequence[Callable[[Record], Sequence[Any]]]) -> None:
        self._records = records
        self._struct = Struct(form)
        self._cells = cells

    def read(self, rows: Sequence[int]) -> list[Sequence[Any]]:
        """Of each column the cells of the rows, in their order."""
        if not rows:
            return [() for _ in self._cells]
        records, size = self._records, self._struct.size
        first, last = rows[0], rows[-1]
        if last - first == len(rows) - 1 and list(rows) == list(range(first, last + 1)):
            fields = list(zip(*self._struct.iter_unpack(records[first * size : (last + 1) * size]), strict=True))
        else:
            unpack = self._struct.unpack_from
            fields = list(zip(*[unpack(records, row * size) for row in rows], strict=True))
        return [cells(fields) for cells in self._cells]


class Columns:
    """The columns of a file, mapped.

    Args:
        path: the file.

    Attributes:
        start: where they begin, which is where the database ends.
        whole: everything from there on.

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
                self.whole = mmap.mmap(file.fileno(), end - start, access=mmap.ACCESS_READ, offset=start)
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            raise ReadModelError(f"{path} lacks its columns ({error}): build it again") from error
        self.start = start
        self._bytes = memoryview(self.whole)
        self._families = directory.families

    def of(self, family: str) -> Family:
        """Those of one family of tables."""
        return Family(self, family, self._families[family])

    def numbers(self, place: Place) -> memoryview:
        """The numbers, or bytes, that stand at a place."""
        return self._bytes[place.start : place.start + place.length].cast(place.type or "B")  # type: ignore[call-overload, no-any-return]


Wanted = tuple[str, bool]
"""A column, and whether of its cells their numbers are wanted: the same number where the cell is the same."""


class Family:
    """The columns of one family of tables. Each numbers its words for itself; `name` tells it from the others."""

    def __init__(self, columns: Columns, name: str, places: FamilyPlaces) -> None:
        self.name = name
        self._columns = columns
        self._places = places
        self._records = columns.numbers(places.records.place)
        self._words: dict[str, Words] = {}
        self._readers: dict[tuple[Wanted, ...], Reader] = {}

    def reader(self, wanted: tuple[Wanted, ...]) -> Reader:
        """What reads these columns."""
        found = self._readers.get(wanted)
        if found is None:
            if len(self._readers) >= READERS:
                self._readers.clear()
            found = self._readers[wanted] = self._reader(wanted)
        return found

    def cells(self, name: str, rows: Sequence[int]) -> Sequence[Any]:
        """The cells of one column: JSON, or ids of other rows."""
        return self.reader(((name, False),)).read(rows)[0]

    def key(self, name: str, number: int) -> Any:
        """What SQL knows a cell by that has a number, where the cells of the column name rows of other tables."""
        if HELD[name][0] is Kind.ROW:
            return None if number == NOBODY else number
        word = self.words(name)[number]
        return msgspec.json.decode(word) if word[:1] == b'"' else word.decode()

    def words(self, name: str) -> Words:
        """The different cells of a column."""
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = Words(self._columns.whole, self._columns.numbers(self._places.words[name]))
        return found

    def _reader(self, wanted: Sequence[Wanted]) -> Reader:
        """Fields that nobody asks for are passed over."""
        needed: set[str] = set()
        for name, _ in wanted:
            needed.add(name)
            if HELD[name][0] is Kind.TEXT:
                needed |= {START, *TEXTS[max(TEXTS.index(name) - 1, 0) : TEXTS.index(name)]}
        fields = self._places.records.fields
        form = "=" + "".join(code if name in needed else f"{calcsize('=' + code)}x" for name, code in fields.items())
        places = {name: place for place, name in enumerate(name for name in fields if name in needed)}
        return Reader(self._records, form, [self._cells(name, numbers, places) for name, numbers in wanted])

    def _cells(self, name: str, numbers: bool, places: dict[str, int]) -> Callable[[Record], Sequence[Any]]:
        """What takes the cells of a column out of records."""
        whole, place = self._columns.whole, places[name]
        if numbers or HELD[name][0] is Kind.ROW:
            return lambda fields: fields[place]
        if HELD[name][0] is Kind.WORD:
            words = self.words(name)
            return lambda fields: words.pick(fields[place])
        start = places[START]
        if name == TEXTS[0]:
            return lambda fields: [whole[s : s + end] for s, end in zip(fields[start], fields[place], strict=True)]
        before = places[TEXTS[TEXTS.index(name) - 1]]
        return lambda fields: [
            whole[s + begin : s + end]
            for s, begin, end in zip(fields[start], fields[before], fields[place], strict=True)
        ]
