"""What the prose of a local exercise tells: when the state joined, when its secretariat was installed,
when a plan was published, and how many commitments it says to hold.

Each date of a sentence is given to the act it stands nearest to; other acts (forums, talks, renewals) take
theirs too, so that “el 4 de julio … convocó al foro” is nobody's installation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from connectors.blocks import Block
from connectors.spanish import NUMBER, ORDINAL_WORDS, FoundDate, cardinal, find_dates, fold, sentences, told_once
from connectors.states import state_names

_STL = r"(?:secretariado|\bstl\b|s\.t\.l)"
_PLAN = r"(?:plan(?:es)?(?: estatal| local)? de accion|plan de trabajo local|plan local de|\bpal\b|plan de gobierno abierto)"
_GAP = r"[^.;]"
_OBJECT = (  # what may stand between “se publicó” and “el Plan”: not a call or a survey about it
    r"(?:(?!convocatoria|invitacion|encuesta|consulta|\bruta|calendario|minuta|informe|resultado)[^.;]){0,70}?"
)
_INSTALL = r"(?:instal\w+|constitu(?:y|id)\w+|conform(?:o|ado|aron)|integr(?:o|ado|aron)\b|formaliz\w+|toma de protesta|tomo protesta|cre(?:o|ado))"
_PUBLISH = r"(?:public(?:o|a|ar|ara|ado|ada|aron|acion|ase|arse)\b|se hizo publico|dio a conocer|difundi\w+)"
_PRESENT = r"(?:present(?:o|ado|ara|acion|aron)\b|firm(?:o|ado|ara|a|aron)\b|suscri(?:bio|ta|to|pcion)\b|lanz(?:o|ado|amiento)\b|aprob(?:o|ado|ara|acion)\b|emiti(?:o|do)\b|concluy\w+|contar con|conto con|elabor(?:o|acion)|entreg(?:o|a)\b)"


_WEAK = 80
"""Penalty of a sentence that tells a plan was signed or presented: weaker than one that says “published”."""


@dataclass(frozen=True, slots=True)
class _Trigger:
    act: str
    pattern: re.Pattern[str]
    penalty: int = 0


def _trigger(act: str, pattern: str, penalty: int = 0) -> _Trigger:
    return _Trigger(act, re.compile(pattern), penalty)


_JOINING = r"(?:ejercicio|iniciativa|programa|declaracion conjunta|declaratoria conjunta|co-?creacion)"
_TOOK_PLACE = r"(?:llev|realiz|efectu|celebr|formaliz|concret|verific|ocurri|suscri)\w*(?: a cabo)?|tuv(?:o|ieron) lugar|dat(?:a|o)n? del?"
_ACT_NOUN = (
    r"(?:instalacion|constitucion|conformacion|firma|publicacion|presentacion|lanzamiento|entrega|aprobacion|ceremonia|"
    r"sesion|acto|suscripcion)"
)
_TRIGGERS = (
    _trigger("joined", rf"(?:integr|sum|incorpor|adhiri|uni)(?:o|aron|ado|acion|se|eron|arse)?\b(?=(?P<object>{_GAP}{{0,80}}?{_JOINING}))"),
    _trigger("joined", rf"(?:firm(?:o|aron|ada|aba)|suscri(?:bio|bieron|ta)|signo|celebro)\b(?=(?P<object>{_GAP}{{0,60}}?(?:declaracion|declaratoria)(?: conjunta)?))"),
    _trigger("joined", r"(?:declaracion|declaratoria)\b[^.;\d]{0,80}?(?:fue |se )(?:firm|suscri|signa)\w*"),
    _trigger("joined", r"(?:declaracion|declaratoria)\b[^.;\d]{0,40}?,?\s(?:firmada|suscrita|signada)"),
    _trigger("joined", rf"(?:firma|suscripcion) de (?:la|una|dicha|esta) (?:declaracion|declaratoria)[^.;\d]{{0,120}}?(?:{_TOOK_PLACE})"),
    _trigger("joined", r"(?:firma|suscripcion) de (?:la|una|dicha|esta) (?:declaracion|declaratoria)(?: conjunta)?", 60),
    _trigger("installed", rf"{_INSTALL}(?=(?P<object>{_GAP}{{0,70}}?{_STL}))"),
    _trigger("installed", rf"{_STL}{_GAP}{{0,160}}?(?:fue|quedo|quedando|se|esta|queda)\s+(?:\w+mente\s+)?{_INSTALL}"),
    _trigger("installed", rf"{_STL}[^.;\d]{{0,60}}?,?\s+(?:\w+mente\s+)?instalad\w+", 5),
    _trigger("installed", rf"(?:instalacion|constitucion|conformacion)[^.;\d]{{0,40}}?{_STL}[^.;\d]{{0,140}}?(?:{_TOOK_PLACE})"),
    _trigger("installed", rf"(?:instalacion|constitucion|conformacion|integracion)(?=(?P<object>{_GAP}{{0,40}}?{_STL}))", 10),
    _trigger("published", rf"{_PUBLISH}(?=(?P<object>{_OBJECT}{_PLAN}))"),
    _trigger("published", rf"{_PLAN}{_GAP}{{0,120}}?(?:fue|se|quedo|mismo que|el cual)\s+(?:\w+\s+)?{_PUBLISH}"),
    _trigger("published", rf"{_PLAN}[^.;\d]{{0,90}}?,?\s+(?:\w+mente\s+)?publicad\w+"),
    _trigger("published", rf"{_PLAN}[^.;\d]{{0,90}}?:\s(?:fecha de )?publicacion"),
    _trigger("published", rf"publicacion{_OBJECT}{_PLAN}[^.;\d]{{0,90}}?(?:{_TOOK_PLACE})"),
    _trigger("published", rf"{_PRESENT}(?=(?P<object>{_OBJECT}{_PLAN}))", _WEAK),
    _trigger("published", rf"{_PLAN}{_GAP}{{0,80}}?(?:fue|se)\s+(?:\w+\s+)?{_PRESENT}", _WEAK),
    _trigger("other", r"refrend\w+|ratific\w+|relanz\w+|renov\w+|reinstal\w+|nueva(?:mente)? (?:firm|declarac)\w+", 5),
    _trigger("other", r"(?:se |ha )?(?:realiz|llev|convoc|imparti|celebr|desarroll|sostuv|mantuv|reuni|inici|particip|acudi)"
             rf"\w*(?: a cabo)?+\s(?!\s*(?:\w+mente\s+)?(?:la|el|su|una)\s+{_ACT_NOUN})", 5),
    _trigger("other", rf"tuv(?:o|ieron) lugar(?!\s+(?:la|el|su)\s+{_ACT_NOUN})|tendra|se prev|esta previst|concluira", 5),
)  # fmt: skip
_SUBJECT_ABOVE = re.compile(r"^\W*(?:fue |se )?(?:publicad[oa]|publico|fecha de publicacion|publicacion)\b")
"""“Publicado el 3 de mayo”, below the heading that names the plan."""
_VENUE = re.compile(r"\b(?:ceremonia|acto|evento|sesion|reunion)\s+(?:\w+\s+){0,2}$")
_TAKES_PLACE = re.compile(r"\w+[aiu]d[oa]s?\s+$")
"""“En ceremonia celebrada el 23 de agosto … firmaron”: where the act took place, not another one."""
_BEFORE_IT = re.compile(r"(?:previ[oa] a|antes de|de cara a|con miras a|rumbo a|hacia|para)\s+(?:la\s+|el\s+)?$")
_REDONE = re.compile(r"\b(?:re-?instal\w*|refrend\w*|ratific\w*|renov\w*|relanz\w*)")


@dataclass(slots=True)
class Act:
    """An act with its date, and the sentence that says so."""

    name: str
    date: FoundDate
    sentence: str
    block: Block
    strong: bool = True
    """False where the page only says that a plan was presented or signed, not published."""


@dataclass(slots=True)
class Acts:
    """The acts found, each in the order told; and sentences that speak of one without a usable date."""

    joined: list[Act] = field(default_factory=list)
    installed: list[Act] = field(default_factory=list)
    published: list[Act] = field(default_factory=list)
    undated: list[tuple[str, str]] = field(default_factory=list)


def find_acts(blocks: Iterable[Block], state: str | None = None) -> Acts:
    """Read the acts out of a page's prose, sentence by sentence.

    Args:
        blocks: the prose, and the headings above it.
        state: INEGI key of the state whose acts are asked for: “se instaló el Secretariado de Sinaloa” is none of Sonora's.
    """
    acts = Acts()
    year: int | None = None
    about = ""
    for block in blocks:
        if block.heading:
            about = block.text if re.search(_PLAN, fold(block.text)) else ""
            continue
        for sentence in sentences(block.text):
            if about and _SUBJECT_ABOVE.match(fold(sentence)):
                sentence = f"{about}: {sentence}"
            dates = find_dates(sentence[:_LONGEST])
            dates, year = _with_years(dates, year)
            for name, date, strong in _bind(sentence, dates, state):
                if date.year is None:
                    acts.undated.append((name, sentence))
                else:
                    getattr(acts, name).append(Act(name, date, sentence, block, strong))
    return acts


def _with_years(dates: list[FoundDate], year: int | None) -> tuple[list[FoundDate], int | None]:
    """“17 de abril del mismo año” takes the year told last; a date that leaves it out stays without."""
    complete: list[FoundDate] = []
    for date in dates:
        if date.year is None and date.same_year and year is not None:
            text = re.sub(r"\s*,?\s+del?\s+\w+\s+(?:año|ano)$", "", date.text, flags=re.IGNORECASE)
            date = replace(date, text=f"{text} de {year}", year=year)
        year = date.year or year
        complete.append(date)
    return complete, year


def _bind(sentence: str, dates: list[FoundDate], state: str | None) -> list[tuple[str, FoundDate, bool]]:
    """Dates and acts matched so that the distances add up to the least; an act takes one date of a sentence."""
    if not dates:
        return []
    folded = fold(sentence)[:_LONGEST]
    mentions = [
        _Mention(trigger, match.start(), match.end(), _object_end(match))
        for trigger in _TRIGGERS
        for match in trigger.pattern.finditer(folded)
        if not (_not_the_act(trigger, folded, match) or (state and _another_state(folded, match, state)))
    ]
    best = _least(tuple(dates[:_MOST_DATES]), tuple(mentions[:_MOST_MENTIONS]), frozenset())
    return [
        (mention.trigger.act, date, mention.trigger.penalty < _WEAK)
        for date, mention in zip(dates, best[1], strict=False)
        if mention is not None and mention.trigger.act != "other"
    ]


_MOST_DATES, _MOST_MENTIONS = 4, 14
_LONGEST = 3000
"""Characters of a sentence that are read; nobody writes a longer one."""
_UNBOUND = 150
"""What leaving a date without an act costs: dates further off than this belong to none."""


@dataclass(frozen=True, slots=True)
class _Mention:
    trigger: _Trigger
    start: int
    end: int
    object_end: int
    """Where the act's object ends (“el Secretariado”); a date in between stands right at the act."""

    def cost(self, date: FoundDate) -> int:
        vague = 60 if date.day is None else 0
        distance = max(0, self.start - date.end, date.start - self.object_end)
        return distance + self.trigger.penalty + vague


