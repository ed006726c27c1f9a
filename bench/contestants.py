"""Who takes part: ours as it is served, and each peer that can be had here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import hubs
from contest import Server
from generator import plain, read_model
from installs import Unavailable, mercurius_modules

PEERS = Path(__file__).resolve().parent / "peers"
OURS, CACHED, STATIC = "ours", "ours, cached", "static bytes"


def _hubs(size: int) -> list[Server]:
    folder = hubs.around_file(read_model(size))
    static = Server(STATIC, [sys.executable, str(PEERS / "static.py"), "{port}"], path="/1000", cold=False)
    return [
        hubs.served(OURS, folder, cached=False),
        hubs.served(CACHED, folder, cached=True, cold=False),
        static,
    ]


def _python(size: int) -> list[Server]:
    tables = str(plain(size))
    return [
        Server("raw Starlette + sqlite3 + orjson", [sys.executable, str(PEERS / "raw.py"), tables, "{port}"],
               by_workload=True),
        Server("Strawberry + DataLoader", [sys.executable, str(PEERS / "naive.py"), tables, "{port}"]),
    ]  # fmt: skip


def _mercurius(size: int) -> list[Server]:
    modules, node = str(mercurius_modules()), shutil.which("node") or "node"
    script = [node, str(PEERS / "mercurius.cjs"), str(plain(size)), "{port}"]
    return [
        Server("Mercurius + JIT", [*script, "plain", modules]),
        Server("Mercurius + JIT, read model", [*script, "model", modules]),
    ]


FAMILIES: dict[str, Callable[[int], list[Server]]] = {
    "ours": _hubs,
    "Python": _python,
    "Mercurius": _mercurius,
}


def contestants(size: int, only: tuple[str, ...] = ()) -> tuple[list[Server], dict[str, str]]:
    """Every server that can be had, and why others cannot.

    Args:
        only: beginnings of names; none: all.
    """
    servers: list[Server] = []
    missing: dict[str, str] = {}
    for name, make in FAMILIES.items():
        try:
            servers += make(size)
        except Unavailable as error:
            missing[name] = str(error)
    chosen = [server for server in servers if not only or server.name.startswith(only)]
    return chosen, missing
