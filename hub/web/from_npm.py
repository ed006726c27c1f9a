"""Packages from npm, installed aside for as long as their files are needed. Needs Node.js with npm and nothing else."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path


class NotFetched(Exception):
    """The files are not to be had. The message says why, in one line or npm's own words.

    Attributes:
        status: the exit status of a script that cannot go on.
    """

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def integrity(data: bytes) -> str:
    """The subresource integrity of some bytes."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


@contextlib.contextmanager
def installed(packages: Sequence[str]) -> Iterator[Path]:
    """The folder `node_modules` with these packages (`name@version`), gone when the block ends.

    Raises:
        NotFetched: npm is missing, or could not install them.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is missing; install Node.js, or do without", 2)
    with tempfile.TemporaryDirectory() as aside:
        command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", aside]
        done = subprocess.run([*command, *packages], capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            raise NotFetched(f"npm could not install {', '.join(packages)}:\n{done.stderr.strip()}")
        yield Path(aside) / "node_modules"


def checked(path: Path, known: str) -> bytes:
    """The bytes of a file whose integrity is known.

    Raises:
        NotFetched: it is another file.
    """
    data = path.read_bytes()
    if integrity(data) != known:
        raise NotFetched(f"{path.name} is not the file that is known; not copied")
    return data
