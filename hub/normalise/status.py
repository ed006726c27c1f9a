"""How far a commitment is, by the publisher's own word; never by colour, timeliness or a plan's cycle."""

from __future__ import annotations

import re
from functools import lru_cache

from hub.model import CommitmentStatus as S
from hub.normalise.calendar_words import MONTHS
from hub.normalise.result import Result, ambiguous, empty, matched, unmatched
from hub.normalise.text import fold, no_data, without_bullet, words

_VOCABULARY: dict[S, str] = {
    S.COMPLETED: """completo|completado|completar|complete|completed|full|fully complete|fully completed|completely
    fulfilled|fully implemented|implemented|totalmente completado|completamente cumplido|cumplido|cumplio|cumplida
    totalmente|cumplido totalmente|totalmente cumplido|cumplido en su totalidad|cumplido al 100|completado al 100
    |concluido al 100|terminado al 100|al 100|cumplimiento total|cumplimiento completo|cumplimiento pleno|plenamente
    cumplido|concluido|concluyo|concluded|terminado|termino|finalizado|finalizo|finalised|finalized|finished|done
    |hecho|realizado|ejecutado|implementado|totalmente implementado|totalmente concluido|fulfilled|achieved
    |accomplished|logrado|alcanzado|meta alcanzada|verificado|verified|completo y verificado|completado y verificado
    |concluido y verificado|totalmente completo|completamente implementado|implementacion completa|si cumplido
    |cumplido completo|completamente completado|completion complete|cumplida|si cumplio|ya concluido
    |se cumplio|si se cumplio|se concluyo|se realizo|se ejecuto|se implemento|si se realizo|cumplido en tiempo|cumplido a tiempo
    |cumplido en tiempo y forma|cumplido en plazo|cumplido dentro del plazo|cumplido fuera de plazo|cumplido fuera de tiempo
    |cumplido con retraso|cumplido con atraso|cumplido extemporaneo|cumplido extemporaneamente|concluido en tiempo
    |concluido en tiempo y forma|concluido fuera de plazo|concluido fuera de tiempo|concluido con retraso|meta cumplida
    |meta superada|meta rebasada|superado""",
    S.SUBSTANTIAL: """substantial|substantially complete|substantially completed|substantial completion|substantial
    progress|substantially|substantially implemented|substantially fulfilled|sustancial|substancial|sustancialmente
    |sustancialmente completo|sustancialmente completado|sustancialmente cumplido|sustancialmente concluido
    |sustancialmente implementado|avance sustancial|avances sustanciales|cumplimiento sustancial|progreso sustancial
    |nivel sustancial|avance substancial|avance sustantivo|avances sustantivos|cumplimiento sustantivo|sustantivo""",
    S.IN_PROGRESS: """en proceso|en progreso|proceso|progreso|en curso|en ejecucion|en desarrollo|en implementacion|en
    marcha|en avance|en tramite|en cumplimiento|en vias de cumplimiento|en via de cumplimiento|en construccion|en
    elaboracion|en operacion|en realizacion|en seguimiento|en fase de implementacion|in progress|progress|ongoing
    |on going|under way|underway|in development|in implementation|under implementation|being implemented|in process
    |in execution|started|work in progress|wip|implementing|iniciado|inicio|ya iniciado|comenzado|empezado|parcial
    |parcialmente|partial|partially|partially complete|partially completed|partially implemented|partially fulfilled
    |partial completion|parcialmente completo|parcialmente completado|parcialmente cumplido|parcialmente concluido
    |parcialmente implementado|parcialmente realizado|cumplido parcialmente|cumplido parcial|cumplio parcialmente
    |completado parcialmente|cumplimiento parcial|avance parcial|avances parciales|limited|limitado|limited completion
    |limited progress|completion limited|avance limitado|avances limitados|cumplimiento limitado|progreso limitado
    |con avance|con avances|con avance parcial|avances significativos|avance significativo|avances importantes
    |significant progress|avanzando|some progress|algun avance|algunos avances|presenta avances|presenta avance
    |final stage of its implementation|in the final stage of its implementation|in its final stage|etapa final de
    implementacion|fase final de implementacion|etapa final de su implementacion|trabajando|se esta implementando
    |se encuentra en proceso|continua en proceso|aun en proceso|se esta realizando
    |se esta ejecutando|implementandose|ejecutandose|realizandose|operando|por concluir|por terminar|por finalizar""",
    S.NOT_STARTED: """not started|not yet started|not begun|no started|unstarted|no iniciado|no inicio|no ha iniciado|aun
    no inicia|aun no iniciado|no inicia|todavia no inicia|sin iniciar|sin iniciar aun|sin inicio|por iniciar|por comenzar|por empezar
    |no comenzado|no empezado|sin comenzar|sin empezar|sin avance|sin avances|sin progreso|no progress|no avance
    |no presenta avance|no presenta avances|ningun avance|avance nulo|ninguno|pendiente|pending|pendiente de iniciar
    |pendiente de inicio|pendiente por iniciar|pending start|to be started|to do|todo pendiente|cumplimiento no
    iniciado|no comenzo|no arrancado|planned|planeado|programado""",
    S.UNFULFILLED: """incumplido|incumplio|incumplimiento|incumplimiento total|no cumplido|no cumplio|no se cumplio|no
    cumple|no fue cumplido|unfulfilled|not fulfilled|not met|not achieved|not accomplished|failed|failure|fallido
    |no logrado|no alcanzado|no se logro|no se alcanzo|unmet|breached|not delivered|totalmente incumplido""",
    S.WITHDRAWN: """withdrawn|retirado|retiro|se retiro|cancelado|canceled|cancelled|cancelacion|dropped|discarded
    |descartado|eliminado|removed|dado de baja|baja|cancelado definitivamente|suspendido definitivamente|desistido|retraido|dejado sin efecto|sin efecto|rescinded
    |compromiso retirado|retirado del plan|anulado|revoked|revocado""",
    S.UNKNOWN: """irm review pending|pending irm review|revision de irm pendiente|revision del irm pendiente|revision irm
    pendiente|pendiente de revision del irm|pendiente de revision de irm|pendiente de revision irm|irm pendiente
    |revision pendiente|review pending|pending review|pendiente de revision|pendiente revision|en espera de revision
    |pending assessment|assessment pending|not assessed|not yet assessed|not evaluated|not rated|not coded
    |pendiente de evaluacion|pendiente de validar|pendiente de verificar|pendiente de revisar|pendiente de evaluar|pendiente de validacion|pendiente de verificacion|por evaluar|sin
    evaluar|sin evaluacion|no evaluado|por revisar|no evidence available|no evidence|no hay evidencia disponible|no
    hay evidencia|sin evidencia disponible|sin evidencia|sin evidencias|evidencia no disponible|no hay pruebas
    disponibles|ninguna evidencia disponible|sin pruebas disponibles|no se dispone de evidencia|unclear|no claro
    |poco claro|no esta claro|unable to assess|cannot be assessed|no evaluable|sin estatus|sin status|sin reporte
    |no hay reporte|not reported|sin calificar|sin clasificar|insufficient information|informacion insuficiente
    |evaluacion pendiente|evaluation pending|not reviewed|no revisado|sin estado""",
}
_AMBIGUOUS: dict[str, str] = {
    "dice el ciclo del plan, no el cumplimiento": """activo|active|inactivo|inactive|vigente|no vigente|current|actual
    |archivado|archived|publicado|published|aprobado|approved|abierto|open|cerrado|closed|cierre|registrado
    |registered|submitted|enviado|adoptado|firmado|signed|vencido|expired|caducado|permanente|historico|borrador|draft
    |enrolled|implementation|implementacion|fase de implementacion|under review|en revision|en validacion|en evaluacion|cocreacion|co creation
    |co creacion|development|new|nuevo|se presentan resultados|resultados presentados|seguimiento|evaluacion""",
    "mide el resultado temprano, no el cumplimiento": """marginal|major|mayor|outstanding|sobresaliente|sobresaliente
    excepcional|exceptional|excepcional|importante|importante clasificacion mayor|did not change|no cambio|sin cambio
    |sin cambios|no change|worsened|empeoro|no early results to report yet|no early results|sin resultados tempranos
    |moderate|moderado|significant|significativo|minor|menor|transformative|transformador|promising|prometedor
    |modest|modesto|unclear potential|sin resultados|aun no hay resultados tempranos que reportar|considerable
    |destacado|notable""",
    "es un color de semáforo: puede decir tiempo o cumplimiento": """verde|amarillo|rojo|naranja|ambar|gris|azul|blanco
    |negro|morado|green|yellow|red|orange|amber|gray|grey|blue|success|warning|danger|info|primary|secondary|dark|light
    |semaforo verde|semaforo amarillo|semaforo rojo|luz verde|luz roja|luz amarilla|verde claro|verde oscuro""",
    "dice si va a tiempo, no cuánto se ha hecho": """en tiempo|a tiempo|en tiempo y forma|on time|on track|on schedule
    |off track|behind schedule|behind|ahead|at risk|en riesgo|atrasado|retrasado|con atraso|con retraso|con rezago
    |rezagado|retraso|atraso|delayed|delay|late|overdue|demorado|fuera de tiempo|desfasado|extemporaneo|prorrogado
    |reprogramado|rescheduled|postponed|pospuesto|aplazado|diferido|en plazo|dentro del plazo|fuera de plazo""",
    "está detenido, pero no retirado ni incumplido": """suspendido|suspended|detenido|stopped|stalled|estancado|pausado
    |en pausa|paused|on hold|en espera|waiting|interrumpido|blocked|bloqueado|abandonado|abandoned|congelado
    |paralizado|stuck""",
    "no dice si no empezó, si sigue o si se incumplió": """incompleto|incomplete|no completado|not completed|not complete
    |no concluido|not concluded|inconcluso|no terminado|not finished|unfinished|no finalizado|no realizado|not done|no
    implementado|not implemented|no ejecutado|sin cumplir|por cumplir|sin cumplimiento|no atendido|sin concluir|sin
    realizar|sin ejecutar|sin implementar|sin completar|none|nulo|no aprobado|modificado|modified|cambiado|replaced|por ejecutar|por realizar
    |por implementar|sustituido|reformulado|merged|fusionado""",
    "es una calificación, no un estatus": """alto|medio|bajo|medio alto|medio bajo|high|medium|low|optimo|bueno|regular
    |malo|aceptable|critico|deficiente|suficiente|insuficiente|satisfactorio|no satisfactorio|satisfactory|avance alto
    |avance medio|avance bajo|avance|avances|cumple|cumplimiento|completion|atendido|solventado|entregado|delivered
    |listo|ready|final|resultado final|primer avance|si|no|yes|true|false|verdadero|falso|x|ok""",
}
_NOISE = frozenset(
    [
        "cuadro",
        "objetivo",
        "badge",
        "label",
        "status",
        "estatus",
        "estado",
        "state",
        "icon",
        "icono",
        "circle",
        "circulo",
        "tag",
        "pill",
        "chip",
        "dot",
        "is",
        "bg",
        "text",
        "compromiso",
        "compromisos",
        "hito",
        "meta",
        "accion",
        "actividad",
        "commitment",
        "milestone",
        "bullet",
        "punto",
        "etiqueta",
        "clase",
        "class",
        "css",
        "success",
        "warning",
        "danger",
        "info",
        "primary",
        "secondary",
    ]
)
_LABEL = re.compile(
    r"^(?:el |la )?(?:estatus|estado|status|state|situacion|completion|finalizacion|cumplimiento|nivel de cumplimiento"
    r"|avance|grado de avance|nivel de avance|grado de cumplimiento|estado actual|estatus actual|current status"
    r"|completion level|level of completion|progress|etapa|fase|resultado|semaforo|condicion|commitment status)"
    r"(?: del? (?:la |el )?(?:compromiso|hito|meta|accion|actividad|cumplimiento))?\s*[:=]\s*"
)
_NUMBER = r"\d+(?:[.,]\d+)?\s*(?:%|por ciento|percent)?"
_NUMBER_OUTSIDE = re.compile(rf"^{_NUMBER}\s*[-:(]?\s*(?=[a-z])|[-:(\s]\s*(?:al |a |en )?{_NUMBER}\s*\)?\s*\.?$")
_DATED = re.compile(
    rf"[\s,(:–-]+(?:(?:el|en|al?|de|desde)\s+)*(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|(?:\d{{1,2}}\s+(?:de\s+)?)?(?:{'|'.join(MONTHS)})\.?"
    r"(?:[\s/-]+(?:del?\s+)?(?:20)?\d\d)?|20\d\d)\s*\)?\W*$"
)
"""The date behind a status: «Concluido (dic 2022)», «Finalizado el 12/03/2023»."""
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|por ciento|percent)")
_PROCESS = re.compile(
    r"^(?:(?:aun |sigue |continua |se encuentra )?en proceso(?: de)?|en (?:etapa|fase) de) (?P<rest>[a-z ]+)$"
)
_PARTLY = re.compile(
    r"^(?:parcialmente|partially|partly) (?:[a-z]+(?:ido|ado|to|ed)|met)$|^[a-z]+(?:ido|ado|to) parcialmente$"
)
_BETWEEN = re.compile(r"^(.+?) (?:a|to) (.+)$")
_TRANSITION = re.compile(r"^(?:from|de|del?) .+ (?:to|a|al) .+$")
_SPLIT = re.compile(r"\s*(?:[/;|,+&]|\by\b|\band\b|\bo\b|\bor\b|->|→)\s*")
_CAMEL = re.compile(r"(?<=[a-záéíóú])(?=[A-ZÁÉÍÓÚ])")


