"""Lists of objects inside a record: its reports of progress («avances», «reportes») and its milestones («hitos»). Pure.

A report says how far the commitment was at some time; a milestone has a name of its own. Told by the name of the list and by
what its entries hold, so that a list of telephones or of documents is neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from connectors.base import Cell
from connectors.json_values import plain_value
from connectors.moments import moment, written
from connectors.synonyms import meanings, plain
from connectors.text import is_blank, shown

PartKind = Literal["progress_reports", "milestones"]

_REPORTS = re.compile(
    r"avances?|(?:reportes?|informes?|seguimientos?|historial|historico|bitacora|registros?|actualizaciones|mediciones|cortes?)"
    r"(?: de(?:l)?)?(?: (?:avances?|seguimiento|progreso|compromiso))?|avances? (?:por )?(?:trimestres?|trimestral(?:es)?|periodos?|reportados?)"
    r"|trimestres|periodos|progress(?: reports?)?|reports|updates|history"
)
_MILESTONES = re.compile(
    r"hitos?|actividades|acciones|tareas|etapas|entregables|pasos|metas|productos|componentes|cronograma|plan de trabajo|milestones|activities|steps|deliverables"
    r"|(?:hitos|actividades|acciones|tareas|etapas|entregables)(?: (?:del?|y) .{1,30})?"
)
_NEVER_RECORDS = re.compile(
    r"hitos?|actividades|tareas|entregables|pasos|avances?|reportes?(?: de avance)?|informes?(?: de avance)?|seguimientos?|historial|bitacora"
    r"|evidencias?|documentos|anexos|archivos|enlaces|milestones|activities|updates|evidence|documents|indicadores|comentarios|observaciones"
)
"""What a record of a list has several of, and what is no commitment by itself."""
_GROUPS = re.compile(
    r"(?:ejes?|objetivos?|estrategias?|lineas?|temas?|apartados?|secci(?:on|ones)|capitulos?|programas?|pilares|dimension(?:es)?|ambitos?|planes|plan"
    r"|dependencias?|instituciones|municipios?|estados?|entidades|sectores|categorias?|axes|groups|grupos)\b.*"
)
"""Lists whose entries only group what stands in them."""

_WHEN = frozenset({"progress_date", "start", "end", "period", "year"})
_TIME_KEYS = re.compile(
    r"(?:fecha|date|periodo|period|trimestre|quarter|semestre|bimestre|mes|month|anio|ano|year|corte)\b.*"
)
_TITLES = re.compile(
    r"(?:(?:nombre|titulo|descripcion|denominacion|name|title|description)\b.*|hito|actividad|accion|tarea|etapa|entregable|producto|meta|componente|milestone|activity)"
)
_SUMMARY = re.compile(
    r"(?:descripcion|resumen|avances?|logros?|observacion(?:es)?|comentarios?|detalle|texto|nota|description|summary|comment)\b.*"
)
_PROGRESS = re.compile(r"(?:porcentaje|avance|progreso|progress|percent(?:age)?|cumplimiento|valor|pct|%)\b.*|% .*")
_INDICATOR = re.compile(r"(?:indicador|indicator)\b.*")
_VERIFIED = re.compile(r"(?:medios? de verificacion|verificacion|verification|evidencia)\b.*")


def named(columns: Sequence[str]) -> dict[str, PartKind]:
    """Column -> what a list of objects in it holds, for the columns whose name says so."""
    found: dict[str, PartKind] = {}
    for column in columns:
        name = plain(re.sub(r"\.(?:data|items|edges|nodes)$", "", column).rsplit(".", 1)[-1])
        if _REPORTS.fullmatch(name):
            found[column] = "progress_reports"
        elif _MILESTONES.fullmatch(name):
            found[column] = "milestones"
    return found


def holds_records(path: str, key: str, items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list within the objects of another one may be the list of commitments, and not what each of those has several of.

    Args:
        path: where the outer list stands.
        key: the name of the inner one.
        items: the objects of the outer list.
    """
    around = plain(re.sub(r"[\[\]\"]", "", path).rsplit(".", 1)[-1])
    if not _NEVER_RECORDS.fullmatch(plain(key)) or _GROUPS.fullmatch(around):
        return True
    return not any(
        field == "title" and sure >= 0.8 for item in items[:3] for name in item for field, sure in meanings(name)
    )


