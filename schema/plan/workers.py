"""Plans that take long: run beside the event loop, on connections of their own, for a limited time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import apsw

from hub.readmodel.reader import ReadModel

T = TypeVar("T")
THREADS = 2
STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""
Sets = OrderedDict[tuple[str, str], int]


class TookTooLongError(Exception):
    """A plan was stopped after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"stopped after {seconds:g} s")
        self.seconds = seconds


class Workers:
    """Threads, each with a connection of its own to the version of the data that is asked for.

    Args:
        seconds: how long one plan may run; what is left of a queue does not count.
        clock: seconds from any moment.
        steps: instructions of SQLite between two looks at it.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic, steps: int = STEPS) -> None:
        self.seconds = seconds
        self._clock = clock
        self._steps = steps
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="plan")
        self._own = threading.local()

    async def run(self, model: ReadModel, work: Callable[[ReadModel], T]) -> T:
        """What `work` gives on a copy of `model`; row sets that it found are kept with `model` too.

        Raises:
            TookTooLongError: it was stopped.
            ReadModelError: the file is gone.
        """
        known = (model.current.sets(), model.past.sets())
        job = partial(self._work, model, known, work)
        result, (current, past) = await asyncio.get_running_loop().run_in_executor(self._pool, job)
        model.current.adopt(current)
        model.past.adopt(past)
        return result

    def _work(
        self, model: ReadModel, known: tuple[Sets, Sets], work: Callable[[ReadModel], T]
    ) -> tuple[T, tuple[Sets, Sets]]:
        copy: ReadModel | None = getattr(self._own, "copy", None)
        if copy is None or copy.path != model.path:
            copy = self._own.copy = model.clone()
        copy.current.take(known[0])
        copy.past.take(known[1])
        end = self._clock() + self.seconds
        copy.connection.set_progress_handler(lambda: self._clock() > end, self._steps)
        try:
            return work(copy), (copy.current.sets(), copy.past.sets())
        except apsw.InterruptError:
            raise TookTooLongError(self.seconds) from None
        finally:
            copy.connection.set_progress_handler(None)
