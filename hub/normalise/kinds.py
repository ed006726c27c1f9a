"""What sort of thing a record is: programme, plan ordinal, kind and axis of a commitment, its series and number, a step."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, TypeVar

from hub.model import CommitmentKind, ExerciseStep, PolicyAxis, Program
from hub.normalise.result import Result, ambiguous, empty, matched, out_of_range, unmatched
from hub.normalise.text import as_text, fold, no_data, words

E = TypeVar("E", bound=StrEnum)
Series = Literal["C", "P"]

_KIND: dict[CommitmentKind, str] = {
    CommitmentKind.FOLLOW_THE_MONEY: """sigue la pista del dinero|seguir la pista del dinero|siguiendo la pista del dinero
    |pista del dinero|la pista del dinero|sigue el dinero|seguir el dinero|siguele la pista al dinero|ruta del dinero
    |follow the money|rastreo del dinero|compromiso presupuestario|presupuestario|seguimiento del dinero
    |siguiendo el dinero|sigue la ruta del dinero""",
    CommitmentKind.AGA_AXIS: """eje aga|ejes aga|eje de la aga|ejes de la aga|eje de la alianza|ejes de la alianza|aga
    |eje de politica|ejes de politica|eje de la alianza para el gobierno abierto|eje del plan nacional|aga axis
    |ejes del plan de accion nacional|eje tematico aga|tema aga""",
    CommitmentKind.LOCAL_PROBLEM: """problema local|problemas locales|problematica local|problematicas locales|problema
    publico local|problema publico|problema social|local problem|local problems|problematica social|problema publico
    y social|tema local|agenda local|problematica|problematica publica local|necesidad local""",
    CommitmentKind.PROACTIVE: """proactivo|proactiva|proactivos|compromiso proactivo|compromisos proactivos|proactive
    |transparencia proactiva|proactive commitment|p""",
    CommitmentKind.OTHER: """otro|otros|otra|other|diverso""",
}
_AXIS: dict[PolicyAxis, str] = {
    PolicyAxis.CITIZEN_CENTRED_GOVERNMENT: """gobierno centrado en la ciudadania|gobierno centrado en el ciudadano|gobierno
    centrado en los ciudadanos|citizen centred government|citizen centered government|gobierno ciudadano""",
    PolicyAxis.OPEN_BUDGET: """presupuesto abierto|presupuesto abierto y participativo|open budget|presupuesto participativo
    |presupuestos abiertos|open and participatory budget|open budgets|transparencia presupuestaria""",
    PolicyAxis.OPEN_DATA: """datos abiertos|datos abiertos para el desarrollo|open data|open data for development""",
    PolicyAxis.CITIZEN_EMPOWERMENT: """empoderamiento y participacion ciudadana|empoderamiento ciudadano|citizen empowerment
    |participacion y empoderamiento ciudadano|empoderamiento y participacion|empoderamiento de la ciudadania
    |citizen empowerment and participation""",
    PolicyAxis.NATURAL_RESOURCES: """gobernanza de recursos naturales|gobernanza de los recursos naturales|recursos naturales
    |natural resources|natural resource governance|gobernanza de recursos""",
}
_STEP: dict[ExerciseStep, str] = {
    ExerciseStep.STARTED: """iniciado|inicio|incorporacion|incorporado|firma de la declaratoria|firma de declaratoria
    |declaratoria|sensibilizacion|started|joined|firma|adhesion|convocatoria|sensibilizacion y convocatoria""",
    ExerciseStep.SECRETARIAT_INSTALLED: """stl instalado|instalacion del stl|secretariado instalado|secretariado tecnico local
    |instalacion del secretariado tecnico local|instalacion del secretariado|integracion del stl|secretariat installed
    |secretariado tecnico local instalado|conformacion del secretariado tecnico local|conformacion del stl""",
    ExerciseStep.WORKING_GROUPS: """mesas de trabajo|mesa de trabajo|mesas de dialogo|instalacion de mesas de trabajo
    |grupos de trabajo|working groups|cocreacion|mesas de cocreacion|mesas tematicas|mesas de participacion""",
    ExerciseStep.PLAN_PUBLISHED: """plan publicado|publicacion del plan|plan de accion publicado|plan de accion local publicado
    |publicacion del plan de accion local|publicacion del pal|pal publicado|plan published|plan de accion local
    |lanzamiento del plan de accion local|presentacion del plan de accion local|stl instalado y plan publicado""",
    ExerciseStep.IMPLEMENTATION: """implementacion|en implementacion|en proceso de implementacion|ejecucion|en ejecucion
    |implementacion del plan|implementacion de compromisos|implementation|ejecuta su primer plan|ejecuta su plan
    |cumplimiento de compromisos|seguimiento|implementacion del plan de accion local|ejecuta su segundo plan""",
    ExerciseStep.EVALUATION: """evaluacion|evaluacion del plan|evaluation|cierre|en proceso de cierre|en evaluacion
    |evaluacion de resultados|resultados|rendicion de cuentas|evaluacion y cierre""",
}
_STEPS_IN_ORDER = tuple(ExerciseStep)


def _vocabulary(table: dict[E, str]) -> dict[str, E]:
    known = {words(p): value for value, block in table.items() for p in " ".join(block.split()).split("|")}
    return known | {words(value.value): value for value in table}


_KINDS, _AXES, _STEPS = _vocabulary(_KIND), _vocabulary(_AXIS), _vocabulary(_STEP)
_UNKIND = frozenset({"numerado", "sin numero", "numerada", "compromiso", "commitment"})
_AXIS_LABEL = re.compile(r"^(?:eje|axis)?\s*(?:tematico|de politica)?\s*(?:[ivx]+|\d)?\s*[.:)-]*\s*")


def _find(text: str, known: dict[str, E], what: str) -> Result[E]:
    if no_data(text):
        return empty()
    key = words(text)
    if key in known:
        return matched(known[key])
    parts = {known[p] for p in map(words, re.split(r"[;,/|:()]", text)) if p in known}
    if len(parts) == 1:
        return matched(parts.pop())
    if len(parts) > 1:
        return ambiguous(f"la celda trae varios valores de {what}")
    return unmatched(f"{what} que el vocabulario no conoce")


@lru_cache(maxsize=4096)
def kind(text: str) -> Result[CommitmentKind]:
    """The kind of commitment in the recommended formula (IFAI: 2 axes, 1 follow the money, 2 local problems)."""
    if words(text) in _UNKIND:
        return empty()
    return _find(text, _KINDS, "tipo de compromiso")


@lru_cache(maxsize=4096)
def axis(text: str) -> Result[PolicyAxis]:
    """One of the five axes of the Mexican Open Government Alliance."""
    found = _find(text, _AXES, "eje")
    if found.value is None and not no_data(text):
        again = _find(_AXIS_LABEL.sub("", fold(text), count=1), _AXES, "eje")
        return again if again.matched else found
    return found


@lru_cache(maxsize=4096)
def step(text: str) -> Result[ExerciseStep]:
    """One of the six steps of a local exercise, by name or as «Paso 3»."""
    numbered = re.fullmatch(r"(?:paso|etapa|step)?\s*(?:no\.?\s*)?([1-6])(?:\s*(?:de|/)\s*6)?[.:]?", fold(text))
    if numbered is not None:
        return matched(_STEPS_IN_ORDER[int(numbered.group(1)) - 1])
    labelled = re.sub(r"^(?:paso|etapa|step)\s*\d\s*[.:)-]*\s*", "", fold(text))
    return _find(labelled, _STEPS, "paso")


_LOCAL_OGP = re.compile(
    r"\bogp\b|\bopen government partnership\b|\baga local\b|\balianza (?:para el|por el|de) gobierno abierto local\b"
)
_LOCAL = re.compile(
    r"\bplan(?:es)? de accion local(?:es)?\b|\bpal\b|\bco ?creacion\b|\bejercicios? local(?:es)?\b|\blocal action plan\b"
    r"|\bsecretariado tecnico local\b|\bstl\b|\bdesde lo local\b|\bgobierno abierto local\b|\bplan local\b"
)
_NATIONAL = re.compile(
    r"\bplan de accion nacional\b|\bplan nacional\b|\bnational (?:action )?plan\b|\bpan\b|\bplan de accion de mexico\b"
    r"|\bmexico en la alianza\b|\bplan de accion \d{4} \d{4} de mexico\b|\bmexico action plan\b"
)


@lru_cache(maxsize=4096)
def program(text: str, *, national: bool = False) -> Result[Program]:
    """The programme that a cell or a plan's title names; `national` says that the plan is the nation's.

    "Plan de acción" alone is UNMATCHED for a state: both the Mexican programme and OGP Local have such plans.
    """
    if no_data(text):
        return empty()
    key = words(text)
    exact = {words(p.value): p for p in Program} | {
        "ogp": Program.OGP_LOCAL,
        "pan": Program.NATIONAL_PLAN,
        "plan nacional": Program.NATIONAL_PLAN,
        "otro": Program.OTHER,
    }
    if key in exact:
        return matched(exact[key])
    if _NATIONAL.search(key):
        return matched(Program.NATIONAL_PLAN)
    if _LOCAL_OGP.search(key):
        return matched(Program.NATIONAL_PLAN if national else Program.OGP_LOCAL)
    if _LOCAL.search(key):
        return matched(Program.COCREACION_LOCAL)
    if national and re.search(r"\b(?:plan de accion|action plan|alianza)\b", key):
        return matched(Program.NATIONAL_PLAN)
    return unmatched("programa que el vocabulario no conoce")


_ORDINALS = {
    "primer": 1, "primero": 1, "primera": 1, "first": 1, "segundo": 2, "segunda": 2, "second": 2, "tercer": 3, "tercero": 3,
    "tercera": 3, "third": 3, "cuarto": 4, "cuarta": 4, "fourth": 4, "quinto": 5, "quinta": 5, "fifth": 5, "sexto": 6,
    "sexta": 6, "sixth": 6, "septimo": 7, "septima": 7, "seventh": 7, "octavo": 8, "octava": 8, "eighth": 8, "noveno": 9,
    "novena": 9, "ninth": 9, "decimo": 10, "decima": 10, "tenth": 10, "1er": 1, "3er": 3,
}  # fmt: skip
ROMAN = {
    r: n
    for n, r in enumerate(
        [
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "xi",
            "xii",
            "xiii",
            "xiv",
            "xv",
            "xvi",
            "xvii",
            "xviii",
            "xix",
            "xx",
        ],
        1,
    )
}
_PLAN = r"(?:plan|pal|pan|action plan|local action plan|national action plan|ogp local action plan|programa)"
_ORDINAL_FORMS = (
    re.compile(rf"^(?:el |the |[a-z ]{{0,40}}\b)?({'|'.join(_ORDINALS)})\s+(?:[a-z]+ ){{0,3}}?{_PLAN}\b"),
    re.compile(
        rf"\b(\d{{1,2}})\s?(?:er|ro|do|to|mo|vo|no|o|a|st|nd|rd|th|º|°|ª|\.o|\.º)?\.?\s+(?:[a-z]+ ){{0,2}}?{_PLAN}\b"
    ),
    re.compile(rf"\b([ivx]+)\s+{_PLAN}\b"),
    re.compile(
        rf"\b{_PLAN}(?: de accion)?(?: local| nacional)?(?: de gobierno abierto)?\s*(?:no\.?|num\.?|numero|#|n\.?º)?\s*(\d{{1,2}})(?!\d|[-/]\d)\b"
    ),
    re.compile(rf"\b{_PLAN}(?: de accion)?(?: local| nacional)?(?: de gobierno abierto)?\s+([ivx]+)\b(?! \d)"),
)


@lru_cache(maxsize=8192)
def ordinal(text: str) -> Result[int]:
    """A plan's ordinal: "Segundo", "2º", "II", 2, or as said in the plan's title ("Segundo Plan de Acción Local")."""
    if no_data(text):
        return empty()
    folded = re.sub(r"(?<=\d)\s?[°º]", "º", fold(text))
    bare = folded.strip(" .:")
    if bare in _ORDINALS:
        return matched(_ORDINALS[bare])
    if bare in ROMAN:
        return matched(ROMAN[bare])
    number = re.fullmatch(r"(\d{1,3})(?:\.0)?\s?(?:er|ro|do|to|mo|vo|no|st|nd|rd|th|o|a|º|ª)?\.?", bare)
    if number is not None:
        value = int(number.group(1))
        return matched(value) if 1 <= value <= 99 else out_of_range("el ordinal de un plan va de 1 a 99")
    found = set()
    for form in _ORDINAL_FORMS:
        hit = form.search(folded)
        if hit is not None:
            word = hit.group(1)
            value = int(word) if word.isdigit() else _ORDINALS.get(word, ROMAN.get(word, 0))
            if value:
                found.add(value)
    if len(found) == 1:
        return matched(found.pop())
    return ambiguous("el título nombra varios ordinales") if found else unmatched("no dice qué plan es")


_NUMBER = re.compile(
    r"(?P<word>(?:compromiso|commitment|comp|meta|accion|no|num|numero|nro|#|c|p|cp|pro|proactivo|proactive|c\.?\s?p)"
    r"(?:\s+proactivo|\s+proactive)?)?[\s.:#º°-]*(?P<number>\d{1,6}|[ivx]+)(?:\.0)?\s*[.:)º°ª-]{0,2}"
)


def plain_number(text: str) -> int | None:
    """The number of a text that is digits and nothing else, as nearly every commitment's is; None for any other text."""
    return (int(text) or None) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def number(text: str) -> Result[tuple[Series, int]]:
    """A commitment's number and series: "3", "Compromiso 3", "C-03" are C; "P1", "Proactivo 2" are P."""
    plain = plain_number(text)
    return _worded_number(text) if plain is None else matched(("C", plain))