def _object_end(match: re.Match[str]) -> int:
    return match.end("object") if "object" in match.re.groupindex else match.end()


def _not_the_act(trigger: _Trigger, folded: str, match: re.Match[str]) -> bool:
    """“Reinstalado”, “previo a la instalación”: not the act, or not yet; “en ceremonia celebrada”: no other act."""
    if trigger.act == "other":
        return bool(_TAKES_PLACE.search(match[0]) and _VENUE.search(folded[max(0, match.start() - 60) : match.start()]))
    return bool(
        _REDONE.search(folded[max(0, match.start() - 3) : match.end()])
        or _BEFORE_IT.search(folded[max(0, match.start() - 40) : match.start()])
    )


_WHOSE = re.compile(
    rf"(?:{_STL}|{_PLAN})(?:\s+(?:tecnico|local|de gobierno abierto|tripartit[oa]|\(?(?:stl|pal)\)?))*"
    rf"\s+(?:de\s+(?:la\s+)?|del\s+|en\s+(?:el\s+)?)(?:(?:estado|entidad)\s+de\s+)?(?P<state>{'|'.join(state_names())})\b"
)


def _another_state(folded: str, match: re.Match[str], state: str) -> bool:
    """Whether the secretariat or plan is named as another state's: “el Secretariado Técnico Local de Sinaloa”."""
    found = _WHOSE.search(folded, match.start(), _object_end(match) + 60)
    return found is not None and state_names()[found["state"]] != state


