"""The plain tables of the peers, as PostgreSQL and datasette want them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator import DATA, plain, read_model

PEERS = Path(__file__).resolve().parent / "peers"
SQL, DATASETTE = PEERS / "postgraphile", PEERS / "datasette" / "tables.sql"
TABLES = {
    "jurisdiction": ("code", "name"),
    "ods_goal": ("number", "name"),
    "plan": ("code", "title", "jurisdiction"),
    "commitment": ("id", "code", "title", "description", "kind", "url", "status", "progress", "start_date", "end_date",
                   "plan_code", "jurisdiction", "state"),
    "commitment_ods": ("commitment", "pos", "goal", "target"),
    "commitment_year": ("commitment", "year"),
    "progress_report": ("commitment", "pos", "date", "progress", "status", "summary"),
    "version": ("commitment", "valid_from", "valid_to", "changed_fields", "status"),
}  # fmt: skip
_WORDS = """
UPDATE commitment c SET words = to_tsvector('spanish_words', concat_ws(' ', c.title, c.description, i.names))
FROM commitment d LEFT JOIN institutions i ON i.commitment = d.id WHERE d.id = c.id
"""


def load(url: str, size: int) -> None:
    """Fill an empty database with the commitments of a size."""
    asyncio.run(_load(url, size))


async def _load(url: str, size: int) -> None:
    import asyncpg

    connection = await asyncpg.connect(url, timeout=30, command_timeout=1800)
    try:
        await connection.execute((SQL / "tables.sql").read_text("utf-8"))
        for table, columns in TABLES.items():
            rows = _rows(plain(size), f"SELECT {', '.join(columns)} FROM {table}", table == "version")
            await connection.copy_records_to_table(table, records=rows, columns=columns)
        await connection.execute("CREATE TEMP TABLE institutions(commitment int, names text)")
        names = "SELECT row, group_concat(name, ' ') FROM commitment_institution GROUP BY row"
        await connection.copy_records_to_table("institutions", records=_rows(read_model(size), names))
        await connection.execute(_WORDS)
        await connection.execute((SQL / "indexes.sql").read_text("utf-8"))
        await connection.execute("VACUUM FULL ANALYZE commitment")
        for name in ("plain", "model"):
            await connection.execute((SQL / f"{name}.sql").read_text("utf-8"))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _rows(path: Path, sql: str, with_array: bool = False) -> Iterator[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        for row in connection.execute(sql):
            yield (*row[:3], json.loads(row[3]), *row[4:]) if with_array else row
    finally:
        connection.close()


def datasette_file(size: int) -> Path:
    """The same tables in SQLite with foreign keys, full text and views, for datasette; built if it is not there."""
    path = DATA / f"{size}-datasette.db"
    source = plain(size)
    made_of = max(source.stat().st_mtime, DATASETTE.stat().st_mtime)
    if not path.exists() or path.stat().st_mtime < made_of:
        draft = path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        connection = sqlite3.connect(f"file:{draft}", uri=True)
        try:
            connection.execute("ATTACH ? AS m", (f"file:{read_model(size)}?immutable=1",))
            connection.execute("ATTACH ? AS p", (f"file:{source}?immutable=1",))
            connection.executescript(DATASETTE.read_text("utf-8"))
        finally:
            connection.close()
        draft.replace(path)
    return path


def ids_of(size: int) -> dict[str, int]:
    """Primary keys of the commitments by code, as they are in every set of plain tables."""
    connection = sqlite3.connect(f"file:{plain(size)}?immutable=1", uri=True)
    try:
        return dict(connection.execute("SELECT code, id FROM commitment"))
    finally:
        connection.close()
