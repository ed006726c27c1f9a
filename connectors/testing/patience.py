"""A limit of processor time, for code that may never come back.

Processor time, not the clock's: a busy machine changes nothing. Where the system has no such timer (Windows) or the
caller is not the main thread, there is no limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfPatience(BaseException):
    """Raised into code that used up its processor time. Not an Exception: nothing swallows it by accident."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """A block that may use `seconds` of processor time; blocks may stand in each other. Raises OutOfPatience."""
    if not hasattr(signal, "SIGVTALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OutOfPatience(f"more than {seconds:g} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    outer, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, outer)
        signal.signal(signal.SIGVTALRM, before)
