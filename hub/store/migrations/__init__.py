"""The schema's history, by Alembic; shipped in the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from hub.store.errors import NewerSchema, NotMigrated
from hub.store.records import HEAD
from hub.store.tables import counter, metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The revision that this hub works with."""
    return HEAD


def scripts() -> ScriptDirectory:
    """The revisions that this hub knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def current(connection: Connection) -> str | None:
    """The revision of the database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def check(connection: Connection) -> None:
    """That the database is of this hub's revision.

    Raises:
        NewerSchema: a newer hub wrote it. NotMigrated: it is empty or older.
    """
    found = current(connection)
    if found == head():
        return
    if found is not None and not _known(found):
        raise NewerSchema(
            f"The store's schema ({found}) is newer than this hub knows ({head()}).",
            remedy="Upgrade the hub.",
        )
    raise NotMigrated(f"The store's schema is {found or 'missing'}, {head()} is needed.", remedy="Run `hub up`.")


def upgrade(connection: Connection) -> None:
    """Bring the database to this hub's revision, in the caller's transaction.

    Raises:
        NewerSchema: a newer hub wrote it.
    """
    try:
        check(connection)
    except NotMigrated:
        if connection.dialect.name == "sqlite" and not inspect(connection).get_table_names():
            create(connection)
        else:
            migrate(connection)


def migrate(connection: Connection) -> None:
    """Go through the revisions that the database lacks, in order."""
    from alembic import command

    command.upgrade(_config(connection), "head")


def create(connection: Connection) -> None:
    """Make an empty SQLite database what the revisions would make of it, without Alembic, which takes longer to load than
    a new store to make. PostgreSQL's partial indexes are said by the revisions alone."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(counter.insert(), [{"name": name, "value": 0} for name in ("data_version", "live")])
    connection.execute(text(_STAMP))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})


_STAMP = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def _known(revision: str) -> bool:
    return any(script.revision == revision for script in scripts().walk_revisions())
