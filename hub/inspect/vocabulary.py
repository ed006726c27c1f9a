"""Words that tell a table of commitments from its look-alikes, and headers that resemble a field without being one. Folded."""

from __future__ import annotations

import re

from connectors.look_alikes import foreign_groups, names_commitment
from connectors.synonyms import plain

__all__ = ["foreign_groups", "is_foreign_header", "names_campaign", "names_commitment", "names_programme"]

_NOT_FIELDS = re.compile(
    r"\b(?:acciones|actividades|metas) (?:programad|realizad|comprometid|concluid|alcanzad)[ao]s\b|\bque se informa\b|\bgeneran?\b.*\bpose|\bvalidacion\b|\bunidad de medida\b|\blinea base\b|\bvalor base\b"
    r"|\bpresupuest|\bmonto|\bcosto|\bmeta programada\b|\bvalor (?:de la )?meta\b|\bmeta (?:anual|global)\b|\bindicador|\bformula\b|\bmetodo de calculo\b"
    r"|\bbeneficiari|\bpoblacion\b|\bobservacion|\bcomentario|\bnotas?\b|\bjustificacion\b|\briesgo|\bsupuesto|\bperiodicidad\b|\bfrecuencia\b"
    r"|\bnumerador\b|\bdenominador\b|\bsentido\b|\bvariable|\bpartida\b|\bcapitulo\b|\bponderacion\b|\bpeso\b|\bproblema|\bdiagnostico\b"
    r"|\bcreado por\b|\bcaptur|\bdias? (?:restantes|transcurridos)\b|\bmarca temporal\b|\btimestamp\b|\busuario\b|\blatitud\b|\blongitud\b"
    r"|\bavances?\b.* (?:programad|esperad|planead|previst|proyectad|estimad)os?\b|\bavance financiero\b|\bespecificidad\b|\bspecificity\b|\bpotential impact\b|\bdid it open\b|\brelevance\b|\bmarginal\b|\bverifiability\b|\bambition\b|\bfinancial"
    r"|\bdownload ?url\b|\bmedia ?type\b|\bbyte ?size\b|\baccess ?level\b|\bdata ?dictionary\b|\baccrual|\bkeyword\b|\bmodified\b"
)
_CAMPAIGN = re.compile(
    r"\bcampana\b|\bcandidat|\bante notario\b|\bpromesas?\b|\bfirmad[oa]s? (?:en|durante) campana\b|\bgobernador cumple\b"
)
_PROGRAMME = re.compile(
    r"\bgobierno abierto\b|\bopen government\b|\bplan(?:es)? de accion\b|\baction plan\b|\bpal\b|\bogp\b|\bco ?creacion\b|\bstl\b"
    r"|\bsecretariado tecnico\b|\bejercicios? local(?:es)?\b|\balianza para el gobierno abierto\b|\bparlamento abierto\b|\bestado abierto\b"
)


def is_foreign_header(column: str) -> bool:
    """Whether a header names something the model has no place for, whatever field it resembles."""
    return bool(_NOT_FIELDS.search(plain(column)))


def names_programme(text: str) -> bool:
    """Whether a text speaks of open government or an action plan."""
    return bool(_PROGRAMME.search(plain(text)))


def names_campaign(text: str) -> bool:
    """Whether a text speaks of promises of a campaign: kept by a person, not by a plan."""
    return bool(_CAMPAIGN.search(plain(text)))