def _least(
    dates: tuple[FoundDate, ...], mentions: tuple[_Mention, ...], spent: frozenset[str]
) -> tuple[int, list[_Mention | None]]:
    """The cheapest way to give each date an act, or none; bounded by `_MOST_DATES` and `_MOST_MENTIONS`."""
    if not dates:
        return 0, []
    date, rest = dates[0], dates[1:]
    cost, chosen = _least(rest, mentions, spent)
    best: tuple[int, list[_Mention | None]] = (cost + _UNBOUND, [None, *chosen])
    for index, mention in enumerate(mentions):
        act = mention.trigger.act
        own = mention.cost(date)
        if act in spent or own >= best[0]:
            continue
        left = mentions[:index] + mentions[index + 1 :]
        cost, chosen = _least(rest, left, spent if act == "other" else spent | {act})
        best = min(best, (own + cost, [mention, *chosen]), key=lambda choice: choice[0])
    return best


_COMMITMENTS = re.compile(rf"\b({NUMBER})\s+(?:\w+\s+)?compromisos?\b(?!\s+proactiv)")
_PROACTIVE = re.compile(rf"\b({NUMBER})\s+(?:compromisos?\s+)?(?:de\s+)?(?:caracter\s+)?proactiv[oa]s?\b")
_WITHIN = re.compile(r"de los cuales|de las cuales|de los que|de ellos|incluyendo|incluid[oa]s|entre ellos")


