"""Open one read-model file, and move to the next one when it is there."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import msgspec

from hub.readmodel.bounded import Bounded
from hub.readmodel.columns import Columns, Family
from hub.readmodel.ddl import FORMAT
from hub.readmodel.entries import ReadModelError
from hub.readmodel.files import file_of, versions
from hub.readmodel.postings import unpack

log = logging.getLogger("hub.readmodel")
_text = msgspec.json.Decoder(str).decode

MMAP = 1 << 40
SMALL = 20_000
"""Rows of a space in which nothing takes long."""
CACHE_KIB = 4096
CUBE_SLICES = 200
MEMO_KINDS = 50
MEMO_TEXTS = 10_000
POSTING_BYTES = 16_000_000
"""How many bytes of row sets by value one space keeps in memory."""
SELECTION_BYTES = 6_000_000
"""The same of the sets that filters select."""


def connect(path: Path, *, mmap: int = MMAP) -> apsw.Connection:
    """A read-only connection to an immutable file, with stable query plans.

    Raises:
        ReadModelError: there is no such file, or it is not SQLite.
    """
    try:
        connection = apsw.Connection(
            f"file:{_quoted(path)}?immutable=1",
            flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_NOMUTEX,
            statementcachesize=300,
        )
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        # To the end: what stands behind the first row of an answer is run when that row has been taken.
        connection.execute(
            f"PRAGMA mmap_size = {mmap}; PRAGMA cache_size = -{CACHE_KIB}; PRAGMA temp_store = MEMORY"
        ).fetchall()
    except apsw.Error as error:
        raise ReadModelError(
            f"{path} cannot be read as a read model: {error}. Remove it; it is built again."
        ) from error
    return connection


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


class LongWorkError(Exception):
    """What is asked for takes long: it should be asked of a copy, in another thread."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """Rows by one field: `ids` in ascending order, the first `valued` of them have a value; `places` is its inverse."""

    valued: int
    ids: memoryview
    places: memoryview


class Space:
    """The rows of one family ("commitment" or "past") and the sets of rows by value.

    Attributes:
        size: how many rows there are; ids are 0 to size - 1, in page order.
        hurried: whether `long` refuses to go on.
        small: up to so many rows nothing takes long.
        columns: what pages show of rows.
        selections: for planners, what they found out of rows by filter.
    """

    def __init__(self, connection: apsw.Connection, name: str, size: int, columns: Family) -> None:
        self.name = name
        self.columns = columns
        self.size = size
        self.hurried = False
        self.small = SMALL
        self.selections: Bounded[Any, Any] = Bounded(SELECTION_BYTES)
        self._connection = connection
        self._kept: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._bytes = 0
        self._values: dict[str, dict[str, int]] = {}
        self._orderings: dict[str, Ordering] = {}
        self._vectors: dict[str, memoryview] = {}

    def bits(self, dim: str, value: str) -> int:
        """The rows whose `dim` is `value`; the empty set where nobody has it."""
        key = (dim, value)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        row = self._connection.execute(
            "SELECT packed, ids FROM posting WHERE space = ? AND dim = ? AND value = ?", (self.name, dim, value)
        ).fetchone()
        return self.keep(key, unpack(row[0], row[1], self.size) if row else 0)

    def keep(self, key: tuple[str, str], bits: int) -> int:
        """Hold a set under a key for as long as there is room; gives it back."""
        self._kept[key] = bits
        self._bytes += bits.bit_length() // 8 + 100
        while self._bytes > POSTING_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.bit_length() // 8 + 100
        return bits

    def long(self) -> None:
        """Said before work that takes long in a large space. Raises LongWorkError where nobody can wait for it."""
        if self.hurried and self.size > self.small:
            raise LongWorkError

    def sets(self) -> OrderedDict[tuple[str, str], int]:
        """What `keep` holds now, for a space of the same version in another thread; the sets themselves are shared."""
        return self._kept.copy()

    def adopt(self, sets: Mapping[tuple[str, str], int]) -> None:
        """Hold what another space of the same version found."""
        for key, bits in sets.items():
            if key not in self._kept:
                self.keep(key, bits)

    def take(self, sets: OrderedDict[tuple[str, str], int]) -> None:
        """Hold these sets and no others."""
        self._kept = sets
        self._bytes = sum(bits.bit_length() // 8 + 100 for bits in sets.values())

    def kept(self, key: tuple[str, str]) -> int | None:
        """What `keep` still holds under a key."""
        return self._kept.get(key)

    def values(self, dim: str) -> dict[str, int]:
        """Every value of a dimension and how many rows, own records included, have it."""
        known = self._values.get(dim)
        if known is None:
            rows = self._connection.execute(
                "SELECT value, count FROM posting WHERE space = ? AND dim = ?", (self.name, dim)
            )
            known = self._values[dim] = dict(rows)
        return known

    def ordering(self, field: str) -> Ordering:
        """The rows in ascending order of TITLE, PROGRESS or UPDATED_AT."""
        known = self._orderings.get(field)
        if known is None:
            row = self._connection.execute(
                "SELECT valued, ids, places FROM ordering WHERE space = ? AND field = ?", (self.name, field)
            ).fetchone()
            valued, ids, places = row or (0, b"", b"")
            known = Ordering(valued, memoryview(ids).cast("I"), memoryview(places).cast("I"))
            self._orderings[field] = known
        return known

    def vector(self, name: str) -> memoryview:
        """A number of every row, by row: "progress" in billionths, 0 where there is none."""
        known = self._vectors.get(name)
        if known is None:
            rows = self._connection.execute("SELECT cells FROM vector WHERE space = ? AND name = ?", (self.name, name))
            known = self._vectors[name] = memoryview(next(iter(rows), (b"",))[0]).cast("q")
        return known

    def codes(self, rows: Sequence[int]) -> list[str]:
        """The codes of rows."""
        return list(map(_text, self.columns.cells("code", rows)))

    def code(self, row: int) -> str:
        """The code of a row."""
        return self.codes((row,))[0]

    def cell(self, row: int, column: str) -> Any:
        """One column of one row."""
        ((value,),) = self._connection.execute(f"SELECT {column} FROM {self.name}_row WHERE id = ?", (row,))
        return value

    def rows(self, sql: str, bindings: Any = ()) -> apsw.Cursor:
        """Run one statement on the file."""
        return self._connection.execute(sql, bindings)


class ReadModel:
    """One data version, open for reading. Not for use by two threads at once: `clone` gives another its own.

    Attributes:
        data_version: which version of the data it is.
        published_at: when that version became public, as canonical text.
        connection: for SQL on the tables of `hub.readmodel.ddl`.
        current: what is public now; past: superseded versions.
        memo: texts that planners made of rows of this version, by what they are and by key; see `remember`.
        prepared: whether a planner has added its SQL functions to the connection.
    """

    def __init__(self, path: Path, connection: apsw.Connection, meta: dict[str, str], columns: Columns) -> None:
        self.path = path
        self.connection = connection
        self.prepared = False
        self._slices: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
        self.memo: OrderedDict[Hashable, dict[Any, bytes]] = OrderedDict()
        self.meta = meta
        self.data_version = int(meta["data_version"])
        self.published_at = meta["published_at"]
        self.current = Space(connection, "commitment", int(meta["commitment_rows"]), columns.of("commitment"))
        self.past = Space(connection, "past", int(meta["past_rows"]), columns.of("past"))

    @classmethod
    def open(cls, path: Path | str, *, mmap: int = MMAP) -> ReadModel:
        """Open a file.

        Raises:
            ReadModelError: it is missing, broken, or of another format; it should be built again.
        """
        path = Path(path)
        if not path.is_file():
            raise ReadModelError(f"there is no read model {path.name} in {path.parent}: build it")
        connection = connect(path, mmap=mmap)
        try:
            meta = dict(connection.execute("SELECT key, value FROM meta"))
        except apsw.Error as error:
            connection.close()
            raise ReadModelError(f"{path} is not a read model: {error}. Remove it; it is built again.") from error
        if meta.get("format") != str(FORMAT):
            connection.close()
            raise ReadModelError(f"{path} has format {meta.get('format')}, not {FORMAT}: build it again")
        try:
            return cls(path, connection, meta, Columns(path))
        except ReadModelError:
            connection.close()
            raise

    def clone(self) -> ReadModel:
        """The same version for another thread. The file must still be there under its name."""
        return ReadModel.open(self.path)

    def rows(self, sql: str, bindings: Any = ()) -> apsw.Cursor:
        """Run one statement."""
        return self.connection.execute(sql, bindings)

    def cube(self, dim: str, value: str) -> dict[str, dict[str, int]]:
        """Counts of the commitments with one value, by dimension and member; all of them under ("", "")."""
        found = self._slices.get((dim, value))
        if found is None:
            found = {}
            for by, member, count in self.rows(
                "SELECT by, member, count FROM cube WHERE dim = ? AND value = ?", (dim, value)
            ):
                found.setdefault(by, {})[member] = count
            if len(self._slices) > CUBE_SLICES:
                self._slices.clear()
            self._slices[dim, value] = found
        return found

    def remember(self, what: Hashable) -> dict[Any, bytes]:
        """The table of texts of one kind, for small sets of rows that many answers show; the oldest kind goes first.

        What it holds of a set that is not small by itself, its user keeps below `MEMO_TEXTS`.
        """
        found = self.memo.get(what)
        if found is None:
            found = self.memo[what] = {}
            if len(self.memo) > MEMO_KINDS:
                self.memo.popitem(last=False)
        return found

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def readable(path: Path) -> bool:
    """Whether a read model of this hub's format stands at a path; where not, it is to be built."""
    try:
        ReadModel.open(path).close()
    except ReadModelError:
        return False
    return True


