"""Where the store is: the data version and the live counter, for those who follow it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.bulk import Prepared
from hub.store.engine import Base
from hub.store.records import Epoch
from hub.store.tables import counter

CHANNEL = "gobierno_abierto_hub"
"""PostgreSQL's NOTIFY channel; its payload is empty: ask `Store.epoch`."""


async def bump_live(connection: AsyncConnection) -> None:
    """Something that moves without a data version moved (a run, a source, freshness)."""
    await _BUMP.later(connection)
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"NOTIFY {CHANNEL}"))


_BUMP = Prepared(lambda _: counter.update().where(counter.c.name == "live").values(value=counter.c.value + 1))
_VERSION = Prepared(lambda _: select(counter.c.value).where(counter.c.name == "data_version"))


async def read_data_version(connection: AsyncConnection) -> int:
    return int((await _VERSION(connection)).scalar_one())


async def read_epoch(connection: AsyncConnection) -> Epoch:
    rows = await connection.execute(select(counter.c.name, counter.c.value))
    values = dict(rows.all())
    return Epoch(values["data_version"], values["live"])


class Live(Base):
    async def epoch(self) -> Epoch:
        """The data version and the live counter. Cheap: one row each."""
        async with self._read() as connection:
            return await read_epoch(connection)

    async def changed_since(self, epoch: Epoch) -> Epoch | None:
        """The present epoch if it is another one than `epoch`, else None."""
        now = await self.epoch()
        return None if now == epoch else now

    async def data_version(self) -> int:
        """The number of publications that changed something."""
        return (await self.epoch()).data_version

    async def published_at(self) -> datetime | None:
        """When the data version last moved."""
        async with self._read() as connection:
            row = await connection.execute(select(counter.c.at).where(counter.c.name == "data_version"))
            moment: datetime | None = row.scalar_one()
            return moment
