"""Which published column name means which model field: Spanish and English headers, with a confidence.

The words are those of state and municipal open-government pages, of SIPOT formats, and of OGP's own exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
        "clave de identificacion", "id del compromiso", "codigo unico", "folio del compromiso", "uuid",
        "clave compromiso",
    ),
    "number": (
        "no", "num", "numero", "n", "nº", "#", "no de compromiso", "numero de compromiso", "num de compromiso",
        "numero del compromiso", "compromiso no", "compromiso num", "no compromiso", "numero compromiso",
        "consecutivo", "commitment number", "number",
        "consec", "progresivo", "numero progresivo", "no progresivo", "no consecutivo", "numero consecutivo",
        "orden", "compromiso numero", "numero de accion", "no de accion",
    ),
    "title": (
        "compromiso", "compromisos", "titulo del compromiso", "nombre del compromiso", "titulo", "nombre",
        "denominacion", "denominacion del compromiso", "commitment title", "compromiso de gobierno abierto",
        "compromiso publico", "titulo corto", "nombre corto del compromiso", "commitment", "title",
        "short title", "accion", "nombre de la accion", "linea de accion", "meta",
        "accion comprometida", "compromiso adquirido", "enunciado del compromiso", "redaccion del compromiso",
        "nombre de la iniciativa", "nombre del proyecto", "proyecto", "acciones", "compromiso asumido",
        "que nos comprometimos a hacer", "que se comprometio", "texto del compromiso", "denominacion de la accion",
        "lineas de accion", "name",
    ),
    "description": (
        "descripcion", "descripcion del compromiso", "descripcion general", "full text", "texto completo",
        "objetivo", "objetivo general", "objetivo del compromiso", "detalle", "resumen", "en que consiste",
        "description", "commitment description",
        "descripcion de la accion", "descripcion breve", "descripcion detallada", "descripcion de la actividad",
        "actividades", "actividad", "acciones a realizar", "que se hara", "objetivo especifico", "proposito", "alcance",
        "summary", "details", "objective",
    ),
    "kind": (
        "tipo de compromiso", "tipo", "clase de compromiso", "modalidad", "kind", "type",
        "clasificacion", "tipo de accion", "naturaleza",
    ),
    "axis": (
        "eje", "eje tematico", "eje de politica", "eje rector", "eje estrategico", "axis",
        "eje del plan", "eje de la alianza", "eje de gobierno abierto",
    ),
    "themes": (
        "tema", "temas", "tematica", "tematicas", "area tematica", "materia", "topico", "etiquetas", "theme",
        "themes", "topic", "policy area",
        "sector", "categoria", "area de politica", "area de politica publica", "linea tematica", "rubro", "ambito",
        "topics", "category",
    ),
    "plan": (
        "plan", "plan de accion", "plan de accion local", "pal", "nombre del plan", "titulo del plan",
        "plan local de accion", "action plan", "action plan title",
        "instrumento", "plan al que pertenece", "plan de accion al que pertenece", "nombre del plan de accion",
        "ciclo", "plan de gobierno abierto",
    ),
    "plan_ordinal": (
        "numero de plan", "numero del plan", "no de plan", "plan no", "num de plan", "action plan number",
        "edicion del plan",
    ),
    "plan_published": (
        "fecha de publicacion del plan", "fecha del plan", "publicacion del plan", "fecha de publicacion",
        "year of submission", "ano de publicacion del plan",
        "fecha de firma del plan", "firma del plan", "fecha de emision del plan",
    ),
    "program": (
        "programa", "iniciativa", "program", "programme",
    ),
    "state": (
        "entidad federativa", "entidad", "estado de la republica", "estado", "cve ent", "state", "locality",
        "country locality",
        "entidad federativa o municipio", "estado o municipio", "nombre de la entidad", "nom ent", "region",
    ),
    "municipality": (
        "municipio", "alcaldia", "ayuntamiento", "demarcacion territorial", "municipality",
        "nom mun", "municipio o alcaldia", "localidad", "ciudad", "nombre del municipio",
    ),
    "ods": (
        "ods", "objetivo de desarrollo sostenible", "objetivos de desarrollo sostenible", "alineacion ods",
        "alineacion con los ods", "ods relacionados", "ods relacionado", "ods al que contribuye",
        "ods vinculado", "agenda 2030", "alineacion agenda 2030", "alineacion a la agenda 2030",
        "alineacion a los ods", "vinculacion ods", "vinculacion con los ods", "sdg", "sdgs",
        "sustainable development goals", "sustainable development goal", "numero de ods",
        "ods agenda 2030", "ods impactado", "ods que atiende", "objetivos de la agenda 2030", "objetivos globales",
        "objetivo ods", "objetivos ods", "ods asociado", "ods principal", "ods prioritario",
        "contribucion a los ods", "contribucion ods",
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
        "institucion que lidera", "dependencia que lidera", "lidera", "lider", "quien lo hace",
        "quien es responsable", "a cargo de", "area", "area encargada", "instancia ejecutora", "instancia",
        "institucion encargada", "dependencia encargada", "encargado", "ejecutor", "ejecutora", "secretaria",
        "secretaria responsable", "actor responsable", "institucion garante", "dependencia coordinadora",
        "institucion coordinadora", "coordinador", "coordina", "ente obligado", "ente ejecutor",
        "regiduria responsable", "regiduria", "organo responsable", "dependencias", "instituciones", "lead",
        "lead agency", "responsible", "agency", "implementing agency", "responsables de la ejecucion",
        "responsable de la ejecucion", "responsable del compromiso", "responsable de cumplimiento",
    ),
    "role": (
        "rol", "roll de trabajo", "rol de trabajo", "papel", "funcion", "tipo de participacion", "role",
        "tipo de responsabilidad", "participacion", "tipo de actor",
    ),
    "support": (
        "instituciones de apoyo", "dependencias de apoyo", "otras dependencias", "otros actores",
        "corresponsable", "corresponsables", "dependencias corresponsables", "instituciones participantes",
        "dependencias participantes", "participantes", "actores involucrados",
        "otras instituciones involucradas", "dependencias involucradas", "apoyo", "supporting institution",
        "supporting institutions", "supporting institution s", "organizaciones de la sociedad civil",
        "instituciones que apoyan", "institucion de apoyo", "institucion que apoya", "con el apoyo de",
        "sociedad civil", "osc", "oscs", "organizacion de la sociedad civil", "organizacion", "organizaciones",
        "aliados", "contraparte", "contraparte ciudadana", "actores participantes", "coadyuvante", "coadyuvantes",
        "colaboradores", "instituciones colaboradoras", "instituciones corresponsables",
        "institucion corresponsable", "dependencia corresponsable", "dependencia de apoyo", "partners",
        "support institution", "support institutions", "support institution s", "organizaciones participantes",
        "instituciones involucradas", "supervision", "supervisa",
    ),
    "status": (
        "estatus", "status", "estatus del compromiso", "estatus de cumplimiento", "estado de cumplimiento",
        "situacion", "situacion actual", "semaforo", "nivel de cumplimiento", "cumplimiento", "estado actual",
        "estado del compromiso", "estado de avance", "etapa", "estatus actual", "situacion del compromiso",
        "estado que guarda", "completion", "completion level", "level of completion", "fase",
        "como vamos", "se cumplio", "condicion", "estado de implementacion", "nivel de implementacion",
        "estatus de avance", "estatus de la accion", "estatus de implementacion", "estado del avance",
        "completion progress report", "completion end of term", "semaforizacion", "semaforo de cumplimiento",
        "resultado de la evaluacion", "valoracion",
    ),
    "progress": (
        "avance", "% de avance", "porcentaje de avance", "% avance", "avance %", "avance porcentual",
        "grado de avance", "nivel de avance", "avance fisico", "porcentaje de cumplimiento",
        "% de cumplimiento", "% cumplimiento", "porcentaje avance", "avance general", "avance global",
        "avance total", "porcentaje", "avances", "progreso", "progress", "percent complete",
        "resultado", "%", "porcentaje alcanzado", "avance reportado", "porcentaje de avance acumulado",
        "avance acumulado", "avance a la fecha", "avance real", "porcentaje de implementacion",
        "porcentaje logrado", "grado de cumplimiento", "porcentaje total", "percentage", "progress percent",
        "cumplimiento porcentual", "progreso porcentaje", "avance del compromiso", "como vamos",
    ),
    "progress_date": (
        "fecha de corte", "fecha del avance", "fecha de avance", "fecha de actualizacion", "fecha de reporte",
        "corte", "ultima actualizacion",
        "fecha de seguimiento", "fecha de revision", "fecha del reporte", "fecha de medicion", "ultimo reporte",
        "last updated", "updated at", "as of", "actualizado al",
    ),
    "start": (
        "fecha de inicio", "inicio", "fecha inicio", "fecha inicial", "comienzo", "fecha de arranque",
        "fecha de inicio del compromiso", "inicia", "start date", "start",
        "comienza", "arranque", "desde", "fecha de comienzo", "inicio programado", "fecha inicio programada",
        "fecha de inicio programada", "starts", "begin", "begins", "empieza",
    ),
    "end": (
        "fecha de termino", "termino", "fecha termino", "fecha de conclusion", "conclusion", "fecha final",
        "fecha fin", "fecha de fin", "fin", "fecha limite", "fecha compromiso", "fecha de cumplimiento",
        "fecha de entrega", "vencimiento", "fecha de finalizacion", "fecha de cierre", "termina", "end date",
        "end",
        "concluye", "para cuando", "fecha de vencimiento", "fecha estimada de cumplimiento", "fecha programada",
        "fecha termino programada", "fecha de terminacion", "hasta", "a mas tardar", "fecha comprometida",
        "finaliza", "fecha estimada de termino", "fecha de termino programada", "fecha programada de termino",
        "deadline", "due date", "completion date", "fecha meta", "fecha maxima", "finalizacion",
    ),
    "period": (
        "periodo", "plazo", "vigencia", "periodo de ejecucion", "periodo de implementacion",
        "plazo de ejecucion", "temporalidad", "period", "duracion",
        "trimestre", "bimestre", "semestre", "calendario", "cronograma", "tiempo de ejecucion",
        "plazo de cumplimiento", "plazo de implementacion", "periodo de vigencia", "vigencia del compromiso",
        "fechas", "timeline", "timeframe", "periodo de cumplimiento",
    ),
    "year": (
        "ano", "anos", "ejercicio", "ejercicio fiscal", "anualidad", "ano de ejecucion", "year", "years",
        "anio", "ano de compromiso", "ano de inicio", "ano del plan",
    ),
    "evidence": (
        "evidencia", "evidencias", "liga de evidencia", "liga de la evidencia", "enlace a la evidencia",
        "link de evidencia", "evidencia url", "medio de verificacion", "medios de verificacion",
        "evidencia documental", "liga a evidencias", "hipervinculo a la evidencia", "liga", "evidence",
        "documento probatorio", "soporte documental", "evidencia fotografica", "links", "enlaces", "ligas",
        "links de evidencia", "documentos", "documentos de soporte", "medio de comprobacion",
        "evidencia de cumplimiento", "ligas de evidencia", "url de evidencia", "evidencia en linea",
    ),
    "url": (
        "url", "enlace", "link", "hipervinculo", "pagina web", "sitio web", "vinculo", "mas informacion",
        "liga electronica", "direccion electronica",
        "micrositio", "portal", "sitio", "pagina", "website", "link del compromiso", "enlace web",
        "url del compromiso",
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
_CAMEL = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")
_GENERIC = frozenset(
    [
        "nombre",
        "titulo",
        "descripcion",
        "texto",
        "valor",
        "etiqueta",
        "name",
        "title",
        "label",
        "text",
        "value",
        "display",
        "denominacion",
    ]
)
_KEYS = frozenset(["id", "clave", "codigo", "key", "code", "slug", "uuid", "uri"])
_SHORT = {
    "comp": "compromiso", "compr": "compromiso", "comprom": "compromiso", "dep": "dependencia", "depcia": "dependencia",
    "resp": "responsable", "respons": "responsable", "inst": "institucion", "instit": "institucion", "est": "estatus",
    "av": "avance", "avan": "avance", "porc": "porcentaje", "pct": "porcentaje", "porcent": "porcentaje", "f": "fecha",
    "fec": "fecha", "fch": "fecha", "fecha": "fecha", "ini": "inicio", "term": "termino", "desc": "descripcion",
    "descrip": "descripcion", "num": "numero", "nom": "nombre", "mpio": "municipio", "mun": "municipio", "edo": "estado",
    "evid": "evidencia", "ent": "entidad", "cumpl": "cumplimiento", "act": "actualizacion", "pub": "publicacion", "publ": "publicacion",
    "anio": "ano", "resp.": "responsable", "coord": "coordinadora", "sit": "situacion", "obj": "objetivo", "cve": "clave", "stat": "estatus",
}  # fmt: skip


def _singular(word: str) -> str:
    """A Spanish or English plural laid aside: "dependencias", "instituciones"."""
    if len(word) > 5 and word.endswith("es") and word[-3] in "nrlds":
        return word[:-2]
    return (
        word[:-1]
        if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "is", "ss")) and word != "ods"
        else word
    )


_TOKENS = {
    phrase: frozenset(map(_singular, phrase.split())) - _STOP
    for phrase in _ALL
    if len(phrase) > 3 and phrase not in _GENERIC
}
"""The telling words of each phrase. A word like "nombre" alone tells nothing about "nombre del indicador"."""


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


def _by_parts(column: str, name: str, give: Callable[[str, float], None]) -> None:
    """A name that is no usual one as it stands: its last part, without what is in parentheses, abbreviations spelt out."""
    own, parent = _own_part(column)
    if parent is not None:  # "dependencia.nombre" is the institution, "dependencia.id" nothing of ours
        _by_parent(own, parent, give)
        return
    for form in dict.fromkeys((plain(own), plain(re.sub(r"\(.*?\)|\[.*?\]", " ", own)), plain(_CAMEL.sub(" ", own)))):
        for spelt, factor in ((form, 0.95), (_spelt_out(form), 0.92)):
            if spelt in _PHRASES and spelt != name:
                give(spelt, factor)
    name = _spelt_out(plain(_CAMEL.sub(" ", own))) or name
    words = frozenset(map(_singular, name.split())) - _STOP
    for phrase, tokens in _TOKENS.items():
        if tokens and tokens <= words and len(words) <= len(tokens) + 3:
            give(phrase, 0.62 + 0.3 * len(tokens) / len(words))
    from rapidfuzz import fuzz, process  # loaded only where a name is unknown

    for phrase, score, _ in process.extract(name, _LONG, scorer=fuzz.ratio, score_cutoff=88, limit=3):
        give(phrase, 0.9 * score / 100)


def _own_part(column: str) -> tuple[str, str | None]:
    """The part of a joined or dotted name that is its own, and the part above it where its own is generic."""
    pieces = [piece for piece in re.split(r" / |\.(?=\S)|:", column) if piece.strip()]
    if len(pieces) < 2:
        return column, None
    own = plain(_CAMEL.sub(" ", pieces[-1]))
    if own in _GENERIC | _KEYS:
        return pieces[-1], pieces[-2]
    return pieces[-1], None


def is_key_of_another(column: str) -> bool:
    """Whether a dotted name is the key of something beside the commitment: ``dependencia.id``, ``estatus.clave``."""
    own, parent = _own_part(column)
    if parent is None or plain(own) not in _KEYS:
        return False
    above = plain(_CAMEL.sub(" ", parent))
    known = above if above in _PHRASES else _spelt_out(above)
    return any(field not in ("title", "code", "number") for field, _ in _PHRASES.get(known, ()))


def _by_parent(own: str, parent: str, give: Callable[[str, float], None]) -> None:
    above = plain(_CAMEL.sub(" ", parent))
    known = above if above in _PHRASES else _spelt_out(above)
    if plain(own) in _PHRASES and any(field == "title" for field, _ in _PHRASES.get(known, ())):
        give(plain(own), 0.92)  # "compromiso.descripcion" is the description, not the title
    elif plain(own) in _GENERIC and known in _PHRASES:
        give(known, 0.92)
    elif known not in _PHRASES and plain(own) in _PHRASES:
        give(plain(own), 0.9)


def _spelt_out(name: str) -> str:
    """A plain name with its abbreviations spelt out."""
    return " ".join(_SHORT.get(word, word) for word in name.split())


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
