"""The system of record: sources, runs, what they fetched, and every version of every record they published.

Names are loaded when they are first asked for: whoever needs an error class or a record need not load a database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.store.decisions import DuplicateCandidate
    from hub.store.errors import (
        BadStoreUrl,
        DecisionRefused,
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
        UnknownPair,
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
        QueuedValue,
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

_HOME = {
    "Alias": "export",
    "AuditEntry": "registration",
    "BadStoreUrl": "errors",
    "Challenge": "registration",
    "Counts": "records",
    "Diff": "records",
    "DiffLine": "records",
    "DecisionRefused": "errors",
    "DuplicateCandidate": "decisions",
    "Epoch": "records",
    "FetchRecord": "records",
    "LeaseLost": "errors",
    "NewerSchema": "errors",
    "NotMigrated": "errors",
    "Publication": "records",
    "QueuedValue": "records",
    "Reading": "export",
    "RecordVersion": "records",
    "RobotsEntry": "records",
    "RunCounts": "records",
    "SourceRecord": "records",
    "Store": "store",
    "StoreBusy": "errors",
    "StoreDamaged": "errors",
    "StoreDenied": "errors",
    "StoreError": "errors",
    "StoreFull": "errors",
    "StoreReadOnly": "errors",
    "StoreUnreachable": "errors",
    "StoredRecord": "records",
    "TokenRecord": "tokens",
    "UnknownPair": "errors",
    "UnknownRun": "errors",
    "UnknownSource": "errors",
    "Validator": "records",
    "rank_of": "sources",
}
"""Name -> the module of this package that it lives in."""


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


__all__ = [
    "Alias",
    "AuditEntry",
    "BadStoreUrl",
    "Challenge",
    "Counts",
    "DecisionRefused",
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
    "UnknownPair",
    "UnknownRun",
    "UnknownSource",
    "Validator",
    "rank_of",
]
