"""How often something may be done: `1200/minute`, `30 per 5 minutes`. The notation of the library `limits`.

Read here, since that library loads every storage it knows to read it: 6 MB of each process.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "month": 30 * 86_400, "year": 360 * 86_400}
"""Seconds of each, as `limits` counts them."""
_RATE = re.compile(r"\s*(\d+)\s*(?:/|\bper\b)\s*(\d+)?\s*([a-z]+?)s?\s*", re.IGNORECASE | re.ASCII)


class Rate(NamedTuple):
    """So many in each window of time.

    Attributes:
        amount: how many.
        units: how many of `unit` a window lasts.
        unit: ``second``, ``minute``, ``hour``, ``day``, ``month`` (30 days) or ``year`` (12 of these).
    """

    amount: int
    units: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """A rate as people write it.

        Raises:
            ValueError: it is none, or it allows nothing for ever.
        """
        match = _RATE.fullmatch(text)
        unit = match[3].lower() if match else ""
        if match is None or unit not in _UNITS or int(match[2] or 1) == 0:
            raise ValueError('write a rate as "1200/minute", "10 per 5 seconds"; units: ' + ", ".join(_UNITS))
        return cls(int(match[1]), int(match[2] or 1), unit)

    @property
    def seconds(self) -> int:
        """How long a window lasts."""
        return self.units * _UNITS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount} per {self.units} {self.unit}"
