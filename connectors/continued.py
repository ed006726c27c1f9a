"""Rows that continue the one above: a commitment laid out over several rows, one an activity or an institution, is one.

Told by merged cells, by the blanks they leave in a CSV, or by the number and title that an export repeats in each row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from connectors.base import Cell, Draft, Note, Row
from connectors.mapping import Bound
from connectors.synonyms import best_fields
from connectors.text import fold, is_blank, shown

MANY = frozenset(
    {"description", "institution", "role", "support", "ods", "ods_target", "evidence", "themes", "milestones"}
)
"""Fields that hold several values: a further row may add to them."""

_ACTIVITY = re.compile(
    r"\b(?:actividad|accion|tarea|hito|entregable|etapa|producto)(?:es|s)?\b(?! (?:de|del) compromiso)"
)
_TYPE_COLUMNS = frozenset({"tipo", "nivel", "tipo de registro", "clase", "elemento"})
_STEP = re.compile(r"(?:hito|actividad|entregable|tarea|etapa)(?: (?:no\.?|num\.?|n[°º.])?\s*\d[\d.]*\b|\s*[:.–-]|s?$)")
"""How a row that is a milestone says so: «Hito 1. …», «Actividad: …», «Hito» alone in the column of its type."""
_NAMES = ("code", "number")
_OF_ACTIVITIES = ("start", "end", "status", "progress")
_MOST = 500
"""Rows of one commitment; more are a table of something else."""


class _Identity(NamedTuple):
    """The columns of one table that tell its commitments apart."""

    titles: tuple[str, ...]
    names: tuple[str, ...]
    """Of code and number, mapped or not."""
    once: frozenset[str]
    """Those of what a commitment has but once."""
    activities: tuple[str, ...]
    """Those of what is done for it, several things one after another."""


def _identity(bound: Bound, columns: Sequence[str]) -> _Identity:
    names = [name for field in _NAMES for name in bound.read(field)]
    if not names:
        usual = best_fields(columns)
        names = [usual[field] for field in _NAMES if field in usual]
    once = frozenset(name for field in bound.columns if field not in MANY for name in bound.read(field))
    titles = tuple(bound.read("title"))
    activities = tuple(name for name in columns if _ACTIVITY.search(fold(name)) and name not in (*titles, *names))
    return _Identity(titles, tuple(names), once, activities)


def joined(rows: Iterator[Row], bound_of: Callable[[Row], Bound], notes: list[Note]) -> Iterator[Row]:
    """The rows of commitments, each with those that continue it in `Row.continued`; reports once how many there were."""
    held: Row | None = None
    held_bound: Bound | None = None
    identities: dict[Bound, _Identity] = {}
    parts: list[Row] = []
    steps: list[Row] = []
    labels: dict[Bound, tuple[str, ...]] = {}
    count, first, all_steps = 0, "", 0
    for row in rows:
        bound = bound_of(row) if row.kind == "commitment" else None
        if held is not None:
            if bound is not None and bound not in labels:
                labels[bound] = _labels(bound, row)
            if bound is not None and bound is held_bound and len(steps) < _MOST and _is_step(row, held, labels[bound]):
                steps.append(row)
                all_steps += 1
                continue
            held.steps, steps = tuple(steps), []
            if bound is not None and bound is held_bound and len(parts) < _MOST and not (row.periods or held.periods):
                identity = identities.get(bound) or identities.setdefault(bound, _identity(bound, list(row.values)))
                if not _other_title(row, held, identity) and _continues(row, held, parts, identity):
                    parts.append(row)
                    count, first = count + 1, first or row.locator
                    continue
            if parts:
                held.continued = tuple(parts)
                parts = []
            yield held
        held, held_bound = row, bound
    if held is not None:
        held.steps = tuple(steps)
        if parts:
            held.continued = tuple(parts)
        yield held
    if all_steps:
        notes.append(Note("MILESTONE_ROW", f"Filas que son hitos del compromiso de arriba: {all_steps}.", "INFO"))
    if count:
        said = f"Filas que continúan el compromiso de la fila anterior, unidas a él: {count} (la primera, {first})."
        notes.append(Note("CONTINUED_ROW", said, "INFO"))


def _labels(bound: Bound, row: Row) -> tuple[str, ...]:
    """The columns that may say what a row is: that of the title, and that of its type."""
    return (*bound.read("title"), *(column for column in row.values if fold(column) in _TYPE_COLUMNS))


def _is_step(row: Row, held: Row, labels: Sequence[str]) -> bool:
    """Whether a row is labelled as a milestone below one that is labelled as a commitment."""
    for name in labels:
        own, above = row.values.get(name), held.values.get(name)
        if not (
            _may_begin(own, "haet") and _may_begin(above, "c")
        ):  # initials clear nearly every row, and cost next to nothing
            continue
        if _STEP.match(fold(shown(own))) and fold(shown(above)).startswith("compromiso"):
            return True
    return False


def _may_begin(cell: Cell, letters: str) -> bool:
    """Whether a text may begin with one of these letters once it is folded."""
    if not isinstance(cell, str):
        return False
    start = cell.lstrip()[:1]
    return not start.isascii() or start.lower() in letters


def milestone(draft: Draft) -> dict[str, Any]:
    """The milestone that the draft of a row is."""
    told = {name: draft.values[name] for name in (*_OF_ACTIVITIES, "title") if name in draft.values}
    if "start" not in told and "end" not in told and "period" in draft.values:
        told["end"] = draft.values["period"]
    return told


def _other_title(row: Row, held: Row, identity: _Identity) -> bool:
    """Whether the row has a title of its own, as nearly every row has."""
    if row.merged:
        return False
    for name in identity.titles:
        cell = row.values[name]
        if cell != held.values.get(name) and not is_blank(cell):
            return True
    return False


def _continues(row: Row, held: Row, parts: Sequence[Row], identity: _Identity) -> bool:
    """Whether a row without another title continues the held one and its parts."""
    cells, above = row.values, held.values
    titled = [name for name in identity.titles if not is_blank(cells.get(name))]
    named = [name for name in identity.names if not is_blank(cells.get(name))]
    if not titled:
        if named or all(is_blank(above.get(name)) for name in identity.titles):
            return False
        return _is_activity(row, (held, *parts), identity) or (bool(identity.names) and _only_adds(row, held, identity))
    if row.merged and all(name in row.merged for name in (*titled, *named)):
        return True
    if any(cells.get(name) != above.get(name) for name in (*titled, *named)):
        return False
    if _is_activity(row, (held, *parts), identity):
        return True
    if not named:
        return False
    return _repeats(row, (held, *parts), identity)


def _is_activity(row: Row, before: Sequence[Row], identity: _Identity) -> bool:
    """Whether a row tells one more thing that is done for the commitment above, with dates and progress of its own."""
    return any(
        not is_blank(row.values.get(name))
        and all(not is_blank(part.values.get(name)) and part.values[name] != row.values[name] for part in before)
        for name in identity.activities
    )


def _only_adds(row: Row, held: Row, identity: _Identity) -> bool:
    """Neither title nor number, and nothing that a commitment has but once: the cells above it were merged."""
    return all(is_blank(cell) or name not in identity.once or name in row.merged for name, cell in row.values.items())


def _repeats(row: Row, before: Sequence[Row], identity: _Identity) -> bool:
    """The same number and title again, something else beside them, and nothing that contradicts the rows above."""
    if row.values == before[-1].values:
        return False  # the same row twice is a mistake of its own, which the run reports
    return all(
        is_blank(row.values.get(name)) or is_blank(part.values.get(name)) or row.values[name] == part.values[name]
        for name in identity.once
        for part in before
    )


def activities_of(bound: Bound, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a table that tell what is done for a commitment."""
    return _identity(bound, columns).activities


