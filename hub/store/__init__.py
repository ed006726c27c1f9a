"""The system of record: sources, runs, what they fetched, and every version of every record they published."""

from __future__ import annotations

from hub.store.errors import (
    BadStoreUrl,
    LeaseLost,
    NewerSchema,
    NotMigrated,
    StoreBusy,
    StoreDamaged,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
    UnknownRun,
    UnknownSource,
)
from hub.store.export import Alias, Reading
from hub.store.records import (
    Counts,
    Diff,
    DiffLine,
    Epoch,
    FetchRecord,
    Publication,
    RecordVersion,
    RobotsEntry,
    RunCounts,
    SourceRecord,
    StoredRecord,
    Validator,
)
from hub.store.registration import AuditEntry, Challenge
from hub.store.sources import rank_of
from hub.store.store import Store
from hub.store.tokens import TokenRecord
from hub.store.unmatched import DuplicateCandidate, QueuedValue

__all__ = [
    "Alias",
    "AuditEntry",
    "BadStoreUrl",
    "Challenge",
    "Counts",
    "Diff",
    "DiffLine",
    "DuplicateCandidate",
    "Epoch",
    "FetchRecord",
    "LeaseLost",
    "NewerSchema",
    "NotMigrated",
    "Publication",
    "QueuedValue",
    "Reading",
    "RecordVersion",
    "RobotsEntry",
    "RunCounts",
    "SourceRecord",
    "Store",
    "StoreBusy",
    "StoreDamaged",
    "StoreDenied",
    "StoreError",
    "StoreFull",
    "StoreReadOnly",
    "StoreUnreachable",
    "StoredRecord",
    "TokenRecord",
    "UnknownRun",
    "UnknownSource",
    "Validator",
    "rank_of",
]
