"""The country behind the pages: harvested once a session, opened once a module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hub.site import Site
from tests.hub.web import country


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The harvested hub's folder."""
    return country.make(tmp_path_factory.mktemp("pais"))


@pytest.fixture(scope="module")
async def served(folder: Path, anyio_backend: str) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    async with country.serving(folder) as pair:
        yield pair


@pytest.fixture(scope="module")
def site(served: tuple[Site, httpx.AsyncClient]) -> Site:
    return served[0]


@pytest.fixture(scope="module")
def client(served: tuple[Site, httpx.AsyncClient]) -> httpx.AsyncClient:
    return served[1]
