"""How long a request's body may take: one timer for all that are under way, since one each costs more than most answers."""

from __future__ import annotations

import asyncio
from types import TracebackType

from schema.http.errors import RequestError


class Patience:
    """A context around the reading of a body; it raises RequestError (408) where that takes longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._since: dict[asyncio.Task[object], float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._since[task] = now = loop.time()
        if self._loop is not loop:
            self._loop = loop
            loop.call_at(now + self.seconds, self._look)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        task = asyncio.current_task(self._loop)
        assert task is not None
        if self._since.pop(task, None) is None and task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise RequestError(
                408,
                f"The request body did not arrive within {self.seconds:g} seconds.",
                headers=[(b"connection", b"close")],
            ) from None

    def _look(self) -> None:
        """Ends what is overdue and looks again when the next one would be; the oldest stand first."""
        loop = self._loop
        assert loop is not None
        overdue = loop.time() - self.seconds
        while self._since:
            task, since = next(iter(self._since.items()))
            if since > overdue:
                loop.call_at(since + self.seconds, self._look)
                return
            del self._since[task]
            task.cancel()
        self._loop = None
