"""`/consultas`: what civil society asks, as queries that anyone can take along."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hub.web import labels
from hub.web.doors.tables import tables_of
from hub.web.labels import N_
from hub.web.pages.selection import Selection
from hub.web.pages.view import Page, View

SHOWN = 10
"""Rows of a live result."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and how its answer is shown.

    Attributes:
        key: anchor on the page, and name of its document.
        rows: where in the data the rows are; a path of fields.
        columns: (title, path within a row, table of words or None).
    """

    key: str
    asks: str
    says: str
    rows: tuple[str, ...]
    columns: tuple[tuple[str, tuple[str, ...], str | None], ...]
    variables: dict[str, Any] = field(default_factory=dict)


_CODE = (N_("Clave"), ("code",), None)
_TITLE = (N_("Título"), ("title",), None)
_STATUS = (N_("Estatus"), ("status",), "STATUS")
_PLACE = (N_("Gobierno"), ("jurisdiction", "name"), None)
_COUNT = (N_("Compromisos"), ("count",), None)

QUESTIONS = (
    Question(
        "ods", N_("¿Qué compromisos sirven a un ODS?"),
        N_("Cambie el 16 por el objetivo que le interese. «basis» dice si lo declara quien publica o si es juicio de este hub."),
        ("commitments", "nodes"), (_CODE, _TITLE, _PLACE, _STATUS), {"ods": [16]},
    ),
    Question(
        "estados", N_("¿Cuántos compromisos tiene cada estado y cuántos cumplió?"),
        N_("Los 32, aunque sea cero: un estado que no publica nada también es una respuesta."),
        ("nationalView", "byState"),
        (
            (N_("Estado"), ("jurisdiction", "name"), None), (N_("Compromisos"), ("commitments",), None),
            (N_("Cumplidos"), ("completed",), None), (N_("Planes"), ("plans",), None),
        ),
    ),
    Question(
        "sin-dato", N_("¿De cuántos compromisos nadie publica cómo van, y dónde?"),
        N_("Sin dato no es incumplido: es que ninguna fuente lo dice."),
        ("commitments", "facets", "state"), ((N_("Estado"), ("label",), None), _COUNT), {"status": ["UNKNOWN"]},
    ),
    Question(
        "texto", N_("¿Quién prometió algo sobre el agua?"),
        N_("Busca en título, descripción e instituciones, sin fijarse en acentos ni mayúsculas."),
        ("commitments", "nodes"), (_CODE, _TITLE, _PLACE, _STATUS), {"text": "agua"},
    ),
    Question(
        "instituciones", N_("¿Qué instituciones participan en más compromisos?"),
        N_("Con el nombre normalizado; el texto tal como se publicó está en «raw» de cada compromiso."),
        ("commitments", "facets", "institution"), ((N_("Institución"), ("label",), None), _COUNT),
    ),
    Question(
        "evidencia", N_("¿Qué compromisos muestran evidencia?"),
        N_("Sólo los que publican al menos un documento, página o archivo."),
        ("commitments", "nodes"), (_CODE, _TITLE, (N_("Evidencia"), (), "evidence")),
        {"evidence": True},
    ),
    Question(
        "ausentes", N_("¿Qué estados no publican nada?"),
        N_("Ni plan ni compromiso en ninguna fuente que este hub lea."),
        ("nationalView", "coverage", "statesMissing"),
        ((N_("Clave"), ("code",), None), (N_("Estado"), ("name",), None)),
    ),
    Question(
        "cifras", N_("¿Qué declararon las instituciones y qué se encuentra?"),
        N_("La diferencia es lo encontrado menos lo declarado, para el mismo alcance y la misma fecha."),
        ("nationalView", "reconciliation"),
        (
            (N_("Cifra"), ("indicator",), "INDICATOR"), (N_("Fecha"), ("date",), "date"),
            (N_("Declarada"), ("declared",), None), (N_("Encontrada"), ("harvested",), None),
            (N_("Diferencia"), ("difference",), None),
        ),
    ),
    Question(
        "cambios", N_("¿Qué cambió desde la última vez que miré?"),
        N_("Guarde el último «cursor» y mándelo como «after» la próxima vez: recibirá sólo lo nuevo."),
        ("changes", "nodes"),
        (
            (N_("Cuándo"), ("at",), "instant"), (N_("Qué"), ("kind",), "CHANGE"), _CODE,
            (N_("Campos"), ("changedFields",), None),
        ),
    ),
    Question(
        "procedencia", N_("¿De dónde salió exactamente este dato?"),
        N_("La dirección, la fila y la huella SHA-256 de los bytes archivados, que se pueden descargar."),
        ("commitment", "lineage"),
        (
            (N_("Se leyó de"), ("url",), None), (N_("Dónde"), ("locator",), None),
            (N_("Cuándo"), ("fetchedAt",), "instant"), ("SHA-256", ("sha256",), None),
        ),
    ),
)  # fmt: skip


async def page(view: View) -> Page:
    """Ten queries with their live results."""
    shown = []
    first_code = None
    for question in QUESTIONS:
        variables = dict(question.variables)
        if question.key == "procedencia":
            if first_code is None:
                continue  # nothing is published yet, so nothing has a provenance
            variables = {"code": first_code}
        name = f"questions/{question.key}"
        data = await view.ask(name, **variables)
        rows = rows_of(data, question.rows)
        if first_code is None and rows and "code" in rows[0] and question.rows[0] == "commitments":
            first_code = rows[0]["code"]
        asked = view.asked[name]
        shown.append(
            {
                "question": question,
                "asked": asked,
                "selects": _selects(question),
                "rows": [[_cell(view, row, path, kind) for _, path, kind in question.columns] for row in rows[:SHOWN]],
                "more": max(0, len(rows) - SHOWN),
                "snippets": snippets(f"{view.base}/graphql", asked.text, asked.variables),
            }
        )
    return view.render("queries.html", shown=shown)


def _selects(question: Question) -> Selection | None:
    """The whole selection of commitments that a question shows the first of; None where it asks for something else."""
    if question.rows[0] != "commitments" or not question.variables:
        return None
    chosen: dict[str, list[str]] = {}
    for name, value in tables_of(f"questions/{question.key}")[0].pairs(question.variables):
        chosen.setdefault(name, []).append(value)
    return Selection(chosen=chosen)


def rows_of(data: dict[str, Any], path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows of an answer; an object alone is one row, null is none."""
    found: Any = data
    for name in path:
        if found is None:
            return []
        found = found[name]
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _cell(view: View, row: dict[str, Any], path: tuple[str, ...], kind: str | None) -> dict[str, str | None]:
    found: Any = row
    for name in path:
        found = None if found is None else found[name]
    href = None
    if path == ("code",) and "title" in row:
        href = view.url(f"/compromisos/{view.segment(str(found))}")
    if kind == "evidence":
        found = first_evidence(row)
        href = view.external(found)
    return {"text": _text(view, found, kind), "href": href, "number": "n" if isinstance(found, int | float) else ""}