def _stem(key: str) -> str:
    """Gender and number laid aside: «cumplidas» is «cumplido»."""
    out = []
    for word in key.split():
        if word.endswith(("idas", "idos", "ida", "adas", "ados", "ada")) and len(word) > 4:
            word = word.rstrip("s")[:-1] + "o"
        elif word in ("completa", "completas", "completos"):
            word = "completo"
        elif word in ("hecha", "hechas", "hechos"):
            word = "hecho"
        elif word in ("pendientes", "parciales", "activos", "activa", "activas", "inactiva", "inactivas"):
            word = {"pe": "pendiente", "pa": "parcial", "ac": "activo", "in": "inactivo"}[word[:2]]
        elif word in ("abierta", "roja", "amarilla", "negra", "satisfactoria", "verdes", "rojos", "amarillos"):
            word = word.rstrip("s")
            word = word[:-1] + "o" if word.endswith("a") else word
        out.append(word)
    return " ".join(out)


def _phrases(block: str) -> list[str]:
    return [_stem(words(phrase)) for phrase in re.split(r"\|", " ".join(block.split())) if words(phrase)]


_KNOWN: dict[str, S] = {p: status for status, block in _VOCABULARY.items() for p in _phrases(block)}
_UNSURE: dict[str, str] = {p: why for why, block in _AMBIGUOUS.items() for p in _phrases(block)}


