"""Moments as the store writes them: text in UTC of fixed width, whose order is that of time."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(maxsize=1024)
def time_text(value: datetime) -> str:
    """A moment as the store writes it: ``2026-11-21T23:18:20.123456Z``."""
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone: {value!r}")
    value = value.astimezone(UTC)
    return value.strftime(TIME_FORMAT) if value.year > 999 else f"{value.year:04d}" + value.strftime(TIME_FORMAT)[4:]


@lru_cache(maxsize=1024)
def time_value(text: str) -> datetime:
    """The reverse of `time_text`."""
    return datetime.fromisoformat(text)