def is_list_of_objects(cell: Any) -> bool:
    """Whether a cell is a list of objects, with at least one."""
    return isinstance(cell, list) and bool(cell) and all(isinstance(item, dict) for item in cell)


def take(values: dict[str, Any], lists: Sequence[tuple[PartKind, Cell]]) -> None:
    """Put the reports and milestones of a record where the model has them, in place.

    Args:
        values: a draft's values; a list of objects under progress or status is one of reports, and one of things to do under
            the description is one of milestones.
        lists: cells that no field takes, with what their columns' names say of them.
    """
    found = [(kind, values.pop(name)) for name, kind in _TAKEN_FOR.items() if _is_part(name, kind, values.get(name))]
    for kind, cell in (*found, *lists):
        if is_list_of_objects(cell):
            entries: Any = cell
            read = _READ[kind](entries)
            if read or kind in values:
                values[kind] = [*values.get(kind, ()), *read]
            if kind == "progress_reports" and is_ordered(entries):
                _newest(values, read)


def _is_part(name: str, kind: PartKind, cell: Any) -> bool:
    if not is_list_of_objects(cell):
        return False
    read = _READ[kind](cell)
    return name == kind or (bool(read) and (name != "description" or any(len(part) > 1 for part in read)))


def tells(kind: PartKind, cell: Any) -> bool:
    """Whether a cell is a list of objects of which every one is a part of that kind."""
    return is_list_of_objects(cell) and bool(_READ[kind](cell))


def figures(cell: Cell) -> list[Cell]:
    """The progress of each of the reports of a cell; the cell itself where it is no list of them."""
    return [report.get("progress") for report in reports(cell)] if is_list_of_objects(cell) else [cell]  # type: ignore[arg-type]


def _newest(values: dict[str, Any], read: Sequence[Mapping[str, Any]]) -> None:
    """What the newest report says is how far the commitment is, where it says so itself nowhere else."""
    for name in ("progress", "status"):
        last = next((report[name] for report in reversed(read) if name in report), None)
        if last is not None:
            values.setdefault(name, last)