@lru_cache(maxsize=16_384)
def parse(text: str) -> Result[S]:
    """The status that a cell publishes.

    The source's own "no data" gives EMPTY; a word that says so of the assessment ("IRM review pending") gives UNKNOWN, matched.
    Words about a plan's cycle, early results, punctuality or colour are AMBIGUOUS.
    """
    if no_data(text):
        return empty()
    shown = without_bullet(text.strip()) or text.strip()
    if " " not in shown and not shown.isupper():
        shown = _CAMEL.sub(" ", shown)
    folded = _LABEL.sub("", fold(shown)).strip()
    if no_data(folded):
        return empty()
    found = _look(_stem(words(folded))) or _reduced(folded)
    if found is None:
        found = _several(folded)
    if found is None:
        return _unknown(folded)
    return _contradiction(folded, found) or found


_ASKS = re.compile(
    r"^\W*(?:(?:ya|se|ha|fue|esta)\s+)*(?:cumpli(?:o|do|da)|cumple|logr(?:o|ado|ada))(?:\s+(?:el|la) \w+)?\W*$"
)


def parse_answer(text: str, column: str) -> Result[S]:
    """The status that a cell publishes under the name of its column: «Sí» answers «¿Se cumplió?».

    «No» is AMBIGUOUS there: not fulfilled yet, or broken.
    """
    answer = words(text)
    if answer not in ("si", "no") or not _ASKS.match(fold(column)):
        return parse(text)
    if answer == "no":
        return ambiguous("no dice si aún no se cumple o se incumplió")
    return matched(S.COMPLETED)


