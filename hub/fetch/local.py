"""A file named in the configuration, read as a source like any other: through the archive, capped, with validators."""

from __future__ import annotations

import mimetypes
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from hub.fetch.archive import Archive, Stored
from hub.fetch.conditional import ValidatorLike
from hub.fetch.errors import changed, refused

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class LocalRead:
    """`stored` is None where the file is the one read last time. `etag` stands for its times and size."""

    etag: str
    media_type: str | None
    size: int
    stored: Stored | None


def read_file(path: Path, shown: str, archive: Archive, limit: int, known: ValidatorLike | None) -> LocalRead:
    """Read a regular file into the archive. Blocks: call it in a thread.

    Args:
        shown: the path as configured, for messages.
        known: what is remembered of the last reading, if its body is still archived.

    Raises:
        SourceChanged: ``FILE_NOT_FOUND``, ``NOT_A_FILE`` (folder, device, pipe, socket), ``BODY_TOO_LARGE``.
        SourceRefused: ``FILE_UNREADABLE``.
        ArchiveError: it could not be kept.
    """
    try:
        # without blocking: a named pipe would wait for a writer
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise changed("FILE_NOT_FOUND", path=shown) from error
    except OSError as error:
        raise refused("FILE_UNREADABLE", path=shown, detail=error.strerror or str(error.errno)) from error
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise changed("NOT_A_FILE", path=shown)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if about.st_size > limit:
            raise changed("BODY_TOO_LARGE", limit=limit, host=shown)
        etag = f'"{about.st_size:x}-{about.st_mtime_ns:x}-{about.st_ctime_ns:x}"'
        media_type = mimetypes.guess_type(path.name)[0]
        if known is not None and known.etag == etag:
            return LocalRead(etag, media_type, about.st_size, None)
        with archive.writer() as writer:
            while data := file.read(_PIECE):
                writer.write(data)
                if writer.size > limit:  # it grew while it was read
                    raise changed("BODY_TOO_LARGE", limit=limit, host=shown)
            return LocalRead(etag, media_type, writer.size, writer.finish())
