"""Every body ever read, once, by the SHA-256 of its decompressed bytes.

``ab/cd/<sha256>.zst``: zstd-compressed, written aside, fsynced, renamed, never changed after. What is read back is
hashed while it is read; a body that no longer hashes to its name is set aside and said to be damaged.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, cast

import anyio.to_thread
import zstandard

from hub.fetch.errors import ArchiveError, archive_error

KEEP = 1 << 20
"""Bytes of a body that are also kept in memory, so that a small one is not read back from disk at once."""
_SPOOL = 1 << 20
_LEVEL = 3
_STALE = 3_600.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TRAILER = struct.Struct("<IIQ")
_SKIPPABLE = (0x184D2A50, 8)
"""A skippable zstd frame (RFC 8878 §3.1.2) ends each file with the body's size; any zstd tool reads over it."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Stored:
    """A body in the archive. `new` is False where the very bytes were there already."""

    sha256: str
    size: int
    new: bool
    content: bytes | None = None


class Archive:
    """The folder of bodies. Any number of processes may share it.

    Raises:
        ArchiveError: the folder cannot be made.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._aside = root / "tmp"
        try:
            self._aside.mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as error:
            raise _os_error(error, root) from error

    def path(self, sha256: str) -> Path:
        """Where the body lies, or would. A name that is no SHA-256 is a ValueError: it never becomes a path."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {sha256!r}")
        return self.root / sha256[:2] / sha256[2:4] / f"{sha256}.zst"

    def has(self, sha256: str) -> bool:
        """Whether the body is here."""
        return self.path(sha256).is_file()

    def size(self, sha256: str) -> int:
        """Bytes of the body, decompressed, as its trailer says."""
        with self.path(sha256).open("rb") as file:
            file.seek(-_TRAILER.size, os.SEEK_END)
            magic, length, size = _TRAILER.unpack(file.read())
        if (magic, length) != _SKIPPABLE:
            raise self.damaged(sha256)
        return int(size)

    def writer(self) -> ArchiveWriter:
        """A new body, to be written piece by piece and committed."""
        return ArchiveWriter(self)

    def put(self, body: bytes) -> Stored:
        """Keep a whole body.

        Raises:
            ArchiveError: no room, or not writable. Nothing is left half written.
        """
        with self.writer() as writer:
            writer.write(body)
            return writer.finish()

    def open(self, sha256: str) -> BinaryIO:
        """The body as a stream that cannot seek, hashed while it is read.

        Raises:
            ArchiveError: ``ARCHIVE_MISSING`` here; ``ARCHIVE_DAMAGED`` at the end of the stream, or before.
        """
        try:
            file = self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise archive_error("ARCHIVE_MISSING", sha256=sha256) from error
        return cast("BinaryIO", io.BufferedReader(_Verified(self, sha256, file), 1 << 16))

    def read(self, sha256: str) -> bytes:
        """The whole body, verified.

        Raises:
            ArchiveError: missing or damaged.
        """
        with self.open(sha256) as stream:
            return stream.read()

    def verify(self, sha256: str) -> None:
        """Read the body through and raise ArchiveError unless it is whole."""
        with self.open(sha256) as stream:
            while stream.read(1 << 18):
                pass

    def is_whole(self, sha256: str) -> bool:
        """Whether the body is here and undamaged; a damaged one is set aside."""
        try:
            self.verify(sha256)
        except ArchiveError:
            return False
        return True

    def damaged(self, sha256: str) -> ArchiveError:
        """Take a damaged body out of the way, so that the next fetch keeps a good one, and say so."""
        path = self.path(sha256)
        with contextlib.suppress(OSError):  # a read-only archive still says what is wrong
            path.replace(path.with_suffix(".damaged"))
        return archive_error("ARCHIVE_DAMAGED", sha256=sha256)

    def _sweep(self) -> None:
        """Remove what processes that died left half written."""
        before = time.time() - _STALE
        for entry in self._aside.iterdir():
            try:
                if entry.stat().st_mtime < before:
                    entry.unlink()
            except OSError:  # another process was quicker, or the archive is only read here
                continue


class ArchiveWriter:
    """One body on its way into the archive. Leaving the `with` block without `finish` or `commit` drops it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._hash = hashlib.sha256()
        self._compress = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._spool = bytearray()
        self._kept: list[bytes] | None = []
        self._file: IO[bytes] | None = None
        self.size = 0

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard()

    def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            ArchiveError: no room, or not writable.
        """
        self.size += len(data)
        self._hash.update(data)
        if self._kept is not None:
            self._kept.append(data)
            if self.size > KEEP:
                self._kept = None
        self._spool += self._compress.compress(data)
        if len(self._spool) > _SPOOL:
            self._guarded_flush()

    async def commit(self) -> Stored:
        """`finish`, off the event loop, since a disk takes its time."""
        return await anyio.to_thread.run_sync(self.finish)

    def finish(self) -> Stored:
        """Make the body durable under its name.

        Raises:
            ArchiveError: no room, or not writable. Nothing is left half written.
        """
        sha256 = self._hash.hexdigest()
        content = b"".join(self._kept) if self._kept is not None else None
        target = self._archive.path(sha256)
        if self._archive.is_whole(sha256):
            self._discard()
            return Stored(sha256, self.size, new=False, content=content)
        self._spool += self._compress.flush() + _TRAILER.pack(*_SKIPPABLE, self.size)
        try:
            self._guarded_flush()
            file = self._file
            assert file is not None
            os.fsync(file.fileno())
            file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(file.name).replace(target)
            self._file = None
            _sync_folder(target.parent)
        except OSError as error:
            raise _os_error(error, self._archive.root) from error
        finally:
            self._discard()
        return Stored(sha256, self.size, new=True, content=content)

    def _guarded_flush(self) -> None:
        try:
            if self._file is None:
                aside = self._archive.root / "tmp"
                self._file = tempfile.NamedTemporaryFile(dir=aside, delete=False, buffering=0)  # noqa: SIM115
            view = memoryview(bytes(self._spool))
            while view:
                view = view[self._file.write(view) :]
            self._spool.clear()
        except OSError as error:
            self._discard()
            raise _os_error(error, self._archive.root) from error

    def _discard(self) -> None:
        if self._file is not None:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
            self._file = None


class _Verified(io.RawIOBase):
    """Decompresses and hashes; raises at the end if the hash is not the name."""

    def __init__(self, archive: Archive, sha256: str, file: IO[bytes]) -> None:
        self._archive = archive
        self._sha256 = sha256
        self._file = file
        self._reader = zstandard.ZstdDecompressor().stream_reader(file, closefd=False)
        self._hash = hashlib.sha256()
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._done:
            return 0
        try:
            data = self._reader.read(len(buffer))
        except zstandard.ZstdError as error:
            raise self._damaged() from error
        if data:
            self._hash.update(data)
            buffer[: len(data)] = data
            return len(data)
        self._done = True
        if self._hash.hexdigest() != self._sha256:
            raise self._damaged()
        return 0

    def _damaged(self) -> ArchiveError:
        self._done = True
        return self._archive.damaged(self._sha256)

    def close(self) -> None:
        if not self.closed:
            self._reader.close()  # type: ignore[no-untyped-call]
            self._file.close()
        super().close()


def _os_error(error: OSError, root: Path) -> ArchiveError:
    if error.errno in _FULL:
        return archive_error("ARCHIVE_FULL", path=root.name)
    return archive_error("ARCHIVE_UNWRITABLE", path=root.name, detail=error.strerror or str(error.errno))


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
