"""Which HTTP protocol class uvicorn is to serve with."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger("hub.serving")


def http_protocol(look: Callable[[], list[str]] | None = None) -> Any:
    """uvicorn's setting `http`: the protocol with the fast path, or ``"auto"`` where it cannot be had.

    It cannot without httptools, and it is not where the installed uvicorn lacks what it builds on; a line in the log
    says so then. Answers are the same either way.

    Args:
        look: names what is lacking; by default `hub.serving.protocol.unknown`.
    """
    try:
        from hub.serving.protocol import FastPathProtocol, unknown
    except ImportError as error:
        log.warning("serving without the fast path of requests: %s", error)
        return "auto"
    missing = (look or unknown)()
    if missing:
        log.warning("serving without the fast path of requests: this uvicorn has no %s", ", ".join(missing))
        return "auto"
    return FastPathProtocol
