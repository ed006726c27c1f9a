"""Commitment drafts to commitment records, read column by column: the cells of a column repeat themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, repeat, starmap
from typing import Any

import msgspec

from connectors.base import DraftKind
from connectors.synonyms import header_hits
from hub.model import (
    Alignment,
    AlignmentBasis,
    Commitment,
    CommitmentKind,
    CommitmentStatus,
    Evidence,
    Institution,
    InstitutionRole,
    IssueSeverity,
    Milestone,
    PlanRef,
    ProgressReport,
)
from hub.normalise import institutions, kinds, links, lists, ods, percent, periods, sections, status, years
from hub.normalise.context import Desk, Normalised
from hub.normalise.dates import ends
from hub.normalise.institutions import API_ROLE, Role
from hub.normalise.keys import native_key, plan_ref
from hub.normalise.kinds import Series
from hub.normalise.page import Page
from hub.normalise.part import Part
from hub.normalise.text import as_text, clean, fold, no_data, title


def commitments(desks: Sequence[Desk]) -> list[Normalised]:
    """Everything that drafts of one run say of commitments, one result a draft, in their order.

    A draft without a title is rejected; nothing else blocks one.
    """
    if not desks:
        return []
    page = Page(desks)
    columns = _identity(page)
    keys, titles = columns["native_key"], columns["title"]
    if None in titles:
        page = Page(list(compress(desks, titles)))
        columns = {name: list(compress(column, titles)) for name, column in columns.items()}
    found = _read(page, columns) if page.desks else iter(())
    return [
        desk.rejected(key, "MISSING_TITLE", "El compromiso no trae título", "title") if said is None else next(found)
        for desk, key, said in zip(desks, keys, titles, strict=True)
    ]


def _identity(page: Page) -> dict[str, Sequence[Any]]:
    """Columns of what tells commitments apart."""
    places, plans = zip(*_PLAN.column(page), strict=True)
    parts = _KIND.column(page)
    titles = [said and title(said) for said in page.texts("title")]
    numbers = _numbers(page, parts, titles)
    keys = [
        native_key(desk, plan=plan.key, series=series, number=number)
        for desk, plan, (series, number) in zip(page.desks, plans, numbers, strict=True)
    ]
    publisher = page.desks[0].ctx.jurisdiction
    series, ordinals = zip(*numbers, strict=True)
    return {
        "native_key": keys,
        "title": titles,
        "plan": plans,
        "jurisdiction": [place or publisher for place in places],
        "series": series,
        "number": ordinals,
        "kind": [
            kind or (CommitmentKind.PROACTIVE if letter == "P" else None)
            for kind, letter in zip(parts, series, strict=True)
        ],
    }


def _read(page: Page, identity: Mapping[str, Sequence[Any]]) -> Iterator[Normalised]:
    """What the drafts of a page say that all have a title. Issues come in the order in which the columns are read.

    What no draft of the page tells keeps the record's own default.
    """
    desks = page.desks
    starts, finishes, spans = zip(*_PERIOD.column(page), strict=True)
    stages, stages_raw = zip(*_STATUS.column(page), strict=True)
    shares, shares_raw = zip(*_PROGRESS.column(page), strict=True)
    columns = {
        **identity,
        "start_date": starts,
        "end_date": finishes,
        "status": stages,
        "status_raw": stages_raw,
        "progress": shares,
        "progress_raw": shares_raw,
    }
    if page.has("evidence"):
        columns["evidence"] = _evidence(page)
    columns |= {name: page.texts(field) for name, field in _TEXTS.items() if page.has(field)}
    columns |= {name: part.column(page) for name, part in _PARTS.items() if page.has(*part.fields)}
    columns["years"] = [own or listed for own, listed in zip(spans, _YEAR.column(page), strict=True)]
    if page.has("progress_reports", "progress_date"):
        columns["progress_reports"] = list(map(_reports, desks, stages, stages_raw, shares))
    if page.has("milestones"):
        columns["milestones"] = list(map(_milestones, desks))
    if page.has("url"):
        columns["url"] = list(map(_url, desks))
    columns["raw"] = [desk.raw() for desk in desks]
    columns["lineage"] = [desk.lineage for desk in desks]
    columns["issues"] = [tuple(desk.issues) for desk in desks]
    unmatched = [tuple(desk.unmatched) for desk in desks]
    records = _records(columns, len(desks))
    kind: DraftKind = "commitment"
    return map(Normalised, repeat(kind), columns["native_key"], records, columns["issues"], unmatched)


def _records(columns: Mapping[str, Sequence[Any]], count: int) -> Iterator[Commitment]:
    """Commitments from the columns of their fields; a field without a column has its default in all of them."""
    every = [columns.get(name) or repeat(default, count) for name, default in _DEFAULTS]
    return starmap(Commitment, zip(*every, strict=True))


def _numbers(
    page: Page, parts: Sequence[CommitmentKind | None], titles: Sequence[str | None]
) -> list[tuple[Series, int | None]]:
    """Series and number of each draft."""
    found: list[tuple[Series, int | None]] = []
    for desk, cell, kind, said in zip(page.desks, page.column("number"), parts, titles, strict=True):
        proactive = kind is CommitmentKind.PROACTIVE
        numbered = None if cell is None else _numbered(desk)
        if numbered is not None:
            found.append(("P", numbered[1]) if proactive else numbered)
        else:
            proactive = proactive or (said is not None and fold(said[:24]).startswith("compromiso proactivo"))
            found.append(("P" if proactive else "C", None))
    return found


def _numbered(desk: Desk) -> tuple[Series, int | None] | None:
    """Series and number of the number's own cell, which may name a series alone."""
    cell = desk.cell("number")
    if cell is None:
        return None
    text = as_text(cell)
    plain = kinds.plain_number(text)
    if plain is not None:
        return "C", plain
    found = desk.take("number", cell, kinds.number(text))
    return found or (("P", None) if "proactiv" in text.casefold() else None)