_ORDINAL_MARK = re.compile(r"(?<=\d)\s?(?:°|o|er|ro|do|to|mo|vo|no)\.?$")
"""«1º», «2do.»: not «1a», which may be the first part of number one."""


@lru_cache(maxsize=4_096)
def _worded_number(text: str) -> Result[tuple[Series, int]]:
    if no_data(text):
        return empty()
    folded = fold(text)
    if "proactiv" in folded and not any(c.isdigit() for c in folded):
        return empty()
    found = _NUMBER.fullmatch(_ORDINAL_MARK.sub("", folded) if "ª" not in text else folded.rstrip("a."))
    if found is None:
        return unmatched("no es un número de compromiso")
    digits = found.group("number")
    value = int(digits) if digits.isdigit() else ROMAN.get(digits, 0)
    if not value:
        return out_of_range("los compromisos se numeran desde 1") if digits.isdigit() else unmatched("no es un número")
    word = found.group("word") or ""
    series: Series = "P" if word in ("p", "cp", "pro", "c.p") or "proactiv" in word else "C"
    return matched((series, value))


def integer(cell: Any) -> Result[int]:
    """A count: 6, "6", "1,234", "seis" is not one."""
    if isinstance(cell, bool):
        return unmatched("no es un conteo")
    text = as_text(cell).strip()
    if no_data(text):
        return empty()
    plain = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?", text)
    return matched(int(plain.group(1).replace(",", ""))) if plain else unmatched("no es un conteo")
