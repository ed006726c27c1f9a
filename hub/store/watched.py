"""What a process that serves looks at in the store: `Store` has it all, `Glance` has it without loading the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from hub.model import Change, Issue, Run
from hub.store.records import Epoch, QueuedValue, SourceRecord


class Hearing(Protocol):
    """Hears that the store moved; see `hub.store.listening.Listener`."""

    moved: asyncio.Event
    connected: bool

    async def run(self) -> None:
        """Listen until cancelled."""
        ...


class Watched(Protocol):
    """A store as those see it who only look. The docstrings of `hub.store.store.Store` say what each method gives.

    Raises of every method: a `StoreError` that names the trouble and its remedy.
    """

    async def in_place(self, mark: int, *, died_before: datetime) -> bool:
        """Whether nothing need be written before the store is served: its schema is this hub's, its sources are those of
        the configuration with this mark (`Store.sync_sources`), and no run waits to be closed.

        Args:
            died_before: a run whose last sign of life is as old is dead.
        """
        ...

    async def close(self) -> None: ...
    async def check(self) -> None: ...
    async def epoch(self) -> Epoch: ...
    async def sources(self) -> list[SourceRecord]: ...
    async def last_runs(self) -> dict[str, Run]: ...
    async def runs(self, source_key: str | None = None, *, first: int = 20, after: str | None = None) -> list[Run]: ...
    async def count_runs(self, source_key: str | None = None) -> int: ...
    async def run(self, run_id: str) -> Run | None: ...
    async def run_issues(self, run_id: str, *, first: int | None = None) -> list[Issue]: ...
    async def unmatched(self, source_key: str | None = None, *, resolved: bool | None = False) -> list[QueuedValue]: ...
    async def last_change_seq(self) -> int: ...
    def export_changes(self, since: int = 0) -> AsyncIterator[list[Change]]: ...
    def listener(self) -> Hearing | None: ...
