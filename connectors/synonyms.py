"""Which published column name means which model field: Spanish and English headers, with a confidence.

The words are those of state and municipal open-government pages, of SIPOT formats, and of OGP's own exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from connectors.text import fold

SURE = 0.8
"""Confidence from which a column may be mapped without being declared."""

# Ranked: an earlier phrase is the surer name of the field. Written folded (no accents, no case).
# fmt: off
SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": (
        "clave", "codigo", "clave del compromiso", "codigo del compromiso", "id compromiso", "clave unica",
        "folio", "id", "identificador", "commitment unique identifier", "unique identifier", "code",
        "identifier",
    ),
    "number": (
        "no", "num", "numero", "n", "nº", "#", "no de compromiso", "numero de compromiso", "num de compromiso",
        "numero del compromiso", "compromiso no", "compromiso num", "no compromiso", "numero compromiso",
        "consecutivo", "commitment number", "number",
    ),
    "title": (
        "compromiso", "compromisos", "titulo del compromiso", "nombre del compromiso", "titulo", "nombre",
        "denominacion", "denominacion del compromiso", "commitment title", "compromiso de gobierno abierto",
        "compromiso publico", "titulo corto", "nombre corto del compromiso", "commitment", "title",
        "short title", "accion", "nombre de la accion", "linea de accion", "meta",
    ),
    "description": (
        "descripcion", "descripcion del compromiso", "descripcion general", "full text", "texto completo",
        "objetivo", "objetivo general", "objetivo del compromiso", "detalle", "resumen", "en que consiste",
        "description", "commitment description",
    ),
    "kind": (
        "tipo de compromiso", "tipo", "clase de compromiso", "modalidad", "kind", "type",
    ),
    "axis": (
        "eje", "eje tematico", "eje de politica", "eje rector", "eje estrategico", "axis",
    ),
    "themes": (
        "tema", "temas", "tematica", "tematicas", "area tematica", "materia", "topico", "etiquetas", "theme",
        "themes", "topic", "policy area",
    ),
    "plan": (
        "plan", "plan de accion", "plan de accion local", "pal", "nombre del plan", "titulo del plan",
        "plan local de accion", "action plan", "action plan title",
    ),
    "plan_ordinal": (
        "numero de plan", "numero del plan", "no de plan", "plan no", "num de plan", "action plan number",
        "edicion del plan",
    ),
    "plan_published": (
        "fecha de publicacion del plan", "fecha del plan", "publicacion del plan", "fecha de publicacion",
        "year of submission", "ano de publicacion del plan",
    ),
    "program": (
        "programa", "iniciativa", "program", "programme",
    ),
    "state": (
        "entidad federativa", "entidad", "estado de la republica", "estado", "cve ent", "state", "locality",
        "country locality",
    ),
    "municipality": (
        "municipio", "alcaldia", "ayuntamiento", "demarcacion territorial", "municipality",
    ),
    "ods": (
        "ods", "objetivo de desarrollo sostenible", "objetivos de desarrollo sostenible", "alineacion ods",
        "alineacion con los ods", "ods relacionados", "ods relacionado", "ods al que contribuye",
        "ods vinculado", "agenda 2030", "alineacion agenda 2030", "alineacion a la agenda 2030",
        "alineacion a los ods", "vinculacion ods", "vinculacion con los ods", "sdg", "sdgs",
        "sustainable development goals", "sustainable development goal", "numero de ods",
    ),
    "ods_target": (
        "meta ods", "metas ods", "meta de los ods", "meta del ods", "metas de los ods", "meta agenda 2030",
        "sdg target", "sdg targets",
    ),
    "institution": (
        "dependencia responsable", "institucion responsable", "dependencia", "institucion",
        "dependencia o entidad", "area responsable", "unidad responsable", "instancia responsable",
        "responsable institucional", "entidad responsable", "dependencia lider", "institucion lider",
        "dependencias responsables", "instituciones responsables", "sujeto obligado", "ente publico",
        "ente responsable", "autoridad responsable", "organismo responsable", "responsable", "responsables",
        "dependencia ejecutora", "unidad administrativa", "lead institution", "lead implementing agency",
        "institution", "responsible institution", "responsible agency",
    ),
    "role": (
        "rol", "roll de trabajo", "rol de trabajo", "papel", "funcion", "tipo de participacion", "role",
    ),
    "support": (
        "instituciones de apoyo", "dependencias de apoyo", "otras dependencias", "otros actores",
        "corresponsable", "corresponsables", "dependencias corresponsables", "instituciones participantes",
        "dependencias participantes", "participantes", "actores involucrados",
        "otras instituciones involucradas", "dependencias involucradas", "apoyo", "supporting institution",
        "supporting institutions", "supporting institution s", "organizaciones de la sociedad civil",
    ),
    "status": (
        "estatus", "status", "estatus del compromiso", "estatus de cumplimiento", "estado de cumplimiento",
        "situacion", "situacion actual", "semaforo", "nivel de cumplimiento", "cumplimiento", "estado actual",
        "estado del compromiso", "estado de avance", "etapa", "estatus actual", "situacion del compromiso",
        "estado que guarda", "completion", "completion level", "level of completion", "fase",
    ),
    "progress": (
        "avance", "% de avance", "porcentaje de avance", "% avance", "avance %", "avance porcentual",
        "grado de avance", "nivel de avance", "avance fisico", "porcentaje de cumplimiento",
        "% de cumplimiento", "% cumplimiento", "porcentaje avance", "avance general", "avance global",
        "avance total", "porcentaje", "avances", "progreso", "progress", "percent complete",
    ),
    "progress_date": (
        "fecha de corte", "fecha del avance", "fecha de avance", "fecha de actualizacion", "fecha de reporte",
        "corte", "ultima actualizacion",
    ),
    "start": (
        "fecha de inicio", "inicio", "fecha inicio", "fecha inicial", "comienzo", "fecha de arranque",
        "fecha de inicio del compromiso", "inicia", "start date", "start",
    ),
    "end": (
        "fecha de termino", "termino", "fecha termino", "fecha de conclusion", "conclusion", "fecha final",
        "fecha fin", "fecha de fin", "fin", "fecha limite", "fecha compromiso", "fecha de cumplimiento",
        "fecha de entrega", "vencimiento", "fecha de finalizacion", "fecha de cierre", "termina", "end date",
        "end",
    ),
    "period": (
        "periodo", "plazo", "vigencia", "periodo de ejecucion", "periodo de implementacion",
        "plazo de ejecucion", "temporalidad", "period", "duracion",
    ),
    "year": (
        "ano", "anos", "ejercicio", "ejercicio fiscal", "anualidad", "ano de ejecucion", "year", "years",
    ),
    "evidence": (
        "evidencia", "evidencias", "liga de evidencia", "liga de la evidencia", "enlace a la evidencia",
        "link de evidencia", "evidencia url", "medio de verificacion", "medios de verificacion",
        "evidencia documental", "liga a evidencias", "hipervinculo a la evidencia", "liga", "evidence",
    ),
    "url": (
        "url", "enlace", "link", "hipervinculo", "pagina web", "sitio web", "vinculo", "mas informacion",
        "liga electronica", "direccion electronica",
    ),
}
# fmt: on

_ORDINAL_MARKS = re.compile(r"[º°ª]")
_PUNCTUATION = re.compile(r"[^\w%#\s]")
_STOP = frozenset({"de", "del", "la", "el", "los", "las", "a", "al", "con", "y", "en", "por", "para", "of", "the"})
_PERSONAL = re.compile(
    r"\b(?:correo|e ?mail|mail|mbox|telefono|tel|celular|movil|extension|whatsapp|contacto|contact ?point|contact|curp|rfc|domicilio particular)\b"
    r"|\bnombre (?:completo )?(?:del?|de la) (?:enlace|titular|responsable|servidor|servidora|persona|contacto|funcionari[oa])\b"
    r"|\b(?:servidor(?:a)? public[oa]|persona responsable|enlace (?:responsable|institucional|designado)|titular del area|nombre del? enlace)\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may be a field. `confidence` is 0 to 1; 1 for the field's own usual name."""

    column: str
    confidence: float


