"""Our publication standard: what a state publishes if it asks us how. JSON by its schema, or the CSV twin.

What does not follow the standard is reported value by value and read all the same, as far as it can be: a
publisher's first file is never refused for a comma. The standard: docs/estandar-compromisos.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import ValidationError

from connectors import base
from connectors.csv_table import CsvOptions, read_csv
from connectors.ready import ReadyConnector, ready_row
from connectors.sniff import HEAD, Format, sniff
from connectors.standard.model import CSV_COLUMNS, Documento
from connectors.states import STATES, state_key
from connectors.table import Reading
from connectors.text import clip, fold, shown

_PROGRAMS = {
    "cocreacion local": "COCREACION_LOCAL",
    "ogp local": "OGP_LOCAL",
    "plan nacional": "NATIONAL_PLAN",
    "otro": "OTHER",
}
_KINDS = {
    "seguir el dinero": "FOLLOW_THE_MONEY", "eje de la aga": "AGA_AXIS", "problema local": "LOCAL_PROBLEM",
    "proactivo": "PROACTIVE", "otro": "OTHER",
}  # fmt: skip
_AXES = {
    "gobierno centrado en la ciudadania": "CITIZEN_CENTRED_GOVERNMENT", "presupuesto abierto": "OPEN_BUDGET",
    "datos abiertos": "OPEN_DATA", "empoderamiento ciudadano": "CITIZEN_EMPOWERMENT", "recursos naturales": "NATURAL_RESOURCES",
}  # fmt: skip
_ROLES = {
    "lidera": "LEAD", "coordina": "COORDINATION", "apoya": "SUPPORT", "supervisa": "SUPERVISION",
    "sociedad civil": "CIVIL_SOCIETY", "sociedad_civil": "CIVIL_SOCIETY",
}  # fmt: skip
_SECTORS = {
    "gobierno": "government", "sociedad_civil": "civil_society", "organo_garante": "oversight_body",
    "academia": "academia", "organismos_autonomos": "autonomous_bodies",
}  # fmt: skip
_MOST_FINDINGS = 50
_SPANISH = {
    "missing": "falta", "extra_forbidden": "no existe en el estándar", "literal_error": "no es uno de los valores del estándar",
    "string_pattern_mismatch": "no tiene la forma del estándar", "greater_than_equal": "es demasiado pequeño",
    "less_than_equal": "es demasiado grande",
}  # fmt: skip


class CompromisosOptions(base.Options):
    """Options of `compromisos`: there are none, the standard leaves nothing open."""


class Compromisos(ReadyConnector[CompromisosOptions]):
    """Reads a document of the standard, JSON or CSV."""

    name: ClassVar[str] = "compromisos"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = CompromisosOptions

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """The exercise, the plans and the commitments of the document.

        Raises:
            SourceChanged: neither JSON with «compromisos» nor a CSV with «clave» and «titulo», or another state's.
            Empty: the document says that it has no commitments.
        """
        with snapshot.open() as stream:
            found = sniff(stream.read(HEAD), declared=snapshot.charset).format
        if found in (Format.JSON, Format.JSONL):
            yield from _document_rows(_load(snapshot), ctx)
        else:
            yield from _csv_rows(snapshot, ctx)


def _load(snapshot: base.Snapshot) -> dict[str, Any]:
    try:
        document = json.loads(snapshot.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise base.SourceChanged("El documento no es JSON legible en UTF-8.", code="INVALID_JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("compromisos"), list):
        raise base.SourceChanged(
            "El documento no sigue el estándar: falta la lista «compromisos».", code="NOT_THIS_KIND"
        )
    return document


def check(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(where, what is wrong, the value) of everything that does not follow the standard, in Spanish."""
    try:
        Documento.model_validate(document)
    except ValidationError as error:
        return [
            (
                "/" + "/".join(str(part) for part in finding["loc"] if part != "constrained-str"),
                _SPANISH.get(finding["type"], "no es del tipo que pide el estándar"),
                ""
                if finding["type"] == "missing"
                else clip(shown(finding["input"]) if not isinstance(finding["input"], dict | list) else "…", 60),
            )
            for finding in error.errors(include_url=False)
        ]
    return []


def _report(document: dict[str, Any], ctx: base.Context) -> None:
    findings = check(document)
    for where, wrong, value in findings[:_MOST_FINDINGS]:
        said = f" («{value}»)" if value else ""
        ctx.note("STANDARD", f"«{where}» {wrong}{said}.", field=where.rsplit("/", 1)[-1], raw=value or None)
    if len(findings) > _MOST_FINDINGS:
        ctx.note("STANDARD", f"Y {len(findings) - _MOST_FINDINGS} valores más que no siguen el estándar.")