def _period(desk: Desk) -> tuple[str | None, str | None, tuple[int, ...]]:
    """Start and end from their own cells, from the `period` cell where they are missing; and the years of both."""
    start_form, end_form = desk.date("start"), desk.date("end")
    start = ends(start_form)[0] if start_form else None
    end = (ends(end_form)[1] or ends(end_form)[0]) if end_form else None
    if start_form and end is None:
        end = ends(start_form)[1]
    cell = desk.cell("period")
    if cell is not None and (start is None or end is None):
        form = desk.take("period", cell, periods.parse(cell, desk.ctx.decisions.orders.get("period")))
        if form is not None and not form.startswith("P"):
            first, last = periods.term(form, as_text(cell), desk.draft.columns.get("period"))
            end = end or (last if start is None or last != first else None)
            start = start or first
    if years.reversed_period(start, end):
        desk.note(
            "DATE_ORDER", f"Termina ({end}) antes de empezar ({start}); se conservan ambas fechas.",
            IssueSeverity.WARNING, "end", f"{start}/{end}",
        )  # fmt: skip
    return start, end, years.own(start, end)


def _listed_years(desk: Desk) -> tuple[int, ...]:
    """The years of the `year` cell, which count where no date tells (`years.complete`: else the plan's do)."""
    cell = desk.cell("year")
    return () if cell is None else desk.take("year", cell, periods.years(cell)) or ()


def _status(desk: Desk, name: str, value: Any) -> tuple[CommitmentStatus, str | None]:
    if value is None or value == "":
        return CommitmentStatus.UNKNOWN, None
    raw = as_text(value)
    reviewed = desk.reviewed("status", value)
    if reviewed is None:
        return CommitmentStatus.UNKNOWN, raw
    column = desk.draft.columns.get(name)
    told = as_text(reviewed)
    found = desk.take(name, value, status.parse_answer(told, column) if isinstance(column, str) else status.parse(told))
    return found or CommitmentStatus.UNKNOWN, raw


def _progress(desk: Desk, name: str, value: Any) -> tuple[float | None, str | None]:
    if value is None or value == "":
        return None, None
    raw = as_text(value)
    reviewed = desk.reviewed("progress", value)
    if reviewed is None:
        return None, raw
    scale = desk.ctx.decisions.scales.get(name) if reviewed is value else "percent"
    if isinstance(reviewed, list | dict):
        reviewed = raw
    return desk.take(name, value, percent.parse(reviewed, scale)), raw


