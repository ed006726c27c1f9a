"""What a run has read and not yet written: rows wait in memory until there are many, or until they are published.

Most sources have fewer records than wait here: what they read is written once, where it is public, in the transaction of its
publication. A run that is killed before it has nothing to leave behind; it is taken up again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.store.fetched import Fetched

MOST = 2000
"""Rows of one run that wait in memory: some 4 MB."""


class Waiting:
    """The staged rows of one run.

    Attributes:
        rows: those that are not in the table `staged`, in the order in which they were read.
        written: whether others of the run are there already.
        total: how many the run has staged, repeats included: the last sequence number given.
        fetched: what they were read from, until it is written.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.written = False
        self.total = 0
        self.fetched: Fetched | None = None
        self._hashes: dict[tuple[str, str], str] = {}

    def number(self, count: int) -> int:
        """The first of `count` sequence numbers."""
        first = self.total + 1
        self.total += count
        return first

    def hash_of(self, kind: str, native_key: str) -> str | None:
        """The content hash of a row that waits here."""
        return self._hashes.get((kind, native_key))

    def is_first(self, row: dict[str, Any]) -> bool:
        """Whether the run has surely staged nothing under the row's key before."""
        return not self.written and (row["kind"], row["native_key"]) not in self._hashes

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self._hashes[row["kind"], row["native_key"]] = row["hash"]

    def clear(self, *, written: bool) -> None:
        """Nothing waits any more; `written`: the run has rows in the table."""
        self.rows, self._hashes, self.written, self.fetched = [], {}, written, None
