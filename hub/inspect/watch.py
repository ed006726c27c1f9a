"""How much work one inspection may be, and what it leaves unlooked at: a stranger's file must not hold a server up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_ROWS = 100_000
"""Rows that a preview reads and judges; a harvest reads them all."""

SECONDS = 15.0
"""What looking at the tables and lists of one body may take. The one that was begun is always looked at to its end."""


@dataclass(slots=True)
class Watch:
    """The budget of one inspection.

    Args:
        seconds: how long candidates are looked for and judged.
        clock: seconds; by default those that this thread has worked, so that a busy machine makes no report poorer.

    Attributes:
        ended: whether something was left for want of time.
        tables: how many tables the body has, where only some of them were looked at; else 0.
        looked: how many of them were.
        elements: how many blocks the page has, where only its first ones were looked at; else 0.
        rows: after how many rows reading stopped, where there were more; else 0.
    """

    seconds: float = SECONDS
    clock: Callable[[], float] = time.thread_time
    ended: bool = False
    tables: int = 0
    looked: int = 0
    elements: int = 0
    rows: int = 0
    _until: float = field(default=float("inf"))

    def begin(self) -> None:
        """From now on."""
        self.ended, self.tables, self.looked, self.elements, self.rows = False, 0, 0, 0, 0
        self._until = self.clock() + self.seconds

    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        if not self.ended and self.clock() >= self._until:
            self.ended = True
        return self.ended

    def is_enough(self, rows: int) -> bool:
        """Whether no more rows are to be read after so many."""
        return rows >= MOST_ROWS or self.clock() >= self._until

    def some(self, looked: int, tables: int) -> None:
        """Only so many tables of those that there are will be looked at."""
        if looked < tables:
            self.looked, self.tables = looked, tables