def _alignments(desk: Desk) -> tuple[Alignment, ...]:
    """Goals and targets of `ods` and `ods_target`, declared; and of `alignments` with their own basis and reason."""
    found: dict[tuple[int, str | None, str], Alignment] = {}
    for name in ("ods", "ods_target"):
        cell = desk.cell(name)
        if cell is not None:
            for ref in desk.take(name, cell, ods.parse(cell)) or ():
                found.setdefault((ref.goal, ref.target, ""), Alignment(goal=ref.goal, target=ref.target))
    for item in _dicts(desk.values.get("alignments")):
        basis = _basis(item.get("basis"))
        reason = clean(as_text(item.get("reason"))) or None
        cells = [("ods", item.get("ods")), ("ods_target", item.get("target"))]
        refs = [
            ref
            for name, cell in cells
            if cell not in (None, "")
            for ref in desk.take(name, cell, ods.parse(cell)) or ()
        ]
        goals_with_target = {ref.goal for ref in refs if ref.target}
        for ref in refs:
            if ref.target or ref.goal not in goals_with_target:
                found.setdefault(
                    (ref.goal, ref.target, basis.value),
                    Alignment(goal=ref.goal, target=ref.target, basis=basis, reason=reason),
                )
    aimed = {(goal, basis) for goal, target, basis in found if target}
    return tuple(a for (goal, target, basis), a in found.items() if target or (goal, basis) not in aimed)


def _basis(value: Any) -> AlignmentBasis:
    try:
        return AlignmentBasis(as_text(value).strip().upper() or "DECLARED")
    except ValueError:
        return AlignmentBasis.INFERRED  # an unknown basis claims the least


def _institutions(desk: Desk) -> tuple[Institution, ...]:
    found: dict[tuple[str, InstitutionRole], Institution] = {}
    persons = marks = 0

    def add(cell: Any, part: InstitutionRole) -> None:
        nonlocal persons, marks
        reading = institutions.read(cell, part)
        persons += reading.persons
        marks += reading.marks
        for one in reading.institutions:
            found.setdefault((one.name, one.role), one)

    part = _role(desk, desk.values.get("role"), InstitutionRole.LEAD)
    if (cell := desk.cell("institution")) is not None:
        add(cell, part)
    if (cell := desk.cell("support")) is not None:
        add(cell, InstitutionRole.SUPPORT)
    for item in _dicts(desk.values.get("institutions")):
        name = item.get("name")
        if name not in (None, ""):
            add(name, _role(desk, item.get("role"), InstitutionRole.LEAD))
    if persons:
        desk.note(
            "PERSON_DROPPED",
            f"Se omitieron {persons} nombres de personas; sólo se guardan instituciones.",
            name="institution",
        )
    if marks:
        desk.note(
            "MARK_DROPPED",
            "Una marca («X», «Sí») no es el nombre de una institución; si lo es el de su columna, léala con «columns» y «ticked».",
            name="institution",
        )
    return tuple(found.values())


def _role(desk: Desk, cell: Any, default: InstitutionRole) -> InstitutionRole:
    """The API's role; a word that is unknown claims no lead: the institution supports."""
    if cell is None or cell == "":
        return default
    reviewed = desk.reviewed("role", cell)
    if reviewed is None:
        return default
    result = institutions.role(as_text(reviewed))
    found = desk.take("role", cell, result)
    if found is None:
        return default if no_data(as_text(reviewed)) else InstitutionRole.SUPPORT
    return API_ROLE[found] if found is not Role.UNKNOWN else InstitutionRole.SUPPORT


def _links(desk: Desk, cell: Any) -> tuple[Evidence, ...]:
    found = links.read(desk.reviewed("evidence", cell))
    for text in found.dropped:
        desk.note(
            "LINK_DROPPED",
            "La dirección no es http ni https y no se muestra como enlace.",
            name="evidence",
            raw=text[:200],
        )
    return found.evidence


def _evidence(page: Page) -> list[tuple[Evidence, ...]]:
    cells = page.column("evidence")
    return [_links(desk, cell) if cell else () for desk, cell in zip(page.desks, cells, strict=True)]


