"""Puts the peers of the read benchmark into bench/.peers, each with its own package client."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PEERS = Path(__file__).resolve().parent / ".peers"


class Unavailable(Exception):
    """A peer that cannot be had here, and why."""


def npm(folder: str, packages: list[str], builds: list[str], proof: str) -> Path:
    """A folder with npm packages; `builds` have install scripts that must run. Gives its node_modules.

    Raises:
        Unavailable: npm is missing or fails, or `proof` (a Node.js expression) does.
    """
    place = PEERS / folder
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Unavailable("Node.js and npm are not installed")
    modules = place / "node_modules"
    if not _proved(place, proof):
        place.mkdir(parents=True, exist_ok=True)
        _run(["npm", "init", "-y"], place)
        _run(["npm", "install", "--no-audit", "--no-fund", *packages], place)
        for name in builds:
            subprocess.run(["npm", "install-scripts", "approve", name], cwd=place, capture_output=True, check=False)
            _run(["npm", "rebuild", name], place)
        if not _proved(place, proof):
            raise Unavailable(f"{packages[0]} was installed but does not load")
    return modules


def _proved(place: Path, proof: str) -> bool:
    if not (place / "node_modules").is_dir():
        return False
    return subprocess.run(["node", "-e", proof], cwd=place, capture_output=True, check=False).returncode == 0


def _run(command: list[str], place: Path) -> None:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Unavailable(f"{' '.join(command[:3])} failed: {lines[-1]}")


def mercurius_modules() -> Path:
    """Mercurius with JIT and better-sqlite3 (whose version 11 compiles on Node.js 20)."""
    return npm(
        "mercurius",
        ["mercurius", "fastify", "graphql@16", "better-sqlite3@11"],
        ["better-sqlite3"],
        "require('mercurius'); new (require('better-sqlite3'))(':memory:')",
    )
