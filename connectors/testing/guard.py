"""Sees input and output that does not go through `ctx.fetch`: files, sockets, processes, databases.

Python's audit events (PEP 578) tell of each, from whatever library. An audit hook cannot be taken away again, so there
is one for the process, installed when first needed, that does nothing outside a `watched()` block.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FORBIDDEN = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "shutil.", "sqlite3.connect", "urllib.",
    "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.", "webbrowser.", "winreg.", "os.startfile",
)  # fmt: skip
_CODE = (".py", ".pyc", ".so", ".pyd", ".dll", ".dylib", ".pth")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ZONES = ("/usr/share/zoneinfo", "/etc/localtime")

_installed = False
_watch: Watch | None = None


class SideDoor(Exception):
    """Raised into the connector at the moment it opens something itself."""


class Watch:
    """What was opened while a connector worked. `seen` is empty for an honest one."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        self.seen: list[str] = []
        roots = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        roots |= {sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[1])}
        self._code = tuple(str(Path(root).resolve()) + os.sep for root in roots)
        self._own = tuple(str(path.resolve()) for path in own)

    def event(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Take account of an audit event. Raises SideDoor where it is one that a connector may not cause."""
        if name == "open":
            told = self._opened(*arguments[:3])
        elif name.startswith(_FORBIDDEN):
            told = f"{name}{_shown(arguments)}"
        else:
            return
        if told:
            self.seen.append(told)
            raise SideDoor(told)

    def _opened(self, path: Any, mode: str | None = None, flags: int | None = None) -> str | None:
        if isinstance(path, int) or path is None:
            return None  # a descriptor that is open already
        where = os.path.realpath(os.fsdecode(path))
        writes = bool(set(mode or "") & set("wax+")) or (mode is None and bool((flags or 0) & _WRITES))
        if where.endswith(_CODE) and (not writes or "__pycache__" in where):
            return None  # a module is imported for the first time, its byte code is kept
        if "__pycache__" in where:
            return None
        if not writes and (where.startswith((*self._code, *_ZONES)) or self._is_own(where)):
            return None  # data that come with a package are part of its code
        return f"open({where!r}{', for writing' if writes else ''})"

    def _is_own(self, where: str) -> bool:
        return any(where == root or where.startswith(root + os.sep) for root in self._own)


def _shown(arguments: tuple[Any, ...]) -> str:
    told = [repr(one)[:60] for one in arguments if isinstance(one, (str, bytes, int, tuple, list)) or one is None]
    return f"({', '.join(told)})"


def _hook(name: str, arguments: tuple[Any, ...]) -> None:
    watch = _watch
    if watch is not None:
        watch.event(name, arguments)


@contextmanager
def watched(own: Sequence[Path] = ()) -> Iterator[Watch]:
    """A block in which files, sockets and processes are out of bounds.

    Args:
        own: the folder (or file) of the connector's package, whose files it may read.

    Yields:
        the watch; look at `seen` afterwards, for the connector may have swallowed the SideDoor.
    """
    global _installed, _watch
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    before, _watch = _watch, Watch(own)
    try:
        yield _watch
    finally:
        _watch = before
