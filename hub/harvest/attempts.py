"""When a source is asked again: as its schedule says, sooner where it was down, later where it asked for that.

Pure; times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.model import Run, RunVerdict
from hub.schedule import next_due

FIRST_RETRY = timedelta(minutes=15)
"""After the first SOURCE_DOWN in a row; doubled after each further one."""

LONGEST_RETRY = timedelta(days=1)

LONGEST_WAIT = timedelta(days=30)
"""What a `Retry-After` may ask for at most: a mistaken one must not silence a source for years."""

_PASSED_OVER = frozenset({RunVerdict.RUNNING, RunVerdict.INTERRUPTED})
_GOOD = frozenset({RunVerdict.PUBLISHED, RunVerdict.UNCHANGED, RunVerdict.EMPTY})


def next_attempt(
    schedule: str,
    verdict: RunVerdict,
    now: datetime,
    *,
    failures: int = 0,
    retry_at: datetime | None = None,
    ever_read: bool = True,
) -> datetime | None:
    """When a source is due after a run that ended `now`; None: never, until somebody asks for it.

    Args:
        failures: how many SOURCE_DOWN in a row there are, this run's included.
        retry_at: what the source itself asked for.
        ever_read: whether the source was ever read with success; one that never was is tried again though its
            schedule be ``never``.
    """
    if verdict is RunVerdict.INTERRUPTED:
        return now
    regular = next_due(schedule, now)
    if verdict is RunVerdict.SOURCE_DOWN:
        if retry_at is not None and retry_at > now:
            return min(retry_at, now + LONGEST_WAIT)
        if regular is not None or not ever_read:
            return min(now + _delay(failures), regular or now + LONGEST_RETRY)
        return None
    if regular is None and not ever_read and verdict not in _GOOD:
        return now + LONGEST_RETRY
    return regular


def _delay(failures: int) -> timedelta:
    doublings = min(max(failures - 1, 0), 20)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def in_a_row(runs: Iterable[Run], *verdicts: RunVerdict) -> list[Run]:
    """The newest runs that ended with one of these verdicts, without another in between.

    Args:
        runs: newest first; those under way or interrupted are passed over.
    """
    found: list[Run] = []
    for run in runs:
        if run.verdict in _PASSED_OVER:
            continue
        if run.verdict not in verdicts:
            break
        found.append(run)
    return found