def _document_rows(document: dict[str, Any], ctx: base.Context) -> Iterator[base.Row]:
    _report(document, ctx)
    state = _same_state(_cell(document, "estado"), ctx)
    commitments = document["compromisos"]
    exercise = document.get("ejercicio")
    if isinstance(exercise, dict):
        yield _exercise_row(exercise, state)
    plans = {key: plan for plan in _objects(document, "planes") if (key := _cell(plan, "clave"))}
    for index, plan in enumerate(_objects(document, "planes")):
        yield _plan_row(plan, state, f"/planes/{index}")
    if not commitments and not plans and exercise is None:
        raise base.Empty("El documento dice no tener compromisos.")
    for index, commitment in enumerate(commitments):
        if isinstance(commitment, dict):
            yield _commitment_row(commitment, plans, state, f"/compromisos/{index}")


def _same_state(published: Any, ctx: base.Context) -> Any:
    key = state_key(str(published)) if published else None
    if key is not None and ctx.source.state not in (None, "00") and key != ctx.source.state:
        raise base.SourceChanged(
            f"El documento es de {STATES[key]} y la fuente es de {STATES.get(str(ctx.source.state), ctx.source.state)}: corrija la entidad "
            "de la fuente o su dirección.",
            code="WRONG_STATE",
        )
    return published or ctx.source.state


def _cell(parent: Any, name: str) -> Any:
    """A text or number of the document; None for anything else, which `check` has reported."""
    found = parent.get(name) if isinstance(parent, dict) else None
    if isinstance(found, str):
        return found.strip() or None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _cells(parent: dict[str, Any], name: str) -> list[Any]:
    found = parent.get(name)
    items = found if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, str | int | float) and not isinstance(item, bool)]


