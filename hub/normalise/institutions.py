"""Institutions and the part they take. Persons are not kept: the hub publishes public bodies and organisations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from connectors.ticks import tick_of
from hub.model import Institution, InstitutionRole
from hub.normalise.lists import items
from hub.normalise.persons import are_persons
from hub.normalise.result import Result, ambiguous, empty, matched, unmatched
from hub.normalise.text import clean, fold, no_data, title, words


class Role(StrEnum):
    """The part that a published word gives an institution, finer than the API's `InstitutionRole`."""

    LIDERA = "LIDERA"
    COORDINA = "COORDINA"
    APOYA = "APOYA"
    SUPERVISA = "SUPERVISA"
    FACILITA = "FACILITA"
    SOCIEDAD_CIVIL = "SOCIEDAD_CIVIL"
    UNKNOWN = "UNKNOWN"
    """A placeholder: the seat is not assigned yet."""


API_ROLE: dict[Role, InstitutionRole] = {
    Role.LIDERA: InstitutionRole.LEAD,
    Role.COORDINA: InstitutionRole.COORDINATION,
    Role.APOYA: InstitutionRole.SUPPORT,
    Role.SUPERVISA: InstitutionRole.SUPERVISION,
    # A facilitator convenes and moderates the local secretariat without executing: nearest to coordination.
    Role.FACILITA: InstitutionRole.COORDINATION,
    Role.SOCIEDAD_CIVIL: InstitutionRole.CIVIL_SOCIETY,
}

_WORDS: dict[Role, str] = {
    Role.LIDERA: """lidera|lider|liderazgo|lideran|lead|leads|leader|lead institution|leading institution|lead institutions
    |institucion lider|institucion responsable|responsable|responsables|dependencia responsable|ejecutor|ejecutora|ejecuta
    |implementa|implementador|implementadora|institucion implementadora|implementing institution|implementing agency
    |lead agency|lead implementing agency|responsible|responsible institution|principal|encabeza|titular|institucion
    principal|responsable principal|dependencia lider|autoridad responsable|autoridad responsable del cumplimiento
    |agencia lider|dependencia ejecutora|unidad responsable|area responsable|ente responsable|sujeto obligado
    responsable|responsable de la implementacion|responsable de ejecucion|ejecucion|a cargo|encargado|encargada
    |dirige|conduce|lead implementing organization|responsable del compromiso|responsable directo""",
    Role.COORDINA: """coordina|coordinacion|coordinador|coordinadora|coordinan|coordination|coordinates|coordinator
    |coordinating institution|institucion coordinadora|dependencia coordinadora|articula|enlace|vinculacion|corresponsable
    |co responsable|corresponsables|coordinador general|coordinating agency|colidera|co lidera|co lead""",
    Role.APOYA: """apoya|apoyo|apoyan|apoyos|apoyando|support|supports|supporting|supporter|supporting institution
    |supporting institution s|supporting institutions|institucion de apoyo|instituciones de apoyo|instituciones que apoyan
    |dependencia de apoyo|colabora|colaboracion|colaborador|colaboradora|colaborate|collaborator|participa|participante
    |participantes|participacion|participating|partner|socio|aliado|aliados|coadyuva|coadyuvante|asesora|asesoria|asesor
    |acompana|acompanamiento|contribuye|involucrado|involucrada|involucrados|other actors involved|otros actores
    |otros actores involucrados|otras instituciones|soporte|institucion de soporte|apoyo tecnico|supporting agency
    |otras dependencias|dependencias de apoyo|dependencias participantes|instituciones participantes""",
    Role.SUPERVISA: """supervisa|supervision|supervisor|supervisora|supervisan|supervises|oversight|monitors|monitoring
    |monitorea|monitoreo|vigila|vigilancia|verifica|verificacion|verificador|evalua|evaluacion|evaluador|audita|auditoria
    |seguimiento|da seguimiento|contraloria social|organo de control|fiscaliza|institucion supervisora|monitor""",
    Role.FACILITA: """facilita|facilitador|facilitadora|facilitadores|facilitacion|facilitan|facilitator|facilitates
    |facilitation|modera|moderador|moderadora|convoca|convocante""",
    Role.SOCIEDAD_CIVIL: """sociedad civil|sociedad civil organizada|no gubernamental|no gubernamentales|non governmental|osc
    |oscs|o s c|ong|ongs|ngo|ngos|cso|csos|civil society|civil society organization|civil society organizations
    |organizacion de la sociedad civil|organizaciones de la sociedad civil|organizaciones civiles|organizacion civil
    |organizaciones no gubernamentales|organismos no gubernamentales|representantes de la sociedad civil
    |representante de la sociedad civil|actor no gubernamental|actores no gubernamentales|civil society partner
    |colectivo|colectivos|instituciones no gubernamentales|contraparte de sociedad civil|sector social|ciudadania""",
}
_ROLES = {
    words(phrase): role
    for role, block in _WORDS.items()
    for phrase in " ".join(block.split()).split("|")
    if words(phrase)
}
_UNASSIGNED = re.compile(
    r"\b(?:por definir|por designar|por asignar|por confirmar|pendiente|vacante|to be (?:defined|confirmed|determined)|tbd)\b"
)
_ROLE_LABEL = re.compile(
    r"^(?:rol|roll|role|papel|funcion|participacion|tipo de participacion)(?: de trabajo)?\s*[:=]\s*"
)
_GENDER = re.compile(r"(?:/a|\(a\)|/as|\(as\)|/es|\(es\)|@|\(s\))(?=\W|$)")