def _each_its_own(name: str, drafts: Sequence[Draft], merged: Collection[str]) -> bool:
    """Whether every row tells a field in a cell of its own: one cell over them all is the commitment's."""
    return all(name in draft.values and draft.columns.get(name) not in merged for draft in drafts)


def _milestones(drafts: Sequence[Draft], activities: Sequence[str], told: Sequence[str]) -> list[dict[str, Any]]:
    """The activities that the rows tell, each with what its row tells of the fields `told`; none where rows tell none."""
    column = next((name for name in activities if all(not is_blank(draft.raw.get(name)) for draft in drafts)), None)
    if column is None or len({shown(draft.raw[column]) for draft in drafts}) < len(drafts):
        return []
    return [
        {"title": shown(draft.raw[column]), **{name: draft.values[name] for name in told if name in draft.values}}
        for draft in drafts
    ]


def join(drafts: Sequence[Draft], activities: Sequence[str] = (), merged: Collection[str] = ()) -> Draft:
    """One draft of the rows of one commitment: what differs is listed, institutions keep the role of their own row.

    Args:
        activities: columns that tell what is done for it. Dates, status and progress that differ from row to row are those of
            its activities, and none of its own.
        merged: columns whose cell reaches over several rows.
    """
    first = drafts[0]
    values: dict[str, Any] = {}
    paired = any("role" in draft.values for draft in drafts)
    for name in dict.fromkeys(name for draft in drafts for name in draft.values):
        if not (paired and name in ("institution", "role")):
            values[name] = _listed([draft.values.get(name) for draft in drafts])
    if isinstance(values.get("description"), list):
        values["description"] = "\n".join(map(shown, values["description"]))
    if paired:
        pairs = [
            {"name": name, "role": draft.values.get("role")}
            for draft in drafts
            for name in _items(draft.values.get("institution"))
        ]
        own = values.get("institutions", [])
        values["institutions"] = [*(own if isinstance(own, list) else [own]), *pairs]
    told = [
        name for name in _OF_ACTIVITIES if isinstance(values.get(name), list) or _each_its_own(name, drafts, merged)
    ]
    if milestones := _milestones(drafts, activities, told):
        values = {name: cell for name, cell in values.items() if name not in told or not isinstance(cell, list)}
        values["milestones"] = milestones
    columns = dict.fromkeys(name for draft in drafts for name in draft.raw)
    raw: dict[str, Cell] = {name: _listed([draft.raw.get(name) for draft in drafts]) for name in columns}
    return Draft(first.kind, first.key, values, raw, first.locator, first.columns)


def _items(cell: Any) -> list[Any]:
    return cell if isinstance(cell, list) else ([] if is_blank(cell) else [cell])


def _listed(cells: Sequence[Any]) -> Any:
    """The one value that the cells share, or the list of those that differ."""
    said = [cell for cell in cells if not is_blank(cell)]
    if not said or all(cell == said[0] for cell in said):
        return said[0] if said else None
    found: list[Any] = []
    for cell in said:
        for item in cell if isinstance(cell, list) else [cell]:
            if item not in found:
                found.append(item)
    return found
