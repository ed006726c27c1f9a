"""Charts as inline SVG. They are measured in percent, so that they stretch while their lines and letters do not.

No chart stands alone: each is a cell of a table that says the same in figures, or has such a table beside it. Colours are
classes of the stylesheet, or the goals' official ones as presentation attributes: the pages allow no inline style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from hub.web.maps import shade, svg
from hub.web.tiles import PLACES


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its size, and its colour as a class or an official hexadecimal one."""

    value: float
    css: str = ""
    fill: str = ""
    hatched: bool = False


def bar(parts: Sequence[Part], whole: float) -> Markup:
    """A bar of pieces beside each other, of `whole` at full width. The figures stand beside it: it is hidden from readers."""
    drawn = ['<svg class="bar" aria-hidden="true" focusable="false">']
    start = 0.0
    for part in parts:
        if part.value <= 0 or whole <= 0:
            continue
        width = 100 * part.value / whole
        fill = f' fill="{escape(part.fill)}"' if part.fill else ""
        css = f' class="{escape(part.css)}"' if part.css else ""
        place = f'x="{start:.2f}%" width="{width:.2f}%" height="100%"'
        drawn.append(f"<rect {place}{css}{fill}/>")
        if part.hatched:
            drawn.append(f'<rect {place} fill="url(#rayado)"/>')
        start += width
    return svg([*drawn, "</svg>"])


def status_bar(counts: Mapping[str, int], whole: float) -> Markup:
    """A bar by status, in the order of the statuses."""
    return bar([Part(count, css=f"s-{status}") for status, count in counts.items()], whole)


HATCH = Markup(
    '<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="rayado" width="6" height="6" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="3" height="6"/></pattern>'
    "</defs></svg>"
)
"""The pattern of editorial judgements; once a page."""


@dataclass(frozen=True, slots=True)
class Period:
    """A bar of the timeline."""

    start: str
    end: str | None
    label: str
    title: str
    href: str
    css: str


def year_of(value: str, *, last: bool = False) -> float:
    """A partial date as a point in time, in years; `last` takes the end of what it covers."""
    numbers = [int(part) for part in value.split("-")]
    year = numbers[0]
    if len(numbers) == 1:
        return year + (1.0 if last else 0.0)
    month = min(max(numbers[1], 1), 12)
    if len(numbers) == 2:
        return year + (month if last else month - 1) / 12
    try:
        day = date(year, month, numbers[2])
    except ValueError:
        return year + (month - 1) / 12
    return year + ((day - date(year, 1, 1)).days + last) / 366


def timeline(periods: Iterable[Period], first: int, last: int) -> Markup:
    """The periods of one row between two years. One without an end is in force for a year, the programme's own rule."""
    span = last - first
    parts = ['<svg class="line" role="group" focusable="false">']
    for year in range(first, last + 1):
        place = 100 * (year - first) / span
        parts.append(f'<line class="grid" x1="{place:.2f}%" x2="{place:.2f}%" y1="0" y2="100%"/>')
    for period in periods:
        begins = max(year_of(period.start), first)
        ends = year_of(period.end, last=True) if period.end else begins + 1
        ends = min(max(ends, begins + 0.12), last)
        place = 100 * (begins - first) / span
        width = 100 * (ends - begins) / span
        parts.append(
            f'<a href="{escape(period.href)}"><title>{escape(period.title)}</title><rect class="{escape(period.css)}" '
            f'x="{place:.2f}%" width="{width:.2f}%" y="4" height="16" rx="3"/>'
            f'<text x="{place:.2f}%" dx="5" y="16">{escape(period.label)}</text></a>'
        )
    return svg([*parts, "</svg>"])


def years_axis(first: int, last: int) -> Markup:
    """The years above a timeline."""
    span = last - first
    parts = [Markup('<svg class="axis" aria-hidden="true" focusable="false">')]
    for year in range(first, last):
        middle = 100 * (year + 0.5 - first) / span
        parts.append(Markup('<text class="y{}" x="{:.2f}%" y="14">{}</text>').format((year - first) % 3, middle, year))
    return Markup("").join([*parts, Markup("</svg>")])


@dataclass(frozen=True, slots=True)
class Mark:
    """One run of a strip, or one published figure of the progress."""

    css: str
    title: str


