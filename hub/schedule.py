"""When a source is due again: daily, weekly, hourly, never, or five cron fields (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_INTERVALS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Cron:
    """Five cron fields. As in POSIX, a day matches by month day OR weekday when both are restricted."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Raises ValueError naming the field that is wrong."""
        parts = text.split()
        if len(parts) != 5:
            raise ValueError('write "hourly", "daily", "weekly", "never" or five cron fields such as "30 4 * * 1"')
        sets = [_parse_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
        weekdays = frozenset(day % 7 for day in sets[4])
        return cls(sets[0], sets[1], sets[2], sets[3], weekdays, parts[2].startswith("*"), parts[4].startswith("*"))

    def next_after(self, moment: datetime) -> datetime | None:
        """The first matching minute after `moment`; None where none comes within five years (31 February)."""
        at = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        limit = moment + timedelta(days=5 * 366)
        while at <= limit:
            if at.month not in self.months or not self._day_matches(at):
                at = (at + timedelta(days=1)).replace(hour=0, minute=0)
            elif at.hour not in self.hours:
                at = (at + timedelta(hours=1)).replace(minute=0)
            elif at.minute not in self.minutes:
                at += timedelta(minutes=1)
            else:
                return at
        return None

    def _day_matches(self, at: datetime) -> bool:
        by_day = at.day in self.days
        by_weekday = at.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday


def _parse_field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    chosen: set[int] = set()
    for part in text.split(","):
        span, _, step_text = part.partition("/")
        first, _, last = span.partition("-")
        try:
            step = int(step_text) if step_text else 1
            start, end = (low, high) if span == "*" else (int(first), int(last or first))
        except ValueError:
            raise ValueError(f"cron {name}: {part!r} is not a number, a range or *") from None
        if span != "*" and step_text and not last:
            end = high
        if not (low <= start <= end <= high) or step < 1:
            raise ValueError(f"cron {name}: {part!r} is not within {low} to {high}")
        chosen.update(range(start, end + 1, step))
    return frozenset(chosen)


def next_due(schedule: str, after: datetime) -> datetime | None:
    """When a source with this schedule is due again after a run at `after`; None: never."""
    if schedule == "never":
        return None
    if schedule in _INTERVALS:
        return after + _INTERVALS[schedule]
    return Cron.parse(schedule).next_after(after)
