"""The facts that come with the hub, read from inside the package: exercises, plans, commitments, official totals, events.

One snapshot a CSV file, addressed ``bundled:compromisos.csv``. Reports and editorial alignments are joined to their
commitment, so their files (and the plans') come first; the order is part of what is archived. What the
columns mean, and every doubt, is told in ``connectors/facts/FUENTES.md``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, ClassVar

from connectors import base
from connectors.ready import ReadyConnector, ready_row

SCHEME = "bundled:"
FILES = (
    "planes.csv", "avances.csv", "ods_editorial.csv", "ejercicios.csv", "compromisos.csv", "cifras_declaradas.csv",
    "eventos.csv",
)  # fmt: skip
"""In the order they are read: what is joined to commitments comes before them."""
_REQUIRED: dict[str, tuple[str, ...]] = {
    "planes.csv": ("clave_plan", "clave_inegi", "programa", "titulo"),
    "avances.csv": ("clave_compromiso", "fecha", "estatus_publicado"),
    "ods_editorial.csv": ("clave_compromiso", "ods", "meta", "motivo"),
    "ejercicios.csv": ("clave_inegi", "entidad"),
    "compromisos.csv": ("clave_compromiso", "clave_plan", "tipo", "titulo"),
    "cifras_declaradas.csv": ("publicador", "indicador", "valor"),
    "eventos.csv": ("clave_evento", "titulo", "fecha"),
}
_PROGRAMS = {"cocreacion_local": "COCREACION_LOCAL", "ogp_local": "OGP_LOCAL", "plan_nacional": "NATIONAL_PLAN"}
_SECTORS = {
    "government": "integrantes_gobierno", "civil_society": "integrantes_sociedad_civil",
    "oversight_body": "integrantes_organo_garante", "academia": "integrantes_academia",
    "autonomous_bodies": "integrantes_organismos_autonomos",
}  # fmt: skip
Cells = dict[str, str]


class BundledOptions(base.Options):
    """Options of `bundled`: there are none."""


class Bundled(ReadyConnector[BundledOptions]):
    """Reads the data set inside the package. Keeps the files that are joined to commitments as it meets them."""

    name: ClassVar[str] = "bundled"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = BundledOptions

    def __init__(self, options: BundledOptions) -> None:
        super().__init__(options)
        self._seen: dict[str, list[Cells]] = {}

    async def snapshots(self, ctx: base.Context) -> AsyncIterator[base.Snapshot]:
        """The files of the package, in the order of `FILES`; nothing is asked of the network."""
        folder = files("connectors") / "facts"
        for name in FILES:
            body = (folder / name).read_bytes()
            yield base.Snapshot(
                url=SCHEME + name, sha256=hashlib.sha256(body).hexdigest(), fetched_at=datetime.now(UTC), size=len(body),
                media_type="text/csv", charset="utf-8", content=body,
            )  # fmt: skip

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """The rows of one file. A file that is only joined to another gives none of its own.

        Raises:
            SourceChanged: not one of the files, not UTF-8 CSV, or without a column that is needed.
        """
        name = snapshot.url.removeprefix(SCHEME)
        if name not in _REQUIRED:
            raise base.SourceChanged(f"«{snapshot.url}» no es un archivo de los datos incluidos.", code="UNKNOWN_FILE")
        table = _read(name, snapshot.read())
        self._seen[name] = table
        return iter(list(self._rows(name, table, ctx)))

    def _rows(self, name: str, table: list[Cells], ctx: base.Context) -> Iterator[base.Row]:
        make = _MAKERS.get(name)
        if make is None:
            return
        if name == "compromisos.csv" and "planes.csv" not in self._seen:
            raise base.SourceChanged("compromisos.csv se lee después de planes.csv.", code="BROKEN_ORDER")
        dropped = 0
        for line, cells in enumerate(table, start=2):
            row = make(cells, self._seen)
            if row is None:
                dropped += 1
                continue
            row.locator = f"row {line}"
            yield row
        if dropped:
            ctx.note(
                "MISSING_DATE",
                f"{dropped} actos de {name} no traen fecha y no se publican.",
                severity="INFO",
                field="date",
            )


def _read(name: str, body: bytes) -> list[Cells]:
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        columns = reader.fieldnames or ()
        missing = [column for column in _REQUIRED[name] if column not in columns]
        if missing:
            raise base.SourceChanged(f"A {name} le falta la columna «{missing[0]}».", code="MISSING_COLUMN")
        return [
            {column: (value or "").strip() for column, value in cells.items() if isinstance(column, str)}
            for cells in reader
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise base.SourceChanged(f"{name} no es un CSV en UTF-8: {error}.", code="UNREADABLE") from error


def _row(kind: base.DraftKind, key: str, values: dict[str, Any], cells: Cells, columns: dict[str, str]) -> base.Row:
    return ready_row(kind, key, values, cells, columns, locator="")


def _split(cell: str, mark: str = ";") -> list[str]:
    return [part.strip() for part in cell.split(mark) if part.strip()]


def _first_url(cells: Cells) -> str | None:
    return next(iter(_split(cells.get("url", ""), " | ")), None)


def _place(cells: Cells) -> dict[str, Any]:
    """State (`00`: the nation) and municipality by INEGI key."""
    return {"state": cells.get("clave_inegi"), "municipality": cells.get("clave_municipio")}


def _program(cells: Cells) -> str:
    return _PROGRAMS.get(cells.get("programa", ""), "OTHER")


def _plan(cells: Cells, seen: dict[str, list[Cells]]) -> base.Row:
    declared = [cells.get(name, "") for name in ("num_compromisos_declarado", "num_proactivos_declarado")]
    known = [int(number) for number in declared if number.isascii() and number.isdigit()]
    values = _place(cells) | {
        "code": cells["clave_plan"], "title": cells["titulo"], "program": _program(cells), "ordinal": cells.get("ordinal"),
        "published": cells.get("fecha_publicacion"), "start": cells.get("fecha_inicio"), "end": cells.get("fecha_fin"),
        "declared": sum(known) if known else None, "status": cells.get("estatus_publicado"), "url": _first_url(cells),
    }  # fmt: skip
    columns = {
        "code": "clave_plan", "title": "titulo", "program": "programa", "ordinal": "ordinal", "url": "url",
        "published": "fecha_publicacion", "start": "fecha_inicio", "end": "fecha_fin", "status": "estatus_publicado",
        "declared": "num_compromisos_declarado, num_proactivos_declarado", "state": "clave_inegi",
        "municipality": "clave_municipio",
    }  # fmt: skip
    return _row("plan", cells["clave_plan"], values, cells, columns)


def _exercise(cells: Cells, seen: dict[str, list[Cells]]) -> base.Row:
    members = {sector: cells.get(column, "") for sector, column in _SECTORS.items()}
    values = {
        "state": cells["clave_inegi"], "joined": cells.get("fecha_incorporacion"),
        "joined_year": cells.get("anio_incorporacion"), "secretariat_installed": cells.get("fecha_instalacion_stl"),
        "members": {sector: int(seats) for sector, seats in members.items() if seats.isascii() and seats.isdigit()},
        "status": cells.get("estatus_publicado"), "step": _step(cells, seen.get("planes.csv", [])),
    }  # fmt: skip
    columns = {
        "state": "clave_inegi", "joined": "fecha_incorporacion", "joined_year": "anio_incorporacion",
        "secretariat_installed": "fecha_instalacion_stl", "members": ", ".join(_SECTORS.values()),
        "status": "estatus_publicado",
    }  # fmt: skip
    return _row("exercise", f"exercise/{cells['clave_inegi']}", values, cells, columns)


def _step(cells: Cells, plans: Sequence[Cells]) -> str | None:
    """The furthest step (names of `ExerciseStep`) that the facts of a state show."""
    own = [
        plan for plan in plans
        if plan["clave_inegi"] == cells["clave_inegi"] and "-PAL-" in plan["clave_plan"] and not plan.get("clave_municipio")
    ]  # fmt: skip
    said = cells.get("estatus_publicado", "").lower()
    if own:
        if "evaluación" in said:
            return "EVALUATION"
        return "IMPLEMENTATION" if re.search(r"\bejecuta|\bcierra", said) else "PLAN_PUBLISHED"
    if cells.get("stl_instalado") == "si":
        return "SECRETARIAT_INSTALLED"
    return "STARTED" if cells.get("fecha_incorporacion") or cells.get("anio_incorporacion") else None


def _commitment(cells: Cells, seen: dict[str, list[Cells]]) -> base.Row:
    code = cells["clave_compromiso"]
    plan = next((plan for plan in seen["planes.csv"] if plan["clave_plan"] == cells["clave_plan"]), None)
    if plan is None:
        raise base.SourceChanged(f"El compromiso {code} nombra el plan {cells['clave_plan']}, que planes.csv no trae.")
    proactive = cells["tipo"] == "proactivo"
    told = re.search(r"-P(\d+)$", code) if proactive else None
    values = _place(plan) | {
        "code": code, "number": cells.get("numero") or (told[1] if told else None), "title": cells["titulo"],
        "kind": "PROACTIVE" if proactive else None, "themes": _split(cells.get("tema", "")),
        "plan_key": cells["clave_plan"], "plan": plan["titulo"], "plan_ordinal": plan.get("ordinal"),
        "plan_published": plan.get("fecha_publicacion"), "program": _program(plan),
        "ods": _split(cells.get("ods", "")), "ods_target": _split(cells.get("metas_ods", "")),
        "alignments": _alignments(code, seen), "institutions": _institutions(cells),
        "start": cells.get("fecha_inicio"), "end": cells.get("fecha_fin"), "status": cells.get("estatus_publicado"),
        "progress": cells.get("avance_publicado"), "progress_date": cells.get("fecha_avance"),
        "progress_reports": _reports(code, seen), "url": _first_url(cells),
    }  # fmt: skip
    columns = {
        "code": "clave_compromiso", "number": "numero", "title": "titulo", "kind": "tipo", "themes": "tema",
        "plan_key": "clave_plan", "ods": "ods", "ods_target": "metas_ods", "start": "fecha_inicio", "end": "fecha_fin",
        "institutions": "institucion_responsable, otras_instituciones, sociedad_civil", "status": "estatus_publicado",
        "progress": "avance_publicado", "progress_date": "fecha_avance", "url": "url",
    }  # fmt: skip
    return _row("commitment", code, values, cells, columns)


def _institutions(cells: Cells) -> list[dict[str, str]]:
    roles = (
        ("institucion_responsable", "LEAD"),
        ("otras_instituciones", "SUPPORT"),
        ("sociedad_civil", "CIVIL_SOCIETY"),
    )
    return [{"name": name, "role": role} for column, role in roles for name in _split(cells.get(column, ""))]


def _alignments(code: str, seen: dict[str, list[Cells]]) -> list[dict[str, str]]:
    """The editors' own alignments: never what the publisher declares, always with their reason."""
    return [
        {name: value for name, value in {
            "ods": row["ods"], "target": row["meta"], "basis": "EDITORIAL", "reason": row["motivo"],
        }.items() if value}
        for row in seen.get("ods_editorial.csv", ()) if row["clave_compromiso"] == code
    ]  # fmt: skip


