"""Puts the peers of the read benchmark into bench/.peers, each with its own package client."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).resolve().parent / ".peers"


class Unavailable(Exception):
    """A peer that cannot be had here, and why."""


def npm(folder: str, packages: list[str], builds: list[str], proof: str, node: str = "node") -> Path:
    """A folder with npm packages; `builds` have install scripts that must run. Gives its node_modules.

    Args:
        proof: a Node.js expression that fails where the packages do not work.
        node: which Node.js, relative to node_modules where it is one of the packages.

    Raises:
        Unavailable: npm is missing or fails, or `proof` does.
    """
    place = PEERS / folder
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Unavailable("Node.js and npm are not installed")
    modules = place / "node_modules"
    program = str(modules / node) if "/" in node else node
    if not _proved(place, proof, program):
        place.mkdir(parents=True, exist_ok=True)
        _run(["npm", "init", "-y"], place)
        _run(["npm", "install", "--no-audit", "--no-fund", *packages], place)
        for name in builds:
            subprocess.run(["npm", "install-scripts", "approve", name], cwd=place, capture_output=True, check=False)
            _run(["npm", "rebuild", name], place)
        if not _proved(place, proof, program):
            raise Unavailable(f"{packages[0]} was installed but does not load")
    return modules


def _proved(place: Path, proof: str, node: str) -> bool:
    if not (place / "node_modules").is_dir() or ("/" in node and not Path(node).exists()):
        return False
    return subprocess.run([node, "-e", proof], cwd=place, capture_output=True, check=False).returncode == 0


def _run(command: list[str], place: Path) -> None:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise Unavailable(f"{' '.join(command[:3])} failed: {lines[-1]}")


def mercurius_modules() -> Path:
    """Mercurius with JIT and better-sqlite3 (whose version 11 compiles on Node.js 20)."""
    return npm(
        "mercurius",
        ["mercurius", "fastify", "graphql@16", "better-sqlite3@11"],
        ["better-sqlite3"],
        "require('mercurius'); new (require('better-sqlite3'))(':memory:')",
    )


POSTGRAPHILE_NODE = "node/bin/node"


def postgraphile_modules() -> Path:
    """PostGraphile 5 with a Node.js 22 of its own: asked for without a version, npm on Node.js 20 quietly gives version 4."""
    return npm(
        "postgraphile",
        ["postgraphile@5", "graphql@16", "node@22"],
        ["node"],
        "if (+process.versions.node.split('.')[0] < 22) throw 1; require('postgraphile/presets/amber')",
        POSTGRAPHILE_NODE,
    )


def datasette_program() -> Path:
    """datasette-graphql in a virtual environment of its own: it wants another graphql-core than the hub. Gives `datasette`.

    Raises:
        Unavailable: it cannot be installed.
    """
    place = PEERS / "datasette"
    program = place / "bin" / "datasette"
    if not _lists_graphql(program):
        PEERS.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(place)], PEERS)
        _run(
            [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "datasette<1", "datasette-graphql"],
            place,
        )
        if not _lists_graphql(program):
            raise Unavailable("datasette-graphql was installed but does not load")
    return program


def _lists_graphql(program: Path) -> bool:
    if not program.exists():
        return False
    found = subprocess.run([str(program), "plugins"], capture_output=True, text=True, check=False)
    return "datasette-graphql" in found.stdout
