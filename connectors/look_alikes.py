"""Tables that resemble a list of commitments by a column or two and are none: payrolls, contracts, directories. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from connectors.base import SourceChanged
from connectors.synonyms import is_personal, plain
from connectors.text import quoted

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
    "audits": re.compile(
        r"\bauditori|\bauditad|\bhallazgos?\b|\bquejas?\b|\bdenuncias?\b|\basunto\b|\breporte ciudadano\b"
    ),
    "procedures": re.compile(
        r"\btramite|\brequisitos\b|\bvigencia del tramite\b|\bsolicitud(?:es)? de informacion\b|\brecurso de revision\b|\bexpediente\b"
    ),
}
"""What a table of something else is told by in its headers; matched on plain names."""
_COMMITMENT = re.compile(r"\bcompromisos?\b|\bcommitments?\b")
_ACCOUNT = {
    "institution": 1, "support": 1, "status": 1, "start": 1, "period": 1, "progress": 2, "progress_date": 2, "end": 2, "milestones": 2,
}  # fmt: skip
"""Fields that give an account, and what each is worth: many a table names a body and a state of things, few tell how far and by when."""
_OF_PERSONS = 3
"""What an account is worth at least where columns of persons stand beside it: contacts, and not a directory."""
_OF_A_PLAN = frozenset({"ods", "ods_target", "plan", "plan_ordinal", "plan_published", "axis", "milestones", "support"})
"""Fields that a payroll or a list of contracts has no column for."""

_NO_ACCOUNT = (
    "Por los nombres de sus columnas no es una lista de compromisos: nada dice quién responde, cómo va o para cuándo, o habla de otra cosa"
    " (personal, contratos, presupuesto). Si lo es, declare en «fields» qué es cada columna; «hub check» lo propone."
)

_MOST_FOREIGN = 3
"""Columns of something else from which on goals and axes prove no plan of commitments: an indicator has them too."""


def foreign_groups(texts: Iterable[str]) -> dict[str, int]:
    """Kinds of other tables -> how many of the headers speak of them."""
    folded = [plain(text) for text in texts]
    counts = {name: sum(1 for text in folded if words.search(text)) for name, words in _FOREIGN.items()}
    return {name: count for name, count in counts.items() if count}


def names_commitment(text: str) -> bool:
    """Whether a text speaks of a commitment."""
    return bool(_COMMITMENT.search(plain(text)))


def require_account(chosen: Mapping[str, str], columns: Sequence[str], around: Iterable[str] = ()) -> None:
    """Refuse a table whose columns were recognised by their names alone and give no account of commitments.

    A list of commitments calls something a commitment; or it says who answers, how far it is or by when, and that outweighs twice its columns of
    a payroll, of contracts or the like; or it also tells plan, axis, goals or partners.

    Args:
        chosen: model field -> the column whose usual name it is.
        columns: all the columns of the table.
        around: its titles, the address that it was read from, and what its source is called.

    Raises:
        SourceChanged: ``NOT_COMMITMENTS``.
    """
    if any(map(names_commitment, (*columns, *around))):
        return
    others = [column for column in columns if column not in chosen.values()]
    foreign, persons = sum(foreign_groups(others).values()), sum(map(is_personal, others))
    if _OF_A_PLAN & chosen.keys() and foreign + persons < _MOST_FOREIGN:
        return
    account = sum(worth for name, worth in _ACCOUNT.items() if name in chosen)
    if account > 2 * foreign and (not persons or account >= _OF_PERSONS):
        return
    raise SourceChanged(f"{_NO_ACCOUNT} Columnas publicadas: {quoted(columns)}.", code="NOT_COMMITMENTS")
