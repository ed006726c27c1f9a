"""What one run fetched, on its way into the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared, insert_into
from hub.store.records import FetchRecord, Validator
from hub.store.tables import fetch, validator


class Fetched(NamedTuple):
    """The responses of a run, in order, and what they said of themselves, by address."""

    source: str
    records: Sequence[FetchRecord]
    validators: Mapping[str, Validator]


async def write_fetched(connection: AsyncConnection, fetched: Fetched) -> None:
    """Keep them; what is kept of the run already stays as it is."""
    rows = [msgspec.structs.asdict(record) for record in fetched.records]
    for row in rows:
        row["run_id"] = row.pop("run")
    await _FETCH.many(connection, rows, source=fetched.source)
    known = [msgspec.structs.asdict(said) | {"url": url} for url, said in fetched.validators.items()]
    await _VALIDATOR.many(connection, known, source=fetched.source)


def _fetch(dialect: str) -> Any:
    insert = insert_into(fetch, dialect).values({column.name: bindparam(column.name) for column in fetch.columns})
    return insert.on_conflict_do_nothing()


def _validator(dialect: str) -> Any:
    keys = ("source", "url")
    insert = insert_into(validator, dialect).values({c.name: bindparam(c.name) for c in validator.columns})
    values = {column.name: insert.excluded[column.name] for column in validator.columns if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


_FETCH = Prepared(_fetch)
_VALIDATOR = Prepared(_validator)
