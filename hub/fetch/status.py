"""What a status code other than success means, and who must act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from hub.fetch.errors import Retryable, changed, down, refused
from hub.fetch.retry import retry_after

_PASSING = frozenset({408, 425})
_DENIED = frozenset({401, 403, 407, 451})
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Answered:
    """A status that is no success, and the patience asked for with it."""

    status: int
    retry_after: str | None
    host: str
    now: datetime


def refuse_status(answer: Answered) -> NoReturn:
    """Raise what the status means.

    Raises:
        Retryable: 429 and 5xx (and 408, 425), with the wait that ``Retry-After`` names.
        SourceRefused: ``FORBIDDEN``, 401 and 403 (407, 451).
        SourceChanged: ``NOT_FOUND``, 404 and 410; ``HTTP_STATUS`` for anything else.
    """
    status, host = answer.status, answer.host
    if status == 429 or status in _PASSING or status >= 500:
        code = "RATE_LIMITED" if status == 429 else "SERVER_ERROR"
        raise Retryable(down(code, status=status, host=host), retry_after(answer.retry_after, answer.now))
    if status in _DENIED:
        raise refused("FORBIDDEN", status=status, host=host)
    raise changed("NOT_FOUND" if status in _GONE else "HTTP_STATUS", status=status, host=host)