def _look(key: str) -> Result[S] | None:
    if not key:
        return None
    if key in _KNOWN:
        return matched(_KNOWN[key])
    if key in _UNSURE:
        return ambiguous(f"«{key}» {_UNSURE[key]}")
    if len(key) == 1:
        return ambiguous(f"«{key}» es una clave interna sin significado documentado")
    process = _PROCESS.match(key)
    if (
        process is not None and _KNOWN.get(process["rest"], S.IN_PROGRESS) is S.IN_PROGRESS
    ):  # «en proceso / concluido» says two
        return matched(S.IN_PROGRESS)
    if _PARTLY.match(key):
        return matched(S.IN_PROGRESS)
    between = _BETWEEN.match(key)
    if _TRANSITION.match(key) or (between and all(end in _KNOWN for end in between.groups())):
        return ambiguous("nombra dos niveles: puede ser una transición o un intervalo")
    return None


def _reduced(folded: str) -> Result[S] | None:
    """Without a percentage beside the word, a note in parentheses, or the CSS words around it."""
    bare = _NUMBER_OUTSIDE.sub(" ", folded).strip(" ()-:.")
    candidates = [bare, _DATED.sub("", folded)]
    inner = re.fullmatch(r"([^()]*)\(([^()]*)\)\W*", folded)
    if inner:
        outside, inside = inner.group(1).strip(), inner.group(2).strip()
        if not re.search("[a-z]", outside):
            candidates.append(inside)
        elif not re.search("[a-z]", inside):
            candidates.append(outside)
    tokens = words(bare).split()
    while len(tokens) > 1 and tokens[0] in _NOISE:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1] in _NOISE:
        tokens = tokens[:-1]
    candidates.append(" ".join(tokens))
    for candidate in candidates:
        stripped = re.sub(r"^(?:se |fue |ha sido |esta |ya |se ha |sido |encuentra )+", "", words(candidate))
        found = _look(_stem(words(candidate))) or _look(_stem(stripped))
        if found is not None:
            return found
    return None