def reports(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reports that a list tells, oldest first where every one says its time; empty where an entry tells nothing of it."""
    found: list[tuple[Any, dict[str, Any]]] = []
    for entry in entries:
        cells = _cells(entry)
        said = {
            "progress": _first(cells, _is_progress), "status": _by_field(cells, "status"), "summary": _first(cells, _is_summary),
            "evidence": _by_field(cells, "evidence", "url"),
        }  # fmt: skip
        times = [(name, cell) for name, cell in cells.items() if _is_time(name, cell)]
        if is_blank(said["progress"]) and is_blank(said["status"]) and (not times or is_blank(said["summary"])):
            return []
        when = moment(times, {}) if times else None
        report = {"date": _date(times, when), **{name: cell for name, cell in said.items() if not is_blank(cell)}}
        found.append((when, report))
    if all(when is not None for when, _ in found):
        found.sort(key=lambda pair: pair[0])
    return [report for _, report in found]


def is_ordered(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it is sure which of the reports of a list is the newest: there is one alone, or each tells its own time."""
    times = [
        moment([(name, cell) for name, cell in _cells(entry).items() if _is_time(name, cell)], {}) for entry in entries
    ]
    return len(times) == 1 or (None not in times and len(set(times)) == len(times))


def milestones(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The milestones that a list tells; empty where any entry has no name, or tells nothing but its name and a link."""
    found = []
    for entry in entries:
        cells = _cells(entry)
        title = next((cell for name, cell in cells.items() if _TITLES.fullmatch(_own(name)) and _is_words(cell)), None)
        if title is None:
            return []
        only = [(name, cell) for name, cell in cells.items() if _is_time(name, cell)]
        said = {
            "title": title, "start": _by_field(cells, "start"), "end": _by_field(cells, "end", "period"), "status": _by_field(cells, "status"),
            "progress": _first(cells, _is_progress), "indicator": _matching(cells, _INDICATOR), "verification": _matching(cells, _VERIFIED),
        }  # fmt: skip
        if is_blank(said["start"]) and is_blank(said["end"]) and len(only) == 1:
            said["end"] = only[0][1]
        found.append({name: cell for name, cell in said.items() if not is_blank(cell)})
    return found


def _cells(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of an entry by their names, those of an object one level down by both: ``estatus.nombre``."""
    cells: dict[str, Any] = {}
    inner = entry.get("attributes")
    for name, value in (entry if not isinstance(inner, dict) else {**entry, **inner, "attributes": None}).items():
        value = plain_value(value)
        if isinstance(value, dict):
            cells.update({f"{name}.{inner}": cell for inner, cell in value.items() if not isinstance(cell, dict)})
        else:
            cells[name] = value
    return cells


def _own(name: str) -> str:
    parts = name.split(".")
    return plain(
        parts[0] if len(parts) > 1 and plain(parts[-1]) in ("nombre", "name", "titulo", "valor") else parts[-1]
    )


def _by_field(cells: Mapping[str, Any], *fields: str) -> Any:
    """The cell whose name is a usual one of the first of some fields that has one."""
    for field in fields:
        sure = [
            (confidence, name)
            for name in cells
            for said, confidence in meanings(name)[:2]
            if said == field and confidence >= 0.8
        ]
        for _, name in sorted(sure, key=lambda pair: -pair[0]):
            if not is_blank(cells[name]):
                return cells[name]
    return None


def _first(cells: Mapping[str, Any], test: Any) -> Any:
    return next((cell for name, cell in cells.items() if not is_blank(cell) and test(_own(name), cell)), None)


def _matching(cells: Mapping[str, Any], pattern: re.Pattern[str]) -> Any:
    return next((cell for name, cell in cells.items() if not is_blank(cell) and pattern.fullmatch(_own(name))), None)


def _is_progress(name: str, cell: Cell) -> bool:
    return (
        _PROGRESS.fullmatch(name) is not None
        and not isinstance(cell, bool | list)
        and any(char.isdigit() for char in shown(cell))
        and not _is_words(cell)
    )


def _is_summary(name: str, cell: Cell) -> bool:
    return _SUMMARY.fullmatch(name) is not None and _is_words(cell)


def _is_words(cell: Cell) -> bool:
    """Whether a cell says something in words: more letters than a unit has."""
    return isinstance(cell, str) and sum(char.isalpha() for char in cell) > 2 and not cell.strip().startswith("http")


def _is_time(name: str, cell: Any) -> bool:
    if is_blank(cell) or isinstance(cell, bool | float | list | dict):
        return False
    own = _own(name)
    return _TIME_KEYS.fullmatch(own) is not None or any(
        field in _WHEN and sure >= 0.8 for field, sure in meanings(name)[:1]
    )


def _date(times: Sequence[tuple[str, Cell]], when: Any) -> Any:
    """The date of a report: as published where it is one cell that is a date, else the end of the period that its cells tell."""
    if len(times) == 1 and (isinstance(times[0][1], date) or re.search(r"\d[/-]\d|^\d{8,}$", shown(times[0][1]))):
        return times[0][1]
    if when is not None:
        return written(when)
    return times[0][1] if times else None


_READ: dict[PartKind, Callable[[Sequence[Mapping[str, Any]]], list[dict[str, Any]]]] = {
    "progress_reports": reports, "milestones": milestones,
}  # fmt: skip
_TAKEN_FOR: dict[str, PartKind] = {
    "progress": "progress_reports", "status": "progress_reports", "progress_reports": "progress_reports",
    "description": "milestones", "milestones": "milestones",
}  # fmt: skip
"""Field -> what a list of objects in it holds."""
