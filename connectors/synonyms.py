"""Which published column name means which model field: Spanish and English headers, with a confidence.

The words are those of state and municipal open-government pages, of SIPOT formats, and of OGP's own exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from connectors.column_names import PLANNED, QUALIFIERS, SYNONYMS
from connectors.text import fold

SURE = 0.8
"""Confidence from which a column may be mapped without being declared."""

_ORDINAL_MARKS = re.compile(r"[º°ª]")
_PUNCTUATION = re.compile(r"[^\w%#\s]")
_STOP = frozenset(
    {"de", "del", "la", "el", "los", "las", "a", "al", "con", "y", "en", "por", "para", "que", "se", "lo", "of", "the"}
)
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


_PLURAL = re.compile(r"(?<=[a-z])\((?:e?s|as|os)\)")
"""“Responsable(s)”, “Institución(es)”: one or several."""


def plain(column: str) -> str:
    """A column name without accents, case, punctuation or ordinal marks: ``Núm.`` is ``num``."""
    text = _ORDINAL_MARKS.sub(" ", _PLURAL.sub("", fold(column))).replace("_", " ")
    return " ".join(_PUNCTUATION.sub(" ", text).split())


_PHRASES: dict[str, list[tuple[str, float]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names):
        _PHRASES.setdefault(plain(_name), []).append((_field, max(0.82, 1.0 - 0.01 * _rank)))
_ALL = list(_PHRASES)
_LONG = [phrase for phrase in _ALL if len(phrase) >= 6]
_CAMEL = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")
_LANGUAGE = re.compile(r" (?:es|esp|espanol|spanish|en|eng|ingles|english)$")
_JOINED = re.compile(r"^(?:compromiso|commitment)(?=[a-z]{4})")
"""What a record is called, written before each of its members without a mark between: ``compromisoavance``."""
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
_TITLES = frozenset(
    [
        "titulo",
        "titulo del compromiso",
        "nombre del compromiso",
        "denominacion del compromiso",
        "title",
        "commitment title",
    ]
)
_MAYBE_NUMBER = frozenset(["compromiso", "compromisos", "commitment"])
"""What heads the numbers of commitments as often as their names, and beside a title their numbers or their full text."""
_WITH_KEYS = frozenset(["institution", "support", "status", "plan", "axis", "themes", "kind", "program"])
"""Fields that systems keep in a table of their own, with a key that is nothing to a reader."""
_SHORT = {
    "comp": "compromiso", "compr": "compromiso", "comprom": "compromiso", "dep": "dependencia", "depcia": "dependencia",
    "resp": "responsable", "respons": "responsable", "inst": "institucion", "instit": "institucion", "est": "estatus",
    "av": "avance", "avan": "avance", "porc": "porcentaje", "pct": "porcentaje", "porcent": "porcentaje", "f": "fecha",
    "fec": "fecha", "fch": "fecha", "fecha": "fecha", "ini": "inicio", "term": "termino", "desc": "descripcion",
    "descrip": "descripcion", "num": "numero", "nom": "nombre", "mpio": "municipio", "mun": "municipio", "edo": "estado",
    "evid": "evidencia", "ent": "entidad", "cumpl": "cumplimiento", "act": "actualizacion", "actualiza": "actualizacion", "pub": "publicacion", "publ": "publicacion",
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


_TELLING = frozenset(["eje", "ods", "osc", "sdg"])
"""Short names that tell the same inside a longer one."""
_TOKENS = {
    phrase: frozenset(map(_singular, phrase.split())) - _STOP
    for phrase in _ALL
    if (len(phrase) > 3 or phrase in _TELLING) and phrase not in _GENERIC
}
"""The telling words of each phrase. A word like "nombre" alone tells nothing about "nombre del indicador"."""

_OF_A_STEP = re.compile(r"\b(?:hito|actividad|etapa|entregable|tarea|milestone)s? ?(?:no |num |numero )?\d{1,2}\b")
"""What is numbered within a commitment: «Hito 1», «Fecha hito 1»."""
_WRAPPERS = frozenset(
    [
        "attributes",
        "properties",
        "fields",
        "record",
        "registro",
        "node",
        "item",
        "data",
        "datos",
        "lista",
        "acf",
        "source",
    ]
)
"""What systems put a record's own members in."""
_OF_ANOTHER = 0.75
"""How sure a bare "título" or "nombre" is below something that is not known: it may be that of anything."""
_PARTLY = SURE - 0.02
"""The surest a name can be that has a word of its own beside a usual one: "fecha de inicio" of what, in "fecha de inicio de la gestión"?"""
_QUALIFIERS = frozenset(map(_singular, QUALIFIERS))
_OF_DATES = _QUALIFIERS | frozenset(map(_singular, PLANNED))
_DATES = frozenset({"start", "end", "period"})


@lru_cache(maxsize=4096)
def is_personal(column: str) -> bool:
    """Whether a column holds names or contact details of persons, which the hub does not keep."""
    last = column.rsplit(" / ", 1)[-1].rsplit(".", 1)[-1].rsplit(":", 1)[-1]
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    return bool(_PERSONAL.search(plain(split)) or _PERSONAL.search(plain(last)))


def is_of_a_step(column: str) -> bool:
    """Whether a column is of a numbered milestone («Hito 1», «Estatus hito 1») and not of the commitment."""
    return _OF_A_STEP.search(plain(column)) is not None


