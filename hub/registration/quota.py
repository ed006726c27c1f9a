"""How often strangers may ask, by client and by the host they ask about."""

from __future__ import annotations

import time
from collections.abc import Callable

from hub.rate import Rate
from schema.http.ratelimit import Windows
from schema.registration import Principal


class Quota:
    """Counts in fixed windows, in this process.

    Args:
        rate: as `hub.rate` reads it: ``10/minute``.

    Raises:
        ValueError: the rate is none.
    """

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        read = Rate.parse(rate)
        self._amount = read.amount
        self._windows = Windows(read.seconds, clock)

    def wait(self, act: str, *keys: str) -> float | None:
        """Count one act under each key, until one is over its quota: then the seconds to wait, else None."""
        for key in keys:
            used, rest = self._windows.hit(f"{act} {key}")
            if used > self._amount:
                return rest
        return None


def client_of(principal: Principal) -> str:
    """Who asks, for the quota: a token where one was shown, else the network address."""
    if principal.token is not None:
        return f"token {principal.token}"
    return f"client {principal.address or 'local'}"