def plain(column: str) -> str:
    """A column name without accents, case, punctuation or ordinal marks: ``Núm.`` is ``num``."""
    text = _ORDINAL_MARKS.sub(" ", fold(column)).replace("_", " ")
    return " ".join(_PUNCTUATION.sub(" ", text).split())


_PHRASES: dict[str, list[tuple[str, float]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names):
        _PHRASES.setdefault(plain(_name), []).append((_field, max(0.82, 1.0 - 0.01 * _rank)))
_ALL = list(_PHRASES)
_LONG = [phrase for phrase in _ALL if len(phrase) >= 6]
_TOKENS = {phrase: frozenset(phrase.split()) - _STOP for phrase in _ALL if len(phrase) > 3}


@lru_cache(maxsize=4096)
def is_personal(column: str) -> bool:
    """Whether a column holds names or contact details of persons, which the hub does not keep."""
    last = column.rsplit(" / ", 1)[-1].rsplit(".", 1)[-1].rsplit(":", 1)[-1]
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    return bool(_PERSONAL.search(plain(split)) or _PERSONAL.search(plain(last)))


@lru_cache(maxsize=4096)
def meanings(column: str) -> tuple[tuple[str, float], ...]:
    """The fields that one column name may stand for, the likeliest first."""
    name = plain(column)
    best: dict[str, float] = {}

    def offer(phrase: str, factor: float) -> None:
        for field, confidence in _PHRASES[phrase]:
            best[field] = max(best.get(field, 0.0), round(confidence * factor, 3))

    if name in _PHRASES:
        offer(name, 1.0)
    else:
        _by_parts(column, name, offer)
    return tuple(sorted(best.items(), key=lambda item: -item[1]))


def _by_parts(column: str, name: str, offer: object) -> None:
    give = offer if callable(offer) else None
    if give is None or not name:
        return
    without = plain(re.sub(r"\(.*?\)|\[.*?\]", " ", column))
    for form in (without, plain(column.rsplit(" / ", 1)[-1]), plain(column.rsplit(".", 1)[-1])):
        if form in _PHRASES and form != name:
            give(form, 0.9)
    words = frozenset(name.split()) - _STOP
    for phrase, tokens in _TOKENS.items():
        if tokens and tokens <= words and len(words) <= len(tokens) + 3:
            give(phrase, 0.62 + 0.3 * len(tokens) / len(words))
    for phrase, score, _ in process.extract(name, _LONG, scorer=fuzz.ratio, score_cutoff=88, limit=3):
        give(phrase, 0.9 * score / 100)


def default_fields(columns: Sequence[str]) -> dict[str, list[Candidate]]:
    """Model field -> the columns that may be it, the likeliest first. Columns of persons' data are never proposed."""
    found: dict[str, list[Candidate]] = {}
    for column in columns:
        if not is_personal(column):
            for field, confidence in meanings(column):
                found.setdefault(field, []).append(Candidate(column, confidence))
    for candidates in found.values():
        candidates.sort(key=lambda c: -c.confidence)
    return found


def best_fields(columns: Sequence[str], threshold: float = SURE) -> dict[str, str]:
    """A mapping in which every column and every field is used once, the surest pairs first."""
    pairs = [
        (c.confidence, field, c.column) for field, candidates in default_fields(columns).items() for c in candidates
    ]
    order = {field: index for index, field in enumerate(SYNONYMS)}
    pairs.sort(key=lambda p: (-p[0], order[p[1]], columns.index(p[2])))
    chosen: dict[str, str] = {}
    for confidence, field, column in pairs:
        if confidence >= threshold and field not in chosen and column not in chosen.values():
            chosen[field] = column
    return {field: chosen[field] for field in SYNONYMS if field in chosen}


def header_hits(cells: Iterable[str]) -> int:
    """How many cells are usual column names: what tells a header from a banner."""
    return sum(1 for cell in cells if plain(cell) in _PHRASES)
