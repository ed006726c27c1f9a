"""Read-model files on disk: named by data version, put in place whole, cleared away when nobody can want them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".db"
KEEP = 2
GRACE = 60.0


def file_of(folder: Path, data_version: int) -> Path:
    """Where the file of a data version stands."""
    return folder / f"{data_version}{SUFFIX}"


def versions(folder: Path) -> list[int]:
    """Data versions whose file stands in the folder, newest first."""
    found = (entry.name.removesuffix(SUFFIX) for entry in folder.iterdir() if entry.name.endswith(SUFFIX))
    return sorted((int(name) for name in found if name.isascii() and name.isdigit()), reverse=True)


def fsync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A unique name beside `path` to write to; moved into place if the block ends well, deleted if not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        yield draft
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        draft.replace(path)
        fsync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def build_lock(folder: Path) -> Iterator[bool]:
    """True for the one process that may build here now; False when another one holds the lock.

    The lock is the kernel's (flock), so a killed builder leaves none behind. While it is held, drafts that a killed
    builder left are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            for draft in folder.glob(".*.tmp*"):
                draft.unlink(missing_ok=True)
            yield True
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def clear(folder: Path, *, now: float | None = None, keep: int = KEEP, grace: float = GRACE) -> list[Path]:
    """Remove files that are not among the newest `keep` and are older than `grace` seconds.

    A process that still serves a removed file goes on serving it: the bytes go when it lets go.

    Args:
        now: seconds since the epoch; the clock's by default.
    """
    moment = time.time() if now is None else now
    removed = []
    for version in versions(folder)[keep:]:
        path = file_of(folder, version)
        try:
            old = moment - path.stat().st_mtime > grace
        except FileNotFoundError:
            continue
        if old:
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed
