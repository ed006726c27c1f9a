"""Rows that tell how the same commitment stands at several times, «one row a quarter»: one commitment with a report a row.

Told only where the file says so plainly: the same number and title again, another period or date beside them, and nothing
else that differs but what is reported of a period.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from connectors.base import Cell, Draft, Note, Row
from connectors.header import looks_like_value
from connectors.mapping import REPORTS, Bound
from connectors.moments import DAY, Moment, Order, Orders, moment, written
from connectors.synonyms import best_fields
from connectors.text import fold, is_blank, shown

HELD = 5_000
"""Rows looked at together; what reports on more rows is no list of commitments that a person keeps."""

_TIME = re.compile(
    r"\b(?:trimestre|bimestre|cuatrimestre|semestre|mes|periodo|corte|ano|anio|ejercicio|marca temporal|quarter|month|period|year)\b"
    r"|\bfecha del? (?:reporte|informe|avance|seguimiento|actualizacion|medicion|revision)\b"
)
_TERM = re.compile(
    r"\b(?:inicio|inicial|termino|fin|final|ejecucion|implementacion|vigencia|plan|cumplimiento|compromiso|entrega|duracion|programad\w+|conclusion)\b"
)
"""A time of the commitment itself; one with the words of `_TOLD` is of the report all the same."""
_TOLD = re.compile(r"\b(?:informa|reporta|reportado|informado|corte|avance)\b")
_OF_A_PERIOD = re.compile(
    r"\b(?:avances?|logros?|observaci\w+|comentarios?|notas?|justificaci\w+|resultados?(?! esperad)|realizad[oa]s?|alcanzad[oa]s?|evidencias?"
    r"|actualizaci\w+|validaci\w+|seguimiento|reportad[oa]s?|programad[oa]s?|semaforo|porcentaje)\b"
)
"""What may differ from one period to the next without being another commitment."""
_SUMMARY = re.compile(r"\b(?:descripci\w+|avances?|logros?|observaci\w+|comentarios?|resultados?|realizad[oa]s?)\b")
_KEY = ("code", "number", "title", "plan", "plan_ordinal", "state", "municipality")
_REPORTED = ("progress", "status", "evidence", "url")
_WHEN = ("period", "year", "progress_date", "start", "end")
"""Fields that would take the time of a report for that of the commitment."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of one table by what they tell."""

    key: tuple[str, ...]
    titles: tuple[str, ...]
    times: tuple[str, ...]
    figures: tuple[str, ...]
    """Progress and status."""
    free: frozenset[str]
    """Columns that may differ."""
    orders: Orders
    """What the mapping says of columns of time."""


@dataclass(slots=True)
class _Group:
    """Rows of one key, in the file's order, and the position of the first."""

    rows: list[Row]
    at: int
    layout: _Layout
    moments: list[Moment] = field(default_factory=list)


def collapsed(rows: Iterator[Row], bound_of: Callable[[Row], Bound], notes: list[Note]) -> Iterator[Row]:
    """The rows; those that tell of one commitment at several times as one row, oldest first, in `Row.periods` their dates.

    Rows of tables that have no time and no progress are handed on as they come; the others are held, `HELD` at the most.
    """
    layouts: dict[tuple[str, ...], _Layout | None] = {}
    for row in rows:
        layout = _layout_of(row, bound_of, layouts)
        if layout is None:
            yield row
            continue
        held = [row, *islice(rows, HELD)]
        if len(held) > HELD:
            if _series(held, [_layout_of(one, bound_of, layouts) for one in held]):
                notes.append(_too_long())
            yield from held
            break
        yield from _together(held, [_layout_of(one, bound_of, layouts) for one in held], notes)
    yield from rows


def _layout_of(
    row: Row, bound_of: Callable[[Row], Bound], layouts: dict[tuple[str, ...], _Layout | None]
) -> _Layout | None:
    columns = tuple(row.values)
    if row.kind != "commitment":
        return None
    if columns not in layouts:
        layouts[columns] = _layout(bound_of(row), columns)
    return layouts[columns]


