"""What a run has to know before it begins: its source, what was fetched of it last, what it is judged against."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Run
from hub.store.bulk import Prepared, json_value, one_of
from hub.store.engine import Base
from hub.store.records import SourceRecord, Validator
from hub.store.runs import GOOD
from hub.store.sources import get_source
from hub.store.tables import run, validator
from hub.store.values import plain

LastGood = tuple[Run, dict[str, Any]]
"""The newest run that left a source healthy and carried a measure, and that measure."""


class Before(NamedTuple):
    """What is known of a source at one moment.

    Attributes:
        source: None where there is none of that key.
        validators: address -> what its last good answer said of itself.
        last_good: None where nothing was published yet.
    """

    source: SourceRecord | None
    validators: dict[str, Validator]
    last_good: LastGood | None


class Beginning(Base):
    async def before_run(self, source_key: str) -> Before:
        """All that a run of the source has to know, of one moment."""
        async with self._read() as connection:
            return Before(
                await get_source(connection, source_key),
                await _validators(connection, source_key),
                await _last_good(connection, source_key),
            )

    async def validators(self, source_key: str) -> dict[str, Validator]:
        """Address -> what its last good answer said of itself."""
        async with self._read() as connection:
            return await _validators(connection, source_key)

    async def last_good_run(self, source_key: str) -> LastGood | None:
        """The newest run that left the source healthy and carried a measure, with that measure."""
        async with self._read() as connection:
            return await _last_good(connection, source_key)


_VALIDATORS = Prepared(lambda _: select(validator).where(validator.c.source == bindparam("of")))
_LAST_GOOD = Prepared(
    lambda _: (
        select(run)
        .where(run.c.source == bindparam("of"), one_of(run.c.verdict, [verdict.value for verdict in GOOD]))
        .where(run.c.measure.is_not(None))
        .order_by(run.c.id.desc())
        .limit(1)
    )
)


async def _validators(connection: AsyncConnection, source_key: str) -> dict[str, Validator]:
    rows = await _VALIDATORS(connection, of=source_key)
    return {row.url: msgspec.convert(plain(row), Validator) for row in rows}


async def _last_good(connection: AsyncConnection, source_key: str) -> LastGood | None:
    row = (await _LAST_GOOD(connection, of=source_key)).first()
    if row is None:
        return None
    fields = {name: row._mapping[name] for name in Run.__struct_fields__}
    return msgspec.convert(fields, Run), json_value(row.measure)
