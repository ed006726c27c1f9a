"""A hub of the bundled country, a hostile publisher and a dead source, harvested once and served in-process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from hub.config import load
from hub.site import Site

CONFIG = """
[hub]
title = "Hub de prueba"
[server]
rate_limit = ""
max_cost = 200
max_page = 20
only_trusted = true
[sources.bundled]
title = "Datos incluidos"
connector = "bundled"
url = "bundled:"
[sources.hostil]
title = "<b>Fuente</b> \\"hostil\\""
state = "Puebla"
connector = "csv"
url = "hostil.csv"
license = "javascript:alert(1)"
[sources.hostil.fields]
number = "No."
title = "Compromiso"
description = "De qué trata"
status = "Estatus"
progress = "Avance"
institution = "Responsable"
url = "Liga"
evidence = "Evidencia"
[sources.muerta]
title = "Fuente que ya no está"
connector = "csv"
url = "no-esta.csv"
"""
HOSTILE = """<script>alert("x")</script>"""
ATTRIBUTE = """" onmouseover="alert(1)"""
ROWS = (
    ("No.", "Compromiso", "De qué trata", "Estatus", "Avance", "Responsable", "Liga", "Evidencia"),
    ("1", f"{HOSTILE} Presupuesto", f"</p>{HOSTILE}", "En proceso", "40%", f"Secretaría{ATTRIBUTE}", "javascript:alert(2)", "https://example.org/a"),
    ("2", f"Agua{ATTRIBUTE}", "{{ 7 * 7 }} {% raw %}", "Cumplido", "100%", "Instituto <i>de</i> Agua", "https://example.org/?a=1&b=<2>", ""),
    ("3", "Datos abiertos & rendición", "Texto", f"{HOSTILE}", "setenta", "Congreso", "https://example.org/3", "data:text/html,x"),
)  # fmt: skip


def write(folder: Path) -> Path:
    """The configuration and the hostile file in a folder."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS]
    (folder / "hostil.csv").write_text("\n".join(quoted) + "\n", "utf-8")
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    return folder


async def harvest(site: Site, *keys: str) -> None:
    """Read some sources now, and serve what they publish."""
    hub = await site.whole()
    for key in keys:
        source = await hub.store.source(key)
        assert source is not None
        await hub.harvester.harvest([source])
    await site.follower.look()


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """The site over a folder, and a client of it. A folder `assets` in it is what `make assets` would fill."""
    site = Site(load(folder / "config.toml", {}), assets=folder / "assets")
    transport = httpx.ASGITransport(site)
    async with site.serving(), httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        yield site, client


def make(folder: Path) -> Path:
    """A folder whose hub has read every source once."""

    async def read() -> None:
        async with serving(write(folder)) as (site, _):
            await harvest(site, "bundled", "hostil", "muerta")

    # In a thread of its own: a browser's driver may have a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(read())).result()
    return folder


async def ask(site: Site, document: str, **variables: Any) -> dict[str, Any]:
    """The data that the API gives to anyone, asked without the operator's limits."""
    answer = await site.answer(document, variables)
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data