def first_evidence(row: dict[str, Any]) -> str | None:
    """The address of the first piece of evidence of a commitment, its reports included."""
    lists = [row["evidence"], *(report["evidence"] for report in row["progressReports"])]
    return next((item["url"] for items in lists for item in items), None)


def _text(view: View, value: Any, kind: str | None) -> str:
    if value is None or value == []:
        return "–"
    if kind == "date":
        return view.date(value)
    if kind == "instant":
        return view.instant(value)
    if kind is not None and kind != "evidence":
        return view.label(getattr(labels, kind), value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return view.number(value) if isinstance(value, int | float) else str(value)


def snippets(address: str, query: str, variables: dict[str, Any]) -> list[tuple[str, str]]:
    """The same request for a shell, for Python and for JavaScript, with what comes with each and nothing else."""
    body: dict[str, Any] = {"query": query, **({"variables": variables} if variables else {})}
    wire = json.dumps(body, ensure_ascii=False, indent=1)
    values = json.dumps(variables, ensure_ascii=False)
    quoted = query.replace("\\", "\\\\")
    curl = f"curl -s '{address}' -H 'Content-Type: application/json' --data-binary @- <<'FIN'\n{wire}\nFIN"
    python = (
        "import json, urllib.request\n\n"
        f'query = """\n{quoted}\n"""\n'
        f"body = json.dumps({{'query': query, 'variables': json.loads({json.dumps(values, ensure_ascii=False)})}}).encode()\n"
        f"request = urllib.request.Request({json.dumps(address)}, body, {{'Content-Type': 'application/json'}})\n"
        "with urllib.request.urlopen(request) as answer:\n"
        "    print(json.dumps(json.load(answer)['data'], ensure_ascii=False, indent=2))"
    )
    javascript = (
        f"const query = `\n{quoted.replace('`', chr(92) + '`').replace('${', chr(92) + '${')}\n`;\n"
        f"const answer = await fetch({json.dumps(address)}, {{\n"
        '  method: "POST",\n  headers: { "Content-Type": "application/json" },\n'
        f"  body: JSON.stringify({{ query, variables: {values} }}),\n}});\n"
        "console.log(JSON.stringify((await answer.json()).data, null, 2));"
    )
    return [("curl", curl), ("Python", python), ("JavaScript", javascript)]