def _objects(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = parent.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _word(table: dict[str, str], value: Any) -> Any:
    """The model's name of a word of the standard; a word that is not of the standard stays as published."""
    return table.get(fold(value), value) if isinstance(value, str) else value


def _exercise_row(exercise: dict[str, Any], state: Any) -> base.Row:
    seats = exercise.get("integrantes")
    members = {to: n for name, to in _SECTORS.items() if isinstance(n := _cell(seats, name), int)}
    values = {
        "state": state, "joined": _cell(exercise, "incorporacion"), "status": _cell(exercise, "estatus"),
        "secretariat_installed": _cell(exercise, "secretariado_instalado"), "members": members,
    }  # fmt: skip
    columns = {
        "joined": "incorporacion", "secretariat_installed": "secretariado_instalado", "members": "integrantes", "status": "estatus",
    }  # fmt: skip
    return ready_row("exercise", "exercise", values, exercise, columns, "/ejercicio")


def _plan_row(plan: dict[str, Any], state: Any, locator: str) -> base.Row:
    names = {
        "title": "titulo", "ordinal": "ordinal", "published": "publicado", "start": "inicio", "end": "fin",
        "declared": "compromisos_declarados", "status": "estatus", "url": "url",
    }  # fmt: skip
    values = {field: _cell(plan, name) for field, name in names.items()}
    values |= {"state": state, "program": _word(_PROGRAMS, _cell(plan, "programa") or "cocreación local")}
    return ready_row("plan", str(_cell(plan, "clave") or ""), values, plan, names | {"program": "programa"}, locator)


def _commitment_row(record: dict[str, Any], plans: dict[Any, dict[str, Any]], state: Any, locator: str) -> base.Row:
    names = {
        "code": "clave", "title": "titulo", "number": "numero", "description": "descripcion", "municipality": "municipio",
        "start": "inicio", "end": "fin", "status": "estatus", "progress": "avance", "url": "url",
    }  # fmt: skip
    plan = plans.get(_cell(record, "plan"), {})
    goals = [str(goal) for goal in _cells(record, "ods")]
    values: dict[str, Any] = {field: _cell(record, name) for field, name in names.items()}
    values |= {
        "state": state, "kind": _word(_KINDS, _cell(record, "tipo")), "axis": _word(_AXES, _cell(record, "eje")),
        "themes": _cells(record, "temas"), "ods": goals, "plan_key": _cell(plan, "clave"),
        "plan": _cell(plan, "titulo") or _cell(record, "plan"), "plan_ordinal": _cell(plan, "ordinal"),
        "plan_published": _cell(plan, "publicado"), "program": _word(_PROGRAMS, _cell(plan, "programa")) if plan else None,
        "institutions": [
            {"name": _cell(i, "nombre"), "role": _word(_ROLES, _cell(i, "papel") or "lidera")}
            for i in _objects(record, "instituciones") if _cell(i, "nombre")
        ],
        "progress_reports": [_report_of(item) for item in _objects(record, "avances")],
        "milestones": [_milestone(item) for item in _objects(record, "hitos")],
        "evidence": [url for item in _objects(record, "evidencia") if (url := _cell(item, "url"))],
    }  # fmt: skip
    names |= {
        "kind": "tipo", "axis": "eje", "themes": "temas", "ods": "ods", "plan": "plan", "institutions": "instituciones",
        "progress_reports": "avances", "milestones": "hitos", "evidence": "evidencia",
    }  # fmt: skip
    return ready_row("commitment", str(_cell(record, "clave") or ""), values, record, names, locator)


def _renamed(item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {field: cell for field, name in names.items() if (cell := _cell(item, name)) is not None}


def _report_of(item: dict[str, Any]) -> dict[str, Any]:
    report = _renamed(item, {"date": "fecha", "progress": "avance", "status": "estatus", "summary": "resumen"})
    evidence = [_renamed(one, {"url": "url", "title": "titulo"}) for one in _objects(item, "evidencia")]
    return report | ({"evidence": evidence} if evidence else {})


def _milestone(item: dict[str, Any]) -> dict[str, Any]:
    return _renamed(
        item,
        {"title": "titulo", "start": "inicio", "end": "fin", "status": "estatus", "progress": "avance",
         "indicator": "indicador", "verification": "verificacion"},
    )  # fmt: skip


def _csv_rows(snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
    """The CSV twin. Columns that the standard does not have are told; those of the mapping's synonyms are not guessed."""
    reading = Reading(CSV_COLUMNS, ctx.notes)
    checked = False
    with snapshot.open() as stream:
        for row in read_csv(stream, CsvOptions(), reading, charset=snapshot.charset):
            if not checked:
                checked = True
                _check_columns(list(row.values), ctx)
            cells = {fold(name).replace(" ", "_"): shown(cell).strip() for name, cell in row.values.items()}
            yield _csv_row(cells, dict(row.values), ctx, row.locator)


def _check_columns(names: list[str], ctx: base.Context) -> None:
    published = {fold(name).replace(" ", "_"): name for name in names}
    missing = [name for name in ("clave", "titulo") if name not in published]
    if missing:
        raise base.SourceChanged(
            f"El CSV no sigue el estándar: falta la columna «{missing[0]}».", code="RENAMED_COLUMN"
        )
    for folded, name in published.items():
        if folded not in CSV_COLUMNS:
            ctx.note("STANDARD", f"La columna «{clip(name, 40)}» no existe en el estándar.", field=name)


def _csv_row(cells: dict[str, str], raw: dict[str, Any], ctx: base.Context, locator: str) -> base.Row:
    def many(name: str) -> list[str]:
        return [part.strip() for part in cells.get(name, "").split(";") if part.strip()]

    names = {
        "code": "clave", "title": "titulo", "number": "numero", "description": "descripcion", "municipality": "municipio",
        "plan": "plan_titulo", "plan_ordinal": "plan_ordinal", "plan_published": "plan_publicado", "start": "inicio",
        "end": "fin", "status": "estatus", "progress": "avance", "progress_date": "fecha_avance", "url": "url",
    }  # fmt: skip
    values: dict[str, Any] = {field: cells.get(name) for field, name in names.items()}
    values |= {
        "plan": cells.get("plan_titulo") or cells.get("plan"), "state": _same_state(cells.get("estado"), ctx),
        "program": _word(_PROGRAMS, cells.get("programa")), "kind": _word(_KINDS, cells.get("tipo")),
        "axis": _word(_AXES, cells.get("eje")), "themes": many("temas"), "ods": many("ods"), "evidence": many("evidencia"),
        "institutions": [
            {"name": name, "role": _ROLES[role]}
            for role in ("lidera", "coordina", "apoya", "supervisa", "sociedad_civil") for name in many(role)
        ],
    }  # fmt: skip
    names |= {
        "program": "programa", "kind": "tipo", "axis": "eje", "themes": "temas", "ods": "ods", "evidence": "evidencia",
        "state": "estado", "institutions": "lidera + coordina + apoya + supervisa + sociedad_civil",
    }  # fmt: skip
    return ready_row("commitment", cells.get("clave", ""), values, raw, names, locator)
