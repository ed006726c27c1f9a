"""Who takes part: ours as it is served, and each peer that can be had here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import httpx
import hubs
from asking import DIALECTS
from contest import Server
from dialects import datasette, postgraphile
from generator import plain, read_model
from installs import POSTGRAPHILE_NODE, Unavailable, datasette_program, mercurius_modules, postgraphile_modules
from postgres import postgres
from relational import datasette_file, ids_of, load

PEERS = Path(__file__).resolve().parent / "peers"
OURS, CACHED, STATIC = "ours", "ours, cached", "static bytes"


def _hubs(size: int, open_while: ExitStack) -> list[Server]:
    folder = hubs.around_file(read_model(size))
    return [
        hubs.served(OURS, folder, cached=False),
        hubs.served(CACHED, folder, cached=True, cold=False),
    ]


def _static(size: int, open_while: ExitStack) -> list[Server]:
    return [Server(STATIC, [sys.executable, str(PEERS / "static.py"), "{port}"], path="/1000", cold=False)]


def _raw(size: int, open_while: ExitStack) -> list[Server]:
    command = [sys.executable, str(PEERS / "raw.py"), str(plain(size)), "{port}"]
    return [Server("raw Starlette + sqlite3 + orjson", command, by_workload=True)]


def _naive(size: int, open_while: ExitStack) -> list[Server]:
    command = [sys.executable, str(PEERS / "naive.py"), str(plain(size)), "{port}"]
    return [Server("Strawberry + DataLoader", command)]


def _mercurius(size: int, open_while: ExitStack) -> list[Server]:
    modules, node = str(mercurius_modules()), shutil.which("node") or "node"
    script = [node, str(PEERS / "mercurius.cjs"), str(plain(size)), "{port}"]
    return [
        Server("Mercurius + JIT", [*script, "plain", modules]),
        Server("Mercurius + JIT, read model", [*script, "model", modules]),
    ]


def _postgraphile(size: int, open_while: ExitStack) -> list[Server]:
    modules = postgraphile_modules()
    server = open_while.enter_context(postgres())
    url = server.fresh("peer")
    load(url, size)
    script = [
        str(modules / POSTGRAPHILE_NODE),
        str(PEERS / "postgraphile" / "serve.cjs"),
        server.socket,
        "peer",
        "{port}",
    ]
    made = [
        Server(name, [*script, schema, str(modules)], dialect="postgraphile", beside=[server.pid],
               environment={"NODE_ENV": "production", "GRAPHILE_ENV": "production"})
        for schema, name in (("plain", "PostGraphile 5"), ("model", "PostGraphile 5, read model"))
    ]  # fmt: skip

    @cache
    def order() -> str:
        running = next(each for each in made if each.process is not None)
        reply = httpx.post(
            f"http://127.0.0.1:{running.port}/graphql", json={"query": postgraphile.FIRST_CURSOR}, timeout=60
        )
        return postgraphile.order_of(reply.json()["data"])

    DIALECTS["postgraphile"] = postgraphile.wordings(ids_of(size), order)
    return made


def _datasette(size: int, open_while: ExitStack) -> list[Server]:
    program = datasette_program()
    DIALECTS["datasette"] = datasette.wordings(ids_of(size))
    command = [str(program), "serve", "--immutable", str(datasette_file(size)), "--port", "{port}", "--metadata",
               str(PEERS / "datasette" / "metadata.json"), "--setting", "sql_time_limit_ms", "60000"]  # fmt: skip
    return [Server("datasette-graphql", command, dialect="datasette")]


FAMILIES: dict[str, Callable[[int, ExitStack], list[Server]]] = {
    "ours": _hubs,
    "static": _static,
    "raw": _raw,
    "Strawberry": _naive,
    "Mercurius": _mercurius,
    "PostGraphile": _postgraphile,
    "datasette": _datasette,
}
"""Who makes the servers whose names begin so."""


@contextmanager
def contestants(size: int, only: tuple[str, ...] = ()) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Every server that can be had, ready to be started, and why others cannot.

    Args:
        only: beginnings of names; none: all.
    """
    servers: list[Server] = []
    missing: dict[str, str] = {}
    with ExitStack() as open_while:
        for name, make in FAMILIES.items():
            if only and not any(name.startswith(begin) or begin.startswith(name) for begin in only):
                continue
            try:
                servers += make(size, open_while)
            except Unavailable as error:
                missing[name] = str(error)
        yield [server for server in servers if not only or server.name.startswith(only)], missing
