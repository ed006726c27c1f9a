"""`/eventos` and `/eventos.ics`: signings, sessions, panels."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from hub.web import labels
from hub.web.pages.view import Page, View

FOLD = 73
"""Octets of a line of iCalendar besides its end (RFC 5545 3.1: at most 75, a folded one begins with a space)."""


async def page(view: View) -> Page:
    """Every event by year, newest first."""
    events = (await view.ask("events"))["events"]
    newest = list(reversed(events))
    years = [(year, list(items)) for year, items in groupby(newest, key=lambda event: event["date"][:4])]
    return view.render("events.html", events=events, years=years, doors=view.doors(view.selection()))


async def calendar(view: View) -> Page:
    """The events that have a day, as iCalendar (RFC 5545). One known by month or year only is no entry of a calendar."""
    events = (await view.ask("events"))["events"]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(view.title)}//eventos//{view.language.upper()}",
        f"X-WR-CALNAME:{_text(view.title)}",
    ]
    for event in events:
        if len(event["date"]) == 10:
            lines += _entry(view, event)
    lines.append("END:VCALENDAR")
    body = "".join(_folded(line) + "\r\n" for line in lines)
    return Page(body.encode(), media_type="text/calendar; charset=utf-8")


def _entry(view: View, event: dict[str, Any]) -> list[str]:
    begins = date.fromisoformat(event["date"])
    last = event["endDate"] if event["endDate"] and len(event["endDate"]) == 10 else event["date"]
    after = max(date.fromisoformat(last), begins) + timedelta(days=1)  # the end of an all-day entry is exclusive
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event['id']}@{view.base.split('//')[-1]}",
        f"DTSTAMP:{begins:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{begins:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_text(event['title'])}",
    ]
    place = event["place"] or (event["jurisdiction"] or {}).get("name")
    if place:
        lines.append(f"LOCATION:{_text(place)}")
    if event["kind"]:
        lines.append(f"CATEGORIES:{_text(view.label(labels.EVENT_KIND, event['kind']))}")
    if view.external(event["url"]):
        lines.append(f"URL:{_line(event['url'])}")
    return [*lines, "END:VEVENT"]


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _line(escaped.replace("\r\n", "\n").replace("\n", "\\n"))


def _line(value: str) -> str:
    """No control character ends or breaks a line."""
    return "".join(letter for letter in value if letter >= " " and letter != "\x7f")


def _folded(line: str) -> str:
    """A line folded at octets, never within a letter."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD:
            pieces.append(piece)
            piece, size = "", 0
        piece += letter
        size += octets
    return "\r\n ".join([*pieces, piece])
