"""Plan, exercise, declared total and event drafts to their records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.model import DeclaredTotal, Event, Exercise, IssueSeverity, Members, Plan
from hub.normalise import kinds, links, ods, percent, periods, years
from hub.normalise.context import Desk, Normalised
from hub.normalise.dates import ends
from hub.normalise.keys import native_key, program_of
from hub.normalise.result import Result, matched, unmatched
from hub.normalise.text import as_text, clean

_SECTORS = ("government", "civil_society", "oversight_body", "academia", "autonomous_bodies")


def _first(form: str | None) -> str | None:
    return ends(form)[0] if form else None


def _last(form: str | None) -> str | None:
    return (ends(form)[1] or ends(form)[0]) if form else None


def plan(desk: Desk) -> Normalised:
    """A plan; without a title it is rejected."""
    place = desk.jurisdiction()
    title = desk.text("title")
    ordinal = desk.read("ordinal", kinds.ordinal)
    if ordinal is None and title is not None:
        ordinal = kinds.ordinal(title).value
    key = native_key(desk, plan=f"{place}/plan", number=ordinal)
    if title is None:
        return desk.rejected(key, "MISSING_TITLE", "El plan no trae título", "title")
    start, end = _first(desk.date("start")), _last(desk.date("end"))
    if (cell := desk.cell("period")) is not None and (start is None or end is None):
        form = desk.take("period", cell, periods.parse(cell, desk.ctx.decisions.orders.get("period")))
        if form is not None and not form.startswith("P"):
            start, end = start or _first(form), end or ends(form)[1]
    if years.reversed_period(start, end):
        desk.note(
            "DATE_ORDER",
            f"El plan termina ({end}) antes de empezar ({start}).",
            IssueSeverity.WARNING,
            "end",
            f"{start}/{end}",
        )
    declared = desk.cell("declared")
    record = Plan(
        native_key=key,
        title=title,
        jurisdiction=place,
        program=program_of(desk, place, title),
        own_code=desk.text("code"),
        ordinal=ordinal,
        published=_first(desk.date("published")),
        start_date=start,
        end_date=end,
        declared_commitments=desk.take("declared", declared, kinds.integer(declared)) if declared is not None else None,
        status_raw=desk.text("status"),
        url=_url(desk),
        raw=desk.raw(),
        issues=tuple(desk.issues),
        lineage=desk.lineage,
    )
    return desk.done(key, record)


def exercise(desk: Desk) -> Normalised:
    """A state's exercise. Its key is its jurisdiction; rejected where that cannot be told."""
    place = desk.place() or desk.ctx.source.state
    if place is None:
        key = native_key(desk)
        return desk.rejected(key, "UNMATCHED_VALUE", "El ejercicio no dice de qué entidad es", "state")
    joined = _first(desk.date("joined"))
    cell = desk.cell("joined_year")
    year = desk.take("joined_year", cell, periods.years(cell)) if cell is not None else None
    record = Exercise(
        native_key=place,
        jurisdiction=place,
        joined=joined,
        joined_year=year[0] if year and len(year) == 1 else (int(joined[:4]) if joined else None),
        step=desk.read("step", kinds.step),
        secretariat_installed=_first(desk.date("secretariat_installed")),
        members=_members(desk),
        status_raw=desk.text("status"),
        raw=desk.raw(),
        issues=tuple(desk.issues),
        lineage=desk.lineage,
    )
    return desk.done(place, record)


def _members(desk: Desk) -> Members | None:
    given = desk.values.get("members")
    if not isinstance(given, Mapping):
        return None
    counts = {}
    for sector in _SECTORS:
        cell = given.get(sector)
        if cell not in (None, ""):
            counts[sector] = desk.take(f"members.{sector}", cell, kinds.integer(cell))
    return Members(**counts) if any(value is not None for value in counts.values()) else None


def total(desk: Desk) -> Normalised:
    """An official figure. Rejected without an indicator, a publisher or a number."""
    indicator = desk.text("indicator")
    publisher = desk.text("publisher") or clean(desk.ctx.source.title)
    cell = desk.cell("value")
    key = native_key(desk)
    if indicator is None or cell is None:
        return desk.rejected(key, "MISSING_TITLE", "La cifra no trae indicador o valor", "indicator")
    value = desk.take("value", cell, _figure(cell))
    if value is None:
        return desk.rejected(key, "UNMATCHED_VALUE", "La cifra no es un número", "value")
    goals = desk.cell("ods")
    refs = desk.take("ods", goals, ods.parse(goals)) if goals is not None else None
    record = DeclaredTotal(
        native_key=key,
        indicator=indicator,
        value=value,
        publisher=publisher,
        date=_first(desk.date("date")),
        jurisdiction=desk.jurisdiction(),
        ods=refs[0].goal if refs and len(ods.goals(refs)) == 1 else None,
        unit=desk.text("unit"),
        qualifier=desk.text("qualifier"),
        document=desk.text("document"),
        url=_url(desk),
        raw=desk.raw(),
        issues=tuple(desk.issues),
        lineage=desk.lineage,
    )
    return desk.done(key, record)


def _figure(cell: Any) -> Result[float]:
    if isinstance(cell, bool):
        return unmatched("no es un número")
    value = float(cell) if isinstance(cell, int | float) else percent.number(as_text(cell))
    return matched(value) if value is not None and abs(value) < 1e18 else unmatched("no es un número")


def event(desk: Desk) -> Normalised:
    """An event. Rejected without a title."""
    title = desk.text("title")
    key = native_key(desk)
    if title is None:
        return desk.rejected(key, "MISSING_TITLE", "El evento no trae título", "title")
    form, end = desk.date("date"), desk.date("end_date")
    place = desk.place() or desk.ctx.source.state
    record = Event(
        native_key=key,
        title=title,
        date=_first(form),
        end_date=_last(end) or (ends(form)[1] if form else None),
        place=desk.text("place"),
        organiser=desk.text("organiser"),
        kind=desk.text("kind"),
        jurisdiction=place,
        url=_url(desk),
        raw=desk.raw(),
        issues=tuple(desk.issues),
        lineage=desk.lineage,
    )
    return desk.done(key, record)


def _url(desk: Desk) -> str | None:
    cell = desk.cell("url")
    return links.one(cell) if cell is not None else None
