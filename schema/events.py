"""What subscriptions follow: the published changes and the steps of runs, one stream for any number of clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from hub.model import Change, Run


class EventSource(Protocol):
    """Both streams begin at the moment of subscription and end only when the client leaves."""

    def changes(self) -> AsyncIterator[Change]:
        """Every published change, in order."""
        ...

    def runs(self) -> AsyncIterator[Run]:
        """Every step of every run: once when it starts, and each time its counts or verdict move."""
        ...


class NoEvents:
    """A hub that serves a read-model file alone: nothing ever happens."""

    async def changes(self) -> AsyncIterator[Change]:
        return
        yield

    async def runs(self) -> AsyncIterator[Run]:
        return
        yield
