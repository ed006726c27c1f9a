"""What SQLite says, in our words."""

from __future__ import annotations

from hub.store import errors

_SQLITE: tuple[tuple[str, type[errors.StoreError], str, str], ...] = (
    (
        "unable to open database file",
        errors.StoreReadOnly,
        "The store {0} cannot be opened.",
        "Make its folder writable for the hub's user, or change store.url.",
    ),
    (
        "readonly database",
        errors.StoreReadOnly,
        "The store {0} is read-only.",
        "Make the file and its folder writable for the hub's user.",
    ),
    (
        "disk is full",
        errors.StoreFull,
        "The disk of the store {0} is full.",
        "Free space and try again: nothing was written in part.",
    ),
    (
        "disk i/o error",
        errors.StoreFull,
        "The disk of the store {0} reports an error.",
        "Look at the disk's health and space.",
    ),
    (
        "database is locked",
        errors.StoreBusy,
        "The store {0} is held by another process.",
        "Wait for its publication to end; if none runs, look for a process that hangs.",
    ),
    (
        "not a database",
        errors.StoreDamaged,
        "{0} is not a database of the hub.",
        "Point store.url to another file, or restore a backup.",
    ),
    (
        "malformed",
        errors.StoreDamaged,
        "The store {0} is damaged.",
        "Restore a backup; the archive allows `hub harvest --all --from-archive`.",
    ),
    ("no such table", errors.NotMigrated, "The store {0} lacks tables.", "Run `hub up`, which migrates."),
)


def sqlite_error(said: str, path: str) -> errors.StoreError | None:
    """The `StoreError` for what SQLite said of the store at `path`; None where it says nothing that we know."""
    lowered = said.lower()
    for needle, kind, message, remedy in _SQLITE:
        if needle in lowered:
            return kind(message.format(path), remedy=remedy)
    return None
