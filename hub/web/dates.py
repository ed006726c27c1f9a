"""Dates and instants in words: "21 de noviembre de 2026" and "21 November 2026"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from hub.web.words import SPANISH

CENTRAL = timezone(timedelta(hours=-6))
"""Central Mexico. It has kept no summer time since October 2022, and no instant of a hub is older."""

MONTHS = {
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
}  # fmt: skip

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@lru_cache(4_096)
def date_in_words(value: str, language: str) -> str:
    """A partial date in words, as precise as it was published; what is no date stays as it is."""
    match = _PARTIAL.fullmatch(value)
    if match is None:
        return value
    year, month, day = match.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year if month is None else value
    name = MONTHS[language][int(month) - 1]
    between = " de " if language == SPANISH else " "
    return between.join([str(int(day)), name, year] if day else [name, year])


@lru_cache(4_096)
def period_in_words(start: str | None, end: str | None, language: str) -> str:
    """Two partial dates as one period: "2016–2018", "20–22 de octubre de 2020", "julio – diciembre de 2023".

    What both share is said once; an end that nobody published is "…". Empty where neither was.
    """
    if not start or not end:
        parts = [date_in_words(value, language) if value else "…" for value in (start, end)]
        return " – ".join(parts) if start or end else ""
    if start == end:
        return date_in_words(start, language)
    first, last = (match.groups() if (match := _PARTIAL.fullmatch(value)) else None for value in (start, end))
    if first is None or last is None or [part is None for part in first] != [part is None for part in last]:
        return f"{date_in_words(start, language)} – {date_in_words(end, language)}"
    if first[1] is None:
        return f"{start}–{end}"
    begin, whole = date_in_words(start, language), date_in_words(end, language)
    if first[0] != last[0] or start == begin or end == whole:
        return f"{begin} – {whole}"
    if first[1] == last[1]:
        return f"{int(first[2])}–{whole}"
    return f"{begin.removesuffix(last[0]).removesuffix(' de ').rstrip()} – {whole}"


@lru_cache(4_096)
def instant_in_words(value: str, language: str, *, clock: bool = True) -> str:
    """An instant of the API as central Mexico's day and hour."""
    local = datetime.fromisoformat(value).astimezone(CENTRAL)
    day = date_in_words(local.strftime("%Y-%m-%d"), language)
    if not clock:
        return day
    return f"{day}, {local:%H:%M} h" if language == SPANISH else f"{day}, {local:%H:%M}"


def day_of(value: str) -> tuple[datetime, datetime] | None:
    """The first and the last instant of a day of central Mexico, in UTC; None where `value` is no day."""
    try:
        first = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=CENTRAL)
        last = first + timedelta(days=1) - timedelta(microseconds=1)
        return first.astimezone(UTC), last.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def span_of(value: str) -> tuple[datetime, datetime] | None:
    """`as_of` as a span of time: the first and last instant of a day of central Mexico, or one instant; else None."""
    day = day_of(value)
    if day is not None:
        return day
    try:
        # In an address a plus sign may have become a space.
        found = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        return None
    if found.tzinfo is None or not 1 < found.year < 9999:
        return None
    found = found.astimezone(UTC)
    return found, found