class ReadModels:
    """The newest read model of a folder.

    `current` never does I/O beyond one attribute; `refresh` looks for a newer file and moves to it. A request that took the
    older one keeps it whole until it lets go.

    Args:
        folder: where the files stand.
        mmap: bytes of each file to map into memory.
    """

    def __init__(self, folder: Path, *, mmap: int = MMAP) -> None:
        self.folder = folder
        self._mmap = mmap
        self._current: ReadModel | None = None
        self._lock = threading.Lock()

    @property
    def current(self) -> ReadModel:
        """The version to serve. Raises ReadModelError before the first file is there."""
        if self._current is None:
            raise ReadModelError(f"there is no read model in {self.folder} yet: nothing has been published")
        return self._current

    @property
    def ready(self) -> bool:
        """Whether there is a version to serve."""
        return self._current is not None

    def refresh(self) -> bool:
        """Open the newest readable file if it is newer than the current one; True if it was."""
        with self._lock:
            held = self._current.data_version if self._current else -1
            with contextlib.suppress(FileNotFoundError):
                for version in versions(self.folder):
                    if version <= held:
                        return False
                    try:
                        self._current = ReadModel.open(file_of(self.folder, version), mmap=self._mmap)
                    except ReadModelError as error:
                        log.warning("a read model is passed by: %s", error)
                        continue
                    return True
            return False