_ORGANISATION = frozenset(
    [
        "secretaria",
        "secretariado",
        "instituto",
        "universidad",
        "comision",
        "consejo",
        "congreso",
        "poder",
        "tribunal",
        "fiscalia",
        "municipio",
        "ayuntamiento",
        "gobierno",
        "direccion",
        "coordinacion",
        "organismo",
        "centro",
        "colegio",
        "camara",
        "asociacion",
        "fundacion",
        "red",
        "contraloria",
        "auditoria",
        "procuraduria",
        "sistema",
        "delegacion",
        "oficina",
        "agencia",
        "unidad",
        "subsecretaria",
        "dependencia",
        "departamento",
        "junta",
        "patronato",
        "comite",
        "organizacion",
        "colectivo",
        "instituciones",
        "institucion",
        "ministerio",
        "ministry",
        "secretariat",
        "institute",
        "university",
        "commission",
        "council",
        "congress",
        "court",
        "agency",
        "office",
        "department",
        "municipality",
        "government",
        "foundation",
        "association",
        "network",
        "center",
        "alianza",
        "grupo",
        "observatorio",
        "defensoria",
        "registro",
        "archivo",
        "servicios",
        "fondo",
        "fideicomiso",
        "hospital",
        "escuela",
        "facultad",
        "empresa",
        "banco",
        "oic",
        "ac",
        "osc",
        "sc",
        "iap",
        "oficialia",
        "tesoreria",
        "regiduria",
        "sindicatura",
        "presidencia",
        "jefatura",
        "alcaldia",
        "despacho",
        "mesa",
        "academia",
        "barra",
        "confederacion",
        "federacion",
        "camaras",
        "union",
        "sociedad",
        "movimiento",
        "frente",
        "coparmex",
        "canaco",
        "laboratorio",
        "corporativo",
        "consultoria",
        "programa",
        "subdireccion",
        "bomberos",
        "policia",
        "museo",
        "biblioteca",
        "corporacion",
        "consejeria",
        "coordinadora",
        "procuraduría",
    ]
)
_TITLE = re.compile(
    r"^(?:(?:el|la|al|a)\s+)?(?:(?:lic|licda|licenciad[oa]|mtro|mtra|maestr[oa]|dr|dra|doctora?|ing|ingenier[oa]|arq|arquitect[oa]"
    r"|c\s?\.?\s?p|l\s?\.?\s?c|cp|c|prof|profa|profesora?|psic|biol|qfb|lcp|lcda|m\s?\.\s?en\s(?:c|d|a|i)|mdo|mda|ph\s?\.?\s?d|sr|sra|srita"
    r"|don|dona|mr|mrs|ms|lae|lda|ldo|antrop|soc|abog|abogad[oa]|ciudadan[oa]|diputad[oa]|dip|sen|senador[a]?|comisionad[oa]|enf"
    r"|tec|gral|cap|tte|lci|mgp|map|m\s?\.\s?a|mba|mcp)\.?\s+)+(?=\S)"
)
_BARE_TITLE = re.compile(r"^(?:c|ms|tec|cap|soc|map|sen|m|a|al)\s")
_AFTER_TITLE = re.compile(r"^(?:de|del|la|las|los|el)\b")
_ROLE_SUFFIX = re.compile(r"\s*[\[(]\s*([^()\[\]]{3,40})\s*[\])]\s*$")
_ROLE_PREFIX = re.compile(r"^([^:()]{3,40}):\s+(?=\S)")
_POST = re.compile(
    r"^(?:titular|director(?:a)?(?: general)?|secretari[oa]|presidente|presidenta|coordinador(?:a)?|jef[ea]|encargad[oa])\b"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The institutions of a cell, and how many names of persons were left out."""

    institutions: tuple[Institution, ...]
    persons: int = 0
    unknown_roles: tuple[str, ...] = ()
    marks: int = 0
    """How many were no name but a mark under the name of the column: an X under «Sociedad civil»."""


@lru_cache(maxsize=8192)
def role(text: str) -> Result[Role]:
    """The part that a word gives an institution: "Lídera" LIDERA, "Supporting Institution(s)" APOYA."""
    if no_data(text):
        return empty()
    folded = fold(text)
    if _UNASSIGNED.search(folded):
        return matched(Role.UNKNOWN)
    bare = words(_GENDER.sub("", _ROLE_LABEL.sub("", folded)))
    if bare in _ROLES:
        return matched(_ROLES[bare])
    found = {_ROLES[p] for p in map(words, re.split(r"[/,;&]|\b(?:y|e|and)\b", folded)) if p in _ROLES}
    if len(found) == 1:
        pieces = [words(p) for p in re.split(r"[/,;&]|\b(?:y|e|and)\b", folded) if words(p)]
        if all(p in _ROLES for p in pieces):
            return matched(found.pop())
    if len(found) > 1:
        return ambiguous("nombra varios papeles")
    tail = re.sub(
        r" (?:del? (?:la |el |los |las )?(?:compromiso|proyecto|accion|actividad|ejercicio|hito|meta|stl|plan)|principal)$",
        "",
        bare,
    )
    if tail in _ROLES:
        return matched(_ROLES[tail])
    return unmatched("papel que el vocabulario no conoce")


@lru_cache(maxsize=16_384)
def person(text: str) -> bool:
    """Whether a name is a person's: a title of courtesy or degree, or a usual given name, then no word of a public body."""
    folded = fold(text)
    found = _TITLE.match(folded)
    if found is None:
        return " " in folded and are_persons(text) and not _ORGANISATION & set(words(text).split())
    if re.search(r"[,()]| - ", folded) or _AFTER_TITLE.match(folded[found.end() :]):
        return False
    if _BARE_TITLE.match(folded):  # "C Juan": without its point a single letter says nothing
        return False
    rest = words(folded[found.end() :]).split()
    return 0 < len(rest) <= 7 and not _ORGANISATION & set(rest)


def read(cell: Any, default: InstitutionRole = InstitutionRole.LEAD) -> Reading:
    """The institutions of a cell (see `lists.items`), each with the role said beside its name or the default."""
    return _read(cell if isinstance(cell, str) else "\n".join(items(cell)), default)


@lru_cache(maxsize=16_384)
def _read(text: str, default: InstitutionRole) -> Reading:
    out: dict[tuple[str, InstitutionRole], Institution] = {}
    persons = marks = 0
    for item in items(text):
        for name in _enumerated(item):
            public = _without_contact(name)
            shown, given = _with_role(public)
            shown, dropped = _without_person(shown)
            shown = title(shown)
            dropped += public != name
            persons += dropped
            if not shown or no_data(shown) or _UNASSIGNED.search(fold(shown)):
                continue
            if tick_of(shown) is not None:
                marks += 1
                continue
            part = given if given is not None else default
            found = Institution(name=shown, role=part, raw=None if dropped or shown == clean(text) else item)
            out.setdefault((words(shown), part), found)
    return Reading(tuple(out.values()), persons, marks=marks)


def _enumerated(item: str) -> list[str]:
    """Lists of bodies by commas or slashes: only where every piece starts like a body's name or is an acronym."""
    for mark in (",", "/"):
        parts = [part.strip() for part in re.split(rf"{mark}(?![^(]*\))", item) if part.strip()]
        if len(parts) > 1 and all(_starts_body(part) for part in parts):
            return parts
    return [item]


def _starts_body(part: str) -> bool:
    bare = re.sub(r"^(?:y|e|and|el|la|los|las)\s+", "", part, flags=re.IGNORECASE)
    if re.fullmatch(r"[A-ZÁÉÍÓÚÑ]{2,}[A-Za-zÁÉÍÓÚÑ0-9 .]{0,12}", bare) and " y " not in bare:
        return not re.fullmatch(r"[AS]\.?\s?[CR]?\.?\s?.*\.", bare)
    first = words(bare).split()[:1]
    return bool(first) and first[0] in _ORGANISATION and first[0] not in ("ac", "sc", "iap", "osc")


def names_body(text: str) -> bool:
    """Whether a text begins as the name of a public or civil body does ("Secretaría …"), or is an acronym: for profiles of columns."""
    return _starts_body(text.strip())


def is_written_out(text: str) -> bool:
    """Whether a name begins with what kind of body it is, and is no acronym: «Secretaría de Salud»."""
    return bool(_ORGANISATION & set(words(text).split()[:1])) and not text.strip().isupper()


def _with_role(name: str) -> tuple[str, InstitutionRole | None]:
    for pattern in (_ROLE_SUFFIX, _ROLE_PREFIX):
        found = pattern.search(name)
        if found is not None:
            given = role(found.group(1))
            if given.value in API_ROLE:
                rest = (name[: found.start()] + name[found.end() :]).strip(" -:")
                return rest, API_ROLE[given.value]
    return name, None


_CONTACT = re.compile(
    r"\s*[(,;-]?\s*\b(?:(?:tel(?:[eé]fono)?s?|cel(?:ular)?|correo(?: electr[oó]nico)?|e-?mail|ext(?:ensi[oó]n)?|whatsapp|fax|conmutador|contacto)\b\.?\s*:?\s*)"
    r"(?:\S+@\S+|[+(]?\d[\d\s().,/-]{2,}(?:\s*ext\.?\s*\d+)?)\)?|\s*[(,;]?\s*\S+@\S+\.\w{2,}\)?|^[+(]?\d[\d\s().-]{6,}$",
    re.IGNORECASE,
)
"""How to reach somebody: a telephone, an address of mail."""


def _without_contact(name: str) -> str:
    if "@" not in name and not any(char.isdigit() for char in name):
        return name
    return _CONTACT.sub("", name).strip(" ,;:-")


def _without_person(name: str) -> tuple[str, int]:
    """The body without the person named beside it: «Lic. Ana Pérez, Secretaría de Finanzas», «SECOES (Mtra. …)»."""
    if person(name):
        return "", 1
    pieces = re.split(r"\s*[,()]\s*|\s+[-–—]\s+", name)
    persons = [piece for piece in pieces if person(piece)]
    if not persons:
        return name, 0
    kept = [piece for piece in pieces if piece and piece not in persons and not _POST.fullmatch(fold(piece))]
    return clean(", ".join(kept)), len(persons)
