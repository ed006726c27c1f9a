"""The schema's history, by Alembic; shipped in the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from hub.store.errors import NewerSchema, NotMigrated

_FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The revision that this hub works with."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    """The revision of the database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


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
        command.upgrade(_config(connection), "head")


def _known(revision: str) -> bool:
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())