def _reports(code: str, seen: dict[str, list[Cells]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in {
            "date": row["fecha"], "status": row["estatus_publicado"], "progress": row.get("avance_publicado"),
            "summary": row.get("fuente"), "evidence": [{"url": url} for url in _split(row.get("evidencia_url", ""), " | ")],
        }.items() if value}
        for row in seen.get("avances.csv", ()) if row["clave_compromiso"] == code
    ]  # fmt: skip


def _total(cells: Cells, seen: dict[str, list[Cells]]) -> base.Row:
    values = _place(cells) | {
        "indicator": cells["indicador"], "date": cells.get("fecha"), "publisher": cells["publicador"],
        "ods": cells.get("ods"), "value": cells["valor"], "unit": cells.get("unidad"),
        "qualifier": cells.get("calificador"), "document": cells.get("documento"), "url": _first_url(cells),
    }  # fmt: skip
    columns = {
        "indicator": "indicador", "date": "fecha", "publisher": "publicador", "state": "clave_inegi",
        "municipality": "clave_municipio", "ods": "ods", "value": "valor", "unit": "unidad", "qualifier": "calificador",
        "document": "documento", "url": "url",
    }  # fmt: skip
    told = ("publicador", "indicador", "fecha", "clave_inegi", "clave_municipio", "ods", "unidad", "nota", "fuente")
    return _row("total", " | ".join(cells.get(column, "") for column in told), values, cells, columns)


def _event(cells: Cells, seen: dict[str, list[Cells]]) -> base.Row | None:
    """An event; None where nobody published its date, which every event of the model has."""
    if not cells["fecha"]:
        return None
    values = _place(cells) | {
        "title": cells["titulo"], "date": cells["fecha"], "end_date": cells.get("fecha_fin"),
        "place": cells.get("lugar"), "organiser": cells.get("organizador"), "kind": cells.get("tipo"),
        "url": _first_url(cells),
    }  # fmt: skip
    columns = {
        "title": "titulo", "date": "fecha", "end_date": "fecha_fin", "place": "lugar", "organiser": "organizador",
        "kind": "tipo", "state": "clave_inegi", "municipality": "clave_municipio", "url": "url",
    }  # fmt: skip
    return _row("event", cells["clave_evento"], values, cells, columns)


_MAKERS: dict[str, Callable[[Cells, dict[str, list[Cells]]], base.Row | None]] = {
    "planes.csv": _plan, "ejercicios.csv": _exercise, "compromisos.csv": _commitment,
    "cifras_declaradas.csv": _total, "eventos.csv": _event,
}  # fmt: skip