def _several(folded: str) -> Result[S] | None:
    """Several words in one cell: equal ones are one status, different ones are not decided."""
    parts = [p for p in _SPLIT.split(folded.replace("(", ",").replace(")", ",")) if words(p)]
    if len(parts) < 2:
        return None
    found = [_look(_stem(words(part))) or _reduced(part) for part in parts]
    known = [f for f in found if f is not None]
    if len(known) == len(parts) and len({f.value for f in known}) == 1 and known[0].matched:
        return known[0]
    if len(known) >= 2:
        return ambiguous("la celda trae varios estatus")
    return None


def _contradiction(folded: str, found: Result[S]) -> Result[S] | None:
    """«Completado 80 %» says two things."""
    number = _PERCENT.search(folded)
    if number is None or found.value is None:
        return None
    share = float(number.group(1).replace(",", "."))
    if (found.value is S.COMPLETED and share < 100) or (found.value is S.NOT_STARTED and share > 0):
        return ambiguous("la palabra y el porcentaje de la celda se contradicen")
    return None


def _unknown(folded: str) -> Result[S]:
    if not words(folded):
        return ambiguous("es un símbolo: puede decir tiempo o cumplimiento")
    from rapidfuzz import process  # loaded only where a word is unknown
    from rapidfuzz.distance import OSA

    near = process.extractOne(_stem(words(folded)), list(_KNOWN), scorer=OSA.normalized_similarity, score_cutoff=0.7)
    return unmatched("estatus que el vocabulario no conoce", _KNOWN[near[0]].value if near else None)
