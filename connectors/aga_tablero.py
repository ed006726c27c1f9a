"""The dashboard of the national action plan (“Tablero AGA”): one JSON with a plan, its commitments, and their milestones.

Most activities below the milestones are the form's filler (“Actividad 3”); they are dropped, those that say something
stay in `raw`. A milestone that ends before it starts is kept as published: the normaliser reports it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors import base
from connectors.ready import ReadyConnector, ready_row
from connectors.spanish import ORDINAL_WORDS, clean, fold
from connectors.synonyms import SURE, meanings

_FILLER_ACTIVITY = re.compile(r"^(?:actividad(?:es)?|titulo de la actividad|descripcion de la actividad)?\W*\d*\W*$")
_FILLER_TITLE = re.compile(r"^(?:titulo del hito|hito)?\W*$")
_FILLER_TEXT = re.compile(r"^(?:descripcion del hito|indicador|medio de verificacion)?\W*$")
_OF_COMMITMENT = frozenset({"number", "status", "progress", "institution", "start", "end", "evidence"})
_OF_MILESTONE = frozenset({"status", "progress"})
"""Fields that a board may tell beside its own: the board of 2019 has none of them, others of its kind add them."""
_UNTITLED = "(sin título)"
_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$")


class AgaTableroOptions(base.Options):
    """Options of `aga_tablero`: there are none."""


class AgaTablero(ReadyConnector[AgaTableroOptions]):
    """Reads the dashboard's JSON: the plan, then each commitment with its milestones. Keys are the dashboard's ids."""

    name: ClassVar[str] = "aga_tablero"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = AgaTableroOptions

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """One row for the plan and one a commitment.

        Raises:
            SourceChanged: not JSON, or not of this shape; the message says where.
        """
        document = _document(snapshot.read())
        state = ctx.source.state or "00"
        for prefix, board in _boards(document):
            plan = _object(board, "plan", prefix)
            if plan is None:
                raise base.SourceChanged(f"El tablero no trae «{prefix}/plan».", code="NOT_THIS_KIND")
            place = f"{prefix}/plan/compromisos" if "compromisos" in plan else f"{prefix}/compromisos"
            commitments = plan.pop("compromisos", board.get("compromisos"))
            if not isinstance(commitments, list):
                raise base.SourceChanged(f"«{place}» no es una lista.", code="NOT_THIS_KIND")
            yield _plan_row(plan, state, f"{prefix}/plan")
            for index, commitment in enumerate(commitments):
                locator = f"{place}/{index}"
                if not isinstance(commitment, dict):
                    raise base.SourceChanged(f"«{locator}» no es un compromiso.", code="NOT_THIS_KIND")
                yield _commitment_row(commitment, plan, state, locator)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise base.SourceChanged("El tablero no responde JSON legible.", code="UNREADABLE") from error


def _boards(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The board itself, or every board of a list of them; either may be all that an object around it holds (“data”)."""
    if isinstance(document, dict) and not document.keys() & {"plan", "compromisos"}:
        inside = [(name, part) for name, part in document.items() if isinstance(part, dict | list)]
        if len(inside) == 1:
            yield from _within(inside[0][1], f"/{inside[0][0]}")
            return
    yield from _within(document, "")