def _layout(bound: Bound, columns: Sequence[str]) -> _Layout | None:
    figures = tuple(name for kind in ("progress", "status") for name in bound.read(kind))
    titles = tuple(bound.read("title"))
    dated = set(bound.read("progress_date"))
    times = tuple(name for name in columns if name in dated or (name not in figures and _is_time(fold(name))))
    if not figures or not titles or not times or bound.read(REPORTS):
        return None
    key = [name for kind in _KEY for name in bound.read(kind) if name not in times]
    if not bound.read("code") and not bound.read("number"):
        usual = best_fields(columns)
        key += [usual[kind] for kind in ("code", "number") if kind in usual and usual[kind] not in times]
    mapped = {name for kind in _REPORTED for name in bound.read(kind)}
    free = {name for name in columns if name in mapped or name in times or _OF_A_PERIOD.search(fold(name))}
    orders = {
        bound.resolved[name]: spec.date_order
        for specs in bound.mapping.specs.values() for spec in specs if spec.date_order is not None
        for name in spec.names if name in bound.resolved
    }  # fmt: skip
    return _Layout(tuple(dict.fromkeys(key)), titles, times, figures, frozenset(free - set(key)), orders)


def _is_time(name: str) -> bool:
    return _TIME.search(name) is not None and (_TERM.search(name) is None or _TOLD.search(name) is not None)


def _too_long() -> Note:
    said = (
        f"La tabla informa de los mismos compromisos en varios periodos y pasa de {HELD} filas: cada fila se leyó como un compromiso."
        " Publique los periodos en archivos aparte, o uno con el avance más reciente de cada compromiso."
    )
    return Note("SERIES_TOO_LONG", said, "WARNING")


def _series(held: Sequence[Row], layouts: Sequence[_Layout | None]) -> list[_Group]:
    """The commitments that several of the rows report on."""
    orders = _orders(held, layouts)
    groups: dict[tuple[Any, ...], _Group] = {}
    last: _Group | None = None
    for at, (row, layout) in enumerate(zip(held, layouts, strict=True)):
        if layout is None:
            last = None
            continue
        if last is not None and last.layout is layout and _is_only_report(row, layout, orders[id(layout)]):
            last.rows.append(row)
            continue
        key = (id(layout), *(fold(shown(row.values.get(name))) for name in layout.key))
        last = groups.setdefault(key, _Group([], at, layout))
        last.rows.append(row)
    return [group for group in groups.values() if len(group.rows) > 1 and _is_series(group, orders[id(group.layout)])]


def _orders(held: Sequence[Row], layouts: Sequence[_Layout | None]) -> dict[int, dict[str, Order]]:
    """Of each layout the order of day and month in its columns of time: one date that has it only one way decides its column."""
    shown_by: dict[tuple[int, str], set[Order]] = defaultdict(set)
    found: dict[int, dict[str, Order]] = {}
    for row, layout in zip(held, layouts, strict=True):
        if layout is None:
            continue
        found.setdefault(id(layout), dict(layout.orders))
        for name in layout.times:
            cell = row.values.get(name)
            for one in DAY.finditer(cell) if isinstance(cell, str) else ():
                if (int(one["first"]) > 12) != (int(one["second"]) > 12):
                    shown_by[id(layout), name].add("dmy" if int(one["first"]) > 12 else "mdy")
    for (number, name), told in shown_by.items():
        if len(told) == 1:
            found[number].setdefault(name, *told)
    return found


def _together(held: Sequence[Row], layouts: Sequence[_Layout | None], notes: list[Note]) -> Iterator[Row]:
    series = _series(held, layouts)
    if not series:
        yield from held
        return
    gone = {id(row) for group in series for row in group.rows}
    whole = {group.at: _one(group) for group in series}
    for at, row in enumerate(held):
        if at in whole:
            yield whole[at]
        elif id(row) not in gone:
            yield row
    joined = sum(len(group.rows) for group in series)
    several = f"{len(series)} compromisos" if len(series) > 1 else "un compromiso"
    said = (
        f"{joined} filas informan de {several} en varios periodos: de cada uno se hizo un solo compromiso con un informe de avance por fila;"
        " vale el más reciente."
    )
    notes.append(Note("SERIES_ROWS", said, "INFO"))