@lru_cache(maxsize=4096)
def meanings(column: str) -> tuple[tuple[str, float], ...]:
    """The fields that one column name may stand for, the likeliest first."""
    name = plain(column)
    if is_of_a_step(column):
        return (("milestones", SURE),) if _OF_A_STEP.fullmatch(name) else ()
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
    forms = (
        plain(own), plain(re.sub(r"\(.*?\)|\[.*?\]", " ", own)), plain(_CAMEL.sub(" ", own)), _one_language(own), _JOINED.sub("", plain(own)),
    )  # fmt: skip
    for form in dict.fromkeys(forms):
        for spelt, factor in ((form, 0.95), (_spelt_out(form), 0.92)):
            if spelt in _PHRASES and spelt != name:
                give(spelt, factor)
    name = _spelt_out(plain(_CAMEL.sub(" ", own))) or name
    words = frozenset(map(_singular, name.split())) - _STOP
    for phrase, tokens in _TOKENS.items():
        if tokens and tokens <= words and len(words) <= len(tokens) + 3:
            known = 0.62 + 0.3 * len(tokens) / len(words)
            qualifiers = _OF_DATES if _DATES & {field for field, _ in _PHRASES[phrase]} else _QUALIFIERS
            give(phrase, known if words - tokens <= qualifiers else min(known, _PARTLY))
    from rapidfuzz import fuzz, process  # loaded only where a name is unknown

    for phrase, score, _ in process.extract(name, _LONG, scorer=fuzz.ratio, score_cutoff=88, limit=3):
        if _slip(name, phrase):
            give(phrase, 0.9 * score / 100)


def _one_language(own: str) -> str:
    """The plain name without the language that it is written for, as systems of several languages mark it: ``name_es``."""
    return _LANGUAGE.sub("", plain(own))


def _slip(name: str, phrase: str) -> bool:
    """Whether two like names differ as slips of the pen do: no word by more than a letter, two in a long one.

    "Titular" is no slip for "título", however alike the rest of the two names is.
    """
    from rapidfuzz.distance import OSA

    ours, theirs = name.split(), phrase.split()
    if len(ours) != len(theirs):
        return OSA.distance(name, phrase) <= 1  # a space that is missing, or one too many
    return all(OSA.distance(a, b) <= 1 + (len(b) >= 9) for a, b in zip(ours, theirs, strict=True))


def _own_part(column: str) -> tuple[str, str | None]:
    """The part of a joined or dotted name that is its own, and the part above it where its own is generic."""
    pieces = [piece for piece in re.split(r" / |\.(?=\S)|:", column) if piece.strip()]
    while len(pieces) > 2 and plain(pieces[-2]) in _WRAPPERS:  # "institucion.data.attributes.nombre"
        del pieces[-2]
    if len(pieces) < 2:
        return column, None
    own = plain(_CAMEL.sub(" ", pieces[-1]))
    if own in _GENERIC | _KEYS:
        return pieces[-1], pieces[-2]
    return pieces[-1], None


def is_key_of_another(column: str) -> bool:
    """Whether a name is the key of something beside the commitment: ``dependencia.id``, ``estatus.clave``, ``cve_dep``."""
    own, parent = _own_part(column)
    if parent is None:
        return _is_key_by_words(_spelt_out(plain(_CAMEL.sub(" ", own))))
    if plain(own) not in _KEYS:
        return False
    above = plain(_CAMEL.sub(" ", parent))
    known = above if above in _PHRASES else _spelt_out(above)
    return any(field not in ("title", "code", "number") for field, _ in _PHRASES.get(known, ()))


def _is_key_by_words(name: str) -> bool:
    first, *rest = name.split() or [""]
    named = " ".join(word for word in rest if word not in _STOP)
    fields = {field for field, _ in _PHRASES.get(named, ())}
    return name not in _PHRASES and first in _KEYS and bool(fields) and fields <= _WITH_KEYS


def _by_parent(own: str, parent: str, give: Callable[[str, float], None]) -> None:
    above = plain(_CAMEL.sub(" ", parent))
    known = next((name for name in (above, _singular(above)) if name in _PHRASES), _spelt_out(above))
    if plain(own) in _PHRASES and any(field == "title" for field, _ in _PHRASES.get(known, ())):
        give(plain(own), 0.92)  # "compromiso.descripcion" is the description, not the title
    elif plain(own) in _GENERIC and known in _PHRASES:
        give(known, 0.92)
    elif known not in _PHRASES and plain(own) in _PHRASES:
        bare = above not in _WRAPPERS and any(field == "title" for field, _ in _PHRASES[plain(own)])
        give(plain(own), _OF_ANOTHER if bare else 0.9)  # "linea_base.titulo" titles no commitment


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
    told = next((c for c in columns if plain(c) in _TITLES), None)
    if told is not None and plain(chosen.get("title", "")) in _MAYBE_NUMBER and told not in chosen.values():
        chosen["title"] = told
    return {field: chosen[field] for field in SYNONYMS if field in chosen}


def header_hits(cells: Iterable[str]) -> int:
    """How many cells are usual column names: what tells a header from a banner."""
    return sum(1 for cell in cells if plain(cell) in _PHRASES)
