"""The columns of a file while it is built: gathered with the rows, written behind the last page."""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import IO, Any

import msgspec

from hub.readmodel.columns import HELD, MAGIC, NOBODY, TEXTS, Directory, FamilyPlaces, Kind, Place, Texts, Words

_WIDEST = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32, "Q": 1 << 64}
_CHUNK = 1 << 20
_WIDER = {"B": "H", "H": "I", "I": "Q"}


class _Numbers:
    """Unsigned numbers in as few bytes each as the largest needs."""

    def __init__(self, cells: Iterable[int] = ()) -> None:
        self.cells = array("B", cells)

    def add(self, numbers: Iterable[int], largest: int) -> None:
        while largest >= _WIDEST[self.cells.typecode]:
            self.cells = array(_WIDER[self.cells.typecode], self.cells)
        self.cells.extend(numbers)


class _Texts:
    """Texts one after another, in a file without a name: all of them may be larger than memory."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the draft
        self._end = 0
        self._ends = _Numbers([0])

    def add(self, texts: Sequence[bytes]) -> None:
        ends = list(accumulate(map(len, texts), initial=self._end))
        self._file.write(b"".join(texts))
        self._end = ends[-1]
        self._ends.add(islice(ends, 1, None), self._end)

    def write(self, file: IO[bytes], start: int) -> Texts:
        before = file.tell() - start
        self._file.seek(0)
        shutil.copyfileobj(self._file, file, _CHUNK)
        ends = _Numbers()
        ends.add((before + end for end in self._ends.cells), before + self._end)
        return Texts(_put(file, start, ends.cells))

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
        self._folder = folder
        self._texts = _Texts(folder)
        self._words = {name: _Words() for name, (kind, _) in HELD.items() if kind is Kind.WORD}
        self._rows = {name: array("i") for name, (kind, _) in HELD.items() if kind is Kind.ROW}

    def add(self, cells: Mapping[str, Sequence[Any]]) -> None:
        """The next rows: of each column its cells, as the tables hold them."""
        columns = [HELD[name][1](cells[name]) for name in TEXTS]
        self._texts.add(list(chain.from_iterable(zip(*columns, strict=True))))
        for name, words in self._words.items():
            words.add(cells[name])
        for name, rows in self._rows.items():
            rows.extend([NOBODY if value is None else value for value in cells[name]])

    def write(self, file: IO[bytes], start: int) -> FamilyPlaces:
        """Put them where the file stands, once."""
        return FamilyPlaces(
            texts=self._texts.write(file, start),
            words={name: self._put_words(name, words, file, start) for name, words in self._words.items()},
            rows={name: _put(file, start, rows) for name, rows in self._rows.items()},
        )

    def _put_words(self, name: str, words: _Words, file: IO[bytes], start: int) -> Words:
        with closing(_Texts(self._folder)) as texts:
            texts.add(HELD[name][1](list(words.known)))
            return Words(_put(file, start, words.numbers.cells), texts.write(file, start))

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


def _put(file: IO[bytes], start: int, numbers: array[int]) -> Place:
    file.write(bytes(-file.tell() % 8))
    place = Place(file.tell() - start, len(numbers) * numbers.itemsize, numbers.typecode)
    numbers.tofile(file)
    return place
