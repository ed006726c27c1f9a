"""Hearing that the store moved: PostgreSQL tells those who listen the moment a move is committed; SQLite tells nobody."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.store.engine import Base, translated
from hub.store.live import CHANNEL

log = logging.getLogger("hub.store")

RETRY = 2.0
"""Seconds until a lost connection is made anew."""


class Listener:
    """A connection of its own that does nothing but listen.

    Attributes:
        moved: set with every move, and when listening begins: what moved before was told to nobody.
        connected: whether a move would be heard now; while it would not, the store has to be asked.
    """

    def __init__(self, engine: AsyncEngine, *, retry: float = RETRY) -> None:
        self.moved = asyncio.Event()
        self.connected = False
        self._engine = engine
        self._retry = retry

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made anew."""
        while True:
            try:
                with translated(self._engine.url):
                    await self._listen()
                log.warning("the connection that listened to the store was lost")
            except Exception as error:  # whatever it is, the store can still be asked, and listened to later
                log.warning("the store cannot be listened to (%s: %s)", type(error).__name__, error)
            await asyncio.sleep(self._retry)

    async def _listen(self) -> None:
        """Listen until the connection is lost."""
        lost = asyncio.Event()
        async with self._engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: lost.set())
            try:
                await raw.add_listener(CHANNEL, lambda *_: self.moved.set())
                self.connected = True
                self.moved.set()
                await lost.wait()
            finally:
                self.connected = False
                self.moved.set()
                await connection.invalidate()  # nobody else may get a connection that listens


class Listening(Base):
    """What the store tells by itself."""

    def listener(self, *, retry: float = RETRY) -> Listener | None:
        """A listener to run; None on SQLite, which has to be asked."""
        return Listener(self._engine, retry=retry) if self._postgres else None
