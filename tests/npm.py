"""The packages from npm that tests need, installed once into a folder that git does not track."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

NPM = Path(__file__).resolve().parent / ".npm"
PACKAGES = (
    "@apollo/composition@2.14.4",
    "@apollo/gateway@2.14.4",
    "@apollo/subgraph@2.14.4",
    "axe-core@4.14.1",
    "graphql@16.15.0",
    "graphql-http@1.23.1",
    "graphql-sse@2.6.1",
    "graphql-ws@6.4.2",
    "ws@8.23.0",
)


@pytest.fixture(scope="session")
def npm() -> Path:
    """The folder with the packages of `PACKAGES`, installed once; skips where that cannot be."""
    node, tool = shutil.which("node"), shutil.which("npm")
    if node is None or tool is None:
        pytest.skip("Node.js with npm is not installed")
    NPM.mkdir(exist_ok=True)
    wanted = "\n".join(PACKAGES)
    done = NPM / "installed.txt"
    with (NPM / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.is_file() or done.read_text() != wanted:
            (NPM / "package.json").write_text('{"private": true}')
            options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(NPM)]
            ran = subprocess.run([tool, "install", *options, *PACKAGES], capture_output=True, text=True)
            if ran.returncode != 0:
                pytest.skip(f"npm could not install the clients: {ran.stderr.strip()[-300:]}")
            done.write_text(wanted)
    return NPM
