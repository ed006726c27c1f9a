"""Strangers learn the same, after the same time, of an address that may not be asked and of one that does not answer.

Otherwise the hub could be asked what there is in its own network.
"""

from __future__ import annotations

import math

from connectors.base import HarvestError
from hub.fetch import Clock

UNREACHABLE = (
    "No se pudo leer esta dirección: no es pública o no contesta. Compruebe que se abre desde cualquier red, "
    "por http o https, en los puertos 80 o 443."
)
SILENT = frozenset(
    {
        "ADDRESS_REFUSED", "CONNECT", "DNS", "TIMEOUT", "TIMEOUT_TOTAL", "RESET", "PROTOCOL", "TLS_HANDSHAKE",
        "URL_INVALID",
    }
)  # fmt: skip
"""Codes of errors that tell nothing but this one sentence."""

STEP = 2.0
"""Seconds; an answer about an address that cannot be read comes after a whole number of these."""


def reason_of(error: HarvestError) -> str:
    """What a stranger may know of an error."""
    return UNREACHABLE if error.code in SILENT else error.reason


def is_silent(error: HarvestError) -> bool:
    """Whether an error must not be told from others of its kind."""
    return error.code in SILENT


async def wait_out(clock: Clock, began: float) -> None:
    """Wait until a whole number of steps have passed since `began` (of the clock's `monotonic`)."""
    spent = clock.monotonic() - began
    await clock.sleep(max(1, math.ceil(spent / STEP)) * STEP - spent)