def declared_count(text: str) -> int | None:
    """How many commitments a plan says to hold, proactive ones included; None where it does not say.

    “6 compromisos …, además de 2 compromisos proactivos” is 8; “8 compromisos, de los cuales 2 son proactivos” too.
    """
    folded = told_once(fold(text))
    first = _COMMITMENTS.search(folded)
    if first is None:
        return None
    total = cardinal(first[1])
    rest = folded[first.end() :]
    proactive = (
        _PROACTIVE.search(rest)
        or re.search(rf"\b({NUMBER})\s+(?:son|seran|tienen)\s+\w*\s?proactiv", rest)
        or _PROACTIVE.search(folded[: first.start()])
    )
    within = proactive and _WITHIN.search(proactive.string[: proactive.start()])
    if total is not None and proactive and not within:
        total += cardinal(proactive[1]) or 0
    return total


_ORDINAL = re.compile(rf"\b({'|'.join(ORDINAL_WORDS)}|\d)(?:er|o|º|°|do|to)?\.?\s+(?:plan|pal)\b", re.IGNORECASE)


def plan_ordinal(text: str) -> int | None:
    """2 for “segundo Plan de Acción Local”; None where the text does not number it, or numbers several."""
    found = {cardinal(match) for match in _ORDINAL.findall(fold(text))}
    return found.pop() if len(found) == 1 else None
