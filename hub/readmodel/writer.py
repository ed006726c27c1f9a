"""The database of a file while it is written: rows from Python, and long statements beside Python.

SQLite works without the interpreter's lock, but only while one statement runs: a row that is handed over is one that waits for
its turn. So what a single statement can make of rows that are written already is done in a second thread, while the next rows
are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import apsw

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOMUTEX
_PRAGMAS = (
    "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
    "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;"
)


class Writer:
    """A new database, in one transaction; to be used as a context.

    One thread at a time uses it: whatever is asked of it first waits for what runs beside, and raises what that raised.
    Raises apsw's errors. A database whose context ends in an exception is no good.
    """

    def __init__(self, path: Path) -> None:
        self._connection = apsw.Connection(str(path), flags=_FLAGS)
        self._thread = ThreadPoolExecutor(1, "read-model-writer")
        self._beside: Future[None] | None = None

    def __enter__(self) -> Self:
        self.run(_PRAGMAS)
        self.run("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.run("COMMIT")
        finally:
            self._stop()
            self._thread.shutdown()
            self._connection.close()

    def run(self, statements: str) -> None:
        """Run statements, whatever they give back."""
        self._wait()
        self._execute(statements)

    def many(self, table: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows.

        Args:
            table: its name, with the names of columns where not all of them are given.
            width: how many cells a row has.
        """
        self._wait()
        self._connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)

    def beside(self, statements: str, values: Sequence[Any] = ()) -> None:
        """Run statements while the caller goes on: long ones, or it is not worth it."""
        self._wait()
        self._beside = self._thread.submit(self._execute, statements, values)

    def _execute(self, statements: str, values: Sequence[Any] = ()) -> None:
        for _ in self._connection.execute(statements, values):
            pass  # apsw goes no further than to the first row that nobody takes

    def _wait(self) -> None:
        running, self._beside = self._beside, None
        if running is not None:
            running.result()

    def _stop(self) -> None:
        """End what runs beside: nobody waits for it any more."""
        running, self._beside = self._beside, None
        while running is not None and not running.cancel() and wait([running], 0.01).not_done:
            self._connection.interrupt()  # is lost on a statement that has not quite begun
