"""The columns of a file while it is built: gathered with the rows, written behind the last page."""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain, islice
from operator import add
from pathlib import Path
from typing import IO, Any

import msgspec

from hub.readmodel.columns import (
    HELD,
    MAGIC,
    NOBODY,
    START,
    TEXTS,
    Directory,
    FamilyPlaces,
    Kind,
    Place,
    Records,
)

_WIDEST = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32, "Q": 1 << 64}
_WIDER = {"B": "H", "H": "I", "I": "Q"}
_CHUNK = 1 << 20
_TOGETHER = 10_000
"""Records that are put together at a time."""


class _Numbers:
    """Unsigned numbers in as few bytes each as the largest needs."""

    def __init__(self, cells: Iterable[int] = ()) -> None:
        self.cells = array("B", cells)

    def add(self, numbers: Iterable[int], largest: int) -> None:
        while largest >= _WIDEST[self.cells.typecode]:
            self.cells = array(_WIDER[self.cells.typecode], self.cells)
        self.cells.extend(numbers)

    def moved(self, by: int) -> array[int]:
        """The same, each so much larger."""
        found = _Numbers()
        found.add((number + by for number in self.cells), max(self.cells, default=0) + by)
        return found.cells


class _Texts:
    """Texts one after another, in a file without a name: all of them may be larger than memory."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the draft
        self.end = 0

    def add(self, text: bytes) -> None:
        self._file.write(text)
        self.end += len(text)

    def write(self, file: IO[bytes]) -> None:
        self._file.seek(0)
        shutil.copyfileobj(self._file, file, _CHUNK)

    def close(self) -> None:
        self._file.close()


class _Words:
    def __init__(self) -> None:
        self.known: dict[Any, int] = {}
        self.numbers = _Numbers()

    def add(self, values: Sequence[Any]) -> None:
        known = self.known
        for value in set(values).difference(known):
            known[value] = len(known)
        self.numbers.add(map(known.__getitem__, values), len(known))


class Drafts:
    """The columns of one family of tables while its rows are made; to be closed.

    Args:
        folder: where texts wait until all rows are there.
    """

    def __init__(self, folder: Path) -> None:
        self._texts = _Texts(folder)
        self._starts = _Numbers()
        self._ends = {name: _Numbers() for name in TEXTS}
        self._words = {name: _Words() for name, (kind, _) in HELD.items() if kind is Kind.WORD}
        self._rows = {name: array("i") for name, (kind, _) in HELD.items() if kind is Kind.ROW}

    def add(self, cells: Mapping[str, Sequence[Any]]) -> None:
        """The next rows, at least one: of each column its cells, as the tables hold them."""
        columns = [HELD[name][1](cells[name]) for name in TEXTS]
        lengths: list[Sequence[int]] = [list(map(len, column)) for column in columns]
        ends = list(accumulate(lengths, lambda before, column: list(map(add, before, column))))
        for numbers, column in zip(self._ends.values(), ends, strict=True):
            numbers.add(column, max(column))
        starts = list(accumulate(ends[-1], initial=self._texts.end))
        self._starts.add(islice(starts, len(starts) - 1), starts[-1])
        self._texts.add(b"".join(chain.from_iterable(zip(*columns, strict=True))))
        for name, words in self._words.items():
            words.add(cells[name])
        for name, rows in self._rows.items():
            rows.extend([NOBODY if value is None else value for value in cells[name]])

    def write(self, file: IO[bytes], start: int) -> FamilyPlaces:
        """Put them where the file stands, once."""
        fields = {START: self._starts.moved(file.tell() - start)}
        self._texts.write(file)
        fields |= {name: numbers.cells for name, numbers in self._ends.items()}
        fields |= {name: words.numbers.cells for name, words in self._words.items()}
        fields |= self._rows
        return FamilyPlaces(
            records=_put_records(file, start, fields),
            words={name: _put_words(file, start, name, words) for name, words in self._words.items()},
        )

    def close(self) -> None:
        """Let go of what waits."""
        self._texts.close()


def append(path: Path, families: Mapping[str, Drafts]) -> None:
    """Write the columns behind the last page of a finished database that nobody has open.

    Raises:
        OSError: the disk is full.
    """
    with path.open("ab") as file:
        start = file.tell()
        places = {name: drafts.write(file, start) for name, drafts in families.items()}
        directory = msgspec.json.encode(Directory(start, places))
        file.write(directory + len(directory).to_bytes(8, "little") + MAGIC)


def _put_records(file: IO[bytes], start: int, fields: Mapping[str, array[int]]) -> Records:
    """One record a row, its fields side by side."""
    begun, count = file.tell(), len(fields[START])
    for first in range(0, count, _TOGETHER):
        parts = [cells[first : first + _TOGETHER] for cells in fields.values()]
        size = sum(part.itemsize for part in parts)
        block, place = bytearray(size * len(parts[0])), 0
        for part in parts:
            raw, width = part.tobytes(), part.itemsize
            for byte in range(width):  # a stride a byte: the interpreter never sees a single number
                block[place + byte :: size] = raw[byte::width]
            place += width
        file.write(block)
    codes: dict[str, str] = {name: cells.typecode for name, cells in fields.items()}
    return Records(Place(begun - start, file.tell() - begun), codes)


def _put_words(file: IO[bytes], start: int, name: str, words: _Words) -> Place:
    texts = HELD[name][1](list(words.known))
    ends = _Numbers()
    found = list(accumulate(map(len, texts), initial=file.tell() - start))
    file.write(b"".join(texts))
    ends.add(found, found[-1])
    return _put(file, start, ends.cells)


def _put(file: IO[bytes], start: int, numbers: array[int]) -> Place:
    file.write(bytes(-file.tell() % 8))
    place = Place(file.tell() - start, len(numbers) * numbers.itemsize, numbers.typecode)
    numbers.tofile(file)
    return place