def _within(document: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(document, list) and document and all(isinstance(board, dict) for board in document):
        yield from ((f"{where}/{index}", board) for index, board in enumerate(document))
    elif isinstance(document, dict):
        yield where, document
    else:
        raise base.SourceChanged("El tablero no es un objeto con «plan» y «compromisos».", code="NOT_THIS_KIND")


def _object(parent: dict[str, Any], name: str, where: str) -> dict[str, Any] | None:
    found = parent.get(name)
    if found is None or found == []:  # PHP writes an empty object as an empty list
        return None
    if not isinstance(found, dict):
        raise base.SourceChanged(f"«{where}/{name}» no es un objeto.", code="NOT_THIS_KIND")
    return found


def _text(parent: dict[str, Any], name: str) -> str | None:
    """A text without the blanks around it; lists of texts as lines. None where there is nothing."""
    found = parent.get(name)
    if isinstance(found, list):
        found = "\n".join(part.strip() for part in found if isinstance(part, str))
    if isinstance(found, int | float) and not isinstance(found, bool):
        found = str(found)
    return (found.strip() or None) if isinstance(found, str) else None


def _date(parent: dict[str, Any], name: str) -> str | None:
    """A date as published; the midnight that the dashboard's database adds is no part of it."""
    text = _text(parent, name)
    match = _MIDNIGHT.match(text) if text else None
    return match[1] if match else text


def _told_besides(
    record: dict[str, Any], details: dict[str, Any], wanted: frozenset[str]
) -> dict[str, tuple[str, str]]:
    """Field → its column and text, of what a board tells beyond its own fields under a name that is usual for it.

    Of several names of one field the likeliest is read.
    """
    best: dict[str, tuple[float, str, str]] = {}
    for prefix, part in (("", record), ("metadatos.", details)):
        for name in part:
            field, confidence = next(iter(meanings(name)), ("", 0.0))
            text = _date(part, name)
            if field in wanted and confidence >= SURE and text and confidence > best.get(field, (0.0,))[0]:
                best[field] = (confidence, prefix + name, text)
    return {field: (column, text) for field, (_, column, text) in best.items()}


def _key(record: dict[str, Any], locator: str) -> str:
    key = _text(record, "id")
    if key is None:
        raise base.SourceChanged(f"«{locator}» no trae «id».", code="MISSING_KEY")
    return key


def _ordinal(title: str | None) -> int | None:
    words = re.findall(r"\w+", fold(title or ""))
    return next((ORDINAL_WORDS[word] for word in words if word in ORDINAL_WORDS), None)


def _plan_row(plan: dict[str, Any], state: str, locator: str) -> base.Row:
    title = _text(plan, "titulo")
    values = {
        "title": title, "state": state, "program": "NATIONAL_PLAN" if state == "00" else "OTHER",
        "ordinal": _ordinal(title), "start": _date(plan, "fecha_inicial"), "end": _date(plan, "fecha_final"),
    }  # fmt: skip
    columns = {"title": "titulo", "ordinal": "titulo", "start": "fecha_inicial", "end": "fecha_final"}
    return ready_row("plan", _key(plan, locator), values, plan, columns, locator)


def _commitment_row(commitment: dict[str, Any], plan: dict[str, Any], state: str, locator: str) -> base.Row:
    details = _object(commitment, "metadatos", locator) or {}
    milestones = commitment.get("hitos") or []
    if not isinstance(milestones, list) or not all(isinstance(milestone, dict) for milestone in milestones):
        raise base.SourceChanged(f"«{locator}/hitos» no es una lista de hitos.", code="NOT_THIS_KIND")
    plan_title = _text(plan, "titulo")
    besides = _told_besides(commitment, details, _OF_COMMITMENT)
    values = {
        **{field: text for field, (_, text) in besides.items()},
        "title": _text(commitment, "titulo"), "description": _text(details, "descripcion"), "state": state,
        "plan": plan_title, "plan_key": _key(plan, "/plan"), "plan_ordinal": _ordinal(plan_title),
        "program": "NATIONAL_PLAN" if state == "00" else "OTHER", "ods": _text(details, "alineacion2030"),
        "milestones": [_milestone(milestone, f"{locator}/hitos/{n}") for n, milestone in enumerate(milestones)],
    }  # fmt: skip
    columns = {
        "title": "titulo", "description": "metadatos.descripcion", "ods": "metadatos.alineacion2030",
        "milestones": "hitos", "plan": "plan.titulo", **{field: column for field, (column, _) in besides.items()},
    }  # fmt: skip
    raw = {
        **commitment,
        "hitos": [{**milestone, "actividades": _told(milestone)} for milestone in milestones],
    }
    return ready_row("commitment", _key(commitment, locator), values, raw, columns, locator)


def _milestone(milestone: dict[str, Any], locator: str) -> dict[str, Any]:
    """A milestone in the model's field names. Its title is the label and what it is about, filler left out."""
    details = _object(milestone, "metadatos", locator) or {}
    label, about = clean(_text(milestone, "titulo") or ""), clean(_text(details, "descripcion") or "")
    told = [text for text, filler in ((label, _FILLER_TITLE), (about, _FILLER_TEXT)) if not filler.match(fold(text))]
    indicators = [_text(details, name) for name in ("indicador", "indicador2")]
    values = {
        "title": ". ".join(told) or _UNTITLED,
        "start": _date(milestone, "fecha_inicial"),
        "end": _date(milestone, "fecha_final"),
        "indicator": "; ".join(filter(None, indicators)),
        "verification": _text(details, "medioVerificacion"),
        **{field: text for field, (_, text) in _told_besides(milestone, details, _OF_MILESTONE).items()},
    }
    return {name: value for name, value in values.items() if value}


def _told(milestone: dict[str, Any]) -> list[Any]:
    """The activities that say something; the form's own filler is left out."""
    activities = milestone.get("actividades")
    if not isinstance(activities, list):
        return []
    return [a for a in activities if isinstance(a, dict) and not _FILLER_ACTIVITY.match(fold(_text(a, "titulo") or ""))]