def _is_only_report(row: Row, layout: _Layout, orders: Orders) -> bool:
    """Whether a row tells a time and what is reported of it, and leaves the commitment to the row above."""
    told = {name for name, cell in row.values.items() if not is_blank(cell)}
    return told <= layout.free and moment([(name, row.values.get(name)) for name in layout.times], orders) is not None


def _is_series(group: _Group, orders: Orders) -> bool:
    """Whether rows of one key tell several times, each once, and nothing else differs; keeps their moments."""
    layout = group.layout
    if all(is_blank(group.rows[0].values.get(name)) for name in layout.titles):
        return False
    for name in group.rows[0].values:
        if name not in layout.free and name not in layout.key and not _agree(name, group.rows):
            return False
    moments = [moment([(name, row.values.get(name)) for name in layout.times], orders) for row in group.rows]
    told = [one for one in moments if one is not None]
    if len(told) < len(moments) or len(set(told)) < len(told) or len({one[0] > 0 for one in told}) > 1:
        return False
    group.moments = told
    return any(not is_blank(row.values.get(name)) for row in group.rows for name in layout.figures)


def _agree(name: str, rows: Sequence[Row]) -> bool:
    """Whether a column says one thing in all the rows, or figures."""
    said = [cell for row in rows if not is_blank(cell := row.values.get(name))]
    if len({fold(shown(cell)) for cell in said}) < 2:
        return True
    return all(looks_like_value(cell) and not isinstance(cell, date) for cell in said) and not shown(
        said[0]
    ).startswith("http")


def _one(group: _Group) -> Row:
    ordered = sorted(zip(group.moments, group.rows, strict=True), key=lambda pair: pair[0])
    rows = [row for _, row in ordered]
    first = group.rows[0]
    values = {
        name: cell if name in group.layout.free or not is_blank(cell) else _first_said(name, group.rows)
        for name, cell in rows[0].values.items()
    }
    return Row(
        values, first.locator, first.kind, continued=tuple(rows[1:]), section=first.section, body=first.body,
        periods=tuple(written(when) for when, _ in ordered),
    )  # fmt: skip


def _first_said(name: str, rows: Sequence[Row]) -> Cell:
    return next((cell for row in rows if not is_blank(cell := row.values.get(name))), None)


def reported(one: Draft, parts: Sequence[Draft], periods: Sequence[str | None], columns: Mapping[str, str]) -> Draft:
    """The draft of a series: what its rows have in common, their reports, and as it stands what the newest of them says.

    Args:
        one: the rows joined.
        parts: a draft a row, oldest first.
        periods: the date of each as far as it is told.
        columns: column of time -> the field that it feeds.
    """
    reports: list[dict[str, Any]] = []
    for part, when in zip(parts, periods, strict=True):
        said: dict[str, Any] = {
            kind: part.values[kind] for kind in ("progress", "status", "evidence") if kind in part.values
        }
        if "progress" in said or "status" in said:
            reports.append({"date": when, "summary": _summary(part), **said})
    values = {name: cell for name, cell in one.values.items() if name == "year" or name not in columns.values()}
    if isinstance(values.get("year"), list):
        values["year"] = ", ".join(map(shown, values["year"]))
    values[REPORTS] = reports
    for kind in ("progress", "status"):
        newest = next((report[kind] for report in reversed(reports) if kind in report), None)
        if newest is not None:
            values[kind] = newest
    return Draft(one.kind, one.key, values, one.raw, one.locator, one.columns)


def _summary(part: Draft) -> str | None:
    """What a row says in words of its period."""
    read = set(part.columns.values())
    for name, cell in part.raw.items():
        if isinstance(cell, str) and name not in read and _SUMMARY.search(fold(name)) and not looks_like_value(cell):
            return cell.strip() or None
    return None


def times_of(bound: Bound, columns: Sequence[str]) -> dict[str, str]:
    """The columns of time of a series that the mapping takes for a time of the commitment, with the field."""
    layout = _layout(bound, columns)
    times = layout.times if layout is not None else ()
    return {name: kind for kind in _WHEN for name in bound.read(kind) if name in times}
