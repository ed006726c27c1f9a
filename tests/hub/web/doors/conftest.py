"""A made-up country behind the doors, without a store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from hub.readmodel import ReadModel
from hub.readmodel.generate import generate
from hub.web.doors.endpoints import Doors
from schema.context import Context
from schema.live import Snapshot
from schema.read.file import ReadFile

SIZE = 400


class Served:
    """The least that the doors need of a site."""

    title = "Hub de prueba"
    public_url: str | None = "https://hub.example.org"

    def __init__(self, path: Path) -> None:
        self._model = ReadModel.open(path)

    def model(self) -> ReadModel:
        return self._model

    def reading(self, file: ReadFile) -> Context:
        return Context(file=file, live=Snapshot(datetime(2026, 11, 21, tzinfo=UTC)))


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A read-model file with history and groups."""
    path = tmp_path_factory.mktemp("doors") / "7.db"
    generate(path, SIZE, seed=3, history=0.2, groups=0.1)
    return path


@pytest.fixture
def served(country: Path) -> Served:
    return Served(country)


@pytest.fixture
def context(served: Served) -> Context:
    return served.reading(ReadFile(served.model().connection))


@pytest.fixture
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=Doors(served).routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        yield client
