"""Try again what may pass by itself: exponential back-off with jitter, and what the site asks for."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from hub.fetch.errors import Retryable
from hub.fetch.settings import Clock, FetchSettings

T = TypeVar("T")
_LONGEST = 366 * 86_400.0
"""Seconds; nobody means more than a year, and a timedelta cannot hold every number a header can."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a ``Retry-After`` header (RFC 9110 §10.2.3); None where it says nothing usable.

    Both forms are read: a whole number of seconds, and an HTTP date, one in the past being 0.
    """
    if value is None or not (text := value.strip()):
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:12]) if len(text) <= 12 else _LONGEST, _LONGEST)
    try:
        when = parsedate_to_datetime(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return min(max((when - now).total_seconds(), 0.0), _LONGEST)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class Retrier:
    """Runs one request up to `attempts` times."""

    def __init__(self, settings: FetchSettings, clock: Clock, rng: random.Random) -> None:
        self._settings = settings
        self._clock = clock
        self._rng = rng

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The result of the first attempt that succeeds.

        Raises:
            SourceDown: every attempt failed, or the site asked for more patience than `retry_after_max`;
                `retry_at` is set where the site named a time.
            HarvestError: whatever an attempt raised that is not worth another one.
        """
        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            stop=lambda state: stop_after_attempt(self._settings.attempts)(state) or self._too_long(state),
            wait=self._wait,
            retry=retry_if_exception_type(Retryable),
            reraise=True,
        )
        try:
            return await retrying(attempt)
        except Retryable as last:
            if last.wait is not None:
                last.error.retry_at = self._clock.now() + timedelta(seconds=last.wait)
            raise last.error from last.__cause__

    def _asked(self, state: RetryCallState) -> float | None:
        error = state.outcome.exception() if state.outcome is not None else None
        return error.wait if isinstance(error, Retryable) else None

    def _too_long(self, state: RetryCallState) -> bool:
        return (self._asked(state) or 0.0) > self._settings.retry_after_max

    def _wait(self, state: RetryCallState) -> float:
        base: float = self._settings.backoff
        backoff = base * 2.0 ** (state.attempt_number - 1) + self._rng.uniform(0.0, base)
        return max(backoff, self._asked(state) or 0.0)
