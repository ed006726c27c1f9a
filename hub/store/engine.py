"""One engine per store: SQLite by aiosqlite or PostgreSQL by asyncpg, and their errors in our words."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from hub.store import errors, one_hop
from hub.store.records import BUSY_TIMEOUT
from hub.store.sqlite_errors import sqlite_error
from hub.store.waiting import Waiting

ANSWER_WITHIN = 15.0
"""Seconds in which PostgreSQL must take a connection, or answer on one that is open: half of what a request may take, so
that a server that hangs is told as such and not as a request that asks too much."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # A commit survives a power cut: the read-model file of a data version must never outlive the version.
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA cache_size=-4000",
)
_FILE = "sqlite:///"


def parse_url(url: str) -> URL:
    """The configured address with its async driver.

    Raises:
        BadStoreUrl: it is neither ``sqlite:///…`` nor ``postgresql://…``.
    """
    remedy = 'Write store.url as "sqlite:///var/hub.db" or "postgresql://user@host/db".'
    if url.startswith(_FILE) and url not in (_FILE, f"{_FILE}:memory:"):
        # A path and nothing else: to SQLAlchemy a question mark in it would end it.
        return URL.create("sqlite+aiosqlite", database=url.removeprefix(_FILE))
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise errors.BadStoreUrl(f"store.url {url!r} is not an address.", remedy=remedy) from None
    name = parsed.drivername.split("+")[0]
    if name == "sqlite":
        raise errors.BadStoreUrl(f"store.url {url!r} names no file.", remedy=remedy)
    if name in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise errors.BadStoreUrl(f"store.url {url!r} is of an unknown kind.", remedy=remedy)


def make_engine(url: URL) -> AsyncEngine:
    """The engine with the project's settings. Creates the folder of a SQLite file."""
    if url.get_backend_name() == "postgresql":
        return create_async_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True)
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.StoreReadOnly(
            f"The folder {folder} cannot be made ({error.strerror}).", remedy="Make it, or change store.url."
        ) from None
    if os.path.isdir(str(url.database)):
        raise errors.BadStoreUrl(
            f"store.url names the folder {url.database}.", remedy='Name a file in it, such as "…/hub.db".'
        )
    _probe(str(url.database))
    engine = create_async_engine(
        url, pool_size=5, max_overflow=10, pool_use_lifo=True, connect_args={"timeout": BUSY_TIMEOUT}
    )  # the connection used last has the pages in its cache
    one_hop.use(engine.sync_engine)
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _probe(path: str) -> None:
    """Open the file once, so that what cannot work is said at once (and no driver thread is left behind)."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        known = sqlite_error(str(error), path)
        raise known or errors.StoreDamaged(f"The store {path}: {error}.") from None


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _on_begin
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
    except BaseException:
        connection.close()  # else its thread outlives us
        raise


def _on_begin(connection: Connection) -> None:
    # A plain BEGIN that reads and then writes fails when somebody else wrote in between.
    writing = connection.get_execution_options().get("hub_write", False)
    one_hop.begin(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")


MANY = 5000
"""Rows written by one publication from which PostgreSQL is told of them in any case."""

FEW = 200
"""Rows up to which any plan will do. From there on a plan made for the one row that PostgreSQL expects of a run it has not
heard of may be quadratic: such rows are told of at once."""


async def tell_planner(connection: AsyncConnection, rows: int, *tables: str) -> None:
    """Have PostgreSQL look at tables that got or lost rows, in the transaction that wrote them; few rows are not told of."""
    if rows > FEW and connection.dialect.name == "postgresql":
        for table in tables:
            await connection.exec_driver_sql(f"ANALYZE {table}")


class Base:
    """What the nouns of the store share: the engine, and one way each to read and to write."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._postgres = engine.dialect.name == "postgresql"
        self._waiting: dict[str, Waiting] = {}
        self._turn: AbstractAsyncContextManager[Any] = nullcontext() if self._postgres else asyncio.Lock()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        """One read transaction: everything in it is of one moment."""
        with translated(self._engine.url):
            async with self._connected() as connection:
                if self._postgres:
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction, committed at its end, rolled back by any exception.

        SQLite has one writer: those of this process queue up here, in order, instead of polling for its lock.
        """
        with translated(self._engine.url):
            async with self._turn, self._connected() as connection:
                await connection.execution_options(hub_write=True)
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """A connection that has answered just now; PostgreSQL has `ANSWER_WITHIN` for it."""
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(ANSWER_WITHIN if self._postgres else None):
                connection = await stack.enter_async_context(self._engine.connect())
            yield connection

    async def _analyze(self, *tables: str) -> None:
        """Tell PostgreSQL's planner of rows that came in bulk; it would learn of them a minute too late."""
        if self._postgres:
            async with self._write() as connection:
                await tell_planner(connection, MANY, *tables)


class translated:  # noqa: N801 - reads as a clause: `with translated(url):`
    """Turns the drivers' errors into ours; anything unknown passes."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: Any, error: BaseException | None, _trace: Any) -> None:
        if error is None or isinstance(error, errors.StoreError):
            return
        known = translate(error, self._url)
        if known is not None:
            raise known from error


def translate(error: BaseException, url: URL) -> errors.StoreError | None:
    """The `StoreError` that says what `error` means, or None."""
    where = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)  # as it was configured
    if url.get_backend_name() == "sqlite":
        return _translate_sqlite(error, str(url.database)) if isinstance(error, DBAPIError) else None
    return _translate_postgres(error, where)


def _translate_sqlite(error: DBAPIError, path: str) -> errors.StoreError | None:
    return sqlite_error(str(error.orig), path)


_POSTGRES: dict[str, tuple[type[errors.StoreError], str, str]] = {
    "28P01": (errors.StoreDenied, "{0} refuses the password.", "Correct it in store.url or HUB_STORE__URL."),
    "28000": (errors.StoreDenied, "{0} refuses the user.", "Grant the user access in pg_hba.conf."),
    "3D000": (errors.StoreDenied, "{0}: there is no such database.", "Create it with `createdb`."),
    "42501": (errors.StoreDenied, "{0}: the user lacks a right.", "Make it the owner of the database."),
    "53100": (errors.StoreFull, "The disk of {0} is full.", "Free space and try again."),
    "53300": (errors.StoreUnreachable, "{0} has no connection left.", "Raise max_connections."),
    "57P03": (errors.StoreUnreachable, "{0} is starting or stopping.", "Try again in a moment."),
    "25006": (errors.StoreReadOnly, "{0} takes no writes.", "Point store.url to the primary."),
    "42P01": (errors.NotMigrated, "{0} lacks tables.", "Run `hub up`, which migrates."),
}


def _translate_postgres(error: BaseException, where: str) -> errors.StoreError | None:
    cause: BaseException | None = error
    while cause is not None:
        state = getattr(cause, "sqlstate", None)
        if state in _POSTGRES:
            kind, message, remedy = _POSTGRES[state]
            return kind(message.format(where), remedy=remedy)
        if isinstance(cause, OSError) or (isinstance(state, str) and state.startswith(("08", "57P"))):
            why = str(cause) or f"not within {ANSWER_WITHIN:g} seconds"
            return errors.StoreUnreachable(
                f"{where} does not answer ({why}).", remedy="Start PostgreSQL, or correct store.url."
            )
        cause = cause.__cause__ or getattr(cause, "orig", None)
    return None
