"""What can go wrong with the store, each with its remedy. Users see the text, never a driver's traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.store.standing import Clash


class StoreError(Exception):
    """The store cannot do what was asked. ``remedy`` is one sentence on what to do."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class BadStoreUrl(StoreError):
    """``store.url`` is neither a SQLite nor a PostgreSQL address."""


class StoreUnreachable(StoreError):
    """No server answers, or the folder of the file is not there."""


class StoreDenied(StoreError):
    """The server refuses the user or the password, or does not know the database."""


class StoreReadOnly(StoreError):
    """The file, its folder or its disk cannot be written."""


class StoreFull(StoreError):
    """No space is left on the disk."""


class StoreBusy(StoreError):
    """Another process held the write lock for longer than the busy time-out."""


class StoreDamaged(StoreError):
    """The file is no SQLite database, or is damaged."""


class NotMigrated(StoreError):
    """The schema is missing or older than this hub."""


class NewerSchema(StoreError):
    """The database was written by a newer version of the hub."""


class LeaseLost(StoreError):
    """The run no longer holds its source: another run took over. Stop, publish nothing."""


OUT_OF_REACH = (StoreUnreachable, StoreDenied, StoreBusy, StoreFull, StoreReadOnly)
"""Troubles that pass, or that the operator ends: whoever asked may ask the same again."""


class UnknownRun(StoreError):
    """There is no run of that id."""


class UnknownSource(StoreError):
    """There is no source of that key."""


class UnknownPair(StoreError):
    """No such pair waits for a decision, or one of the two was never published."""


class DecisionRefused(StoreError):
    """A decision contradicts the sources or another decision.

    Attributes:
        clash: which contradiction.
        named: the sources, plans or commitments that stand against it, by their public names.
    """

    def __init__(self, clash: Clash, named: tuple[str, ...], *, remedy: str) -> None:
        super().__init__(f"The decision cannot be made: {clash.value} ({', '.join(named)}).", remedy=remedy)
        self.clash = clash
        self.named = named
