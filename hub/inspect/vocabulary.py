"""Words that tell a table of commitments from its look-alikes, and headers that resemble a field without being one. Folded."""

from __future__ import annotations

import re

from connectors.synonyms import plain

_NOT_FIELDS = re.compile(
    r"\b(?:acciones|actividades|metas) (?:programad|realizad|comprometid|concluid|alcanzad)[ao]s\b|\bque se informa\b|\bgeneran?\b.*\bpose|\bvalidacion\b|\bunidad de medida\b|\blinea base\b|\bvalor base\b"
    r"|\bpresupuest|\bmonto|\bcosto|\bmeta programada\b|\bvalor (?:de la )?meta\b|\bmeta (?:anual|global)\b|\bindicador|\bformula\b|\bmetodo de calculo\b"
    r"|\bbeneficiari|\bpoblacion\b|\bobservacion|\bcomentario|\bnotas?\b|\bjustificacion\b|\briesgo|\bsupuesto|\bperiodicidad\b|\bfrecuencia\b"
    r"|\bnumerador\b|\bdenominador\b|\bsentido\b|\bvariable|\bpartida\b|\bcapitulo\b|\bponderacion\b|\bpeso\b|\bproblema|\bdiagnostico\b"
    r"|\bcreado por\b|\bcaptur|\bdias? (?:restantes|transcurridos)\b|\bmarca temporal\b|\btimestamp\b|\busuario\b|\blatitud\b|\blongitud\b"
    r"|\bavances?\b.* (?:programad|esperad|planead|previst|proyectad|estimad)os?\b|\bavance financiero\b|\bespecificidad\b|\bspecificity\b|\bpotential impact\b|\bdid it open\b|\brelevance\b|\bmarginal\b|\bverifiability\b|\bambition\b|\bfinancial"
    r"|\bdownload ?url\b|\bmedia ?type\b|\bbyte ?size\b|\baccess ?level\b|\bdata ?dictionary\b|\baccrual|\bkeyword\b|\bmodified\b"
)
_FOREIGN = {
    "indicators": re.compile(
        r"\bindicador|\blinea base\b|\bvalor base\b|\bunidad de medida\b|\bmetodo de calculo\b|\bformula\b|\bnumerador\b|\bdenominador\b"
        r"|\bsentido\b|\bperiodicidad\b|\bvariable|\bindice\b|\bindicator"
    ),
    "budget": re.compile(
        r"\bpresupuest|\bpartida\b|\bcapitulo\b|\bdevengado\b|\bejercido\b|\bmodificado\b|\bmonto\b|\bcosto|\bpoblacion objetivo\b"
        r"|\bresumen narrativo\b|\bsupuestos?\b|\bcomponente\b|\bmir\b|\bfin y proposito\b|\bproveedor|\bcontrato|\blicitacion"
    ),
    "inventory": re.compile(
        r"\bdownload ?url\b|\bmedia ?type\b|\bbyte ?size\b|\baccess ?level\b|\bdata ?dictionary\b|\baccrual|\bdataset\b|\bconjunto de datos\b"
        r"|\bdiccionario\b|\bds (?:identifier|title)\b|\bdistribution\b|\bcontact ?point\b"
    ),
    "people": re.compile(
        r"\bsueldo|\bsalario|\bpuesto\b|\bcargo\b|\bnomina\b|\bprimer apellido\b|\bapellido|\bremuneracion|\bdirectorio\b"
    ),
    "meetings": re.compile(r"\bacuerdos?\b|\bsesion(?:es)?\b|\bminuta|\borden del dia\b|\bpunto de acuerdo\b"),
    "works": re.compile(r"\bobras?\b|\bcontratista|\bfolio de contrato\b|\bubicacion de la obra\b|\bconvocatoria\b"),
    "procedures": re.compile(
        r"\btramite|\brequisitos\b|\bvigencia del tramite\b|\bsolicitud(?:es)? de informacion\b|\brecurso de revision\b|\bexpediente\b"
    ),
}
_CAMPAIGN = re.compile(
    r"\bcampana\b|\bcandidat|\bante notario\b|\bpromesas?\b|\bfirmad[oa]s? (?:en|durante) campana\b|\bgobernador cumple\b"
)
_COMMITMENT = re.compile(r"\bcompromisos?\b|\bcommitments?\b")
_PROGRAMME = re.compile(
    r"\bgobierno abierto\b|\bopen government\b|\bplan(?:es)? de accion\b|\baction plan\b|\bpal\b|\bogp\b|\bco ?creacion\b|\bstl\b"
    r"|\bsecretariado tecnico\b|\bejercicios? local(?:es)?\b|\balianza para el gobierno abierto\b|\bparlamento abierto\b|\bestado abierto\b"
)


def is_foreign_header(column: str) -> bool:
    """Whether a header names something the model has no place for, whatever field it resembles."""
    return bool(_NOT_FIELDS.search(plain(column)))


def foreign_groups(texts: list[str]) -> dict[str, int]:
    """Kinds of other tables -> how many of the headers speak of them."""
    folded = [plain(text) for text in texts]
    counts = {name: sum(1 for text in folded if words.search(text)) for name, words in _FOREIGN.items()}
    return {name: count for name, count in counts.items() if count}


def names_commitment(text: str) -> bool:
    """Whether a text speaks of a commitment."""
    return bool(_COMMITMENT.search(plain(text)))


def names_programme(text: str) -> bool:
    """Whether a text speaks of open government or an action plan."""
    return bool(_PROGRAMME.search(plain(text)))


def names_campaign(text: str) -> bool:
    """Whether a text speaks of promises of a campaign: kept by a person, not by a plan."""
    return bool(_CAMPAIGN.search(plain(text)))