def _url(desk: Desk) -> str | None:
    cell = desk.cell("url")
    return None if cell is None else links.one(cell)


def _reports(
    desk: Desk, stage: CommitmentStatus, stage_raw: str | None, share: float | None
) -> tuple[ProgressReport, ...]:
    """The published reports, oldest first; a dated progress column is a report of its own."""
    out: list[ProgressReport] = []
    for item in _dicts(desk.values.get("progress_reports")):
        form = desk.date("progress_reports.date", item.get("date")) if item.get("date") else None
        found, raw = _status(desk, "progress_reports.status", item.get("status"))
        out.append(
            ProgressReport(
                date=ends(form)[0] if form else None,
                progress=_progress(desk, "progress_reports.progress", item.get("progress"))[0],
                status=found,
                status_raw=raw,
                summary=clean(as_text(item.get("summary"))) or None,
                evidence=_links(desk, item.get("evidence")) if item.get("evidence") else (),
            )
        )
    dated = desk.date("progress_date")
    if dated and not out and (share is not None or stage_raw is not None):
        out.append(ProgressReport(date=ends(dated)[0], progress=share, status=stage, status_raw=stage_raw))
    return tuple(sorted(out, key=lambda report: (report.date is not None, report.date or "")))


def _milestones(desk: Desk) -> tuple[Milestone, ...]:
    cell = desk.values.get("milestones")
    if not cell:
        return ()
    out = []
    for item in _dicts(cell) or [{"title": text} for text in lists.items(cell) if not header_hits([text])]:
        title = clean(as_text(item.get("title")))
        if not title or no_data(title):
            continue
        start = desk.date("milestones.start", item["start"]) if item.get("start") else None
        end = desk.date("milestones.end", item["end"]) if item.get("end") else None
        first = ends(start)[0] if start else None
        last = (ends(end)[1] or ends(end)[0]) if end else None
        if years.reversed_period(first, last):
            desk.note("DATE_ORDER", f"El hito «{title[:60]}» termina ({last}) antes de empezar ({first}).",
                      IssueSeverity.WARNING, "milestones.end", f"{first}/{last}")  # fmt: skip
        out.append(
            Milestone(
                title=title,
                start_date=first,
                end_date=last,
                status=_status(desk, "milestones.status", item.get("status"))[0],
                progress=_progress(desk, "milestones.progress", item.get("progress"))[0],
                indicator=clean(as_text(item.get("indicator"))) or None,
                verification=clean(as_text(item.get("verification"))) or None,
            )
        )
    return tuple(out)


def _place_and_plan(desk: Desk) -> tuple[str | None, PlanRef]:
    place = desk.place()
    return place, plan_ref(desk, place)


def _dicts(cell: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in cell if isinstance(item, Mapping)] if isinstance(cell, list | tuple) else ()


_DEFAULTS = [(field.name, field.default) for field in msgspec.structs.fields(Commitment)]
"""The fields of a record in order, each with what it holds where a source says nothing."""
_PLAN = Part(
    _place_and_plan,
    "state", "municipality", "plan_key", "plan", "plan_published", "plan_ordinal", "program",
)  # fmt: skip
_KIND = Part(lambda desk: desk.read("kind", kinds.kind), "kind")
_AXIS = Part(sections.axis, "axis", "section")
_PERIOD = Part(_period, "start", "end", "period")
_YEAR = Part(_listed_years, "year")
_STATUS = Part(lambda desk: _status(desk, "status", desk.values.get("status")), "status")
_PROGRESS = Part(lambda desk: _progress(desk, "progress", desk.values.get("progress")), "progress")
_THEMES = Part(sections.themes, "themes", "section")
_ODS = Part(_alignments, "ods", "ods_target", "alignments")
_INSTITUTIONS = Part(_institutions, "role", "institution", "support", "institutions")
_PARTS: Mapping[str, Part[Any]] = {"axis": _AXIS, "themes": _THEMES, "ods": _ODS, "institutions": _INSTITUTIONS}
"""Fields of a record -> the part that gives just this field."""
_TEXTS = {"own_code": "code", "description": "description"}
"""Fields of a record -> the field whose text they show."""