def strip(marks: Sequence[Mark], places: int, title: str) -> Markup:
    """The last runs of a source, oldest first; places without a run stay empty."""
    width = 100 / places
    parts = [Markup('<svg class="strip" role="img" aria-label="{}">').format(title)]
    free = places - len(marks)
    for index in range(places):
        place = Markup('x="{:.2f}%" width="{:.2f}%" y="0" height="100%"').format(index * width, width * 0.74)
        if index < free:
            parts.append(Markup('<rect class="none" {}/>').format(place))
        else:
            mark = marks[index - free]
            parts.append(Markup('<rect class="{}" {}><title>{}</title></rect>').format(mark.css, place, mark.title))
    return Markup("").join([*parts, Markup("</svg>")])


_RISE = Markup('<line class="rise" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}%" y2="{2}%"/>')
_RUN = Markup(
    '<line class="run" x1="{0:.2f}%" x2="{1:.2f}%" y1="{2}%" y2="{2}%"/><circle cx="{0:.2f}%" cy="{2}%" r="5"/>'
    '<text class="{3}" dx="{4}" x="{0:.2f}%" y="{2}%" dy="-8">{5}</text>'
)
NARROW = 20
"""Percent of a staircase's width that a figure needs on a small screen."""


def steps(points: Sequence[tuple[str, float]], title: str, said: Callable[[float], str]) -> Markup:
    """Published progress as a staircase: each figure holds until the next is published.

    Args:
        points: (partial date, 0 to 100), oldest first; at least one.
        said: a figure in the page's words.
    """
    times = [year_of(day) for day, _ in points]
    first, span = times[0], max(times[-1] - times[0], 0.25) * 1.08
    places = [2 + 94 * (time - first) / span for time in times]
    ends = [*places[1:], 100.0]
    parts = [Markup('<svg class="stairs" role="img" aria-label="{}">').format(title)]
    parts.extend(
        Markup('<line class="grid" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(_height(level))
        for level in (0, 25, 50, 75, 100)
    )
    before: float | None = None
    for (_, value), place, end in zip(points, places, ends, strict=True):
        height = _height(value)
        if before is not None:
            parts.append(_RISE.format(place, before, height))
        # A figure stands after its point, or before it where the next point or the edge is near.
        near = place > NARROW and end - place < NARROW
        parts.append(_RUN.format(place, end, height, *(("before", -8) if near else ("after", 8)), said(value)))
        before = height
    return Markup("").join([*parts, Markup("</svg>")])


def _height(value: float) -> float:
    return round(92 - 0.8 * max(0.0, min(100.0, value)), 2)


def emblem() -> Markup:
    """The mark of the hub: many open circles about one."""
    dots = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="2.4"/>').format(x, y)
        for x, y in ((12, 2.9), (19.9, 7.4), (19.9, 16.6), (12, 21.1), (4.1, 16.6), (4.1, 7.4))
    )
    return Markup('<svg class="emblem" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}{}</svg>').format(
        dots, Markup('<circle class="ring" cx="12" cy="12" r="4.6"/>')
    )


def goal_square(number: int, color: str) -> Markup:
    """A goal's number on its official colour, in black or white, whichever reads better."""
    return Markup(
        '<svg class="goal" viewBox="0 0 28 28" aria-hidden="true" focusable="false"><rect width="28" height="28" rx="5" fill="{}"/>'
        '<text x="14" y="19.5" fill="{}">{}</text></svg>'
    ).format(escape(color), readable_on(color), number)


def readable_on(color: str) -> str:
    """Black or white: the one with more contrast on a colour (WCAG 2.2, relative luminance)."""
    light = luminance(color)
    return "#000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#fff"


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


CARD_SHADES = ("#eceae1", "#cfe3da", "#9fcab9", "#5fa78f", "#23796a", "#0b4a3e")


def card_tiles(counts: Mapping[str, int]) -> Markup:
    """The tile map of the social card, in fixed colours: no stylesheet reaches it.

    Args:
        counts: INEGI key → commitments.
    """
    most = max(counts.values(), default=0)
    return Markup("").join(
        Markup('<rect x="{}" y="{}" width="34" height="34" rx="5" fill="{}"/>').format(
            740 + column * 38, 190 + row * 38, CARD_SHADES[shade(counts.get(code, 0), most)]
        )
        for code, (column, row) in PLACES.items()
    )
